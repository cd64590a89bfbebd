import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { type Static, Type } from 'typebox';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, minutes } from '../base/time.ts';
import type { Account, Accounts } from '../desk/accounts.ts';
import type { Role } from '../desk/entry.ts';
import { isLoopbackAddress } from './address.ts';
import { seeOther } from './answer.ts';
import { checkAgainst } from './check.ts';
import { readCookie, setCookie } from './cookie.ts';
import { roleCovers } from './door.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';
import { opened, ownPath } from './sign-in.ts';

/** Sign-in through the organisation's OpenID Connect provider: `sign_in.oidc` of the settings. */
export const oidcSettings = Type.Object(
  {
    issuer: Type.String({ description: 'Address of the provider; http only on this machine.' }),
    clientId: Type.String({ minLength: 1, description: 'Our name there.' }),
    clientSecret: Type.String({ default: '', description: 'A reference; "" for none.' }),
    scopes: Type.Array(Type.String(), {
      default: ['openid', 'profile', 'email'],
      description: 'What we ask for; add the one that brings the groups.',
    }),
    roleClaim: Type.String({
      default: 'groups',
      description: 'The claim that says what somebody may do; dots go inside it.',
    }),
    roleMap: Type.Record(
      Type.String(),
      Type.Unsafe<Role>({ type: 'string', enum: ['viewer', 'operator', 'admin'] }),
      { default: {}, description: 'Values of that claim and the role of each; the highest wins.' },
    ),
    defaultRole: Type.Unsafe<Role | 'none'>({
      type: 'string',
      enum: ['none', 'viewer', 'operator', 'admin'],
      default: 'none',
      description: 'For those whom no value gives one; none keeps them out.',
    }),
    label: Type.String({
      default: 'Sign in with your organisation',
      description: 'On the button.',
    }),
  },
  { additionalProperties: false },
);

export type OidcSettings = Readonly<Static<typeof oidcSettings>>;

/** The settings with their defaults; throws FIELD_INVALID that names the field. */
export const readOidc = (given: object): OidcSettings => checkAgainst(oidcSettings, { ...given });

/** What section `sign_in` of tocsin.yml says of it; undefined when it says nothing. */
export function oidcIn(section: unknown): OidcSettings | undefined {
  const { oidc: given } = (section ?? {}) as { oidc?: object };
  return given && readOidc(given);
}

/** Everything that has a default, with it. */
export const OIDC_DEFAULTS = {
  clientSecret: '',
  scopes: ['openid', 'profile', 'email'],
  roleClaim: 'groups',
  roleMap: {},
  defaultRole: 'none',
  label: 'Sign in with your organisation',
} satisfies Partial<OidcSettings>;

export const OIDC_PATH = '/sign-in/oidc';
const CALLBACK_PATH = `${OIDC_PATH}/callback`;

/** Sign-ins begun and not ended; the oldest is forgotten for one more. */
export const PENDING_MAX = 1_000;
const PENDING_FOR = minutes(10);
const PENDING_COOKIE = 'tocsin_oidc';
const PROVIDER_TIMEOUT_SECONDS = 10;

export interface OidcParts {
  readonly accounts: Accounts;
  readonly settings: HttpSettings;
  readonly oidc: OidcSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** Where people reach the desk, prefix included. The provider must know it plus the path. */
  readonly homeUrl: () => string;
}

interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly next: string;
  readonly until: Instant;
}

/** Code flow with PKCE, state and nonce (OpenID Connect Core §3.1, RFC 7636). */
export function oidcRoutes(parts: OidcParts): Route[] {
  const pending = new Map<string, Pending>();
  const provider = providerOf(parts.oidc);
  return [
    {
      method: 'GET',
      path: OIDC_PATH,
      access: { need: 'nothing' },
      summary: 'Goes to the organisation’s sign-in.',
      handle: async (asked) => begin(parts, await provider(), pending, asked),
    },
    {
      method: 'GET',
      path: CALLBACK_PATH,
      access: { need: 'nothing' },
      summary: 'Comes back from the organisation’s sign-in.',
      handle: async (asked) => finish(parts, await provider(), pending, asked),
    },
  ];
}

/** Asks the provider for its addresses when they are first needed, and again after a failure. */
function providerOf(settings: OidcSettings): () => Promise<oidc.Configuration> {
  const issuer = issuerOf(settings);
  let found: Promise<oidc.Configuration> | undefined;
  const discover = async (): Promise<oidc.Configuration> => {
    try {
      const options = {
        timeout: PROVIDER_TIMEOUT_SECONDS,
        ...(issuer.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {}),
      };
      const auth = settings.clientSecret === '' ? oidc.None() : undefined;
      const secret = settings.clientSecret || undefined;
      return await oidc.discovery(issuer, settings.clientId, secret, auth, options);
    } catch (error) {
      found = undefined;
      const what = 'The organisation’s sign-in';
      throw new DeskError('UNREACHABLE', { what, why: 'try again in a minute' }, error);
    }
  };
  return () => {
    found ??= discover();
    return found;
  };
}

function issuerOf({ issuer }: OidcSettings): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const here = url && (isLoopbackAddress(url.hostname) || url.hostname === 'localhost');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && here)) return url;
  const why = `the issuer of the sign-in must be an https address, not "${issuer}"`;
  throw new DeskError('SETTINGS_INVALID', { file: 'settings', why });
}

const redirectUri = (parts: OidcParts): string => parts.homeUrl() + CALLBACK_PATH;

async function begin(
  parts: OidcParts,
  provider: oidc.Configuration,
  pending: Map<string, Pending>,
  asked: Asked,
): Promise<Answer> {
  const now = parts.clock.now();
  for (const [id, { until }] of pending) if (until <= now) pending.delete(id);
  const [oldest] = pending.keys();
  if (pending.size >= PENDING_MAX && oldest !== undefined) pending.delete(oldest);
  const id = randomBytes(32).toString('base64url');
  const verifier = oidc.randomPKCECodeVerifier();
  const one: Pending = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier,
    next: ownPath(asked.query.get('next') ?? '', parts.settings),
    until: after(now, PENDING_FOR),
  };
  pending.set(id, one);
  const url = oidc.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri(parts),
    scope: parts.oidc.scopes.join(' '),
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: one.state,
    nonce: one.nonce,
  });
  const cookie = setCookie(PENDING_COOKIE, id, parts.settings, PENDING_FOR / 1000);
  return seeOther(url.href, { 'set-cookie': cookie });
}

async function finish(
  parts: OidcParts,
  provider: oidc.Configuration,
  pending: Map<string, Pending>,
  asked: Asked,
): Promise<Answer> {
  const id = readCookie(asked.headers.cookie, PENDING_COOKIE, parts.settings);
  const one = pending.get(id);
  pending.delete(id); // once, whatever comes of it
  if (one === undefined || one.until <= parts.clock.now())
    throw new DeskError('SIGN_IN_BROKEN', { why: 'it was not begun here, or took too long' });
  const claims = await claimsOf(parts, provider, one, asked);
  const account = await admitted(parts, provider.serverMetadata().issuer, claims);
  parts.log.info('session.opened', { user: account.id, by: 'organisation' });
  return opened(parts, asked, account.id, one.next);
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

async function claimsOf(
  parts: OidcParts,
  provider: oidc.Configuration,
  one: Pending,
  asked: Asked,
): Promise<Claims> {
  const url = new URL(redirectUri(parts));
  url.search = asked.query.toString();
  try {
    const tokens = await oidc.authorizationCodeGrant(provider, url, {
      pkceCodeVerifier: one.verifier,
      expectedState: one.state,
      expectedNonce: one.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('no id token');
    // Names and groups are often told only here.
    const more = provider.serverMetadata().userinfo_endpoint
      ? await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)
      : {};
    return { ...claims, ...more, sub: claims.sub };
  } catch (error) {
    const said = error instanceof oidc.AuthorizationResponseError ? error.error : '';
    const why = /^\w{1,64}$/.test(said) ? `it answered ${said}` : 'its answer did not fit';
    const reason = error instanceof Error ? error.message : ''; // its cause may hold claims
    const facts = { from: asked.remoteAddress, code: 'SIGN_IN_BROKEN', reason };
    parts.log.warn('sign-in.refused', facts);
    throw new DeskError('SIGN_IN_BROKEN', { why }, error);
  }
}

const textOf = (value: unknown, charsMax: number): string =>
  typeof value === 'string'
    ? value
        .replace(/\p{Cc}/gu, '')
        .trim()
        .slice(0, charsMax)
        .trim()
    : '';

/** The same person is found by issuer and subject, whatever their name or address is by now. */
async function admitted(parts: OidcParts, issuer: string, claims: Claims): Promise<Account> {
  const { accounts, oidc: settings } = parts;
  const { people } = accounts;
  const role = roleIn(settings, claims);
  if (role === 'none')
    throw new DeskError('SIGN_IN_BROKEN', { why: 'nobody gave you a role on this desk' });
  const name = textOf(claims.name ?? claims.preferred_username ?? claims.email, 128);
  const email = textOf(claims.email, 254);
  let id = people.byIdentity(issuer, claims.sub);
  if (id === undefined) {
    id = (await people.add({ login: '', name, email, password: '' })).id;
    people.addIdentity(issuer, claims.sub, id);
  } else people.rename(id, { name, email });
  const known = accounts.find(id);
  if (known?.disabled) throw new DeskError('SIGN_IN_BROKEN', { why: 'your account is disabled' });
  return accounts.admit(id, role);
}

/** The highest role that a value of the claim gives. */
function roleIn(settings: OidcSettings, claims: Claims): Role | 'none' {
  const value = claimAt(claims, settings.roleClaim);
  const given = (Array.isArray(value) ? value : [value]).flatMap((one): Role[] => {
    const role = typeof one === 'string' ? Object.entries(settings.roleMap) : [];
    return role.filter(([name]) => name === one).map(([, gives]) => gives);
  });
  return given.reduce<Role | 'none'>(
    (best, role) => (best === 'none' || roleCovers(role, best) ? role : best),
    settings.defaultRole,
  );
}

/** The claim of that name, which may itself have dots (`https://example.org/roles`), or inside. */
function claimAt(claims: object, path: string): unknown {
  if (Object.hasOwn(claims, path)) return Reflect.get(claims, path);
  const dot = path.indexOf('.');
  const head = dot < 0 ? path : path.slice(0, dot);
  const inside: unknown = Object.hasOwn(claims, head) ? Reflect.get(claims, head) : undefined;
  if (dot < 0 || typeof inside !== 'object' || inside === null) return undefined;
  return claimAt(inside, path.slice(dot + 1));
}

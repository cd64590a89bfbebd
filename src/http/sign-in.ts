import { Type } from 'typebox';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Account, Accounts } from '../desk/accounts.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { senderKey } from './address.ts';
import { page, seeOther } from './answer.ts';
import { checkAgainst } from './check.ts';
import { dropCookie, SESSION_COOKIE, setCookie } from './cookie.ts';
import { KEPT_PATH, type KeptForms, keptKey } from './kept-forms.ts';
import type { HttpPages, SignInView, WelcomeView } from './pages-contract.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';
import { tries } from './tries.ts';

/** Every page of the desk is for people who are signed in, but these. */
export interface SignInParts {
  readonly accounts: Accounts;
  readonly settings: HttpSettings;
  readonly pages: HttpPages;
  readonly clock: Clock;
  readonly log: Log;
  /** The organisation's sign-in, if there is one: a label and the path below the prefix. */
  readonly organisation: { readonly label: string; readonly path: string } | undefined;
  readonly passwordCharsMin: number;
  /** Forms that came after their session had ended; absent where none is kept. */
  readonly kept?: KeptForms;
}

const NOTHING = { need: 'nothing' } as const;
const FORM_BYTES_MAX = 8_192;

const text = (maxLength: number) => Type.String({ maxLength, default: '' });
const signInForm = Type.Object({ login: text(256), password: text(4_096), next: text(2_048) });
const welcomeForm = Type.Object({
  link: text(256),
  login: text(256),
  name: text(256),
  password: text(4_096),
});

interface Welcoming extends SignInParts {
  readonly linksInUse: Set<string>;
}

export function signInRoutes(given: SignInParts): Route[] {
  const parts: Welcoming = { ...given, linksInUse: new Set() };
  const { sign_in_tries_max, sign_in_refill_ms, addresses_max } = parts.settings.limits;
  const failures = tries(parts.clock, sign_in_tries_max, sign_in_refill_ms, addresses_max);
  const form = { access: NOTHING, bodyBytesMax: FORM_BYTES_MAX } as const;
  return [
    {
      method: 'GET',
      path: '/sign-in',
      access: NOTHING,
      summary: 'The sign-in page.',
      handle: (asked) => {
        const kept = hasKept(parts, asked);
        const next = kept
          ? parts.settings.routePrefix + KEPT_PATH
          : (asked.query.get('next') ?? '');
        return page(parts.pages.signIn(signInView(parts, { next, kept })));
      },
    },
    {
      ...form,
      method: 'POST',
      path: '/sign-in',
      summary: 'Signs in with login and password.',
      handle: (asked) => signIn(parts, failures, asked),
    },
    {
      ...form,
      form: true,
      method: 'POST',
      path: '/sign-out',
      summary: 'Ends this session.',
      handle: ({ actor }) => {
        if (actor.is === 'user') parts.accounts.people.endSession(actor.session);
        return seeOther(`${parts.settings.routePrefix}/sign-in`, {
          'set-cookie': dropCookie(SESSION_COOKIE, parts.settings),
        });
      },
    },
    {
      method: 'GET',
      path: '/welcome',
      access: NOTHING,
      summary: 'The page behind a one-time link: sets a password.',
      handle: ({ query }) => welcomePage(parts, query.get('link') ?? '', '', {}),
    },
    {
      ...form,
      method: 'POST',
      path: '/welcome',
      summary: 'Sets the password, and for the first admin the login, and signs in.',
      handle: (asked) => welcome(parts, failures, asked),
    },
  ];
}

type Tries = ReturnType<typeof tries>;

async function signIn(parts: SignInParts, failures: Tries, asked: Asked): Promise<Answer> {
  const { accounts, log, pages } = parts;
  const { login, password, next } = checkAgainst(signInForm, asked.json ?? {});
  const sender = senderKey(asked.remoteAddress);
  try {
    failures.check(sender);
    failures.failed(sender); // taken before the hash is computed, so that many at once count too
    const id = await accounts.people.checkPassword(login, password);
    const account = id && accounts.find(id);
    if (!account || account.disabled) throw new DeskError('SIGN_IN_FAILED');
    failures.succeeded(sender);
    log.info('session.opened', { user: account.id, by: 'password' });
    return opened(parts, asked, account.id, next);
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    log.warn('sign-in.refused', { from: sender, code: error.code });
    const kept = hasKept(parts, asked);
    const view = signInView(parts, { login, next, kept, message: error.message });
    const wait = error.code === 'TOO_MANY' ? { 'retry-after': `${error.facts.seconds}` } : {};
    return page(pages.signIn(view), error.status, wait);
  }
}

const hasKept = ({ kept, settings }: SignInParts, { headers }: Asked): boolean =>
  (kept?.on(keptKey(headers.cookie, settings)).length ?? 0) > 0;

/** A new session; the one the browser came with ends, so that nobody can plant one. */
export function opened(
  parts: Pick<SignInParts, 'accounts' | 'settings'>,
  asked: Asked,
  user: UserId,
  next: string,
): Answer {
  const { people } = parts.accounts;
  if (asked.actor.is === 'user') people.endSession(asked.actor.session);
  const { secret } = people.openSession(user);
  const cookie = setCookie(SESSION_COOKIE, secret, parts.settings, SESSION_COOKIE_SECONDS);
  return seeOther(ownPath(next, parts.settings), { 'set-cookie': cookie });
}

/** The browser may keep the cookie for long: the desk decides when the session ends. */
const SESSION_COOKIE_SECONDS = 400 * 86_400;

/** `next` when it is a path of this desk; never another site, however it is spelled. */
export function ownPath(next: string, { routePrefix }: HttpSettings): string {
  const home = `${routePrefix}/`;
  const base = 'http://desk.invalid';
  if (!next.startsWith('/') || !URL.canParse(next, base)) return home;
  const url = new URL(next, base);
  const inside = url.origin === base && `${url.pathname}/`.startsWith(home);
  return inside && !url.pathname.startsWith('//') ? url.pathname + url.search : home;
}

function signInView(parts: SignInParts, view: Partial<SignInView>): SignInView {
  const prefix = parts.settings.routePrefix;
  const next = ownPath(view.next ?? '', parts.settings);
  const { organisation } = parts;
  const href = `${prefix}${organisation?.path}?next=${encodeURIComponent(next)}`;
  return {
    action: `${prefix}/sign-in`,
    login: '',
    message: '',
    kept: false,
    needsFirstAdmin: parts.accounts.needsFirstAdmin(),
    hasPeople: parts.accounts.list().length > 0,
    ...view,
    next,
    organisation: organisation && { label: organisation.label, href },
  };
}

function welcomePage(
  parts: SignInParts,
  link: string,
  message: string,
  typed: Partial<WelcomeView>,
  status = 200,
): Answer {
  const purpose = parts.accounts.people.link(link);
  if (purpose === undefined) throw new DeskError('LINK_SPENT');
  const person = purpose.is === 'password' ? parts.accounts.people.person(purpose.user) : undefined;
  const view = {
    action: `${parts.settings.routePrefix}/welcome`,
    link,
    first: purpose.is === 'first-admin',
    login: person?.login ?? '',
    name: person?.name ?? '',
    message,
    passwordCharsMin: parts.passwordCharsMin,
    ...typed,
  };
  return page(parts.pages.welcome(view), status);
}

async function welcome(parts: Welcoming, failures: Tries, asked: Asked): Promise<Answer> {
  const { link, login, name, password } = checkAgainst(welcomeForm, asked.json ?? {});
  const sender = senderKey(asked.remoteAddress);
  failures.check(sender);
  const purpose = parts.accounts.people.link(link);
  if (purpose === undefined) {
    failures.failed(sender);
    throw new DeskError('LINK_SPENT');
  }
  // Two who hold the link must not both become admin while a hash is computed.
  if (parts.linksInUse.has(link)) throw new DeskError('TOO_MANY', { seconds: 1 });
  parts.linksInUse.add(link);
  try {
    const id =
      purpose.is === 'first-admin'
        ? (await firstAdmin(parts.accounts, link, { login, name, password })).id
        : await newPassword(parts.accounts, link, purpose.user, password);
    parts.log.info('session.opened', { user: id, by: 'link' });
    return opened(parts, asked, id, hasKept(parts, asked) ? KEPT_PATH : '/');
  } catch (error) {
    if (!(error instanceof DeskError) || error.code === 'LINK_SPENT') throw error;
    return welcomePage(parts, link, error.message, { login, name }, error.status);
  } finally {
    parts.linksInUse.delete(link);
  }
}

async function firstAdmin(
  accounts: Accounts,
  link: string,
  typed: { readonly login: string; readonly name: string; readonly password: string },
): Promise<Account> {
  if (typed.login.trim() === '')
    throw new DeskError('FIELD_INVALID', { field: 'login', expected: 'a name to sign in with' });
  if (typed.password === '')
    throw new DeskError('FIELD_INVALID', { field: 'password', expected: 'a password' });
  if (!accounts.needsFirstAdmin()) throw new DeskError('LINK_SPENT');
  const account = await accounts.add('self', { ...typed, email: '' }, 'admin');
  accounts.people.spendLink(link);
  return account;
}

async function newPassword(
  accounts: Accounts,
  link: string,
  user: UserId,
  password: string,
): Promise<UserId> {
  const account = accounts.find(user);
  if (account === undefined || account.disabled) throw new DeskError('LINK_SPENT');
  await accounts.people.setPassword(user, password);
  accounts.people.spendLink(link);
  return user;
}

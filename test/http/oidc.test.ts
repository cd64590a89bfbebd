import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';
import {
  OIDC_DEFAULTS,
  OIDC_PATH,
  type OidcSettings,
  oidcRoutes,
  readOidc,
} from '../../src/http/oidc.ts';
import { openTestServer, signedIn } from '../support/http.ts';

/** Somebody as the organisation knows them. Tests change it between sign-ins. */
const nora = {
  sub: 'subject-1',
  name: 'Nora Nord',
  email: 'nora@example.org',
  groups: ['noc', 'staff'],
};

let providerUrl = '';
const provider = createServer();
let deny = false;

const settings = (): OidcSettings => ({
  ...OIDC_DEFAULTS,
  issuer: providerUrl,
  clientId: 'tocsin',
  clientSecret: 'a secret of the client that is long enough',
  roleMap: { noc: 'operator', lead: 'admin', staff: 'viewer' },
  scopes: ['openid', 'profile', 'email', 'groups'],
});

async function openDeskWith(more: Partial<OidcSettings> = {}) {
  let url = '';
  const s = await openTestServer({
    routes: (parts) =>
      oidcRoutes({ ...parts, oidc: { ...settings(), ...more }, homeUrl: () => url }),
  });
  url = s.url;
  registered.redirect = `${url}${OIDC_PATH}/callback`;
  await signedIn(s, 'admin'); // so that it is not the last admin who signs in
  return s;
}

/** Where the client may be sent back to: the desk's port is known late. */
const registered = { redirect: '' };

before(async () => {
  await new Promise<void>((ready) => provider.listen(0, '127.0.0.1', ready));
  providerUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const op = new Provider(providerUrl, {
    clients: [
      {
        client_id: 'tocsin',
        client_secret: settings().clientSecret,
        redirect_uris: ['http://127.0.0.1:1/sign-in/oidc/callback'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    findAccount: (_ctx: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ ...nora }),
    }),
    interactions: {
      url: (_ctx: unknown, interaction: { uid: string }) => `/go/${interaction.uid}`,
    },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['test'] },
  });
  // Any port of this machine will do: the desk listens on whatever the system gives it.
  op.Client.prototype.redirectUriAllowed = (uri) => uri === registered.redirect;
  const callback = op.callback();
  provider.on('request', async (request, response) => {
    if (!request.url?.startsWith('/go/')) return callback(request, response);
    const result = deny
      ? { error: 'access_denied' }
      : { login: { accountId: nora.sub }, consent: { grantId: await grant(op) } };
    const to = await op.interactionResult(request, response, result);
    response.writeHead(303, { location: to }).end();
  });
});
after(() => provider.close());

async function grant(op: Provider): Promise<string> {
  const one = new op.Grant({ accountId: nora.sub, clientId: 'tocsin' });
  one.addOIDCScope('openid profile email groups');
  return one.save();
}

/** A browser: follows redirects and keeps cookies, until it is back at the desk. */
async function browse(
  start: string,
  stopAt: (url: URL) => boolean,
  jar = new Map<string, string>(),
) {
  let url = new URL(start);
  for (let hop = 0; hop < 12; hop++) {
    if (stopAt(url)) return { url, jar, response: undefined };
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { headers: { cookie }, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) return { url, jar, response };
    url = new URL(location, url);
  }
  throw new Error('redirects without end');
}

const isCallback = (url: URL) => url.pathname.endsWith('/callback');
type Server = Awaited<ReturnType<typeof openDeskWith>>;

const signIn = (s: Server, next = '/who') =>
  browse(
    `${s.url}${OIDC_PATH}?next=${next}`,
    (url) => url.pathname === '/who' || url.pathname === '/',
  );

const accountOf = (s: Server, jar: Map<string, string>) => {
  const session = s.people.useSession(jar.get('tocsin_session') ?? '');
  return session && s.accounts.find(session.user);
};

test('somebody of the organisation is signed in, with the highest role their groups give', async (t) => {
  const s = await openDeskWith();
  t.after(s.close);
  const { jar, url } = await signIn(s);
  assert.equal(url.pathname, '/who');
  const account = accountOf(s, jar);
  assert.equal(account?.role, 'operator');
  assert.equal(account?.name, 'Nora Nord');
  assert.equal(account?.email, 'nora@example.org');
  assert.match(account?.id ?? '', /^u_[0-9a-f]{16}$/);
  assert.equal(account?.id.includes('subject'), false);
});

test('the same person comes back as the same id, with their new name and role', async (t) => {
  const s = await openDeskWith();
  t.after(s.close);
  const first = accountOf(s, (await signIn(s)).jar);
  const was = { ...nora };
  t.after(() => Object.assign(nora, was));
  Object.assign(nora, { name: 'Nora Süd', groups: ['lead'] });
  const second = accountOf(s, (await signIn(s)).jar);
  assert.equal(second?.id, first?.id);
  assert.equal(second?.name, 'Nora Süd');
  assert.equal(second?.role, 'admin');
  assert.equal(s.desk.memory.get('users', second?.id ?? '')?.role, 'admin');
});

test('who has no role is kept out, unless there is one for everybody', async (t) => {
  const was = nora.groups;
  t.after(() => {
    nora.groups = was;
  });
  nora.groups = ['visitors'];
  const strict = await openDeskWith();
  t.after(strict.close);
  const refused = await signIn(strict);
  assert.equal(refused.response?.status, 401);
  assert.match(await refused.response.text(), /nobody gave you a role/);
  const open = await openDeskWith({ defaultRole: 'viewer' });
  t.after(open.close);
  assert.equal(accountOf(open, (await signIn(open)).jar)?.role, 'viewer');
});

test('a disabled account stays out, whatever the organisation says', async (t) => {
  const s = await openDeskWith();
  t.after(s.close);
  const account = accountOf(s, (await signIn(s)).jar);
  assert.ok(account);
  await s.accounts.setDisabled(account.id, account.id, true);
  const again = await signIn(s);
  assert.match((await again.response?.text()) ?? '', /your account is disabled/);
});

test('a callback works once, in the browser that began, with the state it began with', async (t) => {
  const s = await openDeskWith();
  t.after(s.close);
  const begun = await browse(`${s.url}${OIDC_PATH}`, isCallback);
  const other = await fetch(begun.url, { redirect: 'manual' });
  assert.equal(other.status, 401, 'another browser');
  const cookie = `tocsin_oidc=${begun.jar.get('tocsin_oidc')}`;
  const forged = new URL(begun.url);
  forged.searchParams.set('state', 'another');
  assert.equal((await fetch(forged, { headers: { cookie }, redirect: 'manual' })).status, 401);
  const spent = await fetch(begun.url, { headers: { cookie }, redirect: 'manual' });
  assert.equal(spent.status, 401, 'the forged one has spent it');
});

test('a sign-in that takes longer than ten minutes is begun again', async (t) => {
  const s = await openDeskWith();
  t.after(s.close);
  const begun = await browse(`${s.url}${OIDC_PATH}`, isCallback);
  s.clock.pass(600_000);
  const cookie = `tocsin_oidc=${begun.jar.get('tocsin_oidc')}`;
  const late = await fetch(begun.url, { headers: { cookie }, redirect: 'manual' });
  assert.match(await late.text(), /took too long/);
});

test('what the provider refuses is told in its word', async (t) => {
  const s = await openDeskWith();
  t.after(s.close);
  deny = true;
  t.after(() => {
    deny = false;
  });
  const { response } = await signIn(s);
  assert.equal(response?.status, 401);
  assert.match(await response.text(), /it answered access_denied/);
});

test('a provider that does not answer is 502, and is asked again later', async (t) => {
  const s = await openDeskWith({ issuer: 'http://127.0.0.1:9' });
  t.after(s.close);
  for (let i = 0; i < 2; i++) {
    const response = await fetch(`${s.url}${OIDC_PATH}`, { redirect: 'manual' });
    assert.equal(response.status, 502);
  }
});

test('plain http is refused for an issuer that is not on this machine', async () => {
  await assert.rejects(openDeskWith({ issuer: 'http://login.example.org' }), {
    code: 'SETTINGS_INVALID',
  });
});

test('settings have their defaults, and a wrong one is named', () => {
  const least = { issuer: 'https://login.example.org', clientId: 'tocsin' };
  assert.deepEqual(readOidc(least), { ...OIDC_DEFAULTS, ...least });
  for (const [more, field] of [
    [{ roleMap: { noc: 'king' } }, 'roleMap.noc'],
    [{ defaultRole: 'guest' }, 'defaultRole'],
    [{ clientID: 'x' }, 'clientID'],
  ] as const) {
    assert.throws(
      () => readOidc({ ...least, ...more }),
      (error: Error) => error.message.startsWith(`\`${field}\`: `),
    );
  }
});

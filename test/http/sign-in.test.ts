import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '../../src/http/route.ts';
import { HTTP_DEFAULTS } from '../../src/http/settings.ts';
import { ownPath } from '../../src/http/sign-in.ts';
import { PEOPLE_DEFAULTS } from '../../src/store/people.ts';
import { openTestServer, signedIn, tokenOf } from '../support/http.ts';

const PASSWORD = 'a long sentence';

const whoAmI: Route = {
  method: 'GET',
  path: '/who',
  access: { need: 'role', role: 'viewer' },
  summary: 'Says who asks.',
  handle: ({ actor }) => ({ status: 200, body: JSON.stringify(actor) }),
};

const touch: Route = {
  method: 'POST',
  path: '/touch',
  access: { need: 'role', role: 'viewer' },
  summary: 'Does something.',
  form: true,
  handle: ({ json }) => ({ status: 200, body: JSON.stringify(json ?? null) }),
};

type Options = Parameters<typeof openTestServer>[0];

async function open(options: Options = {}) {
  const s = await openTestServer({ routes: () => [whoAmI, touch], ...options });
  const form = (path: string, fields: Record<string, string>, headers = {}) =>
    fetch(s.url + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    });
  const who = async (headers: Record<string, string>) => {
    const response = await fetch(`${s.url}/who`, { headers });
    const body = (await response.json()) as { code?: string; id?: string; csrf?: string };
    return response.ok ? { ...body, status: 200 } : { ...body, status: response.status };
  };
  const nora = { login: 'nora', name: 'Nora', email: '', password: PASSWORD };
  const add = () => s.accounts.add('self', nora, 'operator');
  return { ...s, form, who, add };
}

const cookieOf = (response: Response): string =>
  response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

test('the first admin comes in by a link, which then is worth nothing', async (t) => {
  const s = await open();
  t.after(s.close);
  assert.equal(s.accounts.needsFirstAdmin(), true);
  assert.match(await (await fetch(`${s.url}/sign-in`)).text(), /no admin yet/);
  assert.doesNotMatch(await (await fetch(`${s.url}/sign-in`)).text(), /name="password"/);
  const link = s.people.newLink({ is: 'first-admin' });
  const page = await fetch(`${s.url}/welcome?link=${link}`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /name="login"/);

  const short = await s.form('/welcome', { link, login: 'nora', password: 'short' });
  assert.equal(short.status, 422);
  assert.match(await short.text(), /at least 10 characters/);

  const done = await s.form('/welcome', { link, login: 'nora', name: 'Nora', password: PASSWORD });
  assert.equal(done.status, 303);
  assert.equal(done.headers.get('location'), '/');
  const me = await s.who({ cookie: cookieOf(done) });
  assert.equal(me.status, 200);
  assert.equal(s.accounts.find(me.id as never)?.role, 'admin');
  assert.equal(s.accounts.needsFirstAdmin(), false);

  const again = await s.form('/welcome', { link, login: 'tom', password: PASSWORD });
  assert.equal(again.status, 410);
  assert.equal((await fetch(`${s.url}/welcome?link=${link}`)).status, 410);
});

test('two who use the first link at once do not both become admin', async (t) => {
  const s = await open();
  t.after(s.close);
  const link = s.people.newLink({ is: 'first-admin' });
  const both = ['nora', 'tom'].map((login) =>
    s.form('/welcome', { link, login, password: PASSWORD }),
  );
  const codes = (await Promise.all(both)).map((r) => r.status).sort();
  assert.deepEqual(codes, [303, 429]);
  assert.equal(s.accounts.list().length, 1);
});

test('the link is still good when the desk could not write', async (t) => {
  const s = await open();
  t.after(s.close);
  const link = s.people.newLink({ is: 'first-admin' });
  s.journal.failNext('no space left', Number.POSITIVE_INFINITY);
  const fields = { link, login: 'nora', password: PASSWORD };
  assert.equal((await s.form('/welcome', fields)).status, 503);
  s.journal.failNext('', 0);
  s.clock.pass(5_000);
  assert.equal((await s.form('/welcome', fields)).status, 303);
});

test('an invited person sets a password by a link, and older sessions end', async (t) => {
  const s = await open();
  t.after(s.close);
  const { id } = await s.add();
  const before = s.people.openSession(id);
  const link = s.people.newLink({ is: 'password', user: id });
  assert.doesNotMatch(await (await fetch(`${s.url}/welcome?link=${link}`)).text(), /name="login"/);
  const done = await s.form('/welcome', { link, password: 'another sentence' });
  assert.equal(done.status, 303);
  assert.equal(s.people.hasSession(before.session.id), false);
  assert.equal(await s.people.checkPassword('nora', 'another sentence'), id);
});

test('login and password sign in, with a cookie that scripts and other sites do not get', async (t) => {
  const s = await open();
  t.after(s.close);
  const { id } = await s.add();
  const done = await s.form('/sign-in', { login: 'nora', password: PASSWORD, next: '/who?a=b' });
  assert.equal(done.status, 303);
  assert.equal(done.headers.get('location'), '/who?a=b');
  const [cookie = ''] = done.headers.getSetCookie();
  assert.match(
    cookie,
    /^tocsin_session=[\w-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Lax$/,
  );
  assert.equal((await s.who({ cookie: cookieOf(done) })).id, id);
});

test('over HTTPS the cookie is Secure and bound to its host; below a prefix, to the prefix', async (t) => {
  for (const [settings, want] of [
    [
      { externalUrl: 'https://desk.example.org' },
      /^__Host-tocsin_session=[^;]+; Path=\/;.*; Secure$/,
    ],
    [
      { externalUrl: 'https://example.org/desk', routePrefix: '/desk' },
      /^tocsin_session=[^;]+; Path=\/desk;.*; Secure$/,
    ],
  ] as const) {
    const s = await open({ settings });
    t.after(s.close);
    await s.add();
    const done = await s.form('/sign-in', { login: 'nora', password: PASSWORD });
    assert.match(done.headers.getSetCookie()[0] ?? '', want);
    assert.equal((await s.who({ cookie: cookieOf(done) })).status, 200);
  }
});

test('a wrong password and a login nobody has are told the same', async (t) => {
  const s = await open();
  t.after(s.close);
  await s.add();
  const wrong = await s.form('/sign-in', { login: 'nora', password: 'wrong' });
  const nobody = await s.form('/sign-in', { login: 'nobody', password: 'wrong' });
  assert.deepEqual([wrong.status, nobody.status], [401, 401]);
  assert.equal(await wrong.text(), (await nobody.text()).replace('nobody', 'nora'));
});

test('a disabled account is out at once, and its password signs nobody in', async (t) => {
  const s = await open();
  t.after(s.close);
  await signedIn(s, 'admin');
  const { id } = await s.add();
  const done = await s.form('/sign-in', { login: 'nora', password: PASSWORD });
  const token = await tokenOf(s, id, 'role');
  assert.equal((await s.who(token)).status, 200);
  await s.desk.act(id, { verb: 'user.disable', user: id }); // not through accounts: no session ended
  assert.equal((await s.who({ cookie: cookieOf(done) })).code, 'NOT_SIGNED_IN');
  assert.equal((await s.who(token)).code, 'NOT_SIGNED_IN');
  assert.equal((await s.form('/sign-in', { login: 'nora', password: PASSWORD })).status, 401);
});

test('a revoked token and one whose time is over are refused at once', async (t) => {
  const s = await open();
  t.after(s.close);
  const { id } = await s.add();
  const token = await tokenOf(s, id, 'role');
  await s.desk.act(id, { verb: 'token.revoke', token: token.id });
  assert.equal((await s.who(token)).code, 'NOT_SIGNED_IN');
  const timed = await tokenOf(s, id, 'role', (s.clock.now() + 1_000) as never);
  assert.equal((await s.who(timed)).status, 200);
  s.clock.pass(1_000);
  assert.equal((await s.who(timed)).code, 'NOT_SIGNED_IN');
  const other = {
    authorization: token.authorization.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
  };
  assert.equal((await s.who(other)).code, 'NOT_SIGNED_IN');
  assert.equal((await s.who({ authorization: 'Basic bm9yYTpub3Jh' })).code, 'NOT_SIGNED_IN');
});

test('a session ends at the desk when it was idle too long, whatever the cookie says', async (t) => {
  const s = await open();
  t.after(s.close);
  const { id } = await s.add();
  const { secret } = s.people.openSession(id);
  s.clock.pass(PEOPLE_DEFAULTS.sessionIdle);
  assert.equal((await s.who({ cookie: `tocsin_session=${secret}` })).code, 'NOT_SIGNED_IN');
});

test('signing out ends the session; signing in again ends the one before', async (t) => {
  const s = await open();
  t.after(s.close);
  await s.add();
  const first = await s.form('/sign-in', { login: 'nora', password: PASSWORD });
  const cookie = cookieOf(first);
  const second = await s.form('/sign-in', { login: 'nora', password: PASSWORD }, { cookie });
  assert.equal((await s.who({ cookie })).code, 'NOT_SIGNED_IN');
  const own = { cookie: cookieOf(second) };
  assert.equal((await s.form('/sign-out', {}, own)).status, 403, 'not without the form token');
  const { csrf: token = '' } = await s.who(own);
  const out = await s.form('/sign-out', { csrf: token }, own);
  assert.equal(out.headers.get('location'), '/sign-in');
  assert.match(out.headers.getSetCookie()[0] ?? '', /^tocsin_session=; .*Max-Age=0/);
  assert.equal((await s.who(own)).code, 'NOT_SIGNED_IN');
});

test('what a cookie alone asks for is refused; header or field with the form token will do', async (t) => {
  const s = await open();
  t.after(s.close);
  const { cookie, id } = await signedIn(s, 'admin');
  const { csrf = '' } = await s.who({ cookie });
  const status = async (fields: Record<string, string>, headers: Record<string, string>) =>
    (await s.form('/touch', fields, headers)).status;
  assert.equal(await status({}, { cookie }), 403);
  assert.equal(await status({ csrf: `${csrf}x` }, { cookie }), 403);
  assert.equal(await status({ csrf: '' }, { cookie }), 403);
  assert.equal(await status({ csrf }, { cookie }), 200);
  assert.equal(await status({}, { cookie, 'x-csrf-token': csrf }), 200);
  const other = await signedIn(s, 'viewer');
  assert.equal(await status({ csrf }, { cookie: other.cookie }), 403, 'somebody else’s form');
  assert.equal(await status({}, await tokenOf(s, id, 'role')), 200, 'no browser sends a token');
  const kept = await s.form('/touch', { a: '1', csrf }, { cookie });
  assert.equal(await kept.text(), '{"a":"1"}', 'the handler does not see it');
});

test('after ten wrong passwords an address waits, and others do not', async (t) => {
  const s = await open({ settings: { behindProxy: true } });
  t.after(s.close);
  await s.add();
  const { sign_in_tries_max, sign_in_refill_ms } = HTTP_DEFAULTS.limits;
  const from = (address: string, password = 'wrong') =>
    s.form('/sign-in', { login: 'nora', password }, { 'x-forwarded-for': address });
  for (let i = 1; i <= sign_in_tries_max; i++) {
    assert.equal((await from('192.0.2.1')).status, 401, `try ${i}`);
  }
  const refused = await from('192.0.2.1', PASSWORD);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), String(sign_in_refill_ms / 1000));
  assert.equal((await from('192.0.2.2', PASSWORD)).status, 303);
  s.clock.pass(sign_in_refill_ms - 1);
  assert.equal((await from('192.0.2.1', PASSWORD)).status, 429);
  s.clock.pass(1);
  assert.equal((await from('192.0.2.1', PASSWORD)).status, 303);
});

test('an address that sends wrong tokens is told to wait; a good token gets through', async (t) => {
  const s = await open();
  t.after(s.close);
  const { id } = await s.add();
  const token = await tokenOf(s, id, 'role');
  const wrong = { authorization: 'Bearer tcs_wrong' };
  for (let i = 1; i <= HTTP_DEFAULTS.limits.token_tries_max; i++) {
    assert.equal((await s.who(wrong)).status, 401, `try ${i}`);
  }
  assert.equal((await s.who(wrong)).status, 429);
  assert.equal((await s.who(token)).status, 200);
});

for (const [next, want] of [
  ['/alarms?q=a', '/alarms?q=a'],
  ['', '/'],
  ['alarms', '/'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
]) {
  test(`after sign-in "${next}" leads to ${want}`, () => {
    assert.equal(ownPath(next ?? '', HTTP_DEFAULTS), want);
  });
}

test('below a prefix, the way back stays below it', () => {
  const settings = { ...HTTP_DEFAULTS, routePrefix: '/desk' };
  assert.equal(ownPath('/desk/x', settings), '/desk/x');
  assert.equal(ownPath('/desk', settings), '/desk');
  assert.equal(ownPath('/desktop', settings), '/desk/');
  assert.equal(ownPath('/desk/../x', settings), '/desk/');
});

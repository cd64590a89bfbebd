import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { csrfOf } from '../../src/http/cookie.ts';
import { hidingLines } from '../../src/http/kept-door.ts';
import { KEPT_LIMITS } from '../../src/http/kept-forms.ts';
import { openConsole } from '../../src/http/pages.ts';
import type { Route } from '../../src/http/route.ts';
import { configurationOf } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { openParts, openTestServer } from '../support/http.ts';

const PASSWORD = 'a long sentence';

const write = (path: string): Route => ({
  ...{ method: 'POST', path, summary: 'Writes it down.' },
  access: { need: 'role', role: 'viewer' },
  kept: { labels: { reviewOn: 'Look again on' } },
  handle: ({ raw, json }) => {
    got.push({ path: raw.request.url ?? '', json });
    return { status: (json as { fail?: string }).fail ? 422 : 204 };
  },
});

const logged: unknown[] = [];

const got: { path: string; json: unknown }[] = [];
const parts = await openParts();
const s = await openTestServer({
  parts: { ...parts, log: { ...parts.log, info: (event, facts) => logged.push([event, facts]) } },
  routes: (parts) => {
    const site = openConsole({
      ...{ ...parts, readFeed, name: 'x', homeUrl: () => '', traps: () => '' },
      ...{ listening: () => [], configuration: configurationOf(parts.desk, parts.clock) },
    });
    after(() => site.close());
    return [...site.routes, write('/try/:id'), write('/api/v1/tokens')];
  },
});
after(() => s.close());

before(async () => {
  for (const login of ['tom', 'nora'])
    await s.accounts.add('self', { login, name: login, email: '', password: PASSWORD }, 'viewer');
});

type Fields = readonly (readonly [string, string])[];

/** A browser without scripts: it has cookies, follows nothing by itself, and reads pages. */
function browser() {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { accept: 'text/html', cookie, ...init.headers };
    const response = await fetch(s.url + path, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    const to = response.headers.get('location');
    return { status: response.status, to, response, text: await response.text() };
  };
  const post = (path: string, fields: Fields, headers = {}) =>
    ask(path, { method: 'POST', headers, body: new URLSearchParams(fields.map(([...p]) => p)) });
  const signIn = (login: string, next = '/') =>
    post('/sign-in', [...Object.entries({ login, password: PASSWORD, next })]);
  const csrf = () => csrfOf(cookies.get('tocsin_session') ?? '');
  /** Signs in, loads a page, and loses the session; gives the key that the page's forms had. */
  const lost = async (login: string): Promise<string> => {
    await signIn(login);
    await ask('/kept');
    const key = csrf();
    s.people.endSessionsOf(s.people.byLogin(login)?.id ?? assert.fail('nobody'));
    return key;
  };
  return { cookies, get: ask, post, signIn, csrf, lost };
}

/** The first form of a page that posts to `action`: its hidden fields. */
function formOf(markup: string, action: string): [string, string][] {
  const at = markup.indexOf(`<form method="post" action="${action}"`);
  const form = at < 0 ? assert.fail('no form') : markup.slice(at, markup.indexOf('</form>', at));
  const found = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return [...found].map(([, name = '', value = '']) => [name, value]);
}

test('a form that comes after its session ended is sent by a press after signing in', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  const was = got.length;
  const why = 'line 1\r\nline <2>';
  const typed = [...Object.entries({ csrf, why, on: '1' }), ['on', '2'], ['once', 'k1']] as const;
  const refused = await b.post('/try/7?a=b', typed as Fields);
  assert.deepEqual([refused.status, refused.to], [303, '/sign-in?next=%2Fkept']);
  assert.match(
    refused.response.headers.getSetCookie()[0] ?? '',
    /^tocsin_kept=[\w-]{32}; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/,
  );
  const door = await b.get('/sign-in?next=/shelves');
  assert.match(door.text, /Your text is kept: sign in and send it/);
  assert.match(door.text, /name="next" value="\/kept"/);
  assert.equal((await b.signIn('tom', '/kept')).to, '/kept');
  const page = await b.get('/kept');
  assert.match(page.text, /Writes it down.*line &lt;2&gt;.*Send it now.*Discard it/s);
  assert.equal(got.length, was, 'nothing is sent by looking');
  const fields = formOf(page.text, '/try/7?a=b').map(
    ([name, value]) => [name, value.replace('&lt;2&gt;', '<2>')] as const,
  );
  assert.equal((await b.post('/try/7?a=b', fields)).status, 204);
  assert.deepEqual(got.at(-1), {
    path: '/try/7?a=b',
    json: { why, on: ['1', '2'], once: 'k1' },
  });
  assert.match((await b.get('/kept')).text, /Nothing of yours is kept/);
});

test('only who wrote it sees it, sends it and discards it', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  await b.post('/try/1', Object.entries({ csrf, why: 'a word of Tom' }));
  await b.signIn('nora');
  const hers = await b.get('/kept');
  assert.match(hers.text, /A form of tom is kept on this browser.*sign in as tom/s);
  assert.doesNotMatch(hers.text, /a word of Tom|Send it now/);
  await b.signIn('tom');
  const his = await b.get('/kept');
  const id = Object.fromEntries(formOf(his.text, '/kept/discard'));
  await b.signIn('nora');
  await b.post('/kept/discard', Object.entries({ ...id, csrf: b.csrf() }));
  await b.signIn('tom');
  assert.match((await b.get('/kept')).text, /a word of Tom/, 'not hers to discard');
  const gone = await b.post('/kept/discard', Object.entries({ ...id, csrf: b.csrf() }));
  assert.equal(gone.to, '/');
  assert.match((await b.get('/kept')).text, /Nothing of yours is kept/);
  const other = browser();
  await other.signIn('tom');
  assert.match((await other.get('/kept')).text, /Nothing of yours/, 'it is kept on one browser');
});

test('whose it was not known: it is for whoever signs in on that browser', async () => {
  const b = browser();
  await b.post('/try/1', Object.entries({ csrf: 'of before the restart', why: 'some words' }));
  await b.signIn('nora');
  assert.match((await b.get('/kept')).text, /some words/);
});

test('signed in anew in another tab: a form of the session before is kept too', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  await b.signIn('tom');
  const refused = await b.post('/try/1', Object.entries({ csrf, why: 'from before' }));
  assert.deepEqual([refused.status, refused.to], [303, '/kept']);
  assert.match((await b.get('/kept')).text, /from before/);
  const forged = await b.post('/try/1', Object.entries({ csrf: 'made up', why: 'forged' }));
  assert.equal(forged.status, 403);
  assert.doesNotMatch((await b.get('/kept')).text, /forged/);
});

test('secrets are not kept: the page asks for them anew', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  const secrets = { auth_password: 'hush-1', bot_token: 'hush-2', client_secret: 'hush-3' };
  const marked = { 'secret-field': 'field.url', 'field.url': 'hush-4', name: 'mail' };
  await b.post('/try/1', Object.entries({ csrf, ...secrets, ...marked, password: '' }));
  await b.signIn('tom');
  const { text } = await b.get('/kept');
  assert.doesNotMatch(text, /hush/);
  assert.match(text, /Secrets are not kept: type them anew/);
  for (const name of [...Object.keys(secrets), 'field.url'])
    assert.match(text, new RegExp(`type="password" name="${name}"`));
  assert.doesNotMatch(text, /type="password" name="password"/, 'an empty one was not typed');
});

test('the page calls the fields what the form calls them', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  await b.post('/try/1', Object.entries({ csrf, reviewOn: '2026-12-01', note: 'x', oddOne: 'y' }));
  await b.signIn('tom');
  const { text } = await b.get('/kept');
  for (const label of ['Look again on', 'Note', 'Odd one']) assert.match(text, fact(label));
});

const fact = (label: string): RegExp => new RegExp(`<dt>${label}</dt>`);

const CONFIG = (more = ''): string => `route: {receiver: ops}
receivers:
  - name: ops
    webhook_configs:
      - url: http://hook.example.org/in
        http_config: {authorization: {credentials: hush-5}}
${more}`;

test('a text of the configuration is kept without its secrets, and the page says so', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  const send = (text: string, key = csrf) =>
    b.post('/configuration/edit', Object.entries({ csrf: key, text, why: 'a new hook' }));
  await send(CONFIG());
  await b.signIn('tom');
  const { text } = await b.get('/kept');
  assert.doesNotMatch(text, /hush/);
  assert.match(text, /The configuration: secrets in it are not kept/);
  assert.match(text, /credentials: &lt;secret&gt;.*Send it now/s);
});

test('of a text that cannot be read nothing is kept, and it cannot be sent', async () => {
  for (const known of [true, false]) {
    const b = browser();
    const csrf = known ? await b.lost('tom') : 'of before the restart';
    const body = { csrf, text: known ? CONFIG('no: [yaml') : CONFIG(), why: 'a new hook' };
    await b.post('/configuration/edit', Object.entries(body));
    await b.signIn('tom');
    const { text } = await b.get('/kept');
    assert.match(text, /The configuration: not kept/, `known: ${known}`);
    assert.match(text, /a new hook/);
    assert.doesNotMatch(text, /hush|Send it now/, `known: ${known}`);
  }
});

test('in a part of the configuration as typed, what its name calls a secret is hidden', () => {
  const at = (text: string) => hidingLines('v-http_config', text);
  assert.equal(
    at('tls: {}\nbasic_auth: {password: "a, b", x: 1}'),
    'tls: {}\nbasic_auth: {password: <secret>, x: 1}',
  );
  assert.equal(at('bearer_token: abc\nuser: tom'), 'bearer_token: <secret>\nuser: tom');
  assert.equal(at('password: <secret>'), 'password: <secret>');
  const nested = 'authorization: {type: Bearer, credentials: abc}';
  assert.equal(at(nested), nested.replace('abc', '<secret>'));
  assert.equal(at('password: |\n  abc'), undefined);
  assert.equal(at('a note'), 'a note');
});

test('who signs in by a link is led to the form that waits', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  const user = s.people.byLogin('tom')?.id ?? assert.fail('nobody');
  const enter = (link: string) => b.post('/welcome', Object.entries({ link, password: PASSWORD }));
  assert.equal((await enter(s.people.newLink({ is: 'password', user }))).to, '/');
  const key = b.csrf();
  s.people.endSessionsOf(user);
  await b.post('/try/1', Object.entries({ csrf: key || csrf, why: 'waits' }));
  assert.equal((await enter(s.people.newLink({ is: 'password', user }))).to, '/kept');
  assert.match((await b.get('/kept')).text, /waits/);
});

test('that a form was kept is logged: where it was posted and whose, none of its words', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  logged.length = 0;
  await b.post('/try/77?x=words', Object.entries({ csrf, why: 'words' }));
  const user = s.people.byLogin('tom')?.id;
  assert.deepEqual(logged, [['form.kept', { path: '/try/:id', user }]]);
});

test('what was not taken stays kept; what is refused once more is kept once', async () => {
  const b = browser();
  const csrf = await b.lost('tom');
  await b.post('/try/1', Object.entries({ csrf, fail: 'yes' }));
  await b.signIn('tom');
  const fields = formOf((await b.get('/kept')).text, '/try/1');
  assert.equal((await b.post('/try/1', fields)).status, 422);
  assert.match((await b.get('/kept')).text, /Send it now/);
  s.people.endSessionsOf(s.people.byLogin('tom')?.id ?? assert.fail('nobody'));
  assert.equal((await b.post('/try/1', fields)).to, '/sign-in?next=%2Fkept');
  await b.signIn('tom');
  assert.equal((await b.get('/kept')).text.match(/Send it now/g)?.length, 1);
});

test('as large as may be is kept; a byte or a field more is refused as before', async () => {
  const b = browser();
  const start = 'why=';
  const body = (bytes: number) => start + 'x'.repeat(bytes - start.length);
  const type = 'application/x-www-form-urlencoded';
  const send = (text: string) =>
    b.get('/try/1', { method: 'POST', headers: { 'content-type': type }, body: text });
  assert.equal((await send(body(KEPT_LIMITS.form_bytes_max))).status, 303);
  assert.equal((await send(body(KEPT_LIMITS.form_bytes_max + 1))).status, 401);
  assert.equal((await send('a&'.repeat(KEPT_LIMITS.fields_max))).status, 303);
  assert.equal((await send('a&'.repeat(KEPT_LIMITS.fields_max + 1))).status, 401);
});

test('programs, other sites and other paths get the refusal, and nothing is kept', async () => {
  const why: Fields = [['why', 'x']];
  for (const [path, headers, status] of [
    ['/try/1', { accept: 'application/json' }, 401],
    ['/try/1', { origin: 'https://evil.example.org' }, 403],
    ['/try/1', { authorization: 'Bearer tocsin_none' }, 401],
    ['/api/v1/tokens', {}, 401],
    ['/kept/discard', {}, 401],
  ] as const) {
    const refused = await browser().post(path, why, headers);
    assert.equal(refused.status, status, path);
    assert.deepEqual(refused.response.headers.getSetCookie(), [], path);
  }
});

test('a role that is too low is not a session that ended', async () => {
  const b = browser();
  await b.signIn('tom');
  const refused = await b.post('/tour/away', [['csrf', b.csrf()]]);
  assert.equal(refused.status, 403);
});

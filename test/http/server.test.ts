import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Type } from 'typebox';
import { DeskError } from '../../src/base/errors.ts';
import type { Log } from '../../src/base/log.ts';
import type { Route } from '../../src/http/route.ts';
import { openServer } from '../../src/http/server.ts';
import { openParts, openTestServer } from '../support/http.ts';

const OPEN = { need: 'nothing' } as const;
const BODY_BYTES_MAX = 64;

const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/echo',
    access: OPEN,
    summary: 'Says what it heard.',
    bodyBytesMax: BODY_BYTES_MAX,
    handle: ({ json, body }) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ json, bytes: body.length }),
    }),
  },
  {
    method: 'POST',
    path: '/checked',
    access: OPEN,
    summary: 'Takes what its schema says.',
    bodySchema: Type.Object(
      { name: Type.String({ maxLength: 3 }), on: Type.Array(Type.Object({ id: Type.String() })) },
      { additionalProperties: false },
    ),
    handle: ({ json }) => ({ status: 200, body: JSON.stringify(json) }),
  },
  {
    method: 'GET',
    path: '/broken',
    access: OPEN,
    summary: 'Breaks.',
    handle: () => {
      throw new Error('the secret reason');
    },
  },
  {
    method: 'GET',
    path: '/busy',
    access: OPEN,
    summary: 'Is busy.',
    handle: () => {
      throw new DeskError('BUSY', { why: 'a test' });
    },
  },
  {
    method: 'GET',
    path: '/page',
    access: { need: 'role', role: 'viewer' },
    summary: 'A page for people.',
    handle: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<p>hello' }),
  },
  {
    method: 'GET',
    path: '/parts',
    access: OPEN,
    summary: 'Comes in parts.',
    handle: () => ({
      status: 200,
      body: (async function* () {
        yield 'one ';
        yield Buffer.from('two');
      })(),
    }),
  },
];

const s = await openTestServer({ routes: () => routes });
after(() => s.close());

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
  fetch(s.url + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
const problemOf = async (response: Response) => {
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  return (await response.json()) as Record<string, unknown> & { code: string; title: string };
};

test('every answer forbids scripts from elsewhere, sniffing, framing and caching', async () => {
  for (const path of ['/sign-in', '/nowhere', '/broken']) {
    const { headers } = await fetch(s.url + path);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'same-origin');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('strict-transport-security'), null, 'only over HTTPS');
  }
});

test('HSTS is sent when the desk is reached over HTTPS', async () => {
  const secure = await openTestServer({ settings: { externalUrl: 'https://desk.example.org' } });
  const { headers } = await fetch(`${secure.url}/sign-in`);
  assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
  await secure.close();
});

test('a path nobody serves is a problem with 404', async () => {
  const response = await fetch(`${s.url}/nowhere?x=1`);
  assert.equal(response.status, 404);
  const { reference, ...problem } = await problemOf(response);
  assert.match(String(reference), /^\w+-\w+$/);
  assert.deepEqual(problem, {
    type: '/errors#NOT_FOUND',
    title: 'There is no page /nowhere here.',
    status: 404,
    code: 'NOT_FOUND',
  });
});

test('a method that a path does not take is 405 and names those it takes', async () => {
  const response = await fetch(`${s.url}/sign-in`, { method: 'DELETE' });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'GET, HEAD, POST');
  assert.equal((await problemOf(response)).code, 'METHOD_NOT_ALLOWED');
});

test('HEAD answers as GET does, without the body', async () => {
  const response = await fetch(`${s.url}/sign-in`, { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
  assert.equal(await response.text(), '');
});

test('a body of exactly the limit is taken, one byte more is 413', async () => {
  const fits = JSON.stringify('x'.repeat(BODY_BYTES_MAX - 2));
  assert.equal(fits.length, BODY_BYTES_MAX);
  assert.equal((await post('/echo', fits)).status, 200);
  const response = await post('/echo', `${fits} `);
  assert.equal(response.status, 413);
  const { code, title } = await problemOf(response);
  assert.equal(code, 'BODY_TOO_LARGE');
  assert.match(title, /larger than 64 bytes/);
});

test('a gzip body is taken off up to the limit, and a bomb is refused', async () => {
  const gzip = { 'content-encoding': 'gzip' };
  const fits = gzipSync(JSON.stringify('x'.repeat(BODY_BYTES_MAX - 2)));
  assert.deepEqual(
    ((await (await post('/echo', fits, gzip)).json()) as { bytes: number }).bytes,
    64,
  );
  const bomb = gzipSync(JSON.stringify('x'.repeat(BODY_BYTES_MAX - 1)));
  assert.equal((await post('/echo', bomb, gzip)).status, 413);
  assert.equal((await problemOf(await post('/echo', 'no gzip', gzip))).code, 'BODY_INVALID');
  const other = await post('/echo', '{}', { 'content-encoding': 'br' });
  assert.equal(other.status, 415);
});

test('what is not JSON is 400 and says where it went wrong', async () => {
  const response = await post('/echo', '{"a":');
  assert.equal(response.status, 400);
  assert.match((await problemOf(response)).title, /not JSON: /);
  const bytes = await post('/echo', new Uint8Array([0x22, 0xff, 0x22]));
  assert.match((await problemOf(bytes)).title, /not UTF-8/);
});

test('a form is read into fields, and a name that comes twice into a list', async () => {
  const body = 'a=1&b=2&b=3&__proto__=4';
  const response = await post('/echo', body, {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  });
  assert.equal(
    await response.text(),
    '{"json":{"a":"1","b":["2","3"],"__proto__":"4"},"bytes":23}',
  );
});

test('a body that does not fit its schema names every field and what was expected', async () => {
  const response = await post('/checked', '{"name":"long","on":[{"id":"a"},{}],"more":1}');
  assert.equal(response.status, 422);
  const { errors, title } = await problemOf(response);
  assert.deepEqual(errors, [
    { field: 'more', expected: 'is not known here' },
    { field: 'name', expected: 'must NOT have more than 3 characters' },
    { field: 'on[1].id', expected: 'must be there' },
  ]);
  assert.equal(title, '`more`: is not known here.');
  const text = await post('/checked', 'hello', { 'content-type': 'text/plain' });
  assert.equal(text.status, 415);
});

test('what nobody foresaw is 500 with a reference; the reason is in the log only', async () => {
  const parts = await openParts();
  const logged: unknown[] = [];
  const log: Log = { ...parts.log, error: (event, facts) => logged.push([event, facts]) };
  const { settings } = s;
  const server = await openServer({ ...parts, log, settings, routes, sources: [] });
  const response = await fetch(`${server.url}/broken`);
  assert.equal(response.status, 500);
  const { reference, title, code } = await problemOf(response);
  assert.equal(code, 'UNFORESEEN');
  assert.doesNotMatch(title, /secret/);
  const [[event, facts]] = logged as [[string, { reference: string; error: Error }]];
  assert.equal(event, 'request.failed');
  assert.equal(facts.reference, reference);
  assert.match(facts.error.stack ?? '', /the secret reason/);
  await server.close();
});

test('who is signed in and refused is quoted a reference that stands in the log', async () => {
  const parts = await openParts();
  const { people } = parts.accounts;
  const logged: unknown[] = [];
  const log: Log = { ...parts.log, info: (event, facts) => logged.push([event, facts]) };
  const server = await openServer({ ...parts, log, settings: s.settings, routes, sources: [] });
  const ask = (headers: Record<string, string>) => fetch(`${server.url}/busy`, { headers });
  const nobody = await ask({});
  assert.ok(nobody.headers.get('tocsin-reference'));
  assert.deepEqual(logged, [], 'programs may be refused by the thousand');
  const { id } = await parts.accounts.add(
    'self',
    { login: 'ida', name: 'Ida', email: '', password: 'correct horse battery' },
    'viewer',
  );
  const cookie = `tocsin_session=${people.openSession(id).secret}`;
  const refused = await ask({ cookie });
  const { reference, code } = await problemOf(refused);
  assert.equal(refused.headers.get('tocsin-reference'), reference);
  const facts = { reference, method: 'GET', path: '/busy', status: 503, code };
  assert.deepEqual(logged, [['request.refused', facts]]);
  await server.close();
});

test('503 says when to come again', async () => {
  const response = await fetch(`${s.url}/busy`);
  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '5');
});

test('a browser that is not signed in is sent to the sign-in page, and errors are pages', async () => {
  const html = { accept: 'text/html,*/*' };
  const page = await fetch(`${s.url}/page?a=b`, { headers: html, redirect: 'manual' });
  assert.equal(page.status, 303);
  assert.equal(page.headers.get('location'), '/sign-in?next=%2Fpage%3Fa%3Db');
  const missing = await fetch(`${s.url}/nowhere`, { headers: html });
  assert.equal(missing.status, 404);
  assert.match(missing.headers.get('content-type') ?? '', /^text\/html/);
  assert.match(await missing.text(), /There is no page/);
  const api = await fetch(`${s.url}/api/v1/nowhere`, { headers: html });
  assert.equal((await problemOf(api)).code, 'NOT_FOUND');
});

test('an answer may come in parts', async () => {
  assert.equal(await (await fetch(`${s.url}/parts`)).text(), 'one two');
});

test('everything lives below the route prefix, and / leads there', async () => {
  const below = await openTestServer({ settings: { routePrefix: '/desk' }, routes: () => routes });
  assert.match(below.url, /\/desk$/);
  assert.equal((await fetch(`${below.url}/sign-in`)).status, 200);
  const root = await fetch(below.url.replace('/desk', '/'), { redirect: 'manual' });
  assert.equal(root.headers.get('location'), '/desk/');
  assert.equal((await fetch(below.url.replace('/desk', '/sign-in'))).status, 404);
  await below.close();
});

test('a page elsewhere can make a browser do nothing here', async () => {
  const { port } = s.server;
  const status = async (headers: Record<string, string>) =>
    (await raw(port, `POST /echo HTTP/1.1\r\ncontent-length: 0\r\n${lines(headers)}\r\n`)).slice(
      9,
      12,
    );
  const here = `127.0.0.1:${port}`;
  assert.equal(await status({ host: here }), '200', 'no browser');
  assert.equal(await status({ host: here, origin: `http://${here}` }), '200');
  assert.equal(await status({ host: here, 'sec-fetch-site': 'same-origin' }), '200');
  assert.equal(await status({ host: here, origin: 'https://evil.example' }), '403');
  assert.equal(await status({ host: here, origin: 'null' }), '403');
  assert.equal(await status({ host: here, 'sec-fetch-site': 'cross-site' }), '403');
  assert.equal(await status({ host: here, 'sec-fetch-site': 'same-site' }), '403');
  const rebound = { host: 'evil.example', origin: 'http://evil.example' };
  assert.equal(await status(rebound), '403', 'a name that only their DNS gives us');
});

const lines = (headers: Record<string, string>): string =>
  `${Object.entries({ ...headers, connection: 'close' })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')}\r\n`;

/** What comes back until the other side closes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

test('a request whose body does not come is cut off', async () => {
  const slow = await openTestServer({
    parts: await openParts(),
    limits: { request_ms_max: 200 },
    routes: () => routes,
  });
  const answer = await raw(
    slow.server.port,
    'POST /echo HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n\r\n{"a"',
  );
  assert.match(answer, /^HTTP\/1\.1 408 /);
  await slow.close();
});

test('a connection beyond the maximum is closed and counted', async () => {
  const few = await openTestServer({ limits: { connections_max: 1 }, routes: () => routes });
  const first = connect(few.server.port, '127.0.0.1');
  await once(first, 'connect');
  const second = connect(few.server.port, '127.0.0.1');
  await once(second, 'close');
  assert.equal(few.server.connectionsDropped(), 1);
  first.destroy();
  await few.close();
});

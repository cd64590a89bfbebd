import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { HEAD_BYTES_MAX } from '../../src/http/fast-lane.ts';
import { tokenOf } from '../support/http.ts';
import {
  ask,
  BODY_BYTES_MAX,
  type Heard,
  HOST,
  openPair,
  PATH,
  plain,
  request,
  TYPE,
} from './lane.ts';

const pair = await openPair();
after(pair.close);

/** What both servers make of the same bytes must be the same. Says who answered. */
async function bothSay(bytes: Buffer, count = 1): Promise<readonly Heard[]> {
  const heard = await ask(pair.lane.port, bytes, count);
  const wanted = await ask(pair.ordinary.port, bytes, count);
  const told = ({ status, body }: Heard) => [status, body];
  assert.deepEqual(heard.map(told), wanted.map(told));
  assert.equal(heard.length, count, 'an answer is missing');
  return heard;
}

for (const [what, bytes] of [
  ['the plain form', plain()],
  ['an empty body', plain('')],
  ['what Prometheus sends', request([HOST, 'User-Agent: Prometheus/2.42.0', TYPE])],
  ['names in any case', request(['HOST: 127.0.0.1', 'CONTENT-TYPE: Application/JSON'])],
  ['no space after the colon', request(['Host:127.0.0.1', 'Content-Type:application/json'])],
  ['a tab after the colon', request([HOST, 'Content-Type:\tapplication/json'])],
  ['space at the end of a value', request([HOST, 'Content-Type: application/json  '])],
  ['a charset', request([HOST, 'Content-Type: application/json; charset=utf-8'])],
  ['two types', request([HOST, TYPE, 'Content-Type: text/plain'])],
  ['Connection: keep-alive', request([HOST, TYPE, 'Connection: keep-alive'])],
  ['a trace', request([HOST, TYPE, 'Traceparent: 00-4bf92f35-00f067aa-01'])],
  ['a body of the largest size', plain('x'.repeat(BODY_BYTES_MAX))],
] as const) {
  test(`the lane answers ${what} as the ordinary server does`, async () => {
    const [heard] = await bothSay(bytes);
    assert.equal(heard?.status, 202);
    assert.equal(heard?.byLane, true, 'the lane did not take it');
  });
}

for (const [what, bytes, status] of [
  ['GET', request([HOST], '', `GET ${PATH}`), 405],
  ['PUT', request([HOST, TYPE], 'ok', `PUT ${PATH}`), 405],
  ['another path', request([HOST, TYPE], 'ok', 'POST /in/other'), 404],
  ['a longer path', request([HOST, TYPE], 'ok', `POST ${PATH}s`), 404],
  ['a query', request([HOST, TYPE], 'ok', `POST ${PATH}?a=b`), 202],
  ['a whole address', request([HOST, TYPE], 'ok', `POST http://127.0.0.1${PATH}`), 202],
  ['a slash at the end', request([HOST, TYPE], 'ok', `POST ${PATH}/`), 202],
  ['HTTP/1.0', request([HOST, TYPE], 'ok', `POST ${PATH} HTTP/1.0`), 202],
  ['a line that is no request', Buffer.from('NONSENSE\r\n\r\n'), 400],
  ['no length', Buffer.from(`POST ${PATH} HTTP/1.1\r\n${HOST}\r\n${TYPE}\r\n\r\n`), 202],
  [
    'chunks',
    request([HOST, TYPE, 'Transfer-Encoding: chunked'], '2\r\nok\r\n1\r\n!\r\n0\r\n\r\n'),
    202,
  ],
  [
    'chunks and a length',
    request(
      [HOST, TYPE, 'Content-Length: 12', 'Transfer-Encoding: chunked'],
      '2\r\nok\r\n0\r\n\r\n',
    ),
    400,
  ],
  ['no type', request([HOST]), 202],
  ['a quoted type', request([HOST, 'Content-Type: "application/json"']), 415],
  ['a type with odd letters', request([HOST, 'Content-Type: application/json_x!']), 202],
  ['a type with parameters', request([HOST, 'Content-Type: text/plain; a="b;c"']), 202],
  ['a header that nobody foresaw', request([HOST, TYPE, 'X-Anything: at all']), 202],
  ['Expect', request([HOST, TYPE, 'Expect: 100-continue']), 202],
  ['an unknown expectation', request([HOST, TYPE, 'Expect: tea']), 417],
  ['a cookie', request([HOST, TYPE, 'Cookie: tocsin_session=x']), 202],
  ['an origin of ours', request([HOST, TYPE, 'Origin: http://127.0.0.1']), 202],
  ['a foreign origin', request([HOST, TYPE, 'Origin: https://evil.example']), 403],
  ['a page elsewhere', request([HOST, TYPE, 'Sec-Fetch-Site: cross-site']), 403],
  ['X-Forwarded-For', request([HOST, TYPE, 'X-Forwarded-For: 192.0.2.7']), 401],
  ['Forwarded', request([HOST, TYPE, 'Forwarded: for=192.0.2.7']), 401],
  ['Via', request([HOST, TYPE, 'Via: 1.1 proxy']), 401],
  ['X-Real-IP', request([HOST, TYPE, 'X-Real-IP: 192.0.2.7']), 401],
  ['gzip', request([HOST, TYPE, 'Content-Encoding: gzip'], gzipSync('ok')), 202],
  ['Connection: close', request([HOST, TYPE, 'Connection: close']), 202],
  ['close among others', request([HOST, TYPE, 'Connection: keep-alive, close']), 202],
  ['a key', request([HOST, TYPE, 'Idempotency-Key: k']), 202],
  ['a token that is none', request([HOST, TYPE, 'Authorization: Bearer tcs_none']), 401],
  ['a body one byte too large', plain('x'.repeat(BODY_BYTES_MAX + 1)), 413],
] as const) {
  test(`${what} is answered by the ordinary server`, async () => {
    const [heard] = await bothSay(bytes);
    assert.equal(heard?.status, status);
    assert.equal(heard?.byLane, false);
  });
}

for (const [what, bytes] of [
  ['two lengths', request([HOST, TYPE, 'Content-Length: 2', 'Content-Length: 3'])],
  ['the same length twice', request([HOST, TYPE, 'Content-Length: 2', 'Content-Length: 2'])],
  ['two lengths in one line', request([HOST, TYPE, 'Content-Length: 2, 2'])],
  [
    'a length and one that is none',
    request([HOST, TYPE, 'Content-Length: 2', 'Content-Length: x']),
  ],
  ['a length below nothing', request([HOST, TYPE, 'Content-Length: -2'])],
  ['a length with a sign', request([HOST, TYPE, 'Content-Length: +2'])],
  ['a length in hex', request([HOST, TYPE, 'Content-Length: 0x2'])],
  ['space before the colon', request([HOST, TYPE, 'Content-Length : 2'])],
  [
    'a second length behind a space',
    request([HOST, TYPE, 'Content-Length: 2', 'Content-Length : 0'], 'ok'),
  ],
  ['a folded line', request([HOST, TYPE, 'Content-Length: 2', ' X: y'])],
  ['a line without a colon', request([HOST, TYPE, 'Content-Length: 2', 'nonsense'])],
  ['an empty name', request([HOST, TYPE, 'Content-Length: 2', ': x'])],
  ['a zero byte', request([HOST, TYPE, 'X-A: b\0c'])],
  ['a bare LF in a value', request([HOST, TYPE, 'X-A: b\nTransfer-Encoding: chunked'])],
  ['a bare CR in a value', request([HOST, TYPE, 'X-A: b\rTransfer-Encoding: chunked'])],
  ['no host', request([TYPE])],
] as const) {
  test(`${what} is refused, as the ordinary server does`, async () => {
    const [heard] = await bothSay(bytes);
    assert.equal(heard?.status, 400);
  });
}

test('two hosts are what the ordinary server makes of them', async () => {
  await bothSay(request([HOST, 'Host: evil.example', TYPE]));
});

test('a length of more digits than a number has is refused', async () => {
  const [heard] = await bothSay(request([HOST, TYPE, `Content-Length: ${'9'.repeat(30)}`]));
  assert.ok(heard && heard.status >= 400);
});

for (const more of [-2, -1, 0, 1, 2, 5_000]) {
  test(`a head of the largest size ${more < 0 ? more : `+${more}`} bytes`, async () => {
    const bare = request([HOST, TYPE, 'User-Agent: '], '').length;
    const pad = 'x'.repeat(HEAD_BYTES_MAX + more - bare);
    const bytes = request([HOST, TYPE, `User-Agent: ${pad}`], '');
    assert.equal(bytes.length, HEAD_BYTES_MAX + more);
    await bothSay(bytes);
  });
}

test('a head that never ends is refused at its limit', async () => {
  const start = `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nUser-Agent: `;
  const [heard] = await bothSay(Buffer.from(start + 'x'.repeat(2 * HEAD_BYTES_MAX)));
  assert.equal(heard?.status, 431);
});

test('the lane lets in whom the route lets in', async (t) => {
  const own = await openPair({ settings: { ingestWithoutToken: 'nobody' } });
  t.after(own.close);
  const owner = 'nora' as Parameters<typeof tokenOf>[1];
  await own.desk.act(owner, { verb: 'user.add', user: owner, role: 'operator' });
  const good = await tokenOf(own, owner, 'ingest:flood');
  const other = await tokenOf(own, owner, 'ingest:snmp');
  const say = async (lines: readonly string[]) =>
    (await ask(own.lane.port, request([HOST, TYPE, ...lines])))[0];
  const inLane = await say([`Authorization: ${good.authorization}`]);
  assert.deepEqual([inLane?.status, inLane?.byLane], [202, true]);
  assert.equal((await say([]))?.status, 401);
  assert.equal((await say([`Authorization: ${other.authorization}`]))?.status, 403);
  await own.desk.act(owner, { verb: 'token.revoke', token: good.id });
  assert.equal((await say([`Authorization: ${good.authorization}`]))?.status, 401);
});

test('a wrong token counts once, through the lane as without it', async (t) => {
  const own = await openPair({ limits: { token_tries_max: 3 } });
  t.after(own.close);
  const wrong = request([HOST, TYPE, 'Authorization: Bearer tcs_none']);
  const tries = async (port: number) => {
    const said: (number | undefined)[] = [];
    for (let i = 0; i < 4; i++) said.push((await ask(port, wrong))[0]?.status);
    return said;
  };
  const wanted = await tries(own.ordinary.port);
  assert.deepEqual(wanted, [401, 401, 401, 429]);
  assert.deepEqual(await tries(own.lane.port), wanted);
});

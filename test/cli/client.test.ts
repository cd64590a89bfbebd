import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ADMIN_TOKEN_FILE, adminTokenText } from '../../src/cli/admin-token.ts';
import { manualClock } from '../support/clock.ts';
import { ran } from './world.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server that answers what it is told, and remembers who asked for what. */
async function fakeDesk(t: TestContext, answer: Answer) {
  const asked: { url: string; key: string; token: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push({
      url: request.url ?? '',
      key: String(request.headers['idempotency-key'] ?? ''),
      token: request.headers.authorization ?? '',
      body,
    });
    answer(request, response, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, port, url: `http://127.0.0.1:${port}` };
}

const json = (response: ServerResponse, status: number, value: unknown, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};

const done = { position: 1, repeated: false, results: [{ id: 'x', ok: true }] };

/** A clock that moves on by itself: waiting takes no time. */
function hasty() {
  const clock = manualClock();
  const at: typeof clock.at = (when, task) => {
    const cancel = clock.at(when, task);
    setImmediate(() => clock.moveTo(when));
    return cancel;
  };
  return { ...clock, now: clock.now, at };
}

test('while the desk says "not now", the same request with the same key is sent again', async (t) => {
  let times = 0;
  const desk = await fakeDesk(t, (_, response) =>
    ++times < 3
      ? json(response, 503, { code: 'BUSY', title: 'Busy.' }, { 'retry-after': '2' })
      : json(response, 200, done),
  );
  const replace = { clock: hasty() };
  const { exit, err } = await ran(['ack', 'x', '--url', desk.url], { replace });
  assert.equal(exit, 0, err);
  assert.equal(desk.asked.length, 3);
  assert.equal(new Set(desk.asked.map((a) => a.key)).size, 1);
  assert.notEqual(desk.asked[0]?.key, '');
});

test('it does not ask for ever, nor wait for long', async (t) => {
  for (const [wait, tries] of [
    ['1', 3],
    ['6', 1],
  ] as const) {
    const desk = await fakeDesk(t, (_, response) =>
      json(response, 503, { code: 'JOURNAL_DOWN', title: 'Disk full.' }, { 'retry-after': wait }),
    );
    const { exit, err } = await ran(['ack', 'x', '--url', desk.url], {
      replace: { clock: hasty() },
    });
    assert.equal(exit, 6);
    assert.match(err, /error\[JOURNAL_DOWN\]: Disk full\./);
    assert.equal(desk.asked.length, tries);
  }
});

test('what is not a desk is said to be none', async (t) => {
  const answers: readonly Answer[] = [
    (_, response) => response.end('<html>'),
    (_, response) => json(response, 200, []),
    (_, response) => json(response, 200, { items: [{}] }),
    (_, response) => json(response, 200, { items: 3 }),
    (_, response) => response.writeHead(302, { location: 'http://elsewhere.example' }).end(),
    (_, response) => response.writeHead(500).end('oops'),
  ];
  for (const answer of answers) {
    const desk = await fakeDesk(t, answer);
    const { exit, err } = await ran(['alarms', '--url', desk.url]);
    assert.equal(exit, 1, err);
    assert.match(err, /error\[ANSWER_STRANGE\].*Is it a Tocsin desk\?/);
  }
});

test('a connection that is cut ends with "try again"', async (t) => {
  const desk = await fakeDesk(t, (request) => request.socket.destroy());
  const { exit, err } = await ran(['alarms', '--url', desk.url]);
  assert.equal(exit, 6);
  assert.match(err, /UNREACHABLE/);
});

test('the shapes of refusal that the compatible API has', async (t) => {
  for (const [body, says] of [
    ['bad label', 'bad label'],
    [{ code: 602, message: '0.labels in body is required' }, '0.labels in body is required'],
  ] as const) {
    const desk = await fakeDesk(t, (_, response) => json(response, 400, body));
    const { exit, err } = await ran(['send', '-l', 'alertname=X', '--url', desk.url]);
    assert.equal(exit, 2);
    assert.ok(err.includes(says), err);
  }
});

test('all fields at fault are named, not the first alone', async (t) => {
  const desk = await fakeDesk(t, (_, response) =>
    json(response, 422, {
      code: 'FIELD_INVALID',
      title: '`until`: a time.',
      errors: [
        { field: 'until', expected: 'a time' },
        { field: 'reason', expected: 'a text' },
      ],
    }),
  );
  const { err } = await ran(['ack', 'x', '--url', desk.url]);
  assert.match(err, /`until`: a time\. `reason`: a text\./);
});

test('a token goes where it belongs: given ones anywhere, that of the data folder not away', async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'tocsin-token-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  const desk = await fakeDesk(t, (_, response) =>
    json(response, 200, { items: [], next: null, total: 0, asOf: 1 }),
  );
  const other = await fakeDesk(t, (_, response) => json(response, 200, { items: [] }));
  mkdirSync(join(cwd, 'data'));
  const file = adminTokenText({ token: 'local', url: desk.url });
  writeFileSync(join(cwd, 'data', ADMIN_TOKEN_FILE), file);
  writeFileSync(join(cwd, 'token'), 'from-file\n');
  const token = async (to: typeof desk, argv: string[], env = {}) => {
    await ran(['alarms', ...argv], { cwd, env });
    return to.asked.at(-1)?.token;
  };
  assert.equal(await token(desk, []), 'Bearer local', 'address and token of ./data');
  assert.equal(await token(desk, ['--url', desk.url]), 'Bearer local');
  assert.equal(await token(other, ['--url', other.url]), '', 'another desk of this machine');
  assert.equal(await token(desk, ['--token-file', 'token']), 'Bearer from-file');
  assert.equal(await token(desk, [], { TOCSIN_TOKEN: 'env' }), 'Bearer env');
  const whole = { TOCSIN_TOKEN: 'env\nhttp://127.0.0.1:1' };
  assert.equal(await token(desk, [], whole), 'Bearer env');
  assert.equal(
    await token(other, [], { TOCSIN_URL: other.url, TOCSIN_TOKEN: 'env' }),
    'Bearer env',
  );
  const away: string[] = [];
  const fetch = async (_: unknown, init?: RequestInit) => {
    away.push(new Headers(init?.headers).get('authorization') ?? 'none');
    return Response.json({ items: [] });
  };
  const port = new URL(desk.url).port;
  const argv = ['alarms', '--url', `http://desk.example:${port}`, '--data', 'data'];
  await ran(argv, { cwd, replace: { fetch: fetch as typeof globalThis.fetch } });
  assert.deepEqual(away, ['none']);
});

test('the desk makes the backup, and says how far it is', async (t) => {
  const desk = await fakeDesk(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write('{"done":0.25}\n{"do');
    response.write('ne":0.5}\n');
    response.end('{"report":{"files":4,"bytes":2097152,"position":7}}\n');
  });
  const options = { cwd: '/home', terminal: { columns: 80 } };
  const { exit, out, err } = await ran(['backup', 'b', '--url', desk.url], options);
  assert.equal(exit, 0, err);
  assert.match(out, /copied {2}\/home\/b {2}4 files, 2\.0 MiB, up to entry 7/);
  assert.match(err, /25 %.*50 %/s);
  assert.deepEqual(JSON.parse(desk.asked[0]?.body ?? ''), { folder: '/home/b' });
});

test('a backup that fails on the way is not taken for one', async (t) => {
  for (const [end, code] of [
    ['{"problem":{"title":"The disk is full."}}\n', 5],
    ['', 1],
  ] as const) {
    const desk = await fakeDesk(t, (_, response) => response.end(`{"done":0.25}\n${end}`));
    const { exit } = await ran(['backup', 'b', '--url', desk.url]);
    assert.equal(exit, code);
  }
});

test('a stream that is cut is taken up where it ended', async (t) => {
  const stop = new AbortController();
  const alarm = (text: string) => ({
    id: 'a1',
    severity: 'major',
    standing: 'waiting',
    resource: 'r',
    text,
    condition: { is: 'raised', since: '2026-01-01T00:00:00Z', at: null },
  });
  const lasts: (string | undefined)[] = [];
  const desk = await fakeDesk(t, (request, response) => {
    if (!request.url?.startsWith('/api/v1/events'))
      return json(response, 200, { items: [], next: null, total: 0, asOf: 1 });
    lasts.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const n = lasts.length;
    const data = JSON.stringify({ alarm: alarm(`text ${n}`), changes: [{ what: 'raised' }] });
    response.end(`: hello\n\nevent: alarm\nid: 7.${n}\ndata: ${data}\n\n`);
  });
  let out = '';
  const watching = ran(['alarms', '-w', '--url', desk.url], {
    signal: stop.signal,
    replace: { clock: hasty() },
    onOut: (text) => {
      out += text;
      if (out.includes('text 3')) stop.abort();
    },
  });
  assert.equal((await watching).exit, 0);
  assert.deepEqual(lasts.slice(0, 3), [undefined, '7.1', '7.2']);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { turn } from '../support/desk.ts';
import { arrive, ask, HOST, held, openPair, PATH, plain, request, speak, TYPE } from './lane.ts';

const pair = await openPair();
after(pair.close);

test('requests sent ahead are answered in their order', async () => {
  const bytes = Buffer.concat(Array.from({ length: 50 }, (_, i) => plain(`n${i}`)));
  const heard = await ask(pair.lane.port, bytes, 50);
  heard.forEach(({ body, byLane }, i) => {
    assert.equal(JSON.parse(body).text, `n${i}`);
    assert.ok(byLane);
  });
});

test('an ordinary request sent ahead between others is answered in its place', async () => {
  const get = request([HOST], '', 'GET /in/other');
  const bytes = Buffer.concat([plain('a'), plain('b'), get, plain('c'), get, plain('d')]);
  const heard = await ask(pair.lane.port, bytes, 6);
  assert.deepEqual(
    heard.map((h) => h.status),
    [202, 202, 404, 202, 404, 202],
  );
  assert.deepEqual(
    heard.map((h) => h.byLane),
    [true, true, false, false, false, false],
    'once handed over a connection stays with the ordinary server',
  );
});

test('one connection takes lane requests and ordinary ones in turn', async () => {
  for (const order of ['lane first', 'ordinary first']) {
    const one = await speak(pair.lane.port);
    const get = request([HOST], '', 'GET /in/other');
    const all = order === 'lane first' ? [plain(), plain(), get, plain()] : [get, plain(), get];
    for (const [i, bytes] of all.entries()) {
      one.socket.write(bytes);
      assert.equal((await one.answers(i + 1)).length, i + 1, order);
    }
    const wanted = all.map((bytes) => (bytes === get ? 404 : 202));
    assert.deepEqual(
      one.heard.map((h) => h.status),
      wanted,
    );
    one.socket.destroy();
  }
});

test('a request may come in two pieces, cut at any byte', async () => {
  const bytes = request([HOST, TYPE, 'User-Agent: a'], 'hello');
  const one = await speak(pair.lane.port);
  for (let cut = 1; cut < bytes.length; cut++) {
    await arrive(one.socket, bytes.subarray(0, cut));
    assert.equal(one.heard.length, cut - 1, 'answered before it was whole');
    one.socket.write(bytes.subarray(cut));
    const heard = await one.answers(cut);
    assert.equal(heard.length, cut);
    assert.equal(heard.at(-1)?.status, 202);
    assert.equal(JSON.parse(heard.at(-1)?.body ?? '').text, 'hello');
  }
  assert.ok(one.heard.every((h) => h.byLane));
  one.socket.destroy();
});

test('a request may come byte by byte, an ordinary one too', async () => {
  const get = request([HOST], '', 'GET /in/other');
  const one = await speak(pair.lane.port);
  for (const byte of Buffer.concat([plain('slow'), get, plain('last')])) {
    await arrive(one.socket, Buffer.of(byte));
  }
  const heard = await one.answers(3);
  assert.deepEqual(
    heard.map((h) => h.status),
    [202, 404, 202],
  );
  one.socket.destroy();
});

test('a connection that ends in the middle of a request leaves nothing behind', async (t) => {
  const own = await openPair();
  t.after(own.close);
  for (const cut of [5, 60, plain().length - 1]) {
    const one = await speak(own.lane.port);
    await arrive(one.socket, plain().subarray(0, cut));
    one.socket.destroy();
    await one.closed;
  }
});

test('what comes too slowly is cut off: a head, a body, a byte now and then', async (t) => {
  const own = await openPair({ limits: { request_ms_max: 100, headers_ms_max: 100 } });
  t.after(own.close);
  const [head, body, drip] = await Promise.all([1, 2, 3].map(() => speak(own.lane.port)));
  assert.ok(head && body && drip);
  head.socket.write(plain().subarray(0, 30));
  body.socket.write(plain().subarray(0, plain().length - 1));
  drip.socket.write(`POST ${PATH} HTTP/1.1\r\n${HOST}\r\nUser-Agent: `);
  const dripping = setInterval(() => drip.socket.write('x'), 20);
  t.after(() => clearInterval(dripping));
  for (const one of [head, body, drip]) {
    assert.equal((await one.answers(1))[0]?.status, 408);
    await one.closed;
  }
});

test('a client that sends and does not read waits; its answers do not pile up', async () => {
  const REQUESTS = 300;
  const one = await speak(pair.lane.port);
  one.socket.pause();
  const before = pair.figures.all()[0]?.refused ?? 0;
  const taken = () => (pair.figures.all()[0]?.refused ?? 0) - before;
  one.socket.write(Buffer.concat(Array.from({ length: REQUESTS }, () => plain('large'))));
  let last = -1;
  for (let still = 0; still < 50; still = taken() === last ? still + 1 : 0) {
    last = taken();
    await turn();
  }
  assert.ok(last > 0 && last < REQUESTS, `${last} of ${REQUESTS} were answered into a full pipe`);
  one.socket.resume();
  const heard = await one.answers(REQUESTS);
  assert.equal(heard.length, REQUESTS);
  assert.ok(heard.every((h) => h.body.length === 100_000));
  one.socket.destroy();
});

test('what is being answered is finished before the lane closes', async (t) => {
  const { receive, finish, isAsked } = held();
  const own = await openPair({ receive });
  t.after(own.close);
  const idle = await speak(own.lane.port);
  idle.socket.write(plain());
  await idle.answers(1);
  const half = await speak(own.lane.port);
  await arrive(half.socket, plain().subarray(0, 20));
  const asking = await speak(own.lane.port);
  asking.socket.write(plain('down'));
  await isAsked;
  const closing = own.close();
  await Promise.all([idle.closed, half.closed]);
  assert.deepEqual(asking.heard, []);
  finish();
  const [heard] = await asking.answers(1);
  assert.equal(heard?.status, 202);
  await closing;
  await asking.closed;
});

test('a client that asks and ends its side is answered all the same', async (t) => {
  const { receive, finish, isAsked } = held();
  const own = await openPair({ receive });
  t.after(own.close);
  const one = await speak(own.lane.port, true);
  one.socket.end(Buffer.concat([plain('a'), plain('down'), plain('b')]));
  await isAsked;
  for (let i = 0; i < 5; i++) await turn(); // the end of its side has been read by now
  finish();
  const heard = await one.answers(3);
  assert.deepEqual(
    heard.map((h) => JSON.parse(h.body).text),
    ['a', 'down', 'b'],
  );
  await one.closed;
});

test('after the end of its side, what only the ordinary server could answer is not known', async (t) => {
  const { receive, finish, isAsked } = held();
  const own = await openPair({ receive });
  t.after(own.close);
  const one = await speak(own.lane.port, true);
  one.socket.end(Buffer.concat([plain('down'), request([HOST], '', 'GET /in/other')]));
  await isAsked;
  for (let i = 0; i < 5; i++) await turn();
  finish();
  await one.closed;
  assert.deepEqual(
    one.heard.map((h) => h.status),
    [202],
  );
});

test('a client that never ends its side does not hold up the end', async (t) => {
  const { receive, finish, isAsked } = held();
  const own = await openPair({ receive });
  t.after(own.close);
  const asking = await speak(own.lane.port, true);
  asking.socket.write(plain('down'));
  await isAsked;
  const closing = own.close();
  finish();
  assert.equal((await asking.answers(1))[0]?.status, 202);
  await closing;
  asking.socket.destroy();
});

test('an answer that breaks costs its connection, not the desk', async (t) => {
  const logged: unknown[] = [];
  const log = { ...silentLog, error: (event: string) => void logged.push(event) };
  const receive = () => Promise.reject(new Error('a planted fault'));
  const own = await openPair({ receive, log });
  t.after(own.close);
  const one = await speak(own.lane.port);
  one.socket.write(plain('down'));
  await one.closed;
  assert.deepEqual(one.heard, [], 'not known, and never success');
  assert.deepEqual(logged, ['request.failed']);
  assert.equal((await ask(own.lane.port, plain()))[0]?.status, 202);
});

test('503 goes through the lane with a time to come again', async (t) => {
  const own = await openPair({
    receive: async () => ({ ok: false, why: 'full', retryAfterSeconds: 7 }),
  });
  t.after(own.close);
  const one = await speak(own.lane.port);
  one.socket.write(plain('down'));
  const [heard] = await one.answers(1);
  assert.match(heard?.head ?? '', /^HTTP\/1\.1 503 Service Unavailable\r\nretry-after: 7\r/);
  one.socket.destroy();
});

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { DeskError } from '../../src/base/errors.ts';
import { closed, connected, DONE, FakeDesk, freePort, LATER } from './desk.ts';

const PORT = (n: number): string => `GigabitEthernet0/${n}`;
const link = (n: number, way: 'up' | 'down'): string =>
  `<187>Jul 23 12:00:00 r1: %LINK-3-UPDOWN: Interface ${PORT(n)}, changed state to ${way}`;
const octets = (line: string): string => `${Buffer.byteLength(line)} ${line}`;

async function datagrams(port: number, ...lines: readonly string[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const line of lines) {
    await new Promise<void>((resolve) => socket.send(line, port, '127.0.0.1', () => resolve()));
  }
  socket.close();
}

test('datagrams reach the desk in the order they came in, and none is lost', async () => {
  await using desk = await FakeDesk.open();
  const all = Array.from({ length: 50 }, () => [link(7, 'down'), link(7, 'up')]).flat();
  await datagrams(desk.port('udp'), ...all);
  await desk.until(() => desk.lines === 100);
  const kinds = desk.events.flatMap(({ kind, count = 1 }) => Array(count).fill(kind));
  assert.deepEqual(kinds, Array(50).fill(['raise', 'clear']).flat());
});

test('a connection may use both framings, and its messages keep their order', async () => {
  await using desk = await FakeDesk.open();
  const socket = await connected(desk.port('tcp'));
  socket.end(
    `${link(1, 'down')}\n${octets(link(1, 'up'))}${link(2, 'down')}\r\n${octets(link(2, 'up'))}\n`,
  );
  await desk.until(() => desk.lines === 4);
  assert.deepEqual(
    desk.events.map(({ kind, resource }) => `${kind} ${resource}`),
    [`raise r1/${PORT(1)}`, `clear r1/${PORT(1)}`, `raise r1/${PORT(2)}`, `clear r1/${PORT(2)}`],
  );
});

test('a line that comes 4,000 times is a count', async () => {
  await using desk = await FakeDesk.open({ fold_seconds: 10 });
  const socket = await connected(desk.port('tcp'));
  socket.end(`${link(1, 'down')}\n`.repeat(4_000));
  await closed(socket);
  await desk[Symbol.asyncDispose]();
  assert.equal(desk.lines, 4_000);
  assert.ok(desk.events.length <= 3, `${desk.events.length} events`);
});

test('last message repeated N times counts on what the device said before, and on nothing else', async () => {
  await using desk = await FakeDesk.open();
  const socket = await connected(desk.port('tcp'));
  const repeated = (host: string): string =>
    `<11>Jul 23 12:00:01 ${host} last message repeated 9 times\n`;
  const quiet = '<14>Jul 23 12:00:01 web1 app: all is well\n';
  const loud = '<11>Jul 23 12:00:00 web1 app: broken\n';
  socket.write(repeated('web1') + loud + repeated('web2') + repeated('web1'));
  socket.end(`${quiet}${repeated('web1')}<11>Jul 23 12:00:02 web3 app: the end\n`);
  await desk.until(() => desk.events.some(({ text }) => text === 'the end'));
  const lines = desk.events.filter(({ text }) => text === 'broken');
  assert.equal(
    lines.reduce((sum, { count = 1 }) => sum + count, 0),
    10,
  );
});

test('what the desk does not take comes again before what is newer', async () => {
  await using desk = await FakeDesk.open();
  desk.atOnce = LATER;
  const socket = await connected(desk.port('tcp'));
  socket.write(`${link(1, 'down')}\n`);
  await desk.until(() => desk.handed.length === 1);
  socket.end(`${link(1, 'up')}\n${link(2, 'down')}\n`);
  desk.atOnce = DONE;
  await desk.until(() => desk.lines === 4);
  assert.deepEqual(
    desk.events.map(({ kind, resource }) => `${kind} ${resource}`),
    [`raise r1/${PORT(1)}`, `raise r1/${PORT(1)}`, `clear r1/${PORT(1)}`, `raise r1/${PORT(2)}`],
  );
});

test('a desk that throws is a desk that refuses', async () => {
  await using desk = await FakeDesk.open();
  desk.atOnce = Promise.reject(new Error('broken')) as never;
  (desk.atOnce as unknown as Promise<never>).catch(() => {});
  await datagrams(desk.port('udp'), link(1, 'down'));
  await desk.until(() => desk.handed.length === 1);
  desk.atOnce = DONE;
  await desk.until(() => desk.handed.length === 2);
  assert.equal(desk.events[1]?.resource, `r1/${PORT(1)}`);
});

test('what cannot be read is counted with why, once a second at most', async () => {
  await using desk = await FakeDesk.open();
  const secret = '<999>x password=hunter2';
  await datagrams(desk.port('udp'), '<13>', secret, secret, link(1, 'down'));
  await desk.until(() => desk.refusals.length >= 2 && desk.lines === 1);
  const count = (why: string): number =>
    desk.refusals.reduce((sum, one) => sum + (one.why === why ? one.count : 0), 0);
  assert.equal(count('a message without a text'), 1);
  assert.equal(count('PRI 999 is not 0 to 191'), 2);
  for (const { sample } of desk.refusals) assert.ok(!Buffer.from(sample).includes('hunter2'));
});

test('stopping hands over what had arrived, and gives the ports back', async () => {
  const port = await freePort();
  const desk = await FakeDesk.open({ udp_port: port, tcp_port: port });
  assert.deepEqual(desk.listening, [`udp 127.0.0.1:${port}`, `tcp 127.0.0.1:${port}`]);
  const socket = await connected(port);
  socket.write(`${link(1, 'down')}\n`);
  await datagrams(port, ...Array.from({ length: 40 }, (_, n) => link(n + 2, 'down')));
  await desk[Symbol.asyncDispose]();
  assert.equal(desk.lines, 41);
  await using again = await FakeDesk.open({ udp_port: port, tcp_port: port });
  assert.equal(again.listening.length, 2);
});

test('a sender that never pauses does not hold up the stop', async () => {
  const desk = await FakeDesk.open();
  const [socket, port] = [createSocket('udp4'), desk.port('udp')];
  let isEnded = false;
  const talk = (): void => {
    if (isEnded) socket.close();
    else socket.send(link(1, 'down'), port, '127.0.0.1', () => setImmediate(talk));
  };
  talk();
  await desk.until(() => desk.lines > 0);
  await desk[Symbol.asyncDispose]();
  isEnded = true;
});

test('a port in use, or an address that is not ours, is said at the start', async () => {
  await using desk = await FakeDesk.open();
  const says = (why: RegExp) => (error: unknown) => {
    assert.ok(error instanceof DeskError);
    assert.match(error.message, why);
    return true;
  };
  const [udp, tcp] = [desk.port('udp'), desk.port('tcp')];
  const flag = /name another with --syslog\.listen-address/;
  await assert.rejects(FakeDesk.open({ udp_port: udp, tcp_port: -1 }), says(/udp .*EADDRINUSE/));
  await assert.rejects(FakeDesk.open({ tcp_port: tcp }), says(/tcp 127.*EADDRINUSE/));
  await assert.rejects(FakeDesk.open({ tcp_port: tcp }), says(flag));
  await assert.rejects(FakeDesk.open({ address: '192.0.2.99' }), says(/EADDRNOTAVAIL/));
});

test('a way that is switched off does not listen', async () => {
  await using desk = await FakeDesk.open({ udp_port: -1 });
  assert.match(desk.listening.join(), /^tcp 127\.0\.0\.1:\d+$/);
});

test('an IPv6 listener knows an IPv4 sender by its IPv4 address', async (t) => {
  const desk = await FakeDesk.open({ address: '::' }).catch(() => undefined);
  if (desk === undefined) return t.skip('this machine has no IPv6');
  await datagrams(desk.port('udp'), '<11>app: broken');
  const socket = await connected(desk.port('tcp'));
  socket.end('<11>app: broken\n');
  await desk.until(() => desk.lines === 2);
  assert.ok(desk.events.every(({ resource }) => resource === '127.0.0.1'));
  await desk[Symbol.asyncDispose]();
});

test('rules that cannot be used, and a small receive buffer, are logged at the start', async () => {
  const bad = { ...ruleNamed('bad'), raise: '(' };
  await using desk = await FakeDesk.open({ rules: [bad], receive_buffer_bytes: 268_435_456 });
  assert.ok(desk.logged.includes('syslog.rule-refused'));
  assert.ok(desk.logged.includes('syslog.buffer-small'));
});

const ruleNamed = (name: string) => ({
  name,
  match: '',
  raise: '',
  clear: '',
  occurrence: '',
  ignore: '',
  resource: '{host}',
  type: 'syslog',
  qualifier: '',
  severity: '' as const,
  text: '{text}',
  over: '{text}',
});

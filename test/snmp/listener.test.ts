import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeskError } from '../../src/base/errors.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { Listener } from '../../src/sources/snmp/listener.ts';
import {
  BATCH_EVENTS_MAX,
  BATCHES_IN_FLIGHT_MAX,
  WAITING_EVENTS_MAX,
} from '../../src/sources/snmp/outflow.ts';
import { SEEN_PER_REPORT_MAX } from '../../src/sources/snmp/seen.ts';
import type { FromListener } from '../../src/sources/snmp/thread.ts';
import { BareListener } from './bare.ts';
import { datagramOf, type Pair, type Spec } from './datagram.ts';
import { DONE, FakeDesk, LATER, Sender } from './desk.ts';
import { SETTINGS } from './settings.ts';

const IF_INDEX = '1.3.6.1.2.1.2.2.1.1';
const link = (index: number, way: 'down' | 'up', inform = false): Uint8Array =>
  datagramOf({
    trap: `1.3.6.1.6.3.1.1.5.${way === 'down' ? 3 : 4}`,
    requestId: index,
    inform,
    varbinds: [[`${IF_INDEX}.${index}`, { integer: index }]],
  });
const counted = (desk: FakeDesk): number =>
  desk.events.reduce((sum, event) => sum + (event.count ?? 1), 0);

test('traps reach the desk in the order they came in, and none is lost', async () => {
  await using desk = await FakeDesk.open();
  using sender = new Sender(desk.port);
  for (let i = 0; i < 50; i++) {
    await sender.send(link(7, 'down'), link(7, 'up'));
  }
  await desk.until(() => counted(desk) === 100);
  const kinds = desk.events.flatMap((event) => Array(event.count ?? 1).fill(event.kind));
  assert.deepEqual(kinds, Array(50).fill(['raise', 'clear']).flat());
});

test('while the desk is busy the next batch gathers, and repeats become a count', async () => {
  await using desk = await FakeDesk.open();
  using sender = new Sender(desk.port);
  desk.atOnce = undefined;
  await sender.send(link(1, 'down'));
  await desk.until(() => desk.handed.length === 1);
  for (let i = 0; i < 200; i++) await sender.send(link(2, 'down'));
  desk.handed[0]?.answer(DONE);
  desk.atOnce = DONE;
  await desk.until(() => counted(desk) === 201);
  assert.ok(desk.handed.length < 150, `${desk.handed.length} batches`);
  assert.ok(desk.handed.every(({ events }) => events.length <= BATCH_EVENTS_MAX));
});

test('an inform is answered only after the desk has it, and a repeat makes no second event', async () => {
  await using desk = await FakeDesk.open();
  using sender = new Sender(desk.port);
  desk.atOnce = undefined;
  const inform = link(7, 'up', true);
  await sender.send(inform, inform, inform);
  await desk.until(() => desk.handed.length === 1);
  assert.match(desk.handed[0]?.once ?? '', /^snmp:127\.0\.0\.1:\d+:7:[0-9a-f]+$/);
  // Traps sent after the repeats come after them: the repeats were seen and put aside.
  await sender.send(link(8, 'down'));
  await desk.until(() => desk.handed.length === 2);
  assert.equal(sender.answers.length, 0);
  assert.deepEqual(
    desk.handed[1]?.events.map((event) => event.resource),
    ['127.0.0.1/if-8'],
  );
  desk.handed[0]?.answer(DONE);
  await sender.untilAnswers(1);
  await sender.send(inform);
  await sender.untilAnswers(2);
  assert.deepEqual(sender.answers[0], sender.answers[1]);
  assert.equal(desk.handed.length, 2);
});

test('a refused inform is not answered, and handed over again under the same name', async () => {
  await using desk = await FakeDesk.open();
  using sender = new Sender(desk.port);
  desk.atOnce = LATER;
  await sender.send(link(7, 'up', true));
  await desk.until(() => desk.handed.length === 1);
  desk.atOnce = DONE;
  await desk.until(() => desk.handed.length === 2);
  await sender.untilAnswers(1);
  assert.equal(desk.handed[0]?.once, desk.handed[1]?.once);
  assert.equal(sender.answers.length, 1);
});

test('what the desk refuses comes again before what is newer', async () => {
  await using desk = await FakeDesk.open();
  using sender = new Sender(desk.port);
  desk.atOnce = LATER;
  await sender.send(link(1, 'down'));
  await desk.until(() => desk.handed.length === 1);
  await sender.send(link(1, 'up'), link(2, 'down'));
  desk.atOnce = DONE;
  await desk.until(() => counted(desk) === 4);
  assert.deepEqual(
    desk.events.map((event) => `${event.kind} ${event.resource}`),
    [
      'raise 127.0.0.1/if-1',
      'raise 127.0.0.1/if-1',
      'clear 127.0.0.1/if-1',
      'raise 127.0.0.1/if-2',
    ],
  );
});

test('a desk that throws is a desk that refuses', async () => {
  await using desk = await FakeDesk.open();
  using sender = new Sender(desk.port);
  desk.atOnce = Promise.reject(new Error('broken')) as never;
  (desk.atOnce as unknown as Promise<never>).catch(() => {});
  await sender.send(link(1, 'down'));
  await desk.until(() => desk.handed.length === 1);
  desk.atOnce = DONE;
  await desk.until(() => desk.handed.length === 2);
  assert.equal(desk.events[1]?.resource, '127.0.0.1/if-1');
});

test('what cannot be read is counted with a reason and a sample without community', async () => {
  await using desk = await FakeDesk.open({ communities: ['noc'] });
  using sender = new Sender(desk.port);
  const wrong = datagramOf({ community: 'hunter2' });
  await sender.send(Buffer.from('<13>syslog'), wrong, wrong, datagramOf({ community: 'noc' }));
  await desk.until(() => desk.refusals.length === 3 && desk.events.length === 1);
  const reasons = desk.refusals.map(({ why }) => why).sort();
  assert.match(reasons[0] ?? '', /a community of the list/);
  assert.match(reasons[2] ?? '', /an SNMP message expected/);
  for (const { sample } of desk.refusals) assert.ok(!Buffer.from(sample).includes('hunter2'));
});

/** Datagrams about 100,000 and more different interfaces: only the bytes of the index change. */
function* manyLinks(count: number): Generator<Buffer> {
  const first = 16_384;
  const bytes = Buffer.from(link(first, 'down'));
  const at = bytes.lastIndexOf(Buffer.from([0x81, 0x80, 0x00]));
  for (let i = first; i < first + count; i++) {
    bytes.set([0x80 | (i >> 14), 0x80 | ((i >> 7) & 0x7f), i & 0x7f], at);
    yield bytes;
  }
}

test('behind a desk that never answers the queue has its maximum, and what is over is counted', () => {
  const posted: FromListener[] = [];
  const listener = new Listener({
    settings: { ...SETTINGS, rules: '' },
    socket: { send() {}, close: () => undefined } as never,
    post: (message) => posted.push(message),
    kernelDrops: () => 3,
    now: () => 0,
  });
  const over = 1_000;
  const all = BATCHES_IN_FLIGHT_MAX * BATCH_EVENTS_MAX + WAITING_EVENTS_MAX + over;
  const sender = { address: '192.0.2.1', family: 'IPv4', port: 9, size: 0 } as const;
  for (const bytes of manyLinks(all)) listener.take(bytes, sender);
  listener.report();
  const report = posted.find((message) => message.is === 'report');
  assert.equal(report?.droppedByQueue, over);
  assert.equal(report?.droppedByKernel, 3);
  assert.equal(report?.waiting, WAITING_EVENTS_MAX);
  assert.equal(posted.filter(({ is }) => is === 'batch').length, BATCHES_IN_FLIGHT_MAX);
  for (const message of [...posted]) {
    if (message.is !== 'batch') continue;
    listener.hear({ is: 'answer', number: message.number, ok: true, retryAfterMs: 0 });
  }
  for (let n = 0; n < posted.length; n++) {
    const message = posted[n];
    if (message?.is !== 'batch' || message.number <= BATCHES_IN_FLIGHT_MAX) continue;
    listener.hear({ is: 'answer', number: message.number, ok: true, retryAfterMs: 0 });
  }
  listener.hear({ is: 'stop' });
  const events = posted.map((message) => (message.is === 'batch' ? message.text : ''));
  const handed = events.join('').split('"kind":').length - 1;
  assert.equal(handed + over, all);
  assert.deepEqual(posted.at(-1), { is: 'stopped', left: 0 });
});

test("people's own rules hold at once, also for what was remembered", () => {
  const bare = new BareListener({ rules: 'rules:\n  - {match: a="x", does: ignore}' });
  bare.take(link(7, 'down'));
  bare.listener.hear({ is: 'rules', text: 'rules:\n  - {match: ifIndex="7", severity: minor}' });
  bare.take(link(7, 'down'));
  bare.listener.hear({ is: 'rules', text: 'rules:\n  - {match: ifIndex="7", does: ignore}' });
  bare.take(link(7, 'down'));
  bare.take(link(7, 'down', true)); // ignored, and so answered without being stored
  const text = bare
    .end()
    .map((message) => (message.is === 'batch' ? message.text : ''))
    .join('');
  assert.deepEqual(text.match(/"severity":"\w+"/g), ['"severity":"major"', '"severity":"minor"']);
  assert.equal(bare.sent.length, 1);
});

test('what is kept for trying rules is without community, and only a few in a second', () => {
  const bare = new BareListener();
  const noted = { text: 's3cret' };
  for (let i = 1; i <= SEEN_PER_REPORT_MAX + 1; i++) {
    const varbinds = [['1.3.6.1.6.3.18.1.4.0', noted] as const];
    bare.take(datagramOf({ community: 'hunter2', trap: `1.3.6.1.4.1.99999.0.${i}`, varbinds }));
  }
  bare.listener.report();
  const report = bare.end().find((message) => message.is === 'report');
  assert.equal(report?.seen.length, SEEN_PER_REPORT_MAX);
  for (const { bytes, from } of report?.seen ?? []) {
    assert.equal(from, '192.0.2.1');
    assert.doesNotMatch(Buffer.from(bytes).toString('latin1'), /hunter2|s3cret/);
  }
});

test('a trap that two forwarders pass on is one report, and the copy is counted as one', async () => {
  const bare = new BareListener();
  const noted: Pair = ['1.3.6.1.6.3.18.1.3.0', { address: '198.51.100.4' }];
  const down = (uptime: number, more: Partial<Spec> = {}): Uint8Array =>
    datagramOf({
      trap: '1.3.6.1.6.3.1.1.5.3',
      uptime,
      varbinds: [[`${IF_INDEX}.7`, { integer: 7 }], noted],
      ...more,
    });
  for (const from of ['192.0.2.1', '192.0.2.2']) bare.take(down(100), from);
  bare.take(down(100, { requestId: 78 }), '192.0.2.3');
  for (const from of ['192.0.2.1', '192.0.2.2']) bare.take(down(200), from);
  bare.take(down(200, { inform: true }), '192.0.2.2');
  const texts = await bare.batches();
  const events = texts.flatMap((text) => JSON.parse(text) as AlarmEvent[]);
  assert.equal(
    events.reduce((sum, { count = 1 }) => sum + count, 0),
    3,
    'two traps, an inform',
  );
  bare.listener.report();
  const report = bare.end().find(({ is }) => is === 'report');
  assert.deepEqual(report?.is === 'report' && report.counted, { copiesByAnotherWay: 3 });
});

test('a name told once is on every later notification about the port, under the same key', async () => {
  const bare = new BareListener();
  const about = (oid: string, uptime: number, ...more: Pair[]): Uint8Array =>
    datagramOf({ trap: oid, uptime, varbinds: [[`${IF_INDEX}.7`, { integer: 7 }], ...more] });
  const hear = async (bytes: Uint8Array, from?: string): Promise<AlarmEvent | undefined> => {
    bare.take(bytes, from);
    const [text] = await bare.batches();
    return text === undefined ? undefined : (JSON.parse(text) as AlarmEvent[])[0];
  };
  const [DOWN, UP] = ['1.3.6.1.6.3.1.1.5.3', '1.3.6.1.6.3.1.1.5.4'];
  const bareDown = about(DOWN, 90_000);
  const nameless = await hear(bareDown);
  assert.equal(nameless?.text, 'Link down: ifIndex 7');
  const named = await hear(about(UP, 90_000, ['1.3.6.1.2.1.31.1.1.1.1.7', { text: 'xe-0/0/3' }]));
  const again = await hear(bareDown);
  assert.equal(again?.text, 'Link down: xe-0/0/3', 'also what was remembered without its name');
  assert.deepEqual([again?.labels.ifName, again?.labels.ifIndex], ['xe-0/0/3', '7']);
  assert.deepEqual([nameless?.id, named?.id, again?.id], Array(3).fill(nameless?.id));
  assert.equal(
    (await hear(bareDown, '192.0.2.2'))?.text,
    'Link down: ifIndex 7',
    'of its own only',
  );
  await hear(datagramOf({ trap: '1.3.6.1.6.3.1.1.5.1', uptime: 0 }));
  assert.equal(
    (await hear(bareDown))?.text,
    'Link down: ifIndex 7',
    'a start deals the numbers anew',
  );
  bare.end();
});

test('what a device raises just after its start may pass, whatever was remembered before', async () => {
  const bare = new BareListener();
  const down = (uptime: number): Uint8Array =>
    datagramOf({
      trap: '1.3.6.1.6.3.1.1.5.3',
      uptime,
      varbinds: [[`${IF_INDEX}.7`, { integer: 7 }]],
    });
  const passing = async (bytes: Uint8Array): Promise<unknown[]> => {
    bare.take(bytes);
    const texts = await bare.batches();
    return texts.flatMap((text) => (JSON.parse(text) as AlarmEvent[]).map((e) => e.passing?.for));
  };
  assert.deepEqual(await passing(down(900_000)), [undefined]);
  bare.now = 10_000;
  assert.deepEqual(await passing(down(2_000)), [280_000]);
  assert.deepEqual(await passing(link(7, 'up')), [undefined], 'a clear is a clear');
  bare.now = 20_000;
  const cold = datagramOf({ trap: '1.3.6.1.6.3.1.1.5.1', uptime: 0 });
  assert.deepEqual(await passing(cold), [undefined], 'the start itself is told');
  bare.now = 30_000;
  assert.deepEqual(await passing(down(1_000)), [290_000]);
  const fan = datagramOf({ trap: '1.3.6.1.4.1.2636.4.1.2', uptime: 1_000 });
  assert.deepEqual(await passing(fan), [undefined], 'a fan does not come up by itself');
  bare.now = 320_000;
  assert.deepEqual(await passing(down(30_000)), [undefined]);
  bare.end();
});

test('stopping hands over what had arrived, and gives the port back', async () => {
  const desk = await FakeDesk.open();
  using sender = new Sender(desk.port);
  for (let i = 1; i <= 40; i++) await sender.send(link(i, 'down'));
  await desk[Symbol.asyncDispose]();
  assert.equal(counted(desk), 40);
  const again = await FakeDesk.open({ port: desk.port });
  assert.deepEqual(again.listening, [`udp 127.0.0.1:${desk.port}`]);
  await again[Symbol.asyncDispose]();
});

test('a port in use, or an address that is not ours, is said at the start', async () => {
  await using desk = await FakeDesk.open();
  const says = (why: RegExp) => (error: unknown) => {
    assert.ok(error instanceof DeskError);
    assert.match(error.message, why);
    return true;
  };
  await assert.rejects(FakeDesk.open({ port: desk.port }), says(/EADDRINUSE/));
  await assert.rejects(FakeDesk.open({ address: '192.0.2.99' }), says(/EADDRNOTAVAIL/));
});

test('an IPv6 listener knows an IPv4 sender by its IPv4 address', async (t) => {
  const desk = await FakeDesk.open({ address: '::' }).catch(() => undefined);
  if (desk === undefined) return t.skip('this machine has no IPv6');
  using sender = new Sender(desk.port);
  await sender.send(link(7, 'down'));
  await desk.until(() => desk.events.length === 1);
  assert.equal(desk.events[0]?.resource, '127.0.0.1/if-7');
  await desk[Symbol.asyncDispose]();
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import type { Applied } from '../../src/desk/desk.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import { parseMatcher } from '../../src/domain/alarm/matcher.ts';
import { FEED_LIMITS, openFeed, type Sink } from '../../src/http/api/feed.ts';
import { watchRecent } from '../../src/http/api/recent.ts';
import { openApiServer } from '../support/api.ts';
import { manualClock } from '../support/clock.ts';
import { NOTHING_NOTIFIED } from '../support/desk.ts';
import { clear, raise } from '../support/http.ts';

const RING = 8;

/** A feed over a desk that applies what it is told. */
function openTestFeed(ringMax = RING) {
  const clock = manualClock();
  let listener: (applied: Applied) => void = () => {};
  const desk = {
    memory: { position: 100 } as never as { position: number },
    watch: (given: typeof listener) => {
      listener = given;
      return () => {};
    },
  };
  const recent = watchRecent(desk as never, ringMax);
  const position = () => desk.memory.position;
  const drawn = (c: { position: number; index: number; id: string }) =>
    `id: ${c.position}.${c.index}\ndata: ${c.id}\n\n`;
  const feed = openFeed({ recent, clock, position, drawn });
  const apply = (...ids: string[]) => {
    desk.memory.position++;
    const alarms = ids.map(
      (id) => [undefined, { id, labels: { name: id } } as never as Alarm] as const,
    );
    const at = clock.now() as Instant;
    const { position } = desk.memory;
    listener({ position, at, alarms, changes: [], effects: [], ...NOTHING_NOTIFIED });
  };
  return { clock, feed, apply, recent };
}

function openSink() {
  const sink = { texts: [] as string[], stuck: 0, ended: false };
  const to: Sink = {
    write: (text) => void sink.texts.push(text),
    waiting: () => sink.stuck,
    end: () => {
      sink.ended = true;
    },
  };
  const took = () => {
    const all = sink.texts.join('');
    sink.texts = [];
    return [...all.matchAll(/(?:event: (\w+)\n)?id: (\S+)\ndata: (\S+)/g)].map(
      ([, event, id, data]) => (event ? `${event} ${id}` : `${data} ${id}`),
    );
  };
  return { sink, to, took };
}

test('a new reader is told where it is, and then of every change', () => {
  const { clock, feed, apply } = openTestFeed();
  apply('before');
  const { to, took } = openSink();
  feed.join(to, [], undefined);
  apply('a', 'b');
  apply('c');
  clock.pass(25);
  assert.deepEqual(took(), ['position 102.-1', 'a 102.0', 'b 102.1', 'c 103.0']);
});

test('a reader that comes back hears exactly what it missed', () => {
  const { clock, feed, apply } = openTestFeed();
  apply('a', 'b');
  apply('c');
  for (const [last, want] of [
    ['101.0', ['b 101.1', 'c 102.0']],
    ['101.1', ['c 102.0']],
    ['102.0', []],
    ['101.-1', ['a 101.0', 'b 101.1', 'c 102.0']],
    ['103.-1', []],
  ] as const) {
    const { to, took } = openSink();
    const leave = feed.join(to, [], last);
    clock.pass(25);
    assert.deepEqual(took(), want, last);
    leave();
  }
});

test('what is no longer kept, of another journal, or no id of ours is a gap', () => {
  const { clock, feed, apply } = openTestFeed();
  for (let i = 0; i < RING + 1; i++) apply(`n${i}`);
  for (const last of ['99.0', '100.5', '110.0', '101.x', 'hello']) {
    const { to, took } = openSink();
    const leave = feed.join(to, [], last);
    clock.pass(25);
    assert.deepEqual(took(), ['gap 110.-1'], last);
    leave();
  }
  const { to, took } = openSink();
  feed.join(to, [], '102.0');
  clock.pass(25);
  assert.equal(took().length, RING - 1, 'the oldest kept is the one it saw');
});

test('before anything was evicted, the start of the desk is where resuming begins', () => {
  const { clock, feed, apply } = openTestFeed();
  apply('a');
  const { to, took } = openSink();
  feed.join(to, [], '100.3');
  clock.pass(25);
  assert.deepEqual(took(), ['a 101.0']);
});

test('a filter lets through what fits or fitted until now', () => {
  const { clock, feed, apply } = openTestFeed();
  const { to, took } = openSink();
  const matcher = parseMatcher('name="b"');
  assert.ok(!('error' in matcher));
  feed.join(to, [matcher], undefined);
  apply('a', 'b', 'c');
  clock.pass(25);
  assert.deepEqual(took(), ['position 101.-1', 'b 101.1']);
});

test('a slow reader is not written to; it goes on where it was, or after a gap', () => {
  const { clock, feed, apply } = openTestFeed();
  const { sink, to, took } = openSink();
  feed.join(to, [], undefined);
  took();
  sink.stuck = FEED_LIMITS.waiting_bytes_max + 1;
  apply('a');
  clock.pass(1_000);
  assert.deepEqual(took(), []);
  sink.stuck = FEED_LIMITS.waiting_bytes_max;
  apply('b');
  clock.pass(25);
  assert.deepEqual(took(), ['a 101.0', 'b 102.0']);
  sink.stuck++;
  for (let i = 0; i <= RING; i++) apply(`n${i}`);
  clock.pass(25);
  sink.stuck = 0;
  apply('z');
  clock.pass(25);
  assert.deepEqual(took(), ['gap 113.-1']);
});

test('a reader that takes nothing for half a minute is sent away', () => {
  const { clock, feed, apply } = openTestFeed();
  const { sink, to } = openSink();
  feed.join(to, [], undefined);
  sink.stuck = FEED_LIMITS.waiting_bytes_max + 1;
  apply('a');
  clock.pass(25 + FEED_LIMITS.stall_ms_max - 1_000);
  assert.equal(sink.ended, false);
  clock.pass(20_000); // seen at the next heartbeat
  assert.equal(sink.ended, true);
  assert.equal(feed.readers, 0);
});

test('a long backlog goes out in batches, so that nobody waits for one reader', () => {
  const { clock, feed, apply } = openTestFeed(3 * FEED_LIMITS.batch_changes_max);
  for (let i = 0; i < FEED_LIMITS.batch_changes_max + 1; i++) apply('x');
  const { to, took } = openSink();
  feed.join(to, [], '101.-1');
  clock.pass(25);
  assert.equal(took().length, FEED_LIMITS.batch_changes_max);
  clock.pass(25);
  assert.equal(took().length, 1);
});

test('one reader more than there may be is refused', () => {
  const { feed } = openTestFeed();
  for (let i = 0; i < FEED_LIMITS.streams_max; i++) feed.join(openSink().to, [], undefined);
  assert.throws(() => feed.join(openSink().to, [], undefined), { code: 'BUSY' });
});

test('quiet streams carry a comment every fifteen seconds', () => {
  const { clock, feed } = openTestFeed();
  const { sink, to } = openSink();
  feed.join(to, [], undefined);
  sink.texts = [];
  clock.pass(15_000);
  assert.deepEqual(sink.texts, [': still here\n\n']);
});

const s = await openApiServer();
after(() => s.close());

/** Reads a stream up to `count` events, then leaves. */
async function read(query: string, headers: Record<string, string>, count: number) {
  const leave = new AbortController();
  const response = await fetch(`${s.url}/api/v1/events${query}`, {
    headers: { authorization: s.viewer.authorization, ...headers },
    signal: leave.signal,
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const events: { event: string; id: string; data: Record<string, unknown> }[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event = '', id = '', data = ''] =
        /^event: (\w+)\nid: (\S+)\ndata: (.*)$/.exec(block) ?? [];
      if (event) events.push({ event, id, data: JSON.parse(data) as Record<string, unknown> });
    }
    if (events.length >= count) break;
    s.clock.pass(25);
  }
  leave.abort();
  return events;
}

test('over HTTP: changes with their timeline lines, and resumption by Last-Event-ID', async () => {
  const reading = read('', {}, 3);
  await s.desk.receive('test', [raise('a')]);
  while (s.server.streamsOpen() === 0) await new Promise(setImmediate);
  await s.desk.receive('test', [raise('b'), clear('a')]);
  s.clock.pass(25);
  const [begin, ...rest] = await reading;
  const changed = rest.map(({ event, data }) => {
    const { alarm, changes } = data as { alarm: { resource: string }; changes: { what: string }[] };
    return [event, alarm.resource, changes.map((c) => c.what)];
  });
  assert.equal(begin?.event, 'position');
  assert.deepEqual(changed.sort(), [
    ['alarm', 'a', ['cleared']],
    ['alarm', 'b', ['raised']],
  ]);
  const again = await read('', { 'last-event-id': rest[0]?.id ?? '' }, 1);
  assert.equal(again[0]?.id, rest[1]?.id);
  const gap = await read('', { 'last-event-id': '0.0' }, 1);
  assert.equal(gap[0]?.event, 'gap');
});

test('over HTTP: a bad filter is an ordinary problem', async () => {
  const { status, body } = await s.viewer.get('/events?filter=x');
  assert.equal(status, 422);
  assert.equal((body as { code: string }).code, 'MATCHER_INVALID');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventRing, eventBytes, STREAM_LIMITS, writeTo } from './live-stream.ts';
import { HereRoom } from './reader.ts';

test('the ring keeps the newest events, at most so many and so much', () => {
  const ring = new EventRing();
  const { ring_events_max, ring_bytes_max } = STREAM_LIMITS;
  for (let i = 1; i <= ring_events_max; i++) ring.push(eventBytes('e', i));
  assert.ok(ring.covers(0), 'exactly full');
  ring.push(eventBytes('e', 'one more'));
  assert.ok(!ring.covers(0));
  assert.ok(ring.covers(1));
  assert.equal(String(ring.since(1)[0]), String(eventBytes('e', 2)));
  assert.deepEqual(ring.since(ring.head), []);
  ring.push(Buffer.alloc(ring_bytes_max));
  assert.ok(!ring.covers(ring.head - 2));
  assert.ok(ring.covers(ring.head - 1));
  ring.skip();
  assert.ok(!ring.covers(ring.head - 1));
});

/** As much of a response as a writer looks at. */
const reader = (waiting: number) => {
  const seen = { written: 0, destroyed: false };
  const response = {
    writableEnded: false,
    destroyed: false,
    writableLength: waiting,
    write: () => ++seen.written > 0,
    destroy: () => {
      seen.destroyed = true;
    },
  };
  return { seen, response: response as unknown as Parameters<typeof writeTo>[0] };
};

test('a reader with more waiting than the maximum is cut off; one at the maximum is not', () => {
  const { waiting_bytes_max: max } = STREAM_LIMITS;
  const at = reader(max);
  assert.ok(writeTo(at.response, Buffer.from('x')));
  assert.deepEqual(at.seen, { written: 1, destroyed: false });
  const over = reader(max + 1);
  assert.ok(!writeTo(over.response, Buffer.from('x')));
  assert.deepEqual(over.seen, { written: 0, destroyed: true });
});

test('a page of rows that is on its way cuts nobody off: it may wait besides the maximum', () => {
  const { waiting_bytes_max: max } = STREAM_LIMITS;
  const { seen, response } = reader(0);
  const page = Buffer.alloc(3 * max);
  assert.ok(writeTo(response, page));
  const waits = (bytes: number) => Object.assign(response, { writableLength: bytes });
  waits(page.length + max);
  assert.ok(writeTo(response, Buffer.from('tick')), 'at the limit');
  waits(page.length + max + 1);
  assert.ok(!writeTo(response, Buffer.from('tick')));
  assert.deepEqual(seen, { written: 2, destroyed: true });
  const other = reader(0);
  writeTo(other.response, page);
  writeTo(other.response, Buffer.from('tick'));
  Object.assign(other.response, { writableLength: max + 1 });
  assert.ok(!writeTo(other.response, Buffer.from('tick')), 'once it is gone, it counts no more');
});

/** Somebody in a room who keeps what is said. */
const keeper = () => {
  const heard: string[] = [];
  const write = (bytes: Buffer) => heard.push(String(bytes)) > 0;
  return { heard, write, outlet: { room: () => new HereRoom() }, onClose() {}, end() {} };
};

test('many readers are written to in slices, with room for other work between', async () => {
  const max = STREAM_LIMITS.slice_readers_max;
  const [room, all] = [new HereRoom(), Array.from({ length: 2 * max + 1 }, keeper)];
  for (const reader of all) room.add(reader);
  const reached = () => all.filter(({ heard }) => heard.length > 0).length;
  const done = Promise.withResolvers<void>();
  room.tell(Buffer.from('x'), done.resolve);
  assert.equal(reached(), max, 'one slice at once');
  await done.promise;
  assert.equal(reached(), 2 * max + 1);
});

test('told twice in a row, everybody hears both in order, whoever comes or goes between', async () => {
  const max = STREAM_LIMITS.slice_readers_max;
  const [room, all] = [new HereRoom(), Array.from({ length: max + 10 }, keeper)];
  for (const reader of all) room.add(reader);
  const done = Promise.withResolvers<void>();
  room.tell(Buffer.from('1'), () => {});
  const [late, gone] = [keeper(), all.shift()];
  room.add(late);
  if (gone) room.delete(gone);
  room.tell(Buffer.from('2'), done.resolve);
  await done.promise;
  assert.deepEqual(late.heard, ['2'], 'not what was told before it came');
  for (const { heard } of all) assert.equal(heard.join(''), '12');
  assert.deepEqual(gone?.heard, ['1']);
});

test('who is behind gets all of it in one write, and before those who are not', async () => {
  const max = STREAM_LIMITS.slice_readers_max;
  const [room, all] = [new HereRoom(), Array.from({ length: 2 * max }, keeper)];
  for (const reader of all) room.add(reader);
  const [order, done]: [string[], PromiseWithResolvers<void>] = [[], Promise.withResolvers()];
  room.tell(Buffer.from('1'), () => {
    order.push('1');
    assert.deepEqual(all.at(-1)?.heard, ['123'], 'one write for three');
    assert.deepEqual(all.at(0)?.heard, ['1'], 'who had the first waits for the others');
  });
  for (const text of ['2', '3']) {
    room.tell(Buffer.from(text), () => {
      order.push(text);
      if (text === '3') done.resolve();
    });
  }
  await done.promise;
  assert.deepEqual(order, ['1', '2', '3'], 'told in the order of calls');
  assert.deepEqual(all.at(0)?.heard, ['1', '23']);
});

test('what is told the moment that all were told is one walk, not two', async () => {
  const max = STREAM_LIMITS.slice_readers_max;
  const [room, all] = [new HereRoom(), Array.from({ length: 2 * max }, keeper)];
  for (const reader of all) room.add(reader);
  const again = Promise.withResolvers<void>();
  room.tell(Buffer.from('1'), () => {
    room.tell(Buffer.from('2'), () => {});
    room.tell(Buffer.from('3'), () => {});
    again.resolve();
  });
  await again.promise;
  const reached = () => all.filter(({ heard }) => heard.length > 1).length;
  assert.equal(reached(), max);
  await new Promise(setImmediate);
  assert.equal(reached(), 2 * max, 'one more slice in one more turn');
  await new Promise(setImmediate);
  assert.ok(all.every(({ heard }) => heard.join('') === '123'));
});

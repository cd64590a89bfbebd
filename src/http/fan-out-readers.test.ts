import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { FRAMES, FrameReader, frameHead, numberBytes } from './fan-out-frames.ts';
import { FanOutReaders } from './fan-out-readers.ts';
import { STREAM_LIMITS } from './live-stream.ts';

/** The readers of a process, what they said to the desk, and how to say something to them. */
function opened() {
  const said: (readonly [number, number])[] = [];
  const frames = new FrameReader();
  const readers = new FanOutReaders({
    write: (bytes) => {
      for (const { kind, number } of frames.take(bytes)) said.push([kind, number]);
    },
  });
  const say = (kind: number, number: number, bytes: Buffer = Buffer.alloc(0)) =>
    readers.hear(Buffer.concat([frameHead(kind, number, bytes.length), bytes]));
  return { readers, say, take: () => said.splice(0, Infinity) };
}

/** As much of a socket as is looked at. */
function socket(writableLength = 0) {
  const heard: string[] = [];
  const made = Object.assign(new EventEmitter(), {
    ...{ writableLength, writableEnded: false, destroyed: false, heard },
    resume() {},
    write: (bytes: Buffer) => heard.push(String(bytes)) > 0,
    end() {
      made.writableEnded = true;
      made.emit('close');
    },
    destroy() {
      made.destroyed = true;
      made.emit('close');
    },
  });
  return made;
}

const attach = (readers: FanOutReaders, number: number, one: ReturnType<typeof socket>) =>
  readers.attach(number, one as unknown as Socket);

test('what is said to a reader before its socket has come is written first, in order', () => {
  const { readers, say, take } = opened();
  say(FRAMES.write, 7, Buffer.from('a'));
  say(FRAMES.join, 1, numberBytes(7));
  say(FRAMES.tell, 1, Buffer.from('b'));
  const one = socket();
  attach(readers, 7, one);
  say(FRAMES.write, 7, Buffer.from('c'));
  assert.deepEqual(one.heard, ['a', 'b', 'c']);
  assert.deepEqual(take(), [
    [FRAMES.told, 1],
    [FRAMES.have, 7],
  ]);
});

test('a reader with more waiting than the maximum is cut off, and the desk hears of it', () => {
  const { readers, say, take } = opened();
  const [at, over] = [
    socket(STREAM_LIMITS.waiting_bytes_max),
    socket(STREAM_LIMITS.waiting_bytes_max + 1),
  ];
  attach(readers, 1, at);
  attach(readers, 2, over);
  for (const number of [1, 2]) say(FRAMES.join, 9, numberBytes(number));
  take();
  say(FRAMES.tell, 9, Buffer.from('x'));
  assert.deepEqual([at.heard, at.destroyed], [['x'], false]);
  assert.deepEqual([over.heard, over.destroyed], [[], true]);
  assert.deepEqual(take(), [
    [FRAMES.gone, 2],
    [FRAMES.told, 9],
  ]);
  say(FRAMES.tell, 9, Buffer.from('y'));
  assert.deepEqual(at.heard, ['x', 'y'], 'the others go on');
});

test('more than the maximum before the socket has come cuts the reader off, too', () => {
  const { readers, say, take } = opened();
  say(FRAMES.write, 1, Buffer.alloc(STREAM_LIMITS.waiting_bytes_max));
  say(FRAMES.write, 1, Buffer.from('exactly there is not too much'));
  say(FRAMES.write, 1, Buffer.from('left out'));
  const one = socket();
  attach(readers, 1, one);
  assert.ok(one.destroyed);
  assert.deepEqual(take(), [
    [FRAMES.have, 1],
    [FRAMES.gone, 1],
  ]);
});

test('a whole page larger than the maximum waits for the socket besides what may wait', () => {
  const { readers, say, take } = opened();
  const page = 'p'.repeat(STREAM_LIMITS.waiting_bytes_max + 1);
  say(FRAMES.write, 1, Buffer.from(page));
  say(FRAMES.write, 1, Buffer.from('and what came after it'));
  const one = socket();
  attach(readers, 1, one);
  assert.deepEqual([one.heard, one.destroyed], [[page, 'and what came after it'], false]);
  assert.deepEqual(take(), [[FRAMES.have, 1]]);
});

test('bytes kept once are written to many', () => {
  const { readers, say } = opened();
  const both = [socket(), socket()];
  both.forEach((one, n) => {
    attach(readers, n, one);
  });
  say(FRAMES.keep, 3, Buffer.from('page'));
  for (const number of [0, 1]) say(FRAMES.writeKept, number, numberBytes(3));
  for (const { heard } of both) assert.deepEqual(heard, ['page']);
});

test('a stream ended before its socket came ends when it comes; lost ones are told', () => {
  const { readers, say, take } = opened();
  say(FRAMES.write, 1, Buffer.from('bye'));
  say(FRAMES.end, 1);
  const one = socket();
  attach(readers, 1, one);
  assert.deepEqual([one.heard, one.writableEnded], [['bye'], true]);
  readers.attach(2, undefined);
  assert.deepEqual(take().slice(-1), [[FRAMES.gone, 2]]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAME_BYTES_MAX, FRAMES, FrameReader, frameHead } from './fan-out-frames.ts';

const frame = (kind: number, number: number, text: string): Buffer =>
  Buffer.concat([frameHead(kind, number, Buffer.byteLength(text)), Buffer.from(text)]);

const read = (reader: FrameReader, chunk: Buffer) =>
  [...reader.take(chunk)].map(({ kind, number, bytes }) => [kind, number, String(bytes)]);

test('frames are the same however they are cut', () => {
  const said = [
    [FRAMES.write, 1, 'hello'],
    [FRAMES.end, 4_294_967_295, ''],
    [FRAMES.tell, 7, 'x'.repeat(1_000)],
    [FRAMES.gone, 0, ''],
  ] as const;
  const whole = Buffer.concat(said.map(([kind, number, text]) => frame(kind, number, text)));
  for (const size of [1, 2, 3, 5, 8, 9, 10, 100, whole.length]) {
    const reader = new FrameReader();
    const heard: unknown[] = [];
    for (let at = 0; at < whole.length; at += size) {
      heard.push(...read(reader, whole.subarray(at, at + size)));
    }
    assert.deepEqual(heard, said, `in pieces of ${size}`);
  }
});

test('what is no frame is refused: too short for its number, or longer than the maximum', () => {
  const short = frame(FRAMES.write, 1, '');
  short.writeUInt32LE(4, 0);
  assert.throws(() => read(new FrameReader(), short));
  const long = frameHead(FRAMES.write, 1, FRAME_BYTES_MAX - 5);
  assert.deepEqual(read(new FrameReader(), long), [], 'exactly the maximum is waited for');
  assert.throws(() => read(new FrameReader(), frameHead(FRAMES.write, 1, FRAME_BYTES_MAX - 4)));
});

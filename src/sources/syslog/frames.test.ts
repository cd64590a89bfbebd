import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNT_BYTES_MAX, FRAME_BYTES_MAX, Frames } from './frames.ts';

const counted = (text: string): string => `${Buffer.byteLength(text)} ${text}`;

/** The messages in these chunks, and how the end went. */
function cutOf(chunks: readonly (string | Uint8Array)[], inGoodOrder = true) {
  const frames = new Frames();
  const lines: string[] = [];
  const line = (text: string): unknown => lines.push(text);
  let why: string | undefined;
  for (const chunk of chunks) why ??= frames.push(Buffer.from(chunk), line);
  const whole = frames.end(inGoodOrder, line);
  return { lines, why, whole, cut: frames.takeCut() };
}

test('both framings, and a sender that changes from one to the other', () => {
  for (const [stream, lines] of [
    ['<13>a\n<13>b\n', ['<13>a', '<13>b']],
    ['5 <13>a5 <13>b', ['<13>a', '<13>b']],
    ['5 <13>a<13>b\n5 <13>c<13>d\n', ['<13>a', '<13>b', '<13>c', '<13>d']],
    ['<13>a\r\n<13>b\0<13>c\n', ['<13>a', '<13>b', '<13>c']],
    [`${counted('<13>two\nlines')}<13>b\n`, ['<13>two\nlines', '<13>b']],
    ['5 <13>a\n5 <13>b\n', ['<13>a', '<13>b']],
    ['\n\n \r\n<13>a\n\n', ['<13>a']],
    ['no priority\n', ['no priority']],
    ['12:00 text\n', ['12:00 text']],
    ['0 text\n', ['0 text']],
    ['', []],
  ] as const) {
    assert.deepEqual(cutOf([stream]).lines, lines, JSON.stringify(stream));
  }
});

test('wherever the stream is cut into chunks, the messages are the same', () => {
  const stream = Buffer.from(
    `<13>a\n${counted('<14>ä line\nof two')}<13>b\0${counted('<15>x')}\n2026: y\r\n123456789 z\n`,
  );
  const { lines } = cutOf([stream]);
  assert.equal(lines.length, 6);
  for (let at = 0; at <= stream.length; at++) {
    assert.deepEqual(cutOf([stream.subarray(0, at), stream.subarray(at)]).lines, lines, `at ${at}`);
  }
  const bytes = Array.from(stream, (_, i) => stream.subarray(i, i + 1));
  assert.deepEqual(cutOf(bytes).lines, lines);
});

test('a message is kept up to its maximum; the rest is skipped and the next one is whole', () => {
  const long = `<13>${'x'.repeat(FRAME_BYTES_MAX - 4)}`;
  for (const frame of [(text: string) => `${text}\n`, counted]) {
    const exact = cutOf([frame(long), frame('<13>b')]);
    assert.deepEqual(exact, { lines: [long, '<13>b'], why: undefined, whole: true, cut: 0 });
    const over = cutOf([frame(`${long}yy`), frame('<13>b')]);
    assert.deepEqual(over, { lines: [long, '<13>b'], why: undefined, whole: true, cut: 1 });
  }
});

test('a count that no syslog has ends the connection', () => {
  assert.equal(cutOf([`${COUNT_BYTES_MAX} <13>a`]).why, undefined);
  assert.match(cutOf([`${COUNT_BYTES_MAX + 1} <13>a`]).why ?? '', /16777217 bytes announced/);
  assert.equal(cutOf(['999999999 <13>a\n']).why, undefined); // nine digits are a line
});

test('a line without its end counts where the sender closed; half a message never does', () => {
  assert.deepEqual(cutOf(['<13>a\n<13>b']).lines, ['<13>a', '<13>b']);
  assert.deepEqual(cutOf(['<13>a\n12']).lines, ['<13>a', '12']);
  const broken = cutOf(['<13>a\n<13>port 1'], false);
  assert.deepEqual([broken.lines, broken.whole], [['<13>a'], false]);
  const half = cutOf(['5 <13>a9 <13>port'], true);
  assert.deepEqual([half.lines, half.whole], [['<13>a'], false]);
  assert.equal(cutOf(['<13>a\n'], false).whole, true);
});

test('a message that was begun is known to be open, and that others ended before', () => {
  const frames = new Frames();
  const push = (text: string) => frames.push(Buffer.from(text), () => {});
  assert.deepEqual([frames.open, frames.ended], [false, 0]);
  push('<13>a');
  assert.deepEqual([frames.open, frames.ended], [true, 0]);
  push('\n1');
  assert.deepEqual([frames.open, frames.ended], [true, 1]);
  push('0 <13>');
  assert.deepEqual([frames.open, frames.ended], [true, 1]);
  push('abcdef');
  assert.deepEqual([frames.open, frames.ended], [false, 2]);
});

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import {
  ageText,
  cut,
  paintFor,
  printable,
  screenOf,
  table,
  widthOfText,
  wrapped,
} from './terminal.ts';

const plain = (_: string, text: string): string => text;
const screen = (isTerminal: boolean) => ({ write: () => {}, isTerminal, columns: 80 });

test('colour only on a terminal, and not where NO_COLOR is set', () => {
  const painted = (isTerminal: boolean, env: Record<string, string>) =>
    paintFor(screen(isTerminal), env)('critical', 'x') !== 'x';
  assert.equal(painted(true, {}), true);
  assert.equal(painted(false, {}), false);
  assert.equal(painted(true, { NO_COLOR: '1' }), false);
  assert.equal(painted(true, { NO_COLOR: '' }), true);
  assert.equal(painted(true, { TERM: 'dumb' }), false);
});

test('a table fits into the width it is given, and says where it was cut', () => {
  const columns = [{ title: 'ID', least: 4 }, { title: 'RESOURCE' }, { title: 'TEXT', least: 10 }];
  const rows = [
    ['a1b2', 'cph-core-1/et-0/0/0', 'Link down: et-0/0/0 to waw-core-1, carrier informed at 06:12'],
    ['c3d4', 'x', 'short'],
  ];
  for (const width of [40, 60, 80]) {
    const lines = table(columns, rows, width, plain).trimEnd().split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines) assert.ok(widthOfText(line) <= width, `${width}: ${line}`);
    assert.ok(lines[1]?.includes('…'));
  }
  assert.ok(!table(columns, rows, undefined, plain).includes('…'), 'a pipe gets everything');
});

test('wide characters take two places', () => {
  assert.equal(widthOfText('東京'), 4);
  assert.equal(widthOfText('Zürich'), 6);
  assert.equal(cut('東京都', 4), '東…');
});

test('an alarm cannot steer the terminal', () => {
  assert.equal(printable('a\u001b[2Jb\u0007\nc\u009b'), 'a\ufffd[2Jb\ufffd c\ufffd');
});

test('ages in words', () => {
  for (const [ms, want] of [
    [0, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_599_999, '59m'],
    [3_600_000, '1h'],
    [3_660_000, '1h 1m'],
    [90_000_000, '1d 1h'],
  ] as const)
    assert.equal(ageText(ms), want);
});

test('lines break at spaces', () => {
  assert.deepEqual(wrapped('aa bb cc', 5), ['aa bb', 'cc']);
  assert.deepEqual(wrapped('a\nb', 5), ['a', 'b']);
  assert.deepEqual(wrapped('unbreakable', 5), ['unbreakable']);
});

test('a reader who leaves early is no fault, and is told about once', () => {
  const stream = new EventEmitter() as NodeJS.WriteStream;
  const written: string[] = [];
  stream.write = (text: unknown) => written.push(String(text)) > 0;
  let left = 0;
  const screen = screenOf(stream, () => left++);
  screen.write('a');
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  stream.emit('error', gone);
  stream.emit('error', gone);
  screen.write('b');
  assert.deepEqual([written, left], [['a'], 1]);
  const broken = Object.assign(new Error('write EIO'), { code: 'EIO' });
  assert.throws(() => stream.emit('error', broken), /EIO/);
});

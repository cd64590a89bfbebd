import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIFF_LIMITS, type DiffLine, diffLines } from './revisions.ts';

const SIGN = { same: ' ', removed: '-', added: '+' };
const drawn = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ is, text }) => SIGN[is] + text)
    .join('|');
const lines = (letters: string): string => [...letters].map((letter) => `${letter}\n`).join('');

test('lines that came, went and stayed', () => {
  for (const [before, after, want] of [
    ['', '', ''],
    ['a', 'a', ' a'],
    ['', 'ab', '+a|+b'],
    ['ab', '', '-a|-b'],
    ['abc', 'axc', ' a|-b|+x| c'],
    ['abcabba', 'cbabac', ''],
    ['abc', 'ac', ' a|-b| c'],
    ['ac', 'abc', ' a|+b| c'],
  ] as const) {
    const found = drawn(lines(before), lines(after));
    if (want !== '' || before === after) assert.equal(found, want, `${before} ${after}`);
    else
      assert.equal(found.replaceAll(/[^-+]/g, '').length, 5, 'the shortest of Myers’ own example');
  }
});

test('line numbers are those of the two texts; a missing line end is no change of the line', () => {
  assert.deepEqual(diffLines('a\nb\nc', 'a\nc\nd\n'), [
    { is: 'same', text: 'a', before: 1, after: 1 },
    { is: 'removed', text: 'b', before: 2 },
    { is: 'same', text: 'c', before: 3, after: 2 },
    { is: 'added', text: 'd', after: 3 },
  ]);
});

const side = (diff: readonly DiffLine[], not: DiffLine['is']): string =>
  diff
    .filter((line) => line.is !== not)
    .map((line) => `${line.text}\n`)
    .join('');

/** Length of a longest common subsequence, the plain way. */
function common(a: string, b: string): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const row = [0];
    for (let j = 1; j <= b.length; j++)
      row.push(b[j - 1] === x ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0));
    above = row;
  }
  return above[b.length] ?? 0;
}

test('a comparison holds both texts, and is as short as it can be', () => {
  let seed = 7;
  const next = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  const word = (): string => Array.from({ length: next(12) }, () => 'abc'[next(3)]).join('');
  for (let round = 0; round < 2_000; round++) {
    const [a, b] = [word(), word()];
    const diff = diffLines(lines(a), lines(b));
    assert.equal(side(diff, 'added'), lines(a), `${a} ${b}`);
    assert.equal(side(diff, 'removed'), lines(b), `${a} ${b}`);
    const kept = diff.filter((line) => line.is === 'same').length;
    assert.equal(kept, common(a, b), `${a} ${b}`);
  }
});

test('at the limit the lines between are still found, beyond it all is told as changed', () => {
  const { changes_max: max } = DIFF_LIMITS;
  const texts = (changes: number): [string, string] => {
    const added = Array.from({ length: changes }, (_, i) => `new ${i}\n`);
    const half = Math.floor(changes / 2);
    return ['mid\n', `${added.slice(0, half).join('')}mid\n${added.slice(half).join('')}`];
  };
  const kept = (changes: number): number =>
    diffLines(...texts(changes)).filter((line) => line.is === 'same').length;
  assert.equal(kept(max), 1);
  assert.equal(kept(max + 1), 0);
});

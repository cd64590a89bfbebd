import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unifiedDiff } from './line-diff.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, i) => `${i + 1}`);

test('equal texts differ in nothing', () => assert.deepEqual(unifiedDiff('a\nb', 'a\nb', 'x'), []));

test('a change is shown with three lines around it, and where it stands', () => {
  const was = numbers(20).join('\n');
  const is = was.replace('10', 'ten').replace('\n20', '');
  assert.deepEqual(unifiedDiff(was, is, 'x'), [
    ...['--- x (kept)', '+++ x', '@@ -7,7 +7,7 @@', ' 7', ' 8', ' 9', '-10', '+ten', ' 11'],
    ...[' 12', ' 13', '@@ -17,4 +17,3 @@', ' 17', ' 18', ' 19', '-20'],
  ]);
});

test('changes that are near are told together', () => {
  const diff = unifiedDiff('a\nb\nc\nd', 'x\nb\nc\ny', 'x');
  assert.equal(diff.filter((line) => line.startsWith('@@')).length, 1);
});

test('beyond the limit of lines all of it is told as new', () => {
  const long = numbers(2_000).join('\n');
  assert.equal(unifiedDiff(long, `${long}!`, 'x').length, 3 + 3 + 2);
  assert.equal(unifiedDiff(`${long}\nx`, `${long}\ny`, 'x').length, 2 + 1 + 4_002);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const PAGE = 'docs/reference/on-call-cases.md';
const CASES = 52;

interface Row {
  readonly number: number;
  readonly files: readonly string[];
  readonly note: string;
}

const rows: readonly Row[] = readFileSync(PAGE, 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, , files, note] = line.split('|').map((cell) => cell.trim());
    if (!/^\d+$/.test(number ?? '')) return [];
    const paths = [...(files ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? '');
    return [{ number: Number(number), files: paths, note: note ?? '' }];
  });

test('every case of the catalogue has its test, with its number, or the reason why it has none', () => {
  assert.deepEqual(
    rows.map(({ number }) => number),
    Array.from({ length: CASES }, (_, i) => i + 1),
  );
  for (const { number, files, note } of rows) {
    assert.ok(files.length > 0 || note !== '', `case ${number} says nothing`);
    for (const file of files) {
      const titled = new RegExp(`cases? (\\d+ and )?${number}\\b`);
      assert.match(readFileSync(file, 'utf8'), titled, `case ${number} is not in ${file}`);
    }
  }
});

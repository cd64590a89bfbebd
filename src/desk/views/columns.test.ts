import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COLUMN_LIMITS,
  columnNames,
  columnsText,
  DEFAULT_COLUMNS,
  movedColumn,
  readColumns,
} from './columns.ts';

test('columns are what was asked for, in that order, each once, and never none', () => {
  assert.deepEqual(readColumns(['site', '@age', 'site', '@age']), ['site', '@age']);
  assert.deepEqual(readColumns(['', ' ', '@nothing']), DEFAULT_COLUMNS);
});

test('at most so many columns, and a name only so long', () => {
  const { columns_max, name_chars_max } = COLUMN_LIMITS;
  const names = Array.from({ length: columns_max + 1 }, (_, i) => `l${i}`);
  assert.deepEqual(readColumns(names.slice(0, columns_max)).length, columns_max);
  assert.deepEqual(readColumns(names), names.slice(0, columns_max));
  assert.deepEqual(readColumns(['x'.repeat(name_chars_max)]), ['x'.repeat(name_chars_max)]);
  assert.deepEqual(readColumns(['x'.repeat(name_chars_max + 1)]), DEFAULT_COLUMNS);
});

test('any name of a label comes back from the URL as it was', () => {
  for (const names of [
    ['a,b', 'c%2C', '100%'],
    ['site', '@text'],
  ]) {
    assert.deepEqual(columnNames(columnsText(names)), names);
  }
  assert.deepEqual(columnNames('%zz'), ['%zz']);
});

test('a column moves by one place, and not beyond the ends', () => {
  assert.deepEqual(movedColumn(['a', 'b', 'c'], 'c', -1), ['a', 'c', 'b']);
  assert.deepEqual(movedColumn(['a', 'b', 'c'], 'a', 1), ['b', 'a', 'c']);
  assert.deepEqual(movedColumn(['a', 'b'], 'a', -1), ['a', 'b']);
  assert.deepEqual(movedColumn(['a', 'b'], 'b', 1), ['a', 'b']);
  assert.deepEqual(movedColumn(['a', 'b'], 'x', 1), ['a', 'b']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CSV_LIMITS, CsvFault, readCsv } from './csv.ts';

const cells = (text: string) => readCsv(text).map((record) => record.cells);

for (const [what, text, want] of [
  [
    'plain',
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'no line break at the end',
    'a,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'Windows line ends and a byte order mark',
    '\ufeffa,b\r\n1,2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'quotes with commas, quotes and line breaks inside',
    'a,b\n"x, ""y""\nz",2',
    [
      ['a', 'b'],
      ['x, "y"\nz', '2'],
    ],
  ],
  [
    'semicolons, as spreadsheets write them',
    'a;b\n1,5;2',
    [
      ['a', 'b'],
      ['1,5', '2'],
    ],
  ],
  [
    'tabs',
    'a\tb\n1\t2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'empty lines and comments',
    '# kept by nora\na,b\n\n,\n1,',
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
  [
    'an empty cell at the end',
    'a,b,c\n1,,',
    [
      ['a', 'b', 'c'],
      ['1', '', ''],
    ],
  ],
  ['nothing', '', []],
] as const) {
  test(`CSV: ${what}`, () => assert.deepEqual(cells(text), want));
}

test('a record knows the line it begins in, also behind quoted line breaks and comments', () => {
  const lines = readCsv('a,b\n"x\ny",2\n# no\n3,4').map((record) => record.line);
  assert.deepEqual(lines, [1, 2, 5]);
});

test('a quote that does not end is told with the line it begins in', () => {
  assert.throws(
    () => readCsv('a,b\n1,2\n"3,4\n5,6\n'),
    (error) => error instanceof CsvFault && error.line === 3,
  );
});

test('a cell and a line at their limits are read, one more is refused', () => {
  const most = 'x'.repeat(CSV_LIMITS.cell_chars_max);
  assert.equal(cells(`a\n${most}`)[1]?.[0], most);
  assert.throws(() => readCsv(`a\n${most}x`), CsvFault);
  const wide = Array.from({ length: CSV_LIMITS.columns_max }, () => '1').join(',');
  assert.equal(cells(wide)[0]?.length, CSV_LIMITS.columns_max);
  assert.throws(() => readCsv(`${wide},1`), CsvFault);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CELL_COLUMNS_MAX, cellText } from './cells.ts';
import { CSV_LIMITS, readCsvFile } from './csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-csv-'));
after(() => rmSync(folder, { recursive: true }));

/** Rows as texts, each with its line. */
function read(text: string | Uint8Array, delimiter = ','): unknown[] {
  const file = join(folder, 'x.csv');
  writeFileSync(file, text);
  const rows: unknown[] = [];
  readCsvFile(file, delimiter, {
    head: (columns) => rows.push(columns),
    row: (row) => {
      const cells = Array.from({ length: row.count }, (_, i) => cellText(row, i));
      rows.push([row.line, ...cells]);
    },
  });
  return rows;
}

test('cells, quotes, line ends and a BOM are read as RFC 4180 has them', () => {
  const cases: readonly (readonly [text: string, rows: unknown[]])[] = [
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        [2, '1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2\r\n3,',
      [
        ['a', 'b'],
        [2, '1', '2'],
        [3, '3', ''],
      ],
    ],
    [
      '\ufeffa,b\n1,2',
      [
        ['a', 'b'],
        [2, '1', '2'],
      ],
    ],
    [
      'a,b\n"x, ""y""",""\n',
      [
        ['a', 'b'],
        [2, 'x, "y"', ''],
      ],
    ],
    [
      'a,b\n"one\ntwo",2\n3,4',
      [
        ['a', 'b'],
        [2, 'one\ntwo', '2'],
        [4, '3', '4'],
      ],
    ],
    [
      'a,b\n\n1,2\n',
      [
        ['a', 'b'],
        [3, '1', '2'],
      ],
    ],
    ['a\n\nx\n', [['a'], [2, ''], [3, 'x']]],
    [
      'a,b\nÄö,€\n',
      [
        ['a', 'b'],
        [2, 'Äö', '€'],
      ],
    ],
    ['a,b\n"1"\r\n', []],
  ];
  for (const [text, rows] of cases) {
    if (rows.length === 0) assert.throws(() => read(text), /line 2: 1 cells, the first line has 2/);
    else assert.deepEqual(read(text), rows, JSON.stringify(text));
  }
  assert.deepEqual(read('a;b\n1,5;2', ';'), [
    ['a', 'b'],
    [2, '1,5', '2'],
  ]);
});

test('what is no CSV is told with its line', () => {
  assert.throws(() => read(''), /the file is empty/);
  assert.throws(() => read('a,b\n"x,1\n'), /line 2: a quote is not closed/);
  assert.throws(() => read('a,b\n1,2\n"x"y,1\n'), /line 3: text after a closing quote/);
  assert.throws(() => read('a,b\n1,2,3\n'), /line 2: 3 cells, the first line has 2/);
  assert.throws(
    () => readCsvFile(join(folder, 'gone.csv'), ',', { head() {}, row() {} }),
    /no such/,
  );
});

test('a row is read the same wherever a piece of the file ends', () => {
  const tail = '"a ""quoted"" cell",plain\r\n7,8\n';
  for (let cut = 0; cut < 40; cut++) {
    const filler = 'x'.repeat(CSV_LIMITS.chunk_bytes - 20 - cut);
    const rows = read(`a,b\n${filler},1\n${tail}`);
    assert.deepEqual(
      rows.slice(2),
      [
        [3, 'a "quoted" cell', 'plain'],
        [4, '7', '8'],
      ],
      `cut ${cut}`,
    );
  }
});

test('a row is as long, and as wide, as the limits and no more', () => {
  const wide = (n: number): string => `${Array.from({ length: n }, (_, i) => `c${i}`).join()}\n`;
  assert.equal((read(wide(CELL_COLUMNS_MAX))[0] as unknown[]).length, CELL_COLUMNS_MAX);
  assert.throws(() => read(wide(CELL_COLUMNS_MAX + 1)), /more than 4096 cells/);
  const long = (n: number): string => `a\n"${'x'.repeat(n - 3)}"\n`;
  const max = CSV_LIMITS.row_bytes_max;
  assert.equal(((read(long(max))[1] as string[])[1] ?? '').length, max - 3);
  assert.throws(() => read(`a\n"${'x'.repeat(max + 10)}`), /a row of more than 16 MiB/);
});

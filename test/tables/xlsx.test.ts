import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText, readXlsx, XLSX_LIMITS, XlsxFault } from '../../src/tables/xlsx.ts';
import { ZIP_LIMITS } from '../../src/tables/zip.ts';
import { workbook, workbookFiles, zip } from '../support/xlsx.ts';

const texts = (bytes: Uint8Array, sheet = '') =>
  readXlsx(bytes, sheet).map(({ line, cells }) => [line, ...cells.map(cellText)]);

function faultOf(bytes: Uint8Array, sheet = ''): string {
  try {
    readXlsx(bytes, sheet);
    return 'it was read';
  } catch (error) {
    if (error instanceof XlsxFault) return error.message;
    throw error;
  }
}

test('text, numbers, truth and dates are read as a CSV file would have them', () => {
  const cells = ['a & b < "c"', 0.1, 12345678, true, new Date('2026-03-01'), null, ' x '];
  const timed = [new Date('2026-03-01T08:30:00Z')];
  assert.deepEqual(texts(workbook({ one: [cells, timed] })), [
    [1, 'a & b < "c"', '0.1', '12345678', 'true', '2026-03-01', '', 'x'],
    [2, '2026-03-01T08:30:00Z'],
  ]);
});

test('the first sheet unless another is named; lines are those of the sheet', () => {
  const book = workbook({ one: [['a']], 'Ports & links': [[], ['id'], [], ['xe-1']] });
  assert.deepEqual(texts(book), [[1, 'a']]);
  assert.deepEqual(texts(book, 'Ports & links'), [
    [2, 'id'],
    [4, 'xe-1'],
  ]);
  assert.match(faultOf(book, 'none'), /none.*one, Ports & links/);
});

test('formatted but empty cells far out are nothing', () => {
  const row = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>';
  assert.deepEqual(texts(workbook({ one: row })), [[1, '1']]);
});

test('what is no workbook is said to be none', () => {
  assert.match(faultOf(Buffer.from('id;site\n')), /no workbook: it is no ZIP archive/);
  assert.match(faultOf(zip({ 'a.txt': 'x' })), /./);
  const whole = workbook({ one: [['a']] });
  for (let cut = 0; cut < whole.length; cut += 7) {
    assert.notEqual(faultOf(whole.subarray(0, cut)), 'it was read');
    assert.notEqual(faultOf(Buffer.concat([whole.subarray(cut), Buffer.alloc(3)])), '');
  }
});

test('an archive that unpacks to more than it says, or says too much, is not unpacked', () => {
  const files = workbookFiles({ one: [['a']] });
  const max = ZIP_LIMITS.unpacked_bytes_max;
  assert.match(faultOf(zip(files, { saysBytes: 10 })), /does not unpack to the 10 bytes/);
  const count = Object.keys(files).length;
  const over = zip(files, { saysBytes: Math.floor(max / count) + 1 });
  assert.match(faultOf(over), /unpacks to \d+ bytes; at most/);
  const bomb = { ...files, 'xl/worksheets/sheet1.xml': Buffer.alloc(64 * 1_048_576, 32) };
  const packed = zip(bomb);
  assert.ok(packed.length < 200_000);
  assert.equal(faultOf(packed), 'it was read', 'blanks are an empty sheet');
  const big = zip({ ...files, x: '' }, { saysBytes: Math.floor(max / (count + 1)) });
  assert.match(faultOf(big), /unpacks to 275 bytes and says/, 'at the limit it is tried');
});

test('rows, columns and cells have their limits', () => {
  const at = (place: string, row: number) =>
    workbook({ one: `<row r="${row}"><c r="${place}"><v>1</v></c></row>` });
  const { rows_max, columns_max } = XLSX_LIMITS;
  assert.equal(texts(at(`A${rows_max}`, rows_max)).length, 1);
  assert.match(faultOf(at('A1', rows_max + 1)), /at most 1048576 rows/);
  assert.equal(columns_max, 256);
  assert.equal(texts(at('IV1', 1))[0]?.length, 257);
  assert.match(faultOf(at('IW1', 1)), /at most 256 columns/);
  const text = (length: number) => workbook({ one: [['x'.repeat(length)]] });
  assert.equal(faultOf(text(XLSX_LIMITS.cell_chars_max)), 'it was read');
  assert.match(faultOf(text(XLSX_LIMITS.cell_chars_max + 1)), /at most 65536 characters/);
});

test('a sheet is read in time linear in its length, whatever its tags lack', () => {
  const ms = (row: string, count: number): number => {
    const book = workbook({ one: row.repeat(count) });
    const began = process.cpuUsage().user;
    faultOf(book);
    return (process.cpuUsage().user - began) / 1_000;
  };
  for (const row of ['<row><c><v>1</v></c></row>', '<row a=1><c b=2><v>1</v></c></row>', '<a>=']) {
    // Were it quadratic, 100,000 rows would take minutes.
    assert.ok(ms(row, 100_000) < 10_000, row);
  }
});

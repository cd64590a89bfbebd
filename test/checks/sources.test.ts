import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cellText } from '../../src/checks/engine/cells.ts';
import { HTTP_TABLE_LIMITS } from '../../src/checks/engine/http.ts';
import { readTable } from '../../src/checks/engine/tables.ts';
import { WORKBOOK_BYTES_MAX } from '../../src/checks/engine/workbook.ts';
import type { TableSource } from '../../src/domain/check/source.ts';
import { farSide } from '../channels/far-side.ts';
import { zip } from '../support/xlsx.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-sources-'));
after(() => rmSync(folder, { recursive: true }));

async function read(source: TableSource): Promise<string[][]> {
  const rows: string[][] = [];
  await readTable(source, {
    head: (columns) => rows.push([...columns]),
    row: (row) => {
      const cells = Array.from({ length: row.count }, (_, i) => cellText(row, i));
      rows.push([String(row.line), ...cells]);
    },
  });
  return rows;
}

test('rows of a JSON document are read, as objects or as lists, with a sign-in', async (t) => {
  const bodies: Record<string, [status: number, body: string]> = {
    '/objects': [200, '{"data":{"items":[{"a":1,"b":"x"},{"b":null,"c":{"d":[2]}}]}}'],
    '/lists': [200, '[["a","b"],[1.5,true],["€",""]]'],
    '/none': [200, '{"data":{}}'],
    '/text': [200, 'hello'],
    '/mixed': [200, '[{"a":1},2]'],
    '/down': [503, 'hush-hush'],
  };
  const far = await farSide(({ path }, response) => {
    const [status, body] = bodies[path] ?? [404, ''];
    response.writeHead(status).end(body);
  });
  t.after(far.close);
  const http = (path: string, rows = ''): TableSource => ({
    ...{ kind: 'http', url: far.url + path, rows },
    httpConfig: { authorization: { type: 'Bearer', credentials: 'hush-hush' } },
  });
  assert.deepEqual(await read(http('/objects', 'data.items')), [
    ['a', 'b', 'c'],
    ['1', '1', 'x', ''],
    ['2', '', '', '{"d":[2]}'],
  ]);
  assert.equal(far.arrived[0]?.headers.authorization, 'Bearer hush-hush');
  assert.deepEqual(await read(http('/lists')), [
    ['a', 'b'],
    ['1', '1.5', 'true'],
    ['2', '€', ''],
  ]);
  await assert.rejects(read(http('/none', 'data.items')), /no "items" on the way to its rows/);
  await assert.rejects(read(http('/objects')), /what should be the rows is no list/);
  await assert.rejects(read(http('/text')), /HTTP: the answer is no JSON/);
  await assert.rejects(read(http('/mixed')), /a row is neither an object nor a list/);
  await assert.rejects(read(http('/down')), { message: 'HTTP: status 503' });
});

test('a document is as large as the limit and no larger', async (t) => {
  const max = HTTP_TABLE_LIMITS.reply_bytes_max;
  const far = await farSide(({ path }, response) => {
    const length = path === '/fits' ? max - 1 : max;
    const [head, tail] = ['[{"a":"', '"}]'];
    response.end(head + 'x'.repeat(length - head.length - tail.length) + tail);
  });
  t.after(far.close);
  const http = (path: string): TableSource => ({
    ...{ kind: 'http', url: far.url + path, rows: '', httpConfig: {} },
  });
  assert.equal((await read(http('/fits')))[1]?.[1]?.length, max - 1 - 10);
  await assert.rejects(read(http('/more')), /more than 64 MiB/);
});

const SHEET = `<worksheet><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>day</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>mon</t></is></c><c r="B3"><v>2.5</v></c></row>
</sheetData></worksheet>`;
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

test('a sheet of a workbook is read with the lines people see', async () => {
  const path = join(folder, 'x.xlsx');
  writeFileSync(
    path,
    zip({
      '[Content_Types].xml': '<Types/>',
      'xl/workbook.xml': `<workbook xmlns:r="${RELS}"><sheets><sheet name="week" sheetId="1" r:id="r1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      'xl/worksheets/sheet1.xml': SHEET,
    }),
  );
  for (const sheet of ['', 'week'])
    assert.deepEqual(await read({ kind: 'xlsx', path, sheet }), [
      ['day', 'n'],
      ['3', 'mon', '2.5'],
    ]);
  await assert.rejects(read({ kind: 'xlsx', path, sheet: 'x' }), /no sheet called x.*week/);
  writeFileSync(path, 'not a workbook');
  await assert.rejects(read({ kind: 'xlsx', path, sheet: '' }), /x\.xlsx: this is no workbook/);
  writeFileSync(path, Buffer.alloc(WORKBOOK_BYTES_MAX + 1));
  await assert.rejects(read({ kind: 'xlsx', path, sheet: '' }), /is larger than 64 MiB/);
});

test('a database that is not there is told without its password', async () => {
  const connection = 'postgres://desk:hush-hush@127.0.0.1:1/x';
  const source = { kind: 'postgres', connection, connectionFile: '', query: 'select 1' } as const;
  await assert.rejects(read(source), (error: Error) => {
    assert.match(error.message, /^PostgreSQL: .*ECONNREFUSED/);
    assert.doesNotMatch(error.message, /hush/);
    return true;
  });
  const gone = { ...source, connectionFile: join(folder, 'gone') };
  await assert.rejects(read(gone), /gone cannot be read/);
});

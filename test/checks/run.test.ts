import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { days } from '../../src/base/time.ts';
import { EVIDENCE_LIMITS } from '../../src/checks/engine/evidence.ts';
import { runData } from '../../src/checks/engine/run.ts';
import type { TableSource } from '../../src/domain/check/source.ts';
import { product, type TestRule } from '../../src/domain/check/test.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-run-'));
after(() => rmSync(folder, { recursive: true }));

const NOW = Date.parse('2026-03-10T12:00:00Z') as Instant;

function csv(name: string, text: string): TableSource {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, text);
  return { kind: 'csv', path, delimiter: ',' };
}

interface Asked {
  readonly where?: Record<string, string>;
  readonly parameters?: readonly Record<string, string>[];
  readonly others?: Record<string, TableSource>;
  readonly before?: Record<string, number>;
}

const run = async (source: TableSource, rules: readonly TestRule[], asked: Asked = {}) =>
  runData({
    is: 'data',
    check: {
      source: 'main',
      parameters: asked.parameters ?? [],
      tests: rules.map((rule) => ({ name: rule.is, rule, where: asked.where ?? {} })),
    },
    sources: { main: source, ...asked.others },
    before: asked.before ?? {},
    now: NOW,
    folder: join(folder, 'evidence'),
    run: 'r',
  });

const ROWS = `id,area,price,code,day
1,north,10.5,AB-1,2026-03-09
2,north,,AB-2,2026-03-09
3,south,99.99,ab-3,2026-03-10
3,south,abc,AB-4,2026-03-08
5,east,-1,AB-5,
`;

test('each rule finds what is bad, and only that', async () => {
  const source = csv('rows', ROWS);
  const column = 'price';
  const cases: readonly (readonly [TestRule, RegExp | ''])[] = [
    [{ is: 'not_null', column }, /^1 of 5 rows have no price \(the first in line 3\)$/],
    [{ is: 'not_null', column: 'id' }, ''],
    [{ is: 'unique', columns: ['id'] }, /^1 of 5 rows repeat id \(the first in line 5\)$/],
    [{ is: 'unique', columns: ['id', 'code'] }, ''],
    [{ is: 'range', column, min: '0', max: '99.99' }, /^2 of 5 rows have a price that is not in/],
    [{ is: 'range', column, min: '-1' }, /^1 of 5 rows .* \(the first in line 5\)$/],
    [{ is: 'set', column: 'area', values: ['north', 'south', 'east'] }, ''],
    [{ is: 'set', column: 'area', values: ['north', 'south'] }, /^1 of 5 .*line 6\)$/],
    [{ is: 'pattern', column: 'code', pattern: 'AB-[0-9]' }, /^1 of 5 rows .*line 4\)$/],
    [{ is: 'rows', min: '5', max: '5' }, ''],
    [{ is: 'rows', min: '6' }, /^5 rows, at least 6 expected$/],
    [{ is: 'rows', max: '4' }, /^5 rows, at most 4 expected$/],
    [{ is: 'fresh', column: 'day', ageMax: days(1) }, ''],
    [{ is: 'fresh', column: 'day', ageMax: 3_600_000 as never }, /12h old; at most 1h$/],
    [{ is: 'fresh', column: 'code', ageMax: days(1) }, /no time .*; no row has a time$/],
  ];
  const { cases: found } = await run(
    source,
    cases.map(([rule]) => rule),
  );
  found.forEach(({ verdict, text }, i) => {
    const [rule, want] = cases[i] as (typeof cases)[number];
    assert.equal(verdict, want === '' ? 'passed' : 'failed', `${JSON.stringify(rule)}: ${text}`);
    if (want !== '') assert.match(text, want);
  });
});

test('a row count is compared with the run before, per cent', async () => {
  const source = csv('counted', `a\n${'x\n'.repeat(110)}`);
  const rule: TestRule = { is: 'rows', changeMax: 10 };
  const verdict = async (before?: number) => {
    const asked = before === undefined ? {} : { before: { rows: before } };
    const { cases, counts } = await run(source, [rule], asked);
    assert.deepEqual(counts, { rows: 110 });
    return cases[0];
  };
  assert.equal((await verdict())?.verdict, 'passed', 'the first time there is nothing to compare');
  assert.equal((await verdict(100))?.verdict, 'passed', 'at the limit');
  assert.equal((await verdict(99))?.verdict, 'failed');
  assert.match((await verdict(0))?.text ?? '', /110 rows, 0 the time before: \+100\.0 %/);
});

test('a sum is compared with another table, group by group', async () => {
  const main = csv('left', 'area,amount\nnorth,0.1\nnorth,0.2\nsouth,5\n');
  const other = csv('right', 'area,total\nsouth,4\nnorth,0.3\nsouth,2\nwest,100\n');
  const rule: TestRule = {
    ...{ is: 'sum', column: 'amount', thanSource: 'right', thanColumn: 'total', tolerance: 0.001 },
  };
  const asked = {
    where: { area: '{area}' },
    parameters: product({ area: ['north', 'south'] }),
    others: { right: other },
  };
  const { cases } = await run(main, [rule], asked);
  assert.deepEqual(
    cases.map((c) => [c.parameters.area, c.verdict, c.text]),
    [
      ['north', 'passed', ''],
      ['south', 'failed', 'amount adds up to 5, total of right to 6: -1 apart'],
    ],
  );
});

test('parameters part the rows: equal ones share a group, unknown ones see no row', async () => {
  const source = csv('parted', ROWS);
  const rules: TestRule[] = [
    { is: 'range', column: 'price', min: '{least}' },
    { is: 'rows', min: '1' },
  ];
  const parameters = [
    { area: 'north', least: '0' },
    { area: 'north', least: '11' },
    { area: 'west', least: '0' },
  ];
  const { cases } = await run(source, rules, { where: { area: '{area}' }, parameters });
  assert.deepEqual(
    cases.map(({ kind, parameters: p, verdict }) => `${kind} ${p.area} ${p.least} ${verdict}`),
    [
      'range north 0 passed',
      'range north 11 failed',
      'range west 0 passed',
      'rows north 0 passed',
      'rows north 11 passed',
      'rows west 0 failed',
    ],
  );
});

test('a test that cannot be made is broken, and the others are made all the same', async () => {
  const source = csv('whole', ROWS);
  const { cases } = await run(source, [
    { is: 'not_null', column: 'prize' },
    { is: 'not_null', column: 'id' },
    { is: 'sum', column: 'id', thanSource: 'gone', thanColumn: 'id', tolerance: 0 },
    { is: 'reconcile', withSource: 'gone', key: ['id'], compare: [], tolerance: 0 },
  ]);
  assert.deepEqual(
    cases.map(({ verdict }) => verdict),
    ['broken', 'passed', 'broken', 'broken'],
  );
  assert.match(cases[0]?.text ?? '', /no column "prize"; there are: id, area, price, code, day/);
  assert.match(cases[2]?.text ?? '', /gone: there is no data source "gone"/);
  const gone = { kind: 'csv', path: join(folder, 'gone.csv'), delimiter: ',' } as const;
  const all = await run(gone, [{ is: 'rows', min: '1' }]);
  assert.equal(all.cases[0]?.verdict, 'broken');
  assert.match(all.cases[0]?.text ?? '', /gone\.csv cannot be read: there is no such file/);
});

test('failing rows are kept, as many of one test as the limit, and are no formulas', async () => {
  const max = EVIDENCE_LIMITS.rows_per_test_max;
  const source = csv('many', `a,b\n${'=1+1,\n'.repeat(max + 1)}`);
  const { cases, evidence } = await run(source, [{ is: 'not_null', column: 'b' }]);
  assert.match(cases[0]?.text ?? '', new RegExp(`^${max + 1} of ${max + 1} rows`));
  assert.equal(evidence.length, 1);
  assert.equal(evidence[0]?.rows, max);
  const text = readFileSync(join(folder, 'evidence', evidence[0]?.file ?? ''), 'utf8');
  assert.equal(text.split('\r\n')[0], 'test,parameters,line,a,b');
  assert.equal(text.split('\r\n')[1], "not_null,,2,'=1+1,");
});

test('two feeds are reconciled by key: one text, and a list of every difference', async () => {
  const here = csv('here', 'id,book,amount\n1,a,1.50\n2,a,2\n3,b,3\n3,b,3\n4,b,4\n,c,5\n');
  const there = csv('there', 'amount,id,book\n1.5,1,a\n2.01,2,a\n3,3,b\n9,9,z\n');
  const rule: TestRule = {
    ...{ is: 'reconcile', withSource: 'there', key: ['id', 'book'] },
    ...{ compare: ['amount'], tolerance: 0.001 },
  };
  const { cases, evidence } = await run(here, [rule], { others: { there } });
  assert.equal(
    cases[0]?.text,
    'of 6 and 4 rows 2 are not in there, 1 are only in there, 1 differ, ' +
      '1 have a key that was there before',
  );
  const text = readFileSync(join(folder, 'evidence', evidence[0]?.file ?? ''), 'utf8');
  assert.deepEqual(text.trimEnd().split('\r\n'), [
    'difference,id,book,column,here,there',
    'twice here,3,b,,,',
    'differs,2,a,amount,2,2.01',
    'only there,9,z,,,',
    'only here,4,b,,,',
    'only here,,c,,,',
  ]);
});

test('a SQLite table is read as a CSV is, whole numbers to the last digit', async () => {
  const path = join(folder, 'x.db');
  const db = new DatabaseSync(path);
  db.exec(`create table t (id integer, name text, price real);
    insert into t values (9007199254740993, 'a', 1.5), (2, null, 2)`);
  db.close();
  const source: TableSource = { kind: 'sqlite', path, query: 'select * from t' };
  const { cases, rows } = await run(source, [
    { is: 'set', column: 'id', values: ['9007199254740993', '2'] },
    { is: 'not_null', column: 'name' },
    { is: 'range', column: 'price', min: '1.5', max: '2' },
  ]);
  assert.equal(rows, 2);
  assert.deepEqual(
    cases.map(({ verdict }) => verdict),
    ['passed', 'failed', 'passed'],
  );
  const writing: TableSource = { kind: 'sqlite', path, query: 'delete from t returning id' };
  const { cases: refused } = await run(writing, [{ is: 'rows', min: '1' }]);
  assert.match(refused[0]?.text ?? '', /readonly database/);
});

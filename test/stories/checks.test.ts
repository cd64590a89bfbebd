import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { openParts } from '../support/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-checks-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => writeFileSync(join(folder, name), text);

const SECTIONS = `
data_sources:
  trades: {csv: trades.csv}
  ledger: {csv: ledger.csv}
checks:
  trades:
    source: trades
    every: 10m
    team: markets
    matrix: {area: [north, south], year: [2025, 2026]}
    tests:
      - {test: not_null, column: price, where: {area: '{area}', year: '{year}'}}
      - {test: rows, min: 1, where: {area: '{area}', year: '{year}'}}
  feeds:
    source: trades
    every: 10m
    severity: critical
    tests:
      - {test: reconcile, with: ledger, key: [id], compare: [price]}
`;

const WITHOUT_FEEDS = SECTIONS.slice(0, SECTIONS.indexOf('  feeds:'));

const good = `id,area,year,price
1,north,2025,10
2,north,2026,11
3,south,2025,12
4,south,2026,13
`;

test('a suite raises what is wrong where it is wrong, and clears it when it is mended', async () => {
  file('trades.csv', good.replace('12', ''));
  file('ledger.csv', 'id,price\n1,10\n2,11\n4,13.5\n5,1\n');
  const parts = await openParts();
  const { clock, desk } = parts;
  const data = join(folder, 'data');
  const document = documentOf(SECTIONS, join(folder, 'am.yml'));
  let checks = openTestChecks(parts, data);
  checks.follow(document);
  checks.begin();
  const raised = () =>
    [...desk.memory.all('alarms')]
      .filter(({ condition }) => condition.is === 'raised')
      .map((a) => `${a.severity} ${a.type} ${a.resource} ${a.qualifier}: ${a.text}`.trim())
      .sort();
  const pass = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      clock.pass(60_000);
      await checks.settled();
    }
  };
  assert.deepEqual(raised(), []);

  await pass(10);
  assert.deepEqual(raised(), [
    'critical check.failed feeds : reconcile with ledger by id: of 4 and 4 rows 1 are not in ' +
      'ledger, 1 are only in ledger, 1 differ',
    'major check.failed trades area=south year=2025: 1 of 2 tests failed. not_null price: 1 of 1 ' +
      'rows have no price (the first in line 4)',
  ]);
  const [alarm] = [...desk.memory.all('alarms')].filter((a) => a.resource === 'trades');
  assert.deepEqual(alarm?.labels, {
    ...{ team: 'markets', area: 'south', year: '2025' },
    ...{ alertname: 'check.failed', check: 'trades' },
  });
  const [run] = await checks.runs('feeds', 10);
  assert.equal(run?.rows, 4);
  const evidence = await checks.evidence('feeds', run?.evidence[0]?.file ?? '');
  assert.match(Buffer.from(evidence ?? []).toString(), /differs,4,price,13,13\.5\r\n/);
  assert.equal(await checks.evidence('feeds', '../history.db'), undefined);

  // A file that cannot be read says nothing of the data: what was raised stays.
  file('ledger.csv', 'id,price\n1,10\n2');
  await pass(10);
  assert.match(raised()[0] ?? '', /^critical check\.broken feeds : .*line 3: 1 cells/);
  assert.equal(raised().length, 3);

  // Down for an hour: one run each makes up for it, and no slot is run twice.
  const before = desk.memory.get('checks', 'trades')?.runs ?? 0;
  await checks.stop();
  file('trades.csv', good);
  file('ledger.csv', 'id,price\n1,10.0\n2,11\n3,12\n4,13\n');
  clock.pass(3_600_000);
  checks = openTestChecks(parts, data);
  checks.follow(document);
  checks.begin();
  clock.pass(0);
  await checks.settled();
  assert.deepEqual(raised(), []);
  assert.equal(desk.memory.get('checks', 'trades')?.runs, before + 1);
  assert.ok((checks.one('trades')?.next as Instant) > clock.now());

  // Taken out of the configuration, a check takes its alarms along.
  file('trades.csv', good.replace('10', ''));
  await pass(10);
  assert.equal(raised().length, 2);
  checks.follow(documentOf(WITHOUT_FEEDS, join(folder, 'am.yml')));
  await new Promise((resolve) => setImmediate(resolve));
  assert.match(raised().join(), /^major check\.failed trades area=north year=2025/);
  await checks.stop();
  await desk.close();
});

test('evidence is kept of the last runs only, and what no run owns is swept', async () => {
  file('trades.csv', good.replace('12', ''));
  const parts = await openParts();
  const data = join(folder, 'kept');
  const document = documentOf(WITHOUT_FEEDS, join(folder, 'am.yml'));
  const checks = openTestChecks(parts, data);
  checks.follow(document);
  checks.begin();
  for (let i = 0; i < 25; i++) {
    parts.clock.pass(1_000);
    await checks.run('trades', 'nora' as never);
  }
  const runs = await checks.runs('trades', 100);
  assert.equal(runs.length, 25);
  assert.equal(runs.filter(({ evidence }) => evidence.length > 0).length, 20);
  assert.equal(readdirSync(join(data, 'checks', 'trades')).length, 20);
  file('kept/checks/trades/orphan.csv', 'x');
  await checks.stop();
  const again = openTestChecks(parts, data);
  assert.equal((await again.runs('trades', 1)).length, 1);
  assert.equal(readdirSync(join(data, 'checks', 'trades')).length, 20);
  await again.stop();
  await parts.desk.close();
});

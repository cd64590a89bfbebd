import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { foldDesk } from '../console/desk.ts';
import { serveConsole } from '../console/serve.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { openParts } from '../support/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-figures-'));
after(() => rmSync(folder, { recursive: true }));
const file = (text: string) => writeFileSync(join(folder, 'books.csv'), text);

const document = documentOf(
  `
data_sources: {books: {csv: books.csv}}
figures:
  profit:
    source: books
    column: profit
    time: as_of
    by: [book]
    every: 10m
    unit: GBP
    team: risk
    raise: {above: 100000, below: -100000}
    clear: {above: 95000, below: -95000}
    warn: {above: 90000}
    late_after: 1h
`,
  join(folder, 'am.yml'),
);

test('a book whose profit or loss passes its limit raises, and a silent one is late, not zero', async () => {
  const parts = await openParts();
  const { clock, desk } = parts;
  const checks = openTestChecks(parts, join(folder, 'data'));
  checks.follow(document);
  checks.begin();
  const books: Record<string, string[]> = {};
  const says = async (...rows: readonly (readonly [book: string, profit: string])[]) => {
    clock.pass(600_000);
    await checks.settled();
    for (const [book, profit] of rows) {
      const line = `${new Date(clock.now() + 1).toISOString()},${book},${profit}`;
      books[book] = [...(books[book] ?? []), line];
    }
    file(`as_of,book,profit\n${Object.values(books).flat().join('\n')}\n`);
    clock.pass(1);
    await checks.settled();
    await checks.run('profit', 'nora' as never);
    return [...desk.memory.all('alarms')]
      .filter(({ condition }) => condition.is === 'raised')
      .map(({ type, qualifier, severity }) => `${severity} ${type} ${qualifier}`)
      .sort();
  };
  assert.deepEqual(await says(['alpha', '5000'], ['beta', '-99999']), []);
  assert.deepEqual(await says(['alpha', '91000'], ['beta', '-100001']), [
    'major figure.limit book=beta',
    'warning figure.warning book=alpha',
  ]);
  assert.deepEqual(await says(['alpha', '120000'], ['beta', '-96000']), [
    'major figure.limit book=alpha',
    'major figure.limit book=beta',
  ]);
  const alarm = [...desk.memory.all('alarms')].find(
    ({ type, qualifier }) => type === 'figure.limit' && qualifier === 'book=alpha',
  );
  assert.match(alarm?.text ?? '', /^£120,000 at .*: above £100,000$/);
  assert.equal(alarm?.resource, 'profit');
  assert.deepEqual([alarm?.labels.book, alarm?.labels.team], ['alpha', 'risk']);
  assert.deepEqual(await says(['alpha', '95000'], ['beta', '-95000']), [
    'warning figure.warning book=alpha',
  ]);
  assert.deepEqual(await says(['alpha', '120000'], ['beta', '']), [
    'major figure.limit book=alpha',
  ]);

  // Nothing new for an hour: late, and what was raised stays, for nothing is known.
  clock.pass(3_600_000);
  assert.deepEqual(await says(), [
    'major figure.late book=alpha',
    'major figure.late book=beta',
    'major figure.limit book=alpha',
  ]);
  // A book that is in the feed no more is missing.
  delete books.alpha;
  const gone = await says(['beta', '0']);
  assert.deepEqual(gone, ['major figure.late book=alpha', 'major figure.limit book=alpha']);

  const points = await checks.points('profit', 100);
  assert.deepEqual(
    points['book=alpha']?.map(({ value }) => value),
    [5_000, 91_000, 120_000, 95_000, 120_000],
  );
  await checks.stop();
  await desk.close();
});

test('the page of a figure draws its history and its limits, and an operator runs it', async (t) => {
  const desk = foldDesk();
  const checks = openTestChecks({ ...desk, desk, log: silentLog }, join(folder, 'page'));
  const served = await serveConsole(desk, {}, checks);
  t.after(async () => {
    await served.close();
    await checks.stop();
  });
  const get = async (path: string, login = 'vera') =>
    (await fetch(served.url + path, { headers: { cookie: served.session(login) } })).text();
  assert.match(await get('/checks'), /Nothing is checked/);
  checks.follow(document);
  checks.begin();
  file(`as_of,book,profit
2026-01-01 00:00,alpha,70000
2026-01-01 00:30,alpha,<b>
2026-01-01 01:00,alpha,130000
`);
  desk.clock.pass(3_660_000);
  await checks.settled();
  await checks.run('profit', 'nora' as never);
  const list = await get('/checks');
  assert.match(list, /▲ failed/);
  assert.match(list, /book=alpha: £130,000 at 2026-01-01 01:00: above £100,000/);
  const page = await get('/checks/profit');
  assert.match(page, /<svg class="plot" .* role="img" aria-label="book=alpha: 2 values/);
  assert.match(page, /<polyline class="plot-line" points="8,[\d.]+ 632,[\d.]+"\/>/);
  assert.match(page, /raises above £100,000/);
  assert.match(page, /clears at £95,000/);
  assert.match(page, /href="\/alarms\/[0-9a-f]{16}">book=alpha<\/a>/);
  assert.match(page, /1 rows have no number or no time/);
  assert.doesNotMatch(page, /Run it now/, 'a viewer runs nothing');
  assert.match(await get('/checks/profit', 'tom'), /Run it now/);
  assert.match(await get('/checks/nobody'), /There is no such check/);
  const form = await get('/checks/profit', 'tom');
  const cookie = served.session('tom');
  const csrf = /name="csrf"\s+value="([^"]+)"/.exec(
    await (await fetch(`${served.url}/checks/profit`, { headers: { cookie } })).text(),
  )?.[1];
  assert.ok(form);
  const posted = await fetch(`${served.url}/checks/profit/run`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: served.url },
    body: new URLSearchParams({ csrf: csrf ?? '', once: 'x' }),
  });
  assert.equal(posted.status, 303);
  await checks.settled();
  assert.equal(desk.memory.get('checks', 'profit')?.runs, 3);
});

const DATA = process.env.TOCSIN_DATA;

test('the house prices of seventy years: a quarter that fell against the year before', {
  skip: DATA === undefined && 'TOCSIN_DATA names no folder of test data',
}, async () => {
  const path = join(DATA ?? '', 'business/uk-house-prices/data.csv');
  const head = readFileSync(path, 'utf8').split('\n')[0] ?? '';
  const column = head.split(',').find((name) => /All.*Price|^Price \(All/i.test(name)) ?? '';
  const parts = await openParts();
  const checks = openTestChecks(parts, join(folder, 'houses'));
  checks.follow(
    documentOf(`data_sources: {houses: {csv: ${path}}}
figures:
  houses:
    {source: houses, column: '${column}', time: Date, every: 1h, raise: {above: 250000},
     compare: {before: 365d, change_percent_max: 2}}`),
  );
  checks.begin();
  await checks.run('houses', 'nora' as never);
  const state = parts.desk.memory.get('checks', 'houses');
  assert.equal(state?.verdict, 'failed', state?.text);
  assert.match(state?.text ?? '', /above 250,000/);
  const { '': points } = await checks.points('houses', 500);
  assert.ok((points?.length ?? 0) > 280);
  await checks.stop();
  await parts.desk.close();
});

test('a data set is asked for before it is due, called late after, and its end is told', async () => {
  const parts = await openParts();
  const { clock, desk } = parts;
  const checks = openTestChecks(parts, join(folder, 'sets'));
  checks.follow(
    documentOf(
      `
data_sources: {night: {csv: night.csv}}
data_sets:
  night-file:
    source: night
    owner: nora
    every: 1m
    expected: {cron: '30 7 * * *', notice_before: 15m, grace: 10m}
    retires: 2026-01-04
    retire_notice: 1d
`,
      join(folder, 'am.yml'),
    ),
  );
  checks.begin();
  const raised = async (at: string) => {
    const to = Date.parse(`2026-01-0${at}:00Z`);
    while (clock.now() < to) {
      clock.moveTo(Math.min(to, clock.now() + 3_600_000) as never);
      await checks.settled();
    }
    clock.pass(60_000);
    await checks.settled();
    return [...desk.memory.all('alarms')]
      .filter(({ condition }) => condition.is === 'raised')
      .map(({ type, resource, labels }) => `${type} ${resource} ${labels.owner}`)
      .sort();
  };
  const arrives = (at: string) => {
    const path = join(folder, 'night.csv');
    writeFileSync(path, 'a\n');
    const seconds = Date.parse(`2026-01-0${at}:00Z`) / 1_000;
    utimesSync(path, seconds, seconds);
  };
  arrives('1T07:00');
  assert.deepEqual(await raised('1T08:00'), []);
  assert.deepEqual(await raised('2T07:10'), []);
  assert.deepEqual(await raised('2T07:16'), ['data_set.due night-file nora']);
  assert.deepEqual(await raised('2T07:32'), [], 'in its grace nothing is said');
  assert.deepEqual(await raised('2T07:42'), ['data_set.late night-file nora']);
  arrives('2T08:00');
  assert.deepEqual(await raised('2T08:05'), []);
  arrives('3T07:00');
  assert.deepEqual(await raised('3T08:00'), ['data_set.retires night-file nora']);
  assert.deepEqual(await raised('4T08:00'), ['data_set.retired night-file nora']);
  await checks.stop();
  await desk.close();
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KINDS } from '../../../test/support/kinds.ts';
import { CHECK_LIMITS } from '../../domain/check/test.ts';
import { readConfig } from '../read.ts';
import { watchPlan } from './plan.ts';

const HEAD = 'route: {receiver: a}\nreceivers: [{name: a}]\n';
const SOURCES = 'data_sources: {t: {csv: t.csv}, u: {sqlite: u.db, query: select 1}}\n';

const faults = (sections: string): string[] => {
  const read = readConfig(`${HEAD}${sections}`, '/etc/tocsin/am.yml', KINDS);
  return 'faults' in read ? read.faults.map((f) => `${f.line}:${f.column} ${f.why}`) : [];
};
/** Faults of a check with these fields; it stands in line 4. */
const ofCheck = (fields: string): string[] => faults(`${SOURCES}checks: {c: {${fields}}}`);
const GOOD = 'source: t, every: 1m, tests: [{test: rows, min: 1}]';
const ofTest = (fields: string): string[] =>
  ofCheck(`source: t, every: 1m, matrix: {area: [x]}, tests: [{${fields}}]`);

test('every key of the fixture is understood, and becomes what is run', () => {
  const file = new URL('../../../fixtures/config/checks.yml', import.meta.url);
  const read = readConfig(readFileSync(file, 'utf8'), '/etc/tocsin/am.yml', KINDS);
  assert.ok(!('faults' in read), JSON.stringify(read));
  const { checks, sources } = watchPlan(read.document.sections);
  assert.equal(sources.trades?.csv, '/etc/tocsin/trades.csv', 'told from the folder of the file');
  assert.deepEqual(Object.keys((sources.warehouse?.postgres ?? {}) as object), ['$secret']);
  assert.equal(read.text.includes('hush'), false, 'a secret is not kept in the text');
  assert.equal(sources.mirror?.postgres_file, '/etc/tocsin/secrets/mirror.url');
  assert.deepEqual(sources.orders?.http_config?.authorization, {
    type: 'Bearer',
    credentials_file: '/etc/tocsin/secrets/shop.token',
  });
  const [trades, ledger] = checks.flatMap((one) => (one.is === 'data' ? [one] : []));
  assert.equal(trades?.parameters.length, 8);
  assert.deepEqual(trades?.parameters[4], {
    area: 'north',
    year: '2025',
    topic: 'forward',
    least: '-5',
  });
  assert.deepEqual(trades?.timetable, { cron: '30 7 * * 1-5', zone: 'Europe/London' });
  assert.deepEqual(trades?.labels, { domain: 'trading', owner: 'nora', team: 'markets' });
  assert.deepEqual(trades?.sources, ['trades', 'ledger']);
  assert.equal(trades?.tests[4]?.name, 'trade numbers');
  assert.deepEqual(ledger?.timetable, { every: 900_000 });
  assert.equal(ledger?.tests[0]?.name, 'reconcile with trades by trade');
  const [profit, orders] = checks.flatMap((one) => (one.is === 'figure' ? [one] : []));
  assert.deepEqual(profit?.rule, {
    unit: 'GBP',
    raise: { above: 100_000, below: -100_000 },
    clear: { above: 95_000, below: -95_000 },
    warn: { above: 90_000, below: -90_000 },
    compare: { before: 604_800_000, changeMax: 30 },
    lateAfter: 7_200_000,
    settle: 600_000,
  });
  assert.deepEqual(
    [profit?.take, profit?.by, profit?.where],
    ['sum', ['book'], { region: 'emea' }],
  );
  const [night] = checks.flatMap((one) => (one.is === 'data set' ? [one] : []));
  assert.deepEqual(night?.rule, {
    expected: {
      ...{ cron: '30 7 * * 1-5', zone: 'Europe/London', grace: 600_000 },
      ...{ noticeBefore: 900_000, window: 43_200_000 },
    },
    retires: Date.parse('2027-01-31'),
    retireNotice: 5_184_000_000,
  });
  assert.deepEqual([orders?.take, orders?.column], ['count', '']);
  assert.equal(read.original.includes('checks'), false, 'Alertmanager is not shown what is ours');
});

test('a data set is due or retires, and something tells when it comes', () => {
  const ofSet = (fields: string): string =>
    faults(`${SOURCES}data_sets: {d: {source: t, ${fields}}}`).join();
  assert.equal(ofSet("expected: {cron: '30 7 * * *'}"), '');
  assert.match(ofSet('owner: x'), /needs one of expected, retires/);
  assert.match(ofSet('retires: soon'), /retires: "soon" is no day such as 2027-01-31/);
  assert.match(ofSet('retires: 2027-02-30'), /is no day/);
  assert.match(ofSet("expected: {cron: '30 25 * * *'}"), /is no cron expression/);
  assert.match(ofSet("expected: {cron: '0 7 * * *', zone: X}"), /there is no time zone "X"/);
  const far =
    'data_sources: {h: {http: http://a/}}\ndata_sets: {d: {source: h, retires: 2030-01-01}}';
  assert.match(faults(far).join(), /what is no file needs a `time`/);
  const twice = `checks: {d: {${GOOD}}}\ndata_sets: {d: {source: t, retires: 2030-01-01}}`;
  assert.match(faults(SOURCES + twice).join(), /there is a check named "d" already/);
});

test('limits of a figure lie in order, and it says at least one thing', () => {
  const ofFigure = (fields: string): string =>
    faults(`${SOURCES}figures: {f: {source: t, column: p, every: 1m, ${fields}}}`).join();
  assert.equal(ofFigure('raise: {above: 5}, clear: {above: 5}, warn: {above: 5}'), '');
  assert.match(
    ofFigure('raise: {above: 5}, clear: {above: 6}'),
    /clear: 6 is beyond 5, which raises/,
  );
  assert.match(ofFigure('raise: {below: 5}, warn: {below: 4}'), /warn: 4 is beyond 5/);
  assert.match(ofFigure('raise: {above: 5}, clear: {below: 1}'), /clear: below needs a `below`/);
  assert.match(ofFigure('unit: x'), /needs one of raise, warn, compare, late_after/);
  assert.match(ofFigure('raise: {above: 5}, take: count'), /count has no `column`/);
  assert.match(ofFigure('raise: {above: 5}, by: [check]'), /by: "check" is a label the desk gives/);
  const twice = `checks: {f: {${GOOD}}}\nfigures: {f: {source: t, column: p, every: 1m, warn: {above: 1}}}`;
  assert.match(faults(SOURCES + twice).join(), /there is a check named "f" already/);
});

test('a configuration without checks is what it was', () => {
  const read = readConfig(HEAD, 'am.yml', KINDS);
  assert.ok(!('faults' in read));
  assert.equal('sections' in read.document, false);
  assert.deepEqual(watchPlan(read.document.sections), { checks: [], sources: {} });
});

test('faults are told with their place', () => {
  assert.deepEqual(ofCheck(GOOD), []);
  const cases: readonly (readonly [found: string[], want: RegExp])[] = [
    [
      faults('data_sources: {t: {}}'),
      /^3:19 a data source has one of csv, sqlite, postgres, postgres_file, http, xlsx/,
    ],
    [faults('data_sources: {t: {csv: a, sqlite: b}}'), /a data source has one of/],
    [faults('data_sources: {t: {sqlite: b}}'), /sqlite needs a `query`/],
    [faults('data_sources: {t: {postgres: x}}'), /postgres needs a `query`/],
    [faults('data_sources: {t: {csv: x, rows: a}}'), /csv has no `rows`/],
    [faults('data_sources: {t: {http: ftp://x}}'), /http: .*not an address/],
    [faults('data_sources: {"a/b": {csv: a}}'), /"a\/b": a name is 1 to 100 of/],
    [faults('data_sources: {t: {csf: a}}'), /has no field "csf".*csv/],
    [ofCheck(GOOD.replace('source: t', 'source: x')), /^4:22 source: there is no data source "x"/],
    [ofCheck(GOOD.replace('every: 1m, ', '')), /when is it run\?/],
    [ofCheck(`${GOOD}, cron: '* * * * *'`), /cron: not together with `every`/],
    [ofCheck(GOOD.replace('1m', '10ms')), /every: "10ms" is less than 1s/],
    [ofCheck(GOOD.replace('every: 1m', "cron: '61 * * * *'")), /is no cron expression/],
    [ofCheck(GOOD.replace('every: 1m', "cron: '* * * * * *'")), /is not five fields/],
    [ofCheck(GOOD.replace('every: 1m', "cron: '0 0 30 2 *'")), /never comes to pass/],
    [ofCheck(`${GOOD}, zone: Europe/Nowhere`), /there is no time zone "Europe\/Nowhere"/],
    [ofCheck(`${GOOD}, labels: {check: x}`), /is a label the desk gives itself/],
    [ofCheck(`${GOOD}, matrix: {'a b': [x]}`), /matrix: "a b" is no label name/],
    [ofTest('test: range, column: a'), /range needs one of min, max/],
    [ofTest('test: range, min: 1'), /range needs a `column`/],
    [ofTest('test: not_null, column: a, min: 1'), /^4:\d+ not_null has no `min`/],
    [ofTest('test: rows, min: few'), /min: "few" is not a number/],
    [ofTest("test: pattern, column: a, pattern: '('"), /pattern: .*missing/],
    [ofTest("test: range, column: a, min: '{aera}'"), /\{aera\}: there is no such parameter/],
    [ofTest('test: reconcile, with: z, key: [a]'), /with: there is no data source "z"/],
    [ofTest('test: sum, column: a, than: {source: z}'), /source: there is no data source "z"/],
    [ofTest('test: reconcile, with: u, key: [a], where: {a: b}'), /compares whole tables/],
    [ofTest('test: nul, column: a'), /is not one of not_null/],
  ];
  for (const [found, want] of cases) assert.match(found.join('\n'), want);
  assert.deepEqual(ofTest("test: range, column: a, min: '{area}'"), []);
});

test('parameters, tests and reconciliations are as many as the limits and no more', () => {
  const { parameters_max, reconciliations_max, tests_max } = CHECK_LIMITS;
  const many = (n: number): string => Array.from({ length: n }, (_, i) => `v${i}`).join(', ');
  const rows = (n: number): string => `${GOOD}, matrix: {a: [${many(n / 100)}], b: [${many(100)}]}`;
  assert.deepEqual(ofCheck(rows(parameters_max)), []);
  assert.match(ofCheck(rows(parameters_max + 100)).join(), /more than 10000 rows of parameters/);
  const tests = (n: number): string =>
    rows(parameters_max).replace(/tests: .*?\]/, `tests: [${'{test: rows, min: 1}, '.repeat(n)}]`);
  assert.deepEqual(ofCheck(tests(tests_max / parameters_max)), []);
  assert.match(ofCheck(tests(tests_max / parameters_max + 1)).join(), /more than 20000 tests/);
  const feeds = (n: number): string =>
    `source: t, every: 1m, tests: [${'{test: reconcile, with: u, key: [a]}, '.repeat(n)}]`;
  assert.deepEqual(ofCheck(feeds(reconciliations_max)), []);
  assert.match(ofCheck(feeds(reconciliations_max + 1)).join(), /more than 16 reconciliations/);
});

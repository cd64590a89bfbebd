import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf } from '../../../test/support/checks.ts';
import { SLO_LIMITS } from '../../domain/slo/burn.ts';
import { HEAT_LIMITS } from '../../domain/slo/heat.ts';
import { heatPlans } from './heat-maps.ts';
import { sloPlan } from './slo-plan.ts';

const SOURCES = `data_sources:
  metrics: {prometheus: 'https://metrics.example.org/prometheus'}
  t: {csv: t.csv}
  o: {otlp: o.json}
`;
const GOOD = 'source: metrics, objective: 99.9, bad: e, total: all';

function faultsOf(slo: string): string {
  try {
    documentOf(`${SOURCES}slos:\n  s: {${slo}}\n`);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('an objective is told what is wrong with it at its line', () => {
  const table: readonly (readonly [slo: string, why: RegExp])[] = [
    [
      'source: t, objective: 99, bad: e, total: a',
      /8: source: "t" is something else: it needs `prom/,
    ],
    ['source: x, objective: 99, bad: e, total: a', /source: there is no data source "x"/],
    ['source: metrics, objective: 100, bad: e, total: a', /objective/],
    ['source: metrics, objective: 99, total: a', /counts one of `bad` and `good`/],
    [`${GOOD}, good: g`, /counts one of `bad` and `good`/],
    [
      'source: metrics, objective: 99, total: a, bad: "sum(rate(e[5m]))"',
      /bad: .* needs `\$window`/,
    ],
    ['source: metrics, objective: 99, total: a, bad: a - b', /bad: .* needs `\$window`/],
    [`${GOOD}, labels: {window: x}`, /labels: "window" is a label the desk gives itself/],
    [`${GOOD}, period: 0s`, /period: must be longer than 0/],
    [`${GOOD}, every: 500ms`, /every: "500ms" is less than 1s/],
    [`${GOOD}, windows: []`, /windows/],
    [`${GOOD}, windows: [{long: 1h, short: 1h, burn: 2, raise: page}]`, /no shorter than `long`/],
    [`${GOOD}, windows: [{long: 31d, short: 1h, burn: 2, raise: page}]`, /longer than the period/],
    [
      `${GOOD}, windows: [{long: 1h, short: 5m, raise: page}]`,
      /one of `burn` and `budget_percent`/,
    ],
    [
      `${GOOD}, windows: [{long: 1h, short: 5m, burn: 2, budget_percent: 2, raise: page}]`,
      /one of/,
    ],
    [
      `${GOOD}, windows: [{long: 1h, short: 5m, burn: 0.999, raise: page}]`,
      /burn: a burn rate of 0.999 never spends the budget: take other windows/,
    ],
    [
      `${GOOD}, period: 7d, windows: [{long: 3d, short: 6h, budget_percent: 10, raise: ticket}]`,
      /budget_percent: a burn rate of 0.233 never/,
    ],
    [
      `${GOOD}, windows: [{long: 1h, short: 5m, burn: 1000, raise: page}]`,
      /would be 100 % errors: never/,
    ],
    [`${GOOD}, windows: [{long: 1h, short: 1500ms, burn: 2, raise: page}]`, /whole seconds/],
    [
      `${GOOD}, windows: [{long: 1h, short: 5m, burn: 2, raise: page, for: 1499m}]`,
      /for: more than 1498 times/,
    ],
  ];
  for (const [slo, why] of table) assert.match(faultsOf(slo), why, slo);
  assert.equal(faultsOf(GOOD), '');
  assert.equal(
    faultsOf(`${GOOD}, windows: [{long: 1h, short: 5m, burn: 1, raise: page, for: 1498m}]`),
    '',
  );
  assert.equal(
    faultsOf('source: metrics, objective: 99, total: a, bad: \'e{code=~"(4|5).*", a="x - y"}\''),
    '',
    'what is in quotes is no expression',
  );
});

test('a name is that of one thing, and a server of metrics is no table', () => {
  const sets = `${SOURCES}checks: {s: {source: t, every: 1h, tests: [{test: rows, min: 1}]}}\n`;
  assert.throws(
    () => documentOf(`${sets}slos: {s: {${GOOD}}}\n`),
    /there is "s" in checks already/,
  );
  const check = (source: string) =>
    documentOf(
      `${SOURCES}checks: {c: {source: ${source}, every: 1h, tests: [{test: rows, min: 1}]}}`,
    );
  assert.throws(() => check('metrics'), /"metrics" is a server of metrics, no table/);
  assert.doesNotThrow(() => check('t'));
});

test('defaults are those of the common table, and the period scales them', () => {
  const plan = (slo: string) => sloPlan(documentOf(`${SOURCES}slos: {s: {${slo}}}\n`).sections)[0];
  const whole = plan(GOOD);
  assert.deepEqual(
    whole?.rule.rows.map(({ burn, raise, holds }) => `${burn} ${raise} ${holds / 60_000}m`),
    ['14.4 page 2m', '6 page 15m', '3 ticket 60m', '1 ticket 180m'],
  );
  assert.deepEqual([whole?.rule.budget, whole?.rule.eventsMin, whole?.service], [0.001, 100, 's']);
  const week = plan(`${GOOD}, period: 7d`);
  assert.deepEqual(
    [week?.rule.rows.map(({ burn }) => burn), week?.leftOut.length],
    [[3.36, 1.4], 2],
  );
  const own = plan(
    `${GOOD}, good: g, windows: [{long: 2h, short: 10m, burn: 7, raise: ticket}]`.replace(
      'bad: e, ',
      '',
    ),
  );
  assert.deepEqual(
    [own?.rule.rows.length, own?.leftOut, own?.events],
    [1, [], { count: 'good', query: 'g' }],
  );
});

test('a heat map has classic buckets or a native histogram, of a server of metrics', () => {
  const faults = (map: string): string => {
    try {
      documentOf(`${SOURCES}heat_maps:\n  s: {${map}}\n`);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(faults('source: metrics, buckets: x_bucket'), '');
  assert.match(faults('source: t, buckets: x_bucket'), /"t" is something else/);
  assert.match(faults('source: metrics, metric: m'), /needs `otlp`/);
  assert.equal(faults('source: o, metric: m, where: {a: b}'), '');
  assert.match(faults('source: metrics, buckets: b, where: {a: b}'), /where: only with `metric`/);
  assert.match(faults('source: metrics'), /one of `buckets`, `histogram` and `metric`/);
  assert.match(faults('source: metrics, buckets: b, histogram: h'), /one of/);
  assert.match(faults('source: metrics, histogram: "sum(rate(h[5m]))"'), /needs `\$window`/);
  assert.match(faults('source: metrics, buckets: b, step_min: 999ms'), /step_min: .* less than 1s/);
  const { sections } = documentOf(`${SOURCES}heat_maps: {m: {source: metrics, histogram: h}}`);
  assert.deepEqual(
    heatPlans(sections).map(({ is, query, stepMin, unit }) => [is, query, stepMin, unit]),
    [['native', 'h', 60_000, 's']],
  );
});

test('there is a most of everything that is listed', () => {
  const says = (sections: string): string => {
    try {
      documentOf(SOURCES + sections);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const row = '{long: 1h, short: 5m, burn: 2, raise: page}';
  const list = (count: number, one: string) => Array(count).fill(one).join(', ');
  const rows = (count: number) => says(`slos: {s: {${GOOD}, windows: [${list(count, row)}]}}`);
  assert.equal(rows(SLO_LIMITS.rows_max), '');
  assert.match(rows(SLO_LIMITS.rows_max + 1), /windows/);
  const named = (count: number, one: string) =>
    Array.from({ length: count }, (_, i) => `s${i}: {${one}}`).join(', ');
  const slos = (count: number) => says(`slos: {${named(count, GOOD)}}`);
  assert.equal(slos(SLO_LIMITS.slos_max), '');
  assert.match(slos(SLO_LIMITS.slos_max + 1), /slos/);
  const maps = (count: number) =>
    says(`heat_maps: {${named(count, 'source: metrics, buckets: b')}}`);
  assert.equal(maps(HEAT_LIMITS.maps_max), '');
  assert.match(maps(HEAT_LIMITS.maps_max + 1), /heat_maps/);
  const long = (chars: number) =>
    says(`slos: {s: {source: metrics, objective: 99, bad: b, total: ${'a'.repeat(chars)}}}`);
  assert.equal(long(SLO_LIMITS.expression_chars_max), '');
  assert.match(long(SLO_LIMITS.expression_chars_max + 1), /total/);
});

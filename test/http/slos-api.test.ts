import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RUN_WAIT_MS } from '../../src/http/api/checks.ts';
import { SLO_POINTS_MAX } from '../../src/http/api/slos.ts';
import { HEAT_AT_ONCE_MAX } from '../../src/wiring/heat.ts';
import { ran } from '../cli/world.ts';
import { openApiServer } from '../support/api.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { openParts } from '../support/http.ts';
import { type MetricsAnswer, type MetricsQuestion, metricsServer } from '../support/metrics.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-slos-api-'));
const matrix = (...series: readonly (readonly [le: string, rise: string])[]) => ({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: series.map(([le, rise]) => ({ metric: { le }, values: [[600, rise]] })),
  },
});
const usual = ({ query, path }: MetricsQuestion): MetricsAnswer => {
  if (path.endsWith('query_range'))
    return query.includes('wrong')
      ? { status: 422, body: { status: 'error', error: 'too many samples' } }
      : { body: matrix(['0.1', '90'], ['+Inf', '100']) };
  return query.includes('bad') ? 20 : 1000;
};
const far = await metricsServer(usual);
const parts = await openParts();
const checks = openTestChecks(parts, folder);
const s = await openApiServer({ parts: { ...parts, checks } });
after(async () => {
  await checks.stop();
  await s.close();
  await far.close();
  rmSync(folder, { recursive: true });
});

checks.follow(
  documentOf(`data_sources: {metrics: {prometheus: '${far.url}'}}
slos:
  shop: {source: metrics, objective: 99, period: 7d, bad: bad, total: all, service: web, windows: [{long: 1h, short: 5m, burn: 1.5, raise: page}]}
  idle: {source: metrics, objective: 99.9, period: 7d, bad: bad, total: all}
heat_maps:
  latency: {source: metrics, buckets: x_bucket, description: How long it takes.}
  wrong: {source: metrics, histogram: wrong}`),
);
checks.begin();

const env = { TOCSIN_TOKEN: s.admin.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, replace: { clock: s.clock } });

interface Shown {
  readonly name: string;
  readonly state: string;
  readonly budgetLeft: number | null;
  readonly goneInSeconds: number | null;
  readonly windows: readonly { readonly window: string; readonly burn: number | null }[];
  readonly rows: readonly { readonly is: string; readonly isRaised: boolean }[];
  readonly leftOut: readonly { readonly long: string }[];
  readonly alarms: readonly string[];
  readonly history: Readonly<Record<string, readonly { readonly value: number }[]>>;
}

test('objectives are listed, looked at by an operator, and told with what was noted', async () => {
  const before = (await s.viewer.get('/slos')).body as { items: Shown[] };
  assert.deepEqual(
    before.items.map(({ name, state, windows }) => [name, state, windows]),
    [
      ['idle', 'not measured', []],
      ['shop', 'not measured', []],
    ],
  );
  assert.equal((await s.viewer.post('/slos/shop/run', {})).status, 403);
  assert.equal((await s.operator.post('/slos/gone/run', {})).status, 404);
  const shown = (await s.operator.post('/slos/shop/run', {})).body as Shown;
  assert.deepEqual([shown.state, shown.budgetLeft, shown.goneInSeconds], ['page', -1, 0]);
  assert.deepEqual(
    shown.windows.map(({ window, burn }) => [window, burn]),
    [
      ['5m', 2],
      ['1h', 2],
      ['7d', 2],
    ],
  );
  assert.deepEqual([shown.rows[0]?.is, shown.rows[0]?.isRaised], ['over', true]);
  assert.equal(shown.alarms.length, 2, 'the burn and the spent budget');
  const one = (await s.viewer.get('/slos/shop?limit=5')).body as Shown;
  assert.deepEqual(Object.keys(one.history), ['budget', 'ratio 1h', 'ratio 5m', 'ratio 7d']);
  assert.deepEqual(
    one.history['ratio 1h']?.map(({ value }) => value),
    [0.02],
  );
  assert.deepEqual(
    ((await s.viewer.get('/slos/idle')).body as Shown).leftOut.map(({ long }) => long),
    ['1d', '3d'],
  );
  const many = await s.viewer.get(`/slos/shop?limit=${SLO_POINTS_MAX + 1}`);
  assert.equal(many.status, 422);
  assert.equal((await s.viewer.get('/slos/gone')).status, 404);
});

test('the command line lists objectives, shows one, and ends with 1 when it burns', async () => {
  const list = await cli('slos', 'list');
  assert.match(list.out, /^SLO +STATE +OBJECTIVE/);
  assert.match(list.out, /shop +page +99 % +7d +-100.0 %/);
  const shown = await cli('slos', 'show', 'shop');
  assert.equal(shown.exit, 1);
  assert.match(shown.out, /1h +2.0000 % +2.00x +20 +1000/);
  assert.match(shown.out, /page +1.50x +1h and 5m +0s +raised/);
  far.answers(({ query }) => (query.includes('bad') ? 0 : 1000));
  const again = await cli('slos', 'run', 'shop');
  assert.equal(again.exit, 0, again.out);
  assert.match(again.out, /shop: good/);
  assert.match((await cli('slos', 'show', 'idle')).out, /no row of 3d: a burn rate of 0.233 never/);
});

const HOUR = 'from=1970-01-01T00:00:00Z&to=1970-01-01T01:00:00Z';

test('a heat map is told as cells with their bounds, and as a picture; a fault with its reason', async () => {
  far.answers(usual);
  const { items } = (await s.viewer.get('/heat-maps')).body as { items: { name: string }[] };
  assert.deepEqual(
    items.map(({ name }) => name),
    ['latency', 'wrong'],
  );
  const { body } = await s.viewer.get(`/heat-maps/latency?${HOUR}`);
  const map = body as {
    stepSeconds: number;
    rows: unknown;
    columns: { to: string; isKnown: boolean; counts: number[]; quantiles: unknown[] }[];
  };
  assert.deepEqual(map.rows, [
    { lower: 0, upper: 0.1 },
    { lower: 0.1, upper: '+Inf' },
  ]);
  assert.deepEqual([map.stepSeconds, map.columns.length], [60, 60]);
  const cell = map.columns.find(({ isKnown }) => isKnown);
  assert.deepEqual([cell?.to, cell?.counts], ['1970-01-01T00:10:00.000Z', [90, 10]]);
  assert.deepEqual(cell?.quantiles[1], { q: 0.95, value: 0.1, isAtLeast: true });
  assert.deepEqual(map.columns[0]?.quantiles[0], { q: 0.5, value: null, isAtLeast: false });
  const drawn = await fetch(`${s.url}/api/v1/heat-maps/latency/svg?${HOUR}`, {
    headers: { authorization: s.admin.authorization },
  });
  assert.match(drawn.headers.get('content-type') ?? '', /^image\/svg\+xml/);
  const svg = await drawn.text();
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  assert.match(svg, /<title>1970-01-01 00:09 – 00:10, above 0.1 s: 10<\/title>/);
  assert.equal(svg.match(/: no data<\/title>/g)?.length, 59);
  const wrong = await s.viewer.get('/heat-maps/wrong');
  assert.equal(wrong.status, 502);
  assert.match(JSON.stringify(wrong.body), /metrics: HTTP 422: too many samples/);
  assert.equal((await s.viewer.get('/heat-maps/gone')).status, 404);
  const none = await s.viewer.get(
    '/heat-maps/latency?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z',
  );
  assert.equal(none.status, 422);
});

test('an answer waits for a look so long, then the objective says that it is being looked at', async () => {
  far.answers(() => 'hang');
  const asked = s.operator.post('/slos/idle/run', {});
  await far.isAsked();
  s.clock.pass(RUN_WAIT_MS);
  const { status, body } = await asked;
  assert.deepEqual([status, (body as { isRunning: boolean }).isRunning], [200, true]);
  s.clock.pass(30_000);
  far.answers(usual);
  await checks.settled();
});

test('no more heat maps are asked for at once than the limit', async () => {
  far.answers(() => 'hang');
  const asks = Array.from({ length: HEAT_AT_ONCE_MAX + 1 }, () =>
    s.viewer.get('/heat-maps/latency'),
  );
  const refused = await Promise.race(asks);
  assert.equal(refused.status, 503);
  s.clock.pass(30_000);
  const statuses = (await Promise.all(asks)).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [...Array(HEAT_AT_ONCE_MAX).fill(502), 503]);
});

test('the command line draws a heat map with letters', async () => {
  const at = Math.floor(s.clock.now() / 300_000) * 300;
  const { data } = matrix(['0.1', '90'], ['+Inf', '100']);
  const result = data.result.map(({ metric, values }) => ({
    metric,
    values: [[at, values[0]?.[1]]],
  }));
  far.answers(() => ({ body: { status: 'success', data: { resultType: 'matrix', result } } }));
  const { out, exit } = await cli('heat-map', 'latency');
  assert.equal(exit, 0, out);
  assert.match(out, /^> 0.1 s \|\?+[*+=#]\|\n +0.1 s \|\?+@\|$/m);
  assert.match(out, /a cell is 300 s\nlast: p50 0.0556 s, p95 >= 0.1 s, p99 >= 0.1 s/);
  far.answers(() => ({ body: { status: 'success', data: { resultType: 'matrix', result: [] } } }));
  assert.match((await cli('heat-map', 'latency')).out, /There is no data/);
});

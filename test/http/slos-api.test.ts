import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SLO_POINTS_MAX } from '../../src/http/api/slos.ts';
import { ran } from '../cli/world.ts';
import { openApiServer } from '../support/api.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { openParts } from '../support/http.ts';
import { metricsServer } from '../support/metrics.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-slos-api-'));
const far = await metricsServer(({ query }) => (query.includes('bad') ? 20 : 1000));
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
  idle: {source: metrics, objective: 99.9, period: 7d, bad: bad, total: all}`),
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

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { metricsServer } from '../support/metrics.ts';
import { foldDesk } from './desk.ts';
import { serveConsole } from './serve.ts';

test('the pages of objectives say the state in words, what is left, and why nothing is known', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-slos-page-'));
  const far = await metricsServer(({ query }) =>
    query.includes('gone') ? undefined : query.includes('bad') ? 20 : 1000,
  );
  const desk = foldDesk();
  const checks = openTestChecks({ ...desk, desk, log: silentLog }, folder);
  const served = await serveConsole(desk, {}, checks);
  t.after(async () => {
    await served.close();
    await checks.stop();
    await far.close();
    rmSync(folder, { recursive: true });
  });
  const get = async (path: string, login = 'vera') =>
    (await fetch(served.url + path, { headers: { cookie: served.session(login) } })).text();
  assert.match(await get('/objectives'), /No objective is watched/);
  checks.follow(
    documentOf(`data_sources: {metrics: {prometheus: '${far.url}'}}
slos:
  shop: {source: metrics, objective: 99, bad: bad, total: all, description: "a <b> shop", windows: [{long: 1h, short: 5m, burn: 1.5, raise: page}]}
  lost: {source: metrics, objective: 99.9, period: 7d, bad: bad, total: gone}`),
  );
  checks.begin();
  assert.match(await get('/objectives'), /not measured yet/);
  assert.match(await get('/objectives/lost'), /was not looked at since the desk started/);
  const form = await get('/objectives/shop', 'tom');
  assert.match(form, /Look at it now/);
  const cookie = served.session('tom');
  const own = await (await fetch(`${served.url}/objectives/shop`, { headers: { cookie } })).text();
  const csrf = /name="csrf"\s+value="([^"]+)"/.exec(own)?.[1] ?? '';
  const press = (name: string) =>
    fetch(`${served.url}/objectives/${name}/run`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: served.url },
      body: new URLSearchParams({ csrf, once: 'x' }),
    });
  assert.equal((await press('shop')).status, 303);
  assert.equal((await press('lost')).status, 303);
  const list = await get('/objectives');
  assert.match(list, /burns: page[\s\S]*not known/);
  assert.match(list, /class="budget none"[\s\S]*spent/);
  assert.match(list, /href="\/objectives" aria-current="page"|aria-current="page">Objectives/);
  const page = await get('/objectives/shop');
  assert.match(page, /a &lt;b&gt; shop/);
  assert.match(page, /▲ raised<\/span> 2× and 2×/);
  assert.match(page, /href="\/alarms\/[0-9a-f]{16}">slo.burn-page<\/a>/);
  assert.match(page, /aria-label="Burn rate over 1h: 1 values/);
  assert.doesNotMatch(page, /Look at it now/, 'a viewer runs nothing');
  const lost = await get('/objectives/lost');
  assert.match(lost, /no data: no series for `total`/);
  assert.match(lost, /No row of 3d: a burn rate of 0.233 never spends the budget/);
  assert.match(await get('/objectives/nobody'), /There is no such objective/);
});

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
  const far = await metricsServer(({ query, path, form }) => {
    if (!path.endsWith('query_range'))
      return query.includes('gone') ? undefined : query.includes('bad') ? 20 : 1000;
    if (query.includes('wrong')) return { status: 503, text: '' };
    const result = (query.includes('gone') ? [] : ['1', '+Inf']).map((le) => ({
      metric: { le },
      values: [[Number(form.get('start')), query.includes('still') ? '0' : le === '1' ? '5' : '7']],
    }));
    return { body: { status: 'success', data: { resultType: 'matrix', result } } };
  });
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
  const empty = await get('/objectives');
  assert.match(empty, /No objective is watched/);
  assert.match(empty, /None is drawn/);
  checks.follow(
    documentOf(`data_sources: {metrics: {prometheus: '${far.url}'}}
slos:
  shop: {source: metrics, objective: 99, bad: bad, total: all, description: "a <b> shop", windows: [{long: 1h, short: 5m, burn: 1.5, raise: page}]}
  lost: {source: metrics, objective: 99.9, period: 7d, bad: bad, total: gone}
heat_maps:
  latency: {source: metrics, buckets: 'x_bucket{a="<b>"}', unit: ms}
  lost: {source: metrics, buckets: gone}
  still: {source: metrics, buckets: still}
  wrong: {source: metrics, buckets: wrong}`),
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
  assert.match(
    page,
    /<b>Burn rate over 1h<\/b> <span class="figure-now">2 ×<\/span> .*begins with the second/,
  );
  assert.doesNotMatch(page, /Look at it now/, 'a viewer runs nothing');
  const lost = await get('/objectives/lost');
  assert.match(lost, /no data: no series for `total`/);
  assert.match(lost, /No row of 3d: a burn rate of 0.233 never spends the budget/);
  assert.match(await get('/objectives/nobody'), /There is no such objective/);

  assert.match(list, /href="\/heat-maps\/latency"/);
  const heat = await get('/heat-maps/latency?hours=1');
  assert.match(heat, /aria-current="page">1 h/);
  assert.match(heat, /aria-label="latency: 7 observations in/);
  assert.match(heat, /above 1 ms: 2<\/title>/);
  assert.match(heat, /p99\s+≥ 1 ms/);
  assert.match(heat, /x_bucket\{a=&quot;&lt;b&gt;&quot;\}/);
  assert.match(await get('/heat-maps/latency?hours=nine'), /aria-current="page">6 h/);
  assert.match(await get('/heat-maps/lost'), /There is no data/);
  assert.match(await get('/heat-maps/still'), /Nothing was observed/);
  assert.match(await get('/heat-maps/wrong'), /role="alert">[^<]*metrics: HTTP 503/);
  assert.match(await get('/heat-maps/nobody'), /There is no such heat map/);
});

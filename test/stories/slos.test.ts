import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { SLO_RUNS_AT_ONCE_MAX } from '../../src/wiring/slos.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { openParts } from '../support/http.ts';
import { metricsServer } from '../support/metrics.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-slos-'));
after(() => rmSync(folder, { recursive: true }));

/** Bad and all events by length of window; every window else is as `rest`. */
interface Traffic {
  readonly rest: readonly [bad: number, all: number];
  readonly [window: string]: readonly [bad: number, all: number];
}

/** A desk that watches one objective over a far side whose traffic the test tells. */
async function openSlo(t: TestContext, name: string) {
  let traffic: Traffic = { rest: [0, 1000] };
  const far = await metricsServer(({ query }) => {
    const window = /\[(\d+s)\]/.exec(query)?.[1] ?? '';
    const [bad, all] = traffic[window] ?? traffic.rest;
    return query.includes('5..') ? bad : all;
  });
  const parts = await openParts();
  const dataFolder = join(folder, name);
  const document = documentOf(`
data_sources: {metrics: {prometheus: '${far.url}'}}
slos:
  checkout:
    source: metrics
    objective: 99.9
    bad: http_requests_total{job="shop",code=~"5.."}
    total: sum(increase(http_requests_total{job="shop"}[$window]))
    service: shop
    team: web
    description: Buying things.
`);
  const start = () => {
    const checks = openTestChecks(parts, dataFolder);
    checks.follow(document);
    checks.begin();
    return checks;
  };
  let checks = start();
  t.after(async () => {
    await checks.stop();
    await parts.desk.close();
    await far.close();
  });
  const raised = () =>
    [...parts.desk.memory.all('alarms')]
      .filter(({ condition }) => condition.is === 'raised')
      .map(({ type, severity }) => `${severity} ${type}`)
      .sort();
  return {
    far,
    desk: parts.desk,
    raised,
    slo: () => checks.slos.one('checkout'),
    history: () => checks.slos.history('checkout', 10),
    now: (next: Traffic) => {
      traffic = next;
    },
    async passes(minutes: number) {
      const until = (parts.clock.now() + minutes * 60_000) as Instant;
      // From slot to slot: an answer is waited for while the clock stands still.
      for (let next = checks.slos.one('checkout')?.next; next && next <= until; ) {
        parts.clock.moveTo(next);
        await checks.settled();
        next = checks.slos.one('checkout')?.next;
      }
      parts.clock.moveTo(until);
      await checks.settled();
      return raised();
    },
    async restart() {
      await checks.stop();
      checks = start();
    },
    run: () => checks.slos.run('checkout', 'nora' as UserId),
    follow: (sections: string) => checks.follow(documentOf(sections)),
    async settled() {
      await checks.settled();
      return raised();
    },
  };
}

test('a burning budget pages when both windows say so for long enough, and clears with the short one', async (t) => {
  const s = await openSlo(t, 'burns');
  assert.deepEqual(await s.passes(3), []);
  s.now({ rest: [0, 100_000], '3600s': [150, 10_000], '300s': [20, 1000] });
  assert.deepEqual(await s.passes(2), [], 'not yet for two minutes');
  assert.deepEqual(await s.passes(1), ['critical slo.burn-page']);
  const [alarm] = s.desk.memory.all('alarms');
  assert.equal(
    alarm?.text,
    'burns 15× over 1h and 20× over 5m, page above 14.4× (budget: 100 % left, gone in 2d). Buying things.',
  );
  assert.deepEqual(alarm?.labels, {
    ...{ alertname: 'slo.burn-page', check: 'checkout', slo: 'checkout', service: 'shop' },
    ...{ severity: 'critical', team: 'web', window: '1h' },
  });
  s.now({ rest: [0, 100_000], '3600s': [150, 10_000], '300s': [0, 1000] });
  assert.deepEqual(await s.passes(1), []);
  const { 'ratio 1h': ratios = [], budget = [] } = await s.history();
  assert.deepEqual([ratios.at(-1)?.value, budget.at(-1)?.value], [0.015, 1]);
});

test('a ticket gives way to a page and comes back, and a spent budget says so', async (t) => {
  const s = await openSlo(t, 'ticket');
  s.now({ rest: [35, 10_000], '2592000s': [112, 100_000] });
  assert.deepEqual(await s.passes(70), ['warning slo.budget-spent', 'warning slo.burn-ticket']);
  s.now({ rest: [300, 10_000], '2592000s': [112, 100_000] });
  assert.deepEqual(await s.passes(8), ['critical slo.burn-page', 'warning slo.budget-spent']);
  const spent = [...s.desk.memory.all('alarms')].find(({ type }) => type === 'slo.budget-spent');
  assert.match(spent?.text ?? '', /^the error budget of 30d is spent: 112 % of it/);
  s.now({ rest: [35, 10_000], '2592000s': [99, 100_000] });
  assert.deepEqual(await s.passes(12), ['warning slo.burn-ticket']);
});

test('without traffic, and without a server, nothing is known: what was raised stays', async (t) => {
  const s = await openSlo(t, 'unknown');
  s.now({ rest: [30, 1000], '2592000s': [0, 1000] });
  assert.deepEqual(await s.passes(4), ['critical slo.burn-page']);
  s.now({ rest: [0, 0] });
  assert.deepEqual(await s.passes(20), ['critical slo.burn-page']);
  const says = () => s.desk.memory.get('checks', 'checkout')?.text ?? '';
  assert.match(says(), /it burned; now nothing is known: 1h: no traffic/);
  s.far.answers(() => ({ status: 503, text: 'starting up' }));
  assert.deepEqual(await s.passes(1), ['critical slo.burn-page', 'warning slo.no-data']);
  const lost = [...s.desk.memory.all('alarms')].find(({ type }) => type === 'slo.no-data');
  assert.match(lost?.text ?? '', /nothing is known: metrics: HTTP 503/);
  s.far.asked();
  await s.passes(1);
  assert.equal(s.far.asked().length, 1, 'a server that does not answer is asked no further');
  s.far.answers(({ query }) => (query.includes('5..') ? undefined : 1000));
  assert.deepEqual(await s.passes(12), [], 'no series of bad events are no bad events');
});

test('long windows are asked for seldom, and all of them when somebody asks', async (t) => {
  const s = await openSlo(t, 'seldom');
  await s.passes(1);
  assert.equal(s.far.asked().length, 16, 'eight windows, bad and all');
  await s.passes(1);
  const lengths = new Set(s.far.asked().map((query) => /\[(\d+)s\]/.exec(query)?.[1]));
  assert.deepEqual(
    [...lengths],
    ['300', '1800', '3600'],
    'a hundredth of two hours has not passed',
  );
  await s.passes(20);
  const months = s.far.asked().filter((query) => query.includes('[2592000s]'));
  assert.equal(months.length, 4, 'every ten minutes');
  await s.run();
  assert.equal(s.far.asked().length, 16);
});

test('what holds goes on holding over a restart, and an objective that is taken out clears', async (t) => {
  const s = await openSlo(t, 'restart');
  s.now({ rest: [30, 1000], '2592000s': [0, 1000] });
  await s.passes(2);
  assert.deepEqual(s.raised(), []);
  assert.equal(s.slo()?.standing?.rows[0]?.state.is, 'over');
  await s.restart();
  assert.equal(s.slo()?.standing, undefined, 'not looked at since');
  assert.deepEqual(await s.passes(1), ['critical slo.burn-page'], 'it has held for two minutes');
  s.follow('');
  assert.deepEqual(await s.settled(), []);
  assert.equal(s.desk.memory.get('checks', 'checkout'), undefined);
});

test('no more objectives are looked at at once than the limit, the others wait', async (t) => {
  const far = await metricsServer(() => 'hang');
  const parts = await openParts();
  const checks = openTestChecks(parts, join(folder, 'many'));
  t.after(async () => {
    await checks.stop();
    await far.close();
    await parts.desk.close();
  });
  const names = Array.from({ length: SLO_RUNS_AT_ONCE_MAX + 1 }, (_, i) => `s${i}`);
  const slo = `{source: metrics, objective: 99, bad: bad, total: all}`;
  const sections = names.map((name) => `  ${name}: ${slo}`).join('\n');
  checks.follow(
    documentOf(`data_sources: {metrics: {prometheus: '${far.url}'}}\nslos:\n${sections}`),
  );
  checks.begin();
  const runs = names.map((name) => checks.slos.run(name, 'nora' as UserId));
  const asked: string[] = [];
  while (asked.length < SLO_RUNS_AT_ONCE_MAX) {
    await new Promise((again) => setImmediate(again));
    asked.push(...far.asked());
  }
  for (let i = 0; i < 100; i++) await new Promise((again) => setImmediate(again));
  assert.deepEqual(far.asked(), [], 'the last one waits');
  far.answers(() => 1);
  parts.clock.pass(30_000);
  await Promise.all(runs);
  const states = names.map((name) => parts.desk.memory.get('checks', name)?.verdict);
  assert.deepEqual(states.filter((one) => one === 'broken').length, SLO_RUNS_AT_ONCE_MAX);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes, seconds } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { RoutingPlan } from '../../src/domain/routing/plan.ts';
import { alert, openLife, turn } from '../support/desk.ts';

const PLAN: RoutingPlan = {
  root: {
    ...{ id: '{}', key: '{}', receiver: 'ops', matchers: [], continue: false, groupBy: [] },
    ...{ groupByAll: false, groupWait: seconds(0), groupInterval: minutes(5) },
    ...{ repeatInterval: minutes(240), muteIntervals: [], activeIntervals: [] },
    ...{ onAcknowledge: 'nothing', labels: {}, routes: [] },
  },
  receivers: [{ name: 'ops', ways: [{ kind: 'webhook', index: 0, sendResolved: true }] }],
  inhibitions: [],
  intervals: [],
};

test('why somebody was told, and how each try ended, is in the store', async () => {
  const { desk, clock, store } = await openLife();
  const words = { text: '', from: '', unused: [], why: '' };
  const nora = 'nora' as UserId;
  await desk.act(nora, { verb: 'revision.apply', ...words, plan: PLAN, zones: [] });
  const down = alert('core-1');
  await desk.receive('alertmanager', [down]);
  const [delivery] = desk.memory.all('deliveries');
  assert.ok(delivery);
  const at = clock.now();
  const ended = { result: 'sent' as const, detail: 'HTTP 200', tookMs: 3 };
  await desk.report({ kind: 'delivered', at, delivery: delivery.id, attempt: 1, ...ended });
  clock.pass(200);
  await turn();

  const about = { alarm: down.id, cursor: undefined, limit: 9 };
  const decided = await store.decisions(about);
  const { position, index, reason, to } = decided.items[0] ?? assert.fail('no decision');
  assert.deepEqual([decided.items.length, `d${position}.${index}`], [1, delivery.id]);
  assert.deepEqual([reason, to.receiver, decided.items[0]?.at], ['first', 'ops', at]);
  const tried = await store.attempts(about);
  assert.deepEqual(
    tried.items.map((a) => [a.position, a.at, a.result, a.detail]),
    [[position + 1, at, 'sent', 'HTTP 200']],
  );
  await desk.close();
});

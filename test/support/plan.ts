import { minutes } from '../../src/base/time.ts';
import type { PlanRoute, RoutingPlan } from '../../src/domain/routing/plan.ts';

/** A route with Alertmanager's defaults; what is given wins. */
export const planRoute = (more: Partial<PlanRoute> = {}): PlanRoute => ({
  id: '{}',
  key: '{}',
  receiver: 'ops',
  matchers: [],
  continue: false,
  groupBy: ['alertname'],
  groupByAll: false,
  groupWait: 30_000 as PlanRoute['groupWait'],
  groupInterval: minutes(5),
  repeatInterval: minutes(240),
  muteIntervals: [],
  activeIntervals: [],
  onAcknowledge: 'stop-repeats',
  labels: {},
  routes: [],
  ...more,
});

/** One receiver `ops` with one webhook, unless said otherwise. */
export const planWith = (
  root: Partial<PlanRoute> = {},
  more: Partial<RoutingPlan> = {},
): RoutingPlan => ({
  root: planRoute(root),
  receivers: [{ name: 'ops', ways: [{ kind: 'webhook', index: 0, sendResolved: true }] }],
  inhibitions: [],
  intervals: [],
  ...more,
});

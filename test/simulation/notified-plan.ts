import { minutes, seconds } from '../../src/base/time.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { PlanRoute, RoutingPlan } from '../../src/domain/routing/plan.ts';
import { planRoute, planWith } from '../support/plan.ts';

/** Never silenced, shelved or inhibited: what becomes of them must be told, always. */
export const PLAIN = [
  ...['r1/if-1', 'r1/if-2', 'r1/if-3', 'r1/if-4', 'r1/if-5', 'r1/if-6'],
  ...['web-1', 'web-2'],
] as const;
/** Silenced and shelved by people, inhibited by the first of them. */
export const HIDDEN = ['feed/prices', 'r2/if-1', 'db/main', 'web-3'] as const;

export const FALLBACK = 'last';
/** A life is shorter: what was lost cannot hide behind a repeat. */
const REPEAT = minutes(240);
/** Of the route that is there to be repeated. */
export const REPEAT_SHORT = minutes(10);

const matching = (value: string) => [{ name: 'instance', op: '=~' as const, value }];
const inhibited = { source: 'feed/prices', target: 'r2/if-1' };

const route = (id: string, match: string, more: Partial<PlanRoute>): PlanRoute =>
  planRoute({
    id: `{}/{instance=~"${match}"}${id}`,
    key: `{}/{instance=~"${match}"}`,
    matchers: matching(match),
    groupInterval: minutes(2),
    repeatInterval: REPEAT,
    ...more,
  });

/** `slow` looks less often; `apart` groups by other labels: its groups are other ones. */
export type PlanKind = 'first' | 'slow' | 'apart';

export function planOf(kind: PlanKind): RoutingPlan {
  const groupInterval = minutes(kind === 'slow' ? 3 : 2);
  const groupBy = kind === 'apart' ? ['alertname', 'instance'] : ['alertname'];
  const routes = [
    route('', 'r1/.*', {
      receiver: 'pager',
      groupBy,
      groupWait: seconds(0),
      groupInterval,
      continue: true,
    }),
    route('', 'r1/.*|web-.*', { receiver: 'chat', groupByAll: true, groupWait: seconds(10) }),
    route('', 'r2/.*|feed/.*', { receiver: 'mail', groupBy: [], groupWait: seconds(20) }),
  ];
  const way = (name: string, sendResolved = true, index = 0) => ({
    kind: name,
    index,
    sendResolved,
  });
  return planWith(
    { receiver: 'log', groupInterval, repeatInterval: REPEAT_SHORT, routes },
    {
      receivers: [
        {
          name: 'pager',
          ways: [way('steady'), way('flaky'), { ...way('escalation'), policy: 'noc' }],
        },
        { name: 'chat', ways: [way('hanging')] },
        { name: 'mail', ways: [way('refusing')] },
        { name: 'log', ways: [way('flaky', false)] },
        { name: FALLBACK, ways: [way('steady')] },
      ],
      inhibitions: [
        {
          name: 'feed',
          source: [
            { name: 'instance', op: '=', value: inhibited.source },
            { name: '@severity', op: '=', value: 'critical' },
          ],
          target: [{ name: 'instance', op: '=', value: inhibited.target }],
          equal: [],
        },
      ],
    },
  );
}

/** The inhibition of the plan, said once more: no code of the desk's decides what is right. */
export function isInhibited(alarm: Alarm, all: Iterable<Alarm>): boolean {
  if (alarm.resource !== inhibited.target) return false;
  for (const a of all) {
    if (a.resource !== inhibited.source || a.condition.is !== 'raised') continue;
    if (a.severity === 'critical') return true;
  }
  return false;
}

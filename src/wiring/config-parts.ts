import { hours, minutes, seconds } from '../base/time.ts';
import type { RoutingPlan } from '../domain/routing/plan.ts';
import type { ConfigFault } from '../http/config-door.ts';

/** What is compared with while there is no configuration. */
export const TELLS_NOBODY: RoutingPlan = {
  root: {
    ...{ id: '{}', key: '{}', receiver: 'nobody', matchers: [], continue: false },
    ...{ groupBy: [], groupByAll: false, routes: [], labels: {} },
    ...{ muteIntervals: [], activeIntervals: [], onAcknowledge: 'stop-repeats' },
    groupWait: seconds(30),
    groupInterval: minutes(5),
    repeatInterval: hours(4),
  },
  receivers: [{ name: 'nobody', ways: [] }],
  inhibitions: [],
  intervals: [],
};

export const countRoutes = (route: RoutingPlan['root']): number =>
  route.routes.reduce((sum, child) => sum + countRoutes(child), 1);

export const inTemplate = (fault: {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly why: string;
}): ConfigFault => ({
  line: fault.line,
  column: fault.column,
  why: `in the template ${fault.file}: ${fault.why}`,
});

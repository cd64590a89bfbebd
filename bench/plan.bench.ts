/**
 * How long plan takes: a storm of 100,000 alerts in 2,000 groups, told and cleared, replayed
 * through two routings at once. `--short` plays 10,000. One JSON line per figure.
 */
import { cpus } from 'node:os';
import { type Instant, minutes, seconds } from '../src/base/time.ts';
import { encode } from '../src/desk/codec.ts';
import { beforeAll, comparePlans } from '../src/desk/plan.ts';
import { type AlarmEvent, identifyLabels } from '../src/domain/alarm/event.ts';
import type { PlanRoute, RoutingPlan } from '../src/domain/routing/plan.ts';
import type { Block } from '../src/ports/journal.ts';

const ALERTS = process.argv.includes('--short') ? 10_000 : 100_000;
const GROUPS = 2_000;
const PER_ENTRY = 100;
const START = 1_772_323_200_000;

const route = (receiver: string, team: string | undefined, routes: PlanRoute[]): PlanRoute => ({
  ...{ id: team ?? '{}', key: team ?? '{}', receiver, continue: false, groupBy: ['cluster'] },
  matchers: team === undefined ? [] : [{ name: 'team', op: '=', value: team }],
  ...{ groupByAll: false, groupWait: seconds(30), groupInterval: minutes(5) },
  ...{ repeatInterval: minutes(240), muteIntervals: [], activeIntervals: [] },
  ...{ onAcknowledge: 'stop-repeats', labels: {}, routes },
});

const ways = [{ kind: 'webhook', index: 0, sendResolved: true }];

const planTo = (receiver: string): { plan: RoutingPlan; zones: [] } => ({
  plan: {
    root: route('ops', undefined, [route(receiver, 'team-3', [])]),
    receivers: ['ops', 'night', 'day'].map((name) => ({ name, ways })),
    inhibitions: [],
    intervals: [],
  },
  zones: [],
});

function eventOf(n: number, kind: 'raise' | 'clear'): AlarmEvent {
  const labels = {
    ...{ alertname: 'InterfaceDown', instance: `core-${n}.example.net:9100`, job: 'snmp' },
    ...{ cluster: `c${n % GROUPS}`, team: `team-${n % 12}`, severity: 'critical' },
  };
  return {
    ...{ kind, id: identifyLabels(labels), byLabels: true, resource: labels.instance },
    ...{ type: 'InterfaceDown', qualifier: '', severity: 'critical', text: `core-${n} is down` },
    ...{ labels, annotations: { summary: `core-${n} is down` }, link: '' },
  };
}

/** Raised within ten seconds; cleared after two hours; a last word half an hour later. */
function* story(): Generator<Block> {
  let first = 1;
  for (const kind of ['raise', 'clear'] as const) {
    for (let n = 0; n < ALERTS; n += PER_ENTRY) {
      const at = (START + (kind === 'raise' ? 0 : 7_200_000) + n / 10) as Instant;
      const events = Array.from({ length: PER_ENTRY }, (_, i) => eventOf(n + i, kind));
      const text = encode({ kind: 'events', at, source: 'alertmanager', events });
      yield { first: first++, count: 1, text };
    }
  }
  const at = (START + 9_000_000) as Instant;
  const text = encode({ kind: 'events', at, source: 'alertmanager', events: [] });
  yield { first, count: 1, text };
}

const blocks = [...story()];
let heldFrom = performance.now();
let heldMax = 0;
const report = await comparePlans(
  {
    checkpoint: beforeAll(),
    blocks: (async function* () {
      yield* blocks;
    })(),
  },
  {
    ...{ old: planTo('night'), new: planTo('day'), since: 0 as Instant },
    now: () => performance.now(),
    rest: async () => {
      heldMax = Math.max(heldMax, performance.now() - heldFrom);
      await new Promise((resolve) => setImmediate(resolve));
      heldFrom = performance.now();
    },
  },
);
const { tookMs, entries, episodes, notices, changes, stopped } = report;
console.log(
  JSON.stringify({
    bench: 'plan',
    ...{ alerts: ALERTS, groups: GROUPS, entries, tookMs, episodes, moved: changes.moved, stopped },
    ...{ noticesOld: notices.old, noticesNew: notices.new, heldMaxMs: Math.round(heldMax) },
    ...{ rssMb: Math.round(process.memoryUsage.rss() / 1e6) },
    node: process.version,
    cpu: cpus()[0]?.model,
  }),
);

import type { Instant } from '../../base/time.ts';
import type { Labels } from '../../domain/alarm/event.ts';
import { matchersText } from '../../domain/routing/label-text.ts';
import { wayText } from '../../domain/routing/notice.ts';
import type { PlanRoute } from '../../domain/routing/plan.ts';
import { groupKeyOf, groupLabelsOf } from '../../domain/routing/tree.ts';
import type { Memory } from '../desk.ts';
import { labelSubject, readAs } from './label-set.ts';
import { lengthText } from './notice-words.ts';
import { type RouteStep, routeWay } from './route-steps.ts';
import { type WhyMute, whyMute } from './why-mutes.ts';
import type { NameOf } from './words.ts';

export const ROUTE_MAP_LIMITS = {
  /** Routes that are drawn; the rest is counted. */
  routes_max: 2_000,
} as const;

/** One route as the tree is drawn: depth first, parents before their children. */
export interface RouteRow {
  readonly id: string;
  readonly depth: number;
  readonly matchers: string;
  readonly receiver: string;
  /** `ops/webhook[0]`; none: it tells nobody. */
  readonly ways: readonly string[];
  readonly continues: boolean;
  /** `...` stands for all labels. */
  readonly groupBy: readonly string[];
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly muteIntervals: readonly string[];
  readonly activeIntervals: readonly string[];
  /** It may send nothing now, because of its intervals. */
  readonly closed: boolean;
  readonly onAcknowledge: PlanRoute['onAcknowledge'];
  /** Raised alarms that this very route takes, and the groups they are in. */
  readonly raised: number;
  readonly groups: number;
}

export interface RouteMap {
  /** '' while there is no routing. */
  readonly revision: string;
  readonly routes: readonly RouteRow[];
  readonly leftOut: number;
}

type Tables = Pick<Memory, 'get' | 'routing'>;

/** The whole tree, with how much sits in each route. */
export function routeMap(memory: Tables, now: Instant): RouteMap {
  const row = memory.get('plans', 'plan');
  if (!row) return { revision: '', routes: [], leftOut: 0 };
  const sits = new Map<string, { raised: number; groups: number }>();
  for (const { node, members } of memory.routing.seats()) {
    const sum = sits.get(node.route.id) ?? { raised: 0, groups: 0 };
    sits.set(node.route.id, { raised: sum.raised + members.size, groups: sum.groups + 1 });
  }
  const routes: RouteRow[] = [];
  let count = 0;
  const draw = (route: PlanRoute, depth: number): void => {
    if (count++ < ROUTE_MAP_LIMITS.routes_max) {
      routes.push({ ...rowOf(memory, route, depth, now), ...(sits.get(route.id) ?? NOBODY) });
    }
    for (const child of route.routes) draw(child, depth + 1);
  };
  draw(row.plan.root, 0);
  return { revision: row.revision, routes, leftOut: count - routes.length };
}

const NOBODY = { raised: 0, groups: 0 };

function rowOf(
  { routing }: Tables,
  route: PlanRoute,
  depth: number,
  now: Instant,
): Omit<RouteRow, 'raised' | 'groups'> {
  const { receiver, muteIntervals, activeIntervals, onAcknowledge } = route;
  const node = routing.tree?.node(route.id);
  const ways = node?.receiver.ways ?? [];
  return {
    id: route.id,
    depth,
    matchers: matchersText(route.matchers),
    receiver,
    ways: ways.map(({ kind, index }) => wayText({ receiver, kind, index })),
    continues: route.continue,
    groupBy: route.groupByAll ? ['...'] : route.groupBy,
    groupWait: lengthText(route.groupWait),
    groupInterval: lengthText(route.groupInterval),
    repeatInterval: lengthText(route.repeatInterval),
    muteIntervals,
    activeIntervals,
    closed: node !== undefined && routing.closedBy(node, now) !== undefined,
    onAcknowledge,
  };
}

interface TrialGroup {
  readonly route: string;
  readonly receiver: string;
  /** Alertmanager's group key. */
  readonly key: string;
  /** What all in it have in common. */
  readonly labels: Labels;
}

/** Where an alarm with these labels would go. */
export interface RouteTrial {
  readonly labels: Labels;
  readonly steps: readonly RouteStep[];
  readonly leftOut: number;
  /** In the order of the routes; one may stand twice. */
  readonly receivers: readonly string[];
  /** The group it would be in, for each route that takes it. */
  readonly groups: readonly TrialGroup[];
  /** What is read from the labels as from those of an alert: `@severity="critical"`. */
  readonly read: Labels;
  /** What would mute it now. */
  readonly mutes: readonly WhyMute[];
}

/** Undefined while there is no routing. */
export function tryRoute(
  memory: Tables,
  labels: Labels,
  now: Instant,
  nameOf: NameOf,
): RouteTrial | undefined {
  const { tree } = memory.routing;
  if (!tree) return undefined;
  const subject = labelSubject(labels);
  const { steps, leftOut, taken } = routeWay(tree, subject);
  const mutes = memory.routing.mutesOf(subject, undefined, now);
  return {
    labels,
    steps,
    leftOut,
    receivers: taken.map(({ receiver }) => receiver.name),
    groups: taken.map(({ route, receiver }) => {
      const common = groupLabelsOf(route, labels);
      const key = groupKeyOf(route, common);
      return { route: route.id, receiver: receiver.name, key, labels: common };
    }),
    read: readAs(labels),
    mutes: mutes.map((mute) => whyMute(memory, mute, undefined, nameOf)),
  };
}

import { meant } from '../base/near.ts';
import { type Millis, minutes, seconds } from '../base/time.ts';
import type { MatcherMode } from '../domain/alarm/matcher.ts';
import { type OnAcknowledge, PLAN_LIMITS, type PlanRoute } from '../domain/routing/plan.ts';
import { routeKey } from '../domain/routing/tree.ts';
import { durationExpected, prometheusDuration } from './duration.ts';
import type { Reader } from './reader.ts';
import { CONFIG_LIMITS, type RouteSettings } from './schema.ts';
import { isLabelName, termsOf } from './terms.ts';

/** What routes may name. */
export interface Names {
  readonly receivers: readonly string[];
  readonly intervals: readonly string[];
}

/** What goes down the tree. */
type Inherited = Pick<
  PlanRoute,
  | 'receiver'
  | 'groupBy'
  | 'groupByAll'
  | 'groupWait'
  | 'groupInterval'
  | 'repeatInterval'
  | 'onAcknowledge'
  | 'labels'
>;

const ROOT: Inherited = {
  receiver: '',
  groupBy: [],
  groupByAll: false,
  groupWait: seconds(30),
  groupInterval: minutes(5),
  repeatInterval: minutes(240),
  onAcknowledge: 'stop-repeats',
  labels: {},
};

/** The route tree with inheritance resolved. */
export function planRoutes(
  reader: Reader,
  root: RouteSettings | undefined,
  names: Names,
  mode: MatcherMode,
): PlanRoute {
  const planner = new Planner(reader, names, mode);
  if (root) planner.root(root);
  return planner.route(root ?? {}, ROOT, '', 1);
}

class Planner {
  readonly #reader: Reader;
  readonly #names: Names;
  readonly #receivers: ReadonlySet<string>;
  readonly #intervals: ReadonlySet<string>;
  readonly #mode: MatcherMode;
  /** How often each key was given out. */
  readonly #keys = new Map<string, number>();
  #routes = 0;

  constructor(reader: Reader, names: Names, mode: MatcherMode) {
    this.#reader = reader;
    this.#names = names;
    this.#receivers = new Set(names.receivers);
    this.#intervals = new Set(names.intervals);
    this.#mode = mode;
  }

  /** What only the root must or may not say. Empty lists say nothing. */
  root(route: RouteSettings): void {
    const reader = this.#reader;
    if (route.receiver === undefined && !reader.wrote(route, 'receiver'))
      reader.say(route, [], 'the root route needs a `receiver`');
    const takesAll = 'the root route takes every alarm, so it has no';
    for (const key of ['matchers', 'match', 'match_re'] as const)
      if (Object.keys(route[key] ?? {}).length > 0)
        reader.faults.say(reader.keyOf(route, key), `${takesAll} \`${key}\``);
    for (const key of ['mute_time_intervals', 'active_time_intervals'] as const)
      if ((route[key] ?? []).length > 0)
        reader.faults.say(reader.keyOf(route, key), `${takesAll} \`${key}\``);
  }

  route(route: RouteSettings, above: Inherited, parentKey: string, depth: number): PlanRoute {
    const matchers = termsOf(this.#reader, route, { prefix: '' }, this.#mode);
    const own = this.#inherit(route, above);
    const key = routeKey(parentKey, matchers);
    return {
      id: this.#id(route, key),
      key,
      matchers,
      continue: route.continue ?? false,
      ...own,
      muteIntervals: this.#named(route, 'mute_time_intervals'),
      activeIntervals: this.#named(route, 'active_time_intervals'),
      routes: this.#below(route, own, key, depth),
    };
  }

  #below(route: RouteSettings, own: Inherited, key: string, depth: number): PlanRoute[] {
    const { routes = [] } = route;
    if (routes.length > 0 && depth >= PLAN_LIMITS.route_depth_max) {
      const max = PLAN_LIMITS.route_depth_max;
      this.#reader.say(route, ['routes'], `routes are more than ${max} deep`);
      return [];
    }
    return routes.map((child) => this.route(child, own, key, depth + 1));
  }

  /** Ids follow the order of the file, a route before those below it. */
  #id(route: RouteSettings, key: string): string {
    if (++this.#routes === PLAN_LIMITS.routes_max + 1)
      this.#reader.say(route, [], `there are more than ${PLAN_LIMITS.routes_max} routes`);
    const count = (this.#keys.get(key) ?? 0) + 1;
    this.#keys.set(key, count);
    return count === 1 ? key : `${key}#${count}`;
  }

  #inherit(route: RouteSettings, above: Inherited): Inherited {
    return {
      receiver: this.#receiver(route) ?? above.receiver,
      ...this.#groupBy(route, above),
      groupWait: this.#duration(route, 'group_wait') ?? above.groupWait,
      groupInterval: this.#duration(route, 'group_interval') ?? above.groupInterval,
      repeatInterval: this.#duration(route, 'repeat_interval') ?? above.repeatInterval,
      onAcknowledge: ON_ACKNOWLEDGE[route.on_acknowledge ?? ''] ?? above.onAcknowledge,
      labels: this.#labels(route, above),
    };
  }

  #receiver(route: RouteSettings): string | undefined {
    const { receiver } = route;
    if (receiver === undefined || this.#receivers.has(receiver)) return receiver;
    const hint = meant(receiver, this.#names.receivers);
    this.#reader.say(route, ['receiver'], `there is no receiver "${receiver}"${hint}`);
    return receiver;
  }

  #groupBy(route: RouteSettings, above: Inherited): Pick<Inherited, 'groupBy' | 'groupByAll'> {
    const { group_by: names } = route;
    const { groupBy, groupByAll } = above;
    if (names === undefined) return { groupBy, groupByAll };
    const say = (i: number, why: string) => this.#reader.say(route, ['group_by', i], why);
    const seen = new Set<string>();
    for (const [i, name] of names.entries()) {
      if (name === '...' && names.some((other) => other !== '...'))
        say(i, 'group_by: `...` takes all labels, so it stands alone');
      else if (name !== '...' && !isLabelName(name, this.#mode))
        say(i, `group_by: "${name}" is no label name`);
      else if (name !== '...' && seen.has(name)) say(i, `group_by: "${name}" stands here twice`);
      seen.add(name);
    }
    if (names.length > CONFIG_LIMITS.group_labels_max)
      this.#reader.say(route, ['group_by'], `more than ${CONFIG_LIMITS.group_labels_max} labels`);
    if (seen.has('...')) return { groupBy: [], groupByAll: true };
    return { groupBy: [...seen].sort(), groupByAll: false };
  }

  #duration(
    route: RouteSettings,
    key: 'group_wait' | 'group_interval' | 'repeat_interval',
  ): Millis | undefined {
    const text = route[key];
    if (text === undefined) return undefined;
    const length = prometheusDuration(text);
    if (length === undefined)
      this.#reader.say(route, [key], `${key}: "${text}" is not ${durationExpected}`);
    else if (length === 0 && key !== 'group_wait')
      this.#reader.say(route, [key], `${key} must be more than 0`);
    return length;
  }

  #labels(route: RouteSettings, above: Inherited): Readonly<Record<string, string>> {
    const { labels = {} } = route;
    for (const name of Object.keys(labels))
      if (!isLabelName(name, this.#mode))
        this.#reader.say(route, ['labels', name], `labels: "${name}" is no label name`);
    return Object.keys(labels).length === 0 ? above.labels : { ...above.labels, ...labels };
  }

  #named(
    route: RouteSettings,
    key: 'mute_time_intervals' | 'active_time_intervals',
  ): readonly string[] {
    const names = route[key] ?? [];
    for (const [i, name] of names.entries())
      if (!this.#intervals.has(name)) {
        const hint = meant(name, this.#names.intervals);
        this.#reader.say(route, [key, i], `there is no time interval "${name}"${hint}`);
      }
    return names;
  }
}

const ON_ACKNOWLEDGE: Readonly<Record<string, OnAcknowledge>> = {
  stop_repeats: 'stop-repeats',
  stop_all: 'stop-all',
  nothing: 'nothing',
};

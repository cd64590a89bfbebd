import type { AlarmId, Labels } from '../../src/domain/alarm/event.ts';
import { labelValue, type Matcher, makeMatcher } from '../../src/domain/alarm/matcher.ts';
import type { MatcherOp, Term } from '../../src/domain/alarm/matcher-syntax.ts';
import type { PlanRoute, RoutingPlan } from '../../src/domain/routing/plan.ts';
import type { Subject } from '../../src/domain/routing/subject.ts';
import { routeKey } from '../../src/domain/routing/tree.ts';

export type Rng = (below: number) => number;

/** Small, seeded, good enough: mulberry32. */
export function seeded(seed: number): Rng {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export const pick = <T>(rng: Rng, from: readonly T[]): T => from[rng(from.length)] as T;

export const subjectOf = (labels: Labels, id = 'a'): Subject => ({
  id: id as AlarmId,
  labels,
  value: (name) => labelValue(labels, name),
});

/** `team="ops"`, `site=~"a|b"`: the simple ones that tests write. */
export function terms(...texts: readonly string[]): readonly Term[] {
  return texts.map((text) => {
    const found = /^([^=!]+)(=~|!~|!=|=)"(.*)"$/s.exec(text);
    if (!found) throw new Error(`not a matcher: ${text}`);
    return { name: found[1] ?? '', op: found[2] as MatcherOp, value: found[3] ?? '' };
  });
}

export function compiled(all: readonly Term[]): readonly Matcher[] {
  return all.map(({ name, op, value }) => {
    const matcher = makeMatcher(name, op, value);
    if ('error' in matcher) throw new Error(`${value}: ${matcher.error}`);
    return matcher;
  });
}

/** A route with everything but what the test is about filled in; ids are set by `planOf`. */
export function route(
  matchers: readonly Term[],
  rest: Partial<PlanRoute> = {},
  ...routes: readonly PlanRoute[]
): PlanRoute {
  return {
    id: '',
    key: '',
    receiver: 'ops',
    matchers,
    continue: false,
    groupBy: [],
    groupByAll: false,
    groupWait: 30_000 as PlanRoute['groupWait'],
    groupInterval: 300_000 as PlanRoute['groupInterval'],
    repeatInterval: 14_400_000 as PlanRoute['repeatInterval'],
    muteIntervals: [],
    activeIntervals: [],
    onAcknowledge: 'stop-repeats',
    labels: {},
    ...rest,
    routes,
  };
}

/** A plan of one tree: keys as Alertmanager makes them, ids told apart by `#2`, `#3` … */
export function planOf(root: PlanRoute, receivers: readonly string[] = ['ops']): RoutingPlan {
  const seen = new Map<string, number>();
  const named = (one: PlanRoute, above: string): PlanRoute => {
    const key = routeKey(above, one.matchers);
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    const id = one.id || (times === 1 ? key : `${key}#${times}`);
    return { ...one, id, key, routes: one.routes.map((child) => named(child, key)) };
  };
  return {
    root: named(root, ''),
    receivers: receivers.map((name) => ({ name, ways: [] })),
    inhibitions: [],
    intervals: [],
  };
}

const NAMES = ['team', 'site', 'job', 'severity', 'rack'];
const VALUES = ['', 'a', 'b', 'ab', 'abc', 'cab', 'db-1', 'db-12', 'web-1', 'x\ny'];
const PATTERNS = [
  ['a', 'a|b', 'ab|abc|db-1', 'a.*', 'db-.+', 'a.*|db-.*', 'abc|ab.*', '.*b.*', '.+b', '.*b-1|a'],
  [
    'db-\\d+',
    '(db|web)-1',
    'db-[0-9]+',
    'a?b',
    'ab*c?',
    '.*',
    '.+',
    '',
    'a|',
    '(?i)AB',
    'db-\\d|a',
  ],
  ['.*ab.*|.*b-.*', 'web\\-1', '^db-\\d$', 'a{0}b', '[^a].*', '(?:a|b.*)', 'd(?i)B-\\d|web-1'],
].flat();

export function anyLabels(rng: Rng): Labels {
  const pairs = NAMES.map((name): [string, string] => [name, pick(rng, VALUES)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

export function anyTerm(rng: Rng): Term {
  const op = pick<MatcherOp>(rng, ['=', '=', '=~', '=~', '=~', '!=', '!~']);
  const value = op.endsWith('~') ? pick(rng, PATTERNS) : pick(rng, VALUES);
  return { name: pick(rng, NAMES), op, value };
}

export const anyTerms = (rng: Rng, most: number): readonly Term[] =>
  Array.from({ length: rng(most + 1) }, () => anyTerm(rng));

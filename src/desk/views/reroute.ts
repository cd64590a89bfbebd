import { isStanding } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { RoutingPlan } from '../../domain/routing/plan.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import { compileTree, type RouteTree } from '../../domain/routing/tree.ts';
import type { Memory } from '../desk.ts';
import type { Sliced } from './merge.ts';

export const REROUTE_LIMITS = {
  /** Alarms that are shown; the rest is counted. */
  examples_max: 10,
} as const;

/** Alarms walked between two pauses: about two milliseconds. */
const WALKED_AT_ONCE = 500;

/** An alarm that would go to somebody else. */
export interface Rerouted {
  readonly alarm: AlarmId;
  readonly words: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** What another routing would do to the alarms that stand now. */
export interface RerouteView {
  readonly looked: number;
  readonly moved: number;
  /** Of those moved: would be told to nobody any more. */
  readonly lost: number;
  readonly examples: readonly Rerouted[];
}

/**
 * Where each standing alarm goes by the plan in force, and by this one. Who is muted now is not
 * asked. Undefined when the plan cannot be.
 */
export function* reroute(
  memory: Pick<Memory, 'all' | 'routing'>,
  plan: RoutingPlan,
): Sliced<RerouteView | undefined> {
  const tree = compileTree(plan);
  if ('error' in tree) return undefined;
  const examples: Rerouted[] = [];
  let [looked, moved, lost] = [0, 0, 0];
  for (const alarm of memory.all('alarms')) {
    if (!isStanding(alarm)) continue;
    if (++looked % WALKED_AT_ONCE === 0) yield;
    const subject = routingSubject(alarm);
    const [from, to] = [toldBy(memory.routing.tree, subject), toldBy(tree, subject)];
    if (from.join('\n') === to.join('\n')) continue;
    moved++;
    if (to.length === 0) lost++;
    if (examples.length >= REROUTE_LIMITS.examples_max) continue;
    examples.push({ alarm: alarm.id, words: `${alarm.type} on ${alarm.resource}`, from, to });
  }
  return { looked, moved, lost, examples };
}

/** Receivers that tell somebody, each once, by name. */
function toldBy(
  tree: RouteTree | undefined,
  subject: Parameters<RouteTree['walk']>[0],
): readonly string[] {
  const taken = tree?.walk(subject) ?? [];
  const telling = taken.filter(({ receiver }) => receiver.ways.length > 0);
  return [...new Set(telling.map(({ receiver }) => receiver.name))].sort();
}

import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import { compileTree, type RouteTree } from '../../domain/routing/tree.ts';
import type { PlacedAttempt, PlacedDecision } from '../../ports/store.ts';
import type { Desk, Memory } from '../desk.ts';
import type { Revision } from '../tables.ts';
import { type RouteWay, routeWay } from './route-steps.ts';
import { answerNow, answerThen, type WhyAnswer } from './why-answer.ts';
import { type OutboxView, type WhyGroup, whyGroups } from './why-groups.ts';
import { type WhyMute, whyMute } from './why-mutes.ts';
import type { NameOf, Phrase } from './words.ts';

export const WHY_LIMITS = {
  /** Newest decisions and newest attempts that are told. */
  lines_max: 100,
} as const;

/** Why somebody was told of an alarm, or why nobody was. */
export interface Why {
  readonly alarm: Alarm;
  /** The moment it is told for. */
  readonly at: Instant;
  /** True: told from what was written down by then; groups and what comes next are not known. */
  readonly past: boolean;
  readonly answer: WhyAnswer;
  /** Undefined: no routing held then. */
  readonly route: RouteWay | undefined;
  /** The revision of the configuration that routed then; '' when none did. */
  readonly revision: string;
  readonly mutes: readonly WhyMute[];
  readonly groups: readonly WhyGroup[];
  /** Newest first. */
  readonly decisions: readonly PlacedDecision[];
  readonly attempts: readonly PlacedAttempt[];
  /** There are older ones. */
  readonly more: boolean;
  /** The journal position the history reaches. */
  readonly asOf: number;
}

export interface WhyParts {
  readonly desk: Pick<Desk, 'memory' | 'store' | 'clock'>;
  readonly nameOf: NameOf;
  readonly outbox?: (() => OutboxView) | undefined;
}

/** Undefined when the desk never heard of the alarm. */
export async function why(parts: WhyParts, id: AlarmId, at?: Instant): Promise<Why | undefined> {
  const { desk } = parts;
  const until = at === undefined ? {} : { until: at };
  const search = { alarm: id, ...until, cursor: undefined, limit: WHY_LIMITS.lines_max };
  const [stored, decided, tried] = await Promise.all([
    desk.store.alarm(id),
    desk.store.decisions(search),
    desk.store.attempts(search),
  ]);
  const alarm = desk.memory.get('alarms', id) ?? stored?.alarm; // after the reads: the newest
  if (!alarm) return undefined;
  const history: History = {
    decisions: decided.items,
    attempts: tried.items,
    more: decided.next !== undefined || tried.next !== undefined,
    asOf: Math.min(decided.asOf, tried.asOf),
  };
  const now = desk.clock.now();
  return at === undefined || at >= now
    ? whyNow(parts, alarm, now, history)
    : whyThen(parts, alarm, at, history);
}

type History = Pick<Why, 'decisions' | 'attempts' | 'more' | 'asOf'>;

function whyNow(
  { desk, nameOf, outbox }: WhyParts,
  alarm: Alarm,
  now: Instant,
  history: History,
): Why {
  const { memory } = desk;
  const { tree } = memory.routing;
  const subject = routingSubject(alarm);
  const route = tree && routeWay(tree, subject);
  const groups = tree ? whyGroups({ memory, alarm, now, outbox: outbox?.() }) : [];
  // What hides a cleared alarm hides its end, so long as somebody is to hear of it.
  const hides = isRaised(alarm) || groups.some(({ ended }) => ended > 0);
  const found = tree && hides ? memory.routing.mutesOf(subject, alarm, now) : [];
  const mutes = found.map((mute) => whyMute(memory, mute, alarm, nameOf));
  return {
    alarm,
    at: now,
    past: false,
    answer: answerNow({ alarm, route, groups, mutes, nameOf, ...history }),
    route,
    revision: memory.get('plans', 'plan')?.revision ?? '',
    mutes,
    groups,
    ...history,
  };
}

function whyThen({ desk, nameOf }: WhyParts, alarm: Alarm, at: Instant, history: History): Why {
  const { memory } = desk;
  const revision = revisionAt(memory, at);
  const tree = revision && treeOf(revision);
  const [last] = history.decisions;
  const muted = last?.muted.filter((m) => m.alarm === alarm.id) ?? [];
  const mutes = muted.map(({ mute }) => whyMute(memory, mute, alarm, nameOf));
  const muteSays = (): Phrase | undefined => mutes[0]?.says;
  return {
    alarm,
    at,
    past: true,
    answer: answerThen({ alarm, ...history }, muteSays),
    route: tree && routeWay(tree, routingSubject(alarm)),
    revision: revision?.id ?? '',
    mutes,
    groups: [],
    ...history,
  };
}

/** The newest revision with a plan that was applied by then. */
function revisionAt(memory: Pick<Memory, 'all'>, at: Instant): Revision | undefined {
  let found: Revision | undefined;
  for (const revision of memory.all('revisions')) {
    if (revision.at > at || !revision.plan) continue;
    if (!found || revision.at >= found.at) found = revision;
  }
  return found;
}

function treeOf({ plan }: Revision): RouteTree | undefined {
  const tree = plan && compileTree(plan);
  return tree && !('error' in tree) ? tree : undefined;
}

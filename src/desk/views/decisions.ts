import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { Change } from '../../domain/alarm/change.ts';
import { type About, classOf } from '../../domain/memory/about.ts';
import type { Action } from '../../domain/memory/action.ts';
import { type Decision, type DecisionKind, hasFailed } from '../../domain/memory/decision.ts';
import { RUNGS, type Rung } from '../../domain/memory/recall.ts';
import type { Memory } from '../desk.ts';
import { FIND_LIMITS, hasAllWords } from './find.ts';
import type { Sliced } from './merge.ts';
import { decidedText } from './recall.ts';
import { ageText, type NameOf } from './words.ts';

/** Which of the decisions there are: each of the four in the middle is among those in force. */
export type DecisionShow =
  | 'in force'
  | 'did not hold'
  | 'not known yet'
  | 'held'
  | 'review due'
  | 'replaced';

type Is = (decision: Decision, now: Instant) => boolean;

const isInForce: Is = ({ supersededBy }) => supersededBy === undefined;

const IS: Readonly<Record<DecisionShow, Is>> = {
  'in force': isInForce,
  'did not hold': (d, now) => isInForce(d, now) && hasFailed(d),
  'not known yet': (d, now) => isInForce(d, now) && d.outcome.is === 'open',
  held: (d, now) => isInForce(d, now) && d.outcome.is === 'held',
  'review due': (d, now) => isInForce(d, now) && now >= d.reviewAt,
  replaced: (d, now) => !isInForce(d, now),
};

export const DECISION_SHOWS = Object.keys(IS) as readonly DecisionShow[];

/** What is looked for; '' and undefined are any. */
export interface DecisionsAsked {
  readonly shows: DecisionShow;
  readonly kind: DecisionKind | undefined;
  readonly words: string;
}

/** Decisions looked at between two pauses: about a millisecond. */
const LOOKED_AT_ONCE = 500;

const textOf = (d: Decision, nameOf: NameOf): string =>
  [
    ...[d.id, d.kind, d.what, d.reason, d.situation, nameOf(d.by), d.incident ?? ''],
    ...[d.about.resource, d.about.type, d.about.class, d.about.text],
  ].join('\n');

/**
 * The decisions of one kind with these words, and how many of them there are of each show. The
 * newest first; those to look at again by how long that is due.
 */
export function* searchDecisions(
  memory: Pick<Memory, 'all'>,
  { shows, kind, words }: DecisionsAsked,
  nameOf: NameOf,
  now: Instant,
): Sliced<{
  readonly found: readonly Decision[];
  readonly counts: Readonly<Record<DecisionShow, number>>;
}> {
  const counts = Object.fromEntries(DECISION_SHOWS.map((one) => [one, 0]));
  const found: Decision[] = [];
  let looked = 0;
  for (const one of [...memory.all('decisions')]) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (kind !== undefined && one.kind !== kind) continue;
    if (words !== '' && !hasAllWords(textOf(one, nameOf), words)) continue;
    for (const is of DECISION_SHOWS) if (IS[is](one, now)) counts[is] = (counts[is] ?? 0) + 1;
    if (IS[shows](one, now)) found.push(one);
  }
  const due = shows === 'review due';
  found.sort((a, b) => (due ? a.reviewAt - b.reviewAt : 0) || b.position - a.position);
  return { found, counts: counts as Record<DecisionShow, number> };
}

/** A few decisions in force with these words, the newest first: for the command palette. */
export function* findDecisions(
  memory: Pick<Memory, 'all'>,
  words: string,
  nameOf: NameOf,
  now: Instant,
): Sliced<readonly Decision[]> {
  const asked: DecisionsAsked = { shows: 'in force', kind: undefined, words };
  const { found } = yield* searchDecisions(memory, asked, nameOf, now);
  return found.slice(0, FIND_LIMITS.each_max);
}

/** Raised alarms whose page brings a decision up now, by how near it is to them. */
export interface ComesUp {
  readonly rung: Rung;
  /** The first of them, the longest raised first. */
  readonly alarms: readonly Alarm[];
  readonly total: number;
}

export const DECISION_VIEW_LIMITS = {
  /** Of each rung. */
  alarms_max: 10,
  /** Lines of the alarm's timeline that are looked through for its raises. */
  lines_looked_at_max: 200,
  /** Of its raises since. */
  raises_max: 50,
} as const;

/** Where a decision is shown now. One that was replaced is shown with its own alarm only. */
export function* comesUp(
  memory: Pick<Memory, 'all'>,
  decision: Decision,
): Sliced<readonly ComesUp[]> {
  const by = new Map<Rung, Alarm[]>(RUNGS.map((rung) => [rung, []]));
  let looked = 0;
  for (const alarm of [...memory.all('alarms')]) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    const rung = rungOf(decision.about, alarm);
    if (rung === undefined) continue;
    if (rung === 'same alarm' || decision.supersededBy === undefined) by.get(rung)?.push(alarm);
  }
  return RUNGS.flatMap((rung) => {
    const all = (by.get(rung) ?? []).sort((a, b) => a.condition.since - b.condition.since);
    const alarms = all.slice(0, DECISION_VIEW_LIMITS.alarms_max);
    return alarms.length === 0 ? [] : [{ rung, alarms, total: all.length }];
  });
}

/** As `recall` sees it. */
function rungOf(about: About, { id, type, resource, labels, context }: Alarm): Rung | undefined {
  if (id === about.alarm) return 'same alarm';
  if (type === about.type) {
    return classOf(labels, context) === about.class ? 'same type' : undefined;
  }
  return resource === about.resource ? 'same resource' : undefined;
}

/** Follow-up work that a decision asked for, the newest first. */
export const actionsFrom = (memory: Pick<Memory, 'all'>, { id }: Decision): readonly Action[] =>
  [...memory.all('actions')]
    .filter(({ decision }) => decision === id)
    .sort((a, b) => b.position - a.position);

/** One thing that happened to a decision. */
export interface DecisionStep {
  readonly at: Instant;
  readonly what: string;
  /** By whom, or what else there is to say; ''. */
  readonly text: string;
  readonly is: 'plain' | 'good' | 'bad';
}

/** What became of it, the newest first: its alarm's raises, its review, what took its place. */
export function decisionSteps(
  decision: Decision,
  lines: readonly Change[],
  next: Decision | undefined,
  nameOf: NameOf,
): readonly DecisionStep[] {
  const { at: since, by, outcome, raisedAt, recurrences } = decision;
  const steps: DecisionStep[] = [];
  const step = (at: Instant, what: string, text = '', is: DecisionStep['is'] = 'plain') =>
    steps.push({ at, what, text, is });
  step(since, 'decided', `by ${nameOf(by)}`);
  const until = next?.at ?? Number.POSITIVE_INFINITY;
  const raises = lines.filter(({ what, at }) => what === 'raised' && at > since && at <= until);
  for (const { at, severity, text } of raises.slice(0, DECISION_VIEW_LIMITS.raises_max)) {
    step(at, 'raised again', `${severity}: ${text}`, 'bad');
  }
  // Older lines are forgotten sooner than decisions: the last raise is known all the same.
  if (raises.length === 0 && recurrences > 0) step(raisedAt, 'raised again', '', 'bad');
  if (outcome.is === 'held') step(outcome.at, 'held until its review', '', 'good');
  if (outcome.is === 'stood') step(outcome.at, 'still raised at its review', '', 'bad');
  if (outcome.is === 'lifted') step(outcome.at, 'ended by hand', `by ${nameOf(outcome.by)}`);
  if (next) {
    const later = `${next.id} took its place after ${ageText(next.at - since)}`;
    step(next.at, later, `${decidedText(next)}: ${next.reason}`);
  }
  return steps.sort((a, b) => b.at - a.at);
}

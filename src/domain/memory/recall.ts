import type { Instant } from '../../base/time.ts';
import type { About } from './about.ts';
import type { Decision } from './decision.ts';

/**
 * How near a remembered decision is to the alarm it is shown for, the nearest first. Within a rung
 * the newest comes first: no ranking by words was found to beat that.
 */
export type Rung = 'same alarm' | 'same type' | 'same resource';

export const RUNGS: readonly Rung[] = ['same alarm', 'same type', 'same resource'];

/** Why a remembered decision may no longer hold good. */
export type Stale = 'past its review' | 'another class now' | 'another severity now';

/** One decision that may help, and why it is thought to. */
export interface Recalled {
  readonly rung: Rung;
  readonly decision: Decision;
  readonly stale: readonly Stale[];
}

export const RECALL_LIMITS = {
  /** Of each rung. */
  answers_max: 10,
} as const;

/** Where decisions are found, newest first; each of the last two without superseded ones. */
export interface Recollection {
  byAlarm(about: About): Iterable<Decision>;
  byType(about: About): Iterable<Decision>;
  byResource(about: About): Iterable<Decision>;
}

/**
 * What was decided about this alarm, else about its like. Costs what it answers: each rung is a
 * list of its own, and all that is skipped in it is the alarm's own newest decision.
 */
export function recall(from: Recollection, about: About, now: Instant): readonly Recalled[] {
  const own = take('same alarm', from.byAlarm(about), about, now, () => true);
  const isOther = ({ about: { alarm } }: Decision): boolean => alarm !== about.alarm;
  const alike = take('same type', from.byType(about), about, now, isOther);
  const near = take(
    'same resource',
    from.byResource(about),
    about,
    now,
    (decision) => isOther(decision) && decision.about.type !== about.type,
  );
  return [...own, ...alike, ...near];
}

function take(
  rung: Rung,
  from: Iterable<Decision>,
  about: About,
  now: Instant,
  isAnswer: (decision: Decision) => boolean,
): readonly Recalled[] {
  const found: Recalled[] = [];
  for (const decision of from) {
    if (!isAnswer(decision)) continue;
    if (found.length === RECALL_LIMITS.answers_max) break;
    found.push({ rung, decision, stale: staleOf(rung, decision, about, now) });
  }
  return found;
}

function staleOf(rung: Rung, decision: Decision, about: About, now: Instant): readonly Stale[] {
  const stale: Stale[] = [];
  if (now >= decision.reviewAt) stale.push('past its review');
  if (rung !== 'same alarm') return stale;
  if (decision.about.class !== about.class) stale.push('another class now');
  if (decision.about.severity !== about.severity) stale.push('another severity now');
  return stale;
}

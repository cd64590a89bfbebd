import type { Instant } from '../../base/time.ts';
import type { About } from './about.ts';
import { type Decision, hasFailed } from './decision.ts';

/** How near a remembered decision is to the alarm it is shown for, the nearest first. */
export type Rung = 'same alarm' | 'same type' | 'same resource';

export const RUNGS: readonly Rung[] = ['same alarm', 'same type', 'same resource'];

/** Why a remembered decision may no longer hold good. */
export type Stale =
  | 'past its review'
  | 'replaced since'
  | 'another class now'
  | 'another severity now'
  | 'threshold changed since';

/** One decision that may help, and why it is thought to. */
export interface Recalled {
  readonly rung: Rung;
  readonly decision: Decision;
  readonly stale: readonly Stale[];
}

export const RECALL_LIMITS = {
  /** Of each rung. */
  answers_max: 10,
  /** The newest of each rung of another alarm: what held among them is answered first. */
  looked_at_max: 200,
} as const;

/** Where decisions are found, newest first; each of the last two without superseded ones. */
export interface Recollection {
  byAlarm(about: About): Iterable<Decision>;
  byType(about: About): Iterable<Decision>;
  byResource(about: About): Iterable<Decision>;
}

/** Whether what raises the alarm was changed since a decision about it. */
export type ChangedSince = (decision: Decision) => boolean;

/**
 * What was decided about this alarm, the newest first, always before all else. Then what was
 * decided about its like: what held first, then what is not known to, last what failed; of those
 * the nearer rung, of one rung the newest. No ranking by words was found to beat that. It looks at
 * so many of each rung at most, however many there are.
 */
export function recall(
  from: Recollection,
  about: About,
  now: Instant,
  changedSince: ChangedSince = () => false,
): readonly Recalled[] {
  const most = RECALL_LIMITS.answers_max;
  const own = take('same alarm', from.byAlarm(about), () => true, most);
  const isOther = ({ about: { alarm } }: Decision): boolean => alarm !== about.alarm;
  const alike = likes('same type', from.byType(about), isOther);
  const near = likes(
    'same resource',
    from.byResource(about),
    (decision) => isOther(decision) && decision.about.type !== about.type,
  );
  const others = [...alike, ...near].sort((a, b) => standing(a) - standing(b));
  return [...own, ...others].map(({ rung, decision }) => {
    const stale = staleOf(rung, decision, about, now);
    const isOld = rung === 'same alarm' && changedSince(decision);
    return { rung, decision, stale: isOld ? [...stale, 'threshold changed since'] : stale };
  });
}

type Found = Omit<Recalled, 'stale'>;

/** 0: it held; 1: nobody knows, or it was ended early; 2: it failed. */
function standing({ decision }: Found): number {
  if (decision.outcome.is === 'held') return 0;
  return hasFailed(decision) ? 2 : 1;
}

/** Of one rung those that held first, within that the newest: a sort leaves equals in order. */
const likes = (
  rung: Rung,
  from: Iterable<Decision>,
  isAnswer: (decision: Decision) => boolean,
): readonly Found[] =>
  take(rung, from, isAnswer, RECALL_LIMITS.looked_at_max)
    .sort((a, b) => standing(a) - standing(b))
    .slice(0, RECALL_LIMITS.answers_max);

function take(
  rung: Rung,
  from: Iterable<Decision>,
  isAnswer: (decision: Decision) => boolean,
  max: number,
): Found[] {
  const found: Found[] = [];
  for (const decision of from) {
    if (!isAnswer(decision)) continue;
    if (found.length === max) break;
    found.push({ rung, decision });
  }
  return found;
}

function staleOf(rung: Rung, decision: Decision, about: About, now: Instant): readonly Stale[] {
  const stale: Stale[] = [];
  if (now >= decision.reviewAt) stale.push('past its review');
  if (rung !== 'same alarm') return stale;
  const { object } = decision.about;
  if (object !== undefined && object !== about.object) stale.push('replaced since');
  if (decision.about.class !== about.class) stale.push('another class now');
  if (decision.about.severity !== about.severity) stale.push('another severity now');
  return stale;
}

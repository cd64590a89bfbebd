import { days, type Instant, type Millis, minutes, seconds } from '../../base/time.ts';
import { type Alarm, isFlapping, isHidden, isRaised, standing } from '../../domain/alarm/alarm.ts';

/** Raised, nobody has it, and somebody should by now. */
export const REMIND_AFTER: Millis = minutes(10);
/** Standing for so long it is furniture (ISA-18.2: stale). */
export const STALE_AFTER: Millis = days(1);
/** Cleared so soon that nobody could have acted. */
export const SHORT_LIVED: Millis = seconds(120);
/** A raise whose source repeats nothing and has said nothing of it for so long. */
export const UNVERIFIED_AFTER: Millis = days(1);

/** Raised so short a time ago that few have looked. */
export const NEW_FOR: Millis = minutes(2);

/** What a mark is about: each has its shape. `other` has none. */
export type MarkKind = 'flapping' | 'stale' | 'unverified' | 'other';

/** What to see at a glance beside the standing of an alarm. */
export interface Mark {
  readonly kind: MarkKind;
  readonly word: string;
  /** The whole of it, in a sentence without its full stop. */
  readonly says: string;
}

const HIDDEN_WORD: Readonly<Record<string, string>> = {
  maintenance: 'maintenance',
  parent: 'parent down',
  design: 'by rule',
  hold: 'held',
};

/** Nobody has it, and it has just come. */
export const isNew = (a: Alarm, now: Instant): boolean =>
  standing(a) === 'waiting' && now - a.condition.since < NEW_FOR;

/** Whether the reminder of its acknowledgement is due: the row asks for a hand. */
export const isOverdue = (a: Alarm, now: Instant): boolean =>
  standing(a) === 'waiting' && now - a.condition.since >= REMIND_AFTER;

export function marksOf(a: Alarm, now: Instant): readonly Mark[] {
  const marks: Mark[] = [];
  const put: Put = (word, says, kind = 'other') => void marks.push({ kind, word, says });
  if (isFlapping(a)) {
    const says = 'it comes and goes: told once, and when it calms';
    put(`flapping ×${a.flap?.changes ?? 0}`, says, 'flapping');
  }
  if (isHidden(a)) {
    for (const { kind, reason } of a.suppressions) {
      const word = HIDDEN_WORD[kind];
      if (word !== undefined) put(word, reason);
    }
  }
  if (a.handling.is === 'acknowledged' && a.handling.line === 2) {
    put('2nd line', 'the second line has it');
  }
  if (a.ruled?.priority !== undefined) put(`P${a.ruled.priority}`, 'its priority, by a rule');
  if (isRaised(a)) standingMarks(a, now, put);
  else clearedMarks(a, put);
  return marks;
}

type Put = (word: string, says: string, kind?: MarkKind) => void;

function standingMarks(a: Alarm, now: Instant, put: Put): void {
  if (isUnverified(a, now)) {
    put('unverified', 'nobody confirmed it for a day: it may be over', 'unverified');
  } else if (now - a.condition.since >= STALE_AFTER) {
    put('stale', 'it has stood for more than a day', 'stale');
  }
}

/** Its source would say that it is over, yet has not spoken of it for long. */
export const isUnverified = (a: Alarm, now: Instant): boolean =>
  isRaised(a) && a.willClear && a.lease === undefined && now - a.heardAt >= UNVERIFIED_AFTER;

function clearedMarks({ condition }: Alarm, put: Put): void {
  if (condition.is !== 'cleared') return;
  if (condition.why === 'timeout') {
    put('unverified', 'the source went silent: nobody said that it is well', 'unverified');
  }
  if (condition.at - condition.since < SHORT_LIVED) put('short', 'it was over within two minutes');
}

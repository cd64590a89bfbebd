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

/** What to see at a glance beside the standing of an alarm. */
export interface Mark {
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

/** Whether the reminder of its acknowledgement is due: the row asks for a hand. */
export const isOverdue = (a: Alarm, now: Instant): boolean =>
  standing(a) === 'waiting' && now - a.condition.since >= REMIND_AFTER;

export function marksOf(a: Alarm, now: Instant): readonly Mark[] {
  const marks: Mark[] = [];
  const put = (word: string, says: string): void => void marks.push({ word, says });
  if (isFlapping(a)) {
    put(`flapping ×${a.flap?.changes ?? 0}`, 'it comes and goes: told once, and when it calms');
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

type Put = (word: string, says: string) => void;

function standingMarks(a: Alarm, now: Instant, put: Put): void {
  if (isUnverified(a, now)) put('unverified', 'nobody confirmed it for a day: it may be over');
  else if (now - a.condition.since >= STALE_AFTER) put('stale', 'it has stood for more than a day');
}

/** Its source would say that it is over, yet has not spoken of it for long. */
export const isUnverified = (a: Alarm, now: Instant): boolean =>
  isRaised(a) && a.willClear && a.lease === undefined && now - a.heardAt >= UNVERIFIED_AFTER;

function clearedMarks({ condition }: Alarm, put: Put): void {
  if (condition.is !== 'cleared') return;
  if (condition.why === 'timeout') {
    put('unverified', 'the source went silent: nobody said that it is well');
  }
  if (condition.at - condition.since < SHORT_LIVED) put('short', 'it was over within two minutes');
}

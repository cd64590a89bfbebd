import { type Instant, instantText, type Millis } from '../../base/time.ts';
import type { Severity } from '../alarm/severity.ts';
import { lengthText } from './words.ts';

export interface DataSetRule {
  /** By which moments data must be there; undefined: whenever it comes. */
  readonly expected: Expected | undefined;
  /** From when on nobody is to use it any more. */
  readonly retires: Instant | undefined;
  /** How long before that people are told. */
  readonly retireNotice: Millis;
}

export interface Expected {
  /** When it is due, as cron has it, in a zone. */
  readonly cron: string;
  readonly zone: string;
  /** So long before it is due people are told that it is not there yet. */
  readonly noticeBefore: Millis;
  /** So long after it is not called late. */
  readonly grace: Millis;
  /** Data that came longer before is that of the time before; undefined: half the time between. */
  readonly window: Millis | undefined;
}

/** Three moments of the timetable: the last two that were, and the one to come. */
export interface DueTimes {
  readonly before: Instant;
  readonly last: Instant;
  readonly next: Instant;
}

export interface DataSetState {
  /** When data came last; undefined: there is none. */
  readonly arrivedAt: Instant | undefined;
  readonly due: DueTimes | undefined;
  readonly now: Instant;
}

export interface DataSetFinding {
  readonly type: 'data_set.due' | 'data_set.late' | 'data_set.retires' | 'data_set.retired';
  readonly severity: Severity;
  readonly text: string;
}

/** What is to be told of a data set now: before and after it is due, before and after its end. */
export function judgeDataSet(
  rule: DataSetRule,
  severity: Severity,
  state: DataSetState,
): readonly DataSetFinding[] {
  const { retires, retireNotice } = rule;
  const { now } = state;
  if (retires !== undefined && now >= retires) {
    const text = `retired since ${dayText(retires)}: take it and what reads it out`;
    return [{ type: 'data_set.retired', severity: 'warning', text }];
  }
  const found = arrival(rule.expected, severity, state);
  if (retires !== undefined && now >= retires - retireNotice) {
    const left = lengthText((retires - now) as Millis);
    const text = `retires on ${dayText(retires)}, in ${left}`;
    return [...found, { type: 'data_set.retires', severity: 'warning', text }];
  }
  return found;
}

function arrival(
  expected: Expected | undefined,
  severity: Severity,
  { arrivedAt, due, now }: DataSetState,
): readonly DataSetFinding[] {
  if (!expected || !due) return [];
  const { before, last, next } = due;
  const since = arrivedAt === undefined ? 'nothing has come yet' : `the last came ${at(arrivedAt)}`;
  const hasCome = (moment: Instant, previous: Instant): boolean => {
    const window = expected.window ?? (((moment - previous) / 2) as Millis);
    return arrivedAt !== undefined && arrivedAt > moment - window;
  };
  if (now >= next - expected.noticeBefore && !hasCome(next, last)) {
    const text = `due by ${at(next)} and not there yet; ${since}`;
    const notice: DataSetFinding = { type: 'data_set.due', severity: 'warning', text };
    return hasCome(last, before) ? [notice] : [lateBy(last, severity, since, now), notice];
  }
  if (hasCome(last, before) || now <= last + expected.grace) return [];
  return [lateBy(last, severity, since, now)];
}

const lateBy = (
  last: Instant,
  severity: Severity,
  since: string,
  now: Instant,
): DataSetFinding => ({
  type: 'data_set.late',
  severity,
  text: `was due by ${at(last)}, ${lengthText((now - last) as Millis)} ago; ${since}`,
});

const at = (moment: Instant): string => instantText(moment).slice(0, 16).replace('T', ' ');
const dayText = (moment: Instant): string => instantText(moment).slice(0, 10);

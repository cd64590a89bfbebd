import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { Matcher } from '../../domain/alarm/matcher.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { Memory } from '../desk.ts';
import type { Sliced } from './merge.ts';

/** Alarms looked at between two pauses: about a millisecond. */
const LOOKED_AT_ONCE = 500;

/** What a silence hides now, and since when nothing. */
export interface Hides {
  /** Raised alarms that it hides. */
  readonly now: number;
  /** While it hides nothing: the last end of an alarm it hid, as far as the desk remembers. */
  readonly lastEnd: Instant | undefined;
}

/** For each active silence that an alarm in memory matches. Others hide nothing. */
export function* hiddenBySilences(
  memory: Pick<Memory, 'all' | 'routing'>,
  now: Instant,
): Sliced<ReadonlyMap<string, Hides>> {
  const found = new Map<string, Hides>();
  let looked = 0;
  for (const alarm of memory.all('alarms')) {
    for (const { by, rule } of memory.routing.mutesOf(routingSubject(alarm), undefined, now)) {
      if (by === 'silence') found.set(rule, withOne(found.get(rule), alarm));
    }
    if (++looked % LOOKED_AT_ONCE === 0) yield;
  }
  return found;
}

function withOne(hides: Hides = { now: 0, lastEnd: undefined }, alarm: Alarm): Hides {
  const { condition } = alarm;
  if (condition.is === 'raised') return { ...hides, now: hides.now + 1 };
  const { lastEnd } = hides;
  return { ...hides, lastEnd: lastEnd && lastEnd > condition.at ? lastEnd : condition.at };
}

/** Raised alarms that all of these matchers fit, and the first few of them. */
export interface WouldHide {
  readonly count: number;
  readonly examples: readonly Alarm[];
}

export function* wouldHide(
  memory: Pick<Memory, 'all'>,
  matchers: readonly Matcher[],
  examplesMax: number,
): Sliced<WouldHide> {
  const examples: Alarm[] = [];
  let [count, looked] = [0, 0];
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    const subject = routingSubject(alarm);
    if (!matchers.every((m) => m.matches(subject.value(m.name)))) continue;
    count++;
    if (examples.length < examplesMax) examples.push(alarm);
  }
  return { count, examples };
}

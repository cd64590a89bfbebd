import type { Alarm } from '../../domain/alarm/alarm.ts';
import { type Matcher, matchesAlarm, parseMatcher } from '../../domain/alarm/matcher.ts';
import { refusal } from '../problem.ts';

/** Reads `filter` parameters, one matcher each. Throws MATCHER_INVALID. */
export function readFilters(texts: readonly string[]): readonly Matcher[] {
  return texts.map((text) => {
    const read = parseMatcher(text);
    if ('error' in read) throw refusal('MATCHER_INVALID', { matcher: text, why: read.error });
    return read;
  });
}

/** What an index of labels can look up: the rest is tested on each alarm it finds. */
export const exactLabels = (matchers: readonly Matcher[]): (readonly [string, string])[] =>
  matchers
    .filter((m) => m.op === '=' && m.value !== '' && !m.name.startsWith('@'))
    .map((m) => [m.name, m.value] as const);

export interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly state: 'raised' | 'cleared' | 'any';
}

export const isWanted = (alarm: Alarm, { matchers, state }: Wanted): boolean =>
  (state === 'any' || alarm.condition.is === state) && matchesAlarm(matchers, alarm);

/** The same words that the store's search finds, in what memory has of an alarm. */
export function hasWords(alarm: Alarm, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const { resource, type, text, ticket } = alarm;
  const all = [resource, type, text, ticket, ...Object.values(alarm.labels)].join('\n');
  const searched = all.toLowerCase();
  return wanted.every((word) => searched.includes(word));
}

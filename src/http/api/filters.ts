import type { Reading } from '../../desk/views/filter.ts';
import { INCIDENT, MUTED } from '../../desk/views/reading.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { type Matcher, makeMatcher, parseMatcher } from '../../domain/alarm/matcher.ts';
import { type HttpRefusal, refusal } from '../problem.ts';

/** Reads `filter` parameters, one matcher each, as the console's filter box reads them. Throws
 * MATCHER_INVALID. */
export const readFilters = (texts: readonly string[], reading: Reading): readonly Matcher[] =>
  texts.map((text, n) => {
    const read = parseMatcher(text);
    if ('error' in read) throw unusable(text, n, read.error);
    const { name, op, value } = read;
    const meant = op === '=' || op === '!=' ? reading.meant(name, value) : value;
    if (meant === value) return read;
    const matcher = makeMatcher(name, op, meant);
    return 'error' in matcher ? read : matcher;
  });

/** The same for who is told of each change of an alarm. Throws MATCHER_INVALID. */
export function readChangeFilters(texts: readonly string[], reading: Reading): readonly Matcher[] {
  const matchers = readFilters(texts, reading);
  const at = matchers.findIndex(({ name }) => BESIDE_ALARMS.includes(name));
  const [found, text] = [matchers[at], texts[at]];
  if (!found || text === undefined) return matchers;
  const why = `${found.name} changes while the alarm does not: no event tells of it, the list does`;
  throw unusable(text, at, why);
}

/** What is not in the alarm itself. */
const BESIDE_ALARMS: readonly string[] = [INCIDENT, MUTED];

const unusable = (matcher: string, n: number, why: string): HttpRefusal =>
  refusal(
    'MATCHER_INVALID',
    { matcher, why },
    { errors: [{ field: `filter[${n}]`, expected: why }] },
  );

/** What an index of labels can look up: the rest is tested on each alarm it finds. */
export const exactLabels = (matchers: readonly Matcher[]): (readonly [string, string])[] =>
  matchers
    .filter((m) => m.op === '=' && m.value !== '' && !m.name.startsWith('@'))
    .map((m) => [m.name, m.value] as const);

export interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly state: 'raised' | 'cleared' | 'any';
  readonly reading: Reading;
}

export const isWanted = (alarm: Alarm, { matchers, state, reading }: Wanted): boolean =>
  (state === 'any' || alarm.condition.is === state) &&
  matchers.every((m) => m.matches(reading.valueOf(alarm, m.name)));

/** The same words that the store's search finds, in what memory has of an alarm. */
export function hasWords(alarm: Alarm, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const { resource, type, text, ticket } = alarm;
  const all = [resource, type, text, ticket, ...Object.values(alarm.labels)].join('\n');
  const searched = all.toLowerCase();
  return wanted.every((word) => searched.includes(word));
}

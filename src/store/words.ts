import type { Alarm } from '../domain/alarm/alarm.ts';
import type { ChangeKind } from '../domain/alarm/change.ts';
import type { Labels } from '../domain/alarm/event.ts';

/** Longest document of one alarm; labels (64 KiB at most) always fit, as they come first. */
const DOC_CHARS_MAX = 80_000;

/** What people said and earlier texts of one alarm, newest kept. */
export const SAID_CHARS_MAX = 8_192;

/** A longer search text is cut here: what is searched for is then less, and more is found. */
export const SEARCH_CHARS_MAX = 512;
export const SEARCH_WORDS_MAX = 16;

/** A label's value narrows the search by its beginning; the whole value is compared afterwards. */
const NARROW_CHARS_MAX = 256;

/** What FTS5's unicode61 takes for a part of a word. */
const WORDLIKE = /[\p{L}\p{N}\p{Co}]/u;
const ENDS_AT_SEPARATOR = /^[\s\S]*[ -/:-@[-`{-~]/;

/** Changes whose text a person wrote. */
const SPOKEN: readonly ChangeKind[] = [
  'acknowledged',
  'unacknowledged',
  'closed',
  'reopened',
  'commented',
  'assigned',
  'ticketed',
  'shelved',
  'unshelved',
];

export const isSpoken = (what: ChangeKind): boolean => SPOKEN.includes(what);

const values = (labels: Labels): string => {
  let text = '';
  for (const name in labels) text += `${labels[name]}\n`;
  return text;
};

/** What the alarm itself says: the words it is found by. */
export function docOf(a: Alarm): string {
  const identity = `${a.resource}\n${a.type}\n${a.qualifier}\n`;
  const labels = `${values(a.labels)}${values(a.context)}`;
  const text = `${identity}${labels}${a.text}\n${values(a.annotations)}`;
  return text.length > DOC_CHARS_MAX ? text.slice(0, DOC_CHARS_MAX) : text;
}

/** `said` with one more line, the oldest lines dropped where it gets too long. */
export function sayMore(said: string, line: string): string {
  const all = said === '' ? line : `${said}\n${line}`;
  if (all.length <= SAID_CHARS_MAX) return all;
  const kept = all.slice(-SAID_CHARS_MAX);
  const end = kept.indexOf('\n');
  return end < 0 ? kept : kept.slice(end + 1);
}

/** The words a person typed, without those that hold neither letter nor digit. */
export function wordsIn(text: string): readonly string[] {
  return text
    .slice(0, SEARCH_CHARS_MAX)
    .replace(/\p{Cc}/gu, ' ')
    .split(/\s+/)
    .filter((word) => WORDLIKE.test(word))
    .slice(0, SEARCH_WORDS_MAX);
}

const phrase = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/**
 * The FTS5 query for plain words (all of them; the last one may be the beginning of a word) and
 * label values. Every part is a quoted phrase, so nothing a person types is syntax. `undefined`:
 * nothing narrows the search.
 */
export function matchOf(
  words: readonly string[],
  labels: readonly (readonly [name: string, value: string])[],
): string | undefined {
  const parts = labels.flatMap(([, value]) => {
    const begin = beginning(value);
    return WORDLIKE.test(begin) ? [phrase(begin)] : [];
  });
  for (const word of words) parts.push(phrase(word));
  if (words.length > 0) parts.push('*');
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** Never cut inside a word: half a word would not be found. */
function beginning(value: string): string {
  const clean = value.replace(/\p{Cc}/gu, ' ');
  if (clean.length <= NARROW_CHARS_MAX) return clean;
  return ENDS_AT_SEPARATOR.exec(clean.slice(0, NARROW_CHARS_MAX))?.[0] ?? '';
}

/** Rows of older programs have no context. */
const ownContext = ({ context }: { readonly context?: Labels }, name: string): string =>
  context && Object.hasOwn(context, name) ? (context[name] ?? '') : '';

/** Whether the alarm's labels are exactly these where named; an absent label is ''. */
export const hasLabels = (
  a: Alarm,
  labels: readonly (readonly [name: string, value: string])[],
): boolean =>
  labels.every(([name, value]) => {
    const own = Object.hasOwn(a.labels, name) ? a.labels[name] : '';
    return (own || ownContext(a, name)) === value;
  });

import { cut } from '../../base/text.ts';
import { NO_LABELS } from '../../domain/alarm/alarm.ts';
import { EVENT_LIMITS, type Labels } from '../../domain/alarm/event.ts';

/** Labels or annotations as posted and checked: a null value counts as an empty one. */
export type Pairs = Readonly<Record<string, string | null>> | null | undefined;

export const NOT_PAIRS = 'is not an object of strings';

/**
 * '' when these are names with values; for labels also within the limits. Labels beyond a limit
 * are refused, because cutting them would make two alarms one; annotations are cut instead.
 */
export function pairsFault(
  pairs: unknown,
  classic: boolean,
  wary: boolean,
  labels: boolean,
): string {
  if (typeof pairs !== 'object' || pairs === null || Array.isArray(pairs)) return NOT_PAIRS;
  const values = pairs as Readonly<Record<string, unknown>>;
  let [count, chars] = [0, 0];
  for (const name in values) {
    const value = values[name];
    if (typeof value !== 'string' && value !== null) return NOT_PAIRS;
    if (labels && !value) continue; // an empty label is no label, whatever its name
    const size = name.length;
    const odd = size === 0 || size > EVENT_LIMITS.label_name_chars_max;
    if (odd || (classic && !isClassic(name)) || (wary && !name.isWellFormed())) {
      return `invalid name ${JSON.stringify(cut(name, EVENT_LIMITS.label_name_chars_max))}`;
    }
    const length = value === null ? 0 : value.length;
    if (labels && length > EVENT_LIMITS.label_value_chars_max) {
      return `value of ${name} is longer than ${EVENT_LIMITS.label_value_chars_max} characters`;
    }
    count++;
    chars += size + length;
  }
  return labels ? sizeFault(values, count, chars) : '';
}

function sizeFault(values: object, count: number, chars: number): string {
  if (count > EVENT_LIMITS.labels_max) return `more than ${EVENT_LIMITS.labels_max} labels`;
  // A code unit is at most three bytes of UTF-8: counted only when it could matter.
  if (chars * 3 <= EVENT_LIMITS.labels_bytes_max) return '';
  let bytes = 0;
  for (const [name, value] of Object.entries(values)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value ?? '');
  }
  if (bytes <= EVENT_LIMITS.labels_bytes_max) return '';
  return `names and values together are more than ${EVENT_LIMITS.labels_bytes_max} bytes`;
}

/** `[a-zA-Z_][a-zA-Z0-9_]*` */
function isClassic(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
    if (!letter && !(i > 0 && c >= 48 && c <= 57)) return false;
  }
  return true;
}

/** Sorted by name, without empty values and dropped names; undefined when none is left. */
export function tidyLabels(posted: Labels, drop: readonly string[]): Labels | undefined {
  let [last, tidy, count] = ['', drop.length === 0, 0];
  for (const name in posted) {
    if (name < last || !posted[name]) tidy = false;
    last = name;
    count++;
  }
  if (count === 0) return undefined;
  if (tidy) return posted;
  const names = Object.keys(posted)
    .filter((name) => posted[name] && !drop.includes(name))
    .sort();
  return names.length === 0 ? undefined : picked(posted, names);
}

/** fromEntries defines, where an assignment to `__proto__` would be lost. */
const picked = (pairs: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.map((name) => [name, pairs[name] ?? '']));

/** Annotations within the limits: long values are cut, the last names beyond 128 are left out. */
export function annotationsOf(posted: Pairs): Labels {
  if (!posted) return NO_LABELS;
  let [count, chars, fits] = [0, 0, true];
  for (const name in posted) {
    const value = posted[name];
    if (typeof value !== 'string' || value.length > EVENT_LIMITS.label_value_chars_max)
      fits = false;
    count++;
    chars += name.length + (value ?? '').length;
  }
  if (count === 0) return NO_LABELS;
  const small = count <= EVENT_LIMITS.labels_max && chars * 3 <= EVENT_LIMITS.labels_bytes_max;
  return fits && small ? (posted as Labels) : cutAnnotations(posted);
}

function cutAnnotations(posted: Readonly<Record<string, string | null>>): Labels {
  const kept: [string, string][] = [];
  let left: number = EVENT_LIMITS.labels_bytes_max;
  for (const name of Object.keys(posted).sort().slice(0, EVENT_LIMITS.labels_max)) {
    const value = cut(posted[name] ?? '', EVENT_LIMITS.label_value_chars_max);
    left -= Buffer.byteLength(name) + Buffer.byteLength(value);
    if (left < 0) break;
    kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

import { cut } from '../../base/text.ts';
import { INSTANT_MAX, type Instant, parseInstant } from '../../base/time.ts';
import { EVENT_LIMITS, type Labels } from '../../domain/alarm/event.ts';

/** A number below this is seconds since 1970, from it on milliseconds. */
const MILLISECONDS_FROM = 100_000_000_000;

/** Go's time that was never set. */
const UNSET = /^0001-01-01T00:00:00/;

/**
 * A time as senders write it: RFC 3339 (an offset without its colon too), or seconds or
 * milliseconds since 1970. Undefined for none.
 */
export function readTime(text: string): Instant | { readonly error: string } | undefined {
  if (text === '' || UNSET.test(text)) return undefined;
  const number = /^\d{1,16}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
  const at =
    number === undefined
      ? parseInstant(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
      : asInstant(number);
  if (at !== undefined && at <= INSTANT_MAX) return at;
  const why = 'expected RFC 3339, or seconds or milliseconds since 1970';
  return { error: `${why}, not ${JSON.stringify(cut(text, 64))}` };
}

const asInstant = (n: number): Instant =>
  Math.floor(n < MILLISECONDS_FROM ? n * 1000 : n) as Instant;

/** An address that a browser may follow, or ''. */
export function safeLink(link: string): string {
  const safe = /^https?:\/\/\S+$/i.test(link) && link.length <= EVENT_LIMITS.link_chars_max;
  return safe ? link : '';
}

/** Sorted, and cut to the limits: by name, so that the same ones always stay. */
export function fittingLabels(found: ReadonlyMap<string, string>): Labels {
  const kept: [string, string][] = [];
  let left: number = EVENT_LIMITS.labels_bytes_max;
  for (const name of [...found.keys()].sort()) {
    if (name === '' || name.length > EVENT_LIMITS.label_name_chars_max || !name.isWellFormed())
      continue;
    const value = cut(found.get(name) ?? '', EVENT_LIMITS.label_value_chars_max);
    left -= Buffer.byteLength(name) + Buffer.byteLength(value);
    if (left < 0 || kept.length === EVENT_LIMITS.labels_max) break;
    kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

const HIDDEN = '(redacted)';

/** The item as it came, for the evidence; '' when it is nested beyond what can be written. */
export const rawOf = (item: unknown, redact: ReadonlySet<string>): string =>
  cut(jsonWithout(item, redact) ?? '', EVENT_LIMITS.raw_chars_max);

/** JSON without the members of these names, texts that are JSON themselves too. */
export function jsonWithout(value: unknown, redact: ReadonlySet<string>): string | undefined {
  const hidden = (name: string, member: unknown): unknown => {
    if (redact.has(name.toLowerCase())) return HIDDEN;
    return typeof member === 'string' ? textWithout(member, redact) : member;
  };
  try {
    return JSON.stringify(value, hidden);
  } catch {
    return undefined;
  }
}

function textWithout(text: string, redact: ReadonlySet<string>): string {
  if (!/^\s*[[{]/.test(text) || !mentions(text, redact)) return text;
  try {
    return jsonWithout(JSON.parse(text), redact) ?? text;
  } catch {
    return text; // it only looked like JSON
  }
}

/** Does one of the names stand anywhere in the text? */
export function mentions(text: string, redact: ReadonlySet<string>): boolean {
  const low = text.toLowerCase();
  for (const name of redact) if (low.includes(name)) return true;
  return false;
}

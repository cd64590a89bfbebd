import { type Instant, parseInstant } from '../../base/time.ts';

/** What Go writes for "no time": the year 1. Anything up to it counts as unset. */
export const TIME_UNSET = -62_135_596_800_000 as Instant;

/** Not a time at all. Compares false with everything. */
export const TIME_BAD = Number.NaN as Instant;

/**
 * A time of the API: absent, null, '' and the year 1 are unset, RFC 3339 is read, anything else is
 * bad. The form that Go and JavaScript write (`2026-03-01T02:00:00.123Z`) is read by hand: 60 ns
 * where a pattern takes 500, and there are two of them in every alert.
 */
export function readTime(value: unknown): Instant {
  if (value === undefined || value === null || value === '') return TIME_UNSET;
  if (typeof value !== 'string') return TIME_BAD;
  const fast = plainTime(value);
  return Number.isNaN(fast) ? (parseInstant(value) ?? TIME_BAD) : fast;
}

const ZERO = 48;

/** Two digits, or a number that fails every range check. */
const two = (text: string, at: number): number => {
  const [tens, ones] = [text.charCodeAt(at) - ZERO, text.charCodeAt(at + 1) - ZERO];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 100;
};

/** `YYYY-MM-DDTHH:MM:SS[.fraction]Z` after the year 1000 and before the 29th; NaN for the rest. */
function plainTime(text: string): Instant {
  const last = text.length - 1;
  if (last < 19 || text.charCodeAt(last) !== 90 || text.charCodeAt(10) !== 84) return TIME_BAD;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return TIME_BAD;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return TIME_BAD;
  const [century, years, month, day] = [two(text, 0), two(text, 2), two(text, 5), two(text, 8)];
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)];
  if (century < 10 || century > 99 || years > 99 || month < 1 || month > 12) return TIME_BAD;
  if (day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59) return TIME_BAD;
  const ms = last === 19 ? 0 : fraction(text, last);
  const date = daysBefore(century * 100 + years, month) + day - 1;
  return (((date * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + ms) as Instant;
}

/** Milliseconds of `.123456`; digits beyond the third are cut. NaN when it is no fraction. */
function fraction(text: string, last: number): number {
  if (text.charCodeAt(19) !== 46 || last < 21) return Number.NaN;
  let [ms, scale] = [0, 100];
  for (let i = 20; i < last; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    ms += digit * scale;
    scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
  }
  return ms;
}

const BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Days from 1970-01-01 to the first of a month, in the proleptic Gregorian calendar. */
function daysBefore(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const y = year - 1;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leaps - 719_162 + (BEFORE_MONTH[month - 1] ?? 0) + (leap && month > 2 ? 1 : 0);
}

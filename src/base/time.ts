/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly __brand: 'Instant' };

/** A length of time in milliseconds. */
export type Millis = number & { readonly __brand: 'Millis' };

export const millis = (n: number): Millis => n as Millis;
export const seconds = (n: number): Millis => (n * 1000) as Millis;
export const minutes = (n: number): Millis => (n * 60_000) as Millis;
export const hours = (n: number): Millis => (n * 3_600_000) as Millis;
export const days = (n: number): Millis => (n * 86_400_000) as Millis;

/** `from` moved later by `length`. `since + wait` is a bare number and does not compile. */
export const after = (from: Instant, length: Millis): Instant => (from + length) as Instant;

/** How long it is from `from` to `to`; negative when `to` is earlier. */
export const between = (from: Instant, to: Instant): Millis => (to - from) as Millis;

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** The largest number JavaScript's Date can hold, and so the largest Instant. */
export const INSTANT_MAX = 8_640_000_000_000_000 as Instant;

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Reads an RFC 3339 date-time; `undefined` when it is not one. Digits beyond the millisecond are
 * cut. Total: any text may be handed in.
 */
export function parseInstant(text: string): Instant | undefined {
  const found = RFC3339.exec(text);
  if (!found) return undefined;
  const [, y = '', mo = '', d = '', h = '', mi = '', s = '', fraction = ''] = found;
  const [sign, oh = '0', om = '0'] = found.slice(8);
  const date = Date.UTC(+y, +mo - 1, +d, +h, +mi, Math.min(+s, 59));
  const back = new Date(date);
  if (back.getUTCMonth() !== +mo - 1 || +h > 23 || +mi > 59 || +s > 60) return undefined;
  // Date.UTC reads the years 0..99 as 1900..1999; RFC 3339's year 1 is what Go calls "unset".
  if (+y < 100) back.setUTCFullYear(+y);
  const offset = (+oh * 60 + +om) * 60_000 * (sign === '-' ? -1 : 1);
  const ms = +fraction.slice(0, 3).padEnd(3, '0');
  return (back.getTime() + ms - offset) as Instant;
}

/** RFC 3339 in UTC with milliseconds, as the wire formats want it. */
export const instantText = (at: Instant): string => new Date(at).toISOString();

const decoder = new TextDecoder();
const TENS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/**
 * The decimal number in a cell; NaN when it is none. Up to 15 digits are read by hand and divided
 * once, which is exact to the last bit; the rest goes the slow way.
 */
export function numberIn(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const isNegative = bytes[at] === 45;
  if (isNegative || bytes[at] === 43) at++;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (; at < end; at++) {
    const c = bytes[at] as number;
    if (c >= 48 && c <= 57) {
      value = value * 10 + (c - 48);
      digits++;
    } else if (c === 46 && point < 0) point = digits;
    else return slowNumber(bytes, start, end);
  }
  if (digits === 0) return Number.NaN;
  if (digits > 15) return slowNumber(bytes, start, end);
  if (point >= 0) value /= TENS[digits - point] as number;
  return isNegative ? -value : value;
}

function slowNumber(bytes: Uint8Array, start: number, end: number): number {
  const text = decoder.decode(bytes.subarray(start, end)).trim();
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

const two = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) - 48) * 10 + ((bytes[at + 1] as number) - 48);

const isDigits = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number;
    if (c < 48 || c > 57) return false;
  }
  return end > start;
};

const ZONE = /^([+-])(\d\d):?(\d\d)?$/;

/**
 * The moment in a cell, in milliseconds: `2026-03-01`, `2026-03-01 07:30`, RFC 3339,
 * `2026-03-01 07:30:00+01` as PostgreSQL writes it, or seconds or
 * milliseconds since 1970 (10 and 13 digits). Without an offset it is UTC. NaN when it is none.
 */
export function timeIn(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 10 && isDigits(bytes, start, end)) return numberIn(bytes, start, end) * 1_000;
  if (length === 13 && isDigits(bytes, start, end)) return numberIn(bytes, start, end);
  if (length < 10 || bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return Number.NaN;
  const year = two(bytes, start) * 100 + two(bytes, start + 2);
  const [month, day] = [two(bytes, start + 5), two(bytes, start + 8)];
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
  const date = Date.UTC(year, month - 1, day);
  if (length === 10) return date;
  const at = start + 10;
  if ((bytes[at] !== 84 && bytes[at] !== 32) || length < 16 || bytes[at + 3] !== 58)
    return Number.NaN;
  const rest = decoder.decode(bytes.subarray(at + 6, end));
  const seconds = /^(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(rest);
  if (!seconds) return Number.NaN;
  const [, s = '0', fraction = '0', zone = 'Z'] = seconds;
  const [, sign, oh = '0', om = '0'] = ZONE.exec(zone) ?? [];
  const offset = (Number(oh) * 60 + Number(om)) * (sign === '-' ? -1 : 1);
  const minute = two(bytes, at + 1) * 60 + two(bytes, at + 4) - offset;
  return date + minute * 60_000 + Number(s) * 1_000 + Math.floor(Number(fraction) * 1_000);
}

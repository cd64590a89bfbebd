import type { Millis } from '../../base/time.ts';

/** `1,234,567`, without Intl: the same in every place. */
export const grouped = (n: number): string => {
  const [whole = '', fraction] = String(n).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
};

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const;

/** The two largest units: `3d4h`. */
export function lengthText(length: Millis): string {
  const parts: string[] = [];
  let rest: number = length;
  for (const [ms, unit] of UNITS) {
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    if (count > 0 && parts.length < 2) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.join('') || '0s';
}

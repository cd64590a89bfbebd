const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** `0.35 ms`, `76 ms`, `1.5 s`, `10 min`, `2 h`: three digits that count. */
export function tookText(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const [unit, of] = UNITS.find(([, one]) => ms >= one) ?? ['ms', 1];
  return `${Number((ms / of).toPrecision(3))} ${unit}`;
}

/** Milliseconds of `76ms`, `1.5 s`, `10 min` or `2h`; undefined for anything else. */
export function readTook(text: string): number | undefined {
  const found = /^\s*(\d{1,12}(?:\.\d{1,9})?)\s*(ms|s|min|m|h|d)\s*$/.exec(text);
  if (!found) return undefined;
  const [, value = '', unit = ''] = found;
  const of = UNITS.find(([name]) => name === (unit === 'm' ? 'min' : unit));
  return Number(value) * (of?.[1] ?? 1);
}

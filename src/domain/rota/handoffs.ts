import { DAY_MINUTES, dateOf, dayNumber, daysIn } from '../../base/calendar.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { Layer, WallTime } from './schedule.ts';
import { type WallSpan, weekOf } from './windows.ts';

const WEEK_MINUTES = 7 * DAY_MINUTES;
const UNIT_MINUTES = { hour: 60, day: DAY_MINUTES, week: WEEK_MINUTES } as const;

/** Wall minutes since 1970 of a moment on the wall. */
export const wallOf = (at: WallTime): number => dayNumber(at) * DAY_MINUTES + at.minute;

/** A rotation never stands still, whatever a layer says. */
const countOf = ({ every }: Layer): number => Math.max(1, Math.floor(every.count) || 1);

/** Wall minutes at which turn `k` begins: always counted from the start, so that nothing drifts. */
export function turnStart(layer: Layer, k: number): number {
  const { start, every } = layer;
  const steps = k * countOf(layer);
  if (every.unit !== 'month') return wallOf(start) + steps * UNIT_MINUTES[every.unit];
  const months = monthsOf(start) + steps;
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
  const day = Math.min(start.day, daysIn(year, month));
  return wallOf({ year, month, day, minute: start.minute });
}

const monthsOf = ({ year, month }: Pick<WallTime, 'year' | 'month'>): number =>
  year * 12 + month - 1;

/** Which turn the wall's `wall` is in, from 0; negative before the start. Direct, however old. */
export function turnAt(layer: Layer, wall: number): number {
  const { start, every } = layer;
  if (every.unit !== 'month') {
    return Math.floor((wall - wallOf(start)) / (UNIT_MINUTES[every.unit] * countOf(layer)));
  }
  const months = monthsOf(dateOf(Math.floor(wall / DAY_MINUTES))) - monthsOf(start);
  const k = Math.floor(months / countOf(layer));
  return turnStart(layer, k) > wall ? k - 1 : k;
}

/** Whose turn is which. Turns without a window are passed over unless the layer counts them. */
export function peopleOf(layer: Layer): (k: number) => readonly UserId[] {
  const { turns } = layer;
  const used = usedTurns(layer);
  return (k) => turns[used(k) % turns.length] ?? [];
}

/** How many turns before `k` were used up. Turns and windows repeat together after `round`. */
function usedTurns(layer: Layer): (k: number) => number {
  const { every, restrictedDaysCount } = layer;
  const week = weekOf(layer.windows);
  if (restrictedDaysCount || every.unit === 'month' || week === undefined) return (k) => k;
  const length = UNIT_MINUTES[every.unit] * countOf(layer);
  if (length >= WEEK_MINUTES) return (k) => k;
  const round = WEEK_MINUTES / gcd(length, WEEK_MINUTES);
  const before = [0];
  for (let k = 0; k < round; k++) {
    const isUsed = touches(week, wallOf(layer.start) + k * length, length);
    before.push((before[k] ?? 0) + (isUsed ? 1 : 0));
  }
  const all = before[round] ?? 0;
  return (k) => Math.floor(k / round) * all + (before[k % round] ?? 0);
}

/** Is some of the week's windows within `length` minutes from `wall` on? */
function touches(week: readonly WallSpan[], wall: number, length: number): boolean {
  // 1970-01-04 was a Sunday.
  const at = (((wall - 3 * DAY_MINUTES) % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
  return week.some(({ from, to }) =>
    [0, WEEK_MINUTES].some((on) => from + on < at + length && to + on > at),
  );
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

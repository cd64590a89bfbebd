import { type Instant, parseInstant } from '../base/time.ts';

const CLOCK = /^(\d{1,2}):(\d\d)$/;
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d))?$/;

/**
 * A moment as a person types it: RFC 3339, `2026-03-01 06:00` or `06:00`, the latter two by the
 * clock of the machine they sit at; a bare time of day is the next one. `undefined` when none.
 */
export function parseWhen(text: string, now: Instant): Instant | undefined {
  const exact = parseInstant(text);
  if (exact !== undefined) return exact;
  const clock = CLOCK.exec(text);
  if (clock) return nextTimeOfDay(Number(clock[1]), Number(clock[2]), now);
  const local = LOCAL.exec(text);
  if (!local) return undefined;
  const [, y = '', mo = '', d = '', h = '0', mi = '0'] = local;
  const at = new Date(+y, +mo - 1, +d, +h, +mi);
  const same = at.getMonth() === +mo - 1 && at.getDate() === +d && +h < 24 && +mi < 60;
  return same ? (at.getTime() as Instant) : undefined;
}

function nextTimeOfDay(hours: number, minutes: number, now: Instant): Instant | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime() as Instant;
}

export const whenExpected = 'a time such as 18:30, "2026-03-01 06:00" or 2026-03-01T06:00:00Z';

/** Year, month, day, hours and minutes by the clock of the machine, as `parseWhen` reads them. */
export function whenText(at: Instant): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

import { refusalText } from '../base/refusal.ts';
import { offsetsOf } from '../base/zones.ts';
import {
  type CalendarCompared,
  type CalendarReport,
  type CalendarWanted,
  compareCalendar,
} from '../desk/calendar-import.ts';
import type { Desk } from '../desk/desk.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { runSliced } from './sliced.ts';

/** Of the whole request; a text in JSON or a form is longer than it is. */
export const CALENDAR_BYTES_MAX = 8 * 1_024 * 1_024;

export interface HandedIn {
  readonly text: string;
  /** Whose clock times without a zone are of. */
  readonly zone: string;
  readonly wanted: CalendarWanted;
}

/** Reads a calendar and does what comes of it, or with `dryRun` only says it. */
export async function handIn(
  desk: Desk,
  { text, zone, wanted }: HandedIn,
  by: UserId,
  dryRun: boolean,
): Promise<CalendarCompared> {
  const { memory, clock } = desk;
  const zones = { offsetsOf, floating: zone };
  const compared = await runSliced(
    compareCalendar(text, { memory, wanted, zones, now: clock.now() }),
  );
  if (dryRun) return compared;
  const reports: CalendarReport[] = [];
  for (const report of compared.reports) {
    const { act, ...rest } = report;
    const { refused } = act ? await desk.act(by, act) : {};
    if (refused === undefined) reports.push(rest);
    else reports.push({ ...rest, outcome: 'refused', why: refusalText(refused), work: '' });
  }
  return { ...compared, reports };
}

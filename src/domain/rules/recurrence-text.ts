import { icalWall, readDays, readDuration, readRule, readTime, whyNotDays } from './ical-values.ts';
import { type NthDay, RECURRENCE_LIMITS, type Recurrence } from './recurrence.ts';

/** A recurrence as it is kept: lines of iCalendar, which any calendar reads. */
export function recurrenceText(of: Recurrence): string {
  const time = (name: string, more = ''): string => `${name};TZID=${of.zone}${more}:`;
  const periods = of.extra.map(({ start, lasts }) => `${icalWall(start)}/PT${lasts}M`);
  return [
    `${time('DTSTART')}${icalWall(of.start)}`,
    `DURATION:PT${of.lasts}M`,
    ...(of.every === 'once' ? [] : [`RRULE:${ruleText(of)}`]),
    ...(of.except.length > 0 ? [`${time('EXDATE')}${of.except.map(icalWall).join(',')}`] : []),
    ...(periods.length > 0 ? [`${time('RDATE', ';VALUE=PERIOD')}${periods.join(',')}`] : []),
  ].join('\n');
}

const FREQUENCY = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY', once: '' } as const;

function ruleText({ every, interval, on, monthDays, count, until }: Recurrence): string {
  return [
    `FREQ=${FREQUENCY[every]}`,
    ...(interval > 1 ? [`INTERVAL=${interval}`] : []),
    ...(on.length > 0 ? [`BYDAY=${on.map(dayText).join(',')}`] : []),
    ...(monthDays.length > 0 ? [`BYMONTHDAY=${monthDays.join(',')}`] : []),
    ...(count > 0 ? [`COUNT=${count}`] : []),
    ...(until === undefined ? [] : [`UNTIL=${icalWall(until)}`]),
  ].join(';');
}

const dayText = ({ nth, day }: NthDay): string => `${nth === 0 ? '' : nth}${day}`;

/** What `recurrenceText` wrote; undefined for anything else. */
export function readRecurrence(text: string): Recurrence | undefined {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    found.set(line.slice(0, line.search(/[;:]/)), line.slice(colon + 1));
  }
  const zone = /^DTSTART;TZID=([^:]+):/.exec(text)?.[1];
  const start = readTime(found.get('DTSTART') ?? '');
  const lasts = readDuration(found.get('DURATION') ?? '');
  const rule = found.get('RRULE');
  const said = rule === undefined ? ONCE : readRule(rule);
  if (zone === undefined || !start || lasts === undefined || typeof said === 'string') {
    return undefined;
  }
  const { until, ...how } = said;
  const walls = (list: string | undefined): readonly string[] => list?.split(',') ?? [];
  const except = walls(found.get('EXDATE')).flatMap((one) => readTime(one)?.wall ?? []);
  const extra = walls(found.get('RDATE')).flatMap((one) => {
    const [from = '', length = ''] = one.split('/');
    const [begins, takes] = [readTime(from)?.wall, readDuration(length)];
    return begins === undefined || takes === undefined ? [] : [{ start: begins, lasts: takes }];
  });
  return { ...how, zone, start: start.wall, lasts, until: until?.wall, except, extra };
}

const ONCE = {
  every: 'once',
  interval: 1,
  on: [],
  monthDays: [],
  count: 0,
  until: undefined,
} as const;

const EVERY = /^(?:every\s+)?(?:(\d{1,3})\s+)?(day|week|month)s?(?:\s+on\s+(.+))?$/i;

/** `day`, `2 weeks on MO,TH`, `month on 2TU`, `month on -1`; or why it cannot be read. */
export function readEvery(
  text: string,
): Pick<Recurrence, 'every' | 'interval' | 'on' | 'monthDays'> | string {
  const [found, times = '1', unit = '', days] = EVERY.exec(text.trim()) ?? [];
  if (found === undefined) return 'day, "2 weeks on MO,TH", "month on 2TU" or the like expected';
  const interval = Number(times);
  if (interval < 1 || interval > RECURRENCE_LIMITS.interval_max) {
    return `from 1 to ${RECURRENCE_LIMITS.interval_max} expected`;
  }
  const every = unit.toLowerCase() as 'day' | 'week' | 'month';
  const words = (days ?? '').toUpperCase().split(/[\s,]+/);
  const read = readDays(words.filter((word) => word !== ''));
  if (typeof read === 'string') return read;
  return whyNotDays(every, read) ?? { every, interval, ...read };
}

/** As `readEvery` reads it; '' for what comes but once. */
export function everyText({ every, interval, on, monthDays }: Recurrence): string {
  if (every === 'once') return '';
  const days = [...on.map(dayText), ...monthDays];
  const how = interval === 1 ? every : `${interval} ${every}s`;
  return days.length === 0 ? how : `${how} on ${days.join(',')}`;
}

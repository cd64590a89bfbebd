import { DAY_MINUTES, dateOf, type Offsets, wallAt, weekdayOf } from '../../base/calendar.ts';
import type { Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { NoticeDuty, ShortList } from '../../domain/routing/notice.ts';
import { counted, type NameOf } from './words.ts';

/** What a person reads of a hand-over; times are of the schedule's clock. */
export function dutyWords(
  duty: NoticeDuty,
  zone: { readonly name: string; readonly table: Offsets | undefined },
  nameOf: NameOf,
): { readonly subject: string; readonly text: string } {
  const when = (at: Instant): string => `${wallWords(zone.table, at)} (${zone.name})`;
  const until = duty.until === undefined ? '; no end in sight' : ` until ${when(duty.until)}`;
  const others = (people: readonly UserId[]): string =>
    people.length === 0 ? 'Nobody' : people.map(nameOf).join(', ');
  const { schedule, before, after, person } = duty;
  const beside = after.filter((one) => one !== person);
  const lines: string[] = [];
  if (duty.is === 'goes') {
    const verb = after.length > 1 ? 'are' : 'is';
    lines.push(`${others(after)} ${verb} on call for ${schedule} now${until}.`);
  } else {
    const from = duty.is === 'will come' ? ` from ${when(duty.at)}` : '';
    lines.push(`You are on call for ${schedule}${from}${until}.`);
    if (beside.length > 0) lines.push(`With you: ${others(beside)}.`);
    lines.push(`Before you: ${before.length === 0 ? 'nobody' : others(before)}.`);
  }
  if (duty.is !== 'will come') lines.push('', ...waiting(duty, nameOf));
  return { subject: subjectOf(duty, zone.table), text: lines.join('\n') };
}

function subjectOf({ is, schedule, at }: NoticeDuty, table: Offsets | undefined): string {
  if (is === 'comes') return `You are on call: ${schedule}`;
  if (is === 'goes') return `You are off call: ${schedule}`;
  return `On call from ${wallWords(table, at)}: ${schedule}`;
}

function waiting({ pages, held, is, before, after }: NoticeDuty, nameOf: NameOf) {
  const all = (list: ShortList): number => list.lines.length + list.more;
  const said: string[] = [];
  if (all(pages) === 0) said.push('No page waits for an answer.');
  else said.push(`${counted(all(pages), 'page')} without an answer:`, ...listed(pages));
  const went = before.filter((one) => !after.includes(one)).map(nameOf);
  const who = is === 'goes' ? 'you' : went.join(', ');
  if (all(held) > 0) said.push(`Still held by ${who}:`, ...listed(held));
  return said;
}

const listed = ({ lines, more }: ShortList): readonly string[] => [
  ...lines.map((line) => `* ${line}`),
  ...(more > 0 ? [`and ${more} more`] : []),
];

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = [
  ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'],
  ...['Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
];

/** `Mon 5 Jan 09:00` */
function wallWords(table: Offsets | undefined, at: Instant): string {
  const wall = wallAt(table, at);
  const day = Math.floor(wall / DAY_MINUTES);
  const { month, day: date } = dateOf(day);
  const minute = wall - day * DAY_MINUTES;
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  return `${WEEKDAYS[weekdayOf(day)]} ${date} ${MONTHS[month - 1]} ${clock}`;
}

import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import { fingerprint } from '../base/fingerprint.ts';
import { days, type Instant } from '../base/time.ts';
import type { Token } from '../desk/account-rows.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { gapsOf, type Rota, rotaOf, schedulesIn, shiftsOf } from '../desk/rota.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Span } from '../domain/rota/schedule.ts';
import { CALENDAR_PATH } from './calendar-link.ts';
import { type IcalEvent, icalText } from './ical.ts';
import type { Route } from './route.ts';
import { hashToken, sameHash, tokenId } from './token.ts';

/** What a calendar holds: so far back and ahead. */
const DAYS_BEHIND = 14;
const DAYS_AHEAD = 90;
const DAY_MS = 86_400_000;
export const CALENDAR_EVENTS_MAX = 5_000;

export interface CalendarParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly clock: Clock;
}

/** Shifts as a calendar for phones and mail programs, by a secret address. */
export const calendarRoute = (parts: CalendarParts): Route => ({
  method: 'GET',
  path: CALENDAR_PATH,
  access: { need: 'nothing' },
  summary: 'Shifts of a schedule, or of one person, as a calendar (RFC 5545).',
  handle: ({ query }) => {
    const token = tokenOf(parts, query.get('token') ?? '');
    const now = parts.clock.now();
    const today = now - (now % DAY_MS);
    const span = {
      from: (today - days(DAYS_BEHIND)) as Instant,
      to: (today + days(DAYS_AHEAD)) as Instant,
    };
    const schedule = token.scope.slice('calendar:'.length);
    const events = schedule === '' ? own(parts, token.owner, span) : whole(parts, schedule, span);
    const name = schedule === '' ? `On call: ${parts.accounts.name(token.owner)}` : schedule;
    const headers = {
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, max-age=300',
    };
    return {
      status: 200,
      headers,
      body: icalText(name, events.slice(0, CALENDAR_EVENTS_MAX), now),
    };
  },
});

/** Throws NOT_FOUND for whatever is no calendar's address: nothing is told about what is. */
function tokenOf({ desk, clock }: CalendarParts, secret: string): Token {
  const { memory } = desk;
  const token = memory.get('tokens', tokenId(secret) ?? '');
  const isGood =
    token?.scope.startsWith('calendar:') &&
    sameHash(token.hash, hashToken(secret)) &&
    (token.until === undefined || token.until > clock.now()) &&
    memory.get('users', token.owner)?.disabled === false;
  if (!token || !isGood) throw new DeskError('NOT_FOUND', { what: 'such calendar' });
  return token;
}

const shiftEvents = ({ accounts }: CalendarParts, rota: Rota, span: Span): readonly Marked[] =>
  shiftsOf(rota, span).map(({ from, to, person, layer }) => {
    const { name } = rota.schedule;
    const uid = uidOf(name, layer, person, from);
    const summary = `${accounts.name(person)} (${name})`;
    return { uid, from, to, summary, description: `${name}: ${layer}`, person };
  });

interface Marked extends IcalEvent {
  readonly person: UserId;
}

function whole(parts: CalendarParts, schedule: string, span: Span): readonly IcalEvent[] {
  const rota = rotaOf(parts.desk.memory, schedule);
  if (!rota) return [];
  const now = parts.clock.now();
  const gaps = gapsOf(rota, { from: now, to: span.to }).map(({ from, to }) => ({
    uid: uidOf(schedule, 'gap', '', to),
    ...{ from, to, summary: `NOBODY (${schedule})`, description: 'Nobody is on call.' },
  }));
  return [...shiftEvents(parts, rota, span), ...gaps].sort((a, b) => a.from - b.from);
}

/** What one person is on call for, on all schedules. */
function own(parts: CalendarParts, person: UserId, span: Span): readonly IcalEvent[] {
  const { memory } = parts.desk;
  return schedulesIn(memory)
    .flatMap(({ name }) => rotaOf(memory, name) ?? [])
    .flatMap((rota) => shiftEvents(parts, rota, span).filter((one) => one.person === person))
    .sort((a, b) => a.from - b.from);
}

/** The same shift has the same id whenever it is asked for: programs replace, not add. */
const uidOf = (schedule: string, layer: string, person: string, at: Instant): string =>
  `${fingerprint([schedule, layer, person, String(at)])}@tocsin`;

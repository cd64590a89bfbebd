import { fingerprint } from '../../base/fingerprint.ts';
import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import { after, days, INSTANT_MAX, type Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { CALENDAR_LIMITS } from '../../domain/rules/ical-lines.ts';
import {
  type CalendarMark,
  MAINTENANCE_KEPT,
  MAINTENANCE_LIMITS,
  type Maintenance,
  type MaintenanceId,
  nextTurn,
  type Window,
  windowAt,
} from '../../domain/rules/maintenance.ts';
import type { Draft } from '../draft.ts';
import { refresh } from '../refresh.ts';
import type { MaintenanceAct } from '../standing-acts.ts';
import { whyNotMatchers } from './rule.ts';

const turnTimer = (id: MaintenanceId): string => `maintenance.turn/${id}`;

/** The id of the work that an event of a calendar is. */
export const workOfCalendar = (uid: string): MaintenanceId =>
  `c${fingerprint([uid])}` as MaintenanceId;

function older(mark: CalendarMark, { calendar }: Maintenance): Refusal | undefined {
  if (!calendar) return undefined;
  if (calendar.uid !== mark.uid) return byState('Another event of a calendar has its id.');
  return mark.sequence < calendar.sequence
    ? byState('A later state of this event holds.')
    : undefined;
}

/** Plans work, changes the plan, or ends it. */
export function setMaintenance(draft: Draft, by: UserId, act: MaintenanceAct, count: number): Did {
  const now = draft.now.at;
  const mark = 'calendar' in act ? act.calendar : undefined;
  const asked = mark ? workOfCalendar(mark.uid) : act.maintenance;
  const old = asked === undefined ? undefined : draft.get('maintenances', asked);
  const whyNotCalendar = mark && old ? older(mark, old) : undefined;
  if (whyNotCalendar !== undefined) return { refused: whyNotCalendar };
  const isNamed = asked !== undefined && !(mark && act.verb === 'maintenance.set');
  if (isNamed && !old) return { refused: absent('such maintenance') };
  if (act.verb === 'maintenance.end') {
    if (!old || nextTurn(old, now) === undefined)
      return { refused: byState('It is over already.') };
    const windows = old.windows.flatMap((w) => ended(w, now));
    const { goesOn: _, ...left } = old;
    const calendar = mark ? { calendar: mark } : {};
    keep(draft, { ...left, windows, recurs: '', changedAt: now, ...calendar });
    return { made: old.id };
  }
  if (act.verb === 'maintenance.renew') return renew(draft, old, act);
  const refused = whyNotMaintenance(act, now);
  if (refused !== undefined) return { refused };
  if (!old && count >= MAINTENANCE_LIMITS.maintenances_max) {
    return { refused: byState(`There are ${count} maintenances, and no more are taken.`) };
  }
  const { verb: _, maintenance: __, ...said } = act;
  const id = old?.id ?? asked ?? (`m${draft.now.position}` as MaintenanceId);
  const calendar = old?.calendar ? { calendar: old.calendar } : {};
  keep(draft, { ...calendar, ...said, id, by, madeAt: old?.madeAt ?? now, changedAt: now });
  return { made: id };
}

/**
 * Work that comes again has its next windows. What is over stays for a while: it may have left
 * something behind.
 */
function renew(
  draft: Draft,
  old: Maintenance | undefined,
  { recurs, windows, goesOn }: Extract<MaintenanceAct, { verb: 'maintenance.renew' }>,
): Did {
  const now = draft.now.at;
  if (!old || old.recurs === '' || old.recurs !== recurs) {
    return { refused: byState('It was changed or ended meanwhile.') };
  }
  const over = old.windows.filter(({ to }) => to <= now && to > now - MAINTENANCE_KEPT);
  const ahead = windows.filter(({ to }) => to > now);
  const refused = ahead.length > 0 ? whyNotWindows(ahead, now) : undefined;
  if (refused !== undefined) return { refused };
  const { goesOn: _, ...row } = old;
  const first = ahead[0];
  const before = over.filter(({ to }) => !first || to <= first.from);
  const is = { ...row, windows: [...before, ...ahead], ...(goesOn ? { goesOn } : {}) };
  const isSame = windowAt(is, now)?.to === windowAt(old, now)?.to;
  if (isSame) put(draft, is);
  else keep(draft, is);
  return { made: old.id };
}

/**
 * A window begins or ends: what it touches is looked at again. Work that has long been over goes;
 * the audit log keeps what was planned, changed and ended.
 */
export function turnMaintenance(draft: Draft, id: MaintenanceId): void {
  const row = draft.get('maintenances', id);
  if (!row) return;
  if (goneAt(row, draft.now.at) <= draft.now.at) draft.remove('maintenances', id);
  else keep(draft, row);
}

/** When work that is over goes. What waits for its next windows stays. */
function goneAt(row: Maintenance, now: Instant): Instant {
  if (row.goesOn || nextTurn(row, now) !== undefined) return INSTANT_MAX;
  return after(row.windows.at(-1)?.to ?? row.changedAt, MAINTENANCE_KEPT);
}

/** As `put`, and has the alarms looked at again. */
function keep(draft: Draft, row: Maintenance): void {
  put(draft, row);
  refresh(draft);
}

/** Puts the row and sets the time of its next turn. */
function put(draft: Draft, row: Maintenance): void {
  draft.put('maintenances', row.id, row);
  const next = nextTurn(row, draft.now.at) ?? goneAt(row, draft.now.at);
  if (next === INSTANT_MAX) draft.cancelTimer(turnTimer(row.id));
  else draft.setTimer(turnTimer(row.id), next, { is: 'maintenance.turn', maintenance: row.id });
}

function ended(window: Window, now: Instant): readonly Window[] {
  if (window.from >= now) return [];
  return [window.to > now ? { from: window.from, to: now } : window];
}

type Wanted = Extract<MaintenanceAct, { verb: 'maintenance.set' }>;

/** Why a plan cannot be taken; undefined when it can. */
export function whyNotMaintenance(act: Wanted, now: Instant): Refusal | undefined {
  const most = MAINTENANCE_LIMITS;
  const { name, owner, reason, matchers, things } = act;
  if (name.trim() === '' || name.length > most.name_chars_max) {
    return atField('name', `1 to ${most.name_chars_max} characters expected`);
  }
  if (owner.length > most.owner_chars_max)
    return atField('owner', `at most ${most.owner_chars_max}`);
  if (reason.trim() === '' || reason.length > most.reason_chars_max) {
    return atField('reason', `1 to ${most.reason_chars_max} characters expected`);
  }
  if (things.length > most.things_max)
    return atField('things', `at most ${most.things_max} expected`);
  if (act.recurs.length > most.recurs_chars_max) {
    return atField('recurs', `at most ${most.recurs_chars_max} characters expected`);
  }
  if (act.calendar && act.calendar.uid.length > CALENDAR_LIMITS.uid_chars_max) {
    return atField(
      'calendar',
      `a UID of at most ${CALENDAR_LIMITS.uid_chars_max} characters expected`,
    );
  }
  const needsMatchers = things.length === 0 || matchers.length > 0;
  const refused = needsMatchers ? whyNotMatchers(matchers, most.matchers_max) : undefined;
  return refused ?? whyNotWindows(act.windows, now);
}

function whyNotWindows(windows: readonly Window[], now: Instant): Refusal | undefined {
  const { windows_max, window_days_max } = MAINTENANCE_LIMITS;
  if (windows.length === 0 || windows.length > windows_max) {
    return atField('windows', `1 to ${windows_max} expected`);
  }
  for (const [i, { from, to }] of windows.entries()) {
    if (!(from < to)) return atField(`windows[${i}]`, 'an end after its beginning expected');
    if (to - from > days(window_days_max)) {
      return atField(`windows[${i}]`, `at most ${window_days_max} days expected`);
    }
    const before = windows[i - 1];
    if (before && before.to > from)
      return atField(`windows[${i}]`, 'it begins before the one ahead ended');
  }
  const last = windows.at(-1);
  return last && last.to > now ? undefined : atField('windows', 'they are all past');
}

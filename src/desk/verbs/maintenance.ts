import { days, type Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import {
  MAINTENANCE_LIMITS,
  type Maintenance,
  type MaintenanceId,
  nextTurn,
  type Window,
} from '../../domain/rules/maintenance.ts';
import type { Draft } from '../draft.ts';
import { refresh } from '../refresh.ts';
import type { MaintenanceAct } from '../standing-acts.ts';
import { whyNotMatchers } from './rule.ts';

const turnTimer = (id: MaintenanceId): string => `maintenance.turn/${id}`;

/** Plans work, changes the plan, or ends it. */
export function setMaintenance(
  draft: Draft,
  by: UserId,
  act: MaintenanceAct,
  count: number,
): { readonly refused?: string; readonly made?: string } {
  const now = draft.now.at;
  const asked = act.maintenance;
  const old = asked === undefined ? undefined : draft.get('maintenances', asked);
  if (asked !== undefined && !old) return { refused: 'There is no such maintenance.' };
  if (act.verb === 'maintenance.end') {
    if (!old || nextTurn(old, now) === undefined) return { refused: 'It is over already.' };
    const windows = old.windows.flatMap((w) => ended(w, now));
    keep(draft, { ...old, windows, recurs: '', changedAt: now });
    return { made: old.id };
  }
  const refused = whyNot(act, now);
  if (refused !== undefined) return { refused };
  if (!old && count >= MAINTENANCE_LIMITS.maintenances_max) {
    return { refused: `There are ${count} maintenances, and no more are taken.` };
  }
  const { verb: _, maintenance: __, ...said } = act;
  const id = old?.id ?? (`m${draft.now.position}` as MaintenanceId);
  keep(draft, { ...said, id, by, madeAt: old?.madeAt ?? now, changedAt: now });
  return { made: id };
}

/** A window begins or ends: what it touches is looked at again. */
export function turnMaintenance(draft: Draft, id: MaintenanceId): void {
  const row = draft.get('maintenances', id);
  if (row) keep(draft, row);
}

/** Puts the row, sets the time of its next turn, and has the alarms looked at again. */
function keep(draft: Draft, row: Maintenance): void {
  draft.put('maintenances', row.id, row);
  const next = nextTurn(row, draft.now.at);
  if (next === undefined) draft.cancelTimer(turnTimer(row.id));
  else draft.setTimer(turnTimer(row.id), next, { is: 'maintenance.turn', maintenance: row.id });
  refresh(draft);
}

function ended(window: Window, now: Instant): readonly Window[] {
  if (window.from >= now) return [];
  return [window.to > now ? { from: window.from, to: now } : window];
}

type Wanted = Extract<MaintenanceAct, { verb: 'maintenance.set' }>;

function whyNot(act: Wanted, now: Instant): string | undefined {
  const most = MAINTENANCE_LIMITS;
  const { name, owner, reason, matchers, things } = act;
  if (name.trim() === '' || name.length > most.name_chars_max) {
    return `name: 1 to ${most.name_chars_max} characters expected.`;
  }
  if (owner.length > most.owner_chars_max) return `owner: at most ${most.owner_chars_max}.`;
  if (reason.trim() === '' || reason.length > most.reason_chars_max) {
    return `reason: 1 to ${most.reason_chars_max} characters expected.`;
  }
  if (things.length > most.things_max) return `things: at most ${most.things_max} expected.`;
  const needsMatchers = things.length === 0 || matchers.length > 0;
  const refused = needsMatchers ? whyNotMatchers(matchers, most.matchers_max) : undefined;
  return refused ?? whyNotWindows(act.windows, now);
}

function whyNotWindows(windows: readonly Window[], now: Instant): string | undefined {
  const { windows_max, window_days_max } = MAINTENANCE_LIMITS;
  if (windows.length === 0 || windows.length > windows_max) {
    return `windows: 1 to ${windows_max} expected.`;
  }
  for (const [i, { from, to }] of windows.entries()) {
    if (!(from < to)) return `windows[${i}]: an end after its beginning expected.`;
    if (to - from > days(window_days_max)) {
      return `windows[${i}]: at most ${window_days_max} days expected.`;
    }
    const before = windows[i - 1];
    if (before && before.to > from) return `windows[${i}]: it begins before the one ahead ended.`;
  }
  const last = windows.at(-1);
  return last && last.to > now ? undefined : 'windows: they are all past.';
}

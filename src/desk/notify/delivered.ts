import { after, later, type Millis } from '../../base/time.ts';
import { type Alarm, isHidden, isStanding } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { rank } from '../../domain/alarm/severity.ts';
import { backoffAfter } from '../../domain/routing/backoff.ts';
import {
  type DeliveryId,
  isOfGroup,
  NOTICE_LIMITS,
  type Notice,
  wayText,
} from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import type { DeliveredEntry } from '../entry.ts';
import { pageDelivered } from '../pages/message.ts';
import type { State } from '../state.ts';
import type { Delivery, WayHealth } from '../tables.ts';
import { settle, tellAnew } from './flush.ts';
import { hiddenWhy } from './groups.ts';
import { logged } from './log.ts';

/** No far side puts a page off for longer than this. */
const RETRY_AFTER_MAX = 3_600_000 as Millis;

/** A try to deliver ended. A result for another try than the one that is open says nothing. */
export function delivered(draft: Draft, state: State, entry: DeliveredEntry): void {
  const delivery = draft.get('deliveries', entry.delivery);
  if (!delivery || entry.attempt !== delivery.attempts + 1) return;
  const { notice } = delivery;
  const detail = entry.detail.slice(0, NOTICE_LIMITS.detail_chars_max);
  const { attempt, result, tookMs } = entry;
  const { id, group, to } = notice;
  draft.attempts.push({ delivery: id, group, to, attempt, result, detail, tookMs });
  health(draft, notice, result, detail);
  if (result === 'later') return putOff(draft, state, delivery, entry);
  draft.undeliver(id);
  if (notice.page) return pageDelivered(draft, delivery, result);
  const isTold = result === 'sent' || result === 'shadow';
  if (isTold) told(draft, state, notice, result === 'shadow');
  else if (!delivery.late) giveToFallback(draft, state, notice);
  finish(draft, state, notice, isTold);
}

/** In shadow mode the log goes on as if it had been sent, and says so. */
function told(draft: Draft, state: State, notice: Notice, isShadow: boolean): void {
  if (!isOfGroup(notice)) return;
  const route = draft.get('groups', notice.group)?.route ?? '';
  const node = state.routing.tree?.node(route);
  const repeat = node?.route.repeatInterval ?? REPEAT_UNKNOWN;
  const firing: AlarmId[] = [];
  const resolved: AlarmId[] = [];
  for (const a of notice.alerts) (a.status === 'firing' ? firing : resolved).push(a.alarm);
  logged(draft, notice.group, notice.to, { firing, resolved }, repeat, isShadow);
  takeBack(draft, notice);
}

/** The route went with a new configuration: the log of its group is kept for so long. */
const REPEAT_UNKNOWN = 14_400_000 as Millis;

/** What people did to an alarm while it was being told counts as done after the telling. */
function takeBack(draft: Draft, notice: Notice): void {
  const id = `${notice.group}/${wayText(notice.to)}`;
  const log = draft.get('logs', id);
  if (!log) return;
  const withdrawn: Record<AlarmId, string> = { ...log.withdrawn };
  let changed = false;
  for (const alert of notice.alerts) {
    const alarm = alert.status === 'firing' ? draft.get('alarms', alert.alarm) : undefined;
    const why = alarm && undone(alarm, rank(alert.severity));
    if (why === undefined) continue;
    withdrawn[alert.alarm] = why;
    changed = true;
  }
  if (!changed) return;
  const firing = log.firing.filter((alarm) => !(alarm in withdrawn));
  draft.put('logs', id, { ...log, firing, withdrawn });
}

function undone(alarm: Alarm, toldRank: number): string | undefined {
  const hidden = isHidden(alarm) ? hiddenWhy(alarm) : undefined;
  if (!isStanding(alarm)) return hidden; // its end is owed after the shelf
  if (alarm.handling.is === 'closed') return 'new alarms';
  // Whoever takes it under the shelf settles the shelf, not what got worse.
  if (rank(alarm.severity) > toldRank) return 'severity rose';
  return hidden;
}

/** Tried again later with the same bytes, unless the group was looked at again meanwhile. */
function putOff(draft: Draft, state: State, delivery: Delivery, entry: DeliveredEntry): void {
  const attempts = delivery.attempts + 1;
  const { position, at } = draft.now;
  const pause = Math.min(entry.retryAfter ?? 0, RETRY_AFTER_MAX) as Millis;
  const dueAt = later(after(at, backoffAfter(attempts, position)), after(at, pause));
  const { notice } = delivery;
  if (!delivery.stale || !isOfGroup(notice)) {
    draft.put('deliveries', delivery.id, { ...delivery, attempts, dueAt });
    return;
  }
  if (tellAnew(draft, state, delivery, { attempts, dueAt }) !== 'withdrawn') return;
  const detail = 'nothing of it is news any more';
  const { id, group, to } = notice;
  const withdrawn = { delivery: id, group, to, attempt: attempts, tookMs: 0, detail };
  draft.attempts.push({ ...withdrawn, result: 'withdrawn' });
  finish(draft, state, notice, true);
}

/** Counts a delivery of a group's look as ended; the last one settles the look. */
export function finish(draft: Draft, state: State, notice: Notice, ok: boolean): void {
  const group = isOfGroup(notice) ? draft.get('groups', notice.group) : undefined;
  if (!group) return;
  const open = Math.max(0, group.open - 1);
  const ended = { ...group, open, failed: group.failed || !ok };
  draft.put('groups', group.id, ended);
  if (open === 0 && !ended.failed) settle(draft, state, ended);
}

/** It is late: still tried, and given to the fallback receiver as well. */
export function late(draft: Draft, state: State, id: DeliveryId): void {
  const delivery = draft.get('deliveries', id);
  if (!delivery || delivery.late) return;
  draft.put('deliveries', id, { ...delivery, late: true });
  giveToFallback(draft, state, delivery.notice);
}

function giveToFallback(draft: Draft, state: State, notice: Notice): void {
  if (!isOfGroup(notice)) return;
  const name = draft.get('desk', 'desk')?.rules.notify?.fallback ?? '';
  if (name === '' || name === notice.to.receiver) return;
  const receiver = state.routing.receiver(name);
  for (const { kind, index } of receiver?.ways ?? []) {
    draft.deliver({ ...notice, to: { receiver: name, kind, index }, reason: 'fallback' });
  }
}

/** How well the way delivers, for those who look after it. */
function health(
  draft: Draft,
  { to }: Notice,
  result: DeliveredEntry['result'],
  detail: string,
): void {
  const id = wayText(to);
  const was = draft.get('ways', id) ?? { ...NEVER_USED, id, to };
  const now = draft.now.at;
  if (result === 'shadow') {
    const shadowed = (was.shadowed ?? 0) + 1;
    const well = { failingSince: undefined, failures: 0 };
    draft.put('ways', id, { ...was, ...well, shadowed, shadowedAt: now });
    return;
  }
  const is: WayHealth =
    result === 'sent'
      ? { ...was, failingSince: undefined, failures: 0, lastSentAt: now, sent: was.sent + 1 }
      : {
          ...was,
          failingSince: was.failingSince ?? now,
          failures: was.failures + 1,
          lastError: detail,
          failed: was.failed + 1,
        };
  draft.put('ways', id, is);
}

const NEVER_USED: Omit<WayHealth, 'id' | 'to'> = {
  failingSince: undefined,
  failures: 0,
  lastError: '',
  lastSentAt: undefined,
  sent: 0,
  failed: 0,
};

import { after, type Instant, minutes } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { decide } from '../../domain/routing/dedup.ts';
import type { Mute, QuietReason, SendReason, WayRef } from '../../domain/routing/notice.ts';
import { wayText } from '../../domain/routing/notice.ts';
import type { PlanWay } from '../../domain/routing/plan.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { RouteNode } from '../../domain/routing/tree.ts';
import type { Memory } from '../desk.ts';
import { alertSubject } from '../notify/routing-index.ts';
import type { Group } from '../tables.ts';

/** A larger group is not looked at only because somebody asks: that would hold the desk up. */
export const OUTLOOK_MEMBERS_MAX = 2_000;

/** Who would be told of what, were the group looked at then and nothing changed until then. */
export interface Outlook {
  readonly at: Instant;
  readonly firing: readonly { readonly id: AlarmId; readonly acknowledged: boolean }[];
  readonly resolved: readonly AlarmId[];
  readonly muted: ReadonlyMap<AlarmId, Mute>;
}

/** What a way would be told at that look, and why. */
export interface Foreseen {
  readonly tells: boolean;
  readonly reason: SendReason | QuietReason;
}

type Tables = Pick<Memory, 'get' | 'routing'>;

/** The group as its next look would find it; undefined when it is too large to try. */
export function outlook(memory: Tables, group: Group): Outlook | undefined {
  const { routing } = memory;
  const members = routing.seat(group.id)?.members ?? new Set<AlarmId>();
  const resolving = routing.resolvingOf(group.id);
  if (members.size + resolving.length > OUTLOOK_MEMBERS_MAX) return undefined;
  const at = group.nextAt;
  const firing: { id: AlarmId; acknowledged: boolean }[] = [];
  const resolved: AlarmId[] = [];
  const muted = new Map<AlarmId, Mute>();
  for (const id of members) {
    const alarm = memory.get('alarms', id);
    if (!alarm || !isRaised(alarm) || alarm.handling.is === 'closed') continue;
    const [mute] = routing.mutesOf(routingSubject(alarm), asOf(alarm, at), at);
    if (mute) muted.set(id, mute);
    else firing.push({ id, acknowledged: isHeldAt(alarm, at) });
  }
  for (const row of resolving) {
    const alert = memory.get('resolving', row)?.alert;
    if (!alert) continue;
    const alarm = memory.get('alarms', alert.alarm);
    const [mute] = routing.mutesOf(alertSubject(alert), alarm && asOf(alarm, at), at);
    if (mute) muted.set(alert.alarm, mute);
    else resolved.push(alert.alarm);
  }
  return { at, firing, resolved, muted };
}

/** As it will be then, as far as it changes by itself: what hides it may have ended. */
const asOf = (alarm: Alarm, at: Instant): Alarm =>
  alarm.suppressions.some((s) => s.until <= at)
    ? { ...alarm, suppressions: alarm.suppressions.filter((s) => s.until > at) }
    : alarm;

const isHeldAt = ({ handling }: Alarm, at: Instant): boolean =>
  handling.is === 'acknowledged' && (handling.until === undefined || handling.until > at);

/** The same questions in the same order as the desk's own look at the group. */
export function foresee(
  memory: Tables,
  group: Group,
  node: RouteNode,
  way: PlanWay,
  seen: Outlook,
): Foreseen {
  const { firing, resolved, muted, at } = seen;
  if (firing.length === 0 && resolved.length === 0) {
    return { tells: false, reason: muted.size > 0 ? 'all muted' : 'nothing fires' };
  }
  const closed = memory.routing.closedBy(node, at);
  if (closed) {
    const mutes = closed.why === 'mute';
    return { tells: false, reason: mutes ? 'in a mute interval' : 'outside its active intervals' };
  }
  const to: WayRef = { receiver: node.receiver.name, kind: way.kind, index: way.index };
  if (memory.routing.openDelivery(group.id, to)) {
    return { tells: false, reason: 'still delivering' };
  }
  const { verdict, reason } = decide({
    log: memory.get('logs', `${group.id}/${wayText(to)}`),
    firing,
    resolved,
    sendResolved: way.sendResolved,
    repeatInterval: node.route.repeatInterval,
    onAcknowledge: node.route.onAcknowledge,
    now: at,
  });
  if (verdict === 'quiet') return { tells: false, reason };
  if (firing.length === 0 && !way.sendResolved) return { tells: false, reason: 'nothing fires' };
  return { tells: true, reason };
}

/** So far ahead it is looked when an interval opens or closes. */
const INTERVAL_MINUTES_MAX = 2_880;
const MINUTE_MS = 60_000;

/** When a route's intervals begin or end to keep it closed; undefined: not within two days. */
export function nextTurn({ routing }: Tables, node: RouteNode, now: Instant): Instant | undefined {
  const { activeIntervals, muteIntervals } = node.route;
  if (activeIntervals.length + muteIntervals.length === 0) return undefined;
  const isClosed = routing.closedBy(node, now) !== undefined;
  const from = (Math.floor(now / MINUTE_MS) * MINUTE_MS) as Instant;
  for (let n = 1; n <= INTERVAL_MINUTES_MAX; n++) {
    const at = after(from, minutes(n));
    if ((routing.closedBy(node, at) !== undefined) !== isClosed) return at;
  }
  return undefined;
}

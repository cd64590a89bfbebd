import type { Instant } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { AlarmId, Labels } from '../../domain/alarm/event.ts';
import { type DeliveryId, type GroupId, wayText } from '../../domain/routing/notice.ts';
import type { PlanWay } from '../../domain/routing/plan.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { Memory } from '../desk.ts';
import type { Seat } from '../notify/routing-index.ts';
import type { Outbox } from '../outbox.ts';
import type { Group, LogRow } from '../tables.ts';
import { lengthText, REASON_SAYS } from './notice-words.ts';
import { type Foreseen, foresee, nextTurn, type Outlook, outlook } from './outlook.ts';
import type { Phrase } from './words.ts';

/** How the sender of notices does; absent where nothing is sent. */
export type OutboxView = Pick<Outbox, 'figures' | 'whyOpen'>;

/** One group an alarm belongs to, as it is now. */
export interface WhyGroup {
  readonly id: GroupId;
  readonly route: string;
  readonly receiver: string;
  readonly key: string;
  readonly labels: Labels;
  /** Raised alarms in it, whether hidden or not. */
  readonly raised: number;
  /** Cleared ones whose end is still to be looked at. */
  readonly ended: number;
  readonly repeatsEvery: string;
  /** Undefined: nobody is in it, or nobody is told, and it is not looked at. */
  readonly looks: WhyLooks | undefined;
  /** Why its route may send nothing now; undefined when it may. */
  readonly closed: WhyClosed | undefined;
  readonly ways: readonly WhyWay[];
}

export interface WhyLooks {
  readonly lastAt: Instant | undefined;
  readonly nextAt: Instant;
  /** Why it is looked at then. */
  readonly says: string;
}

export interface WhyClosed {
  readonly why: 'mute' | 'active';
  readonly intervals: readonly string[];
  /** Undefined: not within two days. */
  readonly until: Instant | undefined;
}

/** What one way was told of the alarm, and what it would be told next. */
export interface WhyWay {
  readonly way: string;
  readonly told: WhyTold | undefined;
  /** The next look at the group; undefined when there is none, or the group is too large to try. */
  readonly next: (Foreseen & { readonly at: Instant; readonly says: Phrase }) | undefined;
  readonly delivery: WhyDelivery | undefined;
  readonly failingSince: Instant | undefined;
  readonly lastError: string;
  /** Nothing is sent this way before; undefined while its breaker is closed. */
  readonly pausedUntil: Instant | undefined;
}

/** As it was told last; `taken back`: told once, and it no longer counts. */
export interface WhyTold {
  readonly as: 'firing' | 'resolved' | 'taken back';
  /** When this way was last told of the group. */
  readonly at: Instant;
  /** It only would have been told: its receiver is in shadow mode. */
  readonly shadow: boolean;
}

export interface WhyDelivery {
  readonly id: DeliveryId;
  readonly since: Instant;
  readonly attempts: number;
  readonly dueAt: Instant;
  /** Why it is not with its receiver yet. */
  readonly says: Phrase;
  /** It speaks of this alarm. */
  readonly aboutIt: boolean;
}

interface Asked {
  readonly memory: Pick<Memory, 'get' | 'routing'>;
  readonly alarm: Alarm;
  readonly now: Instant;
  readonly outbox: OutboxView | undefined;
}

/** The groups of an alarm now, in the order of its routes. */
export function whyGroups(asked: Asked): readonly WhyGroup[] {
  const seats = asked.memory.routing.seatsOf(routingSubject(asked.alarm));
  const pauses = new Map(
    asked.outbox?.figures().ways.map((w) => [w.way, w.breakerOpenUntil] as const),
  );
  return seats.map((seat) => groupOf(asked, seat, pauses));
}

function groupOf(
  asked: Asked,
  seat: Seat,
  pauses: ReadonlyMap<string, Instant | undefined>,
): WhyGroup {
  const { memory, now } = asked;
  const { id, node, labels, key } = seat;
  const group = memory.get('groups', id);
  const seen = group && outlook(memory, group);
  const closed = memory.routing.closedBy(node, now);
  return {
    id,
    route: node.route.id,
    receiver: node.receiver.name,
    key,
    labels,
    raised: seat.members.size,
    ended: memory.routing.resolvingOf(id).length,
    repeatsEvery: lengthText(node.route.repeatInterval),
    looks: group && looksOf(group, seat),
    closed: closed && { ...closed, until: nextTurn(memory, node, now) },
    ways: node.receiver.ways.map((way) => wayOf(asked, seat, way, group, seen, pauses)),
  };
}

function looksOf({ flushedAt, nextAt }: Group, { node }: Seat): WhyLooks {
  const { groupWait, groupInterval } = node.route;
  const says =
    flushedAt === undefined
      ? `a new group waits ${lengthText(groupWait)} for others to join it (group_wait)`
      : `a group is looked at every ${lengthText(groupInterval)} (group_interval)`;
  return { lastAt: flushedAt, nextAt, says };
}

function wayOf(
  { memory, alarm, outbox }: Asked,
  { id, node }: Seat,
  way: PlanWay,
  group: Group | undefined,
  seen: Outlook | undefined,
  pauses: ReadonlyMap<string, Instant | undefined>,
): WhyWay {
  const to = { receiver: node.receiver.name, kind: way.kind, index: way.index };
  const text = wayText(to);
  const open = memory.routing.openDelivery(id, to);
  const delivery = open && memory.get('deliveries', open);
  const health = memory.get('ways', text);
  const next = group && seen && foresee(memory, group, node, way, seen);
  return {
    way: text,
    told: toldOf(memory.get('logs', `${id}/${text}`), alarm.id),
    next: next && seen && nextOf(next, seen, alarm.id),
    delivery: delivery && {
      id: delivery.id,
      since: delivery.since,
      attempts: delivery.attempts,
      dueAt: delivery.dueAt,
      says: outbox?.whyOpen(delivery.id) ?? [],
      aboutIt: delivery.notice.alerts.some((a) => a.alarm === alarm.id),
    },
    failingSince: health?.failingSince,
    lastError: health?.failingSince === undefined ? '' : health.lastError,
    pausedUntil: pauses.get(text),
  };
}

/** One alarm of a group that is told may still be hidden itself: then nothing is said of it. */
function nextOf(next: Foreseen, seen: Outlook, id: AlarmId): NonNullable<WhyWay['next']> {
  const isIn = seen.firing.some((a) => a.id === id) || seen.resolved.includes(id);
  const tells = next.tells && isIn;
  const because = `because ${REASON_SAYS[next.reason]}`;
  const when = { at: seen.at, as: 'clock' } as const;
  const says: Phrase = tells
    ? ['at ', when, ` it would be told, ${because}`]
    : next.tells
      ? ['at ', when, ' it would be told of others in the group, not of this alarm']
      : ['at ', when, ` it would be told nothing, ${because}`];
  return { tells, reason: next.reason, at: seen.at, says };
}

function toldOf(log: LogRow | undefined, id: AlarmId): WhyTold | undefined {
  if (!log) return undefined;
  const as = toldAs(log, id);
  return as && { as, at: log.at, shadow: log.shadow !== undefined };
}

function toldAs(log: LogRow, id: AlarmId): WhyTold['as'] | undefined {
  if (log.firing.includes(id)) return 'firing';
  if (log.resolved.includes(id)) return 'resolved';
  return Object.hasOwn(log.withdrawn, id) ? 'taken back' : undefined;
}

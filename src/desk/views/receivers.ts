import type { Instant } from '../../base/time.ts';
import { type DeliveryId, type Notice, wayText } from '../../domain/routing/notice.ts';
import type { PlanRoute, PlanWay } from '../../domain/routing/plan.ts';
import type { Memory } from '../desk.ts';
import { isShadowed } from '../notify/shadow.ts';
import type { Delivery, WayHealth } from '../tables.ts';
import type { OutboxView } from './why-groups.ts';
import { counted, type Phrase } from './words.ts';

/**
 * shadow       nothing is sent: its receiver is in shadow mode
 * never used   nothing was sent this way yet
 * delivering   the last send arrived
 * failing      the last send did not
 * paused       so many failed in a row that nothing is sent for a while
 */
export type WayState = 'shadow' | 'never used' | 'delivering' | 'failing' | 'paused';

/** How one way out does. Counts are since it was first used. */
export interface WayRow {
  readonly way: string;
  readonly kind: string;
  readonly index: number;
  readonly sendResolved: boolean;
  readonly state: WayState;
  readonly says: Phrase;
  readonly sent: number;
  readonly failed: number;
  /** What would have been sent in shadow mode. */
  readonly shadowed: number;
  readonly lastSentAt: Instant | undefined;
  readonly failingSince: Instant | undefined;
  /** '' when the last send arrived. */
  readonly lastError: string;
  readonly pausedUntil: Instant | undefined;
  /** Deliveries that have not ended. */
  readonly open: number;
}

/** What a person must know who looks at a desk in shadow mode; '' when it is in none. */
export function shadowBanner(memory: Pick<Memory, 'get'>): string {
  const shadow = memory.get('desk', 'desk')?.rules.notify?.shadow;
  if (shadow === undefined) return '';
  if (shadow === true) return 'Shadow mode: nothing is sent to anybody, but tests.';
  return `Shadow mode: nothing is sent to ${shadow.join(', ')}, but tests.`;
}

export interface ReceiverRow {
  readonly name: string;
  readonly ways: readonly WayRow[];
  /** Routes that name it. */
  readonly routes: number;
}

type Tables = Pick<Memory, 'get' | 'all'>;

/** Receivers in the order of the configuration. */
export function receiverRows(
  memory: Tables,
  outbox: OutboxView | undefined,
): readonly ReceiverRow[] {
  const plan = memory.get('plans', 'plan')?.plan;
  if (!plan) return [];
  const open = new Map<string, number>();
  for (const { notice } of memory.all('deliveries')) {
    const way = wayText(notice.to);
    open.set(way, (open.get(way) ?? 0) + 1);
  }
  const pauses = new Map(outbox?.figures().ways.map((w) => [w.way, w.breakerOpenUntil] as const));
  const routes = new Map<string, number>();
  const count = (route: PlanRoute): void => {
    routes.set(route.receiver, (routes.get(route.receiver) ?? 0) + 1);
    for (const child of route.routes) count(child);
  };
  count(plan.root);
  return plan.receivers.map(({ name, ways }) => ({
    name,
    routes: routes.get(name) ?? 0,
    ways: ways.map((way) => {
      const id = wayText({ receiver: name, kind: way.kind, index: way.index });
      return wayRow(memory, id, way, pauses.get(id), open.get(id) ?? 0);
    }),
  }));
}

function wayRow(
  memory: Tables,
  way: string,
  { kind, index, sendResolved }: PlanWay,
  pausedUntil: Instant | undefined,
  open: number,
): WayRow {
  const health = memory.get('ways', way);
  const failingSince = health?.failingSince;
  const wasUsed = health !== undefined && health.sent + health.failed > 0;
  const receiver = way.slice(0, way.lastIndexOf('/'));
  const isShadow = isShadowed(memory.get('desk', 'desk')?.rules.notify, receiver);
  const used: WayState = wasUsed ? 'delivering' : 'never used';
  const well: WayState = failingSince === undefined ? used : 'failing';
  const sends: WayState = pausedUntil === undefined ? well : 'paused';
  const state: WayState = isShadow ? 'shadow' : sends;
  return {
    ...{ way, kind, index, sendResolved, state },
    says: isShadow
      ? keptBack(health)
      : stateSays(state, failingSince, health?.failures ?? 0, pausedUntil, health?.lastSentAt),
    sent: health?.sent ?? 0,
    failed: health?.failed ?? 0,
    shadowed: health?.shadowed ?? 0,
    lastSentAt: health?.lastSentAt,
    failingSince,
    lastError: failingSince === undefined ? '' : (health?.lastError ?? ''),
    pausedUntil,
    open,
  };
}

function keptBack(health: WayHealth | undefined): Phrase {
  const { shadowed = 0, shadowedAt } = health ?? {};
  if (shadowedAt === undefined) return ['shadow mode: nothing is sent'];
  const many = `shadow mode: ${counted(shadowed, 'message')} not sent, last `;
  return [many, { at: shadowedAt, as: 'ago' }];
}

function stateSays(
  state: WayState,
  failingSince: Instant | undefined,
  failures: number,
  pausedUntil: Instant | undefined,
  lastSentAt: Instant | undefined,
): Phrase {
  if (state === 'never used') return ['never used'];
  if (state === 'delivering') {
    return lastSentAt === undefined
      ? ['delivering']
      : ['delivering, last ', { at: lastSentAt, as: 'ago' }];
  }
  const since: Phrase = failingSince ? [' since ', { at: failingSince, as: 'clock' }] : [];
  const times = `, ${counted(failures, 'try', 'tries')} in a row`;
  if (state === 'failing' || pausedUntil === undefined) return ['failing', ...since, times];
  return ['waits until ', { at: pausedUntil, as: 'clock' }, ': failing', ...since, times];
}

/** One delivery that has not ended. */
export interface OpenDelivery {
  readonly id: DeliveryId;
  readonly way: string;
  readonly reason: Notice['reason'];
  readonly groupKey: string;
  readonly alarms: number;
  readonly since: Instant;
  readonly attempts: number;
  readonly dueAt: Instant;
  /** It was given to the fallback receiver as well. */
  readonly late: boolean;
  /** Why it is not with its receiver yet. */
  readonly says: Phrase;
}

export interface OpenDeliveries {
  /** The oldest first. */
  readonly deliveries: readonly OpenDelivery[];
  readonly total: number;
}

export function openDeliveries(
  memory: Pick<Memory, 'all' | 'count'>,
  outbox: OutboxView | undefined,
  limit: number,
): OpenDeliveries {
  // Rows come in the order in which they were born, but for those made anew.
  const found = [...memory.all('deliveries')].sort(
    (a, b) => a.since - b.since || (a.id < b.id ? -1 : 1),
  );
  return {
    deliveries: found.slice(0, limit).map((row) => openDelivery(row, outbox)),
    total: found.length,
  };
}

export function openDelivery(row: Delivery, outbox: OutboxView | undefined): OpenDelivery {
  const { id, notice, since, attempts, dueAt, late } = row;
  return {
    ...{ id, since, attempts, dueAt, late },
    way: wayText(notice.to),
    reason: notice.reason,
    groupKey: notice.groupKey,
    alarms: notice.alerts.length,
    says: outbox?.whyOpen(id) ?? [],
  };
}

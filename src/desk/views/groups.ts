import type { Instant } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { alertLabels } from '../../domain/alarm/as-alert.ts';
import type { AlarmId, Labels } from '../../domain/alarm/event.ts';
import type { GroupId } from '../../domain/routing/notice.ts';
import { compareAlerts, compareLabels } from '../../domain/routing/order.ts';
import type { Desk } from '../desk.ts';
import type { Seat } from '../notify/routing-index.ts';
import { INDEX_IDLE } from './label-index.ts';
import { mergeSliced, type Sliced, sortSliced } from './merge.ts';

/** Members looked at between two pauses. */
const LOOKED_AT_ONCE = 2_000;

interface Member {
  readonly alarm: Alarm;
  readonly labels: Labels;
}

/**
 * Groups and their raised alarms in Alertmanager's order. What was sorted for one list is kept for
 * the next, which then sorts only what came since; after ten minutes unused it is dropped.
 */
export class GroupOrder {
  readonly #desk: Pick<Desk, 'memory' | 'clock'>;
  #groups: readonly Seat[] = [];
  readonly #members = new Map<GroupId, readonly Member[]>();
  #usedAt: Instant;
  readonly #stop: () => void;

  constructor(desk: Pick<Desk, 'memory' | 'clock' | 'watch'>) {
    this.#desk = desk;
    this.#usedAt = desk.clock.now();
    this.#stop = desk.watch(() => {
      if (desk.clock.now() - this.#usedAt > INDEX_IDLE) this.drop();
    });
  }

  close(): void {
    this.#stop();
    this.drop();
  }

  /** Something is kept. */
  get isKept(): boolean {
    return this.#groups.length > 0;
  }

  drop(): void {
    if (!this.isKept) return;
    this.#groups = [];
    this.#members.clear();
  }

  /** Every group that somebody is in: by labels, then by receiver, then by route. */
  *groups(): Sliced<readonly Seat[]> {
    const { routing } = this.#desk.memory;
    this.#usedAt = this.#desk.clock.now();
    const known = this.#groups.filter((group) => routing.seat(group.id) === group);
    const held = new Set(known);
    const fresh: Seat[] = [];
    for (const group of routing.seats()) if (!held.has(group)) fresh.push(group);
    yield;
    const sorted = yield* sortSliced(fresh, compareGroups);
    this.#groups = yield* mergeSliced(known, sorted, compareGroups);
    this.#forget(new Set(this.#groups.map(({ id }) => id)));
    return this.#groups;
  }

  /** The raised alarms of a group. */
  *members(group: Seat): Sliced<readonly Alarm[]> {
    const { memory } = this.#desk;
    const known: Member[] = [];
    const held = new Set<AlarmId>();
    let looked = 0;
    for (const member of this.#members.get(group.id) ?? []) {
      const alarm = memory.get('alarms', member.alarm.id);
      if (alarm && group.members.has(alarm.id) && sameLabelled(alarm, member.alarm)) {
        known.push(alarm === member.alarm ? member : { alarm, labels: member.labels });
        held.add(alarm.id);
      }
      if (++looked % LOOKED_AT_ONCE === 0) yield;
    }
    const fresh: Member[] = [];
    if (held.size < group.members.size) {
      for (const id of [...group.members]) {
        const alarm = held.has(id) ? undefined : memory.get('alarms', id);
        if (alarm) fresh.push({ alarm, labels: alertLabels(alarm) });
        if (++looked % LOOKED_AT_ONCE === 0) yield;
      }
    }
    const sorted = yield* sortSliced(fresh, compareMembers);
    const members = yield* mergeSliced(known, sorted, compareMembers);
    this.#members.set(group.id, members);
    return members.map(({ alarm }) => alarm);
  }

  #forget(there: ReadonlySet<GroupId>): void {
    for (const id of this.#members.keys()) if (!there.has(id)) this.#members.delete(id);
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compareGroups = (a: Seat, b: Seat): number =>
  compareLabels(a.labels, b.labels) ||
  byText(a.node.receiver.name, b.node.receiver.name) ||
  byText(a.id, b.id);

/** The last word keeps alarms with the same labels in one order. */
const compareMembers = (a: Member, b: Member): number =>
  compareAlerts(a, b) || byText(a.alarm.id, b.alarm.id);

const sameLabelled = (a: Alarm, b: Alarm): boolean =>
  a.labels === b.labels && a.context === b.context;

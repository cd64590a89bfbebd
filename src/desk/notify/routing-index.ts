import { BugError } from '../../base/errors.ts';
import type { Instant } from '../../base/time.ts';
import { type Alarm, isStanding } from '../../domain/alarm/alarm.ts';
import { type AlarmId, type Labels, sameLabels } from '../../domain/alarm/event.ts';
import { Inhibitions } from '../../domain/routing/inhibit.ts';
import { intervalHolds } from '../../domain/routing/intervals.ts';
import {
  type DeliveryId,
  type GroupId,
  type Mute,
  type NotifiedAlert,
  type WayRef,
  wayText,
} from '../../domain/routing/notice.ts';
import type {
  PlanInterval,
  PlanReceiver,
  RoutingPlan,
  ZoneTable,
} from '../../domain/routing/plan.ts';
import {
  type Silence,
  type SilenceId,
  SilenceIndex,
  silenceState,
} from '../../domain/routing/silence.ts';
import { routingSubject, type Subject } from '../../domain/routing/subject.ts';
import {
  compileTree,
  groupIdOf,
  groupKeyOf,
  groupLabelsOf,
  type RouteNode,
  type RouteTree,
} from '../../domain/routing/tree.ts';
import type { Delivery, Resolving } from '../tables.ts';

/** One group as it is now: where it hangs, and which raised alarms are in it. */
export interface Seat {
  readonly id: GroupId;
  readonly node: RouteNode;
  readonly labels: Labels;
  readonly key: string;
  /** What finds it again without making its id. */
  readonly place: string;
  /** In no order: whoever lists them sorts them. */
  readonly members: Set<AlarmId>;
}

/** What routing says about one alarm now. */
export interface RoutingStatus {
  readonly receivers: readonly string[];
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly AlarmId[];
  readonly suppressed: readonly Mute[];
}

const NOBODY: RoutingStatus = { receivers: [], silencedBy: [], inhibitedBy: [], suppressed: [] };

/**
 * Everything about routing that follows from the tables: the compiled plan, who is in which group,
 * what inhibits, which silences match. Exact: the same rows give the same answers, however they
 * came to be. Kept in step by `State.set`, never by a verb.
 */
export class RoutingIndex {
  tree: RouteTree | undefined;
  /** Grows whenever an answer of `statusOf` may have changed for an alarm that did not. */
  version = 0;
  #inhibitions = new Inhibitions([]);
  #hasInhibitions = false;
  readonly #silences = new SilenceIndex();
  readonly #silenceIds = new Set<string>();
  readonly #zones = new Map<string, ZoneTable>();
  #intervals = new Map<string, PlanInterval>();
  #receivers = new Map<string, PlanReceiver>();
  readonly #seats = new Map<string, Seat>();
  readonly #seatById = new Map<GroupId, Seat>();
  readonly #resolving = new Map<GroupId, Set<string>>();
  readonly #open = new Map<string, DeliveryId>();
  /** Seats taken since `begin`, so that the same entry need not walk the tree twice. */
  #joined = new Map<AlarmId, readonly Seat[]>();

  /** Forgets which seats were taken before. */
  begin(): void {
    if (this.#joined.size > 0) this.#joined = new Map();
  }

  /** A new plan: everything is found anew from the alarms there are. Throws on a bad one. */
  follow(plan: RoutingPlan | undefined, alarms: Iterable<Alarm>): void {
    const tree = plan && compileTree(plan);
    if (tree && 'error' in tree) throw new BugError(`a plan that cannot be read: ${tree.error}`);
    this.tree = tree;
    this.#inhibitions = new Inhibitions(plan?.inhibitions ?? []);
    this.#hasInhibitions = (plan?.inhibitions.length ?? 0) > 0;
    this.#intervals = new Map((plan?.intervals ?? []).map((i) => [i.name, i]));
    this.#receivers = new Map((plan?.receivers ?? []).map((r) => [r.name, r]));
    this.#seats.clear();
    this.#seatById.clear();
    this.begin();
    for (const alarm of alarms) this.noteAlarm(undefined, alarm);
    this.begin();
    this.version++;
  }

  noteAlarm(was: Alarm | undefined, is: Alarm | undefined): void {
    if (!this.tree) return;
    const before = was !== undefined && isStanding(was);
    const now = is !== undefined && isStanding(is);
    if (before && now && looksAlike(was, is)) return;
    if (before) this.#leave(was);
    if (now) this.#join(is);
  }

  noteSilence(id: SilenceId, silence: Silence | undefined): void {
    if (silence) {
      this.#silences.set(silence);
      this.#silenceIds.add(id);
    } else {
      this.#silences.delete(id);
      this.#silenceIds.delete(id);
    }
    this.version++;
  }

  noteZone(id: string, table: ZoneTable | undefined): void {
    if (table) this.#zones.set(id, table);
    else this.#zones.delete(id);
    this.version++;
  }

  noteResolving(id: string, row: Resolving | undefined): void {
    const group = id.slice(0, id.indexOf('/')) as GroupId;
    const rows = this.#resolving.get(group) ?? new Set<string>();
    if (row) rows.add(id);
    else rows.delete(id);
    if (rows.size > 0) this.#resolving.set(group, rows);
    else this.#resolving.delete(group);
  }

  noteDelivery(was: Delivery | undefined, is: Delivery | undefined): void {
    const notice = (is ?? was)?.notice;
    if (!notice || notice.reason === 'test' || notice.reason === 'fallback') return;
    const place = `${notice.group}/${wayText(notice.to)}`;
    if (is) this.#open.set(place, is.id);
    else if (this.#open.get(place) === notice.id) this.#open.delete(place);
  }

  /** False: no silence and no inhibit rule can keep any alarm from being told. */
  get mayMute(): boolean {
    return this.#hasInhibitions || this.#silenceIds.size > 0;
  }

  receiver(name: string): PlanReceiver | undefined {
    return this.#receivers.get(name);
  }

  /** The seats the alarm took in this entry; undefined when it took none. */
  joined(id: AlarmId): readonly Seat[] | undefined {
    return this.#joined.get(id);
  }

  /** The groups an alarm with these labels belongs to, whether it is raised or not. */
  seatsOf(subject: Subject): readonly Seat[] {
    return (this.tree?.walk(subject) ?? []).map((node) => this.#seat(node, subject.labels));
  }

  seat(id: GroupId): Seat | undefined {
    return this.#seatById.get(id);
  }

  seats(): IterableIterator<Seat> {
    return this.#seatById.values();
  }

  /** Rows of `resolving` that belong to the group, sorted. */
  resolvingOf(group: GroupId): readonly string[] {
    return [...(this.#resolving.get(group) ?? [])].sort();
  }

  openDelivery(group: GroupId, way: WayRef): DeliveryId | undefined {
    return this.#open.get(`${group}/${wayText(way)}`);
  }

  /** What keeps this alarm from being told, first cause first; empty when nothing does. */
  mutesOf(subject: Subject, alarm: Alarm | undefined, now: Instant): readonly Mute[] {
    const mutes: Mute[] = [];
    const by = this.#hasInhibitions ? this.#inhibitions.inhibitedBy(subject) : undefined;
    if (by) mutes.push({ by: 'inhibition', rule: by.rule, source: by.source });
    for (const { id } of this.#activeSilences(subject, now))
      mutes.push({ by: 'silence', rule: id });
    for (const { kind, rule } of alarm?.suppressions ?? []) {
      if (kind !== 'flapping') mutes.push({ by: kind, rule });
    }
    return mutes;
  }

  statusOf(alarm: Alarm, now: Instant): RoutingStatus {
    const subject = routingSubject(alarm);
    const mutes = this.mutesOf(subject, alarm, now);
    const receivers = this.tree ? this.tree.walk(subject).map((n) => n.receiver.name) : [];
    if (mutes.length === 0) return receivers.length === 0 ? NOBODY : { ...NOBODY, receivers };
    return {
      receivers,
      silencedBy: mutes.flatMap((m) => (m.by === 'silence' ? [m.rule] : [])),
      inhibitedBy: mutes.flatMap((m) => (m.source ? [m.source] : [])),
      suppressed: mutes,
    };
  }

  /** Why a route sends nothing now: the names of the intervals; undefined when it may send. */
  closedBy(
    node: RouteNode,
    now: Instant,
  ): { readonly why: 'mute' | 'active'; readonly intervals: readonly string[] } | undefined {
    const { activeIntervals, muteIntervals } = node.route;
    const holds = (name: string): boolean => {
      const interval = this.#intervals.get(name);
      return interval !== undefined && intervalHolds(interval, this.#zones, now);
    };
    if (activeIntervals.length > 0 && !activeIntervals.some(holds)) {
      return { why: 'active', intervals: activeIntervals };
    }
    const muting = muteIntervals.filter(holds);
    return muting.length > 0 ? { why: 'mute', intervals: muting } : undefined;
  }

  #activeSilences(subject: Subject, now: Instant): readonly Silence[] {
    if (this.#silenceIds.size === 0) return [];
    return this.#silences.matching(subject).filter((s) => silenceState(s, now) === 'active');
  }

  #join(alarm: Alarm): void {
    const subject = routingSubject(alarm);
    const seats = this.seatsOf(subject);
    for (const seat of seats) this.#take(seat, alarm.id);
    this.#joined.set(alarm.id, seats);
    this.#noteSource(subject, true);
  }

  #leave(alarm: Alarm): void {
    const subject = routingSubject(alarm);
    for (const seat of this.seatsOf(subject)) {
      seat.members.delete(alarm.id);
      if (seat.members.size > 0) continue;
      this.#seatById.delete(seat.id);
      this.#seats.delete(seat.place);
    }
    this.#noteSource(subject, false);
  }

  #noteSource(subject: Subject, raised: boolean): void {
    if (!this.#hasInhibitions) return;
    const before = this.#inhibitions.changes;
    this.#inhibitions.note(subject, raised);
    if (this.#inhibitions.changes !== before) this.version++;
  }

  #take(seat: Seat, id: AlarmId): void {
    if (seat.members.size === 0) {
      this.#seats.set(seat.place, seat);
      this.#seatById.set(seat.id, seat);
    }
    seat.members.add(id);
  }

  /** The seat there is, or one that nobody has taken yet. */
  #seat(node: RouteNode, labels: Labels): Seat {
    const place = placeOf(node, labels);
    const known = this.#seats.get(place);
    if (known) return known;
    const own = groupLabelsOf(node.route, labels);
    const id = groupIdOf(node.route, own);
    const key = groupKeyOf(node.route, own);
    return { id, node, labels: own, key, place, members: new Set() };
  }
}

/** The same for all alarms of a group, and cheap to make: it is made for every new alarm. */
function placeOf({ route }: RouteNode, labels: Labels): string {
  let place = route.id;
  if (route.groupByAll) {
    for (const name of Object.keys(labels).sort()) place += `\0${name}\x01${labels[name] ?? ''}`;
    return place;
  }
  for (const name of route.groupBy) {
    const value: unknown = labels[name];
    if (typeof value === 'string' && value !== '') place += `\0${name}\x01${value}`;
  }
  return place;
}

/** The same as far as routing can see. */
const looksAlike = (was: Alarm, is: Alarm): boolean =>
  was.severity === is.severity &&
  (was.context === is.context || sameLabels(was.context, is.context)) &&
  (was.labels === is.labels || was.byLabels || sameLabels(was.labels, is.labels));

/** What a resolved alert was, for matching: its alarm may have left memory by now. */
export const alertSubject = (alert: NotifiedAlert): Subject => ({
  id: alert.alarm,
  labels: alert.labels,
  value: (name) => {
    const value: unknown = alert.labels[name];
    if (typeof value === 'string') return value;
    return name === '@severity' ? alert.severity : '';
  },
});

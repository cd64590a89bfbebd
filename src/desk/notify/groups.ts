import { after, type Instant } from '../../base/time.ts';
import { type Alarm, isFlapping, isHidden, isStanding } from '../../domain/alarm/alarm.ts';
import type { Effect } from '../../domain/alarm/change.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { rank } from '../../domain/alarm/severity.ts';
import { type GroupId, type SendReason, wayText } from '../../domain/routing/notice.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { Draft } from '../draft.ts';
import type { State } from '../state.ts';
import type { Group, Resolving } from '../tables.ts';
import { alertSubject, type Seat } from './routing-index.ts';
import { snapshot } from './snapshot.ts';

export const flushTimer = (group: GroupId): string => `group.flush/${group}`;

const isWatched = (seat: Seat): boolean => seat.node.receiver.ways.length > 0;

/**
 * What the alarms an entry changed mean for the groups: who came, who is over, what of the
 * notification log no longer holds. Answers the groups that are due at once.
 */
export function regroup(
  draft: Draft,
  state: State,
  was: ReadonlyMap<string, Alarm | undefined>,
  effects: readonly (readonly [AlarmId, Effect])[],
): ReadonlySet<GroupId> {
  const due = new Set<GroupId>();
  if (!state.routing.tree) return due;
  const withdrawn = new Withdrawn();
  for (const [id, before] of was) {
    const is = state.get('alarms', id);
    if (is && isStanding(is)) came(draft, state, is, before, due);
    if (before && isStanding(before) && is && isStanding(is)) moved(draft, state, before, is);
    if (before && is && !isStanding(is)) {
      if (isStanding(before)) over(draft, state, before, is);
      else overAgain(draft, state, is);
    }
    if (before && is) withdrawn.compare(state, before, is);
    // Over and back before the next look, and worse: whoever was not told of its end hears of it.
    const isWorse = before && is && rank(is.severity) > rank(before.severity);
    if (isWorse && isStanding(is)) withdrawn.note(state, is, 'severity rose');
  }
  for (const [id, effect] of effects) {
    const alarm = state.get('alarms', id);
    if (alarm && effect.do === 'announce' && effect.why !== 'raised') {
      withdrawn.note(state, alarm, effect.why);
      if (effect.why === 'hold ended') firstLook(draft, state, alarm, due);
    }
  }
  withdrawn.write(draft);
  return due;
}

/** A raised alarm sits in its groups; one that nobody was in begins to wait. */
function came(
  draft: Draft,
  state: State,
  alarm: Alarm,
  before: Alarm | undefined,
  due: Set<GroupId>,
): void {
  const seats = state.routing.joined(alarm.id);
  if (!seats) return;
  for (const seat of seats) {
    if (!isWatched(seat)) continue;
    if (before) draft.removeIfThere('resolving', `${seat.id}/${alarm.id}`);
    enter(draft, seat, alarm.condition.since, due);
  }
}

/** Held since it was raised: a group that was never told of anything need not wait any longer. */
function firstLook(draft: Draft, state: State, alarm: Alarm, due: Set<GroupId>): void {
  for (const { id, node } of state.routing.seatsOf(routingSubject(alarm))) {
    const { name: receiver, ways } = node.receiver;
    const isTold = ways.some(({ kind, index }) =>
      draft.get('logs', `${id}/${wayText({ receiver, kind, index })}`),
    );
    if (!isTold && draft.get('groups', id)) due.add(id);
  }
}

/**
 * Other labels or another severity took it elsewhere while it fires: where it was, it is over. An
 * alert of API v2 never moves; with Alertmanager its old labels would end in silence.
 */
function moved(draft: Draft, state: State, before: Alarm, is: Alarm): void {
  const seats = state.routing.joined(is.id);
  if (!seats) return;
  const now = new Set(seats.map((seat) => seat.id));
  for (const { id: group } of state.routing.seatsOf(routingSubject(before))) {
    if (now.has(group) || !draft.get('groups', group)) continue;
    const ended = { status: 'resolved' as const, endsAt: draft.now.at };
    const alert = { ...snapshot(before, state), ...ended };
    const id = `${group}/${is.id}`;
    draft.put('resolving', id, { id, group, alert, position: draft.now.position });
  }
}

/** Alertmanager's rule: a first look after `group_wait`, at once for what is older than that. */
export function enter(draft: Draft, seat: Seat, since: Instant, due: Set<GroupId>): void {
  const { id, node, labels, key } = seat;
  const { route, receiver } = node;
  const now = draft.now.at;
  const held = draft.get('groups', id);
  const isOld = after(since, route.groupWait) <= now;
  if (held) {
    if (isOld && held.flushedAt === undefined) due.add(id);
    return;
  }
  const nextAt = isOld ? now : after(now, route.groupWait);
  const group: Group = {
    id,
    route: route.id,
    receiver: receiver.name,
    key,
    labels,
    createdAt: now,
    flushedAt: undefined,
    nextAt,
    open: 0,
    failed: false,
    resolvedUpTo: 0,
    said: {},
  };
  draft.put('groups', id, group);
  if (isOld) due.add(id);
  else draft.setTimer(flushTimer(id), nextAt, { is: 'group.flush', group: id });
}

/** A cleared alarm stays with its groups until their next look has told of it, or need not. */
function over(draft: Draft, state: State, before: Alarm, is: Alarm): void {
  const alert = snapshot(is, state);
  for (const seat of state.routing.seatsOf(routingSubject(before))) {
    if (!isWatched(seat) || !draft.get('groups', seat.id)) continue;
    const id = `${seat.id}/${is.id}`;
    const row: Resolving = { id, group: seat.id, alert, position: draft.now.position };
    draft.put('resolving', id, row);
  }
}

/** The source said more of an end that was not looked at yet: that is what is told of it. */
function overAgain(draft: Draft, state: State, is: Alarm): void {
  for (const seat of state.routing.seatsOf(routingSubject(is))) {
    const row = draft.get('resolving', `${seat.id}/${is.id}`);
    if (row) draft.put('resolving', row.id, { ...row, alert: snapshot(is, state) });
  }
}

/**
 * A new plan: as Alertmanager's, its groups begin anew with those in them, and the notification log
 * sees to it that nobody is told the same again. What is due is looked at by timers of its own: all
 * groups at once would hold the desk up.
 */
export function regroupAll(draft: Draft, state: State): void {
  const due = new Set<GroupId>();
  for (const { id } of state.all('groups')) {
    draft.cancelTimer(flushTimer(id));
    draft.remove('groups', id);
  }
  for (const delivery of [...state.all('deliveries')]) {
    // Before its next try it is made anew from the new plan, or withdrawn.
    if (!delivery.stale) draft.put('deliveries', delivery.id, { ...delivery, stale: true });
  }
  const { routing } = state;
  for (const seat of routing.seats()) {
    if (!isWatched(seat)) continue;
    let since: Instant | undefined;
    for (const id of seat.members) {
      const began = state.get('alarms', id)?.condition.since;
      if (began !== undefined && (since === undefined || began < since)) since = began;
    }
    if (since !== undefined) enter(draft, seat, since, due);
  }
  for (const row of [...state.all('resolving')]) {
    draft.remove('resolving', row.id);
    for (const seat of routing.seatsOf(alertSubject(row.alert))) {
      if (!isWatched(seat)) continue;
      enter(draft, seat, row.alert.startsAt, due);
      const id = `${seat.id}/${row.alert.alarm}`;
      draft.put('resolving', id, { ...row, id, group: seat.id });
    }
  }
  for (const group of due) {
    draft.setTimer(flushTimer(group), draft.now.at, { is: 'group.flush', group });
  }
}

/** What is said of it when it is shown again. */
export const hiddenWhy = ({ suppressions }: Alarm): SendReason =>
  suppressions.some(({ kind }) => kind === 'shelf') ? 'shelf ended' : 'shown again';

const HIDDEN: readonly string[] = ['shelf ended', 'shown again'];

interface Noted {
  readonly seat: Seat;
  /** Why, by alarm: for all ways, and for those that page people only. */
  readonly alarms: Map<AlarmId, string>;
  readonly pages: Map<AlarmId, string>;
}

/** What was told as firing and no longer counts as told, by group. */
class Withdrawn {
  readonly #byGroup = new Map<GroupId, Noted>();

  /** What people and rules did to an alarm. Over already, its end may still have to be told. */
  compare(state: State, before: Alarm, is: Alarm): void {
    if (!isHidden(before) && isHidden(is)) {
      this.note(state, is, hiddenWhy(is));
    }
    // Over and back before the next look: nobody has the new episode, so it pages anew.
    if (is.episode !== before.episode && isStanding(is) && !isFlapping(is)) {
      this.note(state, is, 'new alarms', true);
    }
    if (!isStanding(before)) return;
    const [had, has] = [before.handling.is, is.handling.is];
    if (has === 'closed' && had !== 'closed') this.note(state, is, 'new alarms');
    if (had === 'closed' && has === 'none' && before.episode === is.episode) {
      this.note(state, is, 'reopened');
    }
    // Somebody gave it back: a page that counted as answered begins anew.
    if (had === 'acknowledged' && has === 'none' && before.episode === is.episode) {
      this.note(state, is, 'acknowledgement ended', true);
    }
  }

  /** `pagesOnly`: only for ways that page people. */
  note(state: State, alarm: Alarm, why: string, pagesOnly = false): void {
    for (const seat of state.routing.seatsOf(routingSubject(alarm))) {
      if (!isWatched(seat)) continue;
      const noted = this.#byGroup.get(seat.id) ?? { seat, alarms: new Map(), pages: new Map() };
      if (pagesOnly) noted.pages.set(alarm.id, why);
      else noted.alarms.set(alarm.id, why);
      this.#byGroup.set(seat.id, noted);
    }
  }

  write(draft: Draft): void {
    for (const [group, { seat, ...noted }] of this.#byGroup) {
      const receiver = seat.node.receiver.name;
      for (const { kind, index, policy } of seat.node.receiver.ways) {
        const isPaging = policy !== undefined;
        const alarms = isPaging ? new Map([...noted.pages, ...noted.alarms]) : noted.alarms;
        if (alarms.size === 0) continue;
        const log = draft.get('logs', `${group}/${wayText({ receiver, kind, index })}`);
        if (!log) continue;
        const firing = log.firing.filter((id) => !alarms.has(id));
        const withdrawn: Record<AlarmId, string> = { ...log.withdrawn };
        for (const id of log.firing) {
          const why = alarms.get(id);
          if (why !== undefined) withdrawn[id] = why;
        }
        for (const [id, why] of alarms) {
          // A shelf hides what got worse; that it got worse is still to be told.
          const isOwed = HIDDEN.includes(why) && log.withdrawn[id] === 'severity rose';
          if (id in withdrawn && !isOwed) withdrawn[id] = why;
        }
        draft.put('logs', log.id, { ...log, firing, withdrawn });
      }
    }
  }
}

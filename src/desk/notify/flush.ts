import { after, type Instant } from '../../base/time.ts';
import { type Alarm, isHidden, isStanding } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { decide, type Verdict } from '../../domain/routing/dedup.ts';
import {
  type DeliveryId,
  type GroupId,
  type Mute,
  NOTICE_LIMITS,
  type Notice,
  type NotifiedAlert,
  type SendReason,
  type WayRef,
  wayText,
} from '../../domain/routing/notice.ts';
import { compareAlerts } from '../../domain/routing/order.ts';
import type { PlanWay } from '../../domain/routing/plan.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { RouteNode } from '../../domain/routing/tree.ts';
import type { Carried, Draft } from '../draft.ts';
import { page } from '../pages/course.ts';
import type { State } from '../state.ts';
import type { Delivery, Group, Resolving } from '../tables.ts';
import { flushTimer } from './groups.ts';
import { logged } from './log.ts';
import { alertSubject } from './routing-index.ts';
import { snapshot } from './snapshot.ts';

/** Everything a look at a group has to go by. */
interface Look {
  readonly group: Group;
  readonly node: RouteNode;
  /** Not hidden by anything. */
  readonly firing: readonly Alarm[];
  readonly resolved: readonly NotifiedAlert[];
  readonly muted: readonly { readonly alarm: AlarmId; readonly mute: Mute }[];
}

/**
 * Looks at a group: tells each way of its receiver what it must be told, keeps why, and sets the
 * time of the next look. A group nobody is in any more ends here.
 */
export function flush(draft: Draft, state: State, id: GroupId): void {
  const group = draft.get('groups', id);
  const node = group && state.routing.tree?.node(group.route);
  if (!group || !node) return endGroup(draft, id);
  const notBefore = startsAt(draft);
  if (draft.now.at < notBefore) {
    draft.put('groups', id, { ...group, nextAt: notBefore });
    draft.setTimer(flushTimer(id), notBefore, { is: 'group.flush', group: id });
    return;
  }
  const look = lookAt(draft, state, group, node);
  const outcome = tellWays(draft, state, look);
  const now = draft.now.at;
  const looked: Group = {
    ...group,
    flushedAt: now,
    nextAt: after(now, node.route.groupInterval),
    open: outcome.open,
    failed: outcome.waits,
    resolvedUpTo: draft.now.position,
    said: outcome.said,
  };
  draft.put('groups', id, looked);
  holdOver(draft, state, looked);
  draft.setTimer(flushTimer(id), looked.nextAt, { is: 'group.flush', group: id });
  if (looked.open === 0 && !looked.failed) settle(draft, state, looked);
}

/** With a start delay: when the first look after a start may be. */
function startsAt(draft: Draft): Instant {
  const desk = draft.get('desk', 'desk');
  const delay = desk?.rules.notify?.startDelay;
  return desk && delay !== undefined ? after(desk.startedAt, delay) : (0 as Instant);
}

/** A look ended well: what was resolved by then has been told, or need not be. */
export function settle(draft: Draft, state: State, group: Group): void {
  let left = 0;
  for (const id of state.routing.resolvingOf(group.id)) {
    const row = draft.get('resolving', id);
    if (!row) continue;
    if (row.position > group.resolvedUpTo) left++;
    else draft.remove('resolving', id);
  }
  const members = state.routing.seat(group.id)?.members.size ?? 0;
  if (left === 0 && members === 0) endGroup(draft, group.id);
}

/**
 * What ended while a person or a rule hides it, and somebody had heard of it, is left to the next
 * look: it is told when it is hidden no more. What a silence or an inhibition hides is forgotten,
 * as by Alertmanager.
 */
function holdOver(draft: Draft, state: State, group: Group): void {
  for (const id of state.routing.resolvingOf(group.id)) {
    const row = draft.get('resolving', id);
    if (!row || !isOwed(draft, state, group, row)) continue;
    draft.put('resolving', id, { ...row, position: draft.now.position + 1 });
  }
}

function isOwed(draft: Draft, state: State, group: Group, { alert }: Resolving): boolean {
  const alarm = draft.get('alarms', alert.alarm);
  if (!alarm || !isHidden(alarm)) return false;
  const receiver = state.routing.tree?.node(group.route)?.receiver;
  return (receiver?.ways ?? []).some(({ kind, index }) => {
    const to = wayText({ receiver: group.receiver, kind, index });
    const log = draft.get('logs', `${group.id}/${to}`);
    return log && (log.firing.includes(alarm.id) || Object.hasOwn(log.withdrawn, alarm.id));
  });
}

function endGroup(draft: Draft, id: GroupId): void {
  draft.cancelTimer(flushTimer(id));
  if (draft.get('groups', id)) draft.remove('groups', id);
}

function lookAt(draft: Draft, state: State, group: Group, node: RouteNode): Look {
  const now = draft.now.at;
  const firing: Alarm[] = [];
  const resolved: NotifiedAlert[] = [];
  const muted: { alarm: AlarmId; mute: Mute }[] = [];
  for (const id of state.routing.seat(group.id)?.members ?? []) {
    const alarm = state.get('alarms', id);
    if (!alarm || !isStanding(alarm) || alarm.handling.is === 'closed') continue;
    const [mute] = state.routing.mutesOf(routingSubject(alarm), alarm, now);
    if (mute) muted.push({ alarm: id, mute });
    else firing.push(alarm);
  }
  for (const id of state.routing.resolvingOf(group.id)) {
    const row = draft.get('resolving', id);
    if (!row) continue;
    const alarm = state.get('alarms', row.alert.alarm);
    const [mute] = state.routing.mutesOf(alertSubject(row.alert), alarm, now);
    if (mute) muted.push({ alarm: row.alert.alarm, mute });
    else resolved.push(row.alert);
  }
  muted.sort((a, b) => (a.alarm < b.alarm ? -1 : 1));
  return { group, node, firing, resolved, muted };
}

interface Told {
  readonly open: number;
  /** A way is still being told what an earlier look found: this look is not settled for it. */
  readonly waits: boolean;
  readonly said: Readonly<Record<string, string>>;
}

function tellWays(draft: Draft, state: State, look: Look): Told {
  const said: Record<string, string> = {};
  let open = 0;
  let waits = false;
  for (const way of look.node.receiver.ways) {
    const to: WayRef = { receiver: look.node.receiver.name, kind: way.kind, index: way.index };
    const { verdict, alerts } = judge(draft, state, look, way, to);
    if (verdict.reason === 'still delivering') {
      open++;
      waits = true;
    }
    const isNews = verdict.verdict === 'notify';
    if (isNews && way.policy !== undefined) wake(draft, state, look, to, way.policy, alerts);
    const delivery =
      isNews && way.policy === undefined
        ? send(draft, look, to, verdict.reason, alerts)
        : undefined;
    if (delivery !== undefined) open++;
    said[wayText(to)] = record(draft, look, to, verdict, delivery);
  }
  return { open, waits, said };
}

/** A way that pages people has told the moment its page stands: the page sees to the rest. */
function wake(
  draft: Draft,
  state: State,
  { group, node }: Look,
  to: WayRef,
  name: string,
  alerts: readonly NotifiedAlert[],
): void {
  const { labels: routeLabels, repeatInterval } = node.route;
  const policy = draft.get('duties', 'duty')?.duty.policies.find((p) => p.name === name);
  const paged = { group, routeLabels, to, alerts };
  const left = policy ? page(draft, state, { ...paged, policy }) : undefined;
  const [firing, resolved]: [AlarmId[], AlarmId[]] = [[], []];
  for (const { alarm, status } of alerts) {
    if (!left?.has(alarm)) (status === 'firing' ? firing : resolved).push(alarm);
  }
  logged(draft, group.id, to, { firing, resolved }, repeatInterval);
}

function send(
  draft: Draft,
  look: Look,
  to: WayRef,
  reason: SendReason,
  alerts: readonly NotifiedAlert[],
  carried?: Carried,
): DeliveryId {
  const { group, node } = look;
  const about = { group: group.id, groupKey: group.key, groupLabels: group.labels };
  const routeLabels = node.route.labels;
  const at = draft.now.at;
  return draft.deliver({ ...about, routeLabels, to, reason, at, alerts }, carried);
}

/** What became of a delivery that failed while its group was looked at again. */
export type Renewed = 'kept' | 'replaced' | 'withdrawn';

/**
 * A delivery that failed while its group was looked at again says what holds now. Where that is
 * what it said before it stays itself: its far side may have taken it and knows it by its id.
 */
export function tellAnew(draft: Draft, state: State, delivery: Delivery, next: Next): Renewed {
  const { id, notice, since } = delivery;
  doubt(draft, notice);
  const now = owedNow(draft, state, delivery);
  const sends = now?.judged.verdict.verdict === 'notify' ? now.judged.verdict : undefined;
  if (now && sends && isSame(now.judged.alerts, notice.alerts)) {
    draft.put('deliveries', id, { ...delivery, ...next, stale: false });
    return 'kept';
  }
  draft.undeliver(id);
  if (!now) return 'withdrawn';
  const { look, judged } = now;
  // What it says now the fallback receiver has not heard: late again, it goes there too.
  const carried = { ...next, since, late: false };
  const made = sends && send(draft, look, notice.to, sends.reason, judged.alerts, carried);
  const said = record(draft, look, notice.to, judged.verdict, made);
  const { group } = look;
  draft.put('groups', group.id, { ...group, said: { ...group.said, [wayText(notice.to)]: said } });
  return made === undefined ? 'withdrawn' : 'replaced';
}

type Next = Pick<Delivery, 'attempts' | 'dueAt'>;

/** A try failed, yet its far side may have taken it: an end it spoke of may be believed there. */
function doubt(draft: Draft, { group, to, alerts }: Notice): void {
  const log = draft.get('logs', `${group}/${wayText(to)}`);
  if (!log) return;
  const ended = new Set(alerts.flatMap((a) => (a.status === 'resolved' ? [a.alarm] : [])));
  const doubted = log.firing.filter((id) => ended.has(id));
  if (doubted.length === 0) return;
  const firing = log.firing.filter((id) => !ended.has(id));
  const news = Object.fromEntries(doubted.map((id) => [id, 'new alarms']));
  draft.put('logs', log.id, { ...log, firing, withdrawn: { ...log.withdrawn, ...news } });
}

const isSame = (a: readonly NotifiedAlert[], b: readonly NotifiedAlert[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** What its group owes this way now; undefined when the group or the way is no more. */
function owedNow(
  draft: Draft,
  state: State,
  { id, notice }: Delivery,
): { readonly look: Look; readonly judged: Judged } | undefined {
  const group = draft.get('groups', notice.group);
  const node = group && state.routing.tree?.node(group.route);
  const { receiver, kind, index } = notice.to;
  const way = node?.receiver.ways.find((w) => w.kind === kind && w.index === index);
  if (!group || !node || !way || node.receiver.name !== receiver) return undefined;
  const look = lookAt(draft, state, group, node);
  return { look, judged: judge(draft, state, look, way, notice.to, id) };
}

interface Judged {
  readonly verdict: Verdict;
  readonly alerts: readonly NotifiedAlert[];
}

const quiet = (reason: Extract<Verdict, { verdict: 'quiet' }>['reason']): Judged => ({
  verdict: { verdict: 'quiet', reason },
  alerts: [],
});

/**
 * In Alertmanager's order: what is hidden, when nothing is sent, then what is news. `insteadOf`:
 * the open delivery it is asked for.
 */
function judge(
  draft: Draft,
  state: State,
  look: Look,
  way: PlanWay,
  to: WayRef,
  insteadOf?: DeliveryId,
): Judged {
  const { group, node, firing, resolved, muted } = look;
  const now: Instant = draft.now.at;
  if (firing.length === 0 && resolved.length === 0) {
    return quiet(muted.length > 0 ? 'all muted' : 'nothing fires');
  }
  const closed = state.routing.closedBy(node, now);
  if (closed) {
    return quiet(closed.why === 'mute' ? 'in a mute interval' : 'outside its active intervals');
  }
  const open = state.routing.openDelivery(group.id, to);
  const delivery = open && open !== insteadOf && draft.get('deliveries', open);
  if (delivery) {
    if (!delivery.stale) draft.put('deliveries', delivery.id, { ...delivery, stale: true });
    return quiet('still delivering');
  }
  const log = draft.get('logs', `${group.id}/${wayText(to)}`);
  const verdict = decide({
    log,
    firing: firing.map(({ id, handling }) => ({ id, acknowledged: handling.is !== 'none' })),
    resolved: resolved.map((a) => a.alarm),
    sendResolved: way.sendResolved,
    repeatInterval: node.route.repeatInterval,
    onAcknowledge: node.route.onAcknowledge,
    now,
  });
  if (verdict.verdict === 'quiet') return { verdict, alerts: [] };
  const told = way.sendResolved ? resolved : [];
  if (firing.length + told.length === 0) {
    // As Alertmanager: nobody is told, and the log still says that nothing fires any more.
    const repeat = node.route.repeatInterval;
    logged(draft, group.id, to, { firing: [], resolved: resolved.map((a) => a.alarm) }, repeat);
    return quiet('nothing fires');
  }
  const alerts = [...firing.map((alarm) => snapshot(alarm, state)), ...told].sort(compareAlerts);
  return { verdict, alerts };
}

/** Keeps the decision unless the last one of this way said the same. */
function record(
  draft: Draft,
  look: Look,
  to: WayRef,
  verdict: Verdict,
  delivery: DeliveryId | undefined,
): string {
  const { group, firing, resolved, muted } = look;
  const hidden = muted.map(({ alarm, mute }) => `${alarm} ${mute.by} ${mute.rule}`);
  const says = `${verdict.reason}|${hidden.join(',').slice(0, SAID_CHARS_MAX)}`;
  if (delivery === undefined && group.said[wayText(to)] === says) return says;
  const max = NOTICE_LIMITS.alarms_per_decision_max;
  const alarms = [...firing.map((a) => a.id), ...resolved.map((a) => a.alarm)].sort();
  draft.decisions.push({
    group: group.id,
    groupKey: group.key,
    route: group.route,
    to,
    ...verdict,
    ...(delivery === undefined ? {} : { delivery }),
    alarms: alarms.slice(0, max),
    muted: muted.slice(0, max),
    firing: firing.length,
    resolved: resolved.length,
  });
  return says;
}

/** Of what is hidden, so much tells one decision from the last. */
const SAID_CHARS_MAX = 1_024;

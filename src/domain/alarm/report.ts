import { type Instant, later, type Millis, minutes, seconds } from '../../base/time.ts';
import {
  type Alarm,
  type Condition,
  type Episode,
  HANDLING_NONE,
  type Lease,
  NO_LABELS,
  NO_SUPPRESSIONS,
} from './alarm.ts';
import type { Change, ChangeKind, Effect } from './change.ts';
import type { AlarmEvent } from './event.ts';
import { rank, type Severity } from './severity.ts';

/** When and where in the journal something is applied. */
export interface Moment {
  readonly position: number;
  /** Desk time. */
  readonly at: Instant;
}

/** What one happening made of one alarm. */
export interface Stepped {
  readonly alarm: Alarm;
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
}

/**
 * Events with a time of their own end in the same state in any order within this. A time further
 * ahead of the desk's is a wrong clock: such an event counts as happening at receipt.
 */
export const REORDER_WINDOW: Millis = minutes(15);

const LEASE_MIN = seconds(1);
const NOTHING: readonly never[] = [];

/** The event's own time, if it has one the desk can believe. */
export const ownTime = (event: AlarmEvent, now: Instant): Instant | undefined =>
  event.at !== undefined && event.at <= now + REORDER_WINDOW ? event.at : undefined;

/** What a report does to an alarm the desk holds. */
export function report(alarm: Alarm, event: AlarmEvent, now: Moment): Stepped {
  const stepped = event.kind === 'clear' ? clear(alarm, event, now) : raise(alarm, event, now);
  return withUnkept(stepped, event, now);
}

/** What was counted without its words is told where everybody looks: in the timeline. */
function withUnkept(stepped: Stepped, { unkept = 0, text }: AlarmEvent, now: Moment): Stepped {
  if (unkept === 0) return stepped;
  const what = unkept === 1 ? '1 report was' : `${unkept} reports were`;
  const why = `${what} counted without their words: too much came at once`;
  const told = line(stepped.alarm, 'text', now.at, text, why);
  const alarm = { ...stepped.alarm, unkept: stepped.alarm.unkept + unkept };
  return { ...stepped, alarm, changes: [...stepped.changes, told] };
}

/**
 * The first raise of an alarm. `clearedAt` is what the desk remembers of a clear that came before
 * its raise: a raise that happened before it makes an alarm that is already cleared.
 */
export function firstRaise(
  event: AlarmEvent,
  source: string,
  now: Moment,
  clearedAt: Instant | undefined,
): Stepped {
  const own = ownTime(event, now.at);
  const since = event.since ?? own ?? now.at;
  const over = own !== undefined && clearedAt !== undefined && own <= clearedAt;
  const condition: Condition = over
    ? { is: 'cleared', since, at: clearedAt, why: 'resource' }
    : { is: 'raised', since };
  const alarm = newAlarm(event, source, now, condition, own ?? event.since ?? now.at);
  const raised = line(alarm, 'raised', since, event.text, 'first report of this alarm');
  if (!over) {
    const effects: readonly Effect[] = [{ do: 'announce', why: 'raised' }];
    return withUnkept({ alarm, changes: [raised], effects }, event, now);
  }
  const why = 'its clear had arrived before it';
  return {
    alarm,
    changes: [raised, line(alarm, 'cleared', clearedAt, '', why)],
    effects: NOTHING,
  };
}

function newAlarm(
  event: AlarmEvent,
  source: string,
  now: Moment,
  condition: Condition,
  saidAt: Instant,
): Alarm {
  const count = event.count ?? 1;
  return {
    id: event.id,
    source,
    byLabels: event.byLabels ?? false,
    resource: event.resource,
    type: event.type,
    qualifier: event.qualifier,
    severity: event.severity ?? 'indeterminate',
    text: event.text,
    labels: event.labels,
    annotations: event.annotations ?? NO_LABELS,
    context: NO_LABELS,
    ruled: undefined,
    link: event.link ?? '',
    condition,
    handling: HANDLING_NONE,
    suppressions: NO_SUPPRESSIONS,
    assignee: undefined,
    ticket: '',
    episode: now.position as Episode,
    revision: now.position,
    createdAt: now.at,
    changedAt: now.at,
    heardAt: now.at,
    saidAt,
    occurrences: count,
    occurrencesThisEpisode: count,
    unkept: 0,
    episodes: 1,
    lease: leaseOf(event, now.at),
    flap: undefined,
    willClear: event.kind !== 'occurrence',
  };
}

/** The promise a raise carries, if it carries one. */
export function leaseOf(event: AlarmEvent, now: Instant): Lease | undefined {
  if (event.until !== undefined) {
    const length = Math.max(event.until - now, LEASE_MIN) as Millis;
    return { until: event.until, length, explicit: true, renewed: false };
  }
  if (event.lease === undefined) return undefined;
  const length = Math.max(event.lease, LEASE_MIN) as Millis;
  return { until: (now + length) as Instant, length, explicit: false, renewed: false };
}

/**
 * Alertmanager's merge rule: the later end wins, unless the old one was only a timeout. An end that
 * takes the place of a timeout is kept exactly: nothing was renewed yet.
 */
function renewedLease(old: Lease | undefined, event: AlarmEvent, now: Instant): Lease | undefined {
  const lease = leaseOf(event, now);
  if (!old || !lease) return lease ?? old;
  if (lease.explicit && !old.explicit) return lease;
  const until = old.explicit ? later(old.until, lease.until) : lease.until;
  return { ...lease, until, renewed: true };
}

function raise(alarm: Alarm, event: AlarmEvent, now: Moment): Stepped {
  const own = ownTime(event, now.at);
  if (alarm.condition.is === 'cleared') {
    return own !== undefined && own <= alarm.condition.at
      ? lateRaise(alarm, event, own, now)
      : raiseAgain(alarm, event, own, now, 'it had been cleared');
  }
  if (own !== undefined && !newer(alarm, event, own)) return heard(alarm, event, now);
  const handled = alarm.handling;
  const repeats = event.until !== undefined || event.lease !== undefined;
  if (handled.is === 'closed' && !repeats && (own === undefined || own > handled.at)) {
    return raiseAgain(alarm, event, own, now, 'it had been closed, and the source reports it anew');
  }
  return stillRaised(alarm, event, own, now);
}

/** Whether this raise-like report is the one that speaks now, of all that came. */
export function supersedes(alarm: Alarm, event: AlarmEvent, now: Instant): boolean {
  const own = ownTime(event, now);
  return own === undefined || newer(alarm, event, own);
}

/** Newest report wins; of two with the same time the more severe, then the later text. */
function newer(alarm: Alarm, event: AlarmEvent, own: Instant): boolean {
  if (own !== alarm.saidAt) return own > alarm.saidAt;
  const by = rank(event.severity ?? alarm.severity) - rank(alarm.severity);
  return by !== 0 ? by > 0 : event.text > alarm.text;
}

/** Counted, and nothing else: an older report of a raise that a newer one has overtaken. */
function heard(alarm: Alarm, event: AlarmEvent, now: Moment): Stepped {
  return { alarm: { ...alarm, ...counted(alarm, event, now) }, changes: NOTHING, effects: NOTHING };
}

const counted = (alarm: Alarm, event: AlarmEvent, now: Moment) => ({
  revision: now.position,
  heardAt: now.at,
  occurrences: alarm.occurrences + (event.count ?? 1),
  occurrencesThisEpisode: alarm.occurrencesThisEpisode + (event.count ?? 1),
});

/** A raise from before the clear we know: it tells severity and text, and raises nothing. */
function lateRaise(alarm: Alarm, event: AlarmEvent, own: Instant, now: Moment): Stepped {
  if (!newer(alarm, event, own)) return heard(alarm, event, now);
  const is: Alarm = {
    ...alarm,
    ...counted(alarm, event, now),
    severity: event.severity ?? alarm.severity,
    text: event.text,
    saidAt: own,
  };
  const why = 'it happened before the clear that had already arrived';
  return { alarm: is, changes: [line(is, 'late', own, event.text, why)], effects: NOTHING };
}

function raiseAgain(
  alarm: Alarm,
  event: AlarmEvent,
  own: Instant | undefined,
  now: Moment,
  because: string,
): Stepped {
  const since = event.since ?? own ?? now.at;
  const count = event.count ?? 1;
  const is: Alarm = {
    ...alarm,
    severity: event.severity ?? alarm.severity,
    text: event.text,
    labels: event.labels,
    annotations: event.annotations ?? NO_LABELS,
    link: event.link ?? '',
    condition: { is: 'raised', since },
    handling: HANDLING_NONE,
    episode: Math.max(now.position, alarm.episode + 1) as Episode,
    revision: now.position,
    changedAt: now.at,
    heardAt: now.at,
    saidAt: own ?? event.since ?? now.at,
    occurrences: alarm.occurrences + count,
    occurrencesThisEpisode: count,
    episodes: alarm.episodes + 1,
    lease: leaseOf(event, now.at),
    willClear: event.kind !== 'occurrence',
  };
  const undone =
    alarm.handling.is === 'none' ? '' : `; the ${words(alarm)} belonged to the episode before`;
  return {
    alarm: is,
    changes: [line(is, 'raised', since, event.text, `raised again: ${because}${undone}`)],
    effects: announced(is, 'raised'),
  };
}

const words = (alarm: Alarm): string =>
  alarm.handling.is === 'acknowledged' ? 'acknowledgement' : 'closing';

function stillRaised(
  alarm: Alarm,
  event: AlarmEvent,
  own: Instant | undefined,
  now: Moment,
): Stepped {
  const since = alarm.condition.since;
  const began = event.since !== undefined && event.since < since ? event.since : since;
  const severity = event.severity ?? alarm.severity;
  const is: Alarm = {
    ...alarm,
    ...counted(alarm, event, now),
    severity,
    text: event.text,
    labels: event.labels,
    annotations: event.annotations ?? alarm.annotations,
    link: event.link ?? alarm.link,
    condition: began === since ? alarm.condition : { is: 'raised', since: began },
    saidAt: later(alarm.saidAt, own ?? event.since ?? now.at),
    lease: renewedLease(alarm.lease, event, now.at),
    willClear: alarm.willClear && event.kind !== 'occurrence',
  };
  const at = own ?? now.at;
  const rose = rank(severity) - rank(alarm.severity);
  if (rose !== 0) return severityChange(is, alarm.severity, at, now, rose > 0);
  // A sender that repeats (API v2) changes its annotations at will; that is not a status change.
  if (event.text === alarm.text || event.annotations !== undefined || !spoke(event)) {
    return { alarm: is, changes: NOTHING, effects: NOTHING };
  }
  const alarmNow = { ...is, changedAt: now.at };
  const change = line(alarmNow, 'text', at, event.text, 'the source changed the text');
  return { alarm: alarmNow, changes: [change], effects: NOTHING };
}

/** Only `change` says that the text is news; a repeated raise may carry a counter in its text. */
const spoke = (event: AlarmEvent): boolean => event.kind === 'change';

function severityChange(
  alarm: Alarm,
  was: Severity,
  at: Instant,
  now: Moment,
  rose: boolean,
): Stepped {
  const is = { ...alarm, changedAt: now.at };
  const kept = alarm.handling.is === 'none' ? '' : `; the ${words(alarm)} of this episode is kept`;
  const why = `the source ${rose ? 'raised' : 'lowered'} the severity from ${was}${kept}`;
  return {
    alarm: is,
    changes: [line(is, 'severity', at, is.text, why)],
    effects: rose ? announced(is, 'severity rose') : NOTHING,
  };
}

function clear(alarm: Alarm, event: AlarmEvent, now: Moment): Stepped {
  const own = ownTime(event, now.at);
  const at = own ?? now.at;
  const hears = { revision: now.position, heardAt: now.at };
  if (alarm.condition.is === 'cleared') {
    return clearAgain(alarm, alarm.condition, at, { ...hears, ...lastSaid(alarm, event) });
  }
  if (at < alarm.saidAt) {
    const is = { ...alarm, ...hears };
    const why = 'this clear is older than the newest raise, so the alarm stays raised';
    return { alarm: is, changes: [line(is, 'late', at, event.text, why)], effects: NOTHING };
  }
  const is: Alarm = {
    ...alarm,
    ...hears,
    ...lastSaid(alarm, event),
    condition: { is: 'cleared', since: earliest(alarm, event), at, why: 'resource' },
    changedAt: now.at,
    lease: undefined,
  };
  return {
    alarm: is,
    changes: [line(is, 'cleared', at, event.text, 'the source reported the clear')],
    effects: is.suppressions.length > 0 ? NOTHING : [{ do: 'resolve' }],
  };
}

/** Of API v2 the newest report is the one that speaks, also when it says that all is over. */
const lastSaid = (alarm: Alarm, { annotations, link }: AlarmEvent): Partial<Alarm> =>
  annotations === undefined ? {} : { annotations, link: link ?? alarm.link };

const earliest = ({ condition }: Alarm, { since }: AlarmEvent): Instant =>
  since !== undefined && since < condition.since ? since : condition.since;

/** A later clear of a cleared alarm only moves the time that late raises are measured against. */
function clearAgain(
  alarm: Alarm,
  condition: Extract<Condition, { is: 'cleared' }>,
  at: Instant,
  hears: Partial<Alarm>,
): Stepped {
  if (at <= condition.at && condition.why === 'resource') {
    return { alarm: { ...alarm, ...hears }, changes: NOTHING, effects: NOTHING };
  }
  const is: Alarm = {
    ...alarm,
    ...hears,
    condition: { ...condition, at: later(at, condition.at), why: 'resource' },
  };
  if (condition.why === 'resource') return { alarm: is, changes: NOTHING, effects: NOTHING };
  const why = 'the source itself confirmed the clear that had been assumed from its silence';
  return { alarm: is, changes: [line(is, 'cleared', at, '', why)], effects: NOTHING };
}

/** A suppressed alarm changes its state and announces nothing. */
export const announced = (
  alarm: Alarm,
  why: Extract<Effect, { do: 'announce' }>['why'],
): readonly Effect[] => (alarm.suppressions.length > 0 ? NOTHING : [{ do: 'announce', why }]);

/** One line of the timeline about an alarm as it now is. */
export const line = (
  alarm: Alarm,
  what: ChangeKind,
  at: Instant,
  text: string,
  why: string,
): Change => ({
  alarm: alarm.id,
  what,
  episode: alarm.episode,
  at,
  severity: alarm.severity,
  text,
  why,
});

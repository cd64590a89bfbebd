import { unreachable } from '../../base/errors.ts';
import type { Instant } from '../../base/time.ts';
import { type Alarm, HANDLING_NONE, type Suppression, type UserId } from './alarm.ts';
import type { Change, ChangeKind, Effect } from './change.ts';
import type { AlarmEvent } from './event.ts';
import { announced, line, type Moment, report, type Stepped } from './report.ts';

/** Everything that can happen to an alarm the desk holds. */
export type Happening =
  | { readonly is: 'reported'; readonly event: AlarmEvent }
  | { readonly is: 'renewed'; readonly until: Instant }
  | { readonly is: 'expired'; readonly revision: number; readonly until: Instant }
  | {
      readonly is: 'acknowledged';
      readonly by: UserId;
      readonly note: string;
      readonly until?: Instant;
      readonly line?: 2;
    }
  | { readonly is: 'unacknowledged'; readonly by: UserId; readonly note: string }
  | { readonly is: 'acknowledgement ended'; readonly by: UserId }
  | { readonly is: 'closed'; readonly by: UserId; readonly note: string }
  | { readonly is: 'reopened'; readonly by: UserId; readonly note: string }
  | { readonly is: 'commented'; readonly by: UserId; readonly note: string }
  | {
      readonly is: 'assigned';
      readonly by: UserId;
      readonly assignee: UserId | undefined;
      readonly note: string;
    }
  | {
      readonly is: 'ticketed';
      readonly by: UserId;
      readonly ticket: string;
      readonly note: string;
    }
  | {
      readonly is: 'shelved';
      readonly by: UserId;
      readonly until: Instant;
      readonly reason: string;
    }
  | { readonly is: 'unshelved'; readonly by: UserId; readonly reason: string }
  | { readonly is: 'shelf ended'; readonly by: UserId };

/** Refused: the state does not allow what was asked; `because` is for the person who asked. */
export type StepOutcome =
  | ({ readonly ok: true } & Stepped)
  | { readonly ok: false; readonly because: string };

const no = (because: string): StepOutcome => ({ ok: false, because });
const yes = (
  alarm: Alarm,
  changes: readonly Change[],
  effects: readonly Effect[] = [],
): StepOutcome => ({ ok: true, alarm, changes, effects });

/** What one happening does to one alarm. Pure: no clock, no store, no log. */
export function step(alarm: Alarm, happening: Happening, now: Moment): StepOutcome {
  switch (happening.is) {
    case 'reported':
      return { ok: true, ...report(alarm, happening.event, now) };
    case 'renewed':
      return renew(alarm, happening.until);
    case 'expired':
      return expire(alarm, happening, now);
    case 'acknowledged':
      return acknowledge(alarm, happening, now);
    case 'unacknowledged':
      return unacknowledge(alarm, happening, now);
    case 'acknowledgement ended':
      return endAcknowledgement(alarm, happening.by, now);
    case 'closed':
      return close(alarm, happening, now);
    case 'reopened':
      return reopen(alarm, happening, now);
    case 'commented':
      return touched(alarm, {}, 'commented', happening.by, happening.note, 'said by a person', now);
    case 'assigned':
      return assign(alarm, happening, now);
    case 'ticketed':
      return ticket(alarm, happening, now);
    case 'shelved':
      return shelve(alarm, happening, now);
    case 'unshelved':
      return unshelve(alarm, happening.by, happening.reason, 'taken off by hand', now);
    case 'shelf ended':
      return unshelve(alarm, happening.by, '', 'its end was reached', now);
    default:
      return unreachable(happening); // a new kind does not compile until it is handled
  }
}

/** A changed alarm with one line in its timeline, at desk time, by somebody. */
function touched(
  alarm: Alarm,
  change: Partial<Alarm>,
  what: ChangeKind,
  by: UserId,
  text: string,
  why: string,
  now: Moment,
  effects: readonly Effect[] = [],
): StepOutcome {
  const is: Alarm = { ...alarm, ...change, revision: now.position, changedAt: now.at };
  return yes(is, [{ ...line(is, what, now.at, text, why), by }], effects);
}

/** The first renewal of a lease. Kept out of the timeline; the revision stays. */
function renew(alarm: Alarm, until: Instant): StepOutcome {
  if (!alarm.lease || alarm.condition.is !== 'raised') return no('it holds no lease');
  const later = Math.max(alarm.lease.until, until) as Instant;
  return yes({ ...alarm, lease: { ...alarm.lease, until: later, renewed: true } }, []);
}

/** Why a clear stands in the timeline that nobody reported: by it the course knows such a clear. */
export const SILENT_WHY =
  'the source did not repeat it in time: it went silent, the recovery is unverified';

type Expired = Extract<Happening, { is: 'expired' }>;

function expire(alarm: Alarm, expired: Expired, now: Moment): StepOutcome {
  if (alarm.revision !== expired.revision) return no('it has changed since');
  if (alarm.condition.is !== 'raised' || !alarm.lease) return no('it is not waiting to be renewed');
  if (alarm.lease.until > expired.until) return no('it was renewed meanwhile');
  const is: Alarm = {
    ...alarm,
    condition: { is: 'cleared', since: alarm.condition.since, at: expired.until, why: 'timeout' },
    revision: now.position,
    changedAt: now.at,
    lease: undefined,
  };
  const effects: readonly Effect[] = is.suppressions.length > 0 ? [] : [{ do: 'resolve' }];
  return yes(is, [line(is, 'cleared', expired.until, '', SILENT_WHY)], effects);
}

type Acknowledged = Extract<Happening, { is: 'acknowledged' }>;

function acknowledge(alarm: Alarm, asked: Acknowledged, now: Moment): StepOutcome {
  if (alarm.handling.is === 'closed') return no('It is closed. Reopen it first.');
  const handling = {
    is: 'acknowledged' as const,
    by: asked.by,
    at: now.at,
    note: asked.note,
    severity: alarm.severity,
    ...(asked.until === undefined ? {} : { until: asked.until }),
    ...(asked.line === undefined ? {} : { line: asked.line }),
  };
  const who = asked.line === 2 ? 'the second line' : 'a person';
  const why = asked.until === undefined ? `${who} has it` : `${who} has it for a time`;
  const stop: readonly Effect[] = [{ do: 'stop-repeating' }];
  return touched(alarm, { handling }, 'acknowledged', asked.by, asked.note, why, now, stop);
}

type Unacknowledged = Extract<Happening, { is: 'unacknowledged' }>;

function unacknowledge(alarm: Alarm, asked: Unacknowledged, now: Moment): StepOutcome {
  if (alarm.handling.is !== 'acknowledged') return no('It is not acknowledged.');
  const change = { handling: HANDLING_NONE };
  const why = 'handed back by a person: nobody has it now';
  return touched(alarm, change, 'unacknowledged', asked.by, asked.note, why, now);
}

function endAcknowledgement(alarm: Alarm, by: UserId, now: Moment): StepOutcome {
  if (alarm.handling.is !== 'acknowledged' || alarm.handling.until === undefined)
    return no('it has no acknowledgement with an end');
  const why = 'the acknowledgement reached its end';
  const change = { handling: HANDLING_NONE };
  const raised = alarm.condition.is === 'raised';
  const effects = raised ? announced(alarm, 'acknowledgement ended') : [];
  return touched(alarm, change, 'unacknowledged', by, '', why, now, effects);
}

type Closed = Extract<Happening, { is: 'closed' }>;

function close(alarm: Alarm, asked: Closed, now: Moment): StepOutcome {
  if (alarm.handling.is === 'closed') return no('It is closed already.');
  const handling = { is: 'closed' as const, by: asked.by, at: now.at, note: asked.note };
  const why =
    alarm.condition.is === 'raised'
      ? 'closed by a person although the source still reports it: closing is not clearing'
      : 'closed by a person';
  const stop: readonly Effect[] = [{ do: 'stop-repeating' }];
  return touched(alarm, { handling }, 'closed', asked.by, asked.note, why, now, stop);
}

type Reopened = Extract<Happening, { is: 'reopened' }>;

function reopen(alarm: Alarm, asked: Reopened, now: Moment): StepOutcome {
  if (alarm.handling.is !== 'closed') return no('It is not closed.');
  const change = { handling: HANDLING_NONE };
  return touched(alarm, change, 'reopened', asked.by, asked.note, 'reopened by a person', now);
}

type Assigned = Extract<Happening, { is: 'assigned' }>;

function assign(alarm: Alarm, asked: Assigned, now: Moment): StepOutcome {
  if (alarm.assignee === asked.assignee) return yes(alarm, []);
  const why = asked.assignee ? `assigned to ${asked.assignee}` : 'assigned to nobody';
  const change = { assignee: asked.assignee };
  return touched(alarm, change, 'assigned', asked.by, asked.note, why, now);
}

type Ticketed = Extract<Happening, { is: 'ticketed' }>;

function ticket(alarm: Alarm, asked: Ticketed, now: Moment): StepOutcome {
  if (alarm.ticket === asked.ticket) return yes(alarm, []);
  const why = asked.ticket === '' ? 'the ticket link was taken off' : `ticket ${asked.ticket}`;
  const change = { ticket: asked.ticket };
  return touched(alarm, change, 'ticketed', asked.by, asked.note, why, now);
}

type Shelved = Extract<Happening, { is: 'shelved' }>;

function shelve(alarm: Alarm, asked: Shelved, now: Moment): StepOutcome {
  const { by, until, reason } = asked;
  const shelf: Suppression = { kind: 'shelf', rule: alarm.id, by, since: now.at, until, reason };
  const others = alarm.suppressions.filter((s) => s.kind !== 'shelf');
  const change = { suppressions: [...others, shelf] };
  const why = 'hidden by a person for a time; its state moves on underneath';
  const stop: readonly Effect[] = [{ do: 'stop-repeating' }];
  return touched(alarm, change, 'shelved', by, reason, why, now, stop);
}

function unshelve(alarm: Alarm, by: UserId, reason: string, why: string, now: Moment): StepOutcome {
  const left = alarm.suppressions.filter((s) => s.kind !== 'shelf');
  if (left.length === alarm.suppressions.length) return no('It is not shelved.');
  const is = { ...alarm, suppressions: left };
  const waits = is.condition.is === 'raised' && is.handling.is === 'none';
  const effects = waits ? announced(is, 'shelf ended') : [];
  return touched(alarm, { suppressions: left }, 'unshelved', by, reason, why, now, effects);
}

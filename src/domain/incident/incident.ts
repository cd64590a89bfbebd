import { hours, type Instant, type Millis } from '../../base/time.ts';
import type { Episode, UserId } from '../alarm/alarm.ts';
import type { AlarmId } from '../alarm/event.ts';
import { rank, type Severity } from '../alarm/severity.ts';

/** `i<position>`, or `i<position>.<n>` of several that one entry opened. */
export type IncidentId = string & { readonly __brand: 'IncidentId' };

/** An alarm that is part of it, as it was when it joined. */
export interface Member {
  readonly alarm: AlarmId;
  readonly resource: string;
  readonly type: string;
  readonly joinedAt: Instant;
  /** A rule let it in: why. Absent: a person did. */
  readonly why?: string;
}

/** The rule that opened it. */
export interface OfRule {
  readonly name: string;
  /** The group of the rule it is about. */
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  /** When the last alarm of the group was raised. */
  readonly lastAt: Instant;
  readonly reopenWithin: Millis;
  /** Raises of its group since it was full: those alarms are not in it. */
  readonly beyond: number;
}

export type LineKind =
  | 'opened'
  | 'joined'
  | 'left'
  | 'titled'
  | 'led'
  | 'note'
  | 'worse'
  | 'full'
  | 'took in'
  | 'merged'
  | 'closed'
  | 'reopened';

/** What people did to it. What its alarms did is in their own timelines. */
export interface IncidentLine {
  readonly at: Instant;
  readonly by: UserId;
  readonly what: LineKind;
  readonly text: string;
}

export type IncidentState =
  | { readonly is: 'open' }
  | { readonly is: 'closed'; readonly at: Instant; readonly by: UserId; readonly summary: string }
  | { readonly is: 'merged'; readonly at: Instant; readonly into: IncidentId };

/** One trouble: the alarms that share a cause, the people on it, what was done. */
export interface Incident {
  readonly id: IncidentId;
  readonly position: number;
  readonly title: string;
  /** Who leads it. */
  readonly lead: UserId | undefined;
  readonly state: IncidentState;
  readonly openedAt: Instant;
  readonly by: UserId;
  readonly members: readonly Member[];
  /** The worst severity any of its alarms had while it was open. */
  readonly worst: Severity;
  /** Oldest first. */
  readonly lines: readonly IncidentLine[];
  /** Absent when a person opened it. */
  readonly rule?: OfRule;
  /** Taken out by a person: no rule takes them into any incident for as long as they stand. */
  readonly out?: readonly { readonly alarm: AlarmId; readonly episode: Episode }[];
}

export const INCIDENT_LIMITS = {
  /** At it the one that was closed first goes; with all open no more are taken. */
  incidents_max: 5_000,
  members_max: 1_000,
  title_chars_max: 256,
  note_chars_max: 4_096,
  /** At it a note is refused; what the desk would add is in the audit log alone. */
  lines_max: 500,
  /** Kept of those that people took out; at it the first of them may be let in again. */
  out_max: 1_000,
} as const;

/** An alarm raised again within this of the close reopens the incident: it was not over. */
export const REOPENS_WITHIN: Millis = hours(24);

/** Who did it and when. */
export interface Doing {
  readonly at: Instant;
  readonly by: UserId;
}

export function lined(
  incident: Incident,
  { at, by }: Doing,
  what: LineKind,
  text: string,
): Incident {
  if (incident.lines.length >= INCIDENT_LIMITS.lines_max) return incident;
  return { ...incident, lines: [...incident.lines, { at, by, what, text }] };
}

/** Takes alarms in, and their severity with them. Those that are in it already stay as they are. */
export function joined(
  incident: Incident,
  news: readonly (Member & { readonly severity: Severity })[],
): Incident {
  const there = new Set(incident.members.map(({ alarm }) => alarm));
  const fresh = news.filter(({ alarm }) => !there.has(alarm));
  const members = fresh.map(({ severity: _, ...member }) => member);
  const worst = fresh.map(({ severity }) => severity).reduce(worse, incident.worst);
  return { ...incident, members: [...incident.members, ...members], worst };
}

export const worse = (a: Severity, b: Severity): Severity => (rank(a) >= rank(b) ? a : b);

export function left(incident: Incident, alarms: ReadonlySet<AlarmId>): Incident {
  return { ...incident, members: incident.members.filter(({ alarm }) => !alarms.has(alarm)) };
}

/** It was closed so short a time ago that what comes back is the same trouble. */
export const reopensAt = ({ state, rule }: Incident, now: Instant): boolean =>
  state.is === 'closed' && now - state.at <= (rule?.reopenWithin ?? REOPENS_WITHIN);

/** When the last of its alarms came. */
export const lastCameAt = ({ rule, members, openedAt }: Incident): Instant =>
  rule?.lastAt ?? members.at(-1)?.joinedAt ?? openedAt;

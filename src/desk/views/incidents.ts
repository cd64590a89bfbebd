import { hours, type Instant, type Millis } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { Change } from '../../domain/alarm/change.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import {
  type Incident,
  type IncidentState,
  type LineKind,
  worse,
} from '../../domain/incident/incident.ts';
import type { Decision } from '../../domain/memory/decision.ts';
import type { Memory } from '../desk.ts';
import { CHANGE_WORDS, type NameOf } from './words.ts';

export const INCIDENT_VIEW_LIMITS = {
  /** Alarms whose own timelines are read for that of the incident. */
  members_read_max: 50,
  lines_per_member_max: 50,
  lines_max: 300,
  decisions_max: 50,
} as const;

/** What its alarms did so long before it was opened belongs to it. */
const BEFORE_SHOWN: Millis = hours(1);

export const INCIDENT_STATES: readonly IncidentState['is'][] = ['open', 'closed', 'merged'];

export interface IncidentView {
  readonly incident: Incident;
  /** The worst of its alarms that are raised now; undefined when none is. */
  readonly severity: Severity | undefined;
  readonly raised: number;
}

export function incidentView(memory: Pick<Memory, 'get'>, incident: Incident): IncidentView {
  let severity: Severity | undefined;
  let raised = 0;
  for (const { alarm: id } of incident.members) {
    const alarm = memory.get('alarms', id);
    if (!alarm || !isRaised(alarm)) continue;
    raised++;
    severity = severity === undefined ? alarm.severity : worse(severity, alarm.severity);
  }
  return { incident, severity, raised };
}

/** The newest first; those that are open before the others. */
export function listIncidents(
  memory: Pick<Memory, 'all'>,
  states: readonly IncidentState['is'][],
): readonly Incident[] {
  const found: Incident[] = [];
  for (const one of memory.all('incidents')) if (states.includes(one.state.is)) found.push(one);
  const place = ({ state }: Incident): number => INCIDENT_STATES.indexOf(state.is);
  return found.sort((a, b) => place(a) - place(b) || b.position - a.position);
}

export interface IncidentTimelineLine {
  readonly at: Instant;
  readonly what: string;
  readonly by: string;
  readonly text: string;
  /** The alarm it is about; undefined for what people did to the incident. */
  readonly alarm?: Pick<Alarm, 'id' | 'resource' | 'type'>;
}

export const LINE_WORDS: Readonly<Record<LineKind, string>> = {
  opened: 'opened',
  joined: 'joined',
  left: 'left',
  titled: 'named',
  led: 'lead',
  note: 'note',
  worse: 'got worse',
  full: 'full',
  'took in': 'took in',
  merged: 'merged',
  closed: 'closed',
  reopened: 'reopened',
};

/** The newest lines of one alarm's timeline, newest first. */
export type LinesOf = (
  id: AlarmId,
  limit: number,
) => Promise<readonly Pick<Change, 'at' | 'what' | 'by' | 'text' | 'severity'>[]>;

/** What people did, and what its alarms did meanwhile, newest first. */
export async function incidentTimeline(
  incident: Incident,
  linesOf: LinesOf,
  nameOf: NameOf,
): Promise<readonly IncidentTimelineLine[]> {
  const { members_read_max, lines_per_member_max, lines_max } = INCIDENT_VIEW_LIMITS;
  const { state, openedAt, members } = incident;
  const from = openedAt - BEFORE_SHOWN;
  const to = state.is === 'open' ? Infinity : state.at;
  const own = incident.lines.map(({ at, by, what, text }, i) => {
    const said = what === 'led' ? (text === '' ? 'nobody' : nameOf(text as typeof by)) : text;
    return { at, what: LINE_WORDS[what], by: nameOf(by), text: said, order: i };
  });
  const pages = await Promise.all(
    members.slice(0, members_read_max).map(async ({ alarm: id, resource, type }) => {
      const lines = await linesOf(id, lines_per_member_max);
      return lines
        .filter(({ at }) => at >= from && at <= to)
        .map(({ at, what, by, text, severity }, i) => ({
          at,
          what: `${CHANGE_WORDS[what]}${what === 'raised' ? `, ${severity}` : ''}`,
          by: by === undefined ? '' : nameOf(by),
          text,
          alarm: { id, resource, type },
          order: -i,
        }));
    }),
  );
  const letIn = members.flatMap(({ alarm: id, resource, type, joinedAt: at, why }) =>
    why === undefined || at === openedAt
      ? []
      : {
          at,
          what: 'joined',
          by: nameOf(incident.by),
          text: why,
          alarm: { id, resource, type },
          order: -1,
        },
  );
  return [...own, ...letIn, ...pages.flat()]
    .sort((a, b) => b.at - a.at || b.order - a.order)
    .slice(0, lines_max)
    .map(({ order: _, ...line }) => line);
}

/** The last decision on each of its alarms, made in it or before, newest first. */
export function decisionsIn(
  { remembered }: Pick<Memory, 'remembered'>,
  { members }: Incident,
): readonly Decision[] {
  return members
    .flatMap(({ alarm }) => remembered.lastOn(alarm) ?? [])
    .sort((a, b) => b.position - a.position)
    .slice(0, INCIDENT_VIEW_LIMITS.decisions_max);
}

import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { instantText } from '../../base/time.ts';
import type { IncidentAct } from '../../desk/memory-acts.ts';
import {
  decisionsIn,
  INCIDENT_STATES,
  incidentTimeline,
  incidentView,
  type LinesOf,
  listIncidents,
} from '../../desk/views/incidents.ts';
import { actionsOn } from '../../desk/views/recall.ts';
import { isRaised } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Incident, IncidentId } from '../../domain/incident/incident.ts';
import type { GroupId } from '../../domain/routing/notice.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { doneShape } from './alarm-rules-shapes.ts';
import { done, pageIn, personOf } from './memory.ts';
import { actionJson, decisionJson, incidentJson } from './memory-drawn.ts';
import {
  INCIDENT_BODIES,
  incidentShape,
  openBody,
  setIncidentBody,
  wholeIncident,
} from './memory-shapes.ts';
import { linesOf } from './one.ts';
import { API, type ApiParts, OPERATOR, VIEWER } from './parts.ts';
import { pageOf, paging, words } from './shapes.ts';

const INCIDENTS = `${API}/incidents`;

const listQuery = Type.Object(
  {
    state: Type.Optional(Type.Array(words(INCIDENT_STATES), { description: 'Default: open.' })),
    ...paging,
  },
  { additionalProperties: false },
);

type Doing = keyof typeof INCIDENT_BODIES;

const SAYS: Readonly<Record<Doing, string>> = {
  join: 'Takes alarms in that are part of no other open incident.',
  leave: 'Lets alarms go that have another cause.',
  note: 'Writes something down in its timeline.',
  close: 'Closes it, with a summary. One of its alarms raised within a day opens it again.',
  reopen: 'Opens it again.',
  merge: 'Makes it part of another: that one has its alarms and its actions then.',
};

/** Incidents: one trouble, its alarms, the people on it, what was done. */
export const incidentRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: INCIDENTS,
    access: VIEWER,
    summary: 'Incidents, the open ones first, newest first.',
    querySchema: listQuery,
    answerSchema: pageOf(incidentShape),
    handle: async (asked) => {
      const { state = ['open'], limit, cursor } = readQuery(listQuery, asked.query);
      const { memory } = parts.desk;
      return pageIn(parts, listIncidents(memory, state), cursor, limit, (_, one) =>
        incidentJson(parts, incidentView(memory, one)),
      );
    },
  },
  {
    method: 'GET',
    path: `${INCIDENTS}/:id`,
    access: VIEWER,
    summary: 'One incident with its alarms, timeline, decisions and actions.',
    answerSchema: wholeIncident,
    handle: (asked) => whole(parts, asked),
  },
  {
    method: 'POST',
    path: INCIDENTS,
    access: OPERATOR,
    summary: 'Opens an incident from chosen alarms, or from those of a notification group.',
    bodySchema: openBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const given = asked.json as Static<typeof openBody>;
      return done(parts, asked, {
        verb: 'incident.open',
        alarms: (given.alarms ?? []) as AlarmId[],
        ...(given.group === undefined ? {} : { group: given.group as GroupId }),
        title: given.title,
        lead: personOf(parts, 'lead', given.lead ?? ''),
        note: given.note ?? '',
      });
    },
  },
  {
    method: 'PATCH',
    path: `${INCIDENTS}/:id`,
    access: OPERATOR,
    summary: 'Gives it another title, or somebody else the lead.',
    bodySchema: setIncidentBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const { title, lead } = asked.json as Static<typeof setIncidentBody>;
      return done(parts, asked, {
        verb: 'incident.set',
        incident: incidentOf(parts, asked).id,
        ...(title === undefined ? {} : { title }),
        ...(lead === undefined ? {} : { lead: personOf(parts, 'lead', lead) }),
      });
    },
  },
  ...(Object.keys(INCIDENT_BODIES) as Doing[]).map(
    (doing): Route => ({
      method: 'POST',
      path: `${INCIDENTS}/:id/${doing}`,
      access: OPERATOR,
      summary: SAYS[doing],
      bodySchema: INCIDENT_BODIES[doing],
      answerSchema: doneShape,
      handle: (asked) => done(parts, asked, actOf(parts, asked, doing)),
    }),
  ),
];

function incidentOf({ desk }: ApiParts, asked: Asked): Incident {
  const found = desk.memory.get('incidents', asked.params.id ?? '');
  if (!found) throw new DeskError('NOT_FOUND', { what: 'such incident' });
  return found;
}

function actOf(parts: ApiParts, asked: Asked, doing: Doing): IncidentAct {
  const incident = incidentOf(parts, asked).id;
  const given = asked.json as {
    readonly alarms?: readonly AlarmId[];
    readonly note?: string;
    readonly into?: string;
  };
  const { note = '', alarms = [], into = '' } = given;
  switch (doing) {
    case 'join':
    case 'leave':
      return { verb: `incident.${doing}`, incident, alarms, note };
    case 'merge':
      return { verb: 'incident.merge', incident, into: into as IncidentId, note };
    default:
      return { verb: `incident.${doing}`, incident, note };
  }
}

async function whole(parts: ApiParts, asked: Asked): Promise<Answer> {
  const incident = incidentOf(parts, asked);
  const { desk, accounts } = parts;
  const { memory } = desk;
  const nameOf = (id: Incident['by']): string => accounts.name(id);
  const read: LinesOf = async (id, limit) => (await linesOf(parts, id, undefined, limit)).items;
  const timeline = await incidentTimeline(incident, read, nameOf);
  return json(200, {
    ...incidentJson(parts, incidentView(memory, incident)),
    members: incident.members.map((one) => {
      const alarm = memory.get('alarms', one.alarm);
      return {
        ...one,
        joinedAt: instantText(one.joinedAt),
        why: one.why ?? null,
        raised: alarm !== undefined && isRaised(alarm),
      };
    }),
    timeline: timeline.map((line) => ({
      ...line,
      at: instantText(line.at),
      alarm: line.alarm ?? null,
    })),
    actions: actionsOn(memory, incident.id).map((one) => actionJson(parts, one)),
    decisions: decisionsIn(memory, incident).map((one) => decisionJson(parts, one)),
    asOf: memory.position,
  });
}

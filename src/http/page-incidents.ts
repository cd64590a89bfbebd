import { refusalFailure, refusalText } from '../base/refusal.ts';
import { fieldLabels } from '../console/form-errors.ts';
import {
  INCIDENT_FIELDS,
  incidentBody,
  incidentsBody,
  type OpenForm,
  openIncidentBody,
} from '../console/incident-page.ts';
import { stretch } from '../console/pager.ts';
import { listDocuments } from '../desk/views/documents.ts';
import {
  decisionsIn,
  INCIDENT_STATES,
  type IncidentView,
  incidentTimeline,
  incidentView,
  listIncidents,
} from '../desk/views/incidents.ts';
import { actionsOn } from '../desk/views/recall.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import type { IncidentId } from '../domain/incident/incident.ts';
import type { GroupId } from '../domain/routing/notice.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { chosen } from './page-alarm-rules.ts';
import {
  contextOf,
  incidentOf,
  linesOf,
  type MemoryPageParts,
  peopleIn,
  told,
} from './page-memory-parts.ts';
import { field, fields } from './page-reader.ts';
import { ALARMS_MAX, FORM_BYTES_MAX, sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

/** Incidents a form offers to merge into or to join. */
const OFFERED_MAX = 100;

export const incidentPages = (parts: MemoryPageParts): Route[] => [
  {
    method: 'GET',
    path: '/incidents',
    access: VIEWER,
    summary: 'Incidents: what troubles there are, and who leads them.',
    handle: (asked) => list(parts, asked),
  },
  {
    method: 'POST',
    path: '/incidents/from',
    access: OPERATOR,
    summary: 'Begins an incident with the chosen alarms.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: (asked) => seeOther(`${parts.site.prefix}/incidents/new?${chosen(asked)}`),
  },
  {
    method: 'GET',
    path: '/incidents/new',
    access: OPERATOR,
    summary: 'The form to open an incident.',
    handle: (asked) => {
      const alarms = held(parts, asked.query.getAll('alarm'));
      const title = alarms.length === 1 ? (alarms[0]?.text ?? '') : '';
      const form = { title, note: '', lead: byOf(asked.actor), group: '', fault: '' };
      return showNew(parts, asked, alarms, form);
    },
  },
  {
    method: 'POST',
    path: '/incidents',
    access: OPERATOR,
    summary: 'Opens an incident.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    kept: { labels: fieldLabels(INCIDENT_FIELDS) },
    handle: (asked) => open(parts, asked),
  },
  {
    method: 'POST',
    path: '/incidents/join',
    access: OPERATOR,
    summary: 'Adds the chosen alarms to an incident.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: async (asked) => {
      const incident = field(asked.json, 'into') as IncidentId;
      const alarms = fields(asked.json, 'alarm') as readonly AlarmId[];
      const act = { verb: 'incident.join' as const, incident, alarms, note: '' };
      const { refused } = await told(parts, asked, act);
      if (refused !== undefined) throw refusalFailure(refused);
      return seeOther(`${parts.site.prefix}/incidents/${incident}`);
    },
  },
  {
    method: 'GET',
    path: '/incidents/:id',
    access: VIEWER,
    summary: 'One incident: its alarms, its timeline, what was decided, what is left to do.',
    handle: (asked) => showOne(parts, asked, ''),
  },
  {
    method: 'POST',
    path: '/incidents/:id',
    access: OPERATOR,
    summary: 'Does to an incident what the pressed button says.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    kept: { labels: fieldLabels(INCIDENT_FIELDS) },
    handle: (asked) => change(parts, asked),
  },
];

const held = ({ desk }: MemoryPageParts, ids: readonly string[]): readonly Alarm[] =>
  ids.slice(0, ALARMS_MAX).flatMap((id) => desk.memory.get('alarms', id) ?? []);

function list(parts: MemoryPageParts, asked: Asked): Answer {
  const { memory } = parts.desk;
  const shows = INCIDENT_STATES.find((s) => s === asked.query.get('show')) ?? 'open';
  const counts = { open: 0, closed: 0, merged: 0 };
  for (const { state } of memory.all('incidents')) counts[state.is]++;
  const found = listIncidents(memory, [shows]).map((one) => incidentView(memory, one));
  // Of the open ones those in trouble come first, the worst at the top; the newest among equals.
  const urgency = ({ severity }: IncidentView): number =>
    severity === undefined ? SEVERITIES.length : SEVERITIES.indexOf(severity);
  if (shows === 'open') found.sort((a, b) => urgency(a) - urgency(b));
  const incidents = stretch(found, asked.query);
  return parts.draw(asked, { title: 'Incidents', at: '/incidents' }, (reader) =>
    incidentsBody(contextOf(parts), reader, { shows, counts, incidents }),
  );
}

function showNew(
  parts: MemoryPageParts,
  asked: Asked,
  alarms: readonly Alarm[],
  form: OpenForm,
): Answer {
  const { memory } = parts.desk;
  const { remembered, routing } = memory;
  const taken = alarms.flatMap((alarm) => {
    const other = memory.get('incidents', remembered.openIncidentOf(alarm.id) ?? '');
    return other ? [[alarm, other] as const] : [];
  });
  const seats = new Map(
    alarms.flatMap(({ id }) => routing.joined(id) ?? []).map((seat) => [seat.id, seat]),
  );
  const groups = [...seats.values()]
    .map(({ id, key, members }) => ({ id, words: key, count: members.size }))
    .filter(({ count }) => count > 1)
    .slice(0, OFFERED_MAX);
  const open = listIncidents(memory, ['open']).slice(0, OFFERED_MAX);
  const view = { form, alarms, taken, groups, open, people: peopleIn(parts.accounts) };
  const status = form.fault === '' ? 200 : 422;
  return parts.draw(asked, { title: 'Open an incident', at: '/incidents', status }, (reader) =>
    openIncidentBody(contextOf(parts), reader, view),
  );
}

async function open(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const text = (name: string): string => field(asked.json, name).trim();
  const form = {
    title: text('title'),
    note: text('note'),
    lead: text('lead'),
    group: text('group'),
  };
  const alarms = held(parts, fields(asked.json, 'alarm'));
  const faulty = (fault: string) => showNew(parts, asked, alarms, { ...form, fault });
  if (form.lead !== '' && !parts.accounts.find(form.lead as UserId)) {
    return faulty('Lead: a person of this desk expected.');
  }
  const { refused, made } = await told(parts, asked, {
    verb: 'incident.open',
    alarms: alarms.map(({ id }) => id),
    ...(form.group === '' ? {} : { group: form.group as GroupId }),
    title: form.title,
    lead: form.lead as UserId | '',
    note: form.note,
  });
  if (refused !== undefined) return faulty(sentence(refusalText(refused)));
  return seeOther(`${parts.site.prefix}/incidents/${made}`);
}

async function showOne(parts: MemoryPageParts, asked: Asked, fault: string): Promise<Answer> {
  const incident = incidentOf(parts, asked);
  const { desk, accounts, draw } = parts;
  const { memory } = desk;
  const context = contextOf(parts);
  const read = (id: AlarmId, limit: number) => linesOf(parts, id, limit);
  const alarms = new Map<string, Alarm>();
  for (const { alarm: id } of incident.members) {
    const alarm = memory.get('alarms', id);
    if (alarm) alarms.set(id, alarm);
  }
  const view = {
    ...incidentView(memory, incident),
    timeline: await incidentTimeline(incident, read, context.nameOf),
    alarms,
    actions: actionsOn(memory, incident.id),
    decisions: decisionsIn(memory, incident),
    documents: listDocuments(memory, { incident: incident.id }),
    people: peopleIn(accounts),
    others: listIncidents(memory, ['open'])
      .filter(({ id }) => id !== incident.id)
      .slice(0, OFFERED_MAX),
    fault,
  };
  const drawn = { title: incident.title, at: '/incidents', status: fault === '' ? 200 : 422 };
  return draw(asked, drawn, (reader) => incidentBody(context, reader, view));
}

async function change(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const { id: incident } = incidentOf(parts, asked);
  const act = actIn(asked, incident);
  const { refused } = await told(parts, asked, act);
  if (refused !== undefined) return showOne(parts, asked, sentence(refusalText(refused)));
  const to = act.verb === 'incident.merge' ? act.into : incident;
  return seeOther(`${parts.site.prefix}/incidents/${to}`);
}

function actIn({ json }: Asked, incident: IncidentId) {
  const text = (name: string): string => field(json, name).trim();
  const note = text('note');
  switch (text('does')) {
    case 'set': {
      const said = { title: text('title'), lead: text('lead') as UserId | '' };
      return { verb: 'incident.set' as const, incident, ...said };
    }
    case 'merge':
      return { verb: 'incident.merge' as const, incident, into: text('into') as IncidentId, note };
    case 'leave': {
      const alarms = fields(json, 'alarm') as readonly AlarmId[];
      return { verb: 'incident.leave' as const, incident, alarms, note };
    }
    case 'close':
      return { verb: 'incident.close' as const, incident, note };
    case 'reopen':
      return { verb: 'incident.reopen' as const, incident, note };
    default:
      return { verb: 'incident.note' as const, incident, note };
  }
}

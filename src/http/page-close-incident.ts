import { refusalText } from '../base/refusal.ts';
import { after } from '../base/time.ts';
import {
  CLOSE_FIELDS,
  type CloseForm,
  closeIncidentBody,
  EACH,
  EACH_MAX,
} from '../console/close-incident-page.ts';
import { fieldLabels } from '../console/form-errors.ts';
import type { Act } from '../desk/entry.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { rank } from '../domain/alarm/severity.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { aboutOf } from '../domain/memory/about.ts';
import {
  DECISION_KINDS,
  type DecisionId,
  type DecisionKind,
  REVIEW_DEFAULT,
} from '../domain/memory/decision.ts';
import { prefilled, type Said } from '../domain/memory/prefill.ts';
import { seeOther } from './answer.ts';
import { alarmById } from './api/one.ts';
import { byOf, OPERATOR } from './api/parts.ts';
import {
  contextOf,
  dayOf,
  endOfDay,
  incidentOf,
  linesOf,
  type MemoryPageParts,
  told,
} from './page-memory-parts.ts';
import { field } from './page-reader.ts';
import { sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

/** Alarms whose timelines are asked for what people said. */
const MEMBERS_READ_MAX = 20;
const LINES_PER_MEMBER_MAX = 50;

export const closeIncidentPages = (parts: MemoryPageParts): Route[] => [
  {
    method: 'GET',
    path: '/incidents/:id/close',
    access: OPERATOR,
    summary: 'The form to close an incident with a decision, filled in from its timeline.',
    handle: async (asked) => show(parts, asked, await begun(parts, incidentOf(parts, asked))),
  },
  {
    method: 'POST',
    path: '/incidents/:id/close',
    access: OPERATOR,
    summary: 'Closes an incident and writes down what was decided.',
    form: true,
    kept: { labels: fieldLabels(CLOSE_FIELDS) },
    handle: (asked) => close(parts, asked),
  },
];

function show(parts: MemoryPageParts, asked: Asked, form: CloseForm): Answer {
  const incident = incidentOf(parts, asked);
  const status = form.fault === '' ? 200 : 422;
  return parts.draw(asked, { title: 'Close it', at: '/incidents', status }, (reader) =>
    closeIncidentBody(contextOf(parts), reader, incident, form),
  );
}

/** The newest words of people: notes on the incident first, then what was said on its alarms. */
async function begun(parts: MemoryPageParts, incident: Incident): Promise<CloseForm> {
  const { memory, clock } = parts.desk;
  const notes: readonly Said[] = incident.lines
    .filter(({ what }) => what === 'note')
    .map(({ text, by }) => ({ what: 'note' as const, text, by }))
    .reverse();
  const pages = await Promise.all(
    incident.members
      .slice(0, MEMBERS_READ_MAX)
      .map(({ alarm }) => linesOf(parts, alarm, LINES_PER_MEMBER_MAX)),
  );
  const said = pages
    .flat()
    .filter(({ at }) => at >= incident.openedAt)
    .sort((a, b) => b.at - a.at);
  const alarms = incident.members.flatMap(({ alarm }) => memory.get('alarms', alarm) ?? []);
  const on = rootOf(alarms)?.id ?? incident.members[0]?.alarm ?? '';
  const { reason, ...found } = prefilled([...notes, ...said], memory.remembered.lastOn(on));
  const reviewOn = dayOf(after(clock.now(), REVIEW_DEFAULT));
  const empty = { followUp: '', followUpOn: '', fault: '' };
  return { ...empty, ...found, note: reason, on, reviewOn };
}

/** The worst of its alarms, of equal ones the first: most likely what it was about. */
const rootOf = (alarms: readonly Alarm[]): Alarm | undefined =>
  [...alarms].sort(
    (a, b) => rank(b.severity) - rank(a.severity) || a.condition.since - b.condition.since,
  )[0];

async function close(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const incident = incidentOf(parts, asked);
  const text = (name: string): string => field(asked.json, name).trim();
  const form: CloseForm = {
    kind: (DECISION_KINDS as readonly string[]).includes(text('kind'))
      ? (text('kind') as DecisionKind)
      : '',
    ...{ what: text('what'), note: text('note'), on: text('on'), reviewOn: text('reviewOn') },
    ...{ followUp: text('followUp'), followUpOn: text('followUpOn'), from: '', fault: '' },
  };
  const faulty = (fault: string) => show(parts, asked, { ...form, fault: sentence(fault) });
  if (incident.state.is !== 'open') return faulty('it is not open any more');
  if (form.note === '') return faulty('note: say it, for whoever sees it next');
  const decided = form.kind === '' ? [] : await decide(parts, asked, incident, form);
  if (typeof decided === 'string') return faulty(decided);
  const followed = await follow(parts, asked, incident, form, decided[0]);
  if (followed !== undefined) return faulty(followed);
  const act = { verb: 'incident.close' as const, incident: incident.id, note: form.note };
  const { refused } = await told(parts, asked, act);
  if (refused !== undefined) return faulty(refusalText(refused));
  return seeOther(`${parts.site.prefix}/incidents/${incident.id}`);
}

/** Ids of what was written down, or why it was not. */
async function decide(
  parts: MemoryPageParts,
  asked: Asked,
  incident: Incident,
  { kind, what, note, on, reviewOn }: CloseForm,
): Promise<readonly DecisionId[] | string> {
  const reviewAt = endOfDay(reviewOn);
  if (kind === '' || reviewAt === undefined) return 'reviewAt: a day expected';
  const ids = incident.members.map(({ alarm }) => alarm);
  const wanted = on === EACH ? ids.slice(0, EACH_MAX) : ids.filter((id) => id === on);
  if (wanted.length === 0) return 'on: an alarm of the incident expected';
  const made: DecisionId[] = [];
  for (const id of wanted) {
    const alarm = await alarmById(parts.desk, id as AlarmId);
    const act: Act = {
      verb: 'decision.record',
      ...{ about: aboutOf(alarm), incident: incident.id, situation: alarm.text },
      ...{ options: [], kind, what, reason: note, reviewAt },
    };
    const { refused, made: decision } = await told(parts, asked, act);
    if (refused !== undefined) return refusalText(refused);
    made.push(decision as DecisionId);
  }
  return made;
}

/** Why the action was not added; undefined when it was, or when there is none. */
async function follow(
  parts: MemoryPageParts,
  asked: Asked,
  incident: Incident,
  { followUp, followUpOn }: CloseForm,
  decision: DecisionId | undefined,
): Promise<string | undefined> {
  if (followUp === '') return undefined;
  const dueAt = endOfDay(followUpOn);
  const { refused } = await told(parts, asked, {
    verb: 'action.set',
    ...{ title: followUp, detail: '', step: 'planned' as const, owner: byOf(asked.actor) },
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(decision === undefined ? {} : { decision }),
    incident: incident.id,
  });
  return refused && refusalText(refused);
}

import { randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { byState, refusalFailure } from '../../base/refusal.ts';
import { after, type Instant, parseInstant } from '../../base/time.ts';
import type { Act } from '../../desk/entry.ts';
import { actionsCsv } from '../../desk/views/actions-csv.ts';
import { incidentView } from '../../desk/views/incidents.ts';
import {
  type ActionState,
  listActions,
  listCautions,
  listDecisions,
} from '../../desk/views/memory-lists.ts';
import { recallView } from '../../desk/views/recall.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { IncidentId } from '../../domain/incident/incident.ts';
import { aboutOf } from '../../domain/memory/about.ts';
import { type ActionId, teamOf } from '../../domain/memory/action.ts';
import { type CautionId, cautionPlace } from '../../domain/memory/caution.ts';
import { type DecisionId, REVIEW_DEFAULT } from '../../domain/memory/decision.ts';
import type { SilenceId } from '../../domain/routing/silence.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { fieldsRefused } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { placeIn } from './alarm-rules.ts';
import { doneShape, reasonBody } from './alarm-rules-shapes.ts';
import { maybeText } from './drawn.ts';
import { actionJson, cautionJson, decisionJson, incidentJson } from './memory-drawn.ts';
import {
  actionBody,
  actionShape,
  cautionBody,
  cautionShape,
  decideBody,
  decisionShape,
  endBody,
  recallShape,
  reviewBody,
} from './memory-shapes.ts';
import { onceOf } from './once.ts';
import { alarmById, idOf } from './one.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { pageOf, paging, words } from './shapes.ts';

/** What was decided, what follows from it, what to beware of; and what an alarm recalls. */
export const memoryRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/alarms/:id/recall`,
    access: VIEWER,
    summary: 'What was decided about this alarm or its like, whether it held, and what is open.',
    answerSchema: recallShape,
    handle: (asked) => recalled(parts, asked),
  },
  ...decisionRoutes(parts),
  ...actionRoutes(parts),
  ...cautionRoutes(parts),
];

const decisionsQuery = Type.Object(
  {
    alarm: Type.Optional(Type.String({ maxLength: 64, description: 'Only on this alarm.' })),
    ...paging,
  },
  { additionalProperties: false },
);

const decisionRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/decisions`,
    access: VIEWER,
    summary: 'Decisions and whether they held, newest first.',
    querySchema: decisionsQuery,
    answerSchema: pageOf(decisionShape),
    handle: async (asked) => {
      const { alarm, limit, cursor } = readQuery(decisionsQuery, asked.query);
      const all = listDecisions(parts.desk.memory, alarm as AlarmId | undefined);
      return pageIn(parts, all, cursor, limit, decisionJson);
    },
  },
  {
    method: 'GET',
    path: `${API}/decisions/:id`,
    access: VIEWER,
    summary: 'One decision.',
    answerSchema: decisionShape,
    handle: async (asked) => {
      const found = parts.desk.memory.get('decisions', asked.params.id ?? '');
      if (!found) throw new DeskError('NOT_FOUND', { what: 'such decision' });
      return json(200, decisionJson(parts, found));
    },
  },
  {
    method: 'POST',
    path: `${API}/decisions`,
    access: OPERATOR,
    summary: 'Writes down what was decided about an alarm; whether it held the desk sees itself.',
    bodySchema: decideBody,
    answerSchema: doneShape,
    handle: (asked) => decide(parts, asked),
  },
  {
    method: 'POST',
    path: `${API}/decisions/:id/review`,
    access: OPERATOR,
    summary: 'Somebody looked at it again: it counts until the next review.',
    bodySchema: reviewBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const { reviewAt, reason } = asked.json as Static<typeof reviewBody>;
      const decision = (asked.params.id ?? '') as DecisionId;
      const verb = 'decision.review' as const;
      return done(parts, asked, { verb, decision, reviewAt: instantOf(reviewAt), reason });
    },
  },
];

const ACTION_STATES = ['open', 'done', 'dropped'] as const;

const stateField = {
  state: Type.Optional(Type.Array(words(ACTION_STATES), { description: 'Default: open.' })),
};
const actionsQuery = Type.Object({ ...stateField, ...paging }, { additionalProperties: false });
const statesQuery = Type.Object(stateField, { additionalProperties: false });

/** Actions in these states as CSV, for a download. */
export function actionsFile(
  { desk, accounts }: Pick<ApiParts, 'desk' | 'accounts'>,
  states: readonly ActionState[],
): Answer {
  const found = listActions(desk.memory, states);
  const body = actionsCsv(found, (id) => accounts.name(id), desk.clock.now());
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="actions-${states.join('-')}.csv"`,
  };
  return { status: 200, headers, body };
}

const actionRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/actions`,
    access: VIEWER,
    summary: 'Follow-up work, the most pressing first: its alarm coming back makes it so.',
    querySchema: actionsQuery,
    answerSchema: pageOf(actionShape),
    handle: async (asked) => {
      const { state = ['open'], limit, cursor } = readQuery(actionsQuery, asked.query);
      return pageIn(parts, listActions(parts.desk.memory, state), cursor, limit, actionJson);
    },
  },
  {
    method: 'GET',
    path: `${API}/actions.csv`,
    access: VIEWER,
    summary: 'The same as a table for a spreadsheet, all of them.',
    querySchema: statesQuery,
    answerSchema: Type.String({ description: 'A file, text/csv.' }),
    handle: (asked) => actionsFile(parts, readQuery(statesQuery, asked.query).state ?? ['open']),
  },
  {
    method: 'POST',
    path: `${API}/actions`,
    access: OPERATOR,
    summary: 'Opens follow-up work on an alarm, a decision or an incident, or changes it.',
    bodySchema: actionBody,
    answerSchema: doneShape,
    handle: (asked) => setAction(parts, asked),
  },
  {
    method: 'POST',
    path: `${API}/actions/:id/end`,
    access: OPERATOR,
    summary: 'It is done, or dropped; with the reason.',
    bodySchema: endBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const action = (asked.params.id ?? '') as ActionId;
      const given = asked.json as Static<typeof endBody>;
      return done(parts, asked, { verb: 'action.end', action, ...given });
    },
  },
];

const cautionsQuery = Type.Object(paging, { additionalProperties: false });

const cautionRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/cautions`,
    access: VIEWER,
    summary: 'Standing warnings on resources; those past their review first.',
    querySchema: cautionsQuery,
    answerSchema: pageOf(cautionShape),
    handle: async (asked) => {
      const { limit, cursor } = readQuery(cautionsQuery, asked.query);
      return pageIn(parts, listCautions(parts.desk.memory), cursor, limit, cautionJson);
    },
  },
  {
    method: 'POST',
    path: `${API}/cautions`,
    access: OPERATOR,
    summary: 'Puts up a standing warning: it is shown before anything is done to the resource.',
    bodySchema: cautionBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const { id, reviewAt, resource, ...said } = asked.json as Static<typeof cautionBody>;
      const which = id === undefined ? {} : { caution: id as CautionId };
      const on = cautionPlace(resource);
      if ('error' in on)
        throw fieldsRefused([
          { field: 'resource', expected: `a resource, or matchers in braces: ${on.error}` },
        ]);
      const verb = 'caution.set' as const;
      return done(parts, asked, { verb, ...which, ...said, ...on, reviewAt: instantOf(reviewAt) });
    },
  },
  {
    method: 'POST',
    path: `${API}/cautions/:id/end`,
    access: OPERATOR,
    summary: 'Takes it down, with the reason.',
    bodySchema: reasonBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const { reason } = asked.json as Static<typeof reasonBody>;
      const caution = (asked.params.id ?? '') as CautionId;
      return done(parts, asked, { verb: 'caution.end', caution, reason });
    },
  },
];

/** Some rows of a list that is in memory as a whole. */
export function pageIn<R, J>(
  parts: ApiParts,
  all: readonly R[],
  cursor: string | undefined,
  limit: number | undefined,
  draw: (parts: ApiParts, row: R) => J,
): Answer {
  const { from, to, next } = placeIn(all.length, cursor, limit);
  const items = all.slice(from, to).map((row) => draw(parts, row));
  return json(200, { items, next, asOf: parts.desk.memory.position });
}

/** Tells the desk, and answers what was made. Throws what the fold refused. */
export async function done({ desk }: ApiParts, asked: Asked, act: Act): Promise<Answer> {
  const by = byOf(asked.actor);
  const { refused, made, position, repeated } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined || made === undefined)
    throw refusalFailure(refused ?? byState('Nothing was done.'));
  return json(200, { id: made, position, repeated });
}

/** The schema saw that it is a time. */
const instantOf = (text: string): Instant => parseInstant(text) ?? (0 as Instant);

/** Somebody there is, or nobody. Throws FIELD_INVALID. */
export function personOf({ accounts }: ApiParts, field: string, id: string): UserId | '' {
  const account = id === '' ? undefined : accounts.find(id as UserId);
  if (id !== '' && (account === undefined || account.disabled)) {
    throw fieldsRefused([{ field, expected: 'the id of a user, or "" for nobody' }]);
  }
  return id as UserId | '';
}

async function recalled(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { desk } = parts;
  const view = await recallView(desk, await alarmById(desk, idOf(asked)));
  const { incident } = view;
  return json(200, {
    seen: view.seen,
    lastAt: maybeText(view.lastAt),
    answers: view.answers.map(({ rung, decision, stale }) => ({
      rung,
      decision: decisionJson(parts, decision),
      stale,
    })),
    incident: incident ? incidentJson(parts, incidentView(desk.memory, incident)) : null,
    actions: view.actions.map((one) => actionJson(parts, one)),
    cautions: view.cautions.map((one) => cautionJson(parts, one)),
    asOf: desk.memory.position,
  });
}

async function decide(parts: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof decideBody>;
  const alarm = await alarmById(parts.desk, given.alarm as AlarmId);
  const now = parts.desk.clock.now();
  return done(parts, asked, {
    verb: 'decision.record',
    about: aboutOf(alarm),
    ...(given.incident === undefined ? {} : { incident: given.incident as IncidentId }),
    situation: given.situation || alarm.text,
    options: given.options ?? [],
    kind: given.kind,
    what: given.what ?? '',
    reason: given.reason,
    reviewAt: given.reviewAt === undefined ? after(now, REVIEW_DEFAULT) : instantOf(given.reviewAt),
    ...(given.does === true ? { does: doingOf(parts, asked) } : {}),
  });
}

const doingOf = ({ accounts }: ApiParts, asked: Asked) => ({
  silence: randomUUID() as string as SilenceId,
  createdBy: accounts.name(byOf(asked.actor)),
});

/** Whether there is such a team the desk says itself. */
const ownerOf = (parts: ApiParts, owner: string): UserId | '' =>
  teamOf(owner) === undefined ? personOf(parts, 'owner', owner) : (owner as UserId);

async function setAction(parts: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof actionBody>;
  const { id, alarm, decision, incident } = given;
  const about =
    alarm === undefined ? {} : { about: aboutOf(await alarmById(parts.desk, alarm as AlarmId)) };
  return done(parts, asked, {
    verb: 'action.set',
    ...(id === undefined ? {} : { action: id as ActionId }),
    title: given.title,
    detail: given.detail ?? '',
    owner: ownerOf(parts, given.owner ?? ''),
    ...(given.dueAt === undefined ? {} : { dueAt: instantOf(given.dueAt) }),
    step: given.step ?? 'planned',
    ...about,
    ...(decision === undefined ? {} : { decision: decision as DecisionId }),
    ...(incident === undefined ? {} : { incident: incident as IncidentId }),
  });
}

import { type TProperties, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { type Instant, parseInstant } from '../../base/time.ts';
import {
  type ActOutcome,
  ALARM_VERBS,
  type AlarmAct,
  type AlarmVerb,
  ENTRY_LIMITS,
  type Target,
  type TargetResult,
} from '../../desk/entry.ts';
import { type Episode, LIMITS, type UserId } from '../../domain/alarm/alarm.ts';
import { json } from '../answer.ts';
import { fieldsRefused, HttpRefusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { episodeOfEtag, etagOf, maybeText } from './drawn.ts';
import { onceOf } from './once.ts';
import { idOf } from './one.ts';
import { API, type ApiParts, byOf, OPERATOR } from './parts.ts';
import { maybeTime, time, words } from './shapes.ts';

const note = Type.Optional(Type.String({ maxLength: LIMITS.note_chars_max, default: '' }));
const until = time('The end; it always has one.');
const episode = Type.Optional(
  Type.Integer({ minimum: 0, description: 'The one you saw. If it passed, nothing is done.' }),
);

const line = Type.Integer({
  minimum: 1,
  maximum: 2,
  description: '2: the second line has it. Default: 1.',
});

/** What each verb takes, besides the alarms. */
const FIELDS: Readonly<Record<AlarmVerb, TProperties>> = {
  acknowledge: { note, until: Type.Optional(until), line: Type.Optional(line) },
  unacknowledge: { note },
  close: { note },
  reopen: { note },
  comment: { note: Type.String({ minLength: 1, maxLength: LIMITS.note_chars_max }) },
  assign: {
    assignee: Type.String({ maxLength: 256, description: 'Id of a user; "" for nobody.' }),
    note,
  },
  ticket: {
    ticket: Type.String({ maxLength: LIMITS.ticket_chars_max, description: 'A URL; "" for none.' }),
    note,
  },
  shelve: { until, reason: Type.String({ maxLength: LIMITS.note_chars_max }) },
  unshelve: {
    reason: Type.Optional(Type.String({ maxLength: LIMITS.note_chars_max, default: '' })),
  },
};

const SAYS: Readonly<Record<AlarmVerb, string>> = {
  acknowledge: 'Somebody has it. Stops the paging; says nothing about the fault itself.',
  unacknowledge: 'Takes an acknowledgement back.',
  close: 'Done with it, although its source may still report it.',
  reopen: 'Takes a close back.',
  comment: 'Writes something into the timeline.',
  assign: 'Names who should look.',
  ticket: 'Links a ticket elsewhere.',
  shelve: 'Hides it for a time, with a reason and an end.',
  unshelve: 'Shows it again.',
};

export const result = Type.Object({
  id: Type.String(),
  ok: Type.Boolean(),
  episode: Type.Optional(Type.Integer()),
  revision: Type.Optional(Type.Integer()),
  condition: Type.Optional(words(['raised', 'cleared'])),
  handling: Type.Optional(words(['none', 'acknowledged', 'closed'])),
  shelvedUntil: Type.Optional(maybeTime('When its shelf ends.')),
  code: Type.Optional(words(['ALARM_NOT_FOUND', 'EPISODE_PASSED', 'ACTION_REFUSED'])),
  why: Type.Optional(Type.String()),
});

const outcomeShape = Type.Object({
  position: Type.Integer({ description: 'Where in the journal it stands.' }),
  repeated: Type.Boolean({ description: 'True: done before under this key; told again.' }),
  results: Type.Array(result, { description: 'One for each alarm, in their order.' }),
});

const strict = { additionalProperties: false };

/** What any verb may take, besides the alarms. */
export const bulkFields = {
  verb: words(ALARM_VERBS),
  note,
  until: Type.Optional(until),
  line: Type.Optional(line),
  reason: Type.Optional(Type.String({ maxLength: LIMITS.note_chars_max })),
  assignee: Type.Optional(Type.String({ maxLength: 256 })),
  ticket: Type.Optional(Type.String({ maxLength: LIMITS.ticket_chars_max })),
};

const many = Type.Object(
  {
    ...bulkFields,
    on: Type.Array(Type.Object({ id: Type.String({ maxLength: 32 }), episode }, strict), {
      minItems: 1,
      maxItems: ENTRY_LIMITS.targets_max,
    }),
  },
  strict,
);

export const actionRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'POST',
    path: `${API}/alarms/actions`,
    access: OPERATOR,
    summary: 'Does one thing to many alarms at once. What the state forbids is told for each.',
    bodySchema: many,
    answerSchema: outcomeShape,
    handle: (asked) => onMany(parts, asked),
  },
  ...ALARM_VERBS.map((verb): Route => oneRoute(parts, verb)),
];

const oneRoute = (parts: ApiParts, verb: AlarmVerb): Route => ({
  method: 'POST',
  path: `${API}/alarms/:id/${verb}`,
  access: OPERATOR,
  summary: SAYS[verb],
  bodySchema: Type.Object({ episode, ...FIELDS[verb] }, strict),
  answerSchema: outcomeShape,
  handle: (asked) => onOne(parts, verb, asked),
});

/** The body of an action after its schema: strings as the verbs want them, or none. */
export interface Given {
  readonly note?: string;
  readonly until?: string;
  readonly line?: number;
  readonly reason?: string;
  readonly assignee?: string;
  readonly ticket?: string;
  readonly episode?: number;
}

async function onMany(parts: ApiParts, asked: Asked): Promise<Answer> {
  const body = asked.json as Given & { verb: AlarmVerb; on: readonly Target[] };
  const outcome = await act(parts, asked, actOf(parts, body.verb, body.on, body));
  return json(200, outcomeJson(outcome));
}

async function onOne(parts: ApiParts, verb: AlarmVerb, asked: Asked): Promise<Answer> {
  const body = asked.json as Given;
  const id = idOf(asked);
  const ifMatch = asked.headers['if-match'];
  const saw = ifMatch === undefined || ifMatch === '*' ? body.episode : episodeOfEtag(ifMatch);
  if (ifMatch !== undefined && ifMatch !== '*' && saw === undefined)
    throw fieldsRefused([{ field: 'If-Match', expected: 'an ETag of this alarm' }]);
  const target = saw === undefined ? { id } : { id, episode: saw as Episode };
  const outcome = await act(parts, asked, actOf(parts, verb, [target], body));
  const [only] = outcome.results;
  if (only?.ok === false) throw refused(only, ifMatch !== undefined);
  const alarm = parts.desk.memory.get('alarms', id);
  const etag = alarm && only?.ok && alarm.revision === only.revision ? etagOf(alarm) : undefined;
  return json(200, outcomeJson(outcome), etag === undefined ? {} : { etag });
}

/** RFC 9110 §13.1.1: a condition in the request that does not hold is 412, not 409. */
function refused(result: TargetResult & { ok: false }, conditional: boolean): HttpRefusal {
  const passed = result.code === 'EPISODE_PASSED' && conditional;
  return new HttpRefusal(new DeskError(result.code, { id: result.id }), {
    title: result.why,
    ...(passed ? { status: 412 } : {}),
  });
}

function act(parts: ApiParts, asked: Asked, what: AlarmAct): Promise<ActOutcome> {
  const by = byOf(asked.actor);
  return parts.desk.act(by, what, onceOf(by, asked));
}

/** Throws FIELD_INVALID. */
export function actOf(
  parts: Pick<ApiParts, 'accounts'>,
  verb: AlarmVerb,
  on: readonly Target[],
  given: Given,
): AlarmAct {
  const text = given.note ?? '';
  switch (verb) {
    case 'acknowledge': {
      const end = given.until === undefined ? {} : { until: instantOf(given.until) };
      const second = given.line === 2 ? { line: 2 as const } : {};
      return { verb, on, note: text, ...end, ...second };
    }
    case 'assign':
      return { verb, on, note: text, assignee: assigneeOf(parts, given) };
    case 'ticket':
      return { verb, on, note: text, ticket: must('ticket', given.ticket) };
    case 'shelve':
      return { verb, on, until: instantOf(given.until), reason: given.reason ?? '' };
    case 'unshelve':
      return { verb, on, reason: given.reason ?? '' };
    default:
      return { verb, on, note: text };
  }
}

function assigneeOf({ accounts }: Pick<ApiParts, 'accounts'>, given: Given): UserId | '' {
  const id = must('assignee', given.assignee) as UserId;
  const account = id === '' ? undefined : accounts.find(id);
  if (id !== '' && (account === undefined || account.disabled))
    throw fieldsRefused([{ field: 'assignee', expected: 'the id of a user, or "" for nobody' }]);
  return id;
}

function must(field: string, value: string | undefined): string {
  if (value === undefined) throw fieldsRefused([{ field, expected: 'must be there' }]);
  return value;
}

/** Its form was checked by the schema; whether it lies in range is the desk's to say. */
const instantOf = (text: string | undefined): Instant => {
  const instant = parseInstant(must('until', text));
  if (instant === undefined)
    throw fieldsRefused([{ field: 'until', expected: 'an RFC 3339 time' }]);
  return instant;
};

/** The end of a shelf as text. */
export const resultsJson = (results: readonly TargetResult[]) =>
  results.map((r) =>
    r.ok && r.shelvedUntil !== undefined ? { ...r, shelvedUntil: maybeText(r.shelvedUntil) } : r,
  );

const outcomeJson = ({ position, repeated, results }: ActOutcome) => ({
  position,
  repeated,
  results: resultsJson(results),
});

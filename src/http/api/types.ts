import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import { instantText, type Millis } from '../../base/time.ts';
import { listTypes } from '../../desk/views/types.ts';
import {
  TYPE_LIMITS,
  type TypeRecord,
  type WantedRecord,
} from '../../domain/inventory/alarm-type.ts';
import { json } from '../answer.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { runSliced } from '../sliced.ts';
import { whyBody } from './config-shapes.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { asOf, maybeTime, nullable, severity, somebody, time } from './shapes.ts';

const length = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: TYPE_LIMITS.length_ms_max, description }));

const delay = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: TYPE_LIMITS.delay_ms_max, description }));

const text = (description: string) =>
  Type.Optional(Type.String({ maxLength: TYPE_LIMITS.text_chars_max, default: '', description }));

const said = {
  type: Type.String({ maxLength: TYPE_LIMITS.type_chars_max, description: '`link.down`' }),
  qualifier: text('A pattern (RE2) for the whole qualifier; "" for every one.'),
  meaning: Type.String({ maxLength: TYPE_LIMITS.text_chars_max }),
  action: text('What to do.'),
  consequence: text('What comes of it when nobody does it.'),
  respondWithin: length('Milliseconds within which somebody must have done something.'),
  willClear: Type.Optional(
    Type.Boolean({ description: 'False: a person verifies and closes. Absent: not known.' }),
  ),
  severities: Type.Optional(Type.Array(severity, { maxItems: 5, default: [] })),
  owner: Type.Optional(Type.String({ maxLength: TYPE_LIMITS.owner_chars_max, default: '' })),
  onDelay: delay('Milliseconds a raise has to last before anybody is told.'),
  offDelay: delay('Milliseconds a clear has to last to be the end of an alarm.'),
  runbook: Type.Optional(
    Type.String({ maxLength: TYPE_LIMITS.link_chars_max, default: '', description: 'http(s)' }),
  ),
  reason: Type.String({
    maxLength: TYPE_LIMITS.text_chars_max,
    description: 'Why it was decided so.',
  }),
};

const wantedBody = Type.Object(said, { additionalProperties: false });

export const typeRecord = Type.Object(
  { id: Type.String(), ...said, by: nullable(somebody), at: time('When it was decided.') },
  { $id: 'TypeRecord' },
);

const typeView = Type.Object({
  type: Type.String(),
  record: nullable(typeRecord),
  special: Type.Array(typeRecord, { description: 'For some qualifiers of it.' }),
  raised: Type.Integer(),
  alarms: Type.Integer({ description: 'In memory: raised, and cleared lately.' }),
  reports: Type.Integer({ description: 'Folded into these alarms.' }),
  lastAt: maybeTime('The last report.'),
});

const doneShape = Type.Object({ id: nullable(Type.String()), position: Type.Integer() });

const TYPES = `${API}/types`;

/** Types of alarms: what they mean, and which are seen without anybody having said so. */
export const typeRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: TYPES,
    access: VIEWER,
    summary: 'Every type that is seen or described; those not described yet come first.',
    answerSchema: Type.Object({ items: Type.Array(typeView), asOf }),
    handle: async () => {
      const { memory } = parts.desk;
      const items = (await runSliced(listTypes(memory))).map((view) => ({
        ...view,
        record: typeRecordJson(parts, view.record),
        special: view.special.map((one) => typeRecordJson(parts, one)),
        lastAt: maybeText(view.lastAt),
      }));
      return json(200, { items, asOf: memory.position });
    },
  },
  {
    method: 'PUT',
    path: TYPES,
    access: OPERATOR,
    summary: 'Writes down what was decided about a type; one of the same qualifier is replaced.',
    bodySchema: wantedBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const record = recordIn(asked.json as Static<typeof wantedBody>);
      return decided(parts, asked, { verb: 'type.set', record });
    },
  },
  {
    method: 'POST',
    path: `${TYPES}/:id/remove`,
    access: OPERATOR,
    summary: 'Takes a record back.',
    bodySchema: whyBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const id = asked.params.id ?? '';
      if (!parts.desk.memory.get('types', id)) {
        throw new DeskError('NOT_FOUND', { what: `record of ${id}` });
      }
      const { why } = asked.json as Static<typeof whyBody>;
      return decided(parts, asked, { verb: 'type.remove', id, reason: why });
    },
  },
];

/** The body with its defaults filled in. */
function recordIn(given: Static<typeof wantedBody>): WantedRecord {
  const { qualifier = '', action = '', consequence = '', owner = '', runbook = '' } = given;
  const { respondWithin, onDelay, offDelay, severities = [], ...rest } = given;
  return {
    ...rest,
    ...{ qualifier, action, consequence, owner, runbook, severities },
    ...(respondWithin === undefined ? {} : { respondWithin: respondWithin as Millis }),
    ...(onDelay === undefined ? {} : { onDelay: onDelay as Millis }),
    ...(offDelay === undefined ? {} : { offDelay: offDelay as Millis }),
  };
}

async function decided(
  { desk }: ApiParts,
  asked: Asked,
  act: Parameters<ApiParts['desk']['act']>[1],
): Promise<Answer> {
  const by = byOf(asked.actor);
  const { refused, made = null, position } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined) throw refusalFailure(refused);
  return json(200, { id: made, position });
}

export const typeRecordJson = (
  parts: Pick<ApiParts, 'accounts'>,
  record: TypeRecord | undefined,
) =>
  record === undefined
    ? null
    : { ...record, by: somebodyJson(parts, record.by), at: instantText(record.at) };

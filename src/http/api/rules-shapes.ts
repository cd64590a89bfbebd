import { Type } from 'typebox';
import { instantText } from '../../base/time.ts';
import { ENTRY_LIMITS } from '../../desk/entry.ts';
import { RULES_LIMITS } from '../../desk/verbs/source-rules.ts';
import { TRIAL_INPUTS_MAX, type TrialInput, type Tried } from '../../desk/views/rules-trial.ts';
import { LIMITS } from '../../domain/alarm/alarm.ts';
import { maybeText } from './drawn.ts';
import { maybeTime, nullable, severity, somebody, time, words } from './shapes.ts';

/** Shapes of people's own rules of a source, and of what they are tried on. */

export const RULES_DOOR_LIMITS = {
  /** Of a request: the longest text as JSON or as a form, and inputs to try it on. */
  body_bytes_max: 4_194_304,
} as const;

const strict = { additionalProperties: false };

const text = Type.String({
  maxLength: RULES_LIMITS.text_chars_max,
  description: 'The whole text of rules; "" for none.',
});
const why = Type.String({
  minLength: 1,
  maxLength: LIMITS.note_chars_max,
  pattern: '\\S',
  description: 'What it is for, for whoever reads the audit log.',
});
const inputId = Type.String({ maxLength: 32 });

export const saveBody = Type.Object(
  {
    text,
    why,
    basedOn: Type.Optional(
      Type.String({
        maxLength: 32,
        description: 'The text it was made from, "" for none; 409 when another one holds by now.',
      }),
    ),
  },
  strict,
);

export const tryBody = Type.Object(
  {
    text,
    samples: Type.Optional(
      Type.Array(inputId, {
        maxItems: TRIAL_INPUTS_MAX,
        description: 'Ids of `seen` or `unread`. Default: all of them.',
      }),
    ),
    inputs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            body: Type.String({ maxLength: RULES_DOOR_LIMITS.body_bytes_max }),
            contentType: Type.Optional(Type.String({ maxLength: 256 })),
            from: Type.Optional(Type.String({ maxLength: 256 })),
            params: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 256 }))),
          },
          strict,
        ),
        { maxItems: TRIAL_INPUTS_MAX, description: 'Further ones, given here.' },
      ),
    ),
  },
  strict,
);

export const readBody = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(inputId, {
        minItems: 1,
        maxItems: ENTRY_LIMITS.unread_max,
        description: 'Default: all that wait.',
      }),
    ),
  },
  strict,
);

export const dropBody = Type.Object(
  { ids: Type.Array(inputId, { minItems: 1, maxItems: ENTRY_LIMITS.unread_max }), why },
  strict,
);

export const faultShape = Type.Object({
  line: Type.Integer(),
  column: Type.Integer(),
  why: Type.String(),
});

const savedText = Type.Object({
  id: Type.String(),
  at: time('When it was saved.'),
  by: nullable(somebody),
  why: Type.String(),
  inForce: Type.Boolean(),
});

export const rulesShape = Type.Object({
  source: Type.String(),
  id: Type.String({ description: 'Of the text that holds; "" when there is none.' }),
  text: Type.String(),
  example: Type.String({ description: 'A text to begin with.' }),
  saved: Type.Array(savedText, { description: 'The last texts, the one that holds first.' }),
  unread: Type.Integer({ description: 'Inputs that wait to be understood.' }),
});

export const savedTextShape = Type.Object({ ...savedText.properties, text: Type.String() });

const inputShape = Type.Object({
  id: Type.String(),
  at: time('When it arrived.'),
  from: Type.String({ description: 'The sender’s address.' }),
  contentType: Type.String(),
  params: Type.Record(Type.String(), Type.String()),
  shown: Type.String({ description: 'The input for people, without its secrets.' }),
  why: nullable(Type.String({ description: 'Why nobody understood it.' })),
  count: Type.Integer({ description: 'How often it came, to the last byte the same.' }),
});

export const inputsShape = Type.Object({ items: Type.Array(inputShape) });

const event = Type.Object({
  kind: words(['raise', 'clear', 'change', 'occurrence']),
  id: Type.String({ description: 'Of the alarm.' }),
  resource: Type.String(),
  type: Type.String(),
  qualifier: Type.String(),
  severity: nullable(severity),
  text: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  annotations: Type.Record(Type.String(), Type.String()),
  link: Type.String(),
  at: maybeTime('When it happened, if the sender says so.'),
  since: maybeTime('When it began, if the sender says so.'),
  until: maybeTime('The alarm clears then unless it is sent again.'),
  leaseSeconds: nullable(Type.Number({ description: 'The same, counted from its receipt.' })),
});

const reading = Type.Object({
  events: Type.Array(event),
  refused: Type.Array(Type.Object({ field: Type.String(), why: Type.String() })),
  notUnderstood: nullable(Type.String({ description: 'Why; null: all of it was understood.' })),
});

export const triedShape = Type.Object({
  faults: Type.Array(faultShape),
  results: Type.Array(
    Type.Object({
      ...inputShape.properties,
      now: reading,
      edited: nullable(reading),
    }),
  ),
});

export const anewShape = Type.Object({
  read: Type.Integer({ description: 'Inputs that were understood and left the queue.' }),
  events: Type.Integer(),
  left: Type.Integer({ description: 'Still not understood.' }),
  stopped: Type.String({ description: 'Why it ended before the last one; "" when it did not.' }),
});

export const droppedShape = Type.Object({ dropped: Type.Integer() });

export const inputJson = ({ id, at, input, shown, kept }: TrialInput) => ({
  id,
  at: instantText(at),
  from: input.from,
  contentType: input.contentType,
  params: input.params ?? {},
  shown,
  why: kept?.why ?? null,
  count: kept?.count ?? 1,
});

export const triedJson = ({ on, now, edited }: Tried) => ({
  ...inputJson(on),
  now: readingJson(now),
  edited: edited ? readingJson(edited) : null,
});

const readingJson = ({ events, refused, unread }: Tried['now']) => ({
  events: events.map((e) => ({
    kind: e.kind,
    id: e.id,
    resource: e.resource,
    type: e.type,
    qualifier: e.qualifier,
    severity: e.severity ?? null,
    text: e.text,
    labels: e.labels,
    annotations: e.annotations ?? {},
    link: e.link ?? '',
    at: maybeText(e.at),
    since: maybeText(e.since),
    until: maybeText(e.until),
    leaseSeconds: e.lease === undefined ? null : e.lease / 1000,
  })),
  refused,
  notUnderstood: unread?.why ?? null,
});

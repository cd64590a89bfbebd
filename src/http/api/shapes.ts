import { type TSchema, Type } from 'typebox';
import { SEVERITIES } from '../../domain/alarm/severity.ts';

/** Shapes of /api/v1, each once: they check what comes in, and make the OpenAPI document. */

export const API_LIMITS = {
  page_items_max: 1_000,
  page_items_default: 100,
  filters_max: 16,
  filter_chars_max: 4_096,
  words_chars_max: 256,
  cursor_chars_max: 2_048,
  key_chars_max: 200,
} as const;

export const words = <T extends string>(all: readonly T[]) => Type.Unsafe<T>({ enum: [...all] });
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

export const time = (description: string) =>
  Type.String({ format: 'date-time', description: `${description} RFC 3339, UTC.` });
export const maybeTime = (description: string) => nullable(time(description));

export const severity = words(SEVERITIES);
export const role = words(['viewer', 'operator', 'admin']);

export const somebody = Type.Object(
  { id: Type.String(), name: Type.String({ description: 'The id when no name is known.' }) },
  { description: 'A person, or a token in a person’s place.' },
);

const labels = Type.Record(Type.String(), Type.String());

const condition = Type.Object({
  is: words(['raised', 'cleared']),
  since: time('When the episode began.'),
  at: maybeTime('When it was cleared.'),
  why: nullable(words(['resource', 'timeout'])),
});

const handling = Type.Object({
  is: words(['none', 'acknowledged', 'closed']),
  by: nullable(somebody),
  at: maybeTime('Since when.'),
  note: Type.String(),
  until: maybeTime('When an acknowledgement ends by itself.'),
  line: Type.Integer({ description: '1 or 2: which line has it; 0 when nobody has.' }),
});

const suppression = Type.Object({
  kind: words(['shelf', 'maintenance', 'parent', 'flapping', 'design', 'hold']),
  rule: Type.String(),
  by: somebody,
  since: time('Since when.'),
  until: time('Until when.'),
  reason: Type.String(),
});

export const priority = Type.Integer({
  minimum: 1,
  maximum: 5,
  description: 'How soon somebody must act, 1 first. Apart from severity.',
});

const ruled = Type.Object(
  {
    rules: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
    severity: nullable(severity),
    text: nullable(Type.String()),
  },
  { description: 'Rules that touch it, and what its source said where they say otherwise.' },
);

export const alarm = Type.Object(
  {
    id: Type.String(),
    source: Type.String(),
    resource: Type.String(),
    type: Type.String(),
    qualifier: Type.String(),
    severity,
    text: Type.String(),
    labels,
    context: Type.Record(Type.String(), Type.String(), {
      description: 'What the inventory adds. Matchers see it; a label of the sender wins.',
    }),
    annotations: labels,
    link: Type.String(),
    standing: words(['shelved', 'waiting', 'acknowledged', 'closed', 'unseen', 'cleared']),
    condition,
    handling,
    suppressions: Type.Array(suppression),
    priority: nullable(priority),
    ruled: nullable(ruled),
    assignee: nullable(somebody),
    ticket: Type.String(),
    episode: Type.Integer(),
    revision: Type.Integer({ description: 'Journal position of the last entry that changed it.' }),
    createdAt: time('First raise.'),
    changedAt: time('Last change of condition, severity, text or handling.'),
    heardAt: time('Last report of any kind.'),
    occurrences: Type.Integer(),
    occurrencesThisEpisode: Type.Integer(),
    unkept: Type.Integer({
      description: 'Of `occurrences`, those counted without their words: too much came at once.',
    }),
    episodes: Type.Integer(),
    marks: Type.Array(Type.Object({ word: Type.String(), says: Type.String() }), {
      description: 'What its row says at a glance: `flapping ×12`, `held`, `unverified`, `stale` …',
    }),
    deadline: maybeTime('When it is cleared unless its source repeats it.'),
    willClear: Type.Boolean({ description: 'False: the source cannot clear it; a person closes.' }),
  },
  { $id: 'Alarm' },
);

export const change = Type.Object(
  {
    id: Type.String({ description: '`position.index`: its identity and its order.' }),
    at: time('When it happened.'),
    receivedAt: time('When the desk was told.'),
    what: Type.String(),
    episode: Type.Integer(),
    severity,
    by: nullable(somebody),
    text: Type.String(),
    why: Type.String({ description: 'The rule that led here, in words.' }),
  },
  { $id: 'Change' },
);

export const asOf = Type.Integer({ description: 'The journal position this answer knows.' });

export const pageOf = <S extends TSchema>(item: S) =>
  Type.Object({
    items: Type.Array(item),
    next: nullable(Type.String({ description: 'Give it as `cursor` for the next page.' })),
    asOf,
  });

export const paging = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: API_LIMITS.page_items_max,
      default: API_LIMITS.page_items_default,
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: API_LIMITS.cursor_chars_max, description: '`next` of a page.' }),
  ),
};

export const problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    reference: Type.String({ description: 'Quote it: it is in the log.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), expected: Type.String() })),
    ),
  },
  { $id: 'Problem' },
);

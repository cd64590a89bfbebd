import { randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import { type Instant, instantText, parseInstant } from '../../base/time.ts';
import { type Hides, hiddenBySilences, wouldHide } from '../../desk/views/silenced.ts';
import { listSilences, type SilenceView } from '../../desk/views/silences.ts';
import { type Matcher, matcherText, parseMatchers } from '../../domain/alarm/matcher.ts';
import {
  changeSilence,
  SILENCE_LIMITS,
  type SilenceId,
  silenceState,
  type WantedSilence,
} from '../../domain/routing/silence.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { runSliced } from '../sliced.ts';
import { maybeText } from './drawn.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import {
  API_LIMITS,
  maybeTime,
  nullable,
  pageOf,
  paging,
  somebody,
  time,
  words,
} from './shapes.ts';

/** Alarms that a preview names. */
const EXAMPLES_MAX = 10;

const STATES = ['active', 'pending', 'expired'] as const;

const silenceShape = Type.Object({
  id: Type.String(),
  state: words(STATES),
  matchers: Type.Array(Type.String(), { description: '`team="ops"`; all of them must fit.' }),
  startsAt: time('When it begins.'),
  endsAt: time('When it ends.'),
  updatedAt: time('Its last change.'),
  createdBy: Type.String({ description: 'The author as the client said it.' }),
  by: somebody,
  comment: Type.String(),
  hides: Type.Integer({ description: 'Raised alarms of which it lets nobody be notified now.' }),
  lastEnd: maybeTime(
    'While it keeps nothing quiet: the last end of an alarm it kept so, if remembered.',
  ),
});

const listQuery = Type.Object(
  {
    state: Type.Optional(
      Type.Array(words([...STATES]), { description: 'Default: active and pending.' }),
    ),
    ...paging,
  },
  { additionalProperties: false },
);

const wantedBody = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'The silence to change; absent: a new one.' })),
    matchers: Type.Array(Type.String({ maxLength: 16_384 }), {
      minItems: 1,
      maxItems: SILENCE_LIMITS.matchers_max,
      description: '`team="ops"`; all of them must fit.',
    }),
    startsAt: Type.Optional(time('When it begins. Default: now.')),
    endsAt: time('When it ends; it always does.'),
    comment: Type.String({ maxLength: SILENCE_LIMITS.comment_chars_max }),
    createdBy: Type.Optional(Type.String({ maxLength: SILENCE_LIMITS.author_chars_max })),
    preview: Type.Optional(
      Type.Boolean({ description: 'Only say what it would keep quiet now; nothing is done.' }),
    ),
  },
  { additionalProperties: false },
);

const madeShape = Type.Object({
  id: nullable(Type.String({ description: 'Null for a preview.' })),
  position: nullable(Type.Integer({ description: 'Where in the journal it stands.' })),
  repeated: Type.Boolean({ description: 'True: done before under this key; told again.' }),
  hides: Type.Integer({ description: 'Raised alarms that its matchers fit now.' }),
  examples: Type.Array(
    Type.Object({
      id: Type.String(),
      resource: Type.String(),
      type: Type.String(),
      text: Type.String(),
    }),
  ),
});

const SILENCES = `${API}/silences`;

export const silenceRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: SILENCES,
    access: VIEWER,
    summary: 'Silences and what each keeps quiet now: active first, the next to end at the top.',
    querySchema: listQuery,
    answerSchema: pageOf(silenceShape),
    handle: (asked) => list(parts, asked),
  },
  {
    method: 'POST',
    path: SILENCES,
    access: OPERATOR,
    summary: 'Makes or changes a silence. It has a comment and an end.',
    bodySchema: wantedBody,
    answerSchema: madeShape,
    handle: (asked) => make(parts, asked),
  },
  {
    method: 'GET',
    path: `${SILENCES}/:id`,
    access: VIEWER,
    summary: 'One silence.',
    answerSchema: silenceShape,
    handle: async (asked) => {
      const { memory, clock } = parts.desk;
      const silence = memory.get('silences', asked.params.id ?? '');
      if (!silence) throw new DeskError('NOT_FOUND', { what: 'such silence' });
      const hides = await runSliced(hiddenBySilences(memory, clock.now()));
      const view = { silence, state: silenceState(silence, clock.now()) };
      return json(200, silenceJson(parts, view, hides));
    },
  },
  {
    method: 'DELETE',
    path: `${SILENCES}/:id`,
    access: OPERATOR,
    summary: 'Ends a silence now. It stays listed as expired for some days.',
    handle: (asked) => expire(parts, asked),
  },
];

async function list(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { state, limit, cursor } = readQuery(listQuery, asked.query);
  const { memory, clock } = parts.desk;
  const from = cursor === undefined ? 0 : offsetOf(cursor);
  const size = limit ?? API_LIMITS.page_items_default;
  const states: readonly string[] = state ?? ['active', 'pending'];
  const wanted = {
    active: states.includes('active'),
    pending: states.includes('pending'),
    expired: states.includes('expired'),
    matchers: [],
  };
  const all = listSilences(memory, clock.now(), wanted);
  const views = all.slice(from, from + size);
  const hides = views.some((view) => view.state === 'active')
    ? await runSliced(hiddenBySilences(memory, clock.now()))
    : new Map<string, Hides>();
  const items = views.map((view) => silenceJson(parts, view, hides));
  const next = from + size < all.length ? `s${from + size}` : null;
  return json(200, { items, next, asOf: memory.position });
}

function offsetOf(cursor: string): number {
  const [, digits] = /^s(\d{1,6})$/.exec(cursor) ?? [];
  if (digits === undefined) throw refusal('CURSOR_INVALID', {});
  return Number(digits);
}

function silenceJson(
  { accounts }: Pick<ApiParts, 'accounts'>,
  { silence, state }: SilenceView,
  hides: ReadonlyMap<string, Hides>,
) {
  const { id, matchers, startsAt, endsAt, updatedAt, createdBy, by, comment } = silence;
  const { now = 0, lastEnd } = hides.get(id) ?? {};
  return {
    id,
    state,
    matchers: matchers.map(matcherText),
    startsAt: instantText(startsAt),
    endsAt: instantText(endsAt),
    updatedAt: instantText(updatedAt),
    createdBy,
    by: { id: by, name: accounts.name(by) },
    comment,
    hides: now,
    lastEnd: now > 0 ? null : maybeText(lastEnd),
  };
}

async function make(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { desk, accounts } = parts;
  const given = asked.json as Static<typeof wantedBody>;
  if (given.comment.trim() === '') throw refusal('REASON_MISSING', { verb: 'a silence' });
  const matchers = given.matchers.flatMap((text, n) => readOne(text, n));
  const by = byOf(asked.actor);
  const now = desk.clock.now();
  const wanted: Omit<WantedSilence, 'by'> = {
    ...(given.id === undefined ? {} : { silence: given.id as SilenceId }),
    newId: randomUUID() as string as SilenceId,
    matchers: matchers.map(({ name, op, value }) => ({ name, op, value })),
    startsAt: instantOf(given.startsAt) ?? now,
    endsAt: instantOf(given.endsAt) ?? now,
    createdBy: given.createdBy ?? accounts.name(by),
    comment: given.comment.trim(),
    annotations: {},
  };
  const old = wanted.silence && desk.memory.get('silences', wanted.silence);
  // What cannot be is not worth an entry; the fold looks again, because time goes on meanwhile.
  const tried = changeSilence(old, { ...wanted, by }, now);
  if (!tried.ok) throw refusalFailure(tried.refused);
  const seen = await runSliced(wouldHide(desk.memory, matchers, EXAMPLES_MAX));
  const examples = seen.examples.map(({ id, resource, type, text }) => ({
    id,
    resource,
    type,
    text,
  }));
  const about = { hides: seen.count, examples };
  if (given.preview === true) {
    return json(200, { id: null, position: null, repeated: false, ...about });
  }
  const done = await desk.act(by, { verb: 'silence.set', ...wanted }, onceOf(by, asked));
  if (done.refused !== undefined) throw refusalFailure(done.refused);
  const { made = null, position, repeated } = done;
  return json(200, { id: made, position, repeated, ...about });
}

function readOne(text: string, n: number): readonly Matcher[] {
  const read = parseMatchers(text);
  if (!('error' in read)) return read;
  const why = { field: `matchers[${n}]`, expected: read.error };
  throw refusal('MATCHER_INVALID', { matcher: text, why: read.error }, { errors: [why] });
}

const instantOf = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : parseInstant(text);

async function expire({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const id = (asked.params.id ?? '') as SilenceId;
  const silence = desk.memory.get('silences', id);
  if (!silence) throw new DeskError('NOT_FOUND', { what: 'such silence' });
  if (silenceState(silence, desk.clock.now()) === 'expired') return { status: 204 };
  const by = byOf(asked.actor);
  const act = { verb: 'silence.expire', silence: id } as const;
  const { refused } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined) throw refusalFailure(refused);
  return { status: 204 };
}

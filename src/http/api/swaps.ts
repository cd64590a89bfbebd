import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { byState, refusalFailure } from '../../base/refusal.ts';
import { type Instant, instantText, parseInstant } from '../../base/time.ts';
import { schedulesIn, swapsOf } from '../../desk/rota.ts';
import type { Swap, SwapAct } from '../../desk/rota-acts.ts';
import { OVERRIDE_LIMITS } from '../../desk/verbs/override.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { doneShape } from './alarm-rules-shapes.ts';
import { onceOf } from './once.ts';
import { personIn } from './overrides.ts';
import { API, type ApiParts, byOf, OPERATOR, ownerOf, VIEWER } from './parts.ts';
import { asOf, nullable, somebody, time } from './shapes.ts';

const SWAPS = `${API}/swaps`;
const reason = Type.String({ maxLength: OVERRIDE_LIMITS.reason_chars_max });

const shape = Type.Object(
  {
    id: Type.String(),
    schedule: Type.String(),
    person: somebody,
    from: time('It begins.'),
    to: time('It is over.'),
    reason: Type.String(),
    askedBy: somebody,
    askedAt: time('When it was asked.'),
    taken: nullable(Type.Object({ by: somebody, at: time('When.'), override: Type.String() })),
  },
  { $id: 'Swap' },
);

const listQuery = Type.Object(
  { schedule: Type.Optional(Type.String({ description: 'Only of this one.' })) },
  { additionalProperties: false },
);

const askBody = Type.Object(
  {
    person: Type.Optional(
      Type.String({ maxLength: 256, description: 'Id or login: whose shifts. Default: yours.' }),
    ),
    from: time('It begins.'),
    to: time('It is over.'),
    reason,
  },
  { additionalProperties: false },
);

const takeBody = Type.Object(
  {
    from: Type.Optional(time('Only from then on.')),
    to: Type.Optional(time('Only until then.')),
  },
  { additionalProperties: false },
);

const withdrawQuery = Type.Object({ reason }, { additionalProperties: false });

/** Somebody asks that others take their shifts; who takes them is an override. */
export const swapRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: SWAPS,
    access: VIEWER,
    summary: 'Requests to swap that are not over, taken ones too.',
    querySchema: listQuery,
    answerSchema: Type.Object({ items: Type.Array(shape), asOf }),
    handle: (asked) => list(parts, asked),
  },
  {
    method: 'POST',
    path: `${API}/schedules/:name/swaps`,
    access: OPERATOR,
    summary: 'Asks that somebody takes shifts of a time over.',
    bodySchema: askBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const { person, from, to, reason: why } = asked.json as Static<typeof askBody>;
      return done(parts, asked, {
        verb: 'swap.ask',
        schedule: asked.params.name ?? '',
        person: person === undefined ? ownerOf(asked.actor) : personIn(parts.accounts, person),
        from: parseInstant(from) ?? (0 as Instant),
        to: parseInstant(to) ?? (0 as Instant),
        reason: why,
      });
    },
  },
  {
    method: 'POST',
    path: `${SWAPS}/:id/take`,
    access: OPERATOR,
    summary: 'You take it, or a part: the answer is the override that comes of it.',
    bodySchema: takeBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const { from, to } = (asked.json ?? {}) as Static<typeof takeBody>;
      const [begin, end] = [parseInstant(from ?? ''), parseInstant(to ?? '')];
      return done(parts, asked, {
        ...{ verb: 'swap.take', swap: known(parts, asked), taker: ownerOf(asked.actor) },
        ...(begin === undefined ? {} : { from: begin }),
        ...(end === undefined ? {} : { to: end }),
      });
    },
  },
  {
    method: 'DELETE',
    path: `${SWAPS}/:id`,
    access: OPERATOR,
    summary: 'It is not asked for any more.',
    querySchema: withdrawQuery,
    handle: async (asked) => {
      const { reason: why } = readQuery(withdrawQuery, asked.query);
      await done(parts, asked, { verb: 'swap.withdraw', swap: known(parts, asked), reason: why });
      return { status: 204 };
    },
  },
];

function known({ desk }: ApiParts, { params }: Asked): string {
  const { id = '' } = params;
  if (!desk.memory.get('swaps', id)) throw new DeskError('NOT_FOUND', { what: 'such request' });
  return id;
}

async function done({ desk }: ApiParts, asked: Asked, act: SwapAct): Promise<Answer> {
  const by = byOf(asked.actor);
  const { refused, made, position, repeated } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined || made === undefined)
    throw refusalFailure(refused ?? byState('Nothing was done.'));
  return json(200, { id: made, position, repeated });
}

function list(parts: ApiParts, asked: Asked): Answer {
  const { memory, clock } = parts.desk;
  const { schedule } = readQuery(listQuery, asked.query);
  const names = schedule === undefined ? schedulesIn(memory).map(({ name }) => name) : [schedule];
  const found = names.flatMap((name) => swapsOf(memory, name, clock.now()));
  return json(200, { items: found.map((one) => swapJson(parts, one)), asOf: memory.position });
}

function swapJson({ accounts }: ApiParts, one: Swap) {
  const who = (id: Swap['person']) => ({ id, name: accounts.name(id) });
  const { taken } = one;
  return {
    ...{ id: one.id, schedule: one.schedule, reason: one.reason },
    person: who(one.person),
    from: instantText(one.from),
    to: instantText(one.to),
    askedBy: who(one.askedBy),
    askedAt: instantText(one.askedAt),
    taken: taken
      ? { by: who(taken.by), at: instantText(taken.at), override: taken.override }
      : null,
  };
}

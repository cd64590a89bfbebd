import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { byState, refusalFailure } from '../../base/refusal.ts';
import { type Instant, instantText, parseInstant } from '../../base/time.ts';
import type { Accounts } from '../../desk/accounts.ts';
import type { KeptOverride } from '../../desk/rota-acts.ts';
import { OVERRIDE_LIMITS } from '../../desk/verbs/override.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Override } from '../../domain/rota/schedule.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { doneShape } from './alarm-rules-shapes.ts';
import { somebodyJson } from './drawn.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR } from './parts.ts';
import { nullable, somebody, time, words } from './shapes.ts';

const KINDS = ['add', 'remove', 'replace', 'take all'] as const satisfies readonly Override['is'][];
const WHO_CHARS_MAX = 256;

const kind = words(KINDS);

export const overrideShape = Type.Object(
  {
    id: Type.String(),
    from: time('It begins.'),
    to: time('It is over.'),
    is: kind,
    person: nullable(somebody),
    by: nullable(somebody),
    reason: Type.String(),
    madeBy: somebody,
    madeAt: time('When it was made.'),
  },
  { $id: 'Override' },
);

const setBody = Type.Object(
  {
    is: Type.Unsafe<Override['is']>({
      enum: [...KINDS],
      description:
        'add: `by` comes; remove: `person` goes; replace: `by` for `person`; take all: ' +
        '`by` alone, or nobody.',
    }),
    person: Type.Optional(
      Type.String({ maxLength: WHO_CHARS_MAX, description: 'Id or login: who goes.' }),
    ),
    by: Type.Optional(
      Type.String({ maxLength: WHO_CHARS_MAX, description: 'Id or login: who comes.' }),
    ),
    from: Type.Optional(time('It begins. Default: now.')),
    to: time('It is over.'),
    reason: Type.String({ maxLength: OVERRIDE_LIMITS.reason_chars_max }),
  },
  { additionalProperties: false },
);

const removeQuery = Type.Object(
  { reason: Type.String({ maxLength: OVERRIDE_LIMITS.reason_chars_max }) },
  { additionalProperties: false },
);

export const overrideRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'POST',
    path: `${API}/schedules/:name/overrides`,
    access: OPERATOR,
    summary: 'Puts somebody on call for a time, takes somebody off, or both.',
    bodySchema: setBody,
    answerSchema: doneShape,
    handle: (asked) => set(parts, asked),
  },
  {
    method: 'DELETE',
    path: `${API}/overrides/:id`,
    access: OPERATOR,
    summary: 'Removes an override that has not begun, or ends one now.',
    querySchema: removeQuery,
    handle: (asked) => remove(parts, asked),
  },
];

/** Whom a login or an id means; what is neither is an id that the desk refuses. */
export const personIn = ({ people }: Pick<Accounts, 'people'>, text: string): UserId =>
  people.byLogin(text)?.id ?? (text as UserId);

async function set({ desk, accounts }: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof setBody>;
  const by = byOf(asked.actor);
  const act = {
    verb: 'override.set' as const,
    schedule: asked.params.name ?? '',
    is: given.is,
    ...(given.person === undefined ? {} : { person: personIn(accounts, given.person) }),
    ...(given.by === undefined ? {} : { by: personIn(accounts, given.by) }),
    from: parseInstant(given.from ?? '') ?? desk.clock.now(),
    to: parseInstant(given.to) ?? (0 as Instant),
    reason: given.reason,
  };
  const { refused, made, position, repeated } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined || made === undefined)
    throw refusalFailure(refused ?? byState('Nothing was done.'));
  return json(200, { id: made, position, repeated });
}

async function remove({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const { reason } = readQuery(removeQuery, asked.query);
  const override = asked.params.id ?? '';
  if (!desk.memory.get('overrides', override))
    throw new DeskError('NOT_FOUND', { what: 'such override' });
  const by = byOf(asked.actor);
  const act = { verb: 'override.remove' as const, override, reason };
  const { refused } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined) throw refusalFailure(refused);
  return { status: 204 };
}

export const overrideJson = (parts: ApiParts, one: KeptOverride) => ({
  id: one.id,
  from: instantText(one.from),
  to: instantText(one.to),
  is: one.is,
  person: somebodyJson(parts, one.person),
  by: somebodyJson(parts, one.by),
  reason: one.reason,
  madeBy: { id: one.madeBy, name: parts.accounts.name(one.madeBy) },
  madeAt: instantText(one.madeAt),
});

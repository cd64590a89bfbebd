import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import { type Instant, parseInstant } from '../../base/time.ts';
import type { Token } from '../../desk/account-rows.ts';
import type { TokenScope } from '../../desk/entry.ts';
import { json } from '../answer.ts';
import { roleCovers } from '../door.ts';
import { fieldsRefused } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { newToken } from '../token.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import { API, type ApiParts, byOf, ownerOf, roleOf, VIEWER } from './parts.ts';
import { maybeTime, nullable, somebody, time } from './shapes.ts';
import { mayTouch } from './users.ts';

export const TOKENS_MAX = 10_000;

const scope = Type.String({
  pattern: '^(role|wall|ingest:\\*|ingest:[a-zA-Z0-9_./-]{1,128})$',
  description:
    '`role`: all its owner may do. `ingest:NAME` or `ingest:*`: hand in events only. ' +
    '`wall`: show /wall only.',
});

const token = Type.Object(
  {
    id: Type.String(),
    label: Type.String(),
    owner: nullable(somebody),
    scope: Type.String(),
    until: maybeTime('When it stops to work.'),
  },
  { $id: 'Token' },
);

const newTokenBody = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 128, description: 'What it is for.' }),
    scope,
    until: Type.Optional(time('When it stops to work; without: never.')),
  },
  { additionalProperties: false },
);

export const tokenRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/tokens`,
    access: VIEWER,
    summary: 'Your tokens; all of them for admins. Secrets are never shown again.',
    answerSchema: Type.Object({ items: Type.Array(token) }),
    handle: (asked) => {
      const seen = [...parts.desk.memory.all('tokens')].filter((t) => mayTouch(asked, t.owner));
      return json(200, { items: seen.map((t) => tokenJson(parts, t)) });
    },
  },
  {
    method: 'POST',
    path: `${API}/tokens`,
    access: VIEWER,
    summary: 'Makes a token of yours. Its secret is in this answer and nowhere else.',
    bodySchema: newTokenBody,
    answerSchema: Type.Object({ token, secret: Type.String() }),
    handle: (asked) => add(parts, asked),
  },
  {
    method: 'DELETE',
    path: `${API}/tokens/:id`,
    access: VIEWER,
    summary: 'Revokes a token: it works no longer once this is answered.',
    handle: (asked) => revoke(parts, asked),
  },
];

async function add(parts: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof newTokenBody>;
  const { desk, clock } = parts;
  const has = roleOf(asked.actor);
  if (given.scope !== 'role' && !(has && roleCovers(has, 'operator')))
    throw new DeskError('NOT_ALLOWED', { need: 'operator' });
  if (desk.memory.count('tokens') >= TOKENS_MAX)
    throw new DeskError('ACTION_REFUSED', { why: `There are ${TOKENS_MAX} tokens. Revoke some.` });
  const until = endOf(given.until, clock.now());
  const { id, secret, hash } = newToken();
  const act = {
    verb: 'token.add',
    token: id,
    hash,
    label: given.label,
    owner: ownerOf(asked.actor),
    scope: given.scope as TokenScope,
    ...(until === undefined ? {} : { until }),
  } as const;
  const { refused } = await desk.act(byOf(asked.actor), act);
  if (refused !== undefined) throw refusalFailure(refused);
  return json(201, { token: tokenJson(parts, { ...act, id, until }), secret });
}

function endOf(text: string | undefined, now: Instant): Instant | undefined {
  const until = text === undefined ? undefined : parseInstant(text);
  if (until !== undefined && until <= now)
    throw fieldsRefused([{ field: 'until', expected: 'a time that is still to come' }]);
  return until;
}

/** A token of somebody else is, to who may not touch it, as if it were not there. */
async function revoke(parts: ApiParts, asked: Asked): Promise<Answer> {
  const id = asked.params.id ?? '';
  const found = parts.desk.memory.get('tokens', id);
  if (found === undefined || !mayTouch(asked, found.owner))
    throw new DeskError('NOT_FOUND', { what: 'such token' });
  const { refused } = await parts.desk.act(byOf(asked.actor), { verb: 'token.revoke', token: id });
  if (refused !== undefined) throw refusalFailure(refused);
  return { status: 204 };
}

const tokenJson = (
  parts: ApiParts,
  {
    id,
    label,
    owner,
    scope: has,
    until,
  }: Pick<Token, 'id' | 'label' | 'owner' | 'scope' | 'until'>,
) => ({ id, label, owner: somebodyJson(parts, owner), scope: has, until: maybeText(until) });

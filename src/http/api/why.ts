import { Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { instantText, parseInstant } from '../../base/time.ts';
import { type Why, why } from '../../desk/views/why.ts';
import type { WhyGroup, WhyWay } from '../../desk/views/why-groups.ts';
import { phraseText } from '../../desk/views/words.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { maybeText } from './drawn.ts';
import {
  attemptJson,
  attemptShape,
  decisionJson,
  decisionShape,
  labelsShape,
  routeStep,
  sentence,
  stepJson,
  wayName,
} from './notice-shapes.ts';
import { idOf } from './one.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { asOf, maybeTime, nullable, time, words } from './shapes.ts';

const query = Type.Object(
  { at: Type.Optional(time('The moment to ask about. Default: now.')) },
  { additionalProperties: false },
);

const wayShape = Type.Object({
  way: wayName,
  told: nullable(
    Type.Object({
      as: words(['firing', 'resolved', 'taken back']),
      at: time('When this way was last told of the group.'),
      shadow: Type.Boolean({ description: 'It only would have been: shadow mode.' }),
    }),
  ),
  next: nullable(
    Type.Object({
      at: time('The next look at the group.'),
      tells: Type.Boolean({ description: 'It would be told of this alarm then.' }),
      reason: Type.String(),
      says: sentence,
    }),
  ),
  delivery: nullable(
    Type.Object({
      id: Type.String(),
      since: time('When it was born.'),
      attempts: Type.Integer({ description: 'Tries that ended.' }),
      dueAt: time('Not before.'),
      says: sentence,
      aboutIt: Type.Boolean({ description: 'It speaks of this alarm.' }),
    }),
  ),
  failingSince: maybeTime('Of the way, whatever it sends.'),
  lastError: Type.String(),
  pausedUntil: maybeTime('Its breaker is open: nothing is sent this way before.'),
});

const groupShape = Type.Object({
  id: Type.String(),
  route: Type.String(),
  receiver: Type.String(),
  key: Type.String({ description: 'Alertmanager’s group key.' }),
  labels: labelsShape,
  raised: Type.Integer({ description: 'Raised alarms in it.' }),
  ended: Type.Integer({ description: 'Cleared ones whose end is still to be looked at.' }),
  repeatsEvery: Type.String({ description: '`4h`' }),
  looks: nullable(
    Type.Object({
      lastAt: maybeTime('The last look at the group.'),
      nextAt: time('The next one.'),
      says: sentence,
    }),
  ),
  closed: nullable(
    Type.Object({
      why: words(['mute', 'active']),
      intervals: Type.Array(Type.String()),
      until: maybeTime('Null: not within two days.'),
    }),
  ),
  ways: Type.Array(wayShape),
});

const muteShape = Type.Object({
  by: Type.String({ description: 'silence, inhibition, shelf …' }),
  rule: Type.String({ description: 'Id of a silence, name of a rule.' }),
  says: sentence,
  until: maybeTime('When it ends.'),
  source: nullable(Type.String({ description: 'The alarm that inhibits it.' })),
});

/** Why somebody was told of an alarm, or why nobody was. */
export const whyRoute = (parts: ApiParts): Route => ({
  method: 'GET',
  path: `${API}/alarms/:id/why`,
  access: VIEWER,
  summary:
    'Who was told of an alarm, or why nobody was: its routes, groups, what mutes it, each try.',
  querySchema: query,
  answerSchema: Type.Object({
    id: Type.String(),
    at: time('The moment this is told for.'),
    past: Type.Boolean({ description: 'Told from what was written down by then.' }),
    told: Type.Boolean(),
    answer: sentence,
    revision: Type.String({ description: 'Of the configuration that routed then; or "".' }),
    routes: Type.Array(routeStep, { description: 'In the order in which they were looked at.' }),
    routesLeftOut: Type.Integer({ description: 'Routes passed by that are not named.' }),
    mutes: Type.Array(muteShape),
    groups: Type.Array(groupShape),
    decisions: Type.Array(decisionShape, { description: 'Newest first.' }),
    attempts: Type.Array(attemptShape, { description: 'Newest first.' }),
    more: Type.Boolean({ description: 'There are older ones.' }),
    asOf,
  }),
  handle: (asked) => answer(parts, asked),
});

async function answer(parts: ApiParts, asked: Asked): Promise<Answer> {
  const given = readQuery(query, asked.query).at;
  const at = given === undefined ? undefined : parseInstant(given);
  const { desk, accounts, outbox } = parts;
  const nameOf = (user: UserId): string => accounts.name(user);
  const id = idOf(asked);
  const found = await why({ desk, nameOf, outbox }, id, at);
  if (!found) throw new DeskError('ALARM_NOT_FOUND', { id });
  return json(200, whyJson(found));
}

const whyJson = (w: Why) => ({
  id: w.alarm.id,
  at: instantText(w.at),
  past: w.past,
  told: w.answer.told,
  answer: phraseText(w.answer.says),
  revision: w.revision,
  routes: w.route?.steps.map(stepJson) ?? [],
  routesLeftOut: w.route?.leftOut ?? 0,
  mutes: w.mutes.map((m) => ({
    by: m.by,
    rule: m.rule,
    says: phraseText(m.says),
    until: maybeText(m.until),
    source: m.source ?? null,
  })),
  groups: w.groups.map(groupJson),
  decisions: w.decisions.map(decisionJson),
  attempts: w.attempts.map(attemptJson),
  more: w.more,
  asOf: w.asOf,
});

const groupJson = (g: WhyGroup) => ({
  ...g,
  looks: g.looks
    ? { ...g.looks, lastAt: maybeText(g.looks.lastAt), nextAt: instantText(g.looks.nextAt) }
    : null,
  closed: g.closed ? { ...g.closed, until: maybeText(g.closed.until) } : null,
  ways: g.ways.map(wayJson),
});

const openJson = (delivery: NonNullable<WhyWay['delivery']>) => ({
  ...delivery,
  since: instantText(delivery.since),
  dueAt: instantText(delivery.dueAt),
  says: phraseText(delivery.says),
});

const wayJson = ({ way, told, next, delivery, failingSince, lastError, pausedUntil }: WhyWay) => ({
  way,
  told: told ? { ...told, at: instantText(told.at) } : null,
  next: next ? { ...next, at: instantText(next.at), says: phraseText(next.says) } : null,
  delivery: delivery ? openJson(delivery) : null,
  failingSince: maybeText(failingSince),
  lastError,
  pausedUntil: maybeText(pausedUntil),
});

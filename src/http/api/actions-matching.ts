import { Type } from 'typebox';
import { parseInstant } from '../../base/time.ts';
import type { Target } from '../../desk/entry.ts';
import { actOnMatching, MATCHING_LIMITS, matching } from '../act-matching.ts';
import { json } from '../answer.ts';
import { fieldsRefused } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { actOf, bulkFields, type Given, result, resultsJson } from './actions.ts';
import { isWanted, readFilters } from './filters.ts';
import { filterParameter } from './list.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR } from './parts.ts';
import { time, words } from './shapes.ts';

const body = Type.Object(
  {
    ...bulkFields,
    filter: filterParameter,
    state: Type.Optional(words(['raised', 'cleared', 'any'])),
    unchangedSince: Type.Optional(
      time('When you looked: alarms that came or changed since are left as they are.'),
    ),
  },
  { additionalProperties: false },
);

type Body = Given & {
  readonly verb: Parameters<typeof actOf>[1];
  readonly filter?: readonly string[];
  readonly state?: 'raised' | 'cleared' | 'any';
  readonly unchangedSince?: string;
};

/** Does one thing to all alarms in memory that match, none of which has to be named. */
export const matchingRoute = (parts: ApiParts): Route => ({
  method: 'POST',
  path: `${API}/alarms/actions/matching`,
  access: OPERATOR,
  summary:
    `Does one thing to all alarms in memory that match, at most ${MATCHING_LIMITS.alarms_max}; ` +
    'raised ones unless `state` says otherwise. With more of them nothing is done.',
  bodySchema: body,
  answerSchema: Type.Object({
    position: Type.Integer({ description: 'Where in the journal the last of it stands.' }),
    results: Type.Array(result, { description: 'One for each alarm that matched.' }),
    changed: Type.Integer({ description: 'Came or changed since you looked: left as they are.' }),
    gone: Type.Integer({ description: 'No longer matched when their turn came.' }),
    stopped: Type.String({ description: 'Why it ended early; "" when it did not.' }),
    left: Type.Integer({ description: 'Alarms it did not come to because of that.' }),
  }),
  handle: (asked) => onMatching(parts, asked),
});

async function onMatching(parts: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Body;
  const { reading } = parts;
  const matchers = readFilters(given.filter ?? [], reading);
  const wanted = { matchers, state: given.state ?? 'raised', reading };
  const holds = (alarm: Parameters<typeof isWanted>[0]): boolean => isWanted(alarm, wanted);
  const by = byOf(asked.actor);
  const actOn = (on: readonly Target[]) => actOf(parts, given.verb, on, given);
  const once = onceOf(by, asked);
  const found = await matching(parts.desk.memory, { holds, seen: seenIn(given) });
  const done = await actOnMatching(parts.desk, found.alarms, { by, actOn, holds, once });
  const { position, results, gone, stopped, left } = done;
  const changed = found.came + found.changed;
  return json(200, { position, results: resultsJson(results), changed, gone, stopped, left });
}

function seenIn({ unchangedSince }: Body) {
  const seen = unchangedSince === undefined ? undefined : parseInstant(unchangedSince);
  if (unchangedSince !== undefined && seen === undefined)
    throw fieldsRefused([{ field: 'unchangedSince', expected: 'an RFC 3339 time' }]);
  return seen;
}

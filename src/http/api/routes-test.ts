import { type Static, Type } from 'typebox';
import { type LabelSet, readLabelWords } from '../../desk/views/label-set.ts';
import {
  ROUTE_MAP_LIMITS,
  type RouteTrial,
  routeMap,
  tryRoute,
} from '../../desk/views/route-map.ts';
import { phraseText } from '../../desk/views/words.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { EVENT_LIMITS, type Labels } from '../../domain/alarm/event.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { fieldsRefused, refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { labelsShape, routeStep, sentence, stepJson, wayName } from './notice-shapes.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { asOf, words } from './shapes.ts';

const names = Type.Array(Type.String());

const routeShape = Type.Object({
  id: Type.String(),
  depth: Type.Integer({ description: '0 is the root; parents stand before their children.' }),
  matchers: Type.String({ description: '`{team="ops"}`' }),
  receiver: Type.String(),
  ways: Type.Array(wayName),
  continues: Type.Boolean(),
  groupBy: names,
  groupWait: Type.String({ description: '`30s`' }),
  groupInterval: Type.String(),
  repeatInterval: Type.String(),
  muteIntervals: names,
  activeIntervals: names,
  closed: Type.Boolean({ description: 'It may send nothing now, because of its intervals.' }),
  onAcknowledge: words(['stop-repeats', 'stop-all', 'nothing']),
  raised: Type.Integer({ description: 'Raised alarms that this very route takes.' }),
  groups: Type.Integer(),
});

const trialShape = Type.Object({
  labels: labelsShape,
  receivers: Type.Array(Type.String(), { description: 'In the order of the routes.' }),
  routes: Type.Array(routeStep, { description: 'In the order in which they were looked at.' }),
  routesLeftOut: Type.Integer({ description: 'Routes passed by that are not named.' }),
  groups: Type.Array(
    Type.Object({ route: Type.String(), receiver: Type.String(), key: Type.String() }),
  ),
  mutes: Type.Array(Type.Object({ by: Type.String(), rule: Type.String(), says: sentence }), {
    description: 'What would mute such an alarm now.',
  }),
});

const query = Type.Object(
  {
    label: Type.Optional(
      Type.Array(Type.String({ maxLength: EVENT_LIMITS.label_value_chars_max }), {
        maxItems: EVENT_LIMITS.labels_max,
        description: 'One label: `team=ops`. May be given again and again.',
      }),
    ),
  },
  { additionalProperties: false },
);

const body = Type.Object({ labels: labelsShape }, { additionalProperties: false });

/** The route tree, and where an alarm would go. */
export const routingRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/routes`,
    access: VIEWER,
    summary: 'The route tree with its timers and how many raised alarms sit in each route.',
    answerSchema: Type.Object({
      revision: Type.String({ description: 'Of the configuration; "" while there is none.' }),
      routes: Type.Array(routeShape, {
        description: `Depth first, at most ${ROUTE_MAP_LIMITS.routes_max}.`,
      }),
      leftOut: Type.Integer(),
      asOf,
    }),
    handle: () => {
      const { memory, clock } = parts.desk;
      return json(200, { ...routeMap(memory, clock.now()), asOf: memory.position });
    },
  },
  {
    method: 'GET',
    path: `${API}/routes/test`,
    access: VIEWER,
    summary: 'Where an alarm with these labels would go, and what would mute it.',
    querySchema: query,
    answerSchema: trialShape,
    handle: (asked) => tried(parts, readLabelWords(readQuery(query, asked.query).label ?? [])),
  },
  {
    method: 'POST',
    path: `${API}/routes/test`,
    access: VIEWER,
    summary: 'The same for labels in a body. Nothing is kept.',
    bodySchema: body,
    answerSchema: trialShape,
    handle: (asked: Asked) => tried(parts, asked.json as Static<typeof body>),
  },
];

function tried({ desk, accounts }: ApiParts, set: LabelSet | { labels: Labels }): Answer {
  if ('why' in set) throw fieldsRefused([{ field: 'label', expected: set.why }]);
  const nameOf = (id: UserId): string => accounts.name(id);
  const trial = tryRoute(desk.memory, set.labels, desk.clock.now(), nameOf);
  if (!trial) throw refusal('NOT_FOUND', { what: 'routing' });
  return json(200, trialJson(trial));
}

const trialJson = ({ labels, receivers, steps, leftOut, groups, mutes }: RouteTrial) => ({
  labels,
  receivers,
  routes: steps.map(stepJson),
  routesLeftOut: leftOut,
  groups: groups.map(({ route, receiver, key }) => ({ route, receiver, key })),
  mutes: mutes.map(({ by, rule, says }) => ({ by, rule, says: phraseText(says) })),
});

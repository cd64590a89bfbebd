import { Type } from 'typebox';
import { type Instant, instantText } from '../../base/time.ts';
import { phraseText } from '../../desk/views/words.ts';
import { QUANTILES } from '../../domain/slo/heat.ts';
import { STAGES, type StageTimes, TIME_SPANS, type TimeSpan } from '../../domain/slo/own-times.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { OwnDoor } from '../own-door.ts';
import type { Route } from '../route.ts';
import { API, VIEWER } from './parts.ts';
import { maybeTime, nullable, time, words } from './shapes.ts';

const STATES = ['well', 'trouble', 'unknown'] as const;

const health = Type.Object(
  {
    is: words(['well', 'trouble'] as const),
    version: Type.String(),
    lines: Type.Array(
      Type.Object({
        key: Type.String(),
        title: Type.String(),
        is: words(STATES),
        says: Type.String(),
        since: maybeTime('Since when it is in trouble.'),
        next: Type.String({ description: 'What to do; "" when nothing is.' }),
        alarms: Type.Array(Type.String({ description: 'Alarm id.' })),
      }),
    ),
  },
  { $id: 'DeskHealth' },
);

const SPANS = Object.keys(TIME_SPANS) as TimeSpan[];

const asked = Type.Object({ span: Type.Optional(words(SPANS)) }, { additionalProperties: false });

const took = nullable(Type.Number({ description: 'Milliseconds; null: too little was observed.' }));
const quantiles = Type.Array(Type.Object({ q: Type.Number(), took }));

const times = Type.Object(
  {
    span: words(SPANS),
    stages: Type.Array(
      Type.Object({
        stage: words(STAGES),
        total: Type.Integer(),
        quantiles,
        stepSeconds: Type.Number({ description: 'Length of a time cell.' }),
        rows: Type.Array(
          Type.Object({
            lower: Type.Number({ description: 'Above this, in milliseconds.' }),
            upper: Type.Number({ description: 'Up to this.' }),
          }),
        ),
        columns: Type.Array(
          Type.Object({
            to: time('When the cell ends.'),
            isKnown: Type.Boolean({ description: 'False: the desk did not run.' }),
            total: Type.Integer(),
            counts: Type.Array(Type.Integer(), { description: 'One for each row.' }),
            quantiles,
          }),
        ),
      }),
    ),
  },
  { $id: 'DeskTimes' },
);

/** How the desk itself is, and how long it takes. */
export const ownRoutes = (own: OwnDoor): Route[] => [
  {
    method: 'GET',
    path: `${API}/desk/health`,
    access: VIEWER,
    summary: 'How the desk itself is, line by line, with what to do.',
    answerSchema: health,
    handle: () => {
      const lines = own.health();
      const is = lines.some((line) => line.is === 'trouble') ? 'trouble' : 'well';
      return json(200, {
        ...{ is, version: own.version },
        lines: lines.map(({ says, since, ...line }) => ({
          ...line,
          says: phraseText(says),
          since: since === undefined ? null : instantText(since),
        })),
      });
    },
  },
  {
    method: 'GET',
    path: `${API}/desk/times`,
    access: VIEWER,
    summary: 'How long the desk takes from event to person: counts by time cell and length.',
    querySchema: asked,
    answerSchema: times,
    handle: ({ query }) => {
      const { span = '24h' } = readQuery(asked, query);
      const stages = [...own.times.maps(span)].map(([stage, one]) => stageJson(stage, one));
      return json(200, { span, stages });
    },
  },
];

const quantilesJson = (all: StageTimes['quantiles']) =>
  all.map(({ value }, i) => ({
    q: QUANTILES[i] ?? 0,
    took: Number.isFinite(value) ? value : null,
  }));

const stageJson = (stage: string, { map, total, quantiles: all }: StageTimes) => ({
  ...{ stage, total, quantiles: quantilesJson(all), stepSeconds: map.step / 1000 },
  rows: map.rows,
  columns: map.columns.map(({ to, isKnown, total: of, counts, quantiles: own }) => ({
    ...{ to: instantText(to as Instant), isKnown, total: of, counts },
    quantiles: quantilesJson(own),
  })),
});

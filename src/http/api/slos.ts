import { Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { instantText, type Millis } from '../../base/time.ts';
import { listSlos, SLO_STATES, type SloView, sloView } from '../../desk/views/slos.ts';
import { lengthText } from '../../domain/check/words.ts';
import { BURN_LEVELS, burnOf, thresholdOf } from '../../domain/slo/burn.ts';
import { type Measure, type RowView, ratioOf } from '../../domain/slo/judge.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Route } from '../route.ts';
import { atMost } from './checks.ts';
import { maybeText } from './drawn.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { maybeTime, nullable, time, words } from './shapes.ts';

const maybeNumber = (description: string) => nullable(Type.Number({ description }));

const windowShape = Type.Object({
  window: Type.String({ description: '`1h`' }),
  ratio: maybeNumber('Bad events of all, 0..1; null when there is none.'),
  burn: maybeNumber('How many times faster than allowed.'),
  bad: maybeNumber('Bad events.'),
  total: maybeNumber('All events.'),
  at: time('When it was asked for.'),
  why: Type.String({ description: 'Why there is no ratio; else empty.' }),
});

const rowShape = Type.Object({
  long: Type.String(),
  short: Type.String(),
  burn: Type.Number({ description: 'Above this in both windows.' }),
  ratio: Type.Number({ description: 'The same as an error ratio.' }),
  raises: words(BURN_LEVELS),
  for: Type.String(),
  is: words(['over', 'under', 'unknown'] as const),
  since: maybeTime('Since when it is over.'),
  isRaised: Type.Boolean(),
  why: Type.String({ description: 'Why it is unknown; else empty.' }),
});

const slo = Type.Object(
  {
    name: Type.String(),
    service: Type.String(),
    description: Type.String(),
    labels: Type.Record(Type.String(), Type.String()),
    source: Type.String({ description: 'The server that is asked.' }),
    objective: Type.Number({ description: 'Per cent.' }),
    period: Type.String(),
    eventsMin: Type.Number({ description: 'Fewer in the long window are too few.' }),
    timetable: Type.String(),
    state: words(SLO_STATES),
    budgetLeft: maybeNumber('Share of the budget; below 0 more than all was spent.'),
    goneInSeconds: maybeNumber('How long the rest lasts at the current burn; null: never.'),
    windows: Type.Array(windowShape),
    rows: Type.Array(rowShape),
    leftOut: Type.Array(Type.Object({ long: Type.String(), why: Type.String() }), {
      description: 'Rows of the common table that this period or objective cannot have.',
    }),
    text: Type.String({ description: 'What the last run said.' }),
    measuredAt: maybeTime('Of the last run.'),
    next: maybeTime('When it is looked at next.'),
    isRunning: Type.Boolean(),
    alarms: Type.Array(Type.String(), { description: 'Alarms it holds raised.' }),
  },
  { $id: 'Slo' },
);

const point = Type.Object({ at: time('When.'), value: Type.Number() });

/** Values of one window that one answer gives. */
export const SLO_POINTS_MAX = 2_000;

const historyQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SLO_POINTS_MAX })) },
  { additionalProperties: false },
);

/** Objectives: their burn rates, their budgets, and what they were. */
export const sloRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/slos`,
    access: VIEWER,
    summary: 'The objectives of the configuration, the worst first.',
    answerSchema: Type.Object({ items: Type.Array(slo) }),
    handle: () =>
      json(200, { items: listSlos(parts.desk.memory, parts.checks.slos.all()).map(sloJson) }),
  },
  {
    method: 'GET',
    path: `${API}/slos/:name`,
    access: VIEWER,
    summary: 'One objective with what was noted of it: ratios by window, and the budget left.',
    querySchema: historyQuery,
    answerSchema: Type.Object({
      ...slo.properties,
      history: Type.Record(Type.String(), Type.Array(point), {
        description: '`ratio 1h` and the other windows, `budget`; oldest first.',
      }),
    }),
    handle: async ({ params, query }) => {
      const view = viewOf(parts, params.name ?? '');
      const { limit = 200 } = readQuery(historyQuery, query);
      const noted = Object.entries(await parts.checks.slos.history(view.name, limit));
      const history = noted.map(([subject, points]) => [
        subject,
        points.map(({ at, value }) => ({ at: instantText(at), value })),
      ]);
      return json(200, { ...sloJson(view), history: Object.fromEntries(history) });
    },
  },
  {
    method: 'POST',
    path: `${API}/slos/:name/run`,
    access: OPERATOR,
    summary: 'Asks for every window now, and judges; after 20 s `isRunning` is true.',
    answerSchema: slo,
    handle: async ({ params, actor }) => {
      const { name } = viewOf(parts, params.name ?? '');
      await atMost(parts.checks.slos.run(name, byOf(actor)), parts);
      return json(200, sloJson(viewOf(parts, name)));
    },
  },
];

function viewOf({ checks, desk }: ApiParts, name: string): SloView {
  const about = checks.slos.one(name);
  if (!about) throw new DeskError('NOT_FOUND', { what: 'such objective' });
  return sloView(desk.memory, about);
}

function sloJson(one: SloView) {
  const { name, service, description, labels, source, timetable, rule, state, isRunning } = one;
  const { objective, period, eventsMin, budget } = rule;
  const left = one.standing?.budget;
  return {
    ...{ name, service, description, labels, source, timetable, objective, eventsMin, state },
    period: lengthText(period),
    budgetLeft: left?.left ?? null,
    goneInSeconds: left?.goneIn === undefined ? null : Math.round(left.goneIn / 1000),
    windows: [...(one.measures ?? [])].map(([window, measure]) =>
      windowJson(window, measure, budget),
    ),
    rows: (one.standing?.rows ?? []).map((row) => rowJson(row, budget)),
    leftOut: one.leftOut.map(({ long, why }) => ({ long: lengthText(long), why })),
    text: one.run?.text ?? '',
    measuredAt: maybeText(one.run?.at),
    next: maybeText(one.next),
    isRunning,
    alarms: one.alarms,
  };
}

function windowJson(window: Millis, measure: Measure, budget: number) {
  const ratio = ratioOf(measure);
  return {
    window: lengthText(window),
    ratio: ratio ?? null,
    burn: ratio === undefined ? null : burnOf(ratio, budget),
    bad: measure.is === 'known' ? measure.bad : null,
    total: measure.is === 'known' ? measure.total : null,
    at: instantText(measure.at),
    why: measure.is === 'no data' ? measure.why : measure.is === 'no traffic' ? measure.is : '',
  };
}

const rowJson = ({ row, state, since, isRaised }: RowView, budget: number) => ({
  long: lengthText(row.long),
  short: lengthText(row.short),
  burn: row.burn,
  ratio: thresholdOf(row.burn, budget),
  raises: row.raise,
  for: lengthText(row.holds),
  is: state.is,
  since: maybeText(since),
  isRaised,
  why: state.is === 'unknown' ? state.why : '',
});

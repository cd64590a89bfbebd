import { Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { hours, type Instant, instantText, parseInstant } from '../../base/time.ts';
import { heatSvg } from '../../console/heat-map.ts';
import { type HeatMap, QUANTILES } from '../../domain/slo/heat.ts';
import type { HeatPlan } from '../../domain/slo/plan.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Route } from '../route.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { nullable, time, words } from './shapes.ts';

/** What is shown when no time is named. */
const HOURS_DEFAULT = 6;

const plan = Type.Object({
  name: Type.String(),
  description: Type.String(),
  source: Type.String({ description: 'The server that is asked, or the file.' }),
  is: words(['classic', 'native', 'otlp'] as const),
  query: Type.String({ description: 'The expression, or the name of the metric.' }),
  unit: Type.String(),
});

const bound = (description: string) =>
  Type.Union([Type.Number(), Type.String()], { description: `${description} \`+Inf\`, \`-Inf\`.` });

const map = Type.Object(
  {
    ...plan.properties,
    stepSeconds: Type.Number({ description: 'Length of a time cell.' }),
    rows: Type.Array(Type.Object({ lower: bound('Above this.'), upper: bound('Up to this.') }), {
      description: 'The buckets, lowest first.',
    }),
    columns: Type.Array(
      Type.Object({
        to: time('When the cell ends.'),
        isKnown: Type.Boolean({ description: 'What is missing is not zero.' }),
        total: Type.Number(),
        counts: Type.Array(Type.Number(), { description: 'One for each row.' }),
        quantiles: Type.Array(
          Type.Object({
            q: Type.Number(),
            value: nullable(Type.Number({ description: 'Null where nothing was observed.' })),
            isAtLeast: Type.Boolean({ description: 'Beyond the last bound: this or more.' }),
          }),
        ),
      }),
    ),
  },
  { $id: 'HeatMap' },
);

const range = Type.Object(
  {
    from: Type.Optional(time(`Default: ${HOURS_DEFAULT} hours before \`to\`.`)),
    to: Type.Optional(time('Default: now.')),
  },
  { additionalProperties: false },
);

/** Heat maps: how a histogram spreads over time. */
export const heatRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/heat-maps`,
    access: VIEWER,
    summary: 'The heat maps of the configuration.',
    answerSchema: Type.Object({ items: Type.Array(plan) }),
    handle: () => json(200, { items: parts.checks.slos.heat.all().map(planJson) }),
  },
  {
    method: 'GET',
    path: `${API}/heat-maps/:name`,
    access: VIEWER,
    summary: 'One heat map: counts by time cell and bucket, with quantiles.',
    querySchema: range,
    answerSchema: map,
    handle: async ({ params, query }) => {
      const one = heatPlan(parts, params.name ?? '');
      return json(200, mapJson(one, await asked(parts, one, query)));
    },
  },
  {
    method: 'GET',
    path: `${API}/heat-maps/:name/svg`,
    access: VIEWER,
    summary: 'The same as a picture.',
    querySchema: range,
    answerSchema: Type.String({ description: 'A picture, image/svg+xml.' }),
    handle: async ({ params, query }) => {
      const one = heatPlan(parts, params.name ?? '');
      const { name: title, unit } = one;
      const drawn = heatSvg({ title, unit, map: await asked(parts, one, query) });
      const headers = { 'content-type': 'image/svg+xml; charset=utf-8' };
      return { status: 200, headers, body: drawn.text };
    },
  },
];

/** Throws NOT_FOUND. */
export function heatPlan({ checks }: Pick<ApiParts, 'checks'>, name: string): HeatPlan {
  const found = checks.slos.heat.all().find((one) => one.name === name);
  if (!found) throw new DeskError('NOT_FOUND', { what: 'such heat map' });
  return found;
}

function asked(parts: ApiParts, one: HeatPlan, query: URLSearchParams): Promise<HeatMap> {
  const given = readQuery(range, query);
  const to = parseInstant(given.to ?? '') ?? parts.clock.now();
  const from = parseInstant(given.from ?? '') ?? ((to - hours(HOURS_DEFAULT)) as Instant);
  return parts.checks.slos.heat.ask(one, from, to);
}

const planJson = ({ name, description, source, is, query, unit }: HeatPlan) => ({
  ...{ name, description, source, is, query, unit },
});

/** JSON has no infinity. */
const boundJson = (value: number): number | string =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : value;

const mapJson = (one: HeatPlan, { step, rows, columns }: HeatMap) => ({
  ...planJson(one),
  stepSeconds: step / 1000,
  rows: rows.map(({ lower, upper }) => ({ lower: boundJson(lower), upper: boundJson(upper) })),
  columns: columns.map(({ to, isKnown, total, counts, quantiles }) => ({
    ...{ to: instantText(to), isKnown, total, counts },
    quantiles: quantiles.map(({ value, isAtLeast }, i) => ({
      ...{ q: QUANTILES[i], value: Number.isFinite(value) ? value : null, isAtLeast },
    })),
  })),
});

import { type Static, Type } from 'typebox';
import {
  after,
  days,
  type Instant,
  instantText,
  type Millis,
  parseInstant,
} from '../../base/time.ts';
import {
  KPI_DAYS_MAX,
  type KpiPeriodAsked,
  type KpisView,
  kpisView,
} from '../../desk/views/kpis.ts';
import { SEVERITIES } from '../../domain/alarm/severity.ts';
import type { AckTimes } from '../../domain/kpi/acks.ts';
import { TARGETS } from '../../domain/kpi/judged.ts';
import { ACK_BOUNDS_S, KPI_LIMITS } from '../../domain/kpi/tally.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { fieldsRefused } from '../problem.ts';
import type { Asked, Route } from '../route.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { maybeTime, nullable, somebody, time, words } from './shapes.ts';

const DAYS_DEFAULT = 30;

const query = Type.Object(
  {
    from: Type.Optional(time(`Default: ${DAYS_DEFAULT} days before \`to\`.`)),
    to: Type.Optional(time('Default: now.')),
    team: Type.Optional(
      Type.String({
        maxLength: KPI_LIMITS.team_chars_max,
        description: 'Label `team` or `owner`, of the sender or the inventory; "" : of nobody.',
      }),
    ),
  },
  { additionalProperties: false },
);

const count = Type.Integer();
const share = Type.Number({ description: '0 to 1.' });
const named = <N extends string>(names: readonly N[]) => words(names);

const acks = nullable(
  Type.Object({
    count,
    half: nullable(Type.Integer({ description: 'Half took no longer, in seconds; null: longer.' })),
    most: nullable(Type.Integer({ description: 'Nine of ten took no longer, in seconds.' })),
  }),
);

const kpisShape = Type.Object(
  {
    from: time('Begin of the period.'),
    to: time('Its end.'),
    since: maybeTime('When counting began.'),
    days: Type.Number({
      description: 'Of the period, in which was counted. Under 30: no verdict.',
    }),
    figures: Type.Array(
      Type.Object({
        name: named(TARGETS.map(({ name }) => name)),
        unit: named(['alarms', 'share'] as const),
        value: Type.Number(),
        target: Type.Number(),
        most: Type.Number({ description: 'The most that one operator can manage.' }),
        verdict: named(['acceptable', 'manageable', 'excessive', 'unknown'] as const),
      }),
    ),
    counts: Type.Object({
      announced: count,
      raised: count,
      hidden: count,
      cleared: count,
      fleeting: count,
      alone: Type.Integer({ description: 'Cleared before anybody acknowledged them.' }),
    }),
    severities: Type.Object(
      Object.fromEntries(SEVERITIES.map((severity) => [severity, count] as const)),
    ),
    teams: Type.Array(Type.Object({ team: Type.String(), announced: count, acks })),
    hours: Type.Array(Type.Object({ at: time('Begin of the hour.'), announced: count })),
    floods: Type.Array(
      Type.Object({
        from: time('It begins.'),
        to: time('It is over.'),
        announced: count,
        peak: count,
      }),
    ),
    floodsTotal: count,
    topTen: share,
    frequent: Type.Array(
      Type.Object({
        alarm: Type.String(),
        resource: Type.String(),
        type: Type.String(),
        raised: count,
        chattered: count,
      }),
    ),
    acks,
    ackClasses: Type.Array(
      Type.Object({ upTo: nullable(Type.Integer({ description: 'Seconds.' })), count }),
    ),
    stale: Type.Array(Type.String({ description: 'Alarm id.' })),
    staleTotal: count,
    shifts: Type.Array(
      Type.Object({
        schedule: Type.String(),
        person: nullable(somebody),
        hours: count,
        announced: count,
        acks,
      }),
    ),
  },
  { $id: 'Kpis' },
);

/** The key figures of alarm management. */
export const kpiRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/kpis`,
    access: VIEWER,
    summary: 'Key figures of alarm management (ISA-18.2, EEMUA 191) of a period.',
    querySchema: query,
    answerSchema: kpisShape,
    handle: async (asked) =>
      json(200, kpisJson(parts, await kpisView(parts.desk, periodAsked(parts, asked)))),
  },
];

function periodAsked({ desk }: ApiParts, asked: Asked): KpiPeriodAsked {
  const { from, to, team }: Static<typeof query> = readQuery(query, asked.query);
  const end = parseInstant(to ?? '') ?? desk.clock.now();
  const begin = parseInstant(from ?? '') ?? after(end, -days(DAYS_DEFAULT) as Millis);
  if (!(begin < end && end <= after(begin, days(KPI_DAYS_MAX))))
    throw fieldsRefused([
      { field: 'from', expected: `before to, by at most ${KPI_DAYS_MAX} days` },
    ]);
  return { from: begin, to: end, ...(team !== undefined && { team }) };
}

const acksJson = (acks: AckTimes | undefined) =>
  acks ? { count: acks.count, half: acks.half ?? null, most: acks.most ?? null } : null;

function kpisJson(parts: ApiParts, view: KpisView) {
  const { period } = view;
  const { rates } = period;
  return {
    from: instantText(view.from),
    to: instantText(view.to),
    since: maybeText(period.since),
    days: view.days,
    figures: view.judged,
    counts: { announced: rates.announced, ...period.counts },
    severities: period.severities,
    teams: view.teams.map((one) => ({ ...one, acks: acksJson(one.acks) })),
    hours: period.hours.map(({ hour, announced }) => ({
      at: instantText((hour * 3_600_000) as Instant),
      announced,
    })),
    floods: rates.floods.map((flood) => ({
      ...flood,
      from: instantText(flood.from),
      to: instantText(flood.to),
    })),
    floodsTotal: rates.floodsTotal,
    topTen: view.topTen,
    frequent: period.frequent.map(({ id, ...rest }) => ({ alarm: id, ...rest })),
    acks: acksJson(view.acks),
    ackClasses: period.acks.map((n, i) => ({ upTo: ACK_BOUNDS_S[i] ?? null, count: n })),
    stale: view.stale.map(({ id }) => id),
    staleTotal: view.staleTotal,
    shifts: view.shifts.map((shift) => ({
      ...shift,
      person: somebodyJson(parts, shift.person),
      acks: acksJson(shift.acks),
    })),
  };
}

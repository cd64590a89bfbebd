import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { after, days, instantText, parseInstant } from '../../base/time.ts';
import {
  coverage,
  gapsOf,
  nextOnCall,
  onCall,
  overridesOf,
  type Rota,
  rotaOf,
  schedulesIn,
  shiftsOf,
} from '../../desk/rota.ts';
import { REACH, type Reach, reachOf } from '../../desk/views/pages.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Span } from '../../domain/rota/schedule.ts';
import { json } from '../answer.ts';
import { addCalendar } from '../calendar-link.ts';
import { readQuery } from '../check.ts';
import { fieldsRefused } from '../problem.ts';
import type { Asked, Route } from '../route.ts';
import { maybeText } from './drawn.ts';
import { overrideJson, overrideShape } from './overrides.ts';
import { API, type ApiParts, byOf, ownerOf, VIEWER } from './parts.ts';
import { asOf, maybeTime, nullable, somebody, time, words } from './shapes.ts';

const SCHEDULES = `${API}/schedules`;

export const ON_CALL_LIMITS = {
  /** What one answer covers. */
  span_days_max: 100,
  span_days_default: 14,
  /** Clocks of zones are not known further back. */
  back_days_max: 35,
  /** How far ahead a schedule's coverage is looked at. */
  ahead_days: 30,
} as const;

const span = Type.Object({ from: time('It begins.'), to: time('It is over.') });

const state = words(['no layers', 'no people', 'uncovered now', 'covered']);

const reachable = Type.Object({
  ...somebody.properties,
  reach: Type.Unsafe<Reach>({
    enum: [...REACH],
    description:
      'Can they be told? `no address`: pages pass them by. `failing`: nothing gets through. ' +
      '`unverified`: messages go, and nobody knows whether they are read.',
  }),
});

const duty = {
  schedule: Type.String(),
  zone: Type.String({ description: 'IANA zone of the schedule.' }),
  coverage: state,
  now: Type.Array(reachable, { description: 'On call now; several at once may be.' }),
  until: time('When it is others; 64 days on where nothing changes.'),
  next: nullable(Type.Object({ at: time('When it is others.'), people: Type.Array(reachable) })),
};

const handoverShape = nullable(
  Type.Object(
    {
      at: time('When it was seen: later than it was where the desk was down.'),
      before: Type.Array(somebody, { description: 'Who was on call until then.' }),
    },
    { description: 'The last one; of schedules with `notices`.' },
  ),
);

const dutyShape = Type.Object(
  {
    ...duty,
    lastHandover: handoverShape,
    gapAt: maybeTime('When nobody is on call next, within 30 days.'),
  },
  { $id: 'OnCall' },
);

const scheduleShape = Type.Object({
  ...duty,
  lastHandover: handoverShape,
  layers: Type.Array(Type.Object({ name: Type.String(), priority: Type.Integer() })),
  from: time('Begin of what is told.'),
  to: time('Its end.'),
  shifts: Type.Array(
    Type.Object({
      ...span.properties,
      person: somebody,
      layer: Type.String({ description: 'Name of the layer, or `override`.' }),
    }),
    { description: 'Half-open, in order, cut to what was asked for.' },
  ),
  gaps: Type.Array(span, { description: 'When nobody is on call.' }),
  overrides: Type.Array(overrideShape, { description: 'Those that touch what was asked for.' }),
});

const spanQuery = Type.Object(
  {
    from: Type.Optional(time('Default: now. At most 35 days back.')),
    to: Type.Optional(time('Default: 14 days after `from`; at most 100.')),
  },
  { additionalProperties: false },
);

const calendarBody = Type.Object(
  { schedule: Type.Optional(Type.String({ description: 'Absent: your own shifts.' })) },
  { additionalProperties: false },
);

/** Who is on call: the same resolver that pages are sent by. */
export const onCallRoutes = (parts: ApiParts): Route[] => [
  calendarRoute(parts),
  {
    method: 'GET',
    path: `${API}/oncall`,
    access: VIEWER,
    summary: 'Who is on call now and next, for every schedule.',
    answerSchema: Type.Object({ items: Type.Array(dutyShape), asOf }),
    handle: () => {
      const { memory } = parts.desk;
      const items = schedulesIn(memory).flatMap(({ name }) => {
        const rota = rotaOf(memory, name);
        return rota ? [dutyJson(parts, rota)] : [];
      });
      return json(200, { items, asOf: memory.position });
    },
  },
  {
    method: 'GET',
    path: SCHEDULES,
    access: VIEWER,
    summary: 'The schedules of the configuration in force.',
    answerSchema: Type.Object({
      items: Type.Array(
        Type.Object({ name: Type.String(), zone: Type.String(), layers: Type.Integer() }),
      ),
      asOf,
    }),
    handle: () => {
      const { memory } = parts.desk;
      const items = schedulesIn(memory).map(({ name, zone, layers }) => ({
        ...{ name, zone, layers: layers.length },
      }));
      return json(200, { items, asOf: memory.position });
    },
  },
  {
    method: 'GET',
    path: `${SCHEDULES}/:name`,
    access: VIEWER,
    summary: 'One schedule: shifts and gaps between two moments.',
    querySchema: spanQuery,
    answerSchema: scheduleShape,
    handle: (asked) => {
      const rota = rotaAsked(parts, asked);
      const asks = spanAsked(parts, asked);
      return json(200, { ...dutyJson(parts, rota), ...scheduleJson(parts, rota, asks) });
    },
  },
];

/** A calendar's address, made by whoever may see the schedule. */
const calendarRoute = (parts: ApiParts): Route => ({
  method: 'POST',
  path: `${API}/calendars`,
  access: VIEWER,
  summary: 'Makes the secret address of a calendar: of a schedule, or of your own shifts.',
  bodySchema: calendarBody,
  answerSchema: Type.Object({
    token: Type.String({ description: 'Its id: revoke it and the address is dead.' }),
    url: Type.String({ description: 'Shown once. Who has it can read the calendar.' }),
  }),
  handle: async (asked) => {
    const { schedule = '' } = asked.json as Static<typeof calendarBody>;
    const [by, owner] = [byOf(asked.actor), ownerOf(asked.actor)];
    return json(201, await addCalendar(parts, { by, owner, schedule }));
  },
});

function rotaAsked({ desk }: ApiParts, asked: Asked): Rota {
  const rota = rotaOf(desk.memory, asked.params.name ?? '');
  if (!rota) throw new DeskError('NOT_FOUND', { what: 'such schedule' });
  return rota;
}

function spanAsked({ desk }: ApiParts, asked: Asked): Span {
  const given: Static<typeof spanQuery> = readQuery(spanQuery, asked.query);
  const { span_days_max, span_days_default, back_days_max } = ON_CALL_LIMITS;
  const now = desk.clock.now();
  const from = parseInstant(given.from ?? '') ?? now;
  const to = parseInstant(given.to ?? '') ?? after(from, days(span_days_default));
  if (from < now - days(back_days_max))
    throw fieldsRefused([{ field: 'from', expected: `at most ${back_days_max} days back` }]);
  if (!(from < to && to <= after(from, days(span_days_max))))
    throw fieldsRefused([
      { field: 'to', expected: `after from, by at most ${span_days_max} days` },
    ]);
  return { from, to };
}

const people = ({ accounts }: Pick<ApiParts, 'accounts'>, ids: readonly UserId[]) =>
  ids.map((id) => ({ id, name: accounts.name(id) }));

const reached = (parts: ApiParts, ids: readonly UserId[]) =>
  people(parts, ids).map((one) => ({ ...one, reach: reachOf(parts.desk.memory, one.id) }));

function dutyJson(parts: ApiParts, rota: Rota) {
  const now = parts.desk.clock.now();
  const current = onCall(rota, now);
  const next = nextOnCall(rota, now);
  const ahead = after(now, days(ON_CALL_LIMITS.ahead_days));
  const { is, gaps } = coverage(rota, { from: now, to: ahead });
  return {
    schedule: rota.schedule.name,
    zone: rota.schedule.zone,
    coverage: is,
    now: reached(parts, current.people),
    until: instantText(current.until),
    next: next ? { at: instantText(next.at), people: reached(parts, next.people) } : null,
    lastHandover: lastHandover(parts, rota.schedule.name),
    gapAt: maybeText(gaps[0]?.from),
  };
}

function lastHandover(parts: ApiParts, schedule: string) {
  const { changedAt, before = [] } = parts.desk.memory.get('rosters', schedule) ?? {};
  if (changedAt === undefined) return null;
  return { at: instantText(changedAt), before: people(parts, before) };
}

const spanJson = ({ from, to }: Span) => ({ from: instantText(from), to: instantText(to) });

const scheduleJson = (parts: ApiParts, rota: Rota, asks: Span) => ({
  layers: rota.schedule.layers.map(({ name, priority }) => ({ name, priority })),
  ...spanJson(asks),
  shifts: shiftsOf(rota, asks).map(({ from, to, person, layer }) => ({
    ...spanJson({ from, to }),
    person: { id: person, name: parts.accounts.name(person) },
    layer,
  })),
  gaps: gapsOf(rota, asks).map(spanJson),
  overrides: overridesOf(parts.desk.memory, rota.schedule.name)
    .filter(({ from, to }) => from < asks.to && to > asks.from)
    .map((one) => overrideJson(parts, one)),
});

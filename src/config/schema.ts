import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { PLAN_LIMITS } from '../domain/routing/plan.ts';
import { HttpConfigSchema } from '../net/http-config.ts';
import type { Channel } from '../ports/channel.ts';
import { POLICIES, type PolicySettings } from './sections/policies.ts';
import { SCHEDULES, type ScheduleSettings } from './sections/schedules.ts';
import { TEAMS, type TeamSettings } from './sections/teams.ts';

/** What the configuration needs to know of a way out. */
export type ChannelKind = Pick<
  Channel,
  'name' | 'summary' | 'settings' | 'globals' | 'sendResolved' | 'faults'
>;

export const CONFIG_LIMITS = {
  name_chars_max: 1_024,
  labels_max: 64,
  group_labels_max: 64,
  interval_spans_max: 1_000,
  intervals_max: 10_000,
  templates_max: 1_000,
} as const;

const strict = { additionalProperties: false } as const;
const opt = Type.Optional;

const name = (description: string) =>
  Type.String({ minLength: 1, maxLength: CONFIG_LIMITS.name_chars_max, description });
const duration = (description: string, marks: object = {}) =>
  opt(Type.String({ format: 'duration', description, ...marks }));
const labels = (description: string) =>
  opt(
    Type.Record(Type.String(), Type.String(), {
      maxProperties: CONFIG_LIMITS.labels_max,
      description,
    }),
  );
const names = (description: string) => opt(Type.Array(Type.String(), { description }));

// ---- Matchers ----

const matchers = (description: string) =>
  opt(Type.Array(Type.String(), { description, examples: [['severity="critical"']] }));
const equals = (description: string) =>
  opt(Type.Record(Type.String(), Type.String(), { description, deprecated: true }));
const patterns = (description: string) =>
  opt(
    Type.Record(Type.String(), Type.String({ format: 'regex' }), { description, deprecated: true }),
  );

// ---- Routes ----

const routeFields = {
  receiver: opt(name('Who is told. Inherited; the root must have one.')),
  group_by: names(
    'Labels whose equal values put alarms into one notification; `[...]` takes all labels. ' +
      'Inherited.',
  ),
  continue: opt(
    Type.Boolean({ default: false, description: 'Go on to the next route of the same level.' }),
  ),
  matchers: matchers('Which alarms take this route; all must match. Not for the root.'),
  match: equals('Old way to write matchers with `=`.'),
  match_re: patterns('Old way to write matchers with `=~`.'),
  group_wait: duration('How long a new group waits for more of its kind; 30s. Inherited.'),
  group_interval: duration('How often a group may tell of changes; 5m. Inherited.'),
  repeat_interval: duration('When what still fires is told again; 4h. Inherited.'),
  mute_time_intervals: names('Names of time intervals in which nothing is sent.'),
  active_time_intervals: names('Names of time intervals outside which nothing is sent.'),
  on_acknowledge: opt(
    Type.Enum(['stop_repeats', 'stop_all', 'nothing'], {
      description:
        'What an acknowledgement does (Tocsin’s own): stop_repeats: what was told is not ' +
        'repeated; stop_all: an acknowledged alarm causes nothing but its resolve; nothing: as ' +
        'Alertmanager. Default stop_repeats. Inherited.',
      ours: true,
    }),
  ),
  labels: labels('Labels of the route for templates; the values are templates. Inherited, merged.'),
};

const RouteFields = Type.Object(routeFields);

/** One node of the route tree as it was written. */
export type RouteSettings = Static<typeof RouteFields> & {
  readonly routes?: readonly RouteSettings[];
};

export const ROUTE = 'route';

const route = Type.Object(
  {
    ...routeFields,
    routes: opt(
      Type.Array(Type.Unsafe<RouteSettings>(Type.Ref(ROUTE)), {
        description: 'Routes below this one, tried in their order; what matches none stays here.',
      }),
    ),
  },
  { ...strict, title: 'a route', description: 'A node of the route tree.' },
);

// ---- Inhibition ----

const inhibition = Type.Object(
  {
    name: opt(Type.String({ description: 'Shown where the rule acts.' })),
    source_matchers: matchers('The alarms that mute others.'),
    source_match: equals('Old way to write source_matchers with `=`.'),
    source_match_re: patterns('Old way to write source_matchers with `=~`.'),
    target_matchers: matchers('The alarms that are muted.'),
    target_match: equals('Old way to write target_matchers with `=`.'),
    target_match_re: patterns('Old way to write target_matchers with `=~`.'),
    equal: names('Labels that must be equal in both; a missing one equals an empty one.'),
  },
  { ...strict, title: 'an inhibit rule' },
);
export type InhibitionSettings = Static<typeof inhibition>;

// ---- Time intervals ----

const ranges = (description: string, examples: readonly string[]) =>
  opt(Type.Array(Type.String(), { description, examples: [examples] }));

const span = Type.Object(
  {
    times: opt(
      Type.Array(
        Type.Object(
          {
            start_time: name('First minute: HH:MM.'),
            end_time: name('First minute after: HH:MM, 24:00 for the end of the day.'),
          },
          { ...strict, title: 'a time range' },
        ),
        { description: 'Times of day.' },
      ),
    ),
    weekdays: ranges('Days of the week, names.', ['monday:friday']),
    days_of_month: ranges('Days of the month; negative ones count from the end.', ['1:5', '-1']),
    months: ranges('Months, names or numbers.', ['january', '6:8']),
    years: ranges('Years.', ['2026:2028']),
    location: opt(
      Type.String({ description: 'IANA zone such as Europe/Vienna; UTC when absent.' }),
    ),
  },
  { ...strict, title: 'a time span', description: 'All fields must hold; one item of each does.' },
);
export type SpanSettings = Static<typeof span>;

const interval = Type.Object(
  {
    name: name('Routes name it so.'),
    time_intervals: opt(
      Type.Array(span, {
        maxItems: CONFIG_LIMITS.interval_spans_max,
        description: 'The interval holds when one of these does.',
        emptyItems: true,
      }),
    ),
  },
  { ...strict, title: 'a time interval' },
);
export type IntervalSettings = Static<typeof interval>;

const intervals = (description: string, marks: object = {}) =>
  opt(Type.Array(interval, { maxItems: CONFIG_LIMITS.intervals_max, description, ...marks }));

// ---- The whole file ----

/** Fields of `global` that belong to no channel. */
const ownGlobals = {
  resolve_timeout: duration('How long an alert without an end holds unless it is sent again.', {
    default: '5m',
  }),
  http_config: opt(
    Type.Object(HttpConfigSchema.properties, {
      ...strict,
      default: {},
      description: 'How channels speak HTTP unless they say it themselves.',
    }),
  ),
};

const unused = (description: string) => opt(Type.Unknown({ description, unused: true }));

/** A channel's settings with what every way has. */
const wayOf = (kind: ChannelKind): TSchema =>
  Type.Object(
    {
      send_resolved: opt(
        Type.Boolean({
          default: kind.sendResolved,
          description: 'Tell also when alarms are resolved.',
        }),
      ),
      ...kind.settings.properties,
    },
    { ...strict, title: `${kind.name}_configs`, description: kind.summary },
  );

const receiver = (kinds: readonly ChannelKind[]): TObject =>
  Type.Object(
    {
      name: name('Routes name it so.'),
      labels: labels('Labels of the receiver, for API queries.'),
      ...Object.fromEntries(
        kinds.map((kind) => [
          `${kind.name}_configs`,
          opt(
            Type.Array(wayOf(kind), {
              maxItems: PLAN_LIMITS.ways_per_receiver_max,
              description: kind.summary,
              emptyItems: true,
            }),
          ),
        ]),
      ),
    },
    { ...strict, title: 'a receiver' },
  );

/** The configuration file with these ways out; types, editors' schema and pages come from it. */
export function configSchema(
  kinds: readonly ChannelKind[],
  sections: Readonly<Record<string, TSchema>> = {},
) {
  const globals = Object.assign({}, ...kinds.map((kind) => kind.globals?.properties ?? {}));
  return Type.Object(
    {
      global: opt(
        Type.Object(
          { ...ownGlobals, ...(globals as Record<string, TSchema>) },
          { ...strict, title: 'global', description: 'What holds unless said otherwise below.' },
        ),
      ),
      route: Type.Unsafe<RouteSettings>(Type.Ref(ROUTE)),
      receivers: opt(
        Type.Array(receiver(kinds), {
          maxItems: PLAN_LIMITS.receivers_max,
          description: 'Who can be told, and how.',
        }),
      ),
      inhibit_rules: opt(
        Type.Array(inhibition, {
          maxItems: PLAN_LIMITS.inhibitions_max,
          description: 'Alarms that mute others.',
          emptyItems: true,
        }),
      ),
      templates: opt(
        Type.Array(Type.String(), {
          maxItems: CONFIG_LIMITS.templates_max,
          description: 'Files with templates, * and ? allowed; from the folder of this file.',
        }),
      ),
      time_intervals: intervals('Named stretches of time.'),
      mute_time_intervals: intervals('Old name of time_intervals.', { deprecated: true }),
      teams: TEAMS,
      schedules: SCHEDULES,
      ...Object.fromEntries(Object.entries(sections).map(([key, field]) => [key, opt(field)])),
      escalation_policies: POLICIES,
      tracing: unused('Accepted and does nothing.'),
      event_recorder: unused('Accepted and does nothing: the journal keeps everything.'),
    },
    { ...strict, title: 'top level' },
  );
}

export const DEFS = { [ROUTE]: route } as const;

/** The file as it was read. */
export interface ConfigSettings {
  readonly global?: Readonly<Record<string, unknown>>;
  readonly route?: RouteSettings;
  readonly receivers?: readonly ReceiverSettings[];
  readonly inhibit_rules?: readonly InhibitionSettings[];
  readonly templates?: readonly string[];
  readonly time_intervals?: readonly IntervalSettings[];
  readonly mute_time_intervals?: readonly IntervalSettings[];
  readonly teams?: readonly TeamSettings[];
  readonly schedules?: readonly ScheduleSettings[];
  readonly escalation_policies?: readonly PolicySettings[];
  readonly tracing?: unknown;
  readonly event_recorder?: unknown;
  /** Sections of our own, by name. */
  readonly [section: string]: unknown;
}

export interface ReceiverSettings {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `<kind>_configs`. */
  readonly [list: string]: unknown;
}

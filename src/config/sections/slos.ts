import { Type } from 'typebox';
import { millis } from '../../base/time.ts';
import { SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import {
  BURN_LEVELS,
  type BurnLevel,
  type BurnRow,
  budgetOf,
  burnFor,
  rowFault,
  SLO_LIMITS,
} from '../../domain/slo/burn.ts';
import { WINDOW } from '../../domain/slo/plan.ts';
import { prometheusDuration } from '../duration.ts';
import { metricsFault } from './data-sources.ts';
import { expressionFault } from './expression.ts';
import { duration, labelFaults, maybeText, nameFaults, text, textMap } from './fields.ts';
import { scheduleFaults } from './schedule.ts';
import type { Section, SectionReading } from './section.ts';

const opt = Type.Optional;

const expression = (description: string) =>
  Type.String({ minLength: 1, maxLength: SLO_LIMITS.expression_chars_max, description });

const row = Type.Object(
  {
    long: Type.String({ format: 'duration', description: 'The window that makes it sure.' }),
    short: Type.String({ format: 'duration', description: 'The window that ends it soon.' }),
    budget_percent: opt(
      Type.Number({
        minimum: 0,
        maximum: 100,
        description: 'Raise when so much of the budget is spent within the long window.',
      }),
    ),
    burn: opt(Type.Number({ minimum: 0, description: 'The burn rate itself, instead.' })),
    raise: Type.Enum([...BURN_LEVELS], { description: 'Wake somebody, or leave a ticket.' }),
    for: duration('How long it must hold.', { default: '0s' }),
  },
  { additionalProperties: false, title: 'a row of windows' },
);

const severity = (level: BurnLevel, value: Severity) =>
  opt(
    Type.Enum([...SEVERITIES], { default: value, description: `Severity of what is a ${level}.` }),
  );

const slo = Type.Object(
  {
    source: text('Data source of the kind prometheus that is asked.'),
    objective: Type.Number({
      minimum: 0,
      maximum: 100,
      description: 'Per cent of events that are to be good: 99.9.',
    }),
    period: duration('Over which the budget is counted, rolling.', { default: '30d' }),
    bad: opt(expression(`Counts bad events: a selector, or an expression with \`${WINDOW}\`.`)),
    good: opt(expression('Counts good events, where bad ones are not counted.')),
    total: expression(`Counts all events: a selector, or an expression with \`${WINDOW}\`.`),
    events_min: opt(
      Type.Number({
        minimum: 0,
        default: 100,
        description: 'Fewer events in the long window are too few to judge by.',
      }),
    ),
    windows: opt(
      Type.Array(row, {
        minItems: 1,
        maxItems: SLO_LIMITS.rows_max,
        description: 'Default: the table of the SRE workbook, for this period.',
      }),
    ),
    every: duration('How often it is looked at.', { default: '1m' }),
    timeout: duration('How long one answer of the server is waited for.', { default: '30s' }),
    service: maybeText('The service it is about; a label. Default: its name.'),
    description: maybeText('What it is and what to do, in the alarm.'),
    page_severity: severity('page', 'critical'),
    ticket_severity: severity('ticket', 'warning'),
    owner: maybeText('Whose it is; a label of its alarms.'),
    team: maybeText('Who looks after it; a label of its alarms.'),
    labels: textMap('More labels of its alarms, for routes.'),
  },
  { additionalProperties: false, title: 'an objective' },
);

interface WindowSettings {
  readonly long: string;
  readonly short: string;
  readonly budget_percent?: number;
  readonly burn?: number;
  readonly raise: BurnLevel;
  readonly for?: string;
}

export interface SloSettings {
  readonly source: string;
  readonly objective: number;
  readonly period?: string;
  readonly bad?: string;
  readonly good?: string;
  readonly total: string;
  readonly events_min?: number;
  readonly windows?: readonly WindowSettings[];
  readonly every?: string;
  readonly timeout?: string;
  readonly service?: string;
  readonly description?: string;
  readonly page_severity?: Severity;
  readonly ticket_severity?: Severity;
  readonly owner?: string;
  readonly team?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export const slos: Section = {
  name: 'slos',
  schema: Type.Record(Type.String(), slo, {
    maxProperties: SLO_LIMITS.slos_max,
    description: 'Service level objectives, by name: their burn rates raise alarms.',
    ours: true,
  }),
  faults: (reading) => {
    const { reader, value, all } = reading;
    nameFaults(reader, value as object);
    for (const [name, one] of Object.entries(value as Record<string, SloSettings>)) {
      for (const other of ['checks', 'figures', 'data_sets'])
        if (Object.hasOwn((all[other] ?? {}) as object, name))
          reader.say(one, [], `there is "${name}" in ${other} already`);
      if (!reader.isFaulty(one)) sloFaults(reading, one);
    }
  },
};

export const DEFAULTS = { period: '30d', every: '1m', timeout: '30s', eventsMin: 100 } as const;

const ms = (text: string | undefined) => prometheusDuration(text ?? '') ?? millis(0);

function sloFaults({ reader, all }: SectionReading, one: SloSettings): void {
  const why = metricsFault(all, one.source, 'prometheus');
  if (why !== '') reader.say(one, ['source'], `source: ${why}`);
  const { every = DEFAULTS.every, period = DEFAULTS.period } = one;
  scheduleFaults(reader, { every });
  labelFaults(reader, one, 'labels', Object.keys(one.labels ?? {}), SLO_LABELS);
  if ((one.bad === undefined) === (one.good === undefined))
    reader.say(one, [], 'an objective counts one of `bad` and `good`');
  for (const field of ['bad', 'good', 'total'] as const) {
    const fault = expressionFault(one[field] ?? '');
    if (fault !== '') reader.say(one, [field], `${field}: ${fault}`);
  }
  if (one.objective <= 0 || one.objective >= 100)
    return reader.say(one, ['objective'], 'objective: more than 0 and less than 100 per cent');
  if (ms(period) <= 0) reader.say(one, ['period'], 'period: must be longer than 0');
  else for (const given of one.windows ?? []) rowFaults(reader, one, given);
}

const SLO_LABELS: readonly string[] = ['slo', 'service', 'severity', 'window'];

/** A row as the domain has it. */
export function rowOf(given: WindowSettings, period: number): BurnRow {
  const long = ms(given.long);
  const percent = given.budget_percent ?? 0;
  const burn = given.burn ?? burnFor(percent, millis(period), long);
  return { long, short: ms(given.short), burn, raise: given.raise, holds: ms(given.for) };
}

function rowFaults(
  reader: SectionReading['reader'],
  one: SloSettings,
  given: WindowSettings,
): void {
  if ((given.burn === undefined) === (given.budget_percent === undefined))
    return reader.say(given, [], 'a row has one of `burn` and `budget_percent`');
  const period = ms(one.period ?? DEFAULTS.period);
  const { long, short, burn, holds } = rowOf(given, period);
  if (short < 1_000 || short % 1_000 !== 0 || long % 1_000 !== 0)
    return reader.say(given, ['short'], 'short, long: whole seconds, at least 1s');
  if (short >= long)
    return reader.say(given, ['short'], `short: "${given.short}" is no shorter than \`long\``);
  if (long > period)
    return reader.say(given, ['long'], `long: "${given.long}" is longer than the period`);
  const why = rowFault(burn, budgetOf(one.objective));
  const field = given.burn === undefined ? 'budget_percent' : 'burn';
  if (why !== '') reader.say(given, [field], `${field}: ${why}`);
  const every = Math.max(1, ms(one.every ?? DEFAULTS.every));
  if (holds / every > SLO_LIMITS.notes_max - 2)
    reader.say(given, ['for'], `for: more than ${SLO_LIMITS.notes_max - 2} times \`every\``);
}

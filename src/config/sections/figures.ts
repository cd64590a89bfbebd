import { Type } from 'typebox';
import { type Bounds, TAKES, type Take } from '../../domain/check/figure.ts';
import { CHECK_LIMITS } from '../../domain/check/test.ts';
import { tableFault } from './data-sources.ts';
import {
  type AboutSettings,
  aboutFields,
  duration,
  labelFaults,
  maybeText,
  nameFaults,
  type ScheduleSettings,
  scheduleFields,
  text,
  textMap,
  texts,
} from './fields.ts';
import { scheduleFaults } from './schedule.ts';
import type { Section, SectionReading } from './section.ts';

const opt = Type.Optional;

const bounds = (description: string) =>
  opt(
    Type.Object(
      {
        above: opt(Type.Number({ description: 'Passed when the value is greater.' })),
        below: opt(Type.Number({ description: 'Passed when the value is less.' })),
      },
      { additionalProperties: false, title: 'limits', description },
    ),
  );

const figure = Type.Object(
  {
    source: text('Data source it is read from.'),
    column: maybeText('Column of the value; not for take: count.'),
    take: opt(
      Type.Enum([...TAKES], {
        default: 'last',
        description: 'What is taken of several rows with one time.',
      }),
    ),
    time: maybeText('Column of the value’s own time; else it is of the moment it is read.'),
    by: opt(texts('Columns whose values are a figure each: a book, a shop.', 8)),
    where: textMap('Only rows with these values in these columns.'),
    ...scheduleFields,
    ...aboutFields,
    unit: opt(Type.String({ maxLength: 16, default: '', description: 'GBP, ms, orders.' })),
    raise: bounds('Beyond these the alarm is raised.'),
    clear: bounds('How far it must come back to clear; default: to the limit.'),
    warn: bounds('A warning before the limit.'),
    compare: opt(
      Type.Object(
        {
          before: Type.String({
            format: 'duration',
            description: 'With which period before: 1d, 7d.',
          }),
          change_percent_max: Type.Number({
            minimum: 0,
            description: 'How far it may be from the value of then.',
          }),
        },
        { additionalProperties: false, title: 'compare', description: 'Like with like.' },
      ),
    ),
    late_after: duration('The newest value older than this is late, which is not zero.'),
    settle: duration('A value is judged only once it is so old: until then it may change.', {
      default: '0s',
    }),
  },
  { additionalProperties: false, title: 'a figure' },
);

export type FigureSettings = AboutSettings &
  ScheduleSettings & {
    readonly source: string;
    readonly column?: string;
    readonly take?: Take;
    readonly time?: string;
    readonly by?: readonly string[];
    readonly where?: Readonly<Record<string, string>>;
    readonly unit?: string;
    readonly raise?: Bounds;
    readonly clear?: Bounds;
    readonly warn?: Bounds;
    readonly compare?: { readonly before: string; readonly change_percent_max: number };
    readonly late_after?: string;
    readonly settle?: string;
  };

export const figures: Section = {
  name: 'figures',
  schema: Type.Record(Type.String(), figure, {
    maxProperties: CHECK_LIMITS.checks_max,
    description: 'Figures with limits, by name.',
    ours: true,
  }),
  faults: (reading) => {
    const { reader, value, all } = reading;
    nameFaults(reader, value as object);
    for (const [name, one] of Object.entries(value as Record<string, FigureSettings>)) {
      if (Object.hasOwn((all.checks ?? {}) as object, name))
        reader.say(one, [], `there is a check named "${name}" already`);
      if (!reader.isFaulty(one)) figureFaults(reading, one);
    }
  },
};

function figureFaults({ reader, all }: SectionReading, one: FigureSettings): void {
  const why = tableFault(all, one.source);
  if (why !== '') reader.say(one, ['source'], `source: ${why}`);
  scheduleFaults(reader, one);
  labelFaults(reader, one, 'labels', Object.keys(one.labels ?? {}));
  if (one.by) labelFaults(reader, one, 'by', one.by);
  const counts = one.take === 'count';
  if (!counts && one.column === undefined) reader.say(one, [], 'a figure needs a `column`');
  if (counts && one.column !== undefined) reader.say(one, ['column'], 'count has no `column`');
  const says = [one.raise, one.warn, one.compare, one.late_after];
  if (says.every((field) => field === undefined))
    reader.say(one, [], 'a figure needs one of raise, warn, compare, late_after');
  orderFaults(reader, one, 'clear');
  orderFaults(reader, one, 'warn');
}

/** What clears, and what warns, lies on the good side of what raises. */
function orderFaults(
  reader: SectionReading['reader'],
  one: FigureSettings,
  field: 'clear' | 'warn',
): void {
  const { raise = {} } = one;
  const own = one[field];
  if (!own) return;
  for (const side of ['above', 'below'] as const) {
    const [limit, value] = [raise[side], own[side]];
    if (value === undefined) continue;
    if (limit === undefined && field === 'clear')
      reader.say(own, [side], `clear: ${side} needs a \`${side}\` in raise`);
    else if (limit !== undefined && (side === 'above' ? value > limit : value < limit))
      reader.say(own, [side], `${field}: ${value} is beyond ${limit}, which raises`);
  }
}

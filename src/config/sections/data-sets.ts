import { Type } from 'typebox';
import { parseInstant } from '../../base/time.ts';
import { CHECK_LIMITS } from '../../domain/check/test.ts';
import { type SourceSettings, tableFault } from './data-sources.ts';
import {
  type AboutSettings,
  aboutFields,
  duration,
  labelFaults,
  maybeText,
  nameFaults,
  text,
} from './fields.ts';
import { scheduleFaults } from './schedule.ts';
import type { Section, SectionReading } from './section.ts';

const opt = Type.Optional;

const expected = Type.Object(
  {
    cron: text('When it is due: minute, hour, day, month, weekday.', {
      examples: ['30 7 * * 1-5'],
    }),
    zone: opt(Type.String({ default: 'UTC', description: 'IANA zone of `cron`.' })),
    notice_before: duration('So long before it is due, people are told that it is not there.', {
      default: '0s',
    }),
    grace: duration('So long after it is not called late.', { default: '0s' }),
    window: duration('What came longer before is of the time before; half the time between.'),
  },
  { additionalProperties: false, title: 'expected', description: 'By when data must be there.' },
);

const dataSet = Type.Object(
  {
    source: text('Data source in which one sees it arrive.'),
    time: maybeText('Column whose newest time is its arrival; else the time of the file.'),
    every: duration('How often one looks.', { default: '5m' }),
    ...aboutFields,
    expected: opt(expected),
    retires: maybeText('Day from which on nobody is to use it: 2027-01-31 (UTC).'),
    retire_notice: duration('So long before its end people are told.', { default: '30d' }),
  },
  { additionalProperties: false, title: 'a data set' },
);

export type DataSetSettings = AboutSettings & {
  readonly source: string;
  readonly time?: string;
  readonly every?: string;
  readonly expected?: {
    readonly cron: string;
    readonly zone?: string;
    readonly notice_before?: string;
    readonly grace?: string;
    readonly window?: string;
  };
  readonly retires?: string;
  readonly retire_notice?: string;
};

/** The first moment of a day; undefined when it is none. */
export const dayOf = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? parseInstant(`${text}T00:00:00Z`) : undefined;

export const dataSets: Section = {
  name: 'data_sets',
  schema: Type.Record(Type.String(), dataSet, {
    maxProperties: CHECK_LIMITS.checks_max,
    description: 'Data sets with an owner, when they are due and when they retire, by name.',
    ours: true,
  }),
  faults: (reading) => {
    const { reader, value, all } = reading;
    nameFaults(reader, value as object);
    for (const [name, one] of Object.entries(value as Record<string, DataSetSettings>)) {
      for (const [section, what] of [
        ['checks', 'check'],
        ['figures', 'figure'],
      ] as const)
        if (Object.hasOwn((all[section] ?? {}) as object, name))
          reader.say(one, [], `there is a ${what} named "${name}" already`);
      if (!reader.isFaulty(one)) dataSetFaults(reading, one);
    }
  },
};

function dataSetFaults({ reader, all }: SectionReading, one: DataSetSettings): void {
  const sources = (all.data_sources ?? {}) as Readonly<Record<string, SourceSettings>>;
  const source = Object.hasOwn(sources, one.source) ? sources[one.source] : undefined;
  const fault = tableFault(all, one.source);
  if (fault !== '') reader.say(one, ['source'], `source: ${fault}`);
  const isFile = [source?.csv, source?.sqlite, source?.xlsx].some((path) => path !== undefined);
  if (source && !isFile && one.time === undefined)
    reader.say(one, [], 'what is no file needs a `time` to see data arrive');
  labelFaults(reader, one, 'labels', Object.keys(one.labels ?? {}));
  scheduleFaults(reader, one);
  if (one.expected) scheduleFaults(reader, one.expected);
  if (one.retires !== undefined && dayOf(one.retires) === undefined)
    reader.say(one, ['retires'], `retires: "${one.retires}" is no day such as 2027-01-31`);
  if (!one.expected && one.retires === undefined)
    reader.say(one, [], 'a data set needs one of expected, retires');
}

import { Type } from 'typebox';
import { compilePattern } from '../../domain/alarm/pattern.ts';
import { CHECK_LIMITS, placesIn, product, type TestKind } from '../../domain/check/test.ts';
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
const { columns_max, values_max } = CHECK_LIMITS;

const KINDS: readonly TestKind[] = [
  'not_null',
  'unique',
  'range',
  'set',
  'pattern',
  'rows',
  'sum',
  'fresh',
  'reconcile',
];

const number = (description: string) => opt(Type.Number({ minimum: 0, description }));

const test = Type.Object(
  {
    test: Type.Enum([...KINDS], { description: 'What is tested.' }),
    name: maybeText('What it is called; made of test and columns when absent.'),
    column: maybeText('Column it is about: not_null, range, set, pattern, sum, fresh.'),
    columns: opt(texts('unique: columns that together must not repeat.', columns_max)),
    min: maybeText('range: least value; rows: least number of rows.'),
    max: maybeText('range: greatest value; rows: greatest number of rows.'),
    values: opt(texts('set: what may stand in the column.', values_max)),
    pattern: maybeText('pattern: RE2, for the whole cell.', { maxLength: 4_096 }),
    change_percent_max: number('rows: how far the count may be from that of the run before.'),
    than: opt(
      Type.Object(
        {
          source: text('The other data source.'),
          column: maybeText('Its column; default: the same name.'),
        },
        {
          additionalProperties: false,
          title: 'than',
          description: 'sum: what it must add up to as well; `where` holds for both.',
        },
      ),
    ),
    tolerance: opt(
      Type.Number({
        minimum: 0,
        default: 0,
        description: 'sum, reconcile: how far two numbers may be apart.',
      }),
    ),
    max_age: duration('fresh: how old the newest time in the column may be.'),
    with: maybeText('reconcile: the other data source.'),
    key: opt(texts('reconcile: columns that name a row, in both.', columns_max)),
    compare: opt(texts('reconcile: columns that must be equal in both.', columns_max)),
    where: textMap('Only rows with these values in these columns.'),
  },
  {
    additionalProperties: false,
    title: 'a test',
    description: 'In texts, `{name}` stands for a parameter.',
  },
);

const check = Type.Object(
  {
    source: text('Data source whose rows are tested.'),
    ...scheduleFields,
    ...aboutFields,
    matrix: opt(
      Type.Record(Type.String(), texts('Values of one parameter.', values_max), {
        maxProperties: CHECK_LIMITS.labels_max,
        description: 'Parameters: every combination of these values.',
      }),
    ),
    parameters: opt(
      Type.Array(Type.Record(Type.String(), Type.String(), { title: 'parameters' }), {
        maxItems: CHECK_LIMITS.parameters_max,
        description: 'Parameters row by row; with a matrix, each row with each combination.',
      }),
    ),
    tests: Type.Array(test, {
      minItems: 1,
      maxItems: CHECK_LIMITS.templates_max,
      description: 'Tests; each is made once for every row of parameters.',
    }),
  },
  { additionalProperties: false, title: 'a check' },
);

export interface TestSettings {
  readonly test: TestKind;
  readonly name?: string;
  readonly column?: string;
  readonly columns?: readonly string[];
  readonly min?: string;
  readonly max?: string;
  readonly values?: readonly string[];
  readonly pattern?: string;
  readonly change_percent_max?: number;
  readonly than?: { readonly source: string; readonly column?: string };
  readonly tolerance?: number;
  readonly max_age?: string;
  readonly with?: string;
  readonly key?: readonly string[];
  readonly compare?: readonly string[];
  readonly where?: Readonly<Record<string, string>>;
}

export type CheckSettings = AboutSettings &
  ScheduleSettings & {
    readonly source: string;
    readonly matrix?: Readonly<Record<string, readonly string[]>>;
    readonly parameters?: readonly Readonly<Record<string, string>>[];
    readonly tests: readonly TestSettings[];
  };

export const checks: Section = {
  name: 'checks',
  schema: Type.Record(Type.String(), check, {
    maxProperties: CHECK_LIMITS.checks_max,
    description: 'Suites of tests over tables, by name.',
    ours: true,
  }),
  faults: (reading) => {
    nameFaults(reading.reader, reading.value as object);
    for (const one of Object.values(reading.value as Record<string, CheckSettings>))
      if (!reading.reader.isFaulty(one)) checkFaults(reading, one);
  },
};

/** The rows of parameters of a check: the matrix times the table. */
export function parametersOf(one: CheckSettings): Readonly<Record<string, string>>[] {
  const combinations = product(one.matrix ?? {});
  const rows = one.parameters ?? [{}];
  if (one.matrix === undefined && one.parameters === undefined) return [];
  return rows.flatMap((row) => combinations.map((combination) => ({ ...combination, ...row })));
}

function checkFaults({ reader, all }: SectionReading, one: CheckSettings): void {
  const sourceFault = (of: object, path: string[], name: string | undefined): void => {
    const why = name === undefined ? '' : tableFault(all, name);
    if (why !== '') reader.say(of, path, `${path.at(-1)}: ${why}`);
  };
  sourceFault(one, ['source'], one.source);
  scheduleFaults(reader, one);
  labelFaults(reader, one, 'labels', Object.keys(one.labels ?? {}));
  labelFaults(reader, one, 'matrix', Object.keys(one.matrix ?? {}));
  const rows = (one.parameters?.length ?? 1) * sizeOf(one.matrix ?? {});
  const { parameters_max, tests_max, reconciliations_max } = CHECK_LIMITS;
  if (rows > parameters_max)
    return reader.say(one, ['matrix'], `more than ${parameters_max} rows of parameters`);
  if (rows * one.tests.length > tests_max)
    reader.say(one, ['tests'], `more than ${tests_max} tests: ${rows} × ${one.tests.length}`);
  const reconciliations = one.tests.filter((t) => t.test === 'reconcile').length * rows;
  if (reconciliations > reconciliations_max)
    reader.say(one, ['tests'], `more than ${reconciliations_max} reconciliations in one run`);
  const [first = {}] = parametersOf(one);
  for (const given of one.tests) {
    testFaults(reader, given, Object.keys(first));
    sourceFault(given, ['with'], given.with);
    if (given.than) sourceFault(given.than, ['source'], given.than.source);
  }
}

const sizeOf = (matrix: Readonly<Record<string, readonly string[]>>): number =>
  Object.values(matrix).reduce((size, values) => size * values.length, 1);

/** Fields each test must have, and those it may have besides. */
const FIELDS: Readonly<
  Record<TestKind, readonly [must: readonly string[], may: readonly string[]]>
> = {
  not_null: [['column'], []],
  unique: [['columns'], []],
  range: [['column'], ['min', 'max']],
  set: [['column', 'values'], []],
  pattern: [['column', 'pattern'], []],
  rows: [[], ['min', 'max', 'change_percent_max']],
  sum: [['column', 'than'], ['tolerance']],
  fresh: [['column', 'max_age'], []],
  reconcile: [
    ['with', 'key'],
    ['compare', 'tolerance'],
  ],
};
const EVERY = ['test', 'name', 'where'];

function testFaults(
  reader: SectionReading['reader'],
  given: TestSettings,
  parameters: readonly string[],
): void {
  const [must, may] = FIELDS[given.test];
  const has = (field: string): boolean => reader.wrote(given, field);
  for (const field of must) {
    if (!has(field)) reader.say(given, [], `${given.test} needs a \`${field}\``);
  }
  for (const field of Object.keys(given)) {
    if (has(field) && ![...EVERY, ...must, ...may].includes(field))
      reader.say(given, [field], `${given.test} has no \`${field}\``);
  }
  if (may.length > 0 && must.length + may.length > 1 && given.test !== 'reconcile')
    if (given.test !== 'sum' && !may.some(has))
      reader.say(given, [], `${given.test} needs one of ${may.join(', ')}`);
  if (given.test === 'reconcile' && Object.keys(given.where ?? {}).length > 0)
    reader.say(given, ['where'], 'reconcile compares whole tables: select in the data source');
  const filled = [given.min, given.max, given.pattern, ...(given.values ?? [])];
  for (const text of [...filled, ...Object.values(given.where ?? {})])
    for (const name of placesIn(text ?? ''))
      if (!parameters.includes(name))
        reader.say(given, [], `{${name}}: there is no such parameter`);
  limitFaults(reader, given);
}

function limitFaults(reader: SectionReading['reader'], given: TestSettings): void {
  for (const field of ['min', 'max'] as const) {
    const limit = given[field];
    if (limit === undefined || limit.includes('{')) continue;
    if (Number.isNaN(Number(limit)))
      reader.say(given, [field], `${field}: "${limit}" is not a number`);
  }
  if (given.pattern !== undefined && placesIn(given.pattern).length === 0) {
    const read = compilePattern(given.pattern);
    if ('error' in read) reader.say(given, ['pattern'], `pattern: ${read.error}`);
  }
}

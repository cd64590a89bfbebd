import { millis } from '../../base/time.ts';
import type {
  Check,
  DataCheck,
  DataSetCheck,
  FigureCheck,
  Timetable,
  Watched,
} from '../../domain/check/plan.ts';
import type { TestRule, TestTemplate } from '../../domain/check/test.ts';
import { prometheusDuration } from '../duration.ts';
import { type CheckSettings, parametersOf, type TestSettings } from './checks.ts';
import { type DataSetSettings, dayOf } from './data-sets.ts';
import type { SourceSettings } from './data-sources.ts';
import type { AboutSettings, ScheduleSettings } from './fields.ts';
import type { FigureSettings } from './figures.ts';

/** What the desk is to watch: sections of a revision as the domain has them. */
export interface WatchPlan {
  readonly checks: readonly Check[];
  /** With secrets as references. */
  readonly sources: Readonly<Record<string, SourceSettings>>;
}

type Sections = Readonly<Record<string, unknown>>;

/** Sections were checked when they were read; one that is missing is empty. */
export function watchPlan(sections: Sections = {}): WatchPlan {
  const checks = (sections.checks ?? {}) as Readonly<Record<string, CheckSettings>>;
  const figures = (sections.figures ?? {}) as Readonly<Record<string, FigureSettings>>;
  const sets = (sections.data_sets ?? {}) as Readonly<Record<string, DataSetSettings>>;
  return {
    checks: [
      ...Object.entries(checks).map(([name, one]) => dataCheck(name, one)),
      ...Object.entries(figures).map(([name, one]) => figureCheck(name, one)),
      ...Object.entries(sets).map(([name, one]) => dataSetCheck(name, one)),
    ],
    sources: (sections.data_sources ?? {}) as Readonly<Record<string, SourceSettings>>,
  };
}

function dataCheck(name: string, one: CheckSettings): DataCheck {
  const others = one.tests.flatMap((test) => [test.with, test.than?.source]);
  const read = others.filter((source) => source !== undefined);
  const watched = watchedOf(name, one, [...new Set([one.source, ...read])]);
  return { is: 'data', ...watched, parameters: parametersOf(one), tests: one.tests.map(template) };
}

function figureCheck(name: string, one: FigureSettings): FigureCheck {
  const { column = '', take = 'last', time = '', by = [], where = {}, unit = '' } = one;
  const { raise = {}, clear = {}, warn = {}, compare, late_after: late } = one;
  return {
    is: 'figure',
    ...watchedOf(name, one, [one.source]),
    ...{ column, take, time, by, where },
    rule: {
      ...{ unit, raise, clear, warn },
      compare: compare && {
        before: ms(compare.before),
        changeMax: compare.change_percent_max,
      },
      lateAfter: late === undefined ? undefined : ms(late),
      settle: ms(one.settle),
    },
  };
}

function dataSetCheck(name: string, one: DataSetSettings): DataSetCheck {
  const { time = '', expected, retires = '', retire_notice: notice } = one;
  const watched = watchedOf(name, { ...one, every: one.every ?? '5m' }, [one.source]);
  return {
    is: 'data set',
    ...watched,
    labels: { ...watched.labels, data_set: name },
    time,
    rule: {
      expected: expected && {
        ...{ cron: expected.cron, zone: expected.zone ?? 'UTC', grace: ms(expected.grace) },
        noticeBefore: ms(expected.notice_before),
        window: expected.window === undefined ? undefined : ms(expected.window),
      },
      retires: dayOf(retires),
      retireNotice: ms(notice),
    },
  };
}

const ms = (text: string | undefined) => prometheusDuration(text ?? '') ?? millis(0);

function watchedOf(
  name: string,
  one: AboutSettings & ScheduleSettings,
  sources: readonly string[],
): Watched {
  const { severity = 'major', description = '', owner, team, labels = {}, timeout } = one;
  return {
    name,
    timetable: timetableOf(one),
    timeout: ms(timeout),
    severity,
    description,
    labels: {
      ...labels,
      ...(owner === undefined ? {} : { owner }),
      ...(team === undefined ? {} : { team }),
    },
    sources,
  };
}

const timetableOf = ({ every, cron = '', zone = 'UTC' }: ScheduleSettings): Timetable =>
  every === undefined ? { cron, zone } : { every: ms(every) };

function template(one: TestSettings): TestTemplate {
  return { name: one.name ?? nameOf(one), rule: ruleOf(one), where: one.where ?? {} };
}

const nameOf = ({ test, column, columns, key, with: other }: TestSettings): string =>
  [test, column ?? columns?.join(', ') ?? (other && `with ${other} by ${key?.join(', ')}`)]
    .filter((part) => part !== undefined)
    .join(' ');

function ruleOf(one: TestSettings): TestRule {
  const { column = '', min, max, tolerance = 0 } = one;
  const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  switch (one.test) {
    case 'not_null':
      return { is: 'not_null', column };
    case 'unique':
      return { is: 'unique', columns: one.columns ?? [] };
    case 'range':
      return { is: 'range', column, ...limits };
    case 'set':
      return { is: 'set', column, values: one.values ?? [] };
    case 'pattern':
      return { is: 'pattern', column, pattern: one.pattern ?? '' };
    case 'rows': {
      const changeMax = one.change_percent_max;
      return { is: 'rows', ...limits, ...(changeMax === undefined ? {} : { changeMax }) };
    }
    case 'sum': {
      const { source = '', column: thanColumn = column } = one.than ?? {};
      return { is: 'sum', column, thanSource: source, thanColumn, tolerance };
    }
    case 'fresh':
      return { is: 'fresh', column, ageMax: ms(one.max_age) };
    case 'reconcile': {
      const { with: withSource = '', key = [], compare = [] } = one;
      return { is: 'reconcile', withSource, key, compare, tolerance };
    }
  }
}

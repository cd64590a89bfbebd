import type { Instant } from '../../base/time.ts';
import { filledIn, parametersText, type TestRule } from '../../domain/check/test.ts';
import { grouped } from '../../domain/check/words.ts';
import { CheckFault } from './fault.ts';
import {
  fresh,
  type Judge,
  notNull,
  pattern,
  range,
  rowCount,
  Sums,
  set,
  unique,
} from './judges.ts';
import type { TestCase } from './scan.ts';

/** What a judge is made with: the cases by group, and what is known of the run before. */
export interface Making {
  readonly cases: readonly (TestCase | undefined)[];
  readonly now: Instant;
  /** Rows counted the last time, by `countKey`. */
  readonly before: Readonly<Record<string, number>>;
  /** For `sum`: the sums of the other table by the groups of this one. */
  readonly there?: (group: number) => { readonly sum: number; readonly broken: string };
  /** For `rows`: filled with what is counted. */
  readonly counts: Float64Array;
}

export const countKey = (test: TestCase): string =>
  `${test.name} ${parametersText(test.parameters)}`.trim();

/** The rules that read a table row by row; reconciliations go their own way. */
export type RowRule = Exclude<TestRule, { is: 'reconcile' }>;

export function judgeOf(rule: RowRule, making: Making): Judge {
  const { cases, now } = making;
  const groups = cases.length;
  switch (rule.is) {
    case 'not_null':
      return notNull(rule.column);
    case 'unique':
      return unique(rule.columns, groups);
    case 'range':
      return range(rule.column, {
        min: limitsOf(rule.min, cases),
        max: limitsOf(rule.max, cases),
      });
    case 'set': {
      const valuesOf = (one: TestCase | undefined): readonly string[] =>
        one ? rule.values.map((value) => filledIn(value, one.parameters)) : [];
      return set(rule.column, cases.map(valuesOf));
    }
    case 'pattern': {
      const fill = (one: TestCase | undefined): string =>
        filledIn(rule.pattern, (one ?? cases.find((c) => c))?.parameters ?? {});
      return pattern(rule.column, cases.map(fill));
    }
    case 'rows':
      return rowCount(making.counts, {
        min: limitsOf(rule.min, cases),
        max: limitsOf(rule.max, cases),
        before: Float64Array.from(cases, (c) => (c && making.before[countKey(c)]) ?? Number.NaN),
        changeMax: rule.changeMax,
      });
    case 'fresh':
      return fresh(rule.column, rule.ageMax, groups, now);
    case 'sum':
      return sumJudge(rule, making, groups);
  }
}

function sumJudge(rule: Extract<RowRule, { is: 'sum' }>, making: Making, groups: number): Judge {
  const here = new Sums(rule.column, groups);
  here.judge = (group) => {
    const there = making.there?.(group);
    if (!there) return '';
    if (there.broken !== '') return { broken: `${rule.thanSource}: ${there.broken}` };
    const gap = here.of(group) - there.sum;
    if (Math.abs(gap) <= rule.tolerance) return '';
    const what = `${rule.column} adds up to ${amount(here.of(group))}`;
    const other = `${rule.thanColumn} of ${rule.thanSource} to ${amount(there.sum)}`;
    return `${what}, ${other}: ${amount(gap)} apart`;
  };
  return here;
}

/** Rounded to a millionth, so that a float's last bits are not told. */
const amount = (n: number): string => grouped(Math.round(n * 1e6) / 1e6);

function limitsOf(
  text: string | undefined,
  cases: readonly (TestCase | undefined)[],
): Float64Array {
  return Float64Array.from(cases, (one) => {
    if (text === undefined || !one) return Number.NaN;
    const filled = filledIn(text, one.parameters);
    const limit = Number(filled);
    if (filled.trim() === '' || Number.isNaN(limit))
      throw new CheckFault(`"${filled}" is no number to compare with`);
    return limit;
  });
}

/** What is said of bad rows. */
export function badWords(rule: RowRule): (bad: number, rows: number) => string {
  const of = (bad: number, rows: number): string => `${grouped(bad)} of ${grouped(rows)} rows`;
  switch (rule.is) {
    case 'not_null':
      return (bad, rows) => `${of(bad, rows)} have no ${rule.column}`;
    case 'unique':
      return (bad, rows) => `${of(bad, rows)} repeat ${rule.columns.join(', ')}`;
    case 'range': {
      const limits = `${rule.min ?? ''} to ${rule.max ?? ''}`;
      return (bad, rows) => `${of(bad, rows)} have a ${rule.column} that is not in ${limits}`;
    }
    case 'set':
      return (bad, rows) => `${of(bad, rows)} have a ${rule.column} that is not in the set`;
    case 'pattern':
      return (bad, rows) => `${of(bad, rows)} have a ${rule.column} unlike the pattern`;
    case 'fresh':
      return (bad, rows) => `${of(bad, rows)} have a ${rule.column} that is no time`;
    case 'sum':
      return (bad, rows) => `${of(bad, rows)} have a ${rule.column} that is no number`;
    case 'rows':
      return of;
  }
}

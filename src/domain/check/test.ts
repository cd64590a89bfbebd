import type { Millis } from '../../base/time.ts';

export const CHECK_LIMITS = {
  checks_max: 1_000,
  sources_max: 1_000,
  /** Templates of tests in one check. */
  templates_max: 256,
  /** Rows of parameters of one check, the product of a matrix included. */
  parameters_max: 10_000,
  /** Templates times parameters: what one run tests. */
  tests_max: 20_000,
  /** Reconciliations of one run: each reads two tables whole. */
  reconciliations_max: 16,
  columns_max: 32,
  values_max: 10_000,
  labels_max: 32,
  text_chars_max: 1_024,
} as const;

/** Values by the names that templates use: area, year, topic. */
export type Parameters = Readonly<Record<string, string>>;

/**
 * What a table is tested for. Texts may hold `{name}`, which stands for a parameter. An empty cell
 * is a null; ranges, sets and patterns leave nulls to `not_null`.
 */
export type TestRule =
  | { readonly is: 'not_null'; readonly column: string }
  | { readonly is: 'unique'; readonly columns: readonly string[] }
  /** Numbers; `min` and `max` included. */
  | { readonly is: 'range'; readonly column: string; readonly min?: string; readonly max?: string }
  | { readonly is: 'set'; readonly column: string; readonly values: readonly string[] }
  /** RE2, anchored at both ends. */
  | { readonly is: 'pattern'; readonly column: string; readonly pattern: string }
  /** `changeMax`: per cent against the run before. */
  | {
      readonly is: 'rows';
      readonly min?: string;
      readonly max?: string;
      readonly changeMax?: number;
    }
  | {
      readonly is: 'sum';
      readonly column: string;
      readonly thanSource: string;
      readonly thanColumn: string;
      readonly tolerance: number;
    }
  /** The newest time in the column is no older than this. */
  | { readonly is: 'fresh'; readonly column: string; readonly ageMax: Millis }
  | {
      readonly is: 'reconcile';
      readonly withSource: string;
      readonly key: readonly string[];
      readonly compare: readonly string[];
      readonly tolerance: number;
    };

export type TestKind = TestRule['is'];

/** One template: the rule, and which rows it is about. */
export interface TestTemplate {
  readonly name: string;
  readonly rule: TestRule;
  /** Column and the value it must have. */
  readonly where: Readonly<Record<string, string>>;
}

/** How one test, or all tests of a subject, came out. Broken: nothing can be said of the data. */
export type Verdict = 'passed' | 'failed' | 'broken';

const PLACE = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The text with parameters in their places; a name that is none stays as it is. */
export const filledIn = (text: string, parameters: Parameters): string =>
  text.includes('{') ? text.replace(PLACE, (all, name: string) => parameters[name] ?? all) : text;

/** Names in braces in the text. */
export const placesIn = (text: string): readonly string[] =>
  [...text.matchAll(PLACE)].map(([, name = '']) => name);

/** `area=north year=2025`: how parameters are told. */
export const parametersText = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** All combinations of the values, the last name turning fastest. */
export function product(matrix: Readonly<Record<string, readonly string[]>>): Parameters[] {
  let rows: Parameters[] = [{}];
  for (const [name, values] of Object.entries(matrix)) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
    if (rows.length > CHECK_LIMITS.parameters_max) break;
  }
  return rows;
}

/** Worst first: what a subject is, when its tests came out so. */
export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes('failed') ? 'failed' : verdicts.includes('broken') ? 'broken' : 'passed';

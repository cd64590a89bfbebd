import { cut } from '../base/text.ts';
import type { Instant } from '../base/time.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import type { DataCheck, Watched } from '../domain/check/plan.ts';
import { CHECK_LIMITS, parametersText, type Verdict, worst } from '../domain/check/test.ts';
import { grouped } from '../domain/check/words.ts';
import type { EvidenceFile } from './engine/evidence.ts';
import type { DataResult } from './engine/run.ts';
import type { TestCase } from './engine/scan.ts';

/** One thing there is to be an alarm about. */
export interface Subject {
  readonly type: string;
  readonly resource: string;
  readonly qualifier: string;
  readonly severity: Severity;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** How a run of a check came out, in words of the desk. */
export interface CheckReport {
  readonly check: string;
  /** Of this run, for its evidence and its line of history. */
  readonly run: string;
  readonly at: Instant;
  readonly slot: Instant | undefined;
  readonly by: string | undefined;
  readonly verdict: Verdict;
  readonly severity: Severity;
  readonly text: string;
  readonly subjects: readonly Subject[];
  readonly counts: { readonly tests: number; readonly failed: number; readonly broken: number };
  readonly tookMs: number;
  readonly rows: number;
  readonly evidence: readonly EvidenceFile[];
}

export const REPORT_LIMITS = {
  /** Subjects of one run; the last of them tells of the rest. */
  subjects_max: 500,
  /** Tests a subject's text tells of. */
  tests_told_max: 5,
} as const;

export type Found = Pick<
  CheckReport,
  'verdict' | 'text' | 'subjects' | 'counts' | 'rows' | 'evidence'
>;

/** One subject of a check, with the labels that routes go by. */
export function subjectOf(
  check: Watched,
  type: string,
  qualifier: string,
  text: string,
  more: Readonly<Record<string, string>> = {},
  severity: Severity = check.severity,
): Subject {
  const whole = check.description === '' ? text : `${text}. ${check.description}`;
  return {
    ...{ type, resource: check.name, qualifier, severity },
    text: cut(whole, CHECK_LIMITS.text_chars_max),
    labels: { ...check.labels, ...more, alertname: type, check: check.name },
  };
}

/** What a suite found: one subject for each row of parameters with something wrong. */
export function dataFound(check: DataCheck, result: DataResult): Found {
  const bySubject = new Map<number, TestCase[]>();
  for (const test of result.cases) {
    const held = bySubject.get(test.subject);
    if (held) held.push(test);
    else bySubject.set(test.subject, [test]);
  }
  const subjects: Subject[] = [];
  for (const tests of bySubject.values()) {
    const bad = tests.filter(({ verdict }) => verdict !== 'passed');
    if (bad.length > 0) subjects.push(...subjectsOf(check, tests.length, bad));
  }
  const count = (verdict: Verdict) => result.cases.filter((c) => c.verdict === verdict).length;
  const counts = { tests: result.cases.length, failed: count('failed'), broken: count('broken') };
  const verdict = worst(result.cases.map((c) => c.verdict));
  const { rows, evidence } = result;
  const text = suiteText(counts, rows, subjects);
  return { verdict, text, subjects: bounded(check, subjects), counts, rows, evidence };
}

/** Failed and broken tests of one subject are two things: one says nothing of the data. */
function subjectsOf(check: DataCheck, tests: number, bad: readonly TestCase[]): Subject[] {
  const { parameters = {} } = bad[0] ?? {};
  return (['failed', 'broken'] as const).flatMap((is) => {
    const some = bad.filter(({ verdict }) => verdict === is);
    if (some.length === 0) return [];
    const told = some
      .slice(0, REPORT_LIMITS.tests_told_max)
      .map(({ name, text }) => `${name}: ${text}`);
    const more = some.length - told.length;
    const head = tests === 1 ? '' : `${some.length} of ${tests} tests ${is}. `;
    const text = `${head}${told.join('. ')}${more > 0 ? `. And ${more} more` : ''}`;
    return [subjectOf(check, `check.${is}`, parametersText(parameters), text, parameters)];
  });
}

function suiteText(
  { tests, failed, broken }: CheckReport['counts'],
  rows: number,
  subjects: readonly Subject[],
): string {
  const of = `${grouped(tests)} ${tests === 1 ? 'test' : 'tests'} over ${grouped(rows)} rows`;
  if (failed + broken === 0) return `${of}, all passed`;
  const parts = [
    ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
    ...(broken > 0 ? [`${grouped(broken)} broken`] : []),
  ];
  const first = subjects[0];
  const where = first
    ? `; ${first.qualifier === '' ? '' : `${first.qualifier}: `}${first.text}`
    : '';
  return cut(`${of}, ${parts.join(', ')}${where}`, CHECK_LIMITS.text_chars_max);
}

/** Nothing is lost: what has no room of its own is told by the last one, and is in the evidence. */
export function bounded(check: Watched, subjects: readonly Subject[]): readonly Subject[] {
  const max = REPORT_LIMITS.subjects_max;
  if (subjects.length <= max) return subjects;
  const rest = subjects.slice(max - 1);
  const some = rest.slice(0, REPORT_LIMITS.tests_told_max).map(({ qualifier }) => qualifier);
  const text = `${rest.length} more failed: ${some.join(', ')} …`;
  return [...subjects.slice(0, max - 1), subjectOf(check, 'check.failed', 'the rest', text)];
}

/** The run as such failed: nothing is known of the data. */
export function brokenFound(check: Watched, why: string): Found {
  const text = cut(`The check could not be run: ${why}`, CHECK_LIMITS.text_chars_max);
  const counts = { tests: 0, failed: 0, broken: 1 };
  const subjects = [subjectOf(check, 'check.broken', '', text)];
  return { verdict: 'broken', text, subjects, counts, rows: 0, evidence: [] };
}

import { type Instant, instantText } from '../base/time.ts';
import { judgeDataSet } from '../domain/check/data-set.ts';
import {
  FIGURE_LIMITS,
  type FigureFinding,
  judgeFigure,
  type Level,
  type Point,
  settled,
  valueText,
} from '../domain/check/figure.ts';
import type { Check, DataCheck, DataSetCheck, FigureCheck } from '../domain/check/plan.ts';
import type { TableSource } from '../domain/check/source.ts';
import { type Parameters, parametersText } from '../domain/check/test.ts';
import type { ArrivalResult } from './engine/arrival.ts';
import type { FigureResult } from './engine/figure.ts';
import type { History } from './history.ts';
import type { Job, JobResult } from './job.ts';
import { bounded, dataFound, type Found, type Subject, subjectOf } from './report.ts';
import { dueTimes } from './slots.ts';
import type { Ran } from './thread.ts';

/** What a run over tables is begun with. */
interface Beginning {
  readonly now: Instant;
  readonly run: string;
  /** Folder of the check's evidence. */
  readonly folder: string;
  readonly sources: Readonly<Record<string, TableSource>>;
}

/** What the desk holds raised of a check: a figure's levels are in it. */
export type RaisedBefore = readonly {
  readonly type: string;
  readonly qualifier: string;
}[];

/** What a run found, and what the next one needs to know of it. */
export interface Finding {
  readonly found: Found;
  readonly counts: Readonly<Record<string, number>>;
  readonly points: Readonly<Record<string, readonly Point[]>>;
}

/** Runs a check over tables; the reason where its thread did not come to an end. */
export async function findInTables(
  check: Check,
  begin: Beginning,
  history: History,
  raised: RaisedBefore,
  run: (job: Job) => Promise<Ran>,
): Promise<Finding | { readonly why: string }> {
  const ran = await run(await jobOf(check, begin, history));
  if (ran.is === 'broken') return { why: ran.why };
  return findingOf(check, ran.result, begin, raised, history);
}

/** A run that leaves nothing behind for the next one. */
export const EMPTY = { counts: {}, points: {} } as const;

async function jobOf(check: Check, begin: Beginning, history: History): Promise<Job> {
  const { sources, now } = begin;
  const source = check.sources[0] ?? '';
  if (check.is === 'figure') {
    const { column, take, time, by, where } = check;
    return { is: 'figure', figure: { source, column, take, time, by, where }, sources, now };
  }
  if (check.is === 'data set') return { is: 'arrival', source, time: check.time, sources, now };
  const { parameters, tests } = check;
  const before = await history.countsOf(check.name);
  const { folder, run } = begin;
  return { is: 'data', check: { source, parameters, tests }, sources, before, now, folder, run };
}

async function findingOf(
  check: Check,
  result: JobResult,
  { now }: Beginning,
  raised: RaisedBefore,
  history: History,
): Promise<Finding> {
  if (result.is === 'data')
    return { found: dataFound(check as DataCheck, result), counts: result.counts, points: {} };
  if (result.is === 'arrival')
    return { found: dataSetFound(check as DataSetCheck, result, now), counts: {}, points: {} };
  return figureFinding(check as FigureCheck, result, now, raised, history);
}

function dataSetFound(check: DataSetCheck, { arrivedAt }: ArrivalResult, now: Instant): Found {
  const { expected } = check.rule;
  const due = expected && dueTimes(expected.cron, expected.zone, now);
  const findings = judgeDataSet(check.rule, check.severity, { arrivedAt, due, now });
  const subjects = findings.map(({ type, severity, text }) =>
    subjectOf(check, type, '', text, {}, severity),
  );
  const isLate = findings.some(({ type }) => type === 'data_set.late');
  const came =
    arrivedAt === undefined ? 'nothing has come yet' : `data of ${minuteText(arrivedAt)}`;
  const next = due === undefined ? '' : `; due next by ${minuteText(due.next)}`;
  return {
    verdict: isLate ? 'failed' : 'passed',
    text: findings.map(({ text }) => text).join('; ') || `${came}${next}`,
    subjects,
    counts: { tests: 1, failed: isLate ? 1 : 0, broken: 0 },
    ...{ rows: 0, evidence: [] },
  };
}

const minuteText = (at: Instant): string => instantText(at).slice(0, 16).replace('T', ' ');

interface Judged {
  readonly by: Parameters;
  readonly subject: string;
  readonly points: readonly Point[];
  readonly newest: Point | undefined;
}

async function figureFinding(
  check: FigureCheck,
  result: FigureResult,
  now: Instant,
  raised: RaisedBefore,
  history: History,
): Promise<Finding> {
  const { rule } = check;
  const groups = result.groups.map(({ by, points }): Judged => {
    const newest = settled(points, rule.settle, now);
    return { by, subject: parametersText(by), points, newest };
  });
  const seen = new Set(groups.map(({ subject }) => subject));
  const known = await history.pointsOf(check.name, 1);
  for (const [subject, [newest]] of Object.entries(known)) {
    if (!seen.has(subject)) groups.push({ by: byOf(subject), subject, points: [], newest });
  }
  const compared = await comparedWith(check, groups, history);
  const subjects = groups.flatMap((group) => {
    const before = levelBefore(raised, group.subject);
    const state = { newest: group.newest, before, compared: compared.get(group.subject), now };
    return judgeFigure(rule, check.severity, state).map((one) => figureSubject(check, group, one));
  });
  const points = Object.fromEntries(
    groups.map(({ subject, points: some }) => {
      const last = known[subject]?.[0]?.at ?? Number.NEGATIVE_INFINITY;
      return [subject, some.filter(({ at }) => at >= last)]; // the last one may have changed
    }),
  );
  const counts = { tests: groups.length, failed: failedIn(subjects), broken: 0 };
  const verdict = subjects.some(({ type }) => type !== 'figure.warning') ? 'failed' : 'passed';
  const text = figureText(check, groups, subjects, result.unread);
  const { rows } = result;
  const found = { verdict, text, subjects: bounded(check, subjects), counts, rows, evidence: [] };
  return { found: found as Found, counts: {}, points };
}

const failedIn = (subjects: readonly Subject[]): number =>
  new Set(subjects.map(({ qualifier }) => qualifier)).size;

const figureSubject = (check: FigureCheck, { by, subject }: Judged, one: FigureFinding): Subject =>
  subjectOf(check, one.type, subject, one.text, by, one.severity);

/** A group the feed has no more: what it was called by is in its subject. */
const byOf = (subject: string): Parameters =>
  Object.fromEntries(
    [...subject.matchAll(/(\w+)=(.*?)(?= \w+=|$)/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );

function levelBefore(raised: RaisedBefore, subject: string): Level {
  const has = (type: string): boolean =>
    raised.some((one) => one.type === type && one.qualifier === subject);
  if (has('figure.limit')) return 'raised';
  return has('figure.warning') ? 'warning' : 'good';
}

/** Values of the same moment of the period before: of this run's own points, else of history. */
async function comparedWith(
  { name, rule }: FigureCheck,
  groups: readonly Judged[],
  history: History,
): Promise<ReadonlyMap<string, number>> {
  const { compare } = rule;
  const found = new Map<string, number>();
  if (!compare) return found;
  const slack = compare.before / FIGURE_LIMITS.period_slack_share;
  const wanted = groups.flatMap(({ subject, newest, points }) => {
    if (!newest) return [];
    const to = newest.at - compare.before;
    const own = points.findLast(({ at }) => at <= to && at >= to - slack);
    if (own) found.set(subject, own.value);
    return own ? [] : [{ subject, from: to - slack, to }];
  });
  if (wanted.length === 0) return found;
  const values = await history.valuesAt(name, wanted);
  for (const [subject, value] of Object.entries(values)) found.set(subject, value);
  return found;
}

function figureText(
  { rule }: FigureCheck,
  groups: readonly Judged[],
  subjects: readonly Subject[],
  unread: number,
): string {
  const [first] = subjects;
  const bad = unread > 0 ? `; ${unread} rows have no number or no time` : '';
  if (first) {
    const where = first.qualifier === '' ? '' : `${first.qualifier}: `;
    const more = subjects.length > 1 ? `; and ${subjects.length - 1} more` : '';
    return `${where}${first.text}${more}${bad}`;
  }
  const [only] = groups;
  if (groups.length !== 1) return `${groups.length} figures, all within their limits${bad}`;
  const value = only?.newest ? valueText(only.newest.value, rule.unit) : 'no value';
  return `${value}, within its limits${bad}`;
}

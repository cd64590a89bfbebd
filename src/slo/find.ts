import type { Clock } from '../base/clock.ts';
import { cut } from '../base/text.ts';
import { type Instant, type Millis, millis, minutes } from '../base/time.ts';
import type { Finding, RaisedBefore } from '../checks/find.ts';
import type { History } from '../checks/history.ts';
import { type Subject, subjectOf } from '../checks/report.ts';
import type { RunBegin } from '../checks/scheduler.ts';
import type { Point } from '../domain/check/figure.ts';
import { CHECK_LIMITS } from '../domain/check/test.ts';
import { lengthText } from '../domain/check/words.ts';
import { BURN_LEVELS, type BurnLevel, type BurnRow, SLO_LIMITS } from '../domain/slo/burn.ts';
import {
  judgeSlo,
  type Measures,
  overSince,
  ratioOf,
  rowState,
  type SloStanding,
} from '../domain/slo/judge.ts';
import type { SloCheck } from '../domain/slo/plan.ts';
import { burnSays, percentText, standingText } from '../domain/slo/words.ts';
import { isKeptFor, type Kept, keptFor, measureSlo } from './measure.ts';
import type { MetricsServer } from './prometheus.ts';

/** A row that was over before a gap longer than this, or three slots, has to hold anew. */
const GAP_MS = minutes(10);
const GAP_SLOTS = 3;

/** Objectives as they were last measured; gone with the process. */
export interface LastMeasured {
  readonly measures: Measures;
  readonly standing: SloStanding;
}

export interface FindParts {
  readonly clock: Clock;
  readonly history: Pick<History, 'pointsOf'>;
  readonly raisedBy: (slo: string) => RaisedBefore;
}

/** Measures objectives and judges them. Remembers windows that need not be asked each time. */
export class SloFinder {
  readonly #parts: FindParts;
  readonly #kept = new Map<string, Kept>();
  readonly #last = new Map<string, LastMeasured>();

  constructor(parts: FindParts) {
    this.#parts = parts;
  }

  last(name: string): LastMeasured | undefined {
    return this.#last.get(name);
  }

  /** Those that are no more are forgotten. */
  follow(names: ReadonlySet<string>): void {
    for (const held of [this.#kept, this.#last])
      for (const name of held.keys()) if (!names.has(name)) held.delete(name);
  }

  async find(slo: SloCheck, server: MetricsServer, begin: RunBegin): Promise<Finding> {
    const { clock, history, raisedBy } = this.#parts;
    const { now, by, signal } = begin;
    const before = this.#kept.get(slo.name);
    // Asked for by hand: everything is asked anew.
    const kept = by === undefined && isKeptFor(before, slo) ? before : keptFor(slo);
    this.#kept.set(slo.name, kept);
    const asking = { clock, timeout: slo.timeout, signal };
    const { measures, asked } = await measureSlo(slo, server, now, kept, asking);
    const isOver = slo.rule.rows.some((row) => rowState(slo.rule, row, measures).is === 'over');
    const notes = isOver ? await history.pointsOf(slo.name, SLO_LIMITS.notes_max) : {};
    const raised = raisedBy(slo.name);
    const standing = judgeSlo(slo.rule, {
      measures,
      now,
      raised: raisedIn(raised),
      since: (row) => overSince(notes[noteOf(row)] ?? [], now, gapOf(slo)),
    });
    this.#last.set(slo.name, { measures, standing });
    const wasSpent = raised.some(({ type }) => type === SPENT);
    const subjects = subjectsOf(slo, standing, measures, wasSpent);
    return {
      found: foundOf(slo, standing, measures, subjects),
      counts: {},
      points: pointsOf(slo, standing, measures, asked),
    };
  }
}

const typeOf = (level: BurnLevel): string => `slo.burn-${level}`;
const NO_DATA = 'slo.no-data';
const SPENT = 'slo.budget-spent';

const raisedIn = (raised: RaisedBefore): ReadonlySet<BurnLevel> =>
  new Set(BURN_LEVELS.filter((level) => raised.some(({ type }) => type === typeOf(level))));

function gapOf({ timetable }: SloCheck): Millis {
  const slots = 'every' in timetable ? timetable.every * GAP_SLOTS : 0;
  return millis(Math.max(GAP_MS, slots));
}

/** Under which it is noted, look by look, whether a row was over. */
const noteOf = ({ long, short }: BurnRow): string =>
  `over ${lengthText(long)}/${lengthText(short)}`;

/** Under which the ratios of a window, and the budget, are found in the history. */
export const ratioSubject = (window: Millis): string => `ratio ${lengthText(window)}`;
export const BUDGET_SUBJECT = 'budget';

function subjectsOf(
  slo: SloCheck,
  { by, level, budget }: SloStanding,
  measures: Measures,
  wasSpent: boolean,
): readonly Subject[] {
  const { service, severities } = slo;
  const subject = (type: string, text: string, as: BurnLevel, more = {}) => {
    const severity = severities[as];
    const labels = { slo: slo.name, service, severity, ...more };
    return subjectOf(slo, type, '', text, labels, severity);
  };
  const out: Subject[] = [];
  if (by && level) {
    const window = { window: lengthText(by.row.long) };
    out.push(subject(typeOf(level), burnSays(by, budget), level, window));
  }
  if (budget ? budget.left <= 0 : wasSpent) {
    const period = lengthText(slo.rule.period);
    const how = budget ? `${percentText(1 - budget.left)} of it` : 'nothing is known now';
    const text = `the error budget of ${period} is spent: ${how}`;
    out.push(subject(SPENT, text, 'ticket', { window: period }));
  }
  for (const measure of measures.values()) {
    if (measure.is !== 'no data') continue;
    out.push(subject(NO_DATA, `nothing is known: ${measure.why}`, 'ticket'));
    break;
  }
  return out;
}

function foundOf(
  { rule }: SloCheck,
  standing: SloStanding,
  measures: Measures,
  subjects: readonly Subject[],
): Finding['found'] {
  const isBroken = subjects.some(({ type }) => type === NO_DATA);
  const isFailed = subjects.some(({ type }) => type !== NO_DATA);
  const failed = standing.rows.filter(({ isRaised }) => isRaised).length;
  return {
    verdict: isFailed ? 'failed' : isBroken ? 'broken' : 'passed',
    text: cut(standingText(rule, standing, measures), CHECK_LIMITS.text_chars_max),
    subjects,
    counts: { tests: standing.rows.length, failed, broken: isBroken ? 1 : 0 },
    ...{ rows: 0, evidence: [] },
  };
}

/** Ratios of what was asked now, the budget with its period, and whether each row was over. */
function pointsOf(
  { rule }: SloCheck,
  { rows, budget, at }: SloStanding,
  measures: Measures,
  asked: readonly Millis[],
): Readonly<Record<string, readonly Point[]>> {
  const points: Record<string, readonly Point[]> = {};
  const put = (subject: string, value: number | undefined): void => {
    if (value !== undefined) points[subject] = [{ at: at as Instant, value }];
  };
  for (const window of asked) put(ratioSubject(window), ratioOf(measures.get(window)));
  if (asked.includes(rule.period)) put(BUDGET_SUBJECT, budget?.left);
  for (const { row, state } of rows)
    if (state.is !== 'unknown') put(noteOf(row), state.is === 'over' ? 1 : 0);
  return points;
}

import type { Instant } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { AlarmId, Labels } from '../../domain/alarm/event.ts';
import { identify } from '../../domain/alarm/event.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import type { Bounds } from '../../domain/check/figure.ts';
import type { CheckCounts } from '../check-entry.ts';
import type { Memory } from '../desk.ts';
import type { CheckState } from '../tables.ts';

/** A check as the configuration has it, with when it is run. */
export interface CheckAbout {
  readonly name: string;
  readonly is: 'data' | 'figure' | 'data set';
  /** Data sources it reads. */
  readonly sources: readonly string[];
  /** `every 10m`, `30 7 * * 1-5 Europe/London` */
  readonly timetable: string;
  readonly severity: Severity;
  readonly description: string;
  readonly labels: Labels;
  /** Tests of one run. */
  readonly tests: number;
  /** Of a figure: what its plot is drawn with. */
  readonly figure?: { readonly unit: string; readonly raise: Bounds; readonly clear: Bounds };
  readonly next: Instant | undefined;
  readonly isRunning: boolean;
}

/** With how it came out the last time; undefined before its first run. */
export interface CheckView extends CheckAbout {
  readonly state: CheckState | undefined;
  /** Alarms it holds raised. */
  readonly alarms: readonly AlarmId[];
}

/** A line of a check's history. */
export interface CheckRun {
  readonly run: string;
  readonly at: Instant;
  readonly verdict: string;
  readonly counts: CheckCounts;
  readonly rows: number;
  readonly tookMs: number;
  readonly text: string;
  readonly evidence: readonly CheckEvidence[];
}

export interface CheckEvidence {
  readonly file: string;
  readonly what: string;
  readonly rows: number;
  readonly bytes: number;
  readonly isCut: boolean;
}

/** Those with something wrong first, then by name. */
export function listChecks(memory: Memory, all: readonly CheckAbout[]): readonly CheckView[] {
  const order = { failed: 0, broken: 1, passed: 3 } as const;
  const place = ({ state }: CheckView): number => (state ? order[state.verdict] : 2);
  const byName = (a: CheckView, b: CheckView): number => (a.name < b.name ? -1 : 1);
  return all
    .map((one) => checkView(memory, one))
    .sort((a, b) => place(a) - place(b) || byName(a, b));
}

export function checkView(memory: Memory, about: CheckAbout): CheckView {
  const state = memory.get('checks', about.name);
  const alarms = (state?.raised ?? []).map(({ resource, type, qualifier }) =>
    identify(resource, type, qualifier),
  );
  return { ...about, state, alarms: alarms.filter((id) => memory.get('alarms', id)) };
}

/** The check, figure or data set that raised an alarm; a label that anybody may set is no proof. */
export function checkBehind(memory: Pick<Memory, 'get'>, alarm: Alarm): string | undefined {
  const { check } = alarm.labels;
  const row = check === undefined ? undefined : memory.get('checks', check);
  return row && /^(?:check|figure|data_set)\./.test(alarm.type) ? row.id : undefined;
}

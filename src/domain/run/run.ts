import type { Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { AlarmId } from '../alarm/event.ts';
import type { RunbookStep } from './runbook.ts';

export const RUN_LIMITS = {
  /** Runs that are going on at once. */
  open_max: 100,
  /** Beyond, the one that ended first is forgotten; the audit log tells it. */
  kept_max: 1_000,
  why_chars_max: 4_096,
  /** Of one step: what was sent, and what came back. */
  input_chars_max: 2_000,
  output_chars_max: 2_000,
  /** A step may be tried so often. */
  attempts_max: 20,
} as const;

/** One try of a step. Ends once; `unsure`: the desk stopped meanwhile, and nobody knows. */
export interface StepTry {
  readonly step: number;
  readonly attempt: number;
  readonly is: 'begun' | 'done' | 'failed' | 'unsure';
  readonly begunAt: Instant;
  readonly endedAt?: Instant;
  /** Who said that it is done. */
  readonly by?: UserId;
  readonly note?: string;
  readonly input?: string;
  readonly output?: string;
  /** Id of the page that asks. */
  readonly page?: string;
  /** Somebody wanted the step tried again after this one. */
  readonly isPutAside?: true;
}

/** One run of a runbook: who ran what, when and why, and how far it is. */
export interface Run {
  readonly id: string;
  readonly runbook: string;
  readonly startedAt: Instant;
  readonly stepsTotal: number;
  /** 0-based: the one that is next, or the last when it is over. */
  readonly step: number;
  readonly is: 'running' | 'done' | 'failed' | 'stopped';
  /** Absent in runs from before people started them; so is the rest. */
  readonly by?: UserId;
  readonly why?: string;
  readonly alarm?: AlarmId;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly title?: string;
  /** As they were when it began. */
  readonly steps?: readonly RunbookStep[];
  /** Oldest first. */
  readonly tries?: readonly StepTry[];
  /** Present when somebody stopped it. */
  readonly stopped?: { readonly by: UserId; readonly why: string };
  readonly endedAt?: Instant;
}

export interface StepTold {
  readonly step: number;
  readonly attempt: number;
  readonly says: StepTry['is'];
  readonly input: string;
  readonly output: string;
}

/** The last try of the step that is next; undefined before the first. */
export const currentTry = ({ tries = [], step }: Run): StepTry | undefined => {
  const last = tries.at(-1);
  return last?.step === step && !last.isPutAside ? last : undefined;
};

/**
 * What the run waits for: a person, the desk's own work, or nothing more. A step that failed, or of
 * which nobody knows, waits for a person to say.
 */
export function waitsFor(run: Run): 'person' | 'desk' | 'nothing' {
  if (run.is !== 'running') return 'nothing';
  if (run.steps?.[run.step]?.does.is === 'manual') return 'person';
  const is = currentTry(run)?.is;
  return is === 'failed' || is === 'unsure' ? 'person' : 'desk';
}

/** A step began or ended, as the executor says. Told twice, or out of turn, it is the same run. */
export function told(run: Run, said: StepTold, now: Instant): Run {
  const { step, attempt, says } = said;
  if (waitsFor(run) !== 'desk' || step !== run.step) return run;
  const last = currentTry(run);
  const input = said.input.slice(0, RUN_LIMITS.input_chars_max);
  if (says === 'begun') {
    const next = nextAttempt(run);
    if (last !== undefined || attempt !== next) return run;
    return withTry(run, { step, attempt, is: 'begun', begunAt: now, input });
  }
  if (last?.is !== 'begun' || last.attempt !== attempt) return run;
  const output = said.output.slice(0, RUN_LIMITS.output_chars_max);
  return ended(run, { ...last, is: says, endedAt: now, output }, now);
}

/** The number of the try that would be the next. */
export const nextAttempt = ({ tries = [], step }: Run): number =>
  tries.filter((one) => one.step === step).length + 1;

/** A person says that the step that waits for them is done. */
export function ticked(run: Run, by: UserId, note: string, now: Instant): Run {
  const last = currentTry(run);
  const said = { by, note, is: 'done' as const, endedAt: now };
  if (last) return ended(run, { ...last, ...said }, now);
  const { step } = run;
  const first = { step, attempt: nextAttempt(run), begunAt: now, ...said };
  return ended(withTry(run, first), first, now);
}

/** Who is asked about the step that was begun. */
export function asked(run: Run, page: string): Run {
  const last = currentTry(run);
  return last ? { ...run, tries: [...(run.tries ?? []).slice(0, -1), { ...last, page }] } : run;
}

/**
 * The page of a step was answered, or nobody did. Whoever answers after that is taken at their
 * word, while the step still waits for a person.
 */
export function answered(
  run: Run,
  { step, attempt }: Pick<StepTry, 'step' | 'attempt'>,
  by: UserId | undefined,
  output: string,
  now: Instant,
): Run {
  const last = currentTry(run);
  if (run.is !== 'running' || run.step !== step || last?.attempt !== attempt) return run;
  if (last.is !== 'begun' && !(last.is === 'failed' && by !== undefined)) return run;
  const said = by === undefined ? { is: 'failed' as const } : { is: 'done' as const, by };
  return ended(run, { ...last, ...said, endedAt: now, output }, now);
}

/** Somebody stopped it. Of what the desk was doing just then nobody knows how far it came. */
export function stoppedAt(run: Run, now: Instant): Run {
  const over = { ...run, is: 'stopped' as const, endedAt: now };
  const last = currentTry(run);
  const does = run.steps?.[run.step]?.does.is;
  if (last?.is !== 'begun' || (does !== 'http' && does !== 'command')) return over;
  const output = 'The run was stopped while this was under way. Look how far it came.';
  const unsure = { ...last, is: 'unsure' as const, endedAt: now, output };
  return { ...over, tries: [...(run.tries ?? []).slice(0, -1), unsure] };
}

/** A person wants the step that failed, or of which nobody knows, tried again. */
export function tryAgain(run: Run, by: UserId, note: string): Run {
  const last = currentTry(run);
  if (!last) return run;
  const aside = { ...last, by, note, isPutAside: true as const };
  return { ...run, tries: [...(run.tries ?? []).slice(0, -1), aside] };
}

const withTry = (run: Run, one: StepTry): Run => ({ ...run, tries: [...(run.tries ?? []), one] });

/** The last try ended so. */
function ended(run: Run, last: StepTry, now: Instant): Run {
  const after: Run = { ...run, tries: [...(run.tries ?? []).slice(0, -1), last] };
  if (last.is !== 'done') return after;
  if (run.step + 1 >= run.stepsTotal) return { ...after, is: 'done', endedAt: now };
  return { ...after, step: run.step + 1 };
}

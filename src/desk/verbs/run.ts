import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import {
  RUN_LIMITS,
  type Run,
  stoppedAt,
  ticked,
  told,
  tryAgain,
  waitsFor,
} from '../../domain/run/run.ts';
import { RUNBOOK_LIMITS } from '../../domain/run/runbook.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { StepEntry } from '../entry.ts';
import { endPageOfRun, pageForRun } from '../pages/of-run.ts';
import type { RunAct } from '../run-acts.ts';
import type { State } from '../state.ts';

type Act<V extends RunAct['verb']> = Extract<RunAct, { verb: V }>;

/** Somebody starts a run, says how a step of it went, or stops it. */
export function onRun(draft: Draft, state: State, by: UserId, act: RunAct): Did {
  if (act.verb === 'run.start') return start(draft, state, by, act);
  const run = draft.get('runs', act.run);
  if (!run) return { refused: absent('such run', 'it ended long ago, or never was') };
  if (run.is !== 'running') return { refused: byState(`It is over: ${run.is}.`) };
  const refused = act.verb === 'run.tick' ? tick(draft, run, by, act) : stop(draft, run, by, act);
  if (refused !== undefined) return { refused };
  endPageOfRun(draft, state, run);
  return { made: run.id };
}

function start(draft: Draft, state: State, by: UserId, act: Act<'run.start'>): Did {
  const { runbook, alarm, parameters, why } = act;
  const { steps, name, title } = runbook;
  if (!isText(why))
    return { refused: atField('why', `1 to ${RUN_LIMITS.why_chars_max} characters expected`) };
  if (steps.length === 0 || steps.length > RUNBOOK_LIMITS.steps_max)
    return { refused: atField('steps', `1 to ${RUNBOOK_LIMITS.steps_max} expected`) };
  if (alarm !== undefined && !draft.get('alarms', alarm))
    return { refused: atField('alarm', 'there is no such alarm') };
  let open = 0;
  for (const { is } of state.all('runs')) if (is === 'running') open++;
  if (open >= RUN_LIMITS.open_max)
    return { refused: byState(`${RUN_LIMITS.open_max} runs are going on: stop one first.`) };
  makeRoom(draft, state);
  const id = `run${draft.now.position}`;
  draft.put('runs', id, {
    ...{ id, runbook: name, title, startedAt: draft.now.at, stepsTotal: steps.length },
    ...{ step: 0, is: 'running', by, why, parameters, steps, tries: [] },
    ...(alarm === undefined ? {} : { alarm }),
  });
  return { made: id };
}

const isText = (why: string): boolean =>
  why.trim() !== '' && why.length <= RUN_LIMITS.why_chars_max;

function tick(draft: Draft, run: Run, by: UserId, act: Act<'run.tick'>): Refusal | undefined {
  const { step, how, note } = act;
  const { at } = draft.now;
  if (step !== run.step) return byState(`It is at step ${run.step + 1} now: look again.`);
  if (note.length > RUN_LIMITS.why_chars_max)
    return atField('note', `at most ${RUN_LIMITS.why_chars_max} characters`);
  if (waitsFor(run) !== 'person') return byState('This step waits for nobody: the desk is at it.');
  if (how === 'done') draft.put('runs', run.id, ticked(run, by, note, at));
  else if (run.steps?.[step]?.does.is === 'manual')
    return byState('A person does this step, not the desk.');
  else if ((run.tries?.at(-1)?.attempt ?? 0) >= RUN_LIMITS.attempts_max)
    return byState(`It was tried ${RUN_LIMITS.attempts_max} times: do it by hand, or stop.`);
  else draft.put('runs', run.id, tryAgain(run, by, note));
  return undefined;
}

function stop(draft: Draft, run: Run, by: UserId, { why }: Act<'run.stop'>): Refusal | undefined {
  if (!isText(why)) return atField('why', `1 to ${RUN_LIMITS.why_chars_max} characters expected`);
  const stopped = { by, why };
  draft.put('runs', run.id, { ...stoppedAt(run, draft.now.at), stopped });
  return undefined;
}

/** At the limit the one that began first of those that are over goes; the audit log tells it. */
function makeRoom(draft: Draft, state: State): void {
  if (state.count('runs') < RUN_LIMITS.kept_max) return;
  let oldest: Run | undefined;
  for (const run of state.all('runs')) {
    if (run.is !== 'running' && (!oldest || run.startedAt < oldest.startedAt)) oldest = run;
  }
  if (!oldest) return;
  const { id, runbook, by, why, is } = oldest;
  draft.remove('runs', id);
  const detail = `${runbook}: ${is}; started by ${by ?? 'nobody'}: ${why ?? ''}`;
  draft.audit.push({ by: THE_DESK, verb: 'run.forgotten', subject: id, outcome: 'done', detail });
}

/**
 * A step of a run began or ended. Steps go strictly one after the other: a step told twice, or out
 * of turn, changes nothing, so a resumed run repeats none.
 */
export function stepped(draft: Draft, state: State, entry: StepEntry): void {
  const { step, attempt = 1, says, input = '', output } = entry;
  const run = draft.get('runs', entry.run);
  if (!run?.steps) return steppedUnasked(draft, entry, run);
  const next = told(run, { step, attempt, says, input, output }, draft.now.at);
  if (next === run) return;
  draft.put('runs', run.id, next);
  if (says === 'begun') pageForRun(draft, state, next);
}

/** Entries from before people started runs. */
function steppedUnasked(draft: Draft, entry: StepEntry, run: Run | undefined): void {
  const { run: id, runbook, step, stepsTotal, says } = entry;
  if (!run) {
    if (step !== 0 || says !== 'begun') return;
    const startedAt = draft.now.at;
    draft.put('runs', id, { id, runbook, startedAt, stepsTotal, step: 0, is: 'running' });
    return;
  }
  if (run.is !== 'running' || run.step !== step || says === 'begun' || says === 'unsure') return;
  if (says === 'failed') draft.put('runs', id, { ...run, is: 'failed' });
  else if (step + 1 >= run.stepsTotal) draft.put('runs', id, { ...run, is: 'done' });
  else draft.put('runs', id, { ...run, step: step + 1 });
}

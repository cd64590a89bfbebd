import type { Draft } from '../draft.ts';
import type { StepEntry } from '../entry.ts';

/**
 * A step of a run began or ended. Steps go strictly one after the other: a step told twice, or out
 * of turn, changes nothing, so a resumed run repeats none.
 */
export function stepped(draft: Draft, entry: StepEntry): void {
  const { run: id, runbook, step, stepsTotal, says } = entry;
  const run = draft.get('runs', id);
  if (!run) {
    if (step !== 0 || says !== 'begun') return;
    const startedAt = draft.now.at;
    draft.put('runs', id, { id, runbook, startedAt, stepsTotal, step: 0, is: 'running' });
    return;
  }
  if (run.is !== 'running' || run.step !== step || says === 'begun') return;
  if (says === 'failed') draft.put('runs', id, { ...run, is: 'failed' });
  else if (step + 1 >= run.stepsTotal) draft.put('runs', id, { ...run, is: 'done' });
  else draft.put('runs', id, { ...run, step: step + 1 });
}

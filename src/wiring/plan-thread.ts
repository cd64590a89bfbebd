import { Worker } from 'node:worker_threads';
import { DeskError } from '../base/errors.ts';
import { type PlanAsk, startFor } from '../desk/plan.ts';
import type { PlanPlace, PlanReport } from '../desk/plan-report.ts';
import type { Block, Journal } from '../ports/journal.ts';
import { checkpointsIn } from '../store/checkpoints.ts';
import type { FromPlan, PlanWork } from './plan-messages.ts';

/** Blocks of one message to the thread: enough for a millisecond of its work or more. */
const PAGE_BLOCKS_MAX = 256;
const PAGE_CHARS_MAX = 524_288;

/** Two desks' worth of alarms; beyond it the trial ends and the desk goes on. */
const THREAD_MIB_MAX = 4_096;

export interface PlanTrial extends Pick<PlanAsk, 'old' | 'new' | 'since' | 'limits'> {
  readonly progress?: (place: PlanPlace) => void;
  /** Ends the trial: rejects with ACTION_REFUSED. */
  readonly signal?: AbortSignal;
}

export type PlanRunner = (trial: PlanTrial) => Promise<PlanReport>;

/**
 * Compares routings over recent history in a thread of its own, one trial at a time: a second one
 * is refused with BUSY. The desk's own thread only hands on blocks of text. `folder` holds the kept
 * checkpoints.
 */
export function planRunner(
  journal: Pick<Journal, 'id' | 'tail' | 'read'>,
  folder: string,
): PlanRunner {
  let isRunning = false;
  return async (trial) => {
    if (isRunning) throw new DeskError('BUSY', { why: 'another plan is being replayed' });
    isRunning = true;
    try {
      return await run(journal, folder, trial);
    } finally {
      isRunning = false;
    }
  };
}

async function run(
  journal: Pick<Journal, 'id' | 'tail' | 'read'>,
  folder: string,
  trial: PlanTrial,
): Promise<PlanReport> {
  const start = startFor(journal, checkpointsIn(folder), trial.since);
  const work: PlanWork = {
    checkpoint: start && { folder, position: start.position },
    journalId: journal.id,
    ...{ old: trial.old, fresh: trial.new, since: trial.since, limits: trial.limits },
  };
  const worker = new Worker(new URL('./plan.worker.ts', import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MIB_MAX },
  });
  const blocks = journal.read((start?.position ?? 0) + 1)[Symbol.asyncIterator]();
  try {
    return await answered(worker, blocks, trial);
  } finally {
    await worker.terminate();
    await blocks.return?.();
  }
}

function answered(
  worker: Worker,
  blocks: AsyncIterator<Block>,
  { progress, signal }: PlanTrial,
): Promise<PlanReport> {
  return new Promise((resolve, reject) => {
    const refused = (why: string) => reject(new DeskError('ACTION_REFUSED', { why }));
    if (signal?.aborted) return refused('The replay was ended.');
    signal?.addEventListener('abort', () => refused('The replay was ended.'), { once: true });
    worker.on('error', (error) => refused(`The replay broke: ${error.message}`));
    worker.on('exit', () => refused('The thread of the replay ended.'));
    worker.on('message', (said: FromPlan) => {
      switch (said.is) {
        case 'next':
          pageOf(blocks).then((page) => worker.postMessage(page), reject);
          return;
        case 'progress':
          return progress?.(said.place);
        case 'done':
          return resolve(said.report);
        case 'failed':
          if (said.known) reject(new DeskError(said.known.code, said.known.facts));
          else refused(said.message);
      }
    });
  });
}

async function pageOf(blocks: AsyncIterator<Block>): Promise<readonly Block[]> {
  const page: Block[] = [];
  for (let chars = 0; page.length < PAGE_BLOCKS_MAX && chars < PAGE_CHARS_MAX; ) {
    const { done, value } = await blocks.next();
    if (done) break;
    page.push(value);
    chars += value.text.length;
  }
  return page;
}

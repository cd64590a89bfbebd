import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { DeskError } from '../base/errors.ts';
import { beforeAll, comparePlans, mustFollow } from '../desk/plan.ts';
import type { Block } from '../ports/journal.ts';
import type { StoreCheckpoint } from '../ports/store.ts';
import { checkpointsIn } from '../store/checkpoints.ts';
import type { FromPlan, PlanWork, ToPlan } from './plan-messages.ts';

/** Of this thread alone (Linux): a trial gives way to the desk. */
const NICENESS = 10;

const PROGRESS_EVERY_MS = 200;

if (process.platform === 'linux') setPriority(NICENESS);

const { checkpoint, journalId, old, fresh, since, limits } = workerData as PlanWork;

const say = (message: FromPlan): void => parentPort?.postMessage(message);

/** The thread that started this one reads the journal; some blocks are asked for at a time. */
async function* blocks(): AsyncGenerator<Block> {
  for (;;) {
    const answered = new Promise<ToPlan>((resolve) => parentPort?.once('message', resolve));
    say({ is: 'next' });
    const page = await answered;
    if (page.length === 0) return;
    yield* page;
  }
}

function opened(): StoreCheckpoint {
  if (!checkpoint) return beforeAll();
  const found = checkpointsIn(checkpoint.folder).open(checkpoint.position);
  mustFollow(found, journalId);
  return found;
}

async function run(): Promise<void> {
  let told = 0;
  const report = await comparePlans(
    { checkpoint: opened(), blocks: blocks() },
    {
      ...{ old, new: fresh, since },
      ...(limits ? { limits } : {}),
      now: () => performance.now(),
      rest: () => Promise.resolve(),
      progress: (place) => {
        if (performance.now() - told < PROGRESS_EVERY_MS) return;
        told = performance.now();
        say({ is: 'progress', place });
      },
    },
  );
  say({ is: 'done', report });
}

run().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof DeskError ? { code: error.code, facts: error.facts } : undefined;
  say({ is: 'failed', message, known });
});

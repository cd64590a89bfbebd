import { join } from 'node:path';
import { after, minutes } from '../base/time.ts';
import type { KeptTalker } from '../desk/health/hearing.ts';
import { lineOf, talkerOf } from '../desk/health/kept-lines.ts';
import { openLineFile } from '../store/line-file.ts';
import type { Core } from './core.ts';

/** In the data folder, and no part of a backup: who talks how often is learned anew elsewhere. */
const HABITS_FILE = 'habits.jsonl';

const KEEP_EVERY = minutes(5);

/** What was learned of sources and devices outlives a restart. Call it before sources begin. */
export function keepHabits(
  core: Pick<Core, 'figures' | 'clock' | 'log' | 'started'>,
  dataFolder: string,
): void {
  const { figures, clock, log, started } = core;
  const { hearing } = figures;
  const file = openLineFile(join(dataFolder, HABITS_FILE), log);
  hearing.takeOver(
    file
      .read()
      .map(talkerOf)
      .filter((t) => t !== undefined),
  );
  const write = (): Promise<void> => file.write(lines(hearing.kept()));
  let cancel = () => {};
  const arm = (): void => {
    cancel = clock.at(after(clock.now(), KEEP_EVERY), () => {
      void write();
      arm();
    });
  };
  arm();
  started.add('habits', () => {
    cancel();
    return write();
  });
}

function* lines(talkers: Iterable<KeptTalker>): IterableIterator<string> {
  for (const talker of talkers) yield lineOf(talker);
}

import { join } from 'node:path';
import { after, minutes } from '../base/time.ts';
import { timesLine, timesOfLine } from '../desk/kept-times.ts';
import { openLineFile } from '../store/line-file.ts';
import type { Core } from './core.ts';

/** In the data folder, and no part of a backup: how long this desk takes on this machine. */
const TIMES_FILE = 'times.jsonl';

const TURN_EVERY = minutes(1);
const WRITE_EVERY_TURNS = 5;

/** The desk's own times outlive a restart. Call it before sources begin. */
export function keepTimes(
  { times, clock, log, started }: Pick<Core, 'times' | 'clock' | 'log' | 'started'>,
  dataFolder: string,
): void {
  const file = openLineFile(join(dataFolder, TIMES_FILE), log);
  times.takeOver(
    file
      .read()
      .map(timesOfLine)
      .filter((one) => one !== undefined),
  );
  const write = (): Promise<void> => file.write(lines(times.kept()));
  let cancel = () => {};
  const turn = (turns: number): void => {
    times.turn();
    if (turns % WRITE_EVERY_TURNS === 0) void write();
    cancel = clock.at(after(clock.now(), TURN_EVERY), () => turn(turns + 1));
  };
  turn(1);
  started.add('own times', () => {
    cancel();
    return write();
  });
}

function* lines(kept: Iterable<Parameters<typeof timesLine>[0]>): IterableIterator<string> {
  for (const one of kept) yield timesLine(one);
}

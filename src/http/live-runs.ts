import { type RunContext, runParts } from '../console/run-page.ts';
import type { Desk } from '../desk/desk.ts';
import type { Run } from '../domain/run/run.ts';
import { Audience } from './audience.ts';
import { eventBytes } from './live-stream.ts';
import type { Reader } from './reader.ts';

export interface RunReaders {
  /** From now on it is told how this run goes on. */
  add(id: string, reader: Reader): void;
  close(): void;
}

/** Pages of single runs: each run is drawn once for all who look at it, when it has gone on. */
export function runReaders(
  desk: Pick<Desk, 'memory' | 'watch'>,
  context: () => RunContext,
): RunReaders {
  const byId = new Map<string, { seen: Run | undefined; readonly all: Audience }>();
  const draw = (run: Run): Buffer => {
    const drawn = Object.entries(runParts(context(), run)).map(([part, { text }]) => [part, text]);
    return eventBytes('alarm', { parts: Object.fromEntries(drawn) });
  };
  const unwatch = desk.watch(({ tables }) => {
    if (byId.size === 0 || !tables.has('runs')) return;
    for (const [id, readers] of byId) {
      const run = desk.memory.get('runs', id);
      if (!run || run === readers.seen) continue;
      readers.seen = run;
      // Not before the last time has reached everybody; then as it is by then.
      readers.all.whenTold(() => readers.all.tell(draw(readers.seen ?? run)));
    }
  });
  return {
    add(id, reader) {
      const run = desk.memory.get('runs', id);
      if (!run) return;
      const readers = byId.get(id) ?? { seen: run, all: new Audience() };
      byId.set(id, readers);
      readers.all.add(reader, () => {
        if (readers.all.size === 0 && byId.get(id) === readers) byId.delete(id);
      });
      reader.write(draw(run)); // it may have gone on since its page was drawn
    },
    close: unwatch,
  };
}

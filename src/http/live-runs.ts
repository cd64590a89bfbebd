import type { ServerResponse } from 'node:http';
import { type RunContext, runParts } from '../console/run-page.ts';
import type { Desk } from '../desk/desk.ts';
import type { Run } from '../domain/run/run.ts';
import { eventBytes, inSlices, writeTo } from './live-stream.ts';

export interface RunReaders {
  /** From now on it is told how this run goes on. */
  add(id: string, response: ServerResponse): void;
  close(): void;
}

/** Pages of single runs: each run is drawn once for all who look at it, when it has gone on. */
export function runReaders(
  desk: Pick<Desk, 'memory' | 'watch'>,
  context: () => RunContext,
): RunReaders {
  const byId = new Map<string, { seen: Run | undefined; readonly all: Set<ServerResponse> }>();
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
      const bytes = draw(run);
      inSlices(readers.all, (response) => void writeTo(response, bytes));
    }
  });
  return {
    add(id, response) {
      const run = desk.memory.get('runs', id);
      if (!run) return;
      const readers = byId.get(id) ?? { seen: run, all: new Set() };
      byId.set(id, readers);
      readers.all.add(response);
      response.once('close', () => {
        readers.all.delete(response);
        if (readers.all.size === 0 && byId.get(id) === readers) byId.delete(id);
      });
      writeTo(response, draw(run)); // it may have gone on since its page was drawn
    },
    close: unwatch,
  };
}

import { type RunContext, runParts } from '../console/run-page.ts';
import type { Desk } from '../desk/desk.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { Run } from '../domain/run/run.ts';
import { Audience } from './audience.ts';
import { eventBytes } from './live-stream.ts';
import type { Reader } from './reader.ts';

export interface RunReaders {
  /** From now on it is told how this run goes on. */
  add(id: string, reader: Reader): void;
  close(): void;
}

/** What a run calls the alarm it is about; its id once the desk's memory has let it go. */
export const alarmNames =
  ({ memory }: Pick<Desk, 'memory'>) =>
  (id: AlarmId): string => {
    const alarm = memory.get('alarms', id);
    return alarm ? `${alarm.type} on ${alarm.resource}` : id;
  };

/** Pages of single runs: each run is drawn once for all who look at it, when it has gone on. */
export function runReaders(
  desk: Pick<Desk, 'memory' | 'watch'>,
  context: () => Omit<RunContext, 'alarmOf'>,
): RunReaders {
  const byId = new Map<string, { seen: Run | undefined; readonly all: Audience }>();
  const alarmOf = alarmNames(desk);
  const draw = (run: Run): Buffer => {
    const parts = runParts({ ...context(), alarmOf }, run);
    const drawn = Object.entries(parts).map(([part, { text }]) => [part, text]);
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

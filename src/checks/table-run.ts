import type { Check } from '../domain/check/plan.ts';
import type { TableSource } from '../domain/check/source.ts';
import { EMPTY, findInTables, type RaisedBefore } from './find.ts';
import type { History } from './history.ts';
import { brokenFound } from './report.ts';
import type { Runnable } from './scheduler.ts';
import type { RunJob } from './thread.ts';

/** Checks of tables that run at once: with two cores, one is left for the desk. */
export const TABLE_RUNS_AT_ONCE_MAX = 1;

export interface TableRunParts {
  readonly history: History;
  readonly run: RunJob;
  /** Folder of evidence; each check has a folder of its own in it. */
  readonly folder: string;
  /** What the desk holds raised of a check. */
  readonly raisedBy: (check: string) => RaisedBefore;
}

/** A check over tables, its sources with their secrets in place: run in a thread of its own. */
export const tableRunnable = (
  parts: TableRunParts,
  check: Check,
  sources: () => Readonly<Record<string, TableSource>>,
): Runnable => ({
  check,
  find: async ({ now, run, signal }) => {
    const folder = `${parts.folder}/${check.name}`;
    const begin = { now, run, folder, sources: sources() };
    const { history, raisedBy } = parts;
    const found = await findInTables(check, begin, history, raisedBy(check.name), (job) =>
      parts.run(job, check.timeout, signal),
    );
    return 'why' in found ? { ...EMPTY, found: brokenFound(check, found.why) } : found;
  },
});

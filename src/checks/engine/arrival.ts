import { stat } from 'node:fs/promises';
import type { Instant } from '../../base/time.ts';
import type { TableSource } from '../../domain/check/source.ts';
import { CheckFault } from './fault.ts';
import { runFigure } from './figure.ts';

/** Asks when data came last. */
export interface ArrivalJob {
  readonly is: 'arrival';
  readonly source: string;
  /** Column of the times; '' for the time of the file. */
  readonly time: string;
  readonly sources: Readonly<Record<string, TableSource>>;
  readonly now: Instant;
}

export interface ArrivalResult {
  readonly is: 'arrival';
  /** Undefined: there is none. */
  readonly arrivedAt: Instant | undefined;
}

/** A file that is not there has not come; that is no fault. */
export async function findArrival(job: ArrivalJob): Promise<ArrivalResult> {
  const { source, time, sources, now } = job;
  const table = sources[source];
  if (!table) throw new CheckFault(`there is no data source "${source}"`);
  const modified = 'path' in table ? await modifiedAt(table.path) : undefined;
  if ('path' in table && (time === '' || modified === undefined))
    return { is: 'arrival', arrivedAt: modified };
  const by = { by: [], where: {}, column: '', take: 'count' } as const;
  const { groups } = await runFigure({
    is: 'figure',
    figure: { source, time, ...by },
    sources,
    now,
  });
  return { is: 'arrival', arrivedAt: groups[0]?.points.at(-1)?.at };
}

async function modifiedAt(path: string): Promise<Instant | undefined> {
  try {
    return Math.floor((await stat(path)).mtimeMs) as Instant;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CheckFault(`${path} cannot be read: ${code}`);
  }
}

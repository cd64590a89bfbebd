import { millis } from '../../base/time.ts';
import type { Desk } from '../desk.ts';
import { Breakdown } from './breakdown.ts';
import type { Reading } from './filter.ts';
import { holdKept, type Kept, keep, tellDirty } from './held.ts';
import type { MutedAlarms } from './muted.ts';
import { DEFAULT_QUERY, type ListQuery, queryText } from './query.ts';
import { viewTest } from './reading.ts';
import { ticker } from './ticker.ts';
import { VIEW_LIMITS } from './view-limits.ts';

/** Counts of a view's alarms by value, held by everybody who shows them. */
export interface HeldBreakdown {
  readonly counts: Breakdown;
  /** Calls `listener` after changes, at most once in `counts_ms_min`. */
  onTick(listener: () => void): () => void;
  release(): void;
}

export interface Breakdowns {
  /** Undefined: the filter is faulty, or too many are held. Not built yet: call `prepare`. */
  hold(query: ListQuery, names: readonly string[], aged: boolean): HeldBreakdown | undefined;
  readonly size: number;
  close(): void;
}

export function openBreakdowns(
  desk: Pick<Desk, 'memory' | 'watch' | 'clock'>,
  reading: Reading,
  muted?: MutedAlarms,
): Breakdowns {
  const all = new Map<string, Kept<Breakdown>>();
  const ticks = ticker(desk, millis(VIEW_LIMITS.counts_ms_min), () => tellDirty(all.values()));
  const unmute = muted?.onFlip({
    leaves: (alarm) => {
      for (const { it } of all.values()) it.leaves(alarm);
    },
    joins: (alarm) => {
      for (const kept of all.values()) {
        kept.it.joins(alarm);
        kept.dirty = true;
      }
      ticks.want();
    },
  });
  const unwatch = desk.watch(({ alarms, tables }) => {
    for (const kept of all.values()) {
      const { it } = kept;
      for (const [was, is] of alarms) if (it.change(was, is)) kept.dirty = true;
      if (!tables.has('incidents') || !it.names.includes('@incident')) continue;
      it.rebuild(); // an incident may say something new of any alarm
      kept.dirty = true;
    }
    if (alarms.length > 0 || tables.has('incidents')) ticks.want();
  });
  return {
    get size() {
      return all.size;
    },
    hold(query, names, aged) {
      const { filter, standings, severities } = query;
      const same = queryText({ ...DEFAULT_QUERY, filter, standings, severities });
      const key = `${same}\n${aged}\n${names.join('\n')}`;
      const found = all.get(key) ?? build(desk, reading, query, names, aged);
      if (!found || (all.size >= VIEW_LIMITS.breakdowns_max && !all.has(key))) return undefined;
      all.set(key, found);
      return { counts: found.it, ...holdKept(desk, all, key, found) };
    },
    close() {
      unwatch();
      unmute?.();
      ticks.stop();
      for (const kept of all.values()) kept.cancelDrop();
      all.clear();
    },
  };
}

function build(
  desk: Pick<Desk, 'memory'>,
  reading: Reading,
  query: ListQuery,
  names: readonly string[],
  aged: boolean,
): Kept<Breakdown> | undefined {
  const holds = viewTest(query, reading);
  if ('why' in holds) return undefined;
  return keep(new Breakdown(names, desk.memory, { holds, valueOf: reading.valueOf, aged }));
}

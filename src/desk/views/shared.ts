import { millis } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { Desk } from '../desk.ts';
import { type FilterFault, type Reading, readFilter } from './filter.ts';
import { holdKept, type Kept, keep, subscribe, tellDirty } from './held.ts';
import { Counts, ListView } from './list.ts';
import type { MutedAlarms } from './muted.ts';
import { type ListQuery, rowsKey } from './query.ts';
import { showsIncidents } from './reading.ts';
import { ticker } from './ticker.ts';
import { VIEW_LIMITS } from './view-limits.ts';

/** A view somebody holds. Everyone who asks for the same alarms holds the same one. */
export interface HeldList {
  readonly view: ListView;
  /** What the filter's reader should know: names that are labels and names of the desk's own. */
  readonly hints: readonly string[];
  /** False when there are too many views: this one was drawn once and does not move. */
  readonly kept: boolean;
  /** Calls `listener` after changes that touch the view, at most once in `tick_ms_min`. */
  onTick(listener: () => void): () => void;
  release(): void;
}

/** All list views of a desk, each scanned once and shared. */
export interface ListViews {
  hold(query: ListQuery): HeldList | FilterFault;
  /** Everything in memory, for the head of every page. */
  readonly counts: Counts;
  /** After any change at all, at most once in `tick_ms_min`. */
  onTick(listener: () => void): () => void;
  readonly size: number;
  close(): void;
}

interface Shared {
  readonly view: ListView;
  readonly hints: readonly string[];
  /** It is scanned anew when an incident changed. */
  readonly withIncidents: boolean;
  stale: boolean;
}

export function openListViews(
  desk: Pick<Desk, 'memory' | 'watch' | 'clock'>,
  reading?: Reading,
  muted?: MutedAlarms,
): ListViews {
  const shared = new Map<string, Kept<Shared>>();
  const counts = new Counts();
  const listeners = new Set<() => void>();
  for (const alarm of desk.memory.all('alarms')) counts.add(alarm, 1);
  const ticks = ticker(desk, millis(VIEW_LIMITS.tick_ms_min), () => {
    for (const { it } of shared.values()) {
      if (it.stale) it.view.rescan();
      it.stale = false;
    }
    tellDirty(shared.values());
    for (const listener of listeners) listener();
  });
  const unmute = muted?.onFlip({
    leaves: (alarm) => {
      for (const { it } of shared.values()) it.view.leaves(alarm);
    },
    joins: (alarm) => {
      for (const kept of shared.values()) {
        kept.it.view.joins(alarm);
        kept.dirty = true;
      }
      ticks.want();
    },
  });
  const unwatch = desk.watch(({ alarms, tables }) => {
    const incidents = tables.has('incidents');
    if (alarms.length === 0 && !incidents) return;
    for (const [was, is] of alarms) count(counts, was, is);
    for (const kept of shared.values()) {
      for (const [was, is] of alarms) if (kept.it.view.change(was, is)) kept.dirty = true;
      if (incidents && kept.it.withIncidents) kept.it.stale = kept.dirty = true;
    }
    ticks.want();
  });
  return {
    counts,
    get size() {
      return shared.size;
    },
    hold(query) {
      const withIncidents = showsIncidents(query);
      const key = rowsKey(query) + (withIncidents ? '\nincidents' : '');
      const found = shared.get(key) ?? build(desk, query, reading, withIncidents);
      if ('why' in found) return found;
      const kept = shared.has(key) || shared.size < VIEW_LIMITS.views_max;
      if (kept) shared.set(key, found);
      const { view, hints } = found.it;
      return { view, hints, kept, ...holdKept(desk, shared, key, found) };
    },
    onTick: (listener) => subscribe(listeners, listener),
    close() {
      unwatch();
      unmute?.();
      ticks.stop();
      for (const kept of shared.values()) kept.cancelDrop();
      shared.clear();
    },
  };
}

function build(
  desk: Pick<Desk, 'memory'>,
  query: ListQuery,
  reading: Reading | undefined,
  withIncidents: boolean,
): Kept<Shared> | FilterFault {
  const filter = readFilter(query.filter, reading);
  if ('why' in filter) return filter;
  const view = new ListView(query, filter.passes, desk.memory);
  return keep({ view, hints: filter.hints, withIncidents, stale: false });
}

function count(counts: Counts, was: Alarm | undefined, is: Alarm | undefined): void {
  if (was) counts.add(was, -1);
  if (is) counts.add(is, 1);
}

import { after, type Instant, later, millis, seconds } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { Desk } from '../desk.ts';
import { type FilterFault, readFilter } from './filter.ts';
import { Counts, ListView } from './list.ts';
import { type ListQuery, rowsKey } from './query.ts';

export const VIEW_LIMITS = {
  /** Views kept up to date at once; beyond it a page is drawn once and does not move by itself. */
  views_max: 1_000,
  /**
   * At most one tick in this time; the first change of a quiet period ticks at once. Half of the
   * 100 ms in which an event should be on the screen.
   */
  tick_ms_min: 50,
  /** A view nobody looks at is kept this long, for whoever loads the page and then listens. */
  idle_s_max: 30,
} as const;

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
  readonly listeners: Set<() => void>;
  holders: number;
  dirty: boolean;
  cancelDrop: () => void;
}

const nothing = (): void => {};

export function openListViews(desk: Pick<Desk, 'memory' | 'watch' | 'clock'>): ListViews {
  const shared = new Map<string, Shared>();
  const counts = new Counts();
  const listeners = new Set<() => void>();
  for (const alarm of desk.memory.all('alarms')) counts.add(alarm, 1);
  const ticks = ticker(desk, () => {
    for (const view of shared.values()) {
      if (!view.dirty) continue;
      view.dirty = false;
      for (const listener of view.listeners) listener();
    }
    for (const listener of listeners) listener();
  });
  const unwatch = desk.watch(({ alarms }) => {
    if (alarms.length === 0) return;
    for (const [was, is] of alarms) count(counts, was, is);
    for (const entry of shared.values()) {
      for (const [was, is] of alarms) if (entry.view.change(was, is)) entry.dirty = true;
    }
    ticks.want();
  });
  return {
    counts,
    get size() {
      return shared.size;
    },
    hold: (query) => hold(desk, shared, query),
    onTick: (listener) => subscribe(listeners, listener),
    close() {
      unwatch();
      ticks.stop();
      for (const entry of shared.values()) entry.cancelDrop();
      shared.clear();
    },
  };
}

function hold(
  desk: Pick<Desk, 'memory' | 'clock'>,
  shared: Map<string, Shared>,
  query: ListQuery,
): HeldList | FilterFault {
  const key = rowsKey(query);
  const found = shared.get(key) ?? build(desk, query);
  if ('why' in found) return found;
  const kept = shared.has(key) || shared.size < VIEW_LIMITS.views_max;
  if (kept) shared.set(key, found);
  found.holders++;
  found.cancelDrop();
  found.cancelDrop = nothing;
  let held = true;
  return {
    view: found.view,
    hints: found.hints,
    kept,
    onTick: (listener) => subscribe(found.listeners, listener),
    release() {
      if (!held) return;
      held = false;
      if (--found.holders > 0) return;
      const idleUntil = after(desk.clock.now(), seconds(VIEW_LIMITS.idle_s_max));
      found.cancelDrop = desk.clock.at(idleUntil, () => {
        if (found.holders === 0 && shared.get(key) === found) shared.delete(key);
      });
    },
  };
}

function build(desk: Pick<Desk, 'memory'>, query: ListQuery): Shared | FilterFault {
  const filter = readFilter(query.filter);
  if ('why' in filter) return filter;
  return {
    view: new ListView(query, filter.passes, desk.memory),
    hints: filter.hints,
    listeners: new Set(),
    holders: 0,
    dirty: false,
    cancelDrop: nothing,
  };
}

/** One tick for many changes: at once after a quiet period, then every `tick_ms_min`. */
function ticker(desk: Pick<Desk, 'clock'>, tick: () => void) {
  let earliest = 0 as Instant;
  let cancel: (() => void) | undefined;
  return {
    want(): void {
      cancel ??= desk.clock.at(later(desk.clock.now(), earliest), () => {
        cancel = undefined;
        earliest = after(desk.clock.now(), millis(VIEW_LIMITS.tick_ms_min));
        tick();
      });
    },
    stop(): void {
      cancel?.();
    },
  };
}

function count(counts: Counts, was: Alarm | undefined, is: Alarm | undefined): void {
  if (was) counts.add(was, -1);
  if (is) counts.add(is, 1);
}

function subscribe(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

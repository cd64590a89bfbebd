import type { Instant } from '../../base/time.ts';
import type { Desk } from '../../desk/desk.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { Change } from '../../domain/alarm/change.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';

/** Changed alarms that a reader of the event stream may be behind before it has a gap. */
export const RECENT_CHANGES_MAX = 16_384;

/** One alarm changed by one entry. */
export interface RecentChange {
  readonly position: number;
  /** Among the alarms of that entry. */
  readonly index: number;
  readonly at: Instant;
  readonly id: AlarmId;
  /** Undefined: it is new. */
  readonly was: Alarm | undefined;
  /** Undefined: it left memory. */
  readonly alarm: Alarm | undefined;
  /** Its timeline's new lines, each with its index in the entry. */
  readonly changes: readonly (Change & { readonly index: number })[];
}

/** The newest changes, in memory: what streams resume from, and what the store lacks yet. */
export interface Recent {
  /** Number the next change will have; the first since start is 0. */
  readonly head: number;
  /** Number of the oldest still kept. */
  readonly tail: number;
  get(number: number): RecentChange | undefined;
  /** Number of the first change after (position, index); undefined when it may be gone. */
  after(position: number, index: number): number | undefined;
  /** Newest first, those of one alarm after `position`. */
  of(id: AlarmId, position: number): RecentChange[];
  onChange(listener: () => void): () => void;
  close(): void;
}

export function watchRecent(
  desk: Pick<Desk, 'watch' | 'memory'>,
  changesMax: number = RECENT_CHANGES_MAX,
): Recent {
  const kept: (RecentChange | undefined)[] = new Array(changesMax);
  const listeners = new Set<() => void>();
  const startedAt = desk.memory.position;
  let head = 0;
  const tail = () => Math.max(0, head - changesMax);
  const get = (n: number) => (n < tail() || n >= head ? undefined : kept[n % changesMax]);
  const unwatch = desk.watch(({ position, at, alarms, changes }) => {
    if (alarms.length === 0) return;
    const byAlarm = Map.groupBy(
      changes.map((change, index) => ({ ...change, index })),
      (change) => change.alarm,
    );
    alarms.forEach(([was, alarm], index) => {
      const id = (alarm ?? was)?.id;
      if (id === undefined) return; // raised and gone within one entry
      const own = byAlarm.get(id) ?? [];
      kept[head++ % changesMax] = { position, index, at, id, was, alarm, changes: own };
    });
    for (const listener of listeners) listener();
  });
  return {
    get head() {
      return head;
    },
    get tail() {
      return tail();
    },
    get,
    after: (position, index) => firstAfter(get, tail(), head, startedAt, position, index),
    of(id, position) {
      const found: RecentChange[] = [];
      for (let n = head - 1; n >= tail(); n--) {
        const change = get(n);
        if (change === undefined || change.position <= position) break;
        if (change.id === id) found.push(change);
      }
      return found;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: unwatch,
  };
}

/** By halving: numbers grow with (position, index). */
function firstAfter(
  get: (n: number) => RecentChange | undefined,
  tail: number,
  head: number,
  startedAt: number,
  position: number,
  index: number,
): number | undefined {
  const isAfter = (c: RecentChange): boolean =>
    c.position > position || (c.position === position && c.index > index);
  const oldest = get(tail);
  const complete = tail === 0 ? position >= startedAt : oldest && !isAfter(oldest);
  if (!complete) return undefined;
  let [low, high] = [tail, head];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const change = get(middle);
    if (change && !isAfter(change)) low = middle + 1;
    else high = middle;
  }
  return low;
}

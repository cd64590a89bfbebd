import type { Instant } from '../../base/time.ts';
import type { Applied, Desk } from '../../desk/desk.ts';
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
  const kept = new Kept(changesMax);
  const listeners = new Set<() => void>();
  const startedAt = desk.memory.position;
  const tail = () => kept.tail;
  const get = (n: number) => kept.get(n);
  const unwatch = desk.watch((applied) => {
    if (applied.alarms.length === 0) return;
    kept.push(applied);
    for (const listener of listeners) listener();
  });
  return {
    get head() {
      return kept.head;
    },
    get tail() {
      return tail();
    },
    get,
    after: (position, index) => firstAfter(get, tail(), kept.head, startedAt, position, index),
    of(id, position) {
      const found: RecentChange[] = [];
      for (let n = kept.head - 1; n >= tail(); n--) {
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

/** What one entry changed, and the number of its first change. */
interface KeptEntry {
  readonly from: number;
  readonly applied: Applied;
  unfolded: readonly RecentChange[] | undefined;
}

/** Entries as they were applied; what one of them changed is unfolded when somebody reads it. */
class Kept {
  head = 0;
  readonly #max: number;
  #entries: KeptEntry[] = [];
  #first = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get tail(): number {
    return Math.max(this.#entries[this.#first]?.from ?? this.head, this.head - this.#max);
  }

  push(applied: Applied): void {
    this.#entries.push({ from: this.head, applied, unfolded: undefined });
    this.head += applied.alarms.length;
    while ((this.#entries[this.#first + 1]?.from ?? this.head) <= this.head - this.#max) {
      this.#first++;
    }
    if (this.#first < 1_024 || this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  get(n: number): RecentChange | undefined {
    if (n < this.tail || n >= this.head) return undefined;
    let [low, high] = [this.#first, this.#entries.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#entries[middle]?.from ?? 0) <= n) low = middle;
      else high = middle - 1;
    }
    const entry = this.#entries[low];
    if (!entry) return undefined;
    entry.unfolded ??= unfold(entry.applied);
    return entry.unfolded[n - entry.from];
  }
}

function unfold({ position, at, alarms, changes }: Applied): readonly RecentChange[] {
  const byAlarm = Map.groupBy(
    changes.map((change, index) => ({ ...change, index })),
    (change) => change.alarm,
  );
  return alarms.map(([was, alarm], index) => {
    const id = (alarm ?? was)?.id ?? ('' as AlarmId);
    return { position, index, at, id, was, alarm, changes: byAlarm.get(id) ?? [] };
  });
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

import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { AlarmId, Labels } from '../../domain/alarm/event.ts';
import type { Applied, Desk } from '../desk.ts';

export const VALUE_LIMITS = {
  /** Names of labels that are counted; what comes later is not offered. */
  names_max: 1_000,
  /** Different values of one name, and of all: some 10 MB. What comes later is not offered. */
  values_per_name_max: 20_000,
  values_max: 100_000,
  /** Alarms counted in one slice of building: about 2 ms with ten labels each. */
  slice_alarms_max: 1_000,
} as const;

/** How many alarms have it. */
export interface Counted {
  readonly text: string;
  readonly count: number;
}

/**
 * Which labels the alarms in memory have, and how many have which value: what a filter box may
 * offer. Built in slices once somebody looks at a list, from then on kept by increments, so that a
 * question costs a walk over the values of one name, however many alarms there are.
 */
export class ValueCounts {
  readonly #memory: Pick<Desk['memory'], 'all'>;
  readonly #stop: () => void;
  readonly #names = new Map<string, { count: number; readonly values: Map<string, number> }>();
  #values = 0;
  #rest: IterableIterator<Alarm> | undefined;
  /** While it is built: what was counted already. */
  #seen: Set<AlarmId> | undefined;

  constructor(desk: Pick<Desk, 'memory' | 'watch'>) {
    this.#memory = desk.memory;
    this.#stop = desk.watch((applied) => this.#follow(applied));
  }

  close(): void {
    this.#stop();
  }

  /** Does one slice of the building; true when it is done. Others have their turn in between. */
  prepare(): boolean {
    if (!this.#seen) {
      this.#seen = new Set();
      this.#rest = this.#memory.all('alarms');
    }
    if (!this.#rest) return true;
    for (let n = 0; n < VALUE_LIMITS.slice_alarms_max; n++) {
      const { value: alarm, done } = this.#rest.next();
      if (done === true) {
        this.#rest = undefined;
        this.#seen.clear();
        return true;
      }
      if (this.#seen.has(alarm.id)) continue;
      this.#seen.add(alarm.id);
      this.#count(alarm, 1);
    }
    return false;
  }

  /** Names that begin with what was typed, those of most alarms first. */
  names(typed: string, max: number): readonly Counted[] {
    const wanted = typed.toLowerCase();
    const best = bestOf(max);
    for (const [name, { count }] of this.#names) {
      if (name.toLowerCase().startsWith(wanted)) best.offer(name, count, false);
    }
    return best.found;
  }

  /** Values that begin with, then those that hold what was typed, those of most alarms first. */
  values(name: string, typed: string, max: number): readonly Counted[] {
    const wanted = typed.toLowerCase();
    const best = bestOf(max);
    for (const [value, count] of this.#names.get(name)?.values ?? []) {
      const at = wanted === '' ? 0 : value.toLowerCase().indexOf(wanted);
      if (at >= 0) best.offer(value, count, at > 0);
    }
    return best.found;
  }

  #follow({ alarms }: Applied): void {
    if (!this.#seen) return;
    for (const [was, is] of alarms) {
      if (was && is && was.labels === is.labels && was.context === is.context) continue;
      const id = (is ?? was)?.id;
      // What was not looked at yet is counted when its turn comes, as it is then.
      if (id === undefined || (this.#rest && !this.#seen.has(id))) continue;
      if (this.#rest && !is) this.#seen.delete(id);
      if (was) this.#count(was, -1);
      if (is) this.#count(is, 1);
    }
  }

  /** A label of the sender goes before what the inventory says. */
  #count({ labels, context }: Pick<Alarm, 'labels' | 'context'>, by: 1 | -1): void {
    for (const name in labels) this.#one(name, labels, by);
    for (const name in context) if (!(name in labels)) this.#one(name, context, by);
  }

  #one(name: string, labels: Labels, by: 1 | -1): void {
    const value = labels[name] ?? '';
    if (value === '') return;
    let held = this.#names.get(name);
    if (!held) {
      if (by === -1 || this.#names.size >= VALUE_LIMITS.names_max) return;
      held = { count: 0, values: new Map() };
      this.#names.set(name, held);
    }
    const { values } = held;
    const count = values.get(value) ?? 0;
    if (count === 0 && !this.#hasRoom(values, by)) return;
    held.count += by;
    values.set(value, count + by);
    if (count === 0) this.#values++;
    if (count + by > 0) return;
    values.delete(value);
    this.#values--;
    if (values.size === 0) this.#names.delete(name);
  }

  /** What is taken away and was not counted, for want of room, counts for nothing. */
  #hasRoom(values: ReadonlyMap<string, number>, by: 1 | -1): boolean {
    const { values_per_name_max, values_max } = VALUE_LIMITS;
    return by === 1 && values.size < values_per_name_max && this.#values < values_max;
  }
}

/** The first few of many: those that come first by place, then by count, then by their text. */
function bestOf(max: number) {
  const kept: (Counted & { readonly isInside: boolean })[] = [];
  const goesBefore = (text: string, count: number, isInside: boolean, at: number): boolean => {
    const other = kept[at];
    if (!other) return true;
    if (isInside !== other.isInside) return other.isInside;
    return count === other.count ? text < other.text : count > other.count;
  };
  return {
    found: kept as readonly Counted[],
    offer(text: string, count: number, isInside: boolean): void {
      if (kept.length >= max && !goesBefore(text, count, isInside, kept.length - 1)) return;
      let at = kept.length;
      while (at > 0 && goesBefore(text, count, isInside, at - 1)) at--;
      kept.splice(at, 0, { text, count, isInside });
      if (kept.length > max) kept.pop();
    },
  };
}

import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { AlarmId, Labels } from '../../domain/alarm/event.ts';
import type { Applied, Desk } from '../desk.ts';

export const VALUE_LIMITS = {
  /** Names of labels that are counted; what comes later is not offered. */
  names_max: 1_000,
  /** Different values of one name, and of all: some 10 MB. What comes later is not offered. */
  values_per_name_max: 20_000,
  values_max: 100_000,
  /** Where something found no room all is counted anew once so much room is free again. */
  room_part_min: 0.1,
  /** Alarms counted in one slice of building: about 2 ms with ten labels each. */
  slice_alarms_max: 400,
} as const;

type Limits = Readonly<Record<keyof typeof VALUE_LIMITS, number>>;

/** How many alarms have it. */
export interface Counted {
  readonly text: string;
  readonly count: number;
}

/** A count of all alarms on its way. */
interface Building {
  readonly tally: Tally;
  /** What was counted already. */
  readonly seen: Set<AlarmId>;
  readonly rest: IterableIterator<Alarm>;
}

/**
 * Which labels the alarms in memory have, and how many have which value: what a filter box may
 * offer. Built in slices once somebody looks at a list, from then on kept by increments, so that a
 * question costs a walk over the values of one name, however many alarms there are.
 */
export class ValueCounts {
  readonly #memory: Pick<Desk['memory'], 'all'>;
  readonly #limits: Limits;
  readonly #stop: () => void;
  /** Of all alarms. */
  #whole: Tally | undefined;
  #building: Building | undefined;

  constructor(desk: Pick<Desk, 'memory' | 'watch'>, limits: Limits = VALUE_LIMITS) {
    this.#memory = desk.memory;
    this.#limits = limits;
    this.#stop = desk.watch((applied) => this.#follow(applied));
  }

  close(): void {
    this.#stop();
  }

  /**
   * Does one slice of the building; true when it is done. Others have their turn in between. What
   * found no room is taken in by counting anew: the old counts are offered until that is done.
   */
  prepare(): boolean {
    if (!this.#building) {
      if (this.#whole && !this.#whole.hasRoomAgain) return true;
      const rest = this.#memory.all('alarms');
      this.#building = { tally: new Tally(this.#limits), seen: new Set(), rest };
    }
    const { tally, seen, rest } = this.#building;
    for (let n = 0; n < this.#limits.slice_alarms_max; n++) {
      const { value: alarm, done } = rest.next();
      if (done === true) {
        [this.#whole, this.#building] = [tally, undefined];
        return true;
      }
      if (seen.has(alarm.id)) continue;
      seen.add(alarm.id);
      tally.count(alarm, 1);
    }
    return false;
  }

  /** Names that begin with what was typed, those of most alarms first. */
  names(typed: string, max: number): readonly Counted[] {
    const wanted = typed.toLowerCase();
    const best = bestOf(max);
    for (const [name, { count }] of this.#offered?.names ?? []) {
      if (name.toLowerCase().startsWith(wanted)) best.offer(name, count, false);
    }
    return best.found;
  }

  /** Values that begin with, then those that hold what was typed, those of most alarms first. */
  values(name: string, typed: string, max: number): readonly Counted[] {
    const wanted = typed.toLowerCase();
    const best = bestOf(max);
    for (const [value, count] of this.#offered?.names.get(name)?.values ?? []) {
      const at = wanted === '' ? 0 : value.toLowerCase().indexOf(wanted);
      if (at >= 0) best.offer(value, count, at > 0);
    }
    return best.found;
  }

  get #offered(): Tally | undefined {
    return this.#whole ?? this.#building?.tally;
  }

  #follow({ alarms }: Applied): void {
    if (!this.#whole && !this.#building) return;
    for (const [was, is] of alarms) {
      if (was && is && was.labels === is.labels && was.context === is.context) continue;
      this.#whole?.change(was, is);
      const id = (is ?? was)?.id;
      // What was not looked at yet is counted when its turn comes, as it is then.
      if (id === undefined || !this.#building?.seen.has(id)) continue;
      if (!is) this.#building.seen.delete(id);
      this.#building.tally.change(was, is);
    }
  }
}

interface Values {
  /** Alarms that have the name. */
  count: number;
  /** Those among them whose value found no room. */
  others: number;
  readonly values: Map<string, number>;
}

/**
 * A value is counted for all alarms that have it or for none: one that found no room stays among
 * the others, and while there are others no value comes in, for some of them may have it. So what
 * goes is taken away from where it was counted, though nothing is kept of single alarms.
 */
class Tally {
  readonly names = new Map<string, Values>();
  readonly #limits: Limits;
  /** Different values of all names. */
  #values = 0;
  /** Labels whose name found no room. */
  #unnamed = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Something found no room, and would find some if all were counted anew. */
  get hasRoomAgain(): boolean {
    const { names_max, values_per_name_max, values_max, room_part_min } = this.#limits;
    const isRoomy = (size: number, max: number): boolean => size <= max * (1 - room_part_min);
    if (this.#unnamed > 0 && isRoomy(this.names.size, names_max)) return true;
    if (!isRoomy(this.#values, values_max)) return false;
    return [...this.names.values()].some(
      ({ others, values }) => others > 0 && isRoomy(values.size, values_per_name_max),
    );
  }

  change(was: Alarm | undefined, is: Alarm | undefined): void {
    if (was) this.count(was, -1);
    if (is) this.count(is, 1);
  }

  /** A label of the sender goes before what the inventory says. */
  count({ labels, context }: Pick<Alarm, 'labels' | 'context'>, by: 1 | -1): void {
    for (const name in labels) this.#one(name, labels, by);
    for (const name in context) if (!Object.hasOwn(labels, name)) this.#one(name, context, by);
  }

  #one(name: string, labels: Labels, by: 1 | -1): void {
    const value = labels[name] ?? '';
    if (value === '') return;
    const held = this.names.get(name) ?? this.#take(name);
    if (!held) {
      this.#unnamed += by;
      return;
    }
    held.count += by;
    this.#ofName(held, value, by);
    if (held.count === 0) this.names.delete(name);
  }

  /** Undefined where it would be counted for some of those who have it only. */
  #take(name: string): Values | undefined {
    if (this.#unnamed > 0 || this.names.size >= this.#limits.names_max) return undefined;
    const made: Values = { count: 0, others: 0, values: new Map() };
    this.names.set(name, made);
    return made;
  }

  #ofName(held: Values, value: string, by: 1 | -1): void {
    const { values_per_name_max, values_max } = this.#limits;
    const { values } = held;
    const count = values.get(value);
    if (count === undefined) {
      const fits = values.size < values_per_name_max && this.#values < values_max;
      if (held.others > 0 || !fits) {
        held.others += by;
        return;
      }
      this.#values++;
    }
    const is = (count ?? 0) + by;
    if (is > 0) return void values.set(value, is);
    values.delete(value);
    this.#values--;
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

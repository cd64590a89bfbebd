import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised, standing } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import type { Memory } from '../desk.ts';

export const BREAKDOWN_LIMITS = {
  /** Different values of one name that are counted; the rest is counted as one. */
  values_max: 10_000,
  /** Alarms looked at in one slice of building: about 2 ms for six names. */
  slice_alarms_max: 2_000,
} as const;

/** The alarms of a view that have one value of a name; '' where they have none. */
export interface ValueCount {
  readonly value: string;
  readonly total: number;
  /** Of them those that nobody has. */
  readonly waiting: number;
  /** By severity, in the order of SEVERITIES. */
  readonly bySeverity: readonly number[];
  /** The worst that waits; of what somebody has, when nothing waits. */
  readonly worst: Severity;
  /** Since when the oldest of them was raised; undefined when none is. */
  readonly oldest: Instant | undefined;
}

const N = SEVERITIES.length;

/** Counts of one value: by severity, those that wait, then the others. */
interface Cell {
  readonly counts: Int32Array;
  /** Raised members, for the oldest of them; undefined where nobody asks. */
  readonly ids: Set<AlarmId> | undefined;
}

/**
 * How many alarms of a view have which value of some names. Built in slices, so that 100,000
 * alarms stop nobody; from then on kept by increments, at a few look-ups a change.
 */
export class Breakdown {
  readonly names: readonly string[];
  readonly #memory: Memory;
  readonly #holds: (alarm: Alarm) => boolean;
  readonly #valueOf: (alarm: Alarm, name: string) => string;
  readonly #keepsIds: boolean;
  #cells: readonly Map<string, Cell>[] = [];
  /** By name, what was counted beyond `values_max`. */
  #beyond: number[] = [];
  #rest: IterableIterator<Alarm> | undefined;
  /** While it is built: what was counted already. */
  #seen = new Set<AlarmId>();

  /** `aged`: the oldest of each value is wanted too, which costs a set of ids. */
  constructor(
    names: readonly string[],
    memory: Memory,
    given: {
      readonly holds: (alarm: Alarm) => boolean;
      readonly valueOf: (alarm: Alarm, name: string) => string;
      readonly aged: boolean;
    },
  ) {
    this.names = names;
    this.#memory = memory;
    this.#holds = given.holds;
    this.#valueOf = given.valueOf;
    this.#keepsIds = given.aged;
    this.rebuild();
  }

  /** Begins anew: something else than an alarm changed what values mean. */
  rebuild(): void {
    this.#cells = this.names.map(() => new Map());
    this.#beyond = this.names.map(() => 0);
    this.#seen = new Set();
    this.#rest = this.#memory.all('alarms');
  }

  /** Does one slice of the building; true when it is done. Others have their turn in between. */
  prepare(): boolean {
    if (!this.#rest) return true;
    for (let n = 0; n < BREAKDOWN_LIMITS.slice_alarms_max; n++) {
      const { value: alarm, done } = this.#rest.next();
      if (done === true) {
        this.#rest = undefined;
        this.#seen = new Set();
        return true;
      }
      if (this.#seen.has(alarm.id)) continue;
      this.#seen.add(alarm.id);
      if (this.#holds(alarm)) this.#add(alarm, 1);
    }
    return false;
  }

  /** Takes one change in; false when it touches nothing that is counted. */
  change(was: Alarm | undefined, is: Alarm | undefined): boolean {
    const id = (is ?? was)?.id;
    // What was not looked at yet is counted when its turn comes, as it is then.
    if (this.#rest && id !== undefined && !this.#seen.has(id)) return false;
    if (this.#rest && !is && id !== undefined) this.#seen.delete(id);
    const held = was !== undefined && this.#holds(was);
    const holds = is !== undefined && this.#holds(is);
    if (held) this.#add(was, -1);
    if (holds) this.#add(is, 1);
    return held || holds;
  }

  /** What is not in the alarm itself changes: it is counted no more as it was … */
  leaves(alarm: Alarm): void {
    if (this.#isCounted(alarm)) this.#add(alarm, -1);
  }

  /** … and again as it is. */
  joins(alarm: Alarm): void {
    if (this.#isCounted(alarm)) this.#add(alarm, 1);
  }

  #isCounted(alarm: Alarm): boolean {
    return (!this.#rest || this.#seen.has(alarm.id)) && this.#holds(alarm);
  }

  /** Different values of a name, those that no alarm has now left out. */
  distinct(name: string): number {
    let n = 0;
    for (const [value, cell] of this.#cellsOf(name)) if (value !== '' && total(cell) > 0) n++;
    return n;
  }

  /** The values that most alarms have, at most `max`; equal ones by their text. Never ''. */
  top(name: string, max: number): readonly ValueCount[] {
    const found = [...this.#cellsOf(name)].filter(
      ([value, cell]) => value !== '' && total(cell) > 0,
    );
    return found
      .sort(([v, a], [w, b]) => total(b) - total(a) || (v < w ? -1 : 1))
      .slice(0, max)
      .map(([value, cell]) => this.#count(value, cell));
  }

  /** Those values that begin with, or else hold, what was typed; at most `max`. */
  matching(name: string, typed: string, max: number): readonly ValueCount[] {
    const wanted = typed.toLowerCase();
    const place = (value: string): number => value.toLowerCase().indexOf(wanted);
    const found = [...this.#cellsOf(name)].filter(
      ([value, cell]) => value !== '' && place(value) >= 0 && total(cell) > 0,
    );
    return found
      .sort(
        ([v, a], [w, b]) =>
          Number(place(v) > 0) - Number(place(w) > 0) || total(b) - total(a) || (v < w ? -1 : 1),
      )
      .slice(0, max)
      .map(([value, cell]) => this.#count(value, cell));
  }

  /** Every value, '' too, the one that asks for somebody first; at most `max`. */
  worst(name: string, max: number): readonly ValueCount[] {
    const found = [...this.#cellsOf(name)].filter(([, cell]) => total(cell) > 0);
    return found
      .sort(([v, a], [w, b]) => byNeed(a, b) || (w === '' || (v !== '' && v < w) ? -1 : 1))
      .slice(0, max)
      .map(([value, cell]) => this.#count(value, cell));
  }

  #cellsOf(name: string): Map<string, Cell> {
    return this.#cells[this.names.indexOf(name)] ?? new Map();
  }

  #add(alarm: Alarm, by: 1 | -1): void {
    const waits = standing(alarm) === 'waiting';
    const slot = SEVERITIES.indexOf(alarm.severity) + (waits ? 0 : N);
    for (let i = 0; i < this.names.length; i++) {
      const cell = this.#cell(i, this.#valueOf(alarm, this.names[i] ?? ''));
      if (!cell) {
        this.#beyond[i] = (this.#beyond[i] ?? 0) + by;
        continue;
      }
      cell.counts[slot] = (cell.counts[slot] ?? 0) + by;
      if (!cell.ids) continue;
      if (by === -1) cell.ids.delete(alarm.id);
      else if (isRaised(alarm)) cell.ids.add(alarm.id);
    }
  }

  /** Undefined for what is counted beyond. While anything is, no new value gets a cell. */
  #cell(at: number, value: string): Cell | undefined {
    const cells = this.#cells[at];
    const found = cells?.get(value);
    if (found || !cells) return found;
    if (cells.size >= BREAKDOWN_LIMITS.values_max && !this.#madeRoom(at)) return undefined;
    const ids = this.#keepsIds ? new Set<AlarmId>() : undefined;
    const made: Cell = { counts: new Int32Array(2 * N), ids };
    cells.set(value, made);
    return made;
  }

  /** Forgets values that no alarm has any more, as long as every alarm is counted by its value. */
  #madeRoom(at: number): boolean {
    const cells = this.#cells[at];
    if (!cells || (this.#beyond[at] ?? 0) !== 0) return false;
    for (const [value, cell] of cells) if (total(cell) === 0) cells.delete(value);
    return cells.size < BREAKDOWN_LIMITS.values_max;
  }

  #count(value: string, { counts, ids }: Cell): ValueCount {
    const bySeverity = SEVERITIES.map((_, i) => (counts[i] ?? 0) + (counts[i + N] ?? 0));
    let waiting = 0;
    for (let i = 0; i < N; i++) waiting += counts[i] ?? 0;
    let oldest: Instant | undefined;
    for (const id of ids ?? []) {
      const since = this.#memory.get('alarms', id)?.condition.since;
      if (since !== undefined && (oldest === undefined || since < oldest)) oldest = since;
    }
    const first = counts.findIndex((n) => n > 0);
    const worst = SEVERITIES[first % N] ?? 'indeterminate';
    return { value, total: total({ counts, ids }), waiting, bySeverity, worst, oldest };
  }
}

const total = ({ counts }: Cell): number => {
  let sum = 0;
  for (const n of counts) sum += n;
  return sum;
};

/** The worst that waits first, and more of it first; then the worst of what somebody has. */
function byNeed(a: Cell, b: Cell): number {
  for (let i = 0; i < 2 * N; i++) {
    const difference = (b.counts[i] ?? 0) - (a.counts[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

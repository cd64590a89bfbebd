import { type Instant, minutes } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Applied, Desk } from '../desk.ts';

export const INDEX_LIMITS = {
  /** Names indexed at once; beyond, the one longest unused goes. */
  names_max: 16,
  /** Alarms looked at in one slice of building: about 2 ms. */
  slice_alarms_max: 4_000,
} as const;

/** An index nobody asks for is dropped after this. */
export const INDEX_IDLE = minutes(10);

type Ids = AlarmId | Set<AlarmId>;

interface NameIndex {
  /** Most values of a name like `instance` have one alarm: those cost no set. */
  readonly byValue: Map<string, Ids>;
  /** What is left to look at; undefined when it is complete. */
  rest: IterableIterator<Alarm> | undefined;
  usedAt: Instant;
}

/**
 * Which alarms in memory have a label with a value. Built for a name when it is first asked for,
 * kept up to date from then on. Lets `instance="one"` find its one of 100,000 alarms at once.
 */
export class LabelIndex {
  readonly #desk: Pick<Desk, 'memory' | 'clock'>;
  readonly #read: (alarm: Alarm, name: string) => string;
  readonly #names = new Map<string, NameIndex>();
  readonly #stop: () => void;

  constructor(
    desk: Pick<Desk, 'memory' | 'clock' | 'watch'>,
    read: (alarm: Alarm, name: string) => string,
  ) {
    this.#desk = desk;
    this.#read = read;
    this.#stop = desk.watch((applied) => this.#follow(applied));
  }

  close(): void {
    this.#stop();
    this.#names.clear();
  }

  get size(): number {
    return this.#names.size;
  }

  /**
   * Does one slice of the work that an index of this name needs; true when `ids` may be called.
   * The caller lets others run between two calls.
   */
  prepare(name: string): boolean {
    const index = this.#names.get(name) ?? this.#begin(name);
    index.usedAt = this.#desk.clock.now();
    if (!index.rest) return true;
    for (let n = 0; n < INDEX_LIMITS.slice_alarms_max; n++) {
      const { value: alarm, done } = index.rest.next();
      if (done === true) {
        index.rest = undefined;
        return true;
      }
      put(index.byValue, this.#read(alarm, name), alarm.id);
    }
    return false;
  }

  /** Ids of the alarms whose label has this value, which is not ''. Only after `prepare`. */
  ids(name: string, value: string): ReadonlySet<AlarmId> {
    const found = this.#names.get(name)?.byValue.get(value);
    if (found === undefined) return NONE;
    return typeof found === 'string' ? new Set([found]) : found;
  }

  #begin(name: string): NameIndex {
    if (this.#names.size >= INDEX_LIMITS.names_max) {
      const [oldest] = [...this.#names].sort(([, a], [, b]) => a.usedAt - b.usedAt);
      if (oldest) this.#names.delete(oldest[0]);
    }
    const rest = this.#desk.memory.all('alarms');
    const index: NameIndex = { byValue: new Map(), rest, usedAt: this.#desk.clock.now() };
    this.#names.set(name, index);
    return index;
  }

  /** Also while an index is built: an alarm put in twice, or out before it was in, is no harm. */
  #follow({ alarms }: Applied): void {
    if (this.#names.size === 0) return;
    const idleBefore = this.#desk.clock.now() - INDEX_IDLE;
    for (const [name, { byValue, usedAt }] of this.#names) {
      if (usedAt < idleBefore) {
        this.#names.delete(name);
        continue;
      }
      for (const [was, is] of alarms) {
        const before = was ? this.#read(was, name) : '';
        const after = is ? this.#read(is, name) : '';
        if (before === after) continue;
        if (was) take(byValue, before, was.id);
        if (is) put(byValue, after, is.id);
      }
    }
  }
}

const NONE: ReadonlySet<AlarmId> = new Set();

function put(byValue: Map<string, Ids>, value: string, id: AlarmId): void {
  if (value === '') return;
  const ids = byValue.get(value);
  if (ids === undefined) byValue.set(value, id);
  else if (typeof ids !== 'string') ids.add(id);
  else if (ids !== id) byValue.set(value, new Set([ids, id]));
}

function take(byValue: Map<string, Ids>, value: string, id: AlarmId): void {
  const ids = byValue.get(value);
  if (ids === id) byValue.delete(value);
  else if (ids !== undefined && typeof ids !== 'string') {
    ids.delete(id);
    if (ids.size === 0) byValue.delete(value);
  }
}

/** What waits in a queue, and what it costs to take it out. */
export interface Queued {
  /** Alarms it is about, roughly. */
  readonly weight: number;
  readonly chars: number;
  /** Grows with arrival: the order inside a block. */
  readonly order: number;
}

/** What one lane may use up of a block before the next lane has its turn. */
const QUANTUM = 1_000;

/** So many characters cost as much as one alarm. */
const CHARS_PER_WEIGHT = 1_000;

interface Lane<T> {
  readonly share: number;
  items: T[];
  head: number;
  weight: number;
  chars: number;
  credit: number;
}

/** How much waits in one lane. */
export interface LaneFill {
  readonly weight: number;
  readonly chars: number;
}

/** What still fits into a block. */
interface Room {
  weight: number;
  chars: number;
}

const EMPTY: LaneFill = { weight: 0, chars: 0 };

/**
 * One queue for each lane; what is taken out is shared fairly between the lanes that have
 * something (deficit round robin, Shreedhar and Varghese 1995): however much waits in one, another
 * gets its turn in the next block. Inside a block the order is that of arrival.
 */
export class FairQueue<T extends Queued> {
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #shareOf: (lane: string) => number;
  /** The lane for which there was no more room in the last block: it begins the next. */
  #first = '';
  #size = 0;
  #weight = 0;
  #chars = 0;

  /** `shareOf`: how many turns a lane has when others have one. */
  constructor(shareOf: (lane: string) => number = () => 1) {
    this.#shareOf = shareOf;
  }

  get size(): number {
    return this.#size;
  }

  get weight(): number {
    return this.#weight;
  }

  get chars(): number {
    return this.#chars;
  }

  fill(lane: string): LaneFill {
    return this.#lanes.get(lane) ?? EMPTY;
  }

  push(name: string, item: T): void {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      const share = this.#shareOf(name);
      lane = { share, items: [], head: 0, weight: 0, chars: 0, credit: 0 };
      this.#lanes.set(name, lane);
    }
    lane.items.push(item);
    lane.weight += item.weight;
    lane.chars += item.chars;
    this.#weight += item.weight;
    this.#chars += item.chars;
    this.#size++;
  }

  /** What fits into one block; at least one item, if there is one. */
  take(weightMax: number, charsMax: number): T[] {
    const block: T[] = [];
    const room = { weight: weightMax, chars: charsMax };
    if (this.#lanes.size === 1) {
      for (const [name, lane] of this.#lanes) {
        this.#takeFrom(name, lane, block, room, Number.POSITIVE_INFINITY);
        lane.credit = 0;
      }
      return block;
    }
    while (this.#size > 0 && this.#takeRound(block, room));
    return block.sort((a, b) => a.order - b.order);
  }

  /** Everything, in the order of arrival. */
  drain(): T[] {
    const all = [...this.#lanes.values()].flatMap(({ items, head }) => items.slice(head));
    this.#lanes.clear();
    this.#size = 0;
    this.#weight = 0;
    this.#chars = 0;
    return all.sort((a, b) => a.order - b.order);
  }

  /** Every lane once. False: the block is full. */
  #takeRound(block: T[], room: Room): boolean {
    const lanes = [...this.#lanes];
    const first = Math.max(
      0,
      lanes.findIndex(([name]) => name === this.#first),
    );
    for (const [name, lane] of [...lanes.slice(first), ...lanes.slice(0, first)]) {
      lane.credit += QUANTUM * lane.share;
      if (this.#takeFrom(name, lane, block, room, lane.credit)) continue;
      this.#first = name;
      return false;
    }
    return true;
  }

  /** Takes from one lane for as long as there is credit. False: the block is full. */
  #takeFrom(name: string, lane: Lane<T>, block: T[], room: Room, credit: number): boolean {
    let left = credit;
    while (lane.head < lane.items.length) {
      const item = lane.items[lane.head] as T;
      const cost = item.weight + item.chars / CHARS_PER_WEIGHT;
      if (cost > left) break;
      const fits = item.weight <= room.weight && item.chars <= room.chars;
      if (!fits && block.length > 0) {
        lane.credit = Math.min(left, cost);
        return false;
      }
      left -= cost;
      lane.head++;
      room.weight -= item.weight;
      room.chars -= item.chars;
      lane.weight -= item.weight;
      lane.chars -= item.chars;
      this.#weight -= item.weight;
      this.#chars -= item.chars;
      this.#size--;
      block.push(item);
    }
    lane.credit = left;
    if (lane.head === lane.items.length) this.#lanes.delete(name);
    else if (lane.head > QUANTUM) {
      lane.items = lane.items.slice(lane.head);
      lane.head = 0;
    }
    return true;
  }
}

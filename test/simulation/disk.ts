import { decode, encode } from '../../src/desk/codec.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { Appended, Block, Journal } from '../../src/ports/journal.ts';
import type { PlacedChange, Store, StoreBatch } from '../../src/ports/store.ts';
import type { Chance } from './random.ts';

type LostTable =
  | ('logs' | 'resolving' | 'timers' | 'deliveries')
  | ('pages' | 'rosters' | 'throttles' | 'runs' | 'handovers');

/** Lies the disk may be told to tell. The simulation must catch each of them. */
export type Lie =
  | 'none'
  | 'success answered before commit'
  | 'fsync skipped'
  | 'an entry applied twice'
  | 'an entry lost in replay'
  | 'results of deliveries lost in replay'
  | `rows of ${LostTable} not stored`;

/**
 * What survives a crash: blocks of the journal and the store's rows. Everything else is the
 * process's, and gone with it. Work in flight ends only when the simulation says so.
 */
export class Disk {
  readonly blocks: Block[] = [];
  readonly rows = new Map<string, string>();
  readonly alarms = new Map<string, string>();
  position = 0;
  deskTime = 0;
  /** True: every write is refused, as on a full disk. */
  full = false;
  /** Lines of the timeline, by place: a second write of the same place is no second line. */
  readonly changes = new Map<string, Pick<PlacedChange, 'alarm' | 'what' | 'position'>>();
  readonly lie: Lie;
  readonly #chance: Chance;
  /** Told of each block that is on its way. */
  began: (block: Block) => void = () => {};
  /** Lives of the process so far: what an earlier one still tries reaches nothing. */
  life = 0;
  #pending: Work[] = [];
  #unsynced = 0;

  constructor(chance: Chance, lie: Lie) {
    this.#chance = chance;
    this.lie = lie;
  }

  get head(): number {
    const last = this.blocks.at(-1);
    return last ? last.first + last.count - 1 : 0;
  }

  get isBusy(): boolean {
    return this.#pending.length > 0;
  }

  /** Ends some of the work in flight; `all` ends all of it. */
  pump(all: boolean): void {
    const ready = all ? this.#pending.length : this.#chance.below(this.#pending.length + 1);
    for (const work of this.#pending.splice(0, ready)) work.answer(work.reachDisk());
  }

  /** The process dies: work in flight is lost, or reached the disk and nobody was told. */
  crash(): void {
    this.life++;
    const [first] = this.#pending;
    this.#pending = [];
    if (this.#chance.in100(50)) first?.reachDisk();
    if (this.lie === 'fsync skipped') this.blocks.splice(this.blocks.length - this.#unsynced);
    this.#unsynced = 0;
  }

  /** Work whose answer comes when the simulation says so; false: the disk refused it. */
  later(
    life: number,
    reachDisk: () => void,
    answer: (reached: boolean) => void,
    follows: () => boolean = () => true,
  ): void {
    if (life !== this.life) return;
    const refused = () => {
      if (this.full || !follows()) return false;
      reachDisk();
      return true;
    };
    this.#pending.push({ reachDisk: refused, answer });
  }

  append(life: number, block: Block): Promise<Appended> {
    this.began(block);
    return new Promise((resolve) => {
      const early = this.lie === 'success answered before commit' && !this.full;
      const commit = (): void => {
        this.blocks.push(block);
        this.#unsynced = this.#chance.in100(30) ? 0 : this.#unsynced + 1;
      };
      const answer = (reached: boolean): void =>
        resolve(
          reached ? { is: 'committed', fsyncMs: 0 } : { is: 'failed', why: 'the disk is full' },
        );
      // A block behind one that failed would leave a gap.
      const follows = (): boolean => block.first === this.head + 1;
      this.later(life, commit, early ? () => {} : answer, follows);
      if (early) answer(true);
    });
  }

  write(batch: StoreBatch): void {
    this.position = batch.position;
    this.deskTime = batch.deskTime;
    for (const alarm of batch.alarms) this.alarms.set(alarm.id, JSON.stringify(alarm));
    for (const id of batch.forgotten) this.alarms.delete(id);
    for (const c of batch.changes) {
      const { alarm, what, position } = c;
      this.changes.set(`${position}.${c.index}`, { alarm, what, position });
    }
    for (const { table, id, json } of batch.rows) {
      if (this.lie === `rows of ${table} not stored`) continue;
      const key = `${table}/${id}`;
      if (json === undefined) this.rows.delete(key);
      else this.rows.set(key, json);
    }
  }
}

interface Work {
  readonly reachDisk: () => boolean;
  readonly answer: (reached: boolean) => void;
}

/** The same block, its results of deliveries exchanged for entries that say nothing. */
function withoutResults(block: Block): Block {
  const texts = block.text.split('\n').map((text) => {
    const entry = decode(text);
    return entry.kind === 'delivered' ? encode({ kind: 'zones', at: entry.at, tables: [] }) : text;
  });
  return { ...block, text: texts.join('\n') };
}

/** The journal of one life of the process. */
export function journalOn(disk: Disk): Journal {
  const { life } = disk;
  return {
    id: 'simulated',
    head: disk.head,
    tail: 1,
    append: (block) => disk.append(life, block),
    async *read(from) {
      const loses = disk.lie === 'results of deliveries lost in replay';
      for (const block of disk.blocks) {
        if (block.first + block.count > from) yield loses ? withoutResults(block) : block;
      }
    },
    retain: async () => ({ removedFiles: 0, tail: 1 }),
    copyTo: async () => {},
    close: async () => {},
  };
}

/** The store of one life. It lies about its position when told to. */
export function storeOn(disk: Disk): Store {
  const { life } = disk;
  const told = (): number => {
    if (disk.lie === 'an entry applied twice') return Math.max(0, disk.position - 1);
    if (disk.lie === 'an entry lost in replay') return Math.min(disk.head, disk.position + 1);
    return disk.position;
  };
  const unused = () => Promise.reject(new Error('the simulation does not read history'));
  return {
    get position() {
      return disk.position;
    },
    bind: async () => {},
    load: () => ({
      journalId: 'simulated',
      position: told(),
      deskTime: disk.deskTime as never,
      alarms: (async function* () {
        yield [...disk.alarms.values()].map((json) => JSON.parse(json) as Alarm);
      })(),
      rows: (async function* () {
        yield [...disk.rows].map(([key, json]) => {
          const slash = key.indexOf('/');
          return { table: key.slice(0, slash), id: key.slice(slash + 1), json };
        });
      })(),
    }),
    write: (batch) =>
      new Promise((resolve, reject) => {
        const json = JSON.stringify(batch);
        disk.later(
          life,
          () => disk.write(JSON.parse(json) as StoreBatch),
          (reached) => (reached ? resolve() : reject(new Error('the disk is full'))),
        );
      }),
    alarm: unused,
    evidence: unused,
    timeline: unused,
    turns: unused,
    search: unused,
    audit: unused,
    decisions: unused,
    attempts: unused,
    kpis: unused,
    copyCheckpoint: unused,
    compact: async () => ({ removed: 0 }),
    copyTo: async () => {},
    close: async () => {},
  };
}

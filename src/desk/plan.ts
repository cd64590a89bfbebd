import { DeskError } from '../base/errors.ts';
import { type Instant, later, minutes } from '../base/time.ts';
import type { PlanRoute } from '../domain/routing/plan.ts';
import type { Block, Journal, Position } from '../ports/journal.ts';
import type { Checkpoints, KeptCheckpoint, StoreCheckpoint } from '../ports/store.ts';
import { decode } from './codec.ts';
import type { Entry } from './entry.ts';
import { Course, type Listener, type Routing } from './plan-course.ts';
import { Comparison, type PlanPlace, type PlanReport } from './plan-report.ts';

/** A replay ends at the first of these; what was compared until then is told. */
export const PLAN_REPLAY_LIMITS = {
  /** Entries applied, those of our own included, for both routings together. */
  entries_max: 20_000_000,
  millis_max: 120_000,
} as const;

/**
 * After the last entry both courses go on for as long as a group may wait, at most so long: what is
 * about to be told counts as told.
 */
const SETTLE_MAX = minutes(10);

/** So much desk time one course goes ahead of the other while nothing else happens. */
const AHEAD_MAX = minutes(10);

/** The loop is held for no longer than about this; one entry is never cut. */
const SLICE_MS_MAX = 4;

export interface PlanAsk {
  readonly old: Routing;
  readonly new: Routing;
  /** What was told before this is not compared. */
  readonly since: Instant;
  /** Milliseconds of any clock that goes forward. */
  readonly now: () => number;
  /** Lets others run; called every few milliseconds. */
  readonly rest: () => Promise<void>;
  /** Told at every block of the journal. */
  readonly progress?: (done: PlanPlace) => void;
  readonly limits?: { readonly entries_max: number; readonly millis_max: number };
}

/** A moment of the past and the journal that goes on from it. */
export interface History {
  readonly checkpoint: StoreCheckpoint;
  readonly blocks: AsyncIterable<Block>;
}

/**
 * Where a replay that is to compare from `since` on begins: at the newest checkpoint that is older,
 * else at the journal's own beginning (undefined), else at the oldest checkpoint there is. Throws
 * NOT_FOUND when there is none that the journal goes on from.
 */
export function startFor(
  journal: Pick<Journal, 'tail'>,
  checkpoints: Pick<Checkpoints, 'list'>,
  since: Instant,
): KeptCheckpoint | undefined {
  const usable = checkpoints.list().filter((kept) => kept.position + 1 >= journal.tail);
  const older = usable.filter((kept) => kept.deskTime <= since);
  const start = older.at(-1) ?? (journal.tail === 1 ? undefined : usable[0]);
  if (!start && journal.tail !== 1) throw new DeskError('NOT_FOUND', { what: 'kept checkpoint' });
  return start;
}

/** History from `startFor` on. Throws as that does, and DATA_MISMATCH for another journal's. */
export function historySince(
  journal: Pick<Journal, 'id' | 'tail' | 'read'>,
  checkpoints: Checkpoints,
  since: Instant,
): History {
  const start = startFor(journal, checkpoints, since);
  const checkpoint = start ? checkpoints.open(start.position) : beforeAll();
  mustFollow(checkpoint, journal.id);
  return { checkpoint, blocks: journal.read(checkpoint.position + 1) };
}

export function mustFollow(checkpoint: StoreCheckpoint, journalId: string): void {
  if (checkpoint.journalId === undefined || checkpoint.journalId === journalId) return;
  const why = 'the checkpoint was made beside another journal';
  throw new DeskError('DATA_MISMATCH', { folder: 'the data folder', why });
}

/** A desk nobody has told anything. */
export const beforeAll = (): StoreCheckpoint => ({
  journalId: undefined,
  position: 0,
  deskTime: 0 as Instant,
  alarms: (async function* () {})(),
  rows: (async function* () {})(),
});

/**
 * Replays history through the present routing and through another one, and compares who is told of
 * what. Both begin as a desk without a notification log does: with everybody in a group yet to be
 * told. Needs `since` some repeat interval later than the checkpoint to be free of that beginning.
 */
export function comparePlans(history: History, ask: PlanAsk): Promise<PlanReport> {
  return new Trial(ask).run(history);
}

class Trial {
  readonly #ask: PlanAsk;
  readonly #comparison: Comparison;
  readonly #old: Course;
  readonly #new: Course;
  readonly #began: number;
  readonly #limits: NonNullable<PlanAsk['limits']>;
  #sliceBegan: number;
  #applied = 0;
  #entries = 0;
  #place: PlanPlace = { position: 0, at: 0 as Instant };

  constructor(ask: PlanAsk) {
    this.#ask = ask;
    this.#comparison = new Comparison(ask.since);
    this.#old = new Course(this.#listener('old'));
    this.#new = new Course(this.#listener('new'));
    this.#began = ask.now();
    this.#sliceBegan = this.#began;
    this.#limits = ask.limits ?? PLAN_REPLAY_LIMITS;
  }

  async run({ checkpoint, blocks }: History): Promise<PlanReport> {
    await this.#load(checkpoint);
    const from = this.#place;
    await this.#drive(this.#old.begin(this.#ask.old));
    await this.#drive(this.#new.begin(this.#ask.new));
    let stopped: PlanReport['stopped'] = '';
    for await (const block of blocks) {
      if (stopped !== '') break;
      stopped = await this.#block(block, from.position + 1);
      this.#ask.progress?.(this.#place);
    }
    if (stopped === '') await this.#settle();
    this.#comparison.end();
    const { notices, episodes, same, changes } = this.#comparison;
    return {
      ...{ from, to: this.#place, entries: this.#entries, stopped },
      tookMs: Math.round(this.#ask.now() - this.#began),
      ...{ notices, episodes, same, changes },
      examples: this.#comparison.examples(),
    };
  }

  async #settle(): Promise<void> {
    const waits = [this.#ask.old, this.#ask.new].map(({ plan }) => longestWait(plan.root));
    const to = (this.#place.at + Math.min(SETTLE_MAX, Math.max(...waits))) as Instant;
    await this.#drive(this.#old.pass(to));
    await this.#drive(this.#new.pass(to));
  }

  /** The rows are shared by both: nobody changes a row. */
  async #load({ position, deskTime, rows, alarms }: StoreCheckpoint): Promise<void> {
    const courses = [this.#old, this.#new];
    for (const course of courses) course.load(position, deskTime);
    this.#place = { position, at: deskTime };
    for await (const page of rows) {
      for (const { table, id, json } of page) {
        const row: unknown = JSON.parse(json);
        for (const course of courses) course.loadRow(table, id, row);
      }
      await this.#breathe();
    }
    for await (const page of alarms) {
      for (const alarm of page) for (const course of courses) course.loadAlarm(alarm);
      await this.#breathe();
    }
  }

  async #block(block: Block, from: Position): Promise<PlanReport['stopped']> {
    if (this.#entries === 0 && block.first > from) {
      const why = `the checkpoint ends at ${from - 1}, the journal goes on at ${block.first}`;
      throw new DeskError('DATA_MISMATCH', { folder: 'the data folder', why });
    }
    let position = block.first;
    for (const line of block.text.split('\n')) {
      if (position >= from) {
        const stopped = await this.#entry(position, decode(line));
        if (stopped !== '') return stopped;
      }
      position++;
    }
    return '';
  }

  /** Both courses come to the entry's time before either goes on: they tell of the same episode. */
  async #entry(position: Position, entry: Entry): Promise<PlanReport['stopped']> {
    const at = later(this.#place.at, entry.at);
    for (let next = this.#next(); next <= at; next = this.#next()) {
      const stopped = this.#isOver();
      if (stopped !== '') return stopped;
      const to = Math.min(at, next + AHEAD_MAX) as Instant;
      await this.#drive(this.#old.pass(to));
      await this.#drive(this.#new.pass(to));
    }
    const stopped = this.#isOver();
    if (stopped !== '') return stopped;
    await this.#drive(this.#old.apply(position, entry));
    await this.#drive(this.#new.apply(position, entry));
    this.#entries++;
    this.#place = { position, at };
    return '';
  }

  #next(): number {
    return Math.min(this.#old.next ?? Infinity, this.#new.next ?? Infinity);
  }

  /** Never cut short: one course must not be compared with half of the other. */
  async #drive(steps: Generator<void>): Promise<void> {
    for (const _ of steps) {
      this.#applied++;
      if (this.#ask.now() - this.#sliceBegan >= SLICE_MS_MAX) await this.#breathe();
    }
  }

  async #breathe(): Promise<void> {
    await this.#ask.rest();
    this.#sliceBegan = this.#ask.now();
  }

  #isOver(): PlanReport['stopped'] {
    const isCrowded = this.#old.isCrowded || this.#new.isCrowded;
    if (isCrowded || this.#applied >= this.#limits.entries_max) return 'entries';
    return this.#ask.now() - this.#began >= this.#limits.millis_max ? 'time' : '';
  }

  #listener(side: 'old' | 'new'): Listener {
    const comparison = this.#comparison;
    return {
      sent: (at) => comparison.sent(side, at),
      told: (alert, episode, receiver, at) => comparison.told(side, alert, episode, receiver, at),
      // The new one comes second: by then both have said all they will of it.
      gone: (alarm) => {
        if (side === 'new') comparison.gone(alarm);
      },
    };
  }
}

const longestWait = (route: PlanRoute): number =>
  Math.max(route.groupWait, route.groupInterval, ...route.routes.map(longestWait));

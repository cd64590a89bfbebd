import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { indexIn, type Order } from './order.ts';

/** What changed on a page since it was last taken. */
export interface ListTick {
  /** Rows that are new on the page, or are there as another version. */
  readonly drawn: readonly Alarm[];
  /** Were on the page and no longer belong to the view, as they are now. */
  readonly left: readonly Alarm[];
  /** Were on the page and are not. */
  readonly gone: readonly AlarmId[];
  /** Rows that came or moved, by rising place (0 is the first). All others kept their order. */
  readonly put: readonly Put[];
}

/** A row, and the place at which it stands on the page. */
export type Put = readonly [at: number, id: AlarmId];

interface Followed {
  readonly page: () => { readonly rows: readonly Alarm[] };
  readonly now: (id: AlarmId) => Alarm | undefined;
  /** Whether the alarm belongs to the view at all. */
  readonly holds: (alarm: Alarm) => boolean;
  readonly order: Order;
  /** Alarms remembered as changed; with more the whole page is compared. */
  readonly touched_max: number;
  readonly released: () => void;
}

/**
 * Somebody who draws a view, and is told what changed on its page since they last asked. What a
 * tick costs goes with what changed, not with the rows of the page: only alarms that were touched
 * are looked at, and the rows at its end that others pushed out or let in.
 */
export class ListFollower {
  readonly #list: Followed;
  readonly #touched = new Set<AlarmId>();
  /** Alarms are immutable: another object is another version. */
  readonly #taken = new Map<AlarmId, Alarm>();
  #rows: readonly Alarm[] = [];
  /** Say something else now, although they are the same alarms. */
  readonly #redrawn = new Set<AlarmId>();
  /** More changed than was remembered: then the whole page is compared. */
  #isMuch = true;
  /** What is not in the alarms themselves changed: every row is drawn. */
  #isAnew = true;

  constructor(list: Followed) {
    this.#list = list;
  }

  /** The page as it was last taken. */
  get rows(): readonly Alarm[] {
    return this.#rows;
  }

  touch(id: AlarmId): void {
    if (this.#isMuch) return;
    this.#touched.add(id);
    if (this.#touched.size > this.#list.touched_max) this.#beginAnew();
  }

  /** What is not in the alarm itself changed: its row is drawn anew. */
  redraw(id: AlarmId): void {
    this.#redrawn.add(id);
    this.touch(id);
    if (this.#redrawn.size > this.#list.touched_max) this.touchAll();
  }

  touchAll(): void {
    this.#isAnew = true;
    this.#beginAnew();
  }

  take(): ListTick {
    const { rows } = this.#list.page();
    const tick = this.#isMuch ? this.#compared(rows) : this.#touchedOf(rows);
    this.#touched.clear();
    this.#redrawn.clear();
    this.#isMuch = this.#isAnew = false;
    this.#rows = rows;
    return tick;
  }

  /** What was taken is on no screen any more: the next tick tells everything. */
  forget(): void {
    this.#rows = [];
    this.#taken.clear();
    this.touchAll();
  }

  release(): void {
    this.#list.released();
  }

  #beginAnew(): void {
    this.#isMuch = true;
    this.#touched.clear();
  }

  #compared(rows: readonly Alarm[]): ListTick {
    const news = new News(this.#list, this.#taken);
    const here = new Set(rows.map((a) => a.id));
    for (const { id } of this.#rows) if (!here.has(id)) news.gone(id);
    rows.forEach((row, at) => {
      news.here(row, at, this.#isAnew || this.#redrawn.has(row.id));
    });
    return news.tick();
  }

  #touchedOf(rows: readonly Alarm[]): ListTick {
    const { now, order } = this.#list;
    const news = new News(this.#list, this.#taken);
    for (const id of this.#touched) {
      const alarm = now(id);
      const at = alarm ? indexIn(rows, order, alarm) : rows.length;
      const row = rows[at];
      if (row?.id === id) news.here(row, at, this.#redrawn.has(id));
      else if (this.#taken.has(id)) news.gone(id);
    }
    this.#atTheEnd(rows, news);
    return news.tick();
  }

  /** Rows that did not change themselves come and go at the end of a page only. */
  #atTheEnd(rows: readonly Alarm[], news: News): void {
    const last = rows.at(-1);
    for (let at = this.#rows.length - 1; at >= 0; at--) {
      const row = this.#rows[at];
      if (!row || this.#touched.has(row.id)) continue;
      if (last && this.#list.order(row, last) <= 0) break;
      news.gone(row.id);
    }
    for (let at = rows.length - 1; at >= 0; at--) {
      const row = rows[at];
      if (!row || this.#touched.has(row.id)) continue;
      if (this.#taken.has(row.id)) break;
      news.here(row, at, false);
    }
  }
}

/** Gathers one tick, and brings what was taken up to it. */
class News {
  readonly #list: Followed;
  readonly #taken: Map<AlarmId, Alarm>;
  readonly #drawn: Alarm[] = [];
  readonly #left: Alarm[] = [];
  readonly #gone: AlarmId[] = [];
  readonly #put: Put[] = [];

  constructor(list: Followed, taken: Map<AlarmId, Alarm>) {
    this.#list = list;
    this.#taken = taken;
  }

  here(row: Alarm, at: number, anew: boolean): void {
    const was = this.#taken.get(row.id);
    if (anew || was !== row) this.#drawn.push(row);
    if (!was || this.#list.order(was, row) !== 0) this.#put.push([at, row.id]);
    this.#taken.set(row.id, row);
  }

  gone(id: AlarmId): void {
    this.#taken.delete(id);
    this.#gone.push(id);
    const now = this.#list.now(id);
    if (now && !this.#list.holds(now)) this.#left.push(now);
  }

  tick(): ListTick {
    this.#put.sort(([a], [b]) => a - b);
    return { drawn: this.#drawn, left: this.#left, gone: this.#gone, put: this.#put };
  }
}

import { type Alarm, type Standing, standing } from '../../domain/alarm/alarm.ts';
import { SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import type { Memory } from '../desk.ts';
import { ListFollower } from './list-follower.ts';
import { cursorOf, firstOf, indexIn, ORDERS, type Order, type Place, readCursor } from './order.ts';
import type { ListQuery } from './query.ts';
import { STANDINGS } from './words.ts';

/** Rows kept beyond the page, so that rows that leave it seldom cost a new scan. */
const SLACK_PAGES = 2;

/** A scan cuts what it gathered back to the kept rows whenever it is this many times as much. */
const SCAN_BATCHES = 8;

/** How many alarms there are of each severity in each standing. */
export class Counts {
  readonly #cells = new Int32Array(STANDINGS.length * SEVERITIES.length);

  add(alarm: Alarm, by: 1 | -1): void {
    const cell = STANDING_ROWS[standing(alarm)] + SEVERITY_COLUMNS[alarm.severity];
    this.#cells[cell] = (this.#cells[cell] ?? 0) + by;
  }

  /** Sum over every pair of the two. */
  of(standings: readonly Standing[], severities: readonly Severity[] = SEVERITIES): number {
    let sum = 0;
    for (const s of standings) {
      for (const v of severities) sum += this.#cells[STANDING_ROWS[s] + SEVERITY_COLUMNS[v]] ?? 0;
    }
    return sum;
  }

  clear(): void {
    this.#cells.fill(0);
  }
}

const STANDING_ROWS = Object.fromEntries(
  STANDINGS.map((s, i) => [s, i * SEVERITIES.length]),
) as Readonly<Record<Standing, number>>;

const SEVERITY_COLUMNS = Object.fromEntries(SEVERITIES.map((s, i) => [s, i])) as Readonly<
  Record<Severity, number>
>;

/** One page of the list as it is now. */
export interface ListPage {
  readonly rows: readonly Alarm[];
  /** Alarms of the view that stand before the first row / in the whole view. */
  readonly before: number;
  readonly total: number;
  /** The cursor of the page after this one; '' when this is the last. */
  readonly next: string;
}

/**
 * One view of the alarms in memory: filter, facets, order and place. Built by one scan, then kept
 * by increments: a change costs two tests of the filter and a binary search. The first rows after
 * the cursor and some slack are kept sorted; only when they run short is memory scanned again.
 */
export class ListView {
  readonly query: ListQuery;
  /** Of everything that passes the filter, whatever the facets chose. */
  readonly counts = new Counts();
  /** How often memory was scanned: once, unless more rows left than the slack holds. */
  scans = 0;
  readonly #memory: Memory;
  readonly #passes: ((alarm: Alarm) => boolean) | undefined;
  readonly #order: Order;
  readonly #after: Place | undefined;
  readonly #standings: ReadonlySet<Standing>;
  readonly #severities: ReadonlySet<Severity>;
  readonly #keptMax: number;
  readonly #followers = new Set<ListFollower>();
  #kept: Alarm[] = [];
  #before = 0;
  #behind = 0;

  constructor(query: ListQuery, passes: ((alarm: Alarm) => boolean) | undefined, memory: Memory) {
    this.query = query;
    this.#passes = passes;
    this.#memory = memory;
    this.#order = ORDERS[query.sort];
    this.#after = readCursor(query.sort, query.after);
    this.#standings = new Set(query.standings);
    this.#severities = new Set(query.severities);
    this.#keptMax = query.size * (1 + SLACK_PAGES);
    this.#scan();
  }

  /** Takes one change in; false when it does not touch this view. */
  change(was: Alarm | undefined, is: Alarm | undefined): boolean {
    const passed = was !== undefined && this.#passed(was);
    const passes = is !== undefined && this.#passed(is);
    if (passed) {
      this.counts.add(was, -1);
      if (this.#chosen(was)) this.#remove(was);
    }
    if (passes) {
      this.counts.add(is, 1);
      if (this.#chosen(is)) this.#insert(is);
    }
    const id = (is ?? was)?.id;
    if ((passed || passes) && id) for (const follower of this.#followers) follower.touch(id);
    return passed || passes;
  }

  /** What is not in the alarm itself changes: it leaves the view as it was … */
  leaves(alarm: Alarm): void {
    if (!this.#passed(alarm)) return;
    this.counts.add(alarm, -1);
    if (this.#chosen(alarm)) this.#remove(alarm);
    for (const follower of this.#followers) follower.redraw(alarm.id);
  }

  /** … and comes back as it is. */
  joins(alarm: Alarm): void {
    if (!this.#passed(alarm)) return;
    this.counts.add(alarm, 1);
    if (this.#chosen(alarm)) this.#insert(alarm);
    for (const follower of this.#followers) follower.redraw(alarm.id);
  }

  page(): ListPage {
    const { size, sort } = this.query;
    if (this.#kept.length < Math.min(size, this.#behind)) this.#scan();
    const rows = this.#kept.slice(0, size);
    const last = rows.at(-1);
    const next = last && this.#behind > rows.length ? cursorOf(sort, last) : '';
    return { rows, before: this.#before, total: this.#before + this.#behind, next };
  }

  /** What is not in the alarms themselves changed: every row may say something else. */
  rescan(): void {
    this.#scan();
    for (const follower of this.#followers) follower.touchAll();
  }

  /** A view may be drawn in several ways, each at its own time: each has a follower of its own. */
  follow(): ListFollower {
    const follower = new ListFollower({
      page: () => this.page(),
      now: (id) => this.#memory.get('alarms', id),
      holds: (alarm) => this.#passed(alarm) && this.#chosen(alarm),
      order: this.#order,
      touched_max: this.query.size,
      released: () => void this.#followers.delete(follower),
    });
    this.#followers.add(follower);
    return follower;
  }

  #passed(alarm: Alarm): boolean {
    return this.#passes === undefined || this.#passes(alarm);
  }

  #chosen(alarm: Alarm): boolean {
    return this.#severities.has(alarm.severity) && this.#standings.has(standing(alarm));
  }

  #isBefore(alarm: Alarm): boolean {
    return this.#after !== undefined && this.#order(alarm, this.#after) <= 0;
  }

  #remove(alarm: Alarm): void {
    if (this.#isBefore(alarm)) {
      this.#before--;
      return;
    }
    this.#behind--;
    const at = indexIn(this.#kept, this.#order, alarm);
    if (this.#kept[at]?.id === alarm.id) this.#kept.splice(at, 1);
  }

  /** The kept rows are always the first ones: a row behind them is kept only if none is missing. */
  #insert(alarm: Alarm): void {
    if (this.#isBefore(alarm)) {
      this.#before++;
      return;
    }
    const complete = this.#kept.length === this.#behind;
    this.#behind++;
    const last = this.#kept.at(-1);
    if (!complete && !(last && this.#order(alarm, last) < 0)) return;
    this.#kept.splice(indexIn(this.#kept, this.#order, alarm), 0, alarm);
    if (this.#kept.length > this.#keptMax) this.#kept.pop();
  }

  #scan(): void {
    this.scans++;
    this.counts.clear();
    this.#before = 0;
    this.#behind = 0;
    let found: Alarm[] = [];
    let bound: Alarm | undefined;
    for (const alarm of this.#memory.all('alarms')) {
      if (!this.#passed(alarm)) continue;
      this.counts.add(alarm, 1);
      if (!this.#chosen(alarm)) continue;
      if (this.#isBefore(alarm)) this.#before++;
      else if (++this.#behind && (!bound || this.#order(alarm, bound) < 0)) found.push(alarm);
      if (found.length < this.#keptMax * SCAN_BATCHES) continue;
      found = firstOf(found, this.#keptMax, this.#order);
      bound = found.at(-1);
    }
    this.#kept = firstOf(found, this.#keptMax, this.#order);
  }
}

import type { Clock } from '../base/clock.ts';
import { after, type Instant } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { AlarmEvent, AlarmId } from '../domain/alarm/event.ts';
import { gridOf } from '../domain/slo/heat.ts';
import {
  type Behind,
  type Brush,
  behind,
  bucketOf,
  COLUMN_LENGTHS,
  type Columns,
  emptyColumn,
  type Named,
  observe,
  STAGES,
  type Stage,
  type StageTimes,
  stageTimes,
  TIME_SPANS,
  TIMES_LIMITS,
  type TimeColumn,
  type TimeSpan,
} from '../domain/slo/own-times.ts';

/** Entries of which it is known when they were applied; an older one is shown without a time. */
const ENTRIES_KNOWN = 65_536;

const KEPT: Readonly<Record<Columns, number>> = {
  minutes: TIMES_LIMITS.minutes_kept_max,
  hours: TIMES_LIMITS.hours_kept_max,
};
const NAMED: Readonly<Record<Columns, number>> = {
  minutes: TIMES_LIMITS.named_per_minute_max,
  hours: TIMES_LIMITS.named_per_hour_max,
};
const KINDS: readonly Columns[] = ['minutes', 'hours'];

export interface OwnTimesParts {
  readonly clock: Clock;
  /** Milliseconds since whenever, with their fractions. */
  readonly stopwatch: () => number;
}

/**
 * How long the desk itself takes, as histograms by minute and by hour. It decides nothing: nothing
 * of it is in the journal. One observation stands for a whole batch, so that a flood costs little.
 */
export class OwnTimes {
  readonly #clock: Clock;
  readonly #stopwatch: () => number;
  readonly #columns: Record<Columns, TimeColumn[]> = { minutes: [], hours: [] };
  readonly #positions = new Float64Array(ENTRIES_KNOWN);
  readonly #times = new Float64Array(ENTRIES_KNOWN);

  constructor({ clock, stopwatch }: OwnTimesParts) {
    this.#clock = clock;
    this.#stopwatch = stopwatch;
  }

  /** The moment from which `stored` counts. */
  begin(): number {
    return this.#stopwatch();
  }

  /** These were taken in hand at `begun`, and are committed and applied; two are named. */
  stored(begun: number, events: readonly AlarmEvent[], count: number): void {
    const took = this.#stopwatch() - begun;
    const at = this.#clock.now();
    const named: Named[] = [];
    const [first, last] = [events[0]?.id, events.at(-1)?.id];
    if (first !== undefined) named.push({ alarm: first, at, tookMs: took });
    if (last !== undefined && last !== first) named.push({ alarm: last, at, tookMs: took });
    this.#observe('stored', took, count, named, at);
  }

  /** An entry was applied just now. */
  applied(position: number): void {
    const slot = position % ENTRIES_KNOWN;
    this.#positions[slot] = position;
    this.#times[slot] = this.#stopwatch();
  }

  /** These rows were written to whoever looks; what changed up to `before` was shown earlier. */
  shown(alarms: readonly Alarm[], before: number): void {
    const now = this.#stopwatch();
    const at = this.#clock.now();
    for (const { id, revision } of alarms) {
      const slot = revision % ENTRIES_KNOWN;
      if (revision <= before || this.#positions[slot] !== revision) continue;
      const tookMs = now - (this.#times[slot] ?? now);
      this.#observe('shown', tookMs, 1, [{ alarm: id, at, tookMs }], at);
    }
  }

  /** A receiver accepted what it was told, or a person acknowledged, so long after the raise. */
  since(stage: 'notified' | 'acknowledged', alarm: AlarmId, raised: Instant, at: Instant): void {
    const tookMs = Math.max(0, at - raised);
    this.#observe(stage, tookMs, 1, [{ alarm, at, tookMs }], at);
  }

  /** Begins the column of this moment: a time in which nothing happened is known, not missing. */
  turn(): void {
    const at = this.#clock.now();
    for (const kind of KINDS) this.#column(kind, at);
  }

  /** One map for each stage; each ends with the last whole cell. */
  maps(span: TimeSpan): ReadonlyMap<Stage, StageTimes> {
    this.turn();
    const { length, of } = TIME_SPANS[span];
    const now = this.#clock.now();
    const step = COLUMN_LENGTHS[of];
    // The column that runs is drawn too: whoever looks wants to see what happens now.
    const end = after((Math.floor(now / step) * step) as Instant, step);
    const grid = gridOf((end - length) as Instant, end, step);
    const found = new Map<Stage, StageTimes>();
    if (!grid) return found;
    const drawn = { ...grid, last: (Math.ceil(end / grid.step) * grid.step) as Instant };
    for (const stage of STAGES) found.set(stage, stageTimes(this.#columns[of], stage, step, drawn));
    return found;
  }

  behind(span: TimeSpan, brush: Brush): Behind {
    const { of } = TIME_SPANS[span];
    return behind(this.#columns[of], COLUMN_LENGTHS[of], brush);
  }

  /** Everything, to outlive a restart. */
  *kept(): IterableIterator<readonly [Columns, TimeColumn]> {
    for (const kind of KINDS) for (const column of this.#columns[kind]) yield [kind, column];
  }

  /** Takes over what an earlier run kept. Call it before anything is observed. */
  takeOver(kept: Iterable<readonly [Columns, TimeColumn]>): void {
    for (const [kind, column] of kept) this.#columns[kind].push(column);
    for (const kind of KINDS) {
      this.#columns[kind].sort((a, b) => a.start - b.start);
      this.#forget(kind, this.#clock.now());
    }
  }

  #observe(stage: Stage, took: number, count: number, named: readonly Named[], at: Instant): void {
    const k = bucketOf(took);
    for (const kind of KINDS) {
      const of = this.#column(kind, at).stages.get(stage);
      if (of) observe(of, k, count, named, NAMED[kind]);
    }
  }

  #column(kind: Columns, at: Instant): TimeColumn {
    const length = COLUMN_LENGTHS[kind];
    const columns = this.#columns[kind];
    const last = columns.at(-1);
    // A result that was told late belongs to the time in which it is known.
    if (last && at < after(last.start, length)) return last;
    const column = emptyColumn((Math.floor(at / length) * length) as Instant);
    columns.push(column);
    this.#forget(kind, at);
    return column;
  }

  #forget(kind: Columns, now: Instant): void {
    const oldest = now - COLUMN_LENGTHS[kind] * KEPT[kind];
    const columns = this.#columns[kind];
    const first = columns.findIndex(({ start }) => start > oldest);
    const gone = first < 0 ? columns.length : first;
    if (gone > 0) columns.splice(0, gone);
  }
}

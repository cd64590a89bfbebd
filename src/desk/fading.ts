import type { Instant, Millis } from '../base/time.ts';
import { hours } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { REORDER_WINDOW } from '../domain/alarm/report.ts';
import type { Gathering } from '../domain/incident/rule.ts';
import type { Outcome } from './outcome.ts';
import type { ClearMemory, TableName, Tables } from './tables.ts';

/** Rows that leave memory when their time has come are looked at once a minute. */
const BUCKET_MS = 60_000;

/**
 * Tables whose rows fade: cleared alarms, remembered clears, outcomes of idempotency keys, alarms
 * that waited for others in vain.
 */
export const FADING_TABLES = ['alarms', 'clears', 'outcomes', 'gatherings'] as const;
export type FadingTable = (typeof FADING_TABLES)[number];

export const fades = (table: TableName): table is FadingTable =>
  (FADING_TABLES as readonly string[]).includes(table);

export interface FadingRow {
  readonly table: FadingTable;
  readonly id: string;
}

/**
 * Which rows leave memory when, by minute. An exact index of the tables and nothing else: the same
 * rows give the same index, however they came to be, so that a reloaded desk sweeps alike.
 */
export class Fading {
  readonly #buckets = new Map<number, Set<string>>();
  readonly #bucketOf = new Map<string, number>();
  clearMemory: Millis = hours(1);
  onceMemory: Millis = hours(24);

  /** Keeps the index in step with one row of a fading table. */
  note(table: FadingTable, id: string, row: Tables[FadingTable] | undefined): void {
    const bucket = row === undefined ? undefined : this.bucket(table, row);
    if (bucket === undefined && this.#bucketOf.size === 0) return;
    const key = `${table}/${id}`;
    const was = this.#bucketOf.get(key);
    if (was === bucket) return;
    if (was !== undefined) this.#leave(key, was);
    if (bucket === undefined) return;
    this.#bucketOf.set(key, bucket);
    const ids = this.#buckets.get(bucket);
    if (ids) ids.add(key);
    else this.#buckets.set(bucket, new Set([key]));
  }

  clear(): void {
    this.#buckets.clear();
    this.#bucketOf.clear();
  }

  /** The minute after which this row may go; undefined while it must stay. */
  bucket(table: FadingTable, row: Tables[FadingTable]): number | undefined {
    if (table === 'clears')
      return Math.ceil(((row as ClearMemory).heardAt + REORDER_WINDOW) / BUCKET_MS);
    if (table === 'outcomes') return Math.ceil(((row as Outcome).at + this.onceMemory) / BUCKET_MS);
    if (table === 'gatherings') return Math.ceil((row as Gathering).until / BUCKET_MS);
    const alarm = row as Alarm;
    if (alarm.condition.is === 'raised' || alarm.suppressions.length > 0) return undefined;
    return Math.ceil((alarm.changedAt + this.clearMemory) / BUCKET_MS);
  }

  /** Up to `max` rows due at `now`, in an order that depends on nothing but the rows. */
  due(now: Instant, max: number): readonly FadingRow[] {
    const rows: FadingRow[] = [];
    for (const bucket of this.#ordered()) {
      if (bucket * BUCKET_MS > now) break;
      for (const key of [...(this.#buckets.get(bucket) ?? [])].sort()) {
        if (rows.length === max) return rows;
        const slash = key.indexOf('/');
        rows.push({ table: key.slice(0, slash) as FadingTable, id: key.slice(slash + 1) });
      }
    }
    return rows;
  }

  /** The first moment at which a row other than `gone` may leave. */
  next(gone: readonly FadingRow[]): Instant | undefined {
    const keys = new Set(gone.map((r) => `${r.table}/${r.id}`));
    for (const bucket of this.#ordered()) {
      for (const key of this.#buckets.get(bucket) ?? [])
        if (!keys.has(key)) return bucketStart(bucket);
    }
    return undefined;
  }

  #ordered(): number[] {
    return [...this.#buckets.keys()].sort((a, b) => a - b);
  }

  #leave(key: string, bucket: number): void {
    this.#bucketOf.delete(key);
    const ids = this.#buckets.get(bucket);
    ids?.delete(key);
    if (ids?.size === 0) this.#buckets.delete(bucket);
  }
}

export const bucketStart = (bucket: number): Instant => (bucket * BUCKET_MS) as Instant;

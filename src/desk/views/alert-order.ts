import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import { alertFingerprint } from '../../domain/alarm/as-alert.ts';
import type { Applied, Desk } from '../desk.ts';
import { INDEX_IDLE, INDEX_LIMITS } from './label-index.ts';

/** The first ten bits of a fingerprint choose the bucket. */
export const BUCKETS = 1_024;

/** One part of the list, as it is now. */
export interface AlertBucket {
  /** Grows whenever an alarm in it comes, goes or changes; a renewal changes none. */
  readonly version: number;
  /** In order; the same array for as long as the version is the same. */
  readonly alarms: readonly Alarm[];
}

interface Bucket {
  readonly byKey: Map<string, Alarm>;
  version: number;
  sorted: readonly Alarm[] | undefined;
}

const EMPTY: AlertBucket = { version: 0, alarms: [] };

/**
 * Raised alarms in the order of their fingerprints, without ever sorting them all: a bucket for
 * each beginning, sorted when it is read. A new alarm costs one Map write. Built when first asked
 * for, in slices, and dropped when nobody has asked for ten minutes.
 */
export class AlertOrder {
  readonly #desk: Pick<Desk, 'memory' | 'clock'>;
  #buckets: (Bucket | undefined)[] | undefined;
  #rest: IterableIterator<Alarm> | undefined;
  #usedAt: Instant;
  #changes = 0;
  readonly #stop: () => void;

  constructor(desk: Pick<Desk, 'memory' | 'clock' | 'watch'>) {
    this.#desk = desk;
    this.#usedAt = desk.clock.now();
    this.#stop = desk.watch((applied) => this.#follow(applied));
  }

  close(): void {
    this.#stop();
    this.#drop();
  }

  get isBuilt(): boolean {
    return this.#buckets !== undefined && this.#rest === undefined;
  }

  /** Does one slice of building; true when the buckets may be read. */
  prepare(): boolean {
    this.#usedAt = this.#desk.clock.now();
    if (!this.#buckets) {
      this.#buckets = [];
      this.#rest = this.#desk.memory.all('alarms');
    }
    for (let n = 0; this.#rest && n < INDEX_LIMITS.slice_alarms_max; n++) {
      const { value: alarm, done } = this.#rest.next();
      if (done === true) this.#rest = undefined;
      else if (isRaised(alarm)) this.#put(alarm);
    }
    return this.#rest === undefined;
  }

  /** Buckets 0 to 1,023 in turn are the whole list. */
  bucket(n: number): AlertBucket {
    const bucket = this.#buckets?.[n];
    if (!bucket) return EMPTY;
    bucket.sorted ??= sorted(bucket.byKey);
    return { version: bucket.version, alarms: bucket.sorted };
  }

  #drop(): void {
    this.#buckets = undefined;
    this.#rest = undefined;
  }

  #follow({ alarms }: Applied): void {
    if (!this.#buckets) return;
    if (this.#desk.clock.now() - this.#usedAt > INDEX_IDLE) return this.#drop();
    for (const [was, is] of alarms) {
      const stands = is !== undefined && isRaised(is);
      // Labels of a label-keyed alarm never change; those of others may, and its place with them.
      const stays =
        stands &&
        was !== undefined &&
        was.context === is.context &&
        (was.byLabels || was.labels === is.labels);
      if (was && !stays && isRaised(was)) this.#take(was);
      if (stands) this.#put(is);
    }
  }

  #put(alarm: Alarm): void {
    const key = alertKey(alarm);
    const n = bucketOf(key);
    const buckets = this.#buckets ?? [];
    const bucket = buckets[n] ?? { byKey: new Map(), version: 0, sorted: undefined };
    buckets[n] = bucket;
    bucket.byKey.set(key, alarm);
    this.#touch(bucket);
  }

  #take(alarm: Alarm): void {
    const key = alertKey(alarm);
    const bucket = this.#buckets?.[bucketOf(key)];
    if (bucket?.byKey.delete(key)) this.#touch(bucket);
  }

  /** Versions are never used twice, so that one of a dropped order does not pass for a new one. */
  #touch(bucket: Bucket): void {
    bucket.version = ++this.#changes;
    bucket.sorted = undefined;
  }
}

const sorted = (byKey: ReadonlyMap<string, Alarm>): readonly Alarm[] =>
  [...byKey.keys()].sort().map((key) => byKey.get(key) as Alarm);

const bucketOf = (key: string): number => Number.parseInt(key.slice(0, 3), 16) >> 2;

/** Sorts as the fingerprint does, and is one alarm's own even where fingerprints collide. */
export const alertKey = (alarm: Alarm): string =>
  alarm.byLabels ? alarm.id : `${alertFingerprint(alarm)} ${alarm.id}`;

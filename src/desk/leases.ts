import type { Instant } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';

const BUCKET_MS = 250;

/**
 * Deadlines of leased alarms, renewals included. In memory only: after a start, a deadline that
 * had been renewed is at least the start plus the lease, so an unwritten renewal can never become a
 * false clear. A renewal costs one Map write; it is moved to its bucket when the old one is due.
 */
export class Leases {
  readonly #deadlines = new Map<AlarmId, Instant>();
  readonly #buckets = new Map<number, AlarmId[]>();
  #looked = 0;

  get(id: AlarmId): Instant | undefined {
    return this.#deadlines.get(id);
  }

  get size(): number {
    return this.#deadlines.size;
  }

  /** Follows an alarm that changed: `startedAt` is the time of the last start. */
  follow(id: AlarmId, alarm: Alarm | undefined, startedAt: Instant): void {
    if (!alarm?.lease || alarm.condition.is !== 'raised') {
      this.#deadlines.delete(id);
      return;
    }
    const { until, renewed, length } = alarm.lease;
    if (!renewed) return this.#set(id, until);
    const floor = Math.max(until, startedAt + length) as Instant;
    this.#set(id, Math.max(this.#deadlines.get(id) ?? 0, floor) as Instant);
  }

  /** A renewal: moves the deadline later, never earlier. */
  extend(id: AlarmId, until: Instant): void {
    const known = this.#deadlines.get(id);
    if (known !== undefined && until > known) this.#deadlines.set(id, until);
  }

  /** Ids whose deadline has passed. Each is told once per deadline; ask again after applying. */
  due(now: Instant, max: number): readonly { readonly id: AlarmId; readonly until: Instant }[] {
    const ran: { id: AlarmId; until: Instant }[] = [];
    const last = Math.floor(now / BUCKET_MS);
    if (this.#buckets.size === 0) {
      this.#looked = last;
      return ran;
    }
    for (const bucket of this.#passed(last)) {
      const ids = this.#buckets.get(bucket) ?? [];
      this.#buckets.delete(bucket);
      for (const id of new Set(ids)) {
        const until = this.#deadlines.get(id);
        if (until === undefined) continue;
        if (until > now || ran.length >= max) this.#file(id, until, last);
        else ran.push({ id, until });
      }
      if (ran.length >= max) break;
    }
    return ran;
  }

  /** Files an id again whose expiry could not be journalled. */
  again(id: AlarmId, now: Instant): void {
    if (this.#deadlines.has(id)) this.#file(id, now, Math.floor(now / BUCKET_MS));
  }

  #passed(last: number): number[] {
    // After a long pause there are more empty buckets than filled ones: walk the shorter list.
    const passed: number[] = [];
    if (last - this.#looked > this.#buckets.size) {
      for (const bucket of this.#buckets.keys()) if (bucket <= last) passed.push(bucket);
      passed.sort((a, b) => a - b);
    } else {
      for (let b = this.#looked; b <= last; b++) if (this.#buckets.has(b)) passed.push(b);
    }
    this.#looked = last;
    return passed;
  }

  #set(id: AlarmId, until: Instant): void {
    const known = this.#deadlines.get(id);
    this.#deadlines.set(id, until);
    // With a known, earlier deadline the id is filed already and will be filed again from there.
    if (known === undefined || until < known) this.#file(id, until, this.#looked);
  }

  #file(id: AlarmId, until: Instant, notBefore: number): void {
    const bucket = Math.max(Math.ceil(until / BUCKET_MS), notBefore + 1);
    const ids = this.#buckets.get(bucket);
    if (ids) ids.push(id);
    else this.#buckets.set(bucket, [id]);
  }
}

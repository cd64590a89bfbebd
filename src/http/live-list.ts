import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { after, seconds } from '../base/time.ts';
import { listFigures } from '../console/list-page.ts';
import { alarmRow, type RowContext } from '../console/row.ts';
import type { ListFollower, ListTick } from '../desk/views/list.ts';
import { type ListQuery, queryPath } from '../desk/views/query.ts';
import { type HeldList, VIEW_LIMITS } from '../desk/views/shared.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { EventRing, eventBytes, inSlices, writeTo } from './live-stream.ts';

interface Reader {
  readonly response: ServerResponse;
  /** Number of the last event it was sent. */
  at: number;
}

export interface ChannelParts {
  readonly clock: Clock;
  readonly rowContext: () => RowContext;
  /** Nobody reads it any more and its time is over. */
  readonly ended: () => void;
}

/**
 * One list view on its way to everybody who looks at it: rendered once a tick, and the same bytes
 * written to all. While nobody reads, nothing is rendered.
 */
export class ListChannel {
  readonly held: HeldList;
  readonly #query: ListQuery;
  readonly #follower: ListFollower;
  readonly #parts: ChannelParts;
  readonly #readers = new Set<Reader>();
  readonly #ring = new EventRing();
  /** Tells the events of this channel from those of an earlier one with the same numbers. */
  readonly #token = randomBytes(6).toString('base64url');
  readonly #stopTicks: () => void;
  #figures = '';
  #next = '';
  #cancelEnd: () => void = () => {};

  constructor(query: ListQuery, held: HeldList, parts: ChannelParts) {
    this.#query = query;
    this.held = held;
    this.#follower = held.view.follow();
    this.#parts = parts;
    this.#baseline();
    this.#stopTicks = held.onTick(() => this.#tick());
    this.#endLater();
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** What a page drawn now must hand over so that it misses nothing. */
  mark(): string {
    if (this.#readers.size === 0) {
      this.#baseline();
      this.#endLater();
    }
    return this.#id();
  }

  /** Takes a reader in: tells what it missed, or everything when that is no longer known. */
  add(response: ServerResponse, mark: string): void {
    this.#cancelEnd();
    const [token, number] = mark.split('.');
    const seen = Number(number);
    const knows = token === this.#token && Number.isSafeInteger(seen) && this.#ring.covers(seen);
    if (!knows) this.#refreshBaseline();
    const reader: Reader = { response, at: knows ? seen : this.#ring.head };
    if (!knows) writeTo(response, this.#everything());
    this.#readers.add(reader);
    response.once('close', () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#endLater();
    });
    this.#send(reader);
  }

  write(bytes: Buffer): void {
    inSlices(this.#readers, ({ response }) => void writeTo(response, bytes));
  }

  close(): void {
    this.#cancelEnd();
    this.#stopTicks();
    this.held.release();
  }

  #id(): string {
    return `${this.#token}.${this.#ring.head}`;
  }

  /** With nobody reading, what is on the view now is what the next tick is compared with. */
  #baseline(): void {
    const { page } = this.#follower.take();
    this.#figures = JSON.stringify(this.#figuresOf());
    this.#next = page.next;
  }

  #refreshBaseline(): void {
    if (this.#readers.size === 0) this.#baseline();
    else this.#tick();
  }

  #tick(): void {
    if (this.#readers.size === 0) {
      this.#ring.skip();
      return;
    }
    const tick = this.#follower.take();
    const data = this.#tickData(tick);
    if (data === undefined) return;
    this.#ring.push(eventBytes('tick', data, `${this.#token}.${this.#ring.head + 1}`));
    inSlices(this.#readers, (reader) => this.#send(reader));
  }

  #send(reader: Reader): void {
    while (reader.at < this.#ring.head) {
      const bytes = this.#ring.get(++reader.at);
      if (bytes === undefined) {
        reader.at = this.#ring.head; // too slow for the ring: it gets the whole page
        writeTo(reader.response, this.#everything());
        return;
      }
      if (!writeTo(reader.response, bytes)) return;
    }
  }

  #tickData({ page, drawn, left, moved }: ListTick): object | undefined {
    const figures = this.#figuresOf();
    const text = JSON.stringify(figures);
    const changed = text !== this.#figures || page.next !== this.#next;
    if (drawn.length === 0 && left.length === 0 && !moved && !changed) return undefined;
    [this.#figures, this.#next] = [text, page.next];
    return {
      ...(moved && { order: page.rows.map((a) => a.id) }),
      rows: this.#rows(drawn),
      ...(left.length > 0 && { left: this.#rows(left) }),
      ...(changed && { figures, next: this.#nextPath(page.next) }),
    };
  }

  #everything(): Buffer {
    const page = this.held.view.page();
    const data = {
      order: page.rows.map((a) => a.id),
      rows: this.#rows(page.rows),
      figures: this.#figuresOf(),
      next: this.#nextPath(page.next),
    };
    return eventBytes('full', data, this.#id());
  }

  #rows(alarms: readonly Alarm[]): Record<string, string> {
    const context = this.#parts.rowContext();
    const { columns } = this.#query;
    return Object.fromEntries(alarms.map((a) => [a.id, alarmRow(context, a, columns).text]));
  }

  #figuresOf(): Record<string, string> {
    const { view } = this.held;
    return listFigures(this.#query, view.page(), view.counts);
  }

  #nextPath(next: string): string {
    const { prefix } = this.#parts.rowContext().site;
    return next && prefix + queryPath({ ...this.#query, after: next });
  }

  #endLater(): void {
    this.#cancelEnd();
    const { clock, ended } = this.#parts;
    const at = after(clock.now(), seconds(VIEW_LIMITS.idle_s_max));
    this.#cancelEnd = clock.at(at, () => {
      if (this.#readers.size > 0) return;
      this.close();
      ended();
    });
  }
}

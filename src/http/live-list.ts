import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { after, seconds } from '../base/time.ts';
import type { RowContext } from '../console/row.ts';
import { queryPath } from '../desk/views/query.ts';
import { VIEW_LIMITS } from '../desk/views/view-limits.ts';
import type { ListFeed } from './list-feed.ts';
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
  readonly feed: ListFeed;
  readonly #parts: ChannelParts;
  readonly #readers = new Set<Reader>();
  readonly #ring = new EventRing();
  /** Tells the events of this channel from those of an earlier one with the same numbers. */
  readonly #token = randomBytes(6).toString('base64url');
  readonly #stopTicks: () => void;
  #figures = '';
  #next = '';
  #rail = '';
  #cancelEnd: () => void = () => {};

  constructor(feed: ListFeed, parts: ChannelParts) {
    this.feed = feed;
    this.#parts = parts;
    this.#baseline();
    this.#stopTicks = feed.onTick(() => this.#tick());
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
    this.feed.release();
  }

  #id(): string {
    return `${this.#token}.${this.#ring.head}`;
  }

  /** With nobody reading, what is on the view now is what the next tick is compared with. */
  #baseline(): void {
    const context = this.#parts.rowContext();
    this.feed.rows.take(context);
    this.#figures = JSON.stringify(this.feed.figures());
    this.#rail = this.feed.rail(context)?.text ?? '';
    this.#next = this.feed.page().next;
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
    const data = this.#tickData();
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

  #tickData(): object | undefined {
    const context = this.#parts.rowContext();
    const { moved, order, drawn, left } = this.feed.rows.take(context);
    const figures = this.feed.figures();
    const text = JSON.stringify(figures);
    const { next } = this.feed.page();
    const changed = text !== this.#figures || next !== this.#next;
    const rail = this.feed.rail(context)?.text ?? '';
    const counted = rail !== this.#rail;
    const came = Object.keys(drawn).length + Object.keys(left).length;
    if (came === 0 && !moved && !changed && !counted) return undefined;
    [this.#figures, this.#next, this.#rail] = [text, next, rail];
    return {
      ...(moved && { order }),
      rows: drawn,
      ...(Object.keys(left).length > 0 && { left }),
      ...(changed && { figures, next: this.#nextPath(next) }),
      ...(counted && { parts: { facets: rail } }),
    };
  }

  #everything(): Buffer {
    const context = this.#parts.rowContext();
    const rail = this.feed.rail(context);
    const data = {
      ...this.feed.rows.whole(context),
      figures: this.feed.figures(),
      next: this.#nextPath(this.feed.page().next),
      ...(rail && { parts: { facets: rail.text } }),
    };
    return eventBytes('full', data, this.#id());
  }

  #nextPath(next: string): string {
    const { prefix } = this.#parts.rowContext().site;
    return next && prefix + queryPath({ ...this.feed.query, after: next });
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

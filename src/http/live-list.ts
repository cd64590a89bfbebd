import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { after, seconds } from '../base/time.ts';
import type { RowContext } from '../console/row.ts';
import { queryPath } from '../desk/views/query.ts';
import { VIEW_LIMITS } from '../desk/views/view-limits.ts';
import { Audience } from './audience.ts';
import type { ListFeed } from './list-feed.ts';
import { EventRing, eventBytes } from './live-stream.ts';
import type { Reader } from './reader.ts';

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
  readonly #readers = new Audience();
  readonly #ring = new EventRing();
  /** Tells the events of this channel from those of an earlier one with the same numbers. */
  readonly #token = randomBytes(6).toString('base64url');
  readonly #stopTicks: () => void;
  /** They know nothing yet, and wait for their turn. */
  readonly #strangers: Reader[] = [];
  #whole: { readonly at: number; readonly bytes: Buffer } | undefined;
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
  add(reader: Reader, mark: string): void {
    this.#cancelEnd();
    const [token, number] = mark.split('.');
    const seen = Number(number);
    const knows = token === this.#token && Number.isSafeInteger(seen) && this.#ring.covers(seen);
    if (knows) {
      for (const bytes of this.#ring.since(seen)) reader.write(bytes);
      return this.#join(reader);
    }
    this.#strangers.push(reader);
    this.#readers.whenTold(this.#turn);
  }

  #join(reader: Reader): void {
    this.#readers.add(reader, () => {
      if (this.#readers.size === 0) this.#endLater();
    });
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
    this.#whole = undefined;
  }

  #tick(): void {
    if (this.#readers.size === 0) {
      this.#ring.skip();
      return;
    }
    this.#readers.whenTold(this.#turn);
  }

  /** Not before everybody was told the last time: what changes meanwhile is drawn once. */
  readonly #turn = (): void => {
    if (this.#readers.size === 0) this.#baseline();
    else this.#tellNews();
    const strangers = this.#strangers.splice(0, Infinity);
    if (strangers.length === 0) return;
    const whole = this.#everything();
    for (const reader of strangers) {
      reader.write(whole);
      this.#join(reader);
    }
  };

  #tellNews(): void {
    const data = this.#tickData();
    if (data === undefined) return;
    const bytes = eventBytes('tick', data, `${this.#token}.${this.#ring.head + 1}`);
    this.#ring.push(bytes);
    this.#readers.tell(bytes);
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

  /** Drawn once for all who come between two events: after a restart that is everybody. */
  #everything(): Buffer {
    if (this.#whole?.at !== this.#ring.head) {
      this.#whole = { at: this.#ring.head, bytes: this.#drawWhole() };
    }
    return this.#whole.bytes;
  }

  #drawWhole(): Buffer {
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

import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { after, type Instant, millis, seconds } from '../base/time.ts';
import type { RowContext } from '../console/row.ts';
import type { OwnTimes } from '../desk/own-times.ts';
import { queryPath } from '../desk/views/query.ts';
import { VIEW_LIMITS } from '../desk/views/view-limits.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { Audience } from './audience.ts';
import type { ListFeed } from './list-feed.ts';
import { EventRing, eventBytes, figuresGap, STREAM_LIMITS } from './live-stream.ts';
import type { Reader } from './reader.ts';

export interface ChannelParts {
  readonly clock: Clock;
  readonly rowContext: () => RowContext;
  /** Told of what was written to readers. */
  readonly times: Pick<OwnTimes, 'shown'> | undefined;
  /** Position of the newest applied entry. */
  readonly position: () => number;
  /** The head of every page as an event. */
  readonly head: () => string;
  /** Nobody reads it any more and its time is over. */
  readonly ended: () => void;
}

/** Somebody who knows nothing yet but the head of the moment when they came. */
interface Stranger {
  readonly reader: Reader;
  readonly head: string;
}

interface News {
  /** How many rows browsers have to take in. */
  readonly rows: number;
  /** Undefined when the whole page says it shorter; empty when only the head is new. */
  readonly bytes: Buffer | undefined;
  readonly alarms: readonly Alarm[];
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
  /** They wait for their turn. */
  readonly #strangers: Stranger[] = [];
  #whole: { readonly at: number; readonly bytes: Buffer } | undefined;
  /** Nothing is told before: what changed many rows is not followed by more of it at once. */
  #quietUntil = 0 as Instant;
  /** Figures alone are not told before: rows bring them along. */
  #figuresFrom = 0 as Instant;
  #cancelLater: (() => void) | undefined;
  #cancelFigures: (() => void) | undefined;
  #head = '';
  #figures = '';
  #next = '';
  #rail = '';
  /** Position up to which everything was drawn. */
  #drawnTo = 0;
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
    const head = this.#parts.head();
    const [token, number] = mark.split('.');
    const seen = Number(number);
    const knows = token === this.#token && Number.isSafeInteger(seen) && this.#ring.covers(seen);
    if (knows) {
      for (const bytes of this.#ring.since(seen)) reader.write(bytes);
      return this.#join(reader, head);
    }
    this.#strangers.push({ reader, head });
    this.#readers.whenTold(this.#turn, STREAM_LIMITS.tellings_max - 1);
  }

  /** Something of no list, in the order of all else: who is behind gets both in one write. */
  tell(bytes: Buffer): void {
    this.#readers.tell(bytes);
  }

  /** The head may say something new: told with rows, or by itself when it is time. */
  headSays(head: string): void {
    if (this.#readers.size === 0 || head === this.#head) return;
    if (this.#areFiguresEarly()) this.#figuresLater();
    else this.#tick();
  }

  /** One who knows another head than all were told last: whatever it is next, it is told. */
  #join(reader: Reader, head: string): void {
    if (head !== this.#head) this.#head = '';
    this.#readers.add(reader, () => {
      if (this.#readers.size === 0) this.#endLater();
    });
  }

  close(): void {
    this.#cancelEnd();
    this.#cancelLater?.();
    this.#cancelFigures?.();
    this.#stopTicks();
    this.feed.release();
  }

  #id(): string {
    return `${this.#token}.${this.#ring.head}`;
  }

  /** With nobody reading, what is on the view now is what the next tick is compared with. */
  #baseline(): void {
    const context = this.#parts.rowContext();
    const { gone, put, toDraw } = this.feed.rows.take(context);
    this.#drawnTo = this.#parts.position();
    // Whoever was drawn the page before this moment must not go on from here.
    if (gone.length + put.length + toDraw > 0) this.#ring.skip();
    this.#head = this.#parts.head();
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
    this.#readers.whenTold(this.#turn, STREAM_LIMITS.tellings_max - 1);
  }

  /** Not while too much is on its way: what changes meanwhile is drawn once. */
  readonly #turn = (): void => {
    if (this.#readers.size === 0) this.#baseline();
    else if (this.#isQuiet()) this.#turnLater();
    else this.#tellNews();
    const strangers = this.#strangers.splice(0, Infinity);
    if (strangers.length === 0) return;
    const [whole, newest] = [this.#everything(), this.#parts.head()];
    for (const { reader, head } of strangers) {
      reader.write(whole);
      if (head !== newest) reader.write(Buffer.from(newest));
      this.#join(reader, newest);
    }
  };

  #isQuiet(): boolean {
    return this.#parts.clock.now() < this.#quietUntil;
  }

  #turnLater(): void {
    this.#cancelLater ??= this.#parts.clock.at(this.#quietUntil, () => {
      this.#cancelLater = undefined;
      this.#tick();
    });
  }

  #areFiguresEarly(): boolean {
    return this.#parts.clock.now() < this.#figuresFrom;
  }

  #figuresLater(): void {
    this.#cancelFigures ??= this.#parts.clock.at(this.#figuresFrom, () => {
      this.#cancelFigures = undefined;
      if (this.#readers.size > 0) this.#tick();
    });
  }

  #tellNews(): void {
    const before = this.#drawnTo;
    const news = this.#news();
    this.#drawnTo = this.#parts.position();
    if (news === undefined) return;
    const { rows, bytes, alarms } = news;
    const now = this.#parts.clock.now();
    this.#figuresFrom = after(now, figuresGap(this.#readers.size));
    const { row_ms, reader_ms } = STREAM_LIMITS;
    const pause = Math.floor(Math.max(rows * row_ms, this.#readers.size * reader_ms));
    if (rows > 0) this.#quietUntil = after(now, millis(pause)); // rows do not wait for figures
    if (bytes === undefined) this.#ring.skip();
    else if (bytes.length > 0) this.#ring.push(bytes);
    const told = (): void => this.#parts.times?.shown(alarms, before);
    this.#readers.tell(this.#withHead(bytes ?? this.#everything()), told);
  }

  /** The head goes along when it is new: one write for both. Who comes again is told it anyway. */
  #withHead(bytes: Buffer): Buffer {
    const head = this.#parts.head();
    if (head === this.#head) return bytes;
    this.#head = head;
    return Buffer.concat([bytes, Buffer.from(head)]);
  }

  /** What changed since it was last told. */
  #news(): News | undefined {
    const context = this.#parts.rowContext();
    const { gone, put, size, draw, toDraw, alarms } = this.feed.rows.take(context);
    const figures = this.feed.figures();
    const text = JSON.stringify(figures);
    const { next } = this.feed.page();
    const changed = text !== this.#figures || next !== this.#next;
    const rail = this.feed.rail(context)?.text ?? '';
    const counted = rail !== this.#rail;
    const moved = gone.length + put.length > 0;
    if (toDraw === 0 && !moved) {
      const isOld = !changed && !counted;
      if (isOld && this.#parts.head() === this.#head) return undefined;
      if (this.#areFiguresEarly()) return void this.#figuresLater();
      if (isOld) return { rows: 0, bytes: NOTHING, alarms };
    }
    [this.#figures, this.#next, this.#rail] = [text, next, rail];
    if (toDraw > STREAM_LIMITS.tick_rows_max) return { rows: size, bytes: undefined, alarms };
    const { rows, left } = draw();
    const data = {
      ...(gone.length > 0 && { gone }),
      ...(put.length > 0 && { put }),
      ...(moved && { size }),
      rows,
      ...(Object.keys(left).length > 0 && { left }),
      ...(changed && { figures, next: this.#nextPath(next) }),
      ...(counted && { parts: { facets: rail } }),
    };
    const id = `${this.#token}.${this.#ring.head + 1}`;
    const bytes = eventBytes('tick', data, id);
    return { rows: moved ? Math.max(1, toDraw) : toDraw, bytes, alarms };
  }

  /** Drawn once for all who come between two events: after a restart that is everybody. */
  #everything(): Buffer {
    if (this.#whole?.at !== this.#ring.head) {
      this.#whole = { at: this.#ring.head, bytes: Buffer.concat(this.#wholeEvents()) };
    }
    return this.#whole.bytes;
  }

  /** In blocks: a browser takes them in one by one, and has its turn between. */
  #wholeEvents(): Buffer[] {
    const { order, draw } = this.feed.rows.whole(this.#parts.rowContext());
    const head = {
      order,
      figures: JSON.parse(this.#figures),
      next: this.#nextPath(this.#next),
      ...(this.#rail !== '' && { parts: { facets: this.#rail } }),
    };
    const { block_rows } = STREAM_LIMITS;
    const last = Math.max(1, Math.ceil(order.length / block_rows)) - 1;
    // The last one has the id: who got less of it is sent all of it again.
    return Array.from({ length: last + 1 }, (_, n) => {
      const rows = draw(n * block_rows, (n + 1) * block_rows);
      const data = n === 0 ? { ...head, rows } : { rows };
      return eventBytes(n === 0 ? 'full' : 'more', data, n === last ? this.#id() : '');
    });
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

const NOTHING = Buffer.alloc(0);

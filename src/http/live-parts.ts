import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Html } from '../base/html.ts';
import { after, type Instant, type Millis, seconds } from '../base/time.ts';
import { eventBytes, inSlices, writeTo } from './live-stream.ts';

/** A page of parts that everybody sees alike: it is drawn once for all who look at it. */
export interface PartsFeed {
  /** `/live/overview` */
  readonly path: string;
  readonly summary: string;
  /** Says something else whenever the parts may have changed. */
  readonly stamp: () => number;
  readonly draw: () => Readonly<Record<string, Html>>;
}

/** Drawn no more often than this: it is for looking at, not for counting along. */
const PARTS_EVERY: Millis = seconds(1);

/** The readers of one such page. While nobody looks, nothing is drawn. */
export class PartsReaders {
  readonly feed: PartsFeed;
  readonly #clock: Clock;
  readonly #readers = new Set<ServerResponse>();
  #drawnAt = 0 as Instant;
  #stamp = -1;
  #cancelLater: (() => void) | undefined;

  constructor(feed: PartsFeed, clock: Clock) {
    this.feed = feed;
    this.#clock = clock;
  }

  add(response: ServerResponse): void {
    this.#readers.add(response);
    response.once('close', () => this.#readers.delete(response));
    writeTo(response, this.#bytes());
  }

  /** Call it when something may have changed. */
  tick(): void {
    if (this.#readers.size === 0 || this.#cancelLater || this.feed.stamp() === this.#stamp) return;
    const due = after(this.#drawnAt, PARTS_EVERY);
    if (this.#clock.now() >= due) return this.#tell();
    this.#cancelLater = this.#clock.at(due, () => {
      this.#cancelLater = undefined;
      this.#tell();
    });
  }

  close(): void {
    this.#cancelLater?.();
  }

  #tell(): void {
    this.#drawnAt = this.#clock.now();
    const bytes = this.#bytes();
    inSlices(this.#readers, (response) => void writeTo(response, bytes));
  }

  #bytes(): Buffer {
    this.#stamp = this.feed.stamp();
    const drawn = Object.entries(this.feed.draw()).map(([part, { text }]) => [part, text]);
    return eventBytes('alarm', { parts: Object.fromEntries(drawn) });
  }
}

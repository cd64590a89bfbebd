import type { Html } from '../base/html.ts';
import { Audience } from './audience.ts';
import { eventBytes } from './live-stream.ts';
import type { Reader } from './reader.ts';

/** A page of parts that everybody sees alike: it is drawn once for all who look at it. */
export interface PartsFeed {
  /** `/live/overview` */
  readonly path: string;
  readonly summary: string;
  /** Undefined: too much is looked at already; the page stays as it was loaded. */
  readonly hold: () => HeldParts | undefined;
}

/** What the parts are drawn from, kept up to date while somebody holds it. */
export interface HeldParts {
  /** Resolves when `draw` may be called. */
  ready(): Promise<void>;
  draw(): Readonly<Record<string, Html>>;
  /** Calls `listener` after changes, as often as a person can follow. */
  onTick(listener: () => void): void;
  release(): void;
}

/** The readers of one such page. While nobody looks, nothing is kept and nothing is drawn. */
export class PartsReaders {
  readonly feed: PartsFeed;
  readonly #readers = new Audience();
  #held: HeldParts | undefined;

  constructor(feed: PartsFeed) {
    this.feed = feed;
  }

  add(reader: Reader): void {
    this.#readers.add(reader, () => {
      if (this.#readers.size === 0) this.close();
    });
    const held = this.#held ?? this.#hold();
    if (held) void held.ready().then(() => void reader.write(bytesOf(held)));
  }

  close(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  #hold(): HeldParts | undefined {
    const held = this.feed.hold();
    this.#held = held;
    // Not before the last time has reached everybody: what changes meanwhile is drawn once.
    const drawNext = () => this.#readers.whenTold(() => this.#tell(held));
    held?.onTick(() => void held.ready().then(drawNext));
    return held;
  }

  #tell(held: HeldParts | undefined): void {
    if (!held || this.#held !== held) return;
    this.#readers.tell(bytesOf(held));
  }
}

function bytesOf(held: HeldParts): Buffer {
  const drawn = Object.entries(held.draw()).map(([part, { text }]) => [part, text]);
  return eventBytes('alarm', { parts: Object.fromEntries(drawn) });
}

import type { Instant } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { type AlertWriter, TIME_CHARS, type Told } from './alertmanager-alert.ts';

/** Bytes kept of written buckets: some 180,000 alerts. What is beyond is written at every GET. */
export const PAGES_BYTES_MAX = 134_217_728;

/** One part of a list, as it is now. */
export interface Part {
  readonly alarms: readonly Alarm[];
  /** Grows with every change of an alarm in it; without one the alarms themselves are compared. */
  readonly version?: number;
}

interface Page extends Part {
  readonly epoch: number | string;
  readonly bytes: Buffer;
  /** Where each alarm's `endsAt` begins in `bytes`, and what it says. */
  readonly places: readonly number[];
  readonly ends: Instant[];
  readonly told: readonly Told[];
}

/** How the alarms of a page are written now. */
export interface PageWriting {
  readonly writer: AlertWriter;
  /** Grows whenever `toldOf` may say something else of an alarm that did not change. */
  readonly epoch: number | string;
  readonly endOf: (alarm: Alarm) => Instant;
  readonly toldOf: (alarm: Alarm) => Told;
}

/**
 * Written parts of a list, kept while nothing in them changes. A renewal moves only `endsAt`,
 * whose text has one length: it is written over the old one in a copy, because the old bytes may
 * still be on their way to somebody.
 */
export class AlertPages {
  readonly #pages = new Map<string | number, Page>();
  #bytes = 0;

  get bytesKept(): number {
    return this.#bytes;
  }

  clear(): void {
    this.#pages.clear();
    this.#bytes = 0;
  }

  drop(key: string | number): void {
    this.#bytes -= this.#pages.get(key)?.bytes.length ?? 0;
    this.#pages.delete(key);
  }

  /** Forgets every page whose key is not among these. */
  keepOnly(keys: ReadonlySet<string | number>): void {
    for (const key of this.#pages.keys()) if (!keys.has(key)) this.drop(key);
  }

  /** The alerts of one part, a comma before each. */
  page(key: string | number, part: Part, writing: PageWriting): Buffer {
    const known = this.#pages.get(key);
    const kept = known && isSame(known, part) ? saysTheSame(known, part, writing) : undefined;
    if (kept) return this.#renewed(key, kept, part, writing);
    const page = written(part, writing);
    this.#keep(key, known, page);
    return page.bytes;
  }

  #keep(key: string | number, known: Page | undefined, page: Page): void {
    const bytes = this.#bytes - (known?.bytes.length ?? 0) + page.bytes.length;
    if (bytes > PAGES_BYTES_MAX) return this.drop(key);
    this.#pages.set(key, page);
    this.#bytes = bytes;
  }

  #renewed(key: string | number, page: Page, { alarms }: Part, writing: PageWriting): Buffer {
    const { writer, endOf } = writing;
    let bytes = page.bytes;
    for (let i = 0; i < alarms.length; i++) {
      const alarm = alarms[i];
      const end = alarm ? endOf(alarm) : undefined;
      if (end === undefined || end === page.ends[i]) continue;
      if (bytes === page.bytes) bytes = Buffer.from(page.bytes);
      bytes.write(writer.time(end), page.places[i] ?? 0, TIME_CHARS, 'latin1');
      page.ends[i] = end;
    }
    if (bytes !== page.bytes || page !== this.#pages.get(key)) {
      this.#pages.set(key, { ...page, bytes });
    }
    return bytes;
  }
}

function isSame(page: Page, { version, alarms }: Part): boolean {
  if (version !== undefined) return page.version === version;
  if (alarms.length !== page.alarms.length) return false;
  for (let i = 0; i < alarms.length; i++) if (alarms[i] !== page.alarms[i]) return false;
  return true;
}

/** The page itself, of this epoch by now; undefined when a silence or a rule changed its words. */
function saysTheSame(page: Page, { alarms }: Part, writing: PageWriting): Page | undefined {
  if (page.epoch === writing.epoch) return page;
  for (let i = 0; i < alarms.length; i++) {
    const alarm = alarms[i];
    if (alarm && writing.toldOf(alarm) !== page.told[i]) return undefined;
  }
  return { ...page, epoch: writing.epoch };
}

function written(part: Part, writing: PageWriting): Page {
  const { alarms } = part;
  const { writer, endOf, toldOf, epoch } = writing;
  const places: number[] = [];
  const ends: Instant[] = [];
  const told: Told[] = [];
  let text = '';
  for (const alarm of alarms) {
    const end = endOf(alarm);
    const says = toldOf(alarm);
    text += `,${writer.head(alarm)}`;
    places.push(text.length);
    ends.push(end);
    told.push(says);
    text += writer.time(end) + writer.tail(alarm, says);
  }
  const bytes = Buffer.from(text);
  const ascii = bytes.length === text.length;
  const found = ascii ? places : bytePlaces(text, places);
  return { ...part, epoch, bytes, places: found, ends, told };
}

/** Places counted in characters, in bytes. */
function bytePlaces(text: string, places: readonly number[]): readonly number[] {
  let [from, bytes] = [0, 0];
  return places.map((place) => {
    bytes += Buffer.byteLength(text.slice(from, place));
    from = place;
    return bytes;
  });
}

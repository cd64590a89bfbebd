import type { Instant } from '../base/time.ts';
import type { AlertBucket } from '../desk/views/alert-order.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { type AlertWriter, TIME_CHARS } from './alertmanager-alert.ts';

/** Bytes kept of written buckets: some 180,000 alerts. What is beyond is written at every GET. */
export const PAGES_BYTES_MAX = 134_217_728;

interface Page {
  readonly version: number;
  readonly bytes: Buffer;
  /** Where each alarm's `endsAt` begins in `bytes`, and what it says. */
  readonly places: readonly number[];
  readonly ends: Instant[];
}

/**
 * Written buckets of the list, kept while nothing in them changes. A renewal moves only `endsAt`,
 * whose text has one length: it is written over the old one in a copy, because the old bytes may
 * still be on their way to somebody.
 */
export class AlertPages {
  readonly #pages = new Map<number, Page>();
  #bytes = 0;

  get bytesKept(): number {
    return this.#bytes;
  }

  clear(): void {
    this.#pages.clear();
    this.#bytes = 0;
  }

  /** The bucket's alerts, a comma before each. */
  page(
    n: number,
    bucket: AlertBucket,
    writer: AlertWriter,
    endOf: (alarm: Alarm) => Instant,
  ): Buffer {
    const known = this.#pages.get(n);
    if (known?.version === bucket.version) return this.#renewed(n, known, bucket, writer, endOf);
    const page = written(bucket, writer, endOf);
    this.#keep(n, known, page);
    return page.bytes;
  }

  #keep(n: number, known: Page | undefined, page: Page): void {
    const bytes = this.#bytes - (known?.bytes.length ?? 0) + page.bytes.length;
    if (bytes > PAGES_BYTES_MAX) {
      if (known) this.#pages.delete(n);
      this.#bytes -= known?.bytes.length ?? 0;
      return;
    }
    this.#pages.set(n, page);
    this.#bytes = bytes;
  }

  #renewed(
    n: number,
    page: Page,
    { alarms }: AlertBucket,
    writer: AlertWriter,
    endOf: (alarm: Alarm) => Instant,
  ): Buffer {
    let bytes = page.bytes;
    for (let i = 0; i < alarms.length; i++) {
      const alarm = alarms[i];
      const end = alarm ? endOf(alarm) : undefined;
      if (end === undefined || end === page.ends[i]) continue;
      if (bytes === page.bytes) bytes = Buffer.from(page.bytes);
      bytes.write(writer.time(end), page.places[i] ?? 0, TIME_CHARS, 'latin1');
      page.ends[i] = end;
    }
    if (bytes !== page.bytes) this.#pages.set(n, { ...page, bytes });
    return bytes;
  }
}

function written(
  { version, alarms }: AlertBucket,
  writer: AlertWriter,
  endOf: (alarm: Alarm) => Instant,
): Page {
  const places: number[] = [];
  const ends: Instant[] = [];
  let text = '';
  for (const alarm of alarms) {
    const end = endOf(alarm);
    text += `,${writer.head(alarm)}`;
    places.push(text.length);
    ends.push(end);
    text += writer.time(end) + writer.tail(alarm);
  }
  const bytes = Buffer.from(text);
  const ascii = bytes.length === text.length;
  return { version, bytes, places: ascii ? places : bytePlaces(text, places), ends };
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

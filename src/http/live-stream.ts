import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Millis, millis } from '../base/time.ts';

export const STREAM_LIMITS = {
  /** Bytes waiting for one reader, besides a whole page; one further behind is cut off. */
  waiting_bytes_max: 1_048_576,
  /** Readers written to before other work gets its turn. */
  slice_readers_max: 500,
  /** Tellings of one view on their way at once: who is behind gets them in one write. */
  tellings_max: 4,
  /** Events kept for readers who come again after a short loss. */
  ring_events_max: 64,
  ring_bytes_max: 524_288,
  /** Rows in one tick; when more changed everybody is sent the whole page. */
  tick_rows_max: 250,
  /** Rows in one event of a whole page: some 80 kB. */
  block_rows: 50,
  /** A view is quiet for this long for each row it told: time for browsers to take it in. */
  row_ms: 0.25,
  /** And for each reader: with thousands of them writing takes longer than drawing. */
  reader_ms: 0.013,
  beat_s: 10,
  /** Between two tellings of figures alone: a millisecond for so many readers, at most 3 s. */
  figures_readers_per_ms: 10,
  figures_ms_max: 3_000,
} as const;

/** How long figures wait for rows that bring them along, with so many readers. */
export function figuresGap(readers: number): Millis {
  const { figures_ms_max, figures_readers_per_ms } = STREAM_LIMITS;
  return millis(Math.min(figures_ms_max, Math.floor(readers / figures_readers_per_ms)));
}

/** One server-sent event. */
export const eventText = (event: string, data: unknown, id = ''): string =>
  `${id && `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The same as bytes that every reader gets unchanged. */
export const eventBytes = (event: string, data: unknown, id = ''): Buffer =>
  Buffer.from(eventText(event, data, id));

/** Bytes of the whole page that is on its way there: large, and the same for all who get it. */
const pages = new WeakMap<ServerResponse | Socket, number>();

/** False when the reader is gone or too slow; a slow one is cut off, and reconnects. */
export function writeTo(out: ServerResponse | Socket, bytes: Buffer): boolean {
  const { waiting_bytes_max: max } = STREAM_LIMITS;
  if (out.writableEnded || out.destroyed) return false;
  const page = pages.get(out) ?? 0;
  if (out.writableLength > max + page) {
    out.destroy();
    return false;
  }
  if (bytes.length > max) pages.set(out, bytes.length);
  else if (page > 0 && out.writableLength === 0) pages.delete(out);
  out.write(bytes);
  return true;
}

/** The last events of a stream by number: what a reader who missed a few is told. */
export class EventRing {
  #events: Buffer[] = [];
  #bytes = 0;
  /** Number of the newest event; 0 before the first. */
  head = 0;

  /** False when event `after + 1` is no longer kept. */
  covers(after: number): boolean {
    return after <= this.head && after >= this.head - this.#events.length;
  }

  /** What came after event `after`, which it covers; oldest first. */
  since(after: number): readonly Buffer[] {
    return this.#events.slice(this.#events.length - (this.head - after));
  }

  push(bytes: Buffer): void {
    this.head++;
    this.#events.push(bytes);
    this.#bytes += bytes.length;
    const { ring_events_max, ring_bytes_max } = STREAM_LIMITS;
    while (this.#events.length > ring_events_max || this.#bytes > ring_bytes_max) {
      this.#bytes -= this.#events.shift()?.length ?? 0;
    }
  }

  /** Counts something that nobody was there to read, and forgets what came before. */
  skip(): void {
    this.head++;
    this.#events = [];
    this.#bytes = 0;
  }
}

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export const STREAM_LIMITS = {
  /** Bytes waiting for one reader; a reader further behind is dropped and comes again. */
  waiting_bytes_max: 1_048_576,
  /** Readers written to before other work gets its turn. */
  slice_readers_max: 500,
  /** Events kept for readers who come again after a short loss. */
  ring_events_max: 64,
  ring_bytes_max: 524_288,
  beat_s: 10,
} as const;

/** One server-sent event, as bytes that every reader gets unchanged. */
export const eventBytes = (event: string, data: unknown, id = ''): Buffer =>
  Buffer.from(`${id && `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

/** False when the reader is gone or too slow; a slow one is cut off, and reconnects. */
export function writeTo(out: ServerResponse | Socket, bytes: Buffer): boolean {
  if (out.writableEnded || out.destroyed) return false;
  if (out.writableLength > STREAM_LIMITS.waiting_bytes_max) {
    out.destroy();
    return false;
  }
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

import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { after, millis } from '../base/time.ts';
import type { Door } from './door.ts';
import type { FanOut } from './fan-out.ts';
import { HereReader, type Reader } from './reader.ts';
import type { Actor } from './route.ts';

/** Who was shut out may go on reading a stream for at most this long. */
export const STREAM_CHECK_EVERY = millis(2_000);

/** Open streams: ended when the server stops, and when their reader may read no longer. */
export interface Streams {
  /** Begins an answer that goes on, here or in a fan-out process. Throws BUSY when all are full. */
  begin(response: ServerResponse, actor: Actor, headers: Readonly<Record<string, string>>): Reader;
  /** An answer that its handler goes on writing. */
  add(response: ServerResponse, actor: Actor): void;
  readonly count: number;
  close(): void;
}

export function openStreams(door: Door, clock: Clock, fanOut?: FanOut): Streams {
  const open = new Map<Reader, Actor>();
  const begun = new WeakSet<ServerResponse>();
  let isClosed = false;
  let cancel = () => {};
  const check = () => {
    for (const [reader, actor] of open) if (!door.holds(actor)) reader.end();
    cancel = clock.at(after(clock.now(), STREAM_CHECK_EVERY), check);
  };
  check();
  const keep = (reader: Reader, actor: Actor): Reader => {
    open.set(reader, actor);
    reader.onClose(() => open.delete(reader));
    if (isClosed) reader.end();
    return reader;
  };
  return {
    begin(response, actor, headers) {
      const far = fanOut?.take(response, headers);
      begun.add(response);
      if (far) return keep(far, actor);
      response.writeHead(200, headers);
      return keep(new HereReader(response), actor);
    },
    add(response, actor) {
      if (begun.has(response) || response.writableEnded || response.destroyed) return;
      keep(new HereReader(response), actor);
    },
    get count() {
      return open.size;
    },
    close() {
      isClosed = true;
      cancel();
      for (const reader of open.keys()) reader.end();
    },
  };
}

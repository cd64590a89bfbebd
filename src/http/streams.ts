import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { after, millis } from '../base/time.ts';
import type { Door } from './door.ts';
import type { Actor } from './route.ts';

/** Who was shut out may go on reading a stream for at most this long. */
export const STREAM_CHECK_EVERY = millis(2_000);

/** Open streams: ended when the server stops, and when their reader may read no longer. */
export interface Streams {
  add(response: ServerResponse, actor: Actor): void;
  readonly count: number;
  close(): void;
}

export function openStreams(door: Door, clock: Clock): Streams {
  const open = new Map<ServerResponse, Actor>();
  let cancel = () => {};
  const check = () => {
    for (const [response, actor] of open) if (!door.holds(actor)) response.end();
    cancel = clock.at(after(clock.now(), STREAM_CHECK_EVERY), check);
  };
  check();
  return {
    add(response, actor) {
      if (response.writableEnded || response.destroyed) return;
      open.set(response, actor);
      response.once('close', () => open.delete(response));
    },
    get count() {
      return open.size;
    },
    close() {
      cancel();
      for (const response of open.keys()) response.end();
    },
  };
}

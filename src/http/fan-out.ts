import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, millis, minutes } from '../base/time.ts';
import type { Finding } from '../desk/self-watch.ts';
import { FanOutLink, LINK_LIMITS } from './fan-out-link.ts';
import type { Reader } from './reader.ts';

export const FAN_OUT_LIMITS = {
  /** Streams that the desk serves itself while no fan-out process has room. */
  here_max: 2_000,
  /** An ended process is replaced after this; twice as late each time while it ends young. */
  again_ms_min: 1_000,
  again_ms_max: 30_000,
  young_ms: 10_000,
  sweep_ms: 5_000,
  /** A process that has not ended its streams by then is killed. */
  close_ms_max: 3_000,
} as const;

export interface FanOutFigures {
  readonly wanted: number;
  readonly running: number;
  readonly streams: number;
  /** How and when a process ended last, by itself. */
  readonly lastEnd: { readonly at: Instant; readonly how: string } | undefined;
}

/** An end stays on the list for so long, so that nobody misses it. */
const END_SHOWN_FOR = minutes(10);

/** What the desk says of itself: processes that are down, or were a moment ago. */
export function fanOutFindings(figures: FanOutFigures | undefined, now: Instant): Finding[] {
  const { wanted, running, lastEnd } = figures ?? { wanted: 0, running: 0, lastEnd: undefined };
  const isDown = running < wanted;
  const isRecent = lastEnd !== undefined && now < after(lastEnd.at, END_SHOWN_FOR);
  if (!isDown && !isRecent) return [];
  const how = lastEnd ? ` The last end: ${lastEnd.how}.` : '';
  const text = isDown
    ? `${wanted - running} of ${wanted} fan-out processes are down; they are started again.${how}`
    : `A fan-out process ended and was started again; its consoles came back by themselves.${how}`;
  return [{ type: 'FanOutEnded', resource: 'fan-out', severity: 'warning', text }];
}

/** Processes beside the desk that hold the connections of consoles: see decision 0077. */
export interface FanOut {
  /**
   * Hands over the connection of an answer that has not begun; undefined when the desk is to serve
   * it itself. Throws BUSY when nobody has room.
   */
  take(response: ServerResponse, headers: Readonly<Record<string, string>>): Reader | undefined;
  readonly figures: FanOutFigures;
  close(): Promise<void>;
}

interface Place {
  link: FanOutLink | undefined;
  again_ms: number;
  since: Instant;
  cancel: () => void;
}

export function openFanOut(processes: number, clock: Clock, log: Log): FanOut {
  let isClosing = false;
  let here = 0;
  let lastEnd: FanOutFigures['lastEnd'];
  const start = (place: Place, number: number): void => {
    place.since = clock.now();
    const link = new FanOutLink(clock, (how) => {
      place.link = undefined;
      if (isClosing) return;
      lastEnd = { at: clock.now(), how };
      log.error('fan-out.ended', { process: number, how });
      const isYoung = clock.now() - place.since < FAN_OUT_LIMITS.young_ms;
      const { again_ms_min, again_ms_max } = FAN_OUT_LIMITS;
      place.again_ms = isYoung ? Math.min(again_ms_max, place.again_ms * 2) : again_ms_min;
      const at = after(clock.now(), millis(place.again_ms));
      place.cancel = clock.at(at, () => start(place, number));
    });
    place.link = link;
    log.info('fan-out.started', { process: number, pid: link.pid });
  };
  const places = Array.from({ length: processes }, (_, n): Place => {
    const place = { link: undefined, since: clock.now(), cancel: () => {} };
    const made: Place = { ...place, again_ms: FAN_OUT_LIMITS.again_ms_min };
    start(made, n + 1);
    return made;
  });
  const links = () => places.flatMap(({ link }) => (link?.isUp ? [link] : []));
  let cancelSweep = () => {};
  const sweep = () => {
    for (const link of links()) link.sweep();
    cancelSweep = clock.at(after(clock.now(), millis(FAN_OUT_LIMITS.sweep_ms)), sweep);
  };
  sweep();
  const serveHere = (response: ServerResponse): undefined => {
    if (here >= FAN_OUT_LIMITS.here_max)
      throw new DeskError('BUSY', { why: 'no fan-out process has room for one more console' });
    here++;
    response.once('close', () => here--);
  };
  return {
    take(response, headers) {
      const [best] = links().sort((a, b) => a.size - b.size);
      const { socket } = response;
      const isPlain = socket !== null && !socket.destroyed && !response.headersSent;
      if (!best || !isPlain || best.size >= LINK_LIMITS.readers_max) return serveHere(response);
      return best.take(socket, headText({ ...response.getHeaders(), ...headers }));
    },
    get figures() {
      const up = links();
      const streams = up.reduce((sum, { size }) => sum + size, 0);
      return { wanted: processes, running: up.length, streams, lastEnd };
    },
    async close() {
      isClosing = true;
      cancelSweep();
      for (const { cancel } of places) cancel();
      const all = places.flatMap(({ link }) => (link ? [link] : []));
      const deadline = after(clock.now(), millis(FAN_OUT_LIMITS.close_ms_max));
      const cancel = clock.at(deadline, () => {
        for (const link of all) link.kill();
      });
      await Promise.all(all.map((link) => link.close()));
      cancel();
    },
  };
}

/** The answer ends with its connection: nothing is chunked, all readers get the same bytes. */
function headText(headers: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries({ ...headers, connection: 'close' }).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}\r\n`),
  );
  return `HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`;
}

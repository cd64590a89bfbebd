import { connect, type Socket } from 'node:net';

/**
 * Some thousand consoles in one process, for bench/consoles.bench.ts: each reads the stream of the
 * list, and looks for the stamps that changes carry in their text.
 */
export interface ReadersAsk {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly readers: number;
  /** Addresses to come from: one has ports for some 28,000 connections. */
  readonly from: readonly string[];
  /** Connections being opened at once. */
  readonly opening: number;
  /** These ask for a view and never read a byte of it. */
  readonly slowOn?: string;
}

/** What the bench may ask of its readers; each is answered with a `ReadersSay`. */
export type ToReaders =
  | { readonly is: 'connect'; readonly ask: ReadersAsk }
  | { readonly is: 'begin'; readonly stamps: number }
  | { readonly is: 'collect' }
  | { readonly is: 'cut'; readonly readers: number }
  | { readonly is: 'leave' };

export interface ReadersSay {
  readonly connected: number;
  readonly open: number;
  readonly tookMs: number;
  /** Readers that a stamp reached after so many ms: the last holds all that is longer. */
  readonly histogram: readonly number[];
  /** For each stamp: how many readers had it, and after how many ms the last one. */
  readonly reached: readonly number[];
  readonly lastMs: readonly number[];
  readonly bytes: number;
}

export const HISTOGRAM_MS_MAX = 30_000;
const STAMP = Buffer.from('~s');
const EVENT_END = Buffer.from('\n\n');
/** `~s12.123456789012~` */
const STAMP_BYTES_MAX = 32;
const MARK_USES_MAX = 500;

export const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);

interface Console {
  readonly socket: Socket;
  /** What may be the begin of a stamp, from the chunk before. */
  tail: Buffer;
  /** Stamps whose event has not come whole. */
  pending: string[];
  seen: Uint8Array;
}

/** Read into by every socket: what came is looked at before the next one is read. */
const shared = Buffer.alloc(262_144);
const consoles = new Set<Console>();
let histogram = new Array<number>(HISTOGRAM_MS_MAX + 1).fill(0);
let [reached, lastMs]: [number[], number[]] = [[], []];
let [stamps, bytes, connected] = [0, 0, 0];

function take(one: Console, count: number): void {
  bytes += count;
  if (stamps === 0) return;
  const chunk = shared.subarray(0, count);
  const text = one.tail.length > 0 ? Buffer.concat([one.tail, chunk]) : chunk;
  let from = 0;
  for (let at = text.indexOf(STAMP); at >= 0; at = text.indexOf(STAMP, from)) {
    const end = text.indexOf('~', at + 2);
    if (end < 0 || end - at > STAMP_BYTES_MAX) break;
    one.pending.push(text.toString('latin1', at + 2, end));
    from = end + 1;
  }
  const ended = text.lastIndexOf(EVENT_END);
  // A stamp behind the last end waits for its own; in a tick there is one event.
  if (ended >= from && one.pending.length > 0) finish(one);
  one.tail = ended === text.length - 2 ? NONE : Buffer.from(text.subarray(-STAMP_BYTES_MAX));
}

const NONE = Buffer.alloc(0);

function finish(one: Console): void {
  const now = nowUs();
  for (const text of one.pending) {
    const [index, us] = text.split('.').map(Number);
    if (index === undefined || us === undefined || !(index < stamps) || one.seen[index]) continue;
    one.seen[index] = 1;
    const ms = (now - us) / 1_000;
    const bucket = Math.min(HISTOGRAM_MS_MAX, Math.round(ms));
    histogram[bucket] = (histogram[bucket] ?? 0) + 1;
    reached[index] = (reached[index] ?? 0) + 1;
    lastMs[index] = Math.max(lastMs[index] ?? 0, ms);
  }
  one.pending = [];
}

function open(ask: ReadersAsk, from: string, path: string): Promise<void> {
  return new Promise((resolve) => {
    let isUp = false;
    const callback = (count: number): boolean => {
      if (!isUp) {
        isUp = true;
        connected++;
        resolve();
      }
      take(one, count);
      return true;
    };
    const { host, port, token } = ask;
    const to = { host, port, localAddress: from, onread: { buffer: shared, callback } };
    const socket = connect(to);
    const one: Console = { socket, tail: NONE, pending: [], seen: new Uint8Array(0) };
    consoles.add(one);
    socket.on('error', () => {});
    socket.once('close', () => {
      consoles.delete(one);
      resolve();
    });
    if (ask.slowOn) {
      socket.once('connect', () => {
        socket.pause();
        resolve();
      });
    }
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
  });
}

async function connectAll(ask: ReadersAsk): Promise<number> {
  const begun = performance.now();
  let next = 0;
  let path = '';
  const more = async () => {
    while (next < ask.readers) {
      const n = next++;
      if (ask.slowOn) path = ask.slowOn;
      else if (path === '' || n % MARK_USES_MAX === 0) path = await livePath(ask);
      await open(ask, ask.from[n % ask.from.length] ?? ask.host, path);
    }
  };
  await Promise.all(Array.from({ length: ask.opening }, more));
  return performance.now() - begun;
}

/** A console loads the page, and takes up the stream where the page ends. */
async function livePath({ host, port, token }: ReadersAsk): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const page = await (await fetch(`http://${host}:${port}/`, { headers })).text();
  return (/data-live="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
}

function begin(count: number): void {
  stamps = count;
  histogram = new Array<number>(HISTOGRAM_MS_MAX + 1).fill(0);
  reached = new Array<number>(count).fill(0);
  lastMs = new Array<number>(count).fill(0);
  bytes = 0;
  for (const one of consoles) one.seen = new Uint8Array(count);
}

function cut(count: number): void {
  let left = count;
  for (const { socket } of consoles) {
    if (left-- <= 0) return;
    socket.resetAndDestroy();
  }
}

async function answer(said: ToReaders): Promise<void> {
  let tookMs = 0;
  if (said.is === 'connect') tookMs = await connectAll(said.ask);
  else if (said.is === 'begin') begin(said.stamps);
  else if (said.is === 'cut') cut(said.readers);
  else if (said.is === 'leave') process.exit(0);
  const open = consoles.size;
  const say: ReadersSay = { connected, open, tookMs, histogram, reached, lastMs, bytes };
  process.send?.(say);
}

if (process.send) {
  process.on('message', (said: ToReaders) => void answer(said));
  process.on('disconnect', () => process.exit(0));
}

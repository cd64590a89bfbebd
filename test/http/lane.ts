import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Log } from '../../src/base/log.ts';
import type { Desk } from '../../src/desk/desk.ts';
import type { MountedSource } from '../../src/http/mount.ts';
import { openServer } from '../../src/http/server.ts';
import { HTTP_DEFAULTS, type HttpLimits, type HttpSettings } from '../../src/http/settings.ts';
import { turn } from '../support/desk.ts';
import { openParts, raise } from '../support/http.ts';

export const BODY_BYTES_MAX = 100;
export const PATH = '/in/flood';

/** Answers with what it was given; `large` asks for a long answer, `down` raises an alarm. */
const flood: MountedSource = {
  name: 'flood',
  settings: {},
  source: {
    summary: 'Says what it heard.',
    translate({ body, from, contentType, params }) {
      const text = Buffer.from(body).toString('latin1');
      const heard = JSON.stringify({ text, from, contentType, params });
      return {
        events: text === 'down' ? [raise('r1')] : [],
        refused: [{ field: '', why: text === 'large' ? 'x'.repeat(100_000) : heard }],
      };
    },
    http: {
      method: 'POST',
      path: () => PATH,
      bodyBytesMax: BODY_BYTES_MAX,
      answer: ({ refused }, delivered) => ({
        status: delivered?.ok === false ? 503 : 202,
        headers: { 'content-type': 'application/json' },
        body: refused[0]?.why ?? '',
      }),
    },
  },
};

interface Options {
  readonly settings?: Partial<HttpSettings>;
  readonly limits?: Partial<HttpLimits>;
  /** Instead of the desk's own. */
  readonly receive?: Desk['receive'];
  readonly log?: Log;
}

/** Two servers over one desk: one with the lane in front, one without. */
export async function openPair({ settings: more, limits, receive, log }: Options = {}) {
  const parts = await openParts();
  const settings = {
    ...HTTP_DEFAULTS,
    port: 0,
    ...more,
    limits: { ...HTTP_DEFAULTS.limits, ...limits },
  };
  const { clock, memory } = parts.desk;
  const desk = receive ? ({ clock, memory, receive } as Desk) : parts.desk;
  const all = { ...parts, log: log ?? parts.log, desk, settings, routes: [], sources: [flood] };
  const [lane, ordinary] = [
    await openServer({ ...all, fastLaneFor: 'flood' }),
    await openServer(all),
  ];
  return { ...parts, lane, ordinary, close: () => Promise.all([lane.close(), ordinary.close()]) };
}

export interface Heard {
  readonly status: number;
  readonly body: string;
  /** Only node:http dates its answers: without a date it was the lane. */
  readonly byLane: boolean;
  readonly head: string;
}

/** Reads whole answers off the front of `bytes`; the rest comes back. */
function readAnswers(bytes: Buffer, into: Heard[]): Buffer {
  for (let at = 0; ; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd < 0) return bytes.subarray(at);
    const head = bytes.toString('latin1', at, headEnd);
    const status = Number(head.slice(9, 12));
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (bytes.length < end) return bytes.subarray(at);
    const text = bytes.toString('latin1', headEnd + 4, end);
    at = end;
    if (status < 200) continue; // "100 Continue" is no answer
    const body = text.replace(/"reference":"[^"]*"/, '"reference":""');
    const byLane = (status < 400 || status === 503) && !/\r\ndate:/i.test(head);
    into.push({ status, body, byLane, head });
  }
}

/** A connection that keeps what comes back. */
export async function speak(port: number, allowHalfOpen = false) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen, noDelay: true });
  const heard: Heard[] = [];
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = readAnswers(Buffer.concat([rest, chunk]), heard);
  });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  return {
    socket,
    closed,
    heard,
    /** Waits until so many answers are here, or the connection has ended. */
    async answers(count: number): Promise<readonly Heard[]> {
      while (!socket.destroyed && !socket.readableEnded && heard.length < count) {
        await Promise.race([once(socket, 'data'), once(socket, 'end'), closed]);
      }
      return heard;
    },
  };
}

export async function ask(
  port: number,
  text: string | Buffer,
  count = 1,
): Promise<readonly Heard[]> {
  const one = await speak(port);
  one.socket.write(text);
  const heard = await one.answers(count);
  one.socket.destroy();
  return heard;
}

export const HOST = 'Host: 127.0.0.1';
export const TYPE = 'Content-Type: application/json';

/** A request with these header lines and this body; its length is said unless told otherwise. */
export function request(
  lines: readonly string[],
  body: string | Buffer = 'ok',
  line = `POST ${PATH}`,
) {
  const bytes = Buffer.from(body);
  const tells = lines.some((l) => /^(content-length|transfer-encoding)/i.test(l));
  const all = [
    line.includes(' HTTP/') ? line : `${line} HTTP/1.1`,
    ...(tells ? lines : [...lines, `Content-Length: ${bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${all.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

export const plain = (body = 'ok'): Buffer => request([HOST, TYPE], body);

/** The other side has read what was written: its turn has come and gone. */
export async function arrive(socket: Socket, bytes: Buffer): Promise<void> {
  await new Promise<void>((done) => void socket.write(bytes, () => done()));
  for (let i = 0; i < 3; i++) await turn();
}

/** A desk whose answer waits for `finish`. */
export function held() {
  let finish = () => {};
  let begun = () => {};
  const waiting = new Promise<void>((done) => {
    finish = done;
  });
  const isAsked = new Promise<void>((done) => {
    begun = done;
  });
  const receive: Desk['receive'] = async () => {
    begun();
    await waiting;
    return { ok: true, position: 1 };
  };
  return { receive, finish: () => finish(), isAsked };
}

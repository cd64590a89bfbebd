import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

/** A head this long or longer goes to the ordinary server, which knows how to refuse it. */
export const HEAD_BYTES_MAX = 16_384;

/** A request must be whole, and an idle connection used again, within this. */
const IDLE_MS_MAX = 65_000;

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d{1,9}) *(?=\r\n|$)/gi;
const CONTENT_TYPE = /\r\ncontent-type: *([a-z0-9/+.-]+)/i;
const AUTHORIZATION = /\r\nauthorization: *([^\r\n]+)/i;
/** What the lane does not speak: the ordinary server does. */
const UNUSUAL =
  /\r\n(?:transfer-encoding|expect|upgrade|content-encoding|cookie|connection: *close|origin|sec-fetch|x-forwarded|x-real-ip|forwarded|via|idempotency-key)/i;

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  503: 'Service Unavailable',
};

/** An answer in the words of the sender's protocol. */
interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Lane {
  /** Request target, exactly: no query. */
  readonly path: string;
  readonly bodyBytesMax: number;
  /**
   * Answers one request; undefined when this client may not: then the ordinary server refuses it
   * in its own words. Never rejects.
   */
  take(
    body: Buffer,
    contentType: string,
    remoteAddress: string,
    authorization: string | undefined,
  ): Promise<HttpAnswer> | undefined;
}

/**
 * A lane of its own for the one request that comes in floods. It reads the plain form of a POST
 * (HTTP/1.1, a length, no surprises) about twice as fast as node:http; anything else on the same
 * port, also later on the same connection, is handed to `ordinary` with every byte it has read.
 */
export function openFastLane(ordinary: HttpServer, lane: Lane): FastLane {
  const line = Buffer.from(`POST ${lane.path} HTTP/1.1\r\n`);
  const open = new Set<LaneConnection>();
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new LaneConnection(socket, ordinary, lane, line);
    open.add(connection);
    connection.begin(() => open.delete(connection));
  });
  return {
    server,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of open) connection.endWhenIdle();
      await closed;
    },
  };
}

export interface FastLane {
  readonly server: Server;
  /** Takes no more, answers what is being answered; done when every connection has ended. */
  close(): Promise<void>;
}

class LaneConnection {
  readonly #socket: Socket;
  readonly #ordinary: HttpServer;
  readonly #lane: Lane;
  readonly #line: Buffer;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes the request at the front needs before it can be looked at again. */
  #wanted = 0;
  #busy = false;
  #ending = false;
  #left: () => void = () => {};

  constructor(socket: Socket, ordinary: HttpServer, lane: Lane, line: Buffer) {
    this.#socket = socket;
    this.#ordinary = ordinary;
    this.#lane = lane;
    this.#line = line;
  }

  begin(left: () => void): void {
    this.#left = left;
    const socket = this.#socket;
    socket.once('close', left);
    socket.setTimeout(IDLE_MS_MAX, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', this.#onData);
  }

  endWhenIdle(): void {
    this.#ending = true;
    if (!this.#busy) this.#socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#busy) {
      // One request at a time: a client that sends ahead waits in its socket.
      if (this.#bytes > this.#lane.bodyBytesMax) this.#socket.pause();
      return;
    }
    if (this.#bytes >= this.#wanted) this.#look();
  };

  #look(): void {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (!bytes || bytes.length === 0) return;
    this.#chunks = [bytes];
    const start = Math.min(bytes.length, this.#line.length);
    if (bytes.compare(this.#line, 0, start, 0, start) !== 0) return this.#handOver();
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd < 0) return bytes.length >= HEAD_BYTES_MAX ? this.#handOver() : undefined;
    const head = bytes.toString('latin1', 0, headEnd);
    const lengths = [...head.matchAll(LENGTH)];
    const length = Number(lengths[0]?.[1]);
    const plain = lengths.length === 1 && length <= this.#lane.bodyBytesMax && !UNUSUAL.test(head);
    if (!plain) return this.#handOver();
    const bodyStart = headEnd + HEAD_END.length;
    this.#wanted = bodyStart + length;
    if (bytes.length < this.#wanted) return;
    this.#take(head, bytes.subarray(bodyStart, this.#wanted), bytes.subarray(this.#wanted));
  }

  #take(head: string, body: Buffer, rest: Buffer): void {
    const contentType = CONTENT_TYPE.exec(head)?.[1]?.toLowerCase() ?? '';
    const authorization = AUTHORIZATION.exec(head)?.[1];
    const from = this.#socket.remoteAddress ?? '';
    const answer = this.#lane.take(body, contentType, from, authorization);
    if (!answer) return this.#handOver();
    this.#busy = true;
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    this.#wanted = 0;
    void answer.then((told): unknown => {
      if (this.#socket.destroyed) return undefined;
      this.#socket.write(answerText(told));
      this.#busy = false;
      if (this.#ending) return this.#socket.end();
      this.#socket.resume();
      return this.#bytes > 0 && this.#look();
    });
  }

  /** From here on node:http owns the connection; what was read goes back to where it came from. */
  #handOver(): void {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.removeAllListeners('timeout');
    socket.removeAllListeners('error');
    socket.setTimeout(0);
    this.#left();
    socket.pause();
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#ordinary.emit('connection', socket);
    socket.unshift(bytes);
    socket.resume();
  }
}

function answerText(answer: HttpAnswer): string {
  const { status, body } = answer;
  let head = `HTTP/1.1 ${status} ${REASONS[status] ?? 'Answered'}\r\n`;
  for (const name in answer.headers) head += `${name}: ${answer.headers[name]}\r\n`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

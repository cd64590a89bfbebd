import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { type PlainHead, readPlainHead } from './plain-head.ts';

/** A head this long or longer goes to the ordinary server, which knows how to refuse it. */
export const HEAD_BYTES_MAX = 16_384;

/** An idle connection must be used again within this. */
const IDLE_MS_MAX = 65_000;

/** What has not come whole at the second look goes to the ordinary server, which cuts it off. */
const LOOK_EVERY_MS = 1_000;

const HEAD_END = Buffer.from('\r\n\r\n');

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
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
   * in its own words.
   */
  take(
    body: Buffer,
    contentType: string,
    remoteAddress: string,
    authorization: string | undefined,
  ): Promise<HttpAnswer> | undefined;
  /** Told when an answer broke: its connection is cut, which means "not known". */
  broke(error: unknown): void;
}

/**
 * A lane of its own for the one request that comes in floods. It reads the plain form of a POST
 * (HTTP/1.1, a length, no surprises) about twice as fast as node:http; anything else on the same
 * port, also later on the same connection, is handed to `ordinary` with every byte it has read.
 */
export function openFastLane(ordinary: HttpServer, lane: Lane): FastLane {
  const line = Buffer.from(`POST ${lane.path} HTTP/1.1\r\n`);
  const open = new Set<LaneConnection>();
  // Half open, as node:http has it: who has asked and ends its side still wants the answer.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const connection = new LaneConnection(socket, ordinary, lane, line);
    open.add(connection);
    connection.begin(() => open.delete(connection));
  });
  const looking = setInterval(() => {
    for (const connection of open) connection.lookForSlow();
  }, LOOK_EVERY_MS);
  looking.unref();
  return {
    server,
    async close() {
      clearInterval(looking);
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
  /** We are told to end: what is being answered is the last. */
  #ending = false;
  /** The other side has ended: what it has sent is the last. */
  #isLast = false;
  /** An unfinished request was there at the last look. */
  #wasUnfinished = false;
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
    socket.on('end', this.#onEnd);
  }

  endWhenIdle(): void {
    this.#ending = true;
    if (!this.#busy) this.#socket.destroy();
  }

  /** Called now and then: a request must not take its time for ever. */
  lookForSlow(): void {
    const isUnfinished = !this.#busy && this.#bytes > 0;
    if (isUnfinished && this.#wasUnfinished) return this.#handOver();
    this.#wasUnfinished = isUnfinished;
  }

  readonly #onEnd = (): void => {
    this.#isLast = true;
    if (!this.#busy) this.#socket.destroySoon();
  };

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
    const bodyStart = headEnd + HEAD_END.length;
    if (bodyStart >= HEAD_BYTES_MAX) return this.#handOver();
    const head = readPlainHead(bytes.toString('latin1', this.#line.length - 2, headEnd));
    if (!head || head.bodyBytes > this.#lane.bodyBytesMax) return this.#handOver();
    this.#wanted = bodyStart + head.bodyBytes;
    if (bytes.length < this.#wanted) return;
    this.#take(head, bytes.subarray(bodyStart, this.#wanted), bytes.subarray(this.#wanted));
  }

  #take(head: PlainHead, body: Buffer, rest: Buffer): void {
    const from = this.#socket.remoteAddress ?? '';
    const answer = this.#lane.take(body, head.contentType, from, head.authorization);
    if (!answer) return this.#handOver();
    this.#busy = true;
    this.#wasUnfinished = false;
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    this.#wanted = 0;
    answer.then(this.#tell, (error: unknown) => {
      this.#lane.broke(error);
      this.#socket.destroy();
    });
  }

  readonly #tell = (told: HttpAnswer): void => {
    const socket = this.#socket;
    if (socket.destroyed) return;
    // Who sends and does not read waits with the next request: answers must not pile up here.
    if (socket.write(answerText(told))) this.#goOn();
    else socket.once('drain', this.#goOn);
  };

  readonly #goOn = (): void => {
    this.#busy = false;
    if (this.#ending) return this.#socket.destroySoon();
    this.#socket.resume();
    if (this.#bytes > 0) this.#look();
    if (this.#isLast && !this.#busy) this.#socket.destroySoon();
  };

  /** From here on node:http owns the connection; what was read goes back to where it came from. */
  #handOver(): void {
    const socket = this.#socket;
    if (this.#isLast) return socket.destroySoon(); // nobody can read on where nothing more comes
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
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

import type { Server, Socket } from 'node:net';
import { Frames } from './frames.ts';

/** Connections from one address at once: one sender cannot take the place of all others. */
export const CONNECTIONS_PER_ADDRESS_MAX = 200;
/** A message that was begun must end within this. */
export const FRAME_MS_MAX = 60_000;
const SWEEP_MS = 1_000;

export interface StreamJoints {
  readonly line: (line: string, from: string) => void;
  readonly refused: (why: string, sample: Uint8Array, count?: number) => void;
  readonly connectionsMax: number;
  readonly idleMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Connection {
  readonly socket: Socket;
  readonly from: string;
  readonly frames: Frames;
  /** When the frame that is open was begun; 0: none is. */
  openSince: number;
  /** The sender closed it, not we and not chance. */
  inGoodOrder: boolean;
}

const NOTHING = new Uint8Array(0);

/** The connections of TCP and TLS: each is cut into lines, and held back while there is no room. */
export class Streams {
  readonly #joints: StreamJoints;
  readonly #admitted = new Set<Socket>();
  readonly #perAddress = new Map<string, number>();
  readonly #connections = new Set<Connection>();
  readonly #sweeping: NodeJS.Timeout;
  #paused = false;

  constructor(joints: StreamJoints) {
    this.#joints = joints;
    this.#sweeping = setInterval(() => this.sweep(), SWEEP_MS);
  }

  /** Connections open now, with those whose TLS is being agreed. */
  get size(): number {
    return this.#admitted.size;
  }

  /** `usable` is the event by which the server tells a connection that can be read. */
  serve(server: Server, usable: 'connection' | 'secureConnection'): void {
    const { refused } = this.#joints;
    server.on('connection', (socket: Socket) => {
      if (this.#admit(socket) && usable === 'connection') this.#open(socket);
    });
    if (usable === 'secureConnection') server.on(usable, (socket: Socket) => this.#open(socket));
    server.on('tlsClientError', (error: Error) =>
      refused(`a TLS connection that could not be made: ${plain(error)}`, NOTHING),
    );
    // Out of descriptors: those that are open go on, and so does the server.
    server.on('error', (error: Error) =>
      refused(`a connection that could not be taken: ${plain(error)}`, NOTHING),
    );
  }

  /** Before any TLS: a handshake that is never finished takes a place as well. */
  #admit(socket: Socket): boolean {
    const { connectionsMax, refused } = this.#joints;
    const from = plainAddress(socket.remoteAddress ?? '');
    const own = this.#perAddress.get(from) ?? 0;
    socket.on('error', () => socket.destroy()); // a sender that went away; what it said is taken
    const max = own >= CONNECTIONS_PER_ADDRESS_MAX ? CONNECTIONS_PER_ADDRESS_MAX : connectionsMax;
    if (own >= CONNECTIONS_PER_ADDRESS_MAX || this.#admitted.size >= connectionsMax) {
      refused(`a connection beyond ${max} at once`, NOTHING);
      socket.destroy();
      return false;
    }
    this.#admitted.add(socket);
    this.#perAddress.set(from, own + 1);
    socket.on('close', () => {
      this.#admitted.delete(socket);
      const left = (this.#perAddress.get(from) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(from, left);
      else this.#perAddress.delete(from);
    });
    return true;
  }

  #open(socket: Socket): void {
    const { idleMs } = this.#joints;
    const from = plainAddress(socket.remoteAddress ?? '');
    const frames = new Frames();
    const connection: Connection = { socket, from, frames, openSince: 0, inGoodOrder: false };
    this.#connections.add(connection);
    socket.on('error', () => socket.destroy());
    socket.setTimeout(idleMs, () => {
      if (this.#paused) socket.setTimeout(idleMs);
      else socket.destroy();
    });
    socket.on('data', (chunk: Buffer) => this.#take(connection, chunk));
    socket.on('end', () => {
      connection.inGoodOrder = true;
      socket.end();
    });
    socket.on('close', () => this.#close(connection));
    if (this.#paused) socket.pause();
  }

  #take(connection: Connection, chunk: Buffer): void {
    const { line, refused, now } = this.#joints;
    const { frames, from, socket } = connection;
    const ended = frames.ended;
    const why = frames.push(chunk, (text) => line(text, from));
    const cut = frames.takeCut();
    if (cut > 0) refused('a message longer than is read: its end was cut off', chunk, cut);
    if (!frames.open) connection.openSince = 0;
    else if (connection.openSince === 0 || frames.ended > ended) connection.openSince = now();
    if (why === undefined) return;
    refused(why, chunk);
    socket.destroy();
  }

  #close(connection: Connection): void {
    const { from, frames, inGoodOrder } = connection;
    const { line, refused } = this.#joints;
    this.#connections.delete(connection);
    if (frames.end(inGoodOrder, (text) => line(text, from))) return;
    refused('half a message: the connection ended within it', NOTHING);
  }

  /** Closes what began a message and does not end it. */
  sweep(): void {
    const { now, refused } = this.#joints;
    for (const { openSince, socket } of this.#connections) {
      if (this.#paused || openSince === 0 || now() - openSince < FRAME_MS_MAX) continue;
      refused(`a message that did not end within ${FRAME_MS_MAX / 1_000} s`, NOTHING);
      socket.destroy();
    }
  }

  /** No more is read, or reading goes on: TCP makes the senders wait, and nothing is lost. */
  pause(paused: boolean): void {
    this.#paused = paused;
    for (const connection of this.#connections) {
      if (paused) connection.socket.pause();
      else {
        // The time it was held back is not the sender's.
        if (connection.openSince > 0) connection.openSince = this.#joints.now();
        connection.socket.resume();
      }
    }
  }

  stop(): void {
    clearInterval(this.#sweeping);
    for (const socket of this.#admitted) socket.destroy();
    for (const { socket } of this.#connections) socket.destroy();
  }
}

/** Without ports and numbers, so that a flood of them is one kind of refusal. */
const plain = (error: Error): string =>
  ((error as NodeJS.ErrnoException).code ?? error.message).slice(0, 64);

/** An IPv4 sender on an IPv6 socket is the same device. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice(7) : address;

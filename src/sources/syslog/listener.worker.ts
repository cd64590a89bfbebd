import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { kernelDrops } from './kernel.ts';
import { type Joints, Listener } from './listener.ts';
import { lineText } from './parse.ts';
import { plainAddress, Streams } from './streams.ts';
import type { FromListener, ThreadSettings, ToListener } from './thread.ts';

/** A thread that owns sockets: the desk may be busy, they are read all the same. */
const { transport, settings, rules } = workerData as ThreadSettings;
const { address } = settings;
const post = (message: FromListener): void => parentPort?.postMessage(message);
const now = (): number => performance.now();

const TLS_HANDSHAKE_MS_MAX = 10_000;

const joints = (rest: Pick<Joints, 'kernelDrops' | 'full' | 'ended'>): Joints => ({
  settings,
  rules,
  clock: systemClock(),
  post,
  now,
  ...rest,
});

const shown = (where: AddressInfo): string =>
  `${where.address.includes(':') ? `[${where.address}]` : where.address}:${where.port}`;

async function listenUdp(): Promise<void> {
  const type = address.includes(':') ? 'udp6' : 'udp4';
  const socket: Socket = createSocket({ type, recvBufferSize: settings.receive_buffer_bytes });
  const listening = once(socket, 'listening');
  socket.bind(settings.udp_port, address);
  await listening;
  socket.on('error', () => {}); // nothing is sent from here
  const where = socket.address();
  const listener = new Listener(
    joints({
      kernelDrops: kernelDrops(type, where.address, where.port),
      full: () => {},
      ended: () => parentPort?.close(),
    }),
  );
  socket.on('message', (bytes: Buffer, sender: RemoteInfo) =>
    listener.take(lineText(bytes), plainAddress(sender.address), false),
  );
  hearMain(listener, () => socket.close());
  const receiveBufferBytes = socket.getRecvBufferSize();
  post({ is: 'bound', where: [`udp ${shown(where)}`], receiveBufferBytes });
}

async function listenStreams(): Promise<void> {
  const { tcp_port, tls_port, connections_max, idle_seconds } = settings;
  let streams: Streams | undefined;
  const listener = new Listener(
    joints({
      kernelDrops: () => 0,
      full: (isFull) => streams?.pause(isFull),
      ended: () => parentPort?.close(),
    }),
  );
  streams = new Streams({
    line: (line, from) => listener.take(line, from, true),
    refused: (why, sample, count) => listener.refuse(why, sample, count),
    connectionsMax: connections_max,
    idleMs: idle_seconds * 1_000,
    now,
  });
  const servers: Server[] = [];
  const where: string[] = [];
  const open = async (name: 'tcp' | 'tls', port: number): Promise<void> => {
    const server = name === 'tcp' ? createServer({ allowHalfOpen: true }) : tlsServer();
    streams.serve(server, name === 'tcp' ? 'connection' : 'secureConnection');
    const listening = once(server, 'listening');
    server.listen({ host: address, port });
    await listening.catch((error: Error) => {
      throw new Where(`${name} ${address}:${port}`, error);
    });
    servers.push(server);
    where.push(`${name} ${shown(server.address() as AddressInfo)}`);
  };
  if (tcp_port >= 0) await open('tcp', tcp_port);
  if (tls_port >= 0) await open('tls', tls_port);
  hearMain(listener, () => {
    for (const server of servers) server.close();
    streams.stop();
  });
  post({ is: 'bound', where, receiveBufferBytes: undefined });
}

/** An error that knows which of the sockets it is about. */
class Where extends Error {
  readonly where: string;
  constructor(where: string, cause: Error) {
    super(cause.message, { cause });
    this.where = where;
  }
}

function tlsServer(): Server {
  const { tls_certificate_file, tls_key_file, tls_client_ca_file, tls_port } = settings;
  const read = (file: string, name: string): Buffer => {
    try {
      if (file === '') throw new Error('it is not set');
      return readFileSync(file);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unreadable';
      throw new Where(`tls ${address}:${tls_port}`, new Error(`${name}: ${why}`));
    }
  };
  const asksForOne = tls_client_ca_file !== '';
  const options = {
    cert: read(tls_certificate_file, 'tls_certificate_file'),
    key: read(tls_key_file, 'tls_key_file'),
    minVersion: 'TLSv1.2',
    handshakeTimeout: TLS_HANDSHAKE_MS_MAX,
    ...(asksForOne && { ca: read(tls_client_ca_file, 'tls_client_ca_file') }),
    requestCert: asksForOne,
    rejectUnauthorized: asksForOne,
  } as const;
  try {
    return createTlsServer(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unusable';
    throw new Where(`tls ${address}:${tls_port}`, new Error(`certificate or key: ${why}`));
  }
}

/**
 * What the kernel already holds is read before the sockets close: nobody could count it after. A
 * connection is taken in one turn of the loop and read in the next: one quiet turn is not enough.
 */
const DRAIN_STEP_MS = 20;
const DRAIN_STEPS_MAX = 25;
const DRAIN_QUIET_STEPS = 3;

function hearMain(listener: Listener, close: () => void): void {
  parentPort?.on('message', (message: ToListener) => {
    if (message.is !== 'stop') return listener.hear(message);
    drain(listener, () => {
      close();
      // Connections that were cut hand over their last line in this turn of the loop.
      setTimeout(() => listener.hear({ is: 'stop' }), 0);
    });
  });
}

function drain(listener: Listener, end: () => void): void {
  let [seen, quiet, steps] = [listener.received, 0, 0];
  const look = (): void => {
    quiet = listener.received === seen ? quiet + 1 : 0;
    seen = listener.received;
    if (quiet === DRAIN_QUIET_STEPS || ++steps === DRAIN_STEPS_MAX) return end();
    setTimeout(() => setImmediate(look), DRAIN_STEP_MS); // behind the sockets of that turn
  };
  setImmediate(look);
}

const began = transport === 'udp' ? listenUdp() : listenStreams();
began.catch((error: unknown) => {
  const where = error instanceof Where ? error.where : `udp ${address}:${settings.udp_port}`;
  post({ is: 'failed', where, why: error instanceof Error ? error.message : String(error) });
  parentPort?.close();
});

import { createSocket, type RemoteInfo } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import { isIpv6, kernelDrops } from './kernel.ts';
import { Listener } from './listener.ts';
import type { FromListener, ListenerSettings, ToListener } from './thread.ts';

/** The thread that owns the UDP socket: the desk may be busy, the socket is read all the same. */
const settings = workerData as ListenerSettings;
const { socket: fd, address: host, port: wanted } = settings;
const isV6 = fd === undefined ? host.includes(':') : isIpv6(fd);
const kind = isV6 ? 'udp6' : 'udp4';
const post = (message: FromListener): void => parentPort?.postMessage(message);

// The buffer of a socket that is handed over may be larger than we could ask for: it stays.
const recvBufferSize = settings.receiveBufferBytes;
const socket = createSocket({ type: kind, ...(fd === undefined && { recvBufferSize }) });

const failed = (error: Error): void => {
  post({ is: 'failed', why: error.message });
  socket.close();
  parentPort?.close();
};
socket.once('error', failed);

socket.bind(fd === undefined ? { port: wanted, address: host } : { fd }, () => {
  socket.off('error', failed);
  socket.on('error', () => {}); // an ICMP answer to one of our replies; nothing to do
  const { address, port } = socket.address();
  const listener = new Listener({
    settings,
    socket,
    post,
    kernelDrops: kernelDrops(kind, address, port),
    now: () => performance.now(),
  });
  const take = (bytes: Buffer, sender: RemoteInfo): void => listener.take(bytes, sender);
  socket.on('message', take);
  parentPort?.on('message', (message: ToListener) => {
    if (message.is === 'stop') drain(listener);
    else listener.hear(message);
  });
  socket.on('close', () => parentPort?.close());
  post({ is: 'bound', address, port, receiveBufferBytes: socket.getRecvBufferSize() });
});

/** What the kernel already holds is read before the socket closes: nobody could count it after. */
const DRAIN_STEP_MS = 20;
const DRAIN_STEPS_MAX = 25;

function drain(listener: Listener): void {
  let seen = listener.received;
  let steps = 0;
  let isOver = false;
  const look = (): void => {
    const quiet = listener.received === seen;
    seen = listener.received;
    if (isOver || (!quiet && ++steps < DRAIN_STEPS_MAX)) return;
    isOver = true;
    clearInterval(step);
    socket.removeAllListeners('message');
    listener.hear({ is: 'stop' });
  };
  // Behind the socket's turn: on a busy machine two ticks may come without one between them.
  const step = setInterval(() => setImmediate(look), DRAIN_STEP_MS);
}

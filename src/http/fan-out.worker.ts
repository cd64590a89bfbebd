import { Socket } from 'node:net';
import { FanOutReaders } from './fan-out-readers.ts';

/**
 * A process beside the desk that holds consoles: sockets come over the channel, what is to be
 * written over the pipe. It ends when the desk closes the pipe, or is no more.
 */
const PIPE_FD = 3;

/** How long readers may take to read their last bytes. */
const ENDING_MS_MAX = 2_000;

const pipe = new Socket({ fd: PIPE_FD });
const readers = new FanOutReaders(pipe);

function end(): void {
  readers.endAll();
  pipe.destroy();
  if (process.connected) process.disconnect();
  setTimeout(() => readers.cutAll(), ENDING_MS_MAX).unref(); // nothing else keeps the process
}

pipe.on('data', (chunk) => readers.hear(chunk));
pipe.on('error', () => pipe.destroy());
pipe.once('close', end);
process.on('message', (number: number, socket?: Socket) => readers.attach(number, socket));
// Signals are for the desk: a terminal or a service manager sends them to everybody at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

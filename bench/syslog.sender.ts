import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { lines } from './syslog.lines.ts';

/**
 * A load of syslog over TCP as fast as the far side reads, in a process of its own. Ends when the
 * far side has read everything and closed; prints what it sent as one JSON line.
 */
const { values } = parseArgs({
  options: {
    to: { type: 'string', default: '127.0.0.1:1514' },
    lines: { type: 'string', default: '2000000' },
    connections: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});
const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(values.to) ?? [];
const total = Number(values.lines);
const connections = Number(values.connections);

/** So many different lines are made before the clock starts; then they are said again. */
const DIFFERENT = 200_000;
const LINES_PER_WRITE = 500;

interface Chunk {
  readonly bytes: Buffer;
  readonly lines: number;
  readonly events: number;
}

const chunks: Chunk[] = [];
const made = [...lines(Math.min(DIFFERENT, total), Number(values.seed))];
for (let i = 0; i < made.length; i += LINES_PER_WRITE) {
  const some = made.slice(i, i + LINES_PER_WRITE);
  const bytes = Buffer.from(some.map(({ line }) => `${line}\n`).join(''));
  chunks.push({ bytes, lines: some.length, events: some.filter(({ isEvent }) => isEvent).length });
}

const sent = { lines: 0, events: 0, bytes: 0 };
let next = 0;

async function write(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.resume();
  while (sent.lines < total) {
    const chunk = chunks[next++ % chunks.length] as Chunk;
    sent.lines += chunk.lines;
    sent.events += chunk.events;
    sent.bytes += chunk.bytes.length;
    if (!socket.write(chunk.bytes)) await once(socket, 'drain');
  }
  socket.end();
  await closed;
}

const sockets = Array.from({ length: connections }, () => connect(Number(port), host));
await Promise.all(sockets.map((socket) => once(socket, 'connect')));
const began = performance.now();
await Promise.all(sockets.map(write));
const seconds = (performance.now() - began) / 1_000;
const per_s = Math.round(sent.lines / seconds);
process.stdout.write(
  `${JSON.stringify({ ...sent, seconds: Number(seconds.toFixed(2)), per_s })}\n`,
);

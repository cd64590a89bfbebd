import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/clock.ts';
import { datagramOf } from '../test/snmp/datagram.ts';
import { scopedOf, V3Sender } from '../test/snmp/v3.ts';

/**
 * A load of linkDown and linkUp traps over UDP at a fixed pace, in a process of its own:
 * 10 % about an interface that was up, 60 % repeats about one that is down, 30 % clears.
 * Prints what it sent as one JSON line. With --v3 all are signed and encrypted before the first is
 * sent: a sender pays for that as much as a receiver, and real ones are many.
 */
const { values } = parseArgs({
  options: {
    to: { type: 'string', default: '127.0.0.1:1162' },
    rate: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    interfaces: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    v3: { type: 'boolean', default: false },
  },
});
const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(values.to) ?? [];
const rate = Number(values.rate);
const total = rate * Number(values.seconds);
const interfaces = Number(values.interfaces);

const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';
const COLUMN = '1.3.6.1.2.1.2.2.1';
const writer = new V3Sender();
const trap = (oid: string, index: number, oper: number): Uint8Array =>
  (values.v3 ? scopedOf : datagramOf)({
    uptime: 0x7fff_ffff,
    requestId: 0x7fff_ffff,
    trap: oid,
    varbinds: [
      [`${COLUMN}.1.${index}`, { integer: index }],
      [`${COLUMN}.7.${index}`, { integer: 1 }],
      [`${COLUMN}.8.${index}`, { integer: oper }],
    ],
  });

const downs = Array.from({ length: interfaces }, (_, i) => trap(LINK_DOWN, i + 1, 2));
const ups = Array.from({ length: interfaces }, (_, i) => trap(LINK_UP, i + 1, 1));
// The greatest request-id and uptime stand where each datagram's own will be written.
const marks = (bytes: Uint8Array): readonly [number, number] => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const mark = Buffer.from([4, 0x7f, 0xff, 0xff, 0xff]);
  const first = view.indexOf(mark);
  return [first + 1, view.indexOf(mark, first + 1) + 1];
};
const places = [...downs, ...ups].map(marks);

let state = Number(values.seed) || 1;
const random = (n: number): number => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
};

/** Interfaces that are down stand before `down` in `order`; `at` says where each stands. */
const order = Int32Array.from({ length: interfaces }, (_, i) => i);
const at = Int32Array.from(order);
let down = 0;
function swap(a: number, b: number): void {
  const [x, y] = [order[a] as number, order[b] as number];
  order[a] = y;
  order[b] = x;
  at[y] = a;
  at[x] = b;
}
const sent = { new: 0, repeat: 0, clear: 0 };

function pick(): number {
  const dice = random(10);
  if (dice >= 7) {
    const one = random(interfaces);
    if ((at[one] as number) < down) swap(at[one] as number, --down);
    sent.clear++;
    return interfaces + one;
  }
  if ((dice > 0 && down > 0) || down === interfaces) {
    sent.repeat++;
    return order[random(down)] as number;
  }
  swap(down + random(interfaces - down), down);
  sent.new++;
  return order[down++] as number;
}

/** The next one of the load, with a request-id and an uptime of its own. */
function next(count: number): Uint8Array {
  const which = pick();
  const bytes = (which < interfaces ? downs[which] : ups[which - interfaces]) as Uint8Array;
  const [request, uptime] = places[which] as readonly [number, number];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(request, count & 0x7fff_ffff);
  view.setUint32(uptime, 0x0100_0000 + Math.floor(count / 100));
  return bytes;
}

/** Some years ago: engineTime goes on from run to run, as that of a device does. */
const STARTED_S = 1_750_000_000;
const time = Math.floor(systemClock().now() / 1_000) - STARTED_S;
const sealed = values.v3
  ? Array.from({ length: total }, (_, i) => writer.message(Buffer.from(next(i)), time))
  : undefined;

const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
let failures = 0;
socket.on('error', () => failures++);
socket.connect(Number(port), host, () => {
  const start = performance.now();
  let count = 0;
  const turn = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
    for (; count < due; count++) socket.send(sealed?.[count] ?? next(count));
    if (count < total) return void setImmediate(turn);
    const seconds = (performance.now() - start) / 1000;
    socket.close(() => {
      const perSecond = Math.round(count / seconds);
      process.stdout.write(`${JSON.stringify({ sent: count, perSecond, failures, ...sent })}\n`);
    });
  };
  turn();
});

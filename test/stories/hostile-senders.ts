import { createSocket } from 'node:dgram';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a desk listens. */
export interface Doors {
  readonly udp: number;
  readonly tcp: number;
  readonly tls: number;
  readonly snmp: number;
  readonly http: number;
}

/** All that is hostile comes from here; who is honest comes from 127.0.0.1. */
const FROM = '127.0.0.9';
const HOST = '127.0.0.1';
const PAUSE_MS = 20;

/** The pace of a sender: nobody waits for anything by it. */
export const pace = (ms: number): Promise<void> => new Promise((again) => setTimeout(again, ms));

/** Goes on until the signal; resolves when it has ended everything it began. */
export type Hostile = (doors: Doors, until: AbortSignal) => Promise<void>;

const open = (port: number): Socket => {
  const socket = connectTcp({ port, host: HOST, localAddress: FROM });
  socket.on('error', () => {});
  socket.resume();
  return socket;
};

/** Keeps `count` connections open and does something on each, again and again. */
function keeps(
  count: number,
  portOf: (doors: Doors) => number,
  act: (socket: Socket, turn: number) => void,
): Hostile {
  return async (doors, until) => {
    const sockets: Socket[] = [];
    for (let turn = 0; !until.aborted; turn++) {
      for (let n = 0; n < count; n++) {
        const held = sockets[n];
        const socket = held === undefined || held.destroyed ? open(portOf(doors)) : held;
        sockets[n] = socket;
        if (socket.writable && socket.writableLength < 1 << 20) act(socket, turn);
      }
      await pace(PAUSE_MS);
    }
    for (const socket of sockets) socket.destroy();
  };
}

function datagrams(
  portOf: (doors: Doors) => number,
  make: (n: number) => Buffer | string,
): Hostile {
  return async (doors, until) => {
    // Spoofed senders: each socket has an address of its own.
    const sockets = Array.from({ length: 20 }, (_, n) => {
      const socket = createSocket('udp4').on('error', () => {});
      socket.bind(0, `127.0.${n + 1}.9`);
      return socket;
    });
    for (let n = 0; !until.aborted; ) {
      for (let k = 0; k < 200; k++, n++) {
        sockets[n % sockets.length]?.send(make(n), portOf(doors), HOST, () => {});
      }
      await pace(PAUSE_MS);
    }
    for (const socket of sockets) socket.close();
  };
}

const LINE = '<11>Jul 23 12:00:00 evil app: broken';
const noise = (n: number, bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, i) => Math.imul(n + i, 2_654_435_761) >>> 24));

/** Each with a name that says what it does. */
export const HOSTILE: Readonly<Record<string, Hostile>> = {
  'syslog: a byte now and then': keeps(
    60,
    ({ tcp }) => tcp,
    (socket, turn) => {
      socket.write(`500 ${LINE}`.charAt(turn % 40));
    },
  ),
  'syslog: a line without an end': keeps(
    4,
    ({ tcp }) => tcp,
    (socket) => {
      socket.write('x'.repeat(65_536));
    },
  ),
  'syslog: counts of octets too large to be true': keeps(
    4,
    ({ tcp }) => tcp,
    (socket, turn) => {
      socket.write(turn % 2 === 0 ? `16777216 ${LINE}` : '99999999 <13>x');
    },
  ),
  'syslog: framed wrongly': keeps(
    10,
    ({ tcp }) => tcp,
    (socket, turn) => {
      const [all, head] = [noise(turn, 4_000), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'];
      socket.write(turn % 3 === 0 ? all : turn % 3 === 1 ? head : `7 ${LINE}\n3${LINE}\0`);
    },
  ),
  'syslog: reset in the middle': keeps(
    10,
    ({ tcp }) => tcp,
    (socket, turn) => {
      if (turn % 4 < 3) socket.write(`${LINE.length} ${LINE.slice(0, 9)}`);
      else socket.resetAndDestroy();
    },
  ),
  'syslog: more connections than there are places': keeps(
    300,
    ({ tcp }) => tcp,
    () => {},
  ),
  'TLS: no handshake, or half of one': keeps(
    60,
    ({ tls }) => tls,
    (socket, turn) => {
      if (turn % 50 === 1)
        socket.write(turn % 100 === 1 ? Buffer.from([0x16, 3, 1, 2, 0, 1]) : LINE);
    },
  ),
  'TLS: agreed and cut at once': async ({ tls }, until) => {
    while (!until.aborted) {
      const to = { port: tls, host: HOST, localAddress: FROM, rejectUnauthorized: false };
      const socket = connectTls(to, () => socket.write(`900 ${LINE}`, () => socket.destroy()));
      socket.on('error', () => {});
      await pace(PAUSE_MS);
    }
  },
  'UDP: malformed and oversize': datagrams(
    ({ udp }) => udp,
    (n) => (n % 3 === 0 ? noise(n, 40) : n % 3 === 1 ? `<9${n}>x` : `<11>x ${'y'.repeat(60_000)}`),
  ),
  'UDP: a flood of devices that do not exist': datagrams(
    ({ udp }) => udp,
    (n) => `<11>Jul 23 12:00:00 spoof-${n % 5_000} app: broken no. ${n}`,
  ),
  'SNMP: what is no message': datagrams(
    ({ snmp }) => snmp,
    (n) => noise(n, 60 + (n % 100)),
  ),
  'HTTP: a head that never ends': keeps(
    40,
    ({ http }) => http,
    (socket, turn) => {
      socket.write(turn === 0 ? 'POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\n' : `X-${turn}: y\r\n`);
    },
  ),
  'HTTP: a body that never comes': keeps(
    20,
    ({ http }) => http,
    (socket, turn) => {
      const head = 'POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n';
      socket.write(turn === 0 ? `${head}Content-Type: application/json\r\n\r\n[` : ' ');
    },
  ),
  'HTTP: a body far too large, and one without an end': keeps(
    4,
    ({ http }) => http,
    (socket, turn) => {
      const size = turn % 2 === 0 ? 'Content-Length: 4000000000' : 'Transfer-Encoding: chunked';
      if (turn % 50 === 0) socket.write(`POST /in/evil HTTP/1.1\r\nHost: x\r\n${size}\r\n\r\n`);
      else socket.write(`10000\r\n${'z'.repeat(65_536)}\r\n`);
    },
  ),
  'HTTP: malformed': keeps(
    10,
    ({ http }) => http,
    (socket, turn) => {
      const heads = [
        'POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n[[[',
        'NONSENSE\r\n\r\n',
        'POST /api/v2/alerts HTTP/9.9\r\n\r\n',
        'POST /api/v2/alerts HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
      ];
      socket.write(turn % 5 === 4 ? noise(turn, 500) : (heads[turn % 5] ?? ''));
    },
  ),
};

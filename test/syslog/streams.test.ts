import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import {
  CONNECTIONS_PER_ADDRESS_MAX,
  FRAME_MS_MAX,
  plainAddress,
  Streams,
} from '../../src/sources/syslog/streams.ts';
import { closed, connected } from './desk.ts';

/** Connections of a real server, and a clock of the test's. */
class Place {
  readonly lines: string[] = [];
  readonly refusals: string[] = [];
  readonly streams: Streams;
  readonly #server: Server = createServer({ allowHalfOpen: true });
  #waiting: (() => void)[] = [];
  now = 1;
  /** How often a connection was found to be idle. */
  timeouts = 0;

  constructor(connectionsMax: number, idleMs: number) {
    this.streams = new Streams({
      line: (line) => this.#note(() => this.lines.push(line)),
      refused: (why) => this.#note(() => this.refusals.push(why)),
      connectionsMax,
      idleMs,
      now: () => this.now,
    });
    this.streams.serve(this.#server, 'connection');
    this.#server.on('connection', (socket: Socket) => {
      socket.on('timeout', () => this.#note(() => this.timeouts++));
      socket.on('close', () => this.#note(() => {}));
      this.#note(() => {});
    });
  }

  static async open({ connectionsMax = 1_000, idleMs = 3_600_000 } = {}): Promise<Place> {
    const place = new Place(connectionsMax, idleMs);
    place.#server.listen(0, '127.0.0.1');
    await once(place.#server, 'listening');
    return place;
  }

  get server(): Server {
    return this.#server;
  }

  sender(): Promise<Socket> {
    return connected((this.#server.address() as { port: number }).port);
  }

  #note(change: () => void): void {
    change();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.streams.stop();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

test('connections from one address have a maximum, and a place that is left is free again', async () => {
  await using place = await Place.open();
  const all = await Promise.all(
    Array.from({ length: CONNECTIONS_PER_ADDRESS_MAX }, () => place.sender()),
  );
  await place.until(() => place.streams.size === CONNECTIONS_PER_ADDRESS_MAX);
  await closed(await place.sender());
  assert.deepEqual(place.refusals, ['a connection beyond 200 at once']);
  all[0]?.end('<13>last\n');
  await place.until(() => place.lines.length === 1);
  await closed(all[0] as Socket);
  const again = await place.sender();
  again.write('<13>again\n');
  await place.until(() => place.lines.length === 2);
});

test('connections have a maximum over all addresses', async () => {
  await using place = await Place.open({ connectionsMax: 2 });
  const [one] = await Promise.all([place.sender(), place.sender()]);
  await closed(await place.sender());
  assert.deepEqual(place.refusals, ['a connection beyond 2 at once']);
  one?.write('<13>here\n');
  await place.until(() => place.lines.length === 1);
});

test('a message that is begun and not ended is given up after its time, a busy sender never is', async () => {
  await using place = await Place.open();
  const [slow, busy] = [await place.sender(), await place.sender()];
  slow.write('<13>never');
  for (let i = 0; i <= 3; i++) {
    busy.write(`${i} ends\n<13>begun `); // there is always one begun
    await place.until(() => place.lines.length === i + 1);
    place.now += FRAME_MS_MAX / 4;
  }
  place.now -= 1; // the slow one is at the limit but for 1 ms
  place.streams.sweep();
  assert.deepEqual(place.refusals, []);
  place.now += 1;
  place.streams.sweep();
  await place.until(() => place.refusals.length === 2);
  assert.deepEqual(place.refusals, [
    'a message that did not end within 60 s',
    'half a message: the connection ended within it',
  ]);
  busy.write('and ended\n');
  await place.until(() => place.lines.includes('<13>begun and ended'));
});

test('a connection that says nothing for too long is closed', async () => {
  await using place = await Place.open({ idleMs: 50 });
  const sender = await place.sender();
  await place.until(() => place.streams.size === 1);
  await closed(sender);
  await place.until(() => place.streams.size === 0);
});

test('while there is no room nothing is read, the sender waits, and its time does not run', async () => {
  await using place = await Place.open({ idleMs: 50 });
  const sender = await place.sender();
  sender.write('<13>begun');
  await place.until(() => place.streams.size === 1);
  place.streams.pause(true);
  const late = await place.sender();
  late.write('<13>late\n');
  sender.write(' and ended\n');
  await place.until(() => place.streams.size === 2);
  place.now += 2 * FRAME_MS_MAX;
  place.streams.sweep();
  await place.until(() => place.timeouts >= 4); // twice for each, at least
  assert.deepEqual([place.lines, place.refusals, place.streams.size], [[], [], 2]);
  place.streams.pause(false);
  await place.until(() => place.lines.length === 2);
  assert.deepEqual(place.lines.sort(), ['<13>begun and ended', '<13>late']);
});

test('a frame that is announced too large ends its connection and no other', async () => {
  await using place = await Place.open();
  const [huge, other] = [await place.sender(), await place.sender()];
  huge.write('99999999 <13>x');
  await closed(huge);
  assert.match(place.refusals[0] ?? '', /a frame of 99999999 bytes announced/);
  other.write('<13>here\n');
  await place.until(() => place.lines.length === 1);
});

test('a sender that cuts the connection within a message is counted, and no port is guessed', async () => {
  await using place = await Place.open();
  const sender = await place.sender();
  sender.write('<13>one\n<13>port 1');
  await place.until(() => place.lines.length === 1);
  sender.resetAndDestroy();
  await place.until(() => place.refusals.length === 1);
  assert.deepEqual(place.lines, ['<13>one']);
  assert.deepEqual(place.refusals, ['half a message: the connection ended within it']);
});

test('a server that is out of descriptors goes on', async () => {
  await using place = await Place.open();
  place.server.emit('error', Object.assign(new Error('accept'), { code: 'EMFILE' }));
  assert.deepEqual(place.refusals, ['a connection that could not be taken: EMFILE']);
  const sender = await place.sender();
  sender.write('<13>here\n');
  await place.until(() => place.lines.length === 1);
});

test('an IPv4 address on an IPv6 socket is written as what it is', () => {
  assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(plainAddress('2001:db8::1'), '2001:db8::1');
});

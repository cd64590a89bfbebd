import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { type Log, silentLog } from '../../src/base/log.ts';
import { kernelDrops } from '../../src/sources/snmp/kernel.ts';
import { FakeDesk } from './desk.ts';

/** Sends from a process of its own: meanwhile nobody here reads. */
const FLOOD = `
const [type, address, port] = process.argv.slice(1);
const socket = require('node:dgram').createSocket(type);
let left = 2000;
const next = () => (left-- > 0 ? socket.send(Buffer.alloc(1000), +port, address, next) : socket.close());
next();
`;
const SMALL_BYTES = 65_536;
const isLinux = process.platform === 'linux';

async function bound(type: 'udp4' | 'udp6', address: string): Promise<Socket | undefined> {
  const socket = createSocket({ type, recvBufferSize: SMALL_BYTES });
  socket.bind(0, address);
  const failed = await Promise.race([once(socket, 'listening'), once(socket, 'error')]);
  return failed.length === 0 ? socket : undefined;
}

for (const [type, address, to] of [
  ['udp4', '127.0.0.1', '127.0.0.1'],
  ['udp6', '::1', '::1'],
  ['udp6', '::', '127.0.0.1'],
] as const) {
  test(`every datagram that did not fit is counted: ${type} on ${address}`, async (t) => {
    if (!isLinux) return t.skip('only Linux tells');
    const socket = await bound(type, address);
    if (socket === undefined) return t.skip('this machine has no IPv6');
    t.after(() => socket.close());
    let read = 0;
    socket.on('message', () => read++);
    const { port } = socket.address();
    const drops = kernelDrops(type, address, port);
    const kind = to.includes(':') ? 'udp6' : 'udp4';
    const sent = spawnSync(process.execPath, ['-e', FLOOD, kind, to, String(port)]);
    assert.equal(sent.status, 0, String(sent.stderr));
    const lost = drops();
    assert.ok(lost > 0, 'the buffer holds less than was sent');
    while (read + lost < 2_000)
      await once(socket, 'message', { signal: AbortSignal.timeout(20_000) });
    assert.equal(read + lost, 2_000);
    assert.equal(drops(), 0, 'each is told once');
  });
}

for (const address of ['127.0.0.1', '::1']) {
  test(`a buffer smaller than asked is told with the line to type: ${address}`, async (t) => {
    if (!isLinux) return t.skip('only Linux has rmem_max');
    const warned: unknown[] = [];
    const log: Log = { ...silentLog, warn: (event, facts) => warned.push([event, facts?.todo]) };
    const asked = 268_435_456;
    const desk = await FakeDesk.open({ address, receiveBufferBytes: asked }, new Map(), {
      log,
    }).catch(() => undefined);
    if (desk === undefined) return t.skip('this machine has no IPv6');
    await desk[Symbol.asyncDispose]();
    assert.deepEqual(warned, [['snmp.buffer-small', `sysctl -w net.core.rmem_max=${asked}`]]);
  });
}

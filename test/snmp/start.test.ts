import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';
import { datagramOf } from './datagram.ts';

/** How the first start of a whole desk meets its port: without the right to it, or handed over. */
const root = mkdtempSync(join(tmpdir(), 'tocsin-port-'));
after(() => rmSync(root, { recursive: true }));
const WITHIN_MS = 20_000;

const isLinux = process.platform === 'linux';
const down = datagramOf({
  trap: '1.3.6.1.6.3.1.1.5.3',
  inform: true,
  varbinds: [['1.3.6.1.2.1.2.2.1.1.7', { integer: 7 }]],
});

async function get(desk: Program, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${desk.token()}` };
  return (await fetch(`${desk.url}${path}`, { headers })).text();
}

/** Asks until what comes back fits; the last of it else. */
async function untilSays(desk: Program, path: string, wanted: RegExp): Promise<string> {
  let text = '';
  const giveUpAt = performance.now() + WITHIN_MS;
  do text = await get(desk, path);
  while (!wanted.test(text) && performance.now() < giveUpAt);
  return text;
}

/** A socket's number is known to nobody but Node; a test may look. */
const fdOf = (socket: Socket): number =>
  (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;

for (const [type, address] of [
  ['udp4', '127.0.0.1'],
  ['udp6', '::1'],
] as const) {
  test(`a socket that systemd hands over is taken, and informs are answered by it: ${type}`, async (t) => {
    if (!isLinux) return t.skip('only Linux has systemd');
    const socket = createSocket(type);
    socket.bind(0, address);
    const bound = await Promise.race([once(socket, 'listening'), once(socket, 'error')]);
    if (bound.length > 0) return t.skip('this machine has no IPv6');
    const { port } = socket.address();
    // Nothing is to listen at this address: the socket that is handed over counts.
    const more = ['--snmp.listen-address=127.0.0.1:1'];
    const inherited = { socket: { name: 'snmp', fd: fdOf(socket) } };
    const desk = await startProgram(join(root, type), more, inherited);
    socket.close();
    t.after(() => desk.end('SIGTERM'));
    const sender = createSocket(type);
    t.after(() => sender.close());
    const answer = once(sender, 'message', { signal: AbortSignal.timeout(WITHIN_MS) });
    sender.send(down, port, address);
    await answer;
    const alarms = await untilSays(desk, '/api/v1/alarms', /link/);
    assert.match(alarms, new RegExp(`"resource":"${address}/if-7"`));
    const where = address.includes(':') ? `\\[${address}\\]` : address;
    assert.match(desk.log(), new RegExp(`udp ${where}:${port}`));
  });
}

test('without the right to port 162 the desk runs, and says what to do where people look', async (t) => {
  if (!isLinux) return t.skip('ports below 1024 are free here');
  const free = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  if (free <= 162) return t.skip('everybody may bind port 162 here');
  const by = ['setpriv', '--bounding-set=-net_bind_service', '--inh-caps=-net_bind_service'];
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync(by[0] ?? '', [...by.slice(1), 'true']).status !== 0) {
    return t.skip('setpriv cannot take the right away here');
  }
  const more = ['--snmp.listen-address=127.0.0.1:162'];
  const desk = await startProgram(join(root, 'denied'), more, isRoot ? { by } : {});
  t.after(() => desk.end('SIGTERM'));
  const says = /no right to listen on udp 127\.0\.0\.1:162.*CAP_NET_BIND_SERVICE/s;
  assert.match(await untilSays(desk, '/api/v1/alarms', says), says);
  assert.match(desk.log(), says);
  assert.match(desk.screen(), new RegExp(`traps +none: .*${says.source}`, 's'));
});

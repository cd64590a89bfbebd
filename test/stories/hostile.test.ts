import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../crash/program.ts';
import { datagramOf } from '../snmp/datagram.ts';
import { certificate } from '../support/certificate.ts';
import { freePort } from '../syslog/desk.ts';
import { type Doors, HOSTILE, pace } from './hostile-senders.ts';

/** How long all of them go on at once, and how many alarms each honest way tells meanwhile. */
const SECONDS = 10;
const EACH = 20;
/**
 * Of design: an event is visible within a second in a storm. Here the storm, its makers and the
 * tests beside this one share two cores, so a multiple of it is asked.
 */
const SEEN_MS_MAX = 10_000;
const LOOK_EVERY_MS = 100;
const INFORM_AGAIN_MS = 300;

const pem = (name: string): string =>
  fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));

let root = '';
let doors: Doors;
let desk: Program;
const start = () =>
  startProgram(join(root, 'data'), [
    `--settings=${join(root, 'tocsin.yml')}`,
    `--syslog.listen-address=127.0.0.1:${doors.tcp}`,
    `--snmp.listen-address=127.0.0.1:${doors.snmp}`,
    `--web.listen-address=127.0.0.1:${doors.http}`,
  ]);

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-hostile-'));
  const [tcp, tls, snmp, http] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  doors = { udp: tcp, tcp, tls, snmp, http };
  writeFileSync(
    join(root, 'tocsin.yml'),
    `sources:\n  syslog:\n    tls_port: ${tls}\n    tls_certificate_file: ${pem('cert.pem')}\n` +
      `    tls_key_file: ${pem('key.pem')}\n`,
  );
  desk = await start();
});
after(async () => {
  await desk?.end('SIGKILL');
  rmSync(root, { recursive: true });
});

interface Alarm {
  readonly resource: string;
  readonly condition: { readonly is: string };
}

/** The alarms of those who are honest: `resource raised`. A page may be empty and not the last. */
async function seen(): Promise<ReadonlySet<string>> {
  const filter = encodeURIComponent('@resource=~"honest-.*|127.0.0.1/.*"');
  const found = new Set<string>();
  for (let next: string | null = ''; next !== null; ) {
    const from: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const answer = await fetch(
      `${desk.url}/api/v1/alarms?state=any&limit=500&filter=${filter}${from}`,
      { headers: { authorization: `Bearer ${desk.token()}` } },
    );
    assert.equal(answer.status, 200);
    const page = (await answer.json()) as { items: readonly Alarm[]; next: string | null };
    for (const { resource, condition } of page.items) found.add(`${resource} ${condition.is}`);
    next = page.next;
  }
  return found;
}

const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';
const link = (host: string, n: number, way: string): string =>
  `<187>Jul 23 12:00:00 ${host}: %LINK-3-UPDOWN: Interface Gi0/${n}, changed state to ${way}\n`;

/** An inform, sent again until it is answered: then the desk has it. */
async function inform(oid: string, port: number): Promise<void> {
  const varbinds = [[`1.3.6.1.2.1.2.2.1.1.${port}`, { integer: port }]] as const;
  const bytes = datagramOf({ trap: oid, varbinds, inform: true, requestId: port });
  const socket = createSocket('udp4');
  const answered = once(socket, 'message', { signal: AbortSignal.timeout(SEEN_MS_MAX) });
  const send = (): void => socket.send(bytes, doors.snmp, '127.0.0.1');
  send();
  const again = setInterval(send, INFORM_AGAIN_MS);
  try {
    await answered;
  } finally {
    clearInterval(again);
    socket.close();
  }
}

/** One honest sender on each way in; each tells of a link that falls and, every other, comes back. */
async function honest(): Promise<(n: number, told: (what: string) => void) => Promise<void>> {
  const tcp: Socket = connect(doors.tcp, '127.0.0.1');
  const tls = connectTls({ port: doors.tls, host: '127.0.0.1', ca: certificate.cert });
  await Promise.all([once(tcp, 'connect'), once(tls, 'secureConnect')]);
  for (const one of [tcp, tls]) one.unref().on('error', () => {});
  return async (n, told) => {
    const isOver = n % 2 === 1;
    for (const [socket, host] of [
      [tcp, 'honest-tcp'],
      [tls, 'honest-tls'],
    ] as const) {
      socket.write(link(host, n, 'down') + (isOver ? link(host, n, 'up') : ''));
      told(`${host}/Gi0/${n} ${isOver ? 'cleared' : 'raised'}`);
    }
    await inform(LINK_DOWN, n + 1);
    if (isOver) await inform(LINK_UP, n + 1);
    told(`127.0.0.1/if-${n + 1} ${isOver ? 'cleared' : 'raised'}`);
    const posted = await fetch(`${desk.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname: 'Down', instance: `honest-http-${n}` } }]),
    });
    assert.equal(posted.status, 200);
    told(`honest-http-${n} raised`);
  };
}

test('whatever hostile senders do, on all ways at once, what the others say arrives, and stays', async (t) => {
  const ended = new AbortController();
  t.after(() => ended.abort());
  const hostile = Object.values(HOSTILE).map((one) => one(doors, ended.signal));
  await pace(500);
  const say = await honest();
  const toldAt = new Map<string, number>();
  const took = new Map<string, number>();
  const look = async (): Promise<void> => {
    const all = await seen();
    for (const [what, at] of toldAt) {
      if (all.has(what) && !took.has(what)) took.set(what, performance.now() - at);
    }
  };
  for (let n = 0; n < EACH; n++) {
    await say(n, (what) => toldAt.set(what, performance.now()));
    await look();
    await pace((SECONDS * 1_000) / EACH);
  }
  const deadline = performance.now() + SEEN_MS_MAX;
  while (took.size < toldAt.size && performance.now() < deadline) {
    await look();
    await pace(LOOK_EVERY_MS);
  }
  assert.deepEqual(
    [...toldAt.keys()].filter((what) => !took.has(what)),
    [],
    'never seen',
  );
  const longest = [...took.values()].sort((a, b) => a - b);
  t.diagnostic(
    `seen after ${longest
      .map(Math.round)
      .filter((_, i) => i % 10 === 9)
      .join(', ')} ms`,
  );
  assert.ok((longest.at(-1) ?? 0) < SEEN_MS_MAX, `${longest.at(-1)} ms`);

  await desk.end('SIGKILL');
  ended.abort();
  await Promise.all(hostile);
  desk = await start();
  const all = await seen();
  assert.deepEqual(
    [...toldAt.keys()].filter((what) => !all.has(what)),
    [],
    'lost by the kill',
  );
});

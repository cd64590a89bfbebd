import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';
import { freePort } from '../syslog/desk.ts';

const WAIT_MS_MAX = 20_000;
const LOOK_EVERY_MS = 50;

let root = '';
let port = 0;
let desk: Program;
const start = () => startProgram(join(root, 'data'), [`--syslog.listen-address=127.0.0.1:${port}`]);
before(async () => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-syslog-rules-'));
  port = await freePort();
  desk = await start();
});
after(async () => {
  await desk.end('SIGKILL');
  rmSync(root, { recursive: true });
});

async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${desk.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${desk.token()}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

async function until<T>(what: string, ready: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (performance.now() < deadline) {
    const found = await ready();
    if (found !== undefined) return found;
    await new Promise((again) => setTimeout(again, LOOK_EVERY_MS));
  }
  throw new Error(`waited in vain: ${what}`);
}

async function overUdp(line: string): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((sent) => socket.send(line, port, '127.0.0.1', () => sent()));
  socket.close();
}

async function overTcp(line: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(`${line}\n`);
  socket.resume();
  await once(socket, 'close');
}

const DRY = '<14>Jul 23 12:00:00 hall3 plc: pump p7 stopped: dry, token=s3cret';
const RUNS = '<14>Jul 23 12:00:09 hall3 plc: pump p7 runs';
const RULES = `
rules:
  - match: app="plc"
    raise: 'pump (?P<pump>\\w+) stopped: (?P<why>\\w+)'
    clear: 'pump (?P<pump>\\w+) runs'
    resource: 'plant/{pump}'
    type: pump
    severity: critical
    text: 'Pump {pump} stands still: {why}'
    over: 'Pump {pump} runs'
`;

interface Inputs {
  readonly items: readonly { readonly id: string; readonly shown: string }[];
}
interface Tried {
  readonly results: readonly {
    readonly now: { readonly events: readonly object[] };
    readonly edited: { readonly events: readonly { kind: string; text: string }[] };
  }[];
}
interface Alarms {
  readonly items: readonly { readonly resource: string; readonly condition: { is: string } }[];
}

const pump = (is: 'raised' | 'cleared') =>
  until(`pump ${is}`, async () => {
    const { items } = await api<Alarms>('GET', '/alarms?state=any');
    return items.find(({ resource, condition }) => resource === 'plant/p7' && condition.is === is);
  });

test('a line that arrived teaches a rule; saved, it holds at once over UDP and TCP, and after a kill -9', async () => {
  await overUdp(DRY);
  const seen = await until('the line is shown', async () => {
    const { items } = await api<Inputs>('GET', '/sources/syslog/seen');
    return items.find(({ shown }) => shown.includes('pump p7 stopped'));
  });
  assert.doesNotMatch(seen.shown, /s3cret/);
  const { results } = await api<Tried>('POST', '/sources/syslog/rules/try', {
    text: RULES,
    samples: [seen.id],
  });
  assert.deepEqual(results[0]?.now.events, [], 'an informational line is no alarm');
  assert.deepEqual(
    results[0]?.edited.events.map(({ kind, text }) => `${kind}: ${text}`),
    ['raise: Pump p7 stands still: dry'],
  );
  await api('PUT', '/sources/syslog/rules', { text: RULES, why: 'the pumps speak' });
  await overUdp(DRY);
  await pump('raised');
  await overTcp(RUNS);
  await pump('cleared');
  await desk.end('SIGKILL');
  desk = await start();
  await overTcp(DRY);
  await pump('raised');
});

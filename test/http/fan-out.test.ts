import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../src/base/log.ts';
import { FAN_OUT_LIMITS, fanOutFindings, openFanOut } from '../../src/http/fan-out.ts';
import { LINK_LIMITS } from '../../src/http/fan-out-link.ts';
import type { Reader } from '../../src/http/reader.ts';
import type { Asked, Route } from '../../src/http/route.ts';
import { manualClock } from '../support/clock.ts';
import { openTestServer, signedIn } from '../support/http.ts';

/** Waits on what another process does. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (holds()) return;
    await new Promise(setImmediate);
  }
  assert.fail(`never: ${what}`);
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

const isThere = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
};

/** A server with one stream for everybody, held by fan-out processes. */
async function opened(fanOutProcesses = 1) {
  const readers: Reader[] = [];
  const stream: Route = {
    method: 'GET',
    path: '/stream',
    access: { need: 'role', role: 'viewer' },
    summary: 'Never ends by itself.',
    handle: (asked: Asked) => {
      const reader = asked.stream({ 'content-type': 'text/event-stream', 'x-own': 'yes' });
      reader.write(Buffer.from('hello'));
      readers.push(reader);
      return { status: 200, taken: true };
    },
  };
  const own = await openTestServer({ settings: { fanOutProcesses }, routes: () => [stream] });
  await signedIn(own, 'admin');
  const viewer = await signedIn(own, 'viewer');
  const come = () => fetch(`${own.url}/stream`, { headers: { cookie: viewer.cookie } });
  const figures = () => own.server.fanOut();
  return { own, viewer, readers, come, figures };
}

async function heard(response: Response): Promise<string> {
  const { value } = (await response.body?.getReader().read()) ?? {};
  return Buffer.from(value ?? []).toString();
}

test('a stream is held by another process: the same headers and bytes, and both ways of ending', async () => {
  const { own, readers, come, figures } = await opened();
  const response = await come();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('x-own'), 'yes');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.deepEqual([figures()?.streams, own.server.streamsOpen()], [1, 1]);
  const leaving = await come();
  assert.equal(await heard(leaving), 'hello');
  await until(() => figures()?.streams === 2, 'two streams');
  const [stays, leaves] = readers;
  const left = Promise.withResolvers<void>();
  leaves?.onClose(left.resolve);
  await leaving.body?.cancel().catch(() => {});
  leaves?.end();
  await left.promise;
  assert.ok(!leaves?.write(Buffer.from('nobody hears this')));
  stays?.write(Buffer.from(', bye'));
  stays?.end();
  assert.equal(await response.text(), 'hello, bye');
  await until(() => own.server.streamsOpen() === 0, 'no stream is left');
  await own.close();
});

test('a reader who goes away is heard of', async () => {
  const { own, come, figures } = await opened();
  const abort = new AbortController();
  const { cookie } = await signedIn(own, 'viewer', 'second');
  const headers = { cookie };
  await fetch(`${own.url}/stream`, { headers, signal: abort.signal });
  const stays = await come();
  abort.abort();
  await until(() => own.server.streamsOpen() === 1, 'one of two is left');
  assert.equal(figures()?.streams, 1);
  await stays.body?.cancel();
  await own.close();
});

test('who may read no longer is sent away from there, too', async () => {
  const { own, viewer, come } = await opened();
  const response = await come();
  await own.accounts.setDisabled(viewer.id, viewer.id, true);
  own.clock.pass(2_000);
  assert.equal(await response.text(), 'hello');
  await own.close();
});

test('streams are spread, end when the server closes, and no process stays', async () => {
  const { own, come, figures } = await opened(2);
  const pids = childrenOf(process.pid);
  const both = [await come(), await come()];
  await until(() => figures()?.streams === 2, 'both are held');
  const texts = Promise.all(both.map((one) => one.text()));
  await own.close();
  assert.deepEqual(await texts, ['hello', 'hello']);
  await until(() => pids.filter(isThere).length === 0, 'the processes have ended');
});

test('a process that is killed ends its streams and is started again; until then they are served here', async () => {
  const { own, come, figures } = await opened();
  const [pid = 0] = childrenOf(process.pid);
  const response = await come();
  await until(() => figures()?.streams === 1, 'it is held');
  process.kill(pid, 'SIGKILL');
  await assert.rejects(response.text().then((text) => assert.equal(text, 'hello, and more')));
  await until(() => figures()?.running === 0, 'the desk knows');
  assert.equal(own.server.streamsOpen(), 0);
  const here = await come();
  assert.equal(await heard(here), 'hello');
  assert.deepEqual([figures()?.streams, own.server.streamsOpen()], [0, 1]);
  const [down] = fanOutFindings(figures(), own.clock.now());
  assert.match(down?.text ?? '', /^1 of 1 fan-out processes are down.*SIGKILL/);
  own.clock.pass(2 * FAN_OUT_LIMITS.again_ms_min);
  assert.equal(figures()?.running, 1);
  assert.match(fanOutFindings(figures(), own.clock.now())[0]?.text ?? '', /started again/);
  const again = await come();
  assert.equal(await heard(again), 'hello');
  await until(() => figures()?.streams === 1, 'the new one holds it');
  own.clock.pass(600_000);
  assert.deepEqual(fanOutFindings(figures(), own.clock.now()), []);
  await own.close();
});

test('a process that takes nothing any more is ended at the limit', async () => {
  const { own, readers, come, figures } = await opened();
  const [pid = 0] = childrenOf(process.pid);
  const coming = assert.rejects(come());
  await until(() => readers.length === 1, 'somebody came');
  process.kill(pid, 'SIGSTOP');
  const piece = 1_048_576;
  for (let sent = 0; sent <= LINK_LIMITS.waiting_bytes_max + piece; sent += piece) {
    readers[0]?.write(Buffer.alloc(piece));
  }
  await until(() => figures()?.lastEnd?.how === 'SIGKILL', 'it was ended');
  await coming; // nothing of it is left here
  await own.close();
});

test('a socket that does not arrive is given up', async () => {
  const { own, readers, come } = await opened();
  const [pid = 0] = childrenOf(process.pid);
  process.kill(pid, 'SIGSTOP');
  void come().then(
    (response) => response.body?.cancel(),
    () => {},
  );
  await until(() => readers.length === 1, 'somebody came');
  const gone = Promise.withResolvers<void>();
  readers[0]?.onClose(gone.resolve);
  own.clock.pass(LINK_LIMITS.arriving_ms_max - 1);
  assert.equal(own.server.streamsOpen(), 1, 'not before its time');
  own.clock.pass(FAN_OUT_LIMITS.sweep_ms);
  await gone.promise;
  process.kill(pid, 'SIGCONT');
  await own.close();
});

test('while no process has room the desk serves so many itself, and one more is refused', async () => {
  const clock = manualClock();
  const fanOut = openFanOut(0, clock, silentLog);
  const response = () => Object.assign(new EventEmitter(), { socket: null });
  const come = () => fanOut.take(response() as unknown as ServerResponse, {});
  for (let n = 0; n < FAN_OUT_LIMITS.here_max; n++) assert.equal(come(), undefined);
  assert.throws(come, /room/);
  await fanOut.close();
});

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

async function startDesk(folder: string): Promise<ChildProcess> {
  const args = ['serve', '--web.fan-out-processes=1', `--storage.path=${folder}`];
  const quiet = ['--snmp.listen-address=', '--syslog.listen-address=', '--log.level=error'];
  const listen = '--web.listen-address=127.0.0.1:0';
  const desk = spawn(process.execPath, [PROGRAM, ...args, ...quiet, listen], { stdio: 'ignore' });
  await until(() => existsSync(join(folder, 'admin.token')), 'the desk is up');
  return desk;
}

test('kill -9 of the desk leaves no process behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-fan-out-'));
  const desk = await startDesk(folder);
  const below = childrenOf(desk.pid ?? 0);
  assert.equal(below.length, 1);
  const ended = once(desk, 'exit');
  desk.kill('SIGKILL');
  await ended;
  await until(() => below.filter(isThere).length === 0, 'nothing is left');
  await rm(folder, { recursive: true });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';

interface Way {
  readonly state: string;
  readonly shadowed: number;
  readonly sent: number;
}

const WAIT_MS_MAX = 30_000;

/** A far side that counts what it is told. */
async function farSide() {
  const told: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const { alerts } = JSON.parse(body) as { alerts: { status: string; labels: object }[] };
      told.push(alerts.map((a) => `${Object.values(a.labels).join()} ${a.status}`).join());
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { told, url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

const ask = async <T>(desk: Program, path: string, init: RequestInit = {}): Promise<T> => {
  const headers = { authorization: `Bearer ${desk.token()}`, 'content-type': 'application/json' };
  const answer = await fetch(desk.url + path, { headers, ...init });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return (await answer.json().catch(() => undefined)) as T;
};

const post = (desk: Program, body: unknown, path = '/api/v2/alerts') =>
  ask(desk, path, { method: 'POST', body: JSON.stringify(body) });

const way = async (desk: Program): Promise<Way | undefined> => {
  const { items } = await ask<{ items: { ways: Way[] }[] }>(desk, '/api/v1/receivers');
  return items[0]?.ways[0];
};

/** Asks until the answer is as it should be. */
async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + WAIT_MS_MAX;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `waited in vain: ${what}`);
    await new Promise((again) => setImmediate(again));
  }
}

test('a desk that ran in shadow mode and leaves it tells once what fires then, and nothing else', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-shadow-'));
  const far = await farSide();
  t.after(() => {
    far.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const config = join(folder, 'alertmanager.yml');
  const route = '{receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 1s}';
  const hook = `{name: ops, webhook_configs: [{url: '${far.url}'}]}`;
  writeFileSync(config, `route: ${route}\nreceivers: [${hook}]\n`);
  const start = (...more: string[]) =>
    startProgram(join(folder, 'data'), [`--config.file=${config}`, ...more]);

  const shadow = await start('--notify.shadow');
  await post(shadow, [{ labels: { alertname: 'Stays' } }, { labels: { alertname: 'Ends' } }]);
  await until('both held back', async () => (await way(shadow))?.shadowed === 2);
  const ended = { labels: { alertname: 'Ends' }, endsAt: new Date().toISOString() };
  await post(shadow, [ended]);
  await until('its end held back', async () => (await way(shadow))?.shadowed === 3);
  assert.deepEqual([(await way(shadow))?.state, far.told], ['shadow', []]);
  await post(shadow, {}, '/api/v1/receivers/ops/test');
  await until('the test arrived', async () => (await way(shadow))?.sent === 1);
  assert.match(far.told.pop() ?? '', /firing|resolved/);
  await shadow.end('SIGKILL');

  const desk = await start();
  t.after(() => desk.end('SIGTERM'));
  await until('the news arrived', () => far.told.length > 0);
  await post(desk, [{ labels: { alertname: 'Later' } }]);
  await until('later news arrived', () => far.told.length > 1);
  assert.deepEqual(far.told, ['Stays firing', 'Later firing']);
  const { state, shadowed, sent } = (await way(desk)) ?? {};
  assert.deepEqual([state, shadowed, (sent ?? 0) >= 2], ['delivering', 3, true]);
});

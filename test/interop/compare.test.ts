import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../crash/program.ts';

/** Debian's package `prometheus-alertmanager` brings both. */
const OLD = 'prometheus-alertmanager';
const missing = spawnSync(OLD, ['--version']).error ?? spawnSync('amtool', ['--version']).error;
const skip = missing !== undefined && `${OLD} missing: apt-get install ${OLD}`;

const TOCSIN = fileURLToPath(new URL('../../bin/tocsin', import.meta.url));
const WAIT_MS_MAX = 180_000;
const LOOK_EVERY_MS = 50;

const CONFIG = `route:
  receiver: ops
  routes:
  - receiver: web
    matchers: [team="web"]
inhibit_rules:
- source_matchers: [alertname="SiteDown"]
  target_matchers: [severity="warning"]
  equal: [site]
receivers:
- name: ops
- name: web
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function output(program: string, args: readonly string[]) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

/** An Alertmanager of Debian and a desk with its configuration, both hearing the same. */
describe('beside a real Alertmanager', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-beside-'));
  const config = join(folder, 'alertmanager.yml');
  let old: ChildProcess | undefined;
  let oldUrl = '';
  let desk: Program;

  before(async () => {
    writeFileSync(config, CONFIG);
    const port = await freePort();
    oldUrl = `http://127.0.0.1:${port}`;
    old = spawn(
      OLD,
      [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'old')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    );
    desk = await startProgram(join(folder, 'data'), [`--config.file=${config}`]);
    const deadline = performance.now() + WAIT_MS_MAX;
    const isReady = () =>
      fetch(`${oldUrl}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isReady())) {
      assert.ok(performance.now() < deadline, 'the Alertmanager did not start');
      await new Promise((again) => setTimeout(again, LOOK_EVERY_MS));
    }
  });
  after(async () => {
    await desk?.end('SIGTERM');
    if (old) {
      const ended = once(old, 'exit');
      old.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const amtool = async (url: string, ...args: readonly string[]): Promise<void> => {
    const { code, err } = await output('amtool', [`--alertmanager.url=${url}`, ...args]);
    assert.equal(code, 0, err);
  };
  const both = async (...args: readonly string[]): Promise<void> => {
    for (const url of [oldUrl, desk.url]) await amtool(url, ...args);
  };
  const compare = async (...more: readonly string[]) => {
    const { code, out, err } = await output(TOCSIN, [
      ...['compare', 'alertmanager', oldUrl, '--tolerance=1s', `--data=${join(folder, 'data')}`],
      ...more,
    ]);
    return { code, out: out.replace(/\n +/g, ' '), err };
  };

  test('with the same alerts, silences, inhibitions and routes the two are equal', async () => {
    await both('alert', 'add', 'Slow', 'site=s1', 'severity=warning', 'team=web');
    await both('alert', 'add', 'SiteDown', 'site=s1', 'severity=critical');
    const odd = { alertname: 'Odd', name: 'a "b" \\ c\n', text: 'Grüße', empty: '' };
    for (const url of [oldUrl, desk.url]) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify([{ labels: odd }]);
      const { status } = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
      assert.equal(status, 200);
    }
    await both(
      'silence',
      'add',
      '--author=nora',
      '--comment=works',
      '-d',
      '1h',
      'name=~"a.*"',
      'x!=y',
    );
    const { code, out, err } = await compare();
    assert.deepEqual([code, out], [0, 'No difference; 3 the same.\n'], err);
  });

  test('what one of them has and the other lacks is told with why', async () => {
    await amtool(oldUrl, 'alert', 'add', 'Lost', '--generator-url=http://prom-2.example.org/g');
    await amtool(oldUrl, 'silence', 'add', '-a', 'ada', '-c', 'ring', '-d', '1h', 'site=s1');
    await amtool(desk.url, 'alert', 'add', 'Extra', 'replica=a');
    await amtool(oldUrl, 'alert', 'add', 'Extra');
    const { code, out } = await compare();
    assert.equal(code, 1, out);
    for (const line of [
      /^there only .* Lost not received: nothing from http:\/\/prom-2\.example\.org is raised here/m,
      /^there only .* Extra here it has another key: replica="a" is added$/m,
      /^here only .* Extra replica="a" there it has another key: replica="a" is missing$/m,
      /^differs .* Slow .* silenced there, not here: ring \(ada, until /m,
      /^there only +silence .*\{site="s1"\} "ring" by ada/m,
    ])
      assert.match(out, line);
    const alone = await compare('--filter=alertname="Odd"');
    assert.equal(alone.code, 0, alone.out);
  });
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('./alertmanager', import.meta.url));
const STARTED_WITHIN_MS = 120_000;

interface Started {
  readonly address: string;
  readonly child: ChildProcess;
  readonly end: () => Promise<number | null>;
}

/** As Alertmanager's own acceptance tests start a server: by a relative path, with these flags. */
async function start(folder: string, more: readonly string[]): Promise<Started> {
  symlinkSync(LAUNCHER, join(folder, 'alertmanager'));
  const config = join(folder, 'config.yml');
  writeFileSync(config, 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  const args = [
    ['--config.file', config],
    ['--log.level', 'debug'],
    ['--web.listen-address', '127.0.0.1:0'],
    ['--storage.path', folder],
    ['--cluster.listen-address', '127.0.0.1:0'],
    ['--cluster.settle-timeout', '0s'],
  ].flat();
  const child = spawn('./alertmanager', [...args, ...more], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = async (): Promise<number | null> => {
    if (child.exitCode !== null) return child.exitCode;
    child.kill('SIGTERM');
    return ((await once(child, 'exit')) as [number | null])[0];
  };
  let log = '';
  const address = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not started: ${log}`)), STARTED_WITHIN_MS);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${log}`)));
    child.stderr?.on('data', (text: Buffer) => {
      log += text.toString();
      const found = /Listening on.*address=([^\s]+)/.exec(log)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    });
  });
  return { address, child, end };
}

interface Status {
  readonly cluster: { readonly peers: readonly { readonly address: string }[] };
}

const FURTHER: readonly (readonly [what: string, args: readonly string[], prefix: string])[] = [
  ['no more', [], ''],
  ['a route prefix', ['--web.route-prefix', '/foo'], '/foo'],
  ['classic mode', ['--enable-feature', 'classic-mode'], ''],
  [
    'everything else that Alertmanager knows',
    [
      '--dispatch.start-delay=5s',
      '--dispatch.maintenance-interval=30s',
      '--cluster.peer=127.0.0.1:9',
      '--cluster.peer=127.0.0.1:10',
      '--cluster.peer-timeout=15s',
      '--cluster.allow-insecure-public-advertise-address-discovery',
      '--data.retention=120h',
      '--data.maintenance-interval=15m',
      '--alerts.gc-interval=30m',
      '--alerts.per-alertname-limit=0',
      '--silences.max-silences=0',
      '--silences.max-silence-size-bytes=0',
      '--web.get-concurrency=0',
      '--web.timeout=0',
      '--web.config.file=',
      '--log.format=logfmt',
      '--log.silences',
      '--auto-gomemlimit.ratio=0.9',
      '--enable-feature=utf8-strict-mode,receiver-name-in-metrics',
    ],
    '',
  ],
];

for (const [what, args, prefix] of FURTHER) {
  test(`the launcher takes Alertmanager's arguments, names itself as its peer and ends well: ${what}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-launcher-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const { address, child, end } = await start(folder, args);
    t.after(end);
    const response = await fetch(`http://${address}${prefix}/api/v2/status`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    const { cluster } = (await response.json()) as Status;
    assert.deepEqual(
      cluster.peers.map((peer) => peer.address),
      [address],
    );
    child.kill('SIGHUP');
    assert.equal((await fetch(`http://${address}${prefix}/-/healthy`)).status, 200);
    assert.equal(await end(), 0);
  });
}

test('in classic mode names outside ASCII are refused with the two phrases that tests look for', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-launcher-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { address, end } = await start(folder, ['--enable-feature', 'classic-mode']);
  t.after(end);
  const post = async (path: string, body: unknown): Promise<readonly [number, string]> => {
    const response = await fetch(`http://${address}/api/v2/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return [response.status, await response.text()];
  };
  const [alertStatus, alertSays] = await post('alerts', [{ labels: { größe: 'x' } }]);
  assert.equal(alertStatus, 400);
  assert.match(alertSays, /invalid label set/);
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const [status, says] = await post('silences', {
    matchers: [{ name: 'größe', value: 'x', isRegex: false }],
    startsAt: at(0),
    endsAt: at(60_000),
    createdBy: 'n',
    comment: 'c',
  });
  assert.equal(status, 400);
  assert.match(says, /invalid silence: invalid label matcher/);
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Debian's package `prometheus`. */
const without = (program: string): boolean => spawnSync(program, ['--version']).error !== undefined;
const lacks = (program: string, pack: string): string | false =>
  without(program) && `${program} missing: apt-get install ${pack}`;

const TOCSIN = fileURLToPath(new URL('../../bin/tocsin', import.meta.url));

/** Everything here is local and quick; a wait this long has failed. */
const WAIT_MS_MAX = 180_000;
const LOOK_EVERY_MS = 50;

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly status: { readonly state: string };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Looks until `ready` gives something that is true, and gives it back. */
async function until<T>(what: string, ready: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + WAIT_MS_MAX;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const found = await ready();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((again) => setTimeout(again, LOOK_EVERY_MS));
  }
  throw new Error(`waited in vain: ${what}`, { cause: last });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** A folder of its own for a desk and what talks to it; stops what it started. */
class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-interop-'));
  readonly #children: ChildProcess[] = [];

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  start(program: string, args: readonly string[]): ChildProcess {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#children.push(child);
    return child;
  }

  /** Starts a desk; port 0 picks a free one. Resolves when it says where it listens. */
  async desk(port = 0): Promise<{ url: string; port: number; process: ChildProcess }> {
    const child = this.start(TOCSIN, [
      'serve',
      `--storage.path=${join(this.folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--snmp.listen-address=',
      '--syslog.listen-address=',
    ]);
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr ?? process.stdin });
    const address = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        said.push(line);
        const found = /Listening on.*address=(\S+)/.exec(line)?.[1];
        if (found) resolve(found);
      });
      child.once('exit', (code) => reject(new Error(`exit ${code}:\n${said.join('\n')}`)));
    });
    return { url: `http://${address}`, port: Number(address.split(':').at(-1)), process: child };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.reverse()) {
      child.kill('SIGCONT');
      await end(child, 'SIGTERM');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function alerts(url: string, filter = ''): Promise<readonly Alert[]> {
  const query = filter === '' ? '' : `?filter=${encodeURIComponent(filter)}`;
  const response = await fetch(`${url}/api/v2/alerts${query}`, {
    headers: { connection: 'close' },
  });
  assert.equal(response.status, 200);
  return (await response.json()) as readonly Alert[];
}

const rules = (expression: string): string => `groups:
- name: interop
  rules:
  - alert: AlwaysFiring
    expr: ${expression}
    labels: { severity: critical, instance: web-1 }
    annotations: { summary: "web-1 is down, {{ $value }}" }
`;

const prometheusConfig = (port: number): string => `global: { evaluation_interval: 1s }
alerting:
  alertmanagers:
  - static_configs: [{ targets: ['127.0.0.1:${port}'] }]
rule_files: [rules.yml]
`;

describe('Prometheus', { skip: lacks('prometheus', 'prometheus') }, () => {
  test('its alert appears, survives kill -9 of the desk, and resolves when the rule stops', async () => {
    await using place = new Place();
    const first = await place.desk(await freePort());
    place.write('rules.yml', rules('vector(1)'));
    const prometheus = place.start('prometheus', [
      `--config.file=${place.write('prometheus.yml', prometheusConfig(first.port))}`,
      `--storage.tsdb.path=${join(place.folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${await freePort()}`,
      '--rules.alert.resend-delay=2s',
    ]);
    prometheus.stderr?.resume();

    const seen = await until('the alert', async () => (await alerts(first.url))[0]);
    assert.deepEqual(seen.labels, {
      alertname: 'AlwaysFiring',
      instance: 'web-1',
      severity: 'critical',
    });
    assert.equal(seen.annotations.summary, 'web-1 is down, 1');
    assert.match(seen.generatorURL ?? '', /^http/);
    assert.equal(seen.status.state, 'active');

    const moved = async () => (await alerts(first.url))[0]?.endsAt !== seen.endsAt;
    await until('a renewal that moves the end', moved);

    prometheus.kill('SIGSTOP'); // from here on only the journal can know
    await end(first.process, 'SIGKILL');
    const second = await place.desk(first.port);
    const [kept] = await alerts(second.url);
    assert.deepEqual([kept?.labels, kept?.startsAt], [seen.labels, seen.startsAt]);

    prometheus.kill('SIGCONT');
    place.write('rules.yml', rules('vector(1) == 0'));
    prometheus.kill('SIGHUP');
    await until('the resolve', async () => (await alerts(second.url)).length === 0);
  });
});

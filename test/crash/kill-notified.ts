import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/base/clock.ts';
import { after, millis } from '../../src/base/time.ts';
import { type Chance, chance } from '../simulation/random.ts';
import { type Program, startProgram } from './program.ts';

const LOADERS = 4;
const BATCH_MAX = 10;
/** Longest time under load before the kill. */
const LOAD_MS_MAX = 400;
/** The far side takes so long to answer at most: kills fall between acceptance and answer. */
const ANSWER_MS_MAX = 15;
/** After the last start everything is told within this. */
const TOLD_WITHIN_MS = 60_000;

/** Some alerts of one group, handed in together. */
interface Batch {
  readonly name: string;
  readonly size: number;
  /** Answered with 200. */
  raised: boolean;
  /** Their end was handed in and answered with 200. */
  ended: boolean;
}

interface Message {
  readonly key: string;
  readonly body: string;
  /** How many kills there were before it. */
  readonly kills: number;
}

export interface NotifiedReport {
  readonly kills: number;
  readonly batches: number;
  readonly alerts: number;
  readonly ends: number;
  readonly messages: number;
  /** Messages that came again with the same key after a kill. */
  readonly repeated: number;
  /** Answered alerts or ends that nobody was told of. */
  readonly lost: number;
  /** Told under two keys, or again without a kill between. */
  readonly doubled: number;
  /** The same key with other words. */
  readonly altered: number;
}

interface Told {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
}

class Killing {
  readonly #chance: Chance;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-notified-'));
  readonly #batches: Batch[] = [];
  readonly #messages: Message[] = [];
  readonly #hook: Server;
  #kills = 0;

  constructor(seed: number) {
    this.#chance = chance(seed);
    this.#hook = createServer((asked, answer) => {
      const chunks: Buffer[] = [];
      asked.on('data', (chunk: Buffer) => chunks.push(chunk));
      asked.on('end', () => {
        const key = String(asked.headers['idempotency-key'] ?? '');
        const body = Buffer.concat(chunks).toString();
        this.#messages.push({ key, body, kills: this.#kills });
        setTimeout(() => answer.end(), this.#chance.below(ANSWER_MS_MAX));
      });
    });
  }

  async run(kills: number): Promise<NotifiedReport> {
    try {
      this.#hook.listen(0, '127.0.0.1');
      await once(this.#hook, 'listening');
      let desk = await this.#start();
      while (this.#kills < kills) {
        await this.#underLoad(desk);
        desk = await this.#start();
      }
      await this.#quiet(desk);
      await desk.end('SIGTERM');
      return this.#report();
    } finally {
      this.#hook.closeAllConnections();
      this.#hook.close();
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  #start(): Promise<Program> {
    const file = join(this.#folder, 'alertmanager.yml');
    const { port } = this.#hook.address() as AddressInfo;
    writeFileSync(
      file,
      `route:
  { receiver: hook, group_by: [batch], group_wait: 0s, group_interval: 1s, repeat_interval: 4h }
receivers:
- name: hook
  webhook_configs: [{ url: 'http://127.0.0.1:${port}/' }]
`,
    );
    const home = '--web.external-url=http://desk.example.net/';
    return startProgram(join(this.#folder, 'data'), [`--config.file=${file}`, home]);
  }

  async #underLoad(desk: Program): Promise<void> {
    let alive = true;
    const loaders = Array.from({ length: LOADERS }, async (_, loader) => {
      for (let i = 0; alive; i++) {
        const name = `k${this.#kills}-${loader}-${i}`;
        const size = 1 + this.#chance.below(BATCH_MAX);
        const batch: Batch = { name, size, raised: false, ended: false };
        this.#batches.push(batch);
        batch.raised = await post(desk.url, batch, '2099-01-01T00:00:00Z').catch(() => false);
        await this.#endSome(desk);
      }
    });
    const ms = 10 + this.#chance.below(LOAD_MS_MAX);
    const end = process.hrtime.bigint() + BigInt(ms) * 1_000_000n;
    while (process.hrtime.bigint() < end) await new Promise((resolve) => setImmediate(resolve));
    const ended = desk.end('SIGKILL');
    alive = false;
    await Promise.all([ended, ...loaders]);
    this.#kills++;
  }

  /** Some of what fires is over; the end is handed in until it is answered. */
  async #endSome(desk: Program): Promise<void> {
    const open = this.#batches.filter((batch) => batch.raised && !batch.ended);
    if (open.length === 0 || this.#chance.in100(50)) return;
    const batch = this.#chance.pick(open);
    batch.ended = (await post(desk.url, batch, nowText()).catch(() => false)) || batch.ended;
  }

  /** Everything answered was told, and each group was looked at once more since. */
  async #quiet(desk: Program): Promise<void> {
    await until(() => this.#report().lost === 0);
    const last: Batch = { name: 'last', size: 1, raised: true, ended: true };
    await post(desk.url, last, '2099-01-01T00:00:00Z');
    await post(desk.url, last, nowText());
    this.#batches.push(last);
    await until(() => this.#report().lost === 0);
  }

  #report(): NotifiedReport {
    const keys = new Map<string, Set<string>>();
    const first = new Map<string, Message>();
    const faults = { repeated: 0, lost: 0, doubled: 0, altered: 0 };
    for (const message of this.#messages) {
      const { key, body, kills } = message;
      const before = first.get(key);
      first.set(key, message);
      if (before) {
        faults.repeated++;
        if (before.body !== body) faults.altered++;
        if (before.kills === kills) faults.doubled++;
        continue;
      }
      for (const { status, labels } of (JSON.parse(body) as { alerts: Told[] }).alerts) {
        const place = `${status} ${labels.batch} ${labels.n}`;
        keys.set(place, (keys.get(place) ?? new Set()).add(key));
      }
    }
    for (const { name, size, raised, ended } of this.#batches) {
      for (let n = 0; n < size; n++) {
        const [fires, ends] = ['firing', 'resolved'].map(
          (s) => keys.get(`${s} ${name} ${n}`)?.size,
        );
        if (raised && fires === undefined) faults.lost++;
        if (ended && ends === undefined) faults.lost++;
        if ((fires ?? 0) > 1 || (ends ?? 0) > 1) faults.doubled++;
      }
    }
    const raised = this.#batches.filter((batch) => batch.raised);
    const alertsOf = (some: readonly Batch[]) => some.reduce((sum, { size }) => sum + size, 0);
    return {
      kills: this.#kills,
      batches: raised.length,
      alerts: alertsOf(raised),
      ends: alertsOf(raised.filter((batch) => batch.ended)),
      messages: this.#messages.length,
      ...faults,
    };
  }
}

const clock = systemClock();
const nowText = (): string => new Date(clock.now()).toISOString();

/** Looks ten times a second; what never comes true is for the report to say. */
async function until(isSo: () => boolean): Promise<void> {
  const end = after(clock.now(), millis(TOLD_WITHIN_MS));
  while (!isSo() && clock.now() < end) {
    await new Promise<void>((look) => clock.at(after(clock.now(), millis(100)), look));
  }
}

async function post(url: string, { name, size }: Batch, endsAt: string): Promise<boolean> {
  const alerts = Array.from({ length: size }, (_, n) => ({
    labels: { alertname: 'Killed', batch: name, n: String(n) },
    endsAt,
  }));
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  await response.arrayBuffer();
  return response.status === 200;
}

/** Kills a desk that tells a webhook with -9 at random moments, and counts what was told. */
export const killWhileNotifying = (kills: number, seed: number): Promise<NotifiedReport> =>
  new Killing(seed).run(kills);

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
  });
  const report = await killWhileNotifying(Number(values.kills), Number(values.seed));
  process.stdout.write(`${JSON.stringify({ bench: 'crash.kill-notified', ...report })}\n`);
  assert.deepEqual([report.lost, report.doubled, report.altered], [0, 0, 0]);
}

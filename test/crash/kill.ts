import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Chance, chance } from '../simulation/random.ts';
import { type Program, startProgram } from './program.ts';

const LOADERS = 4;
const BATCH_MAX = 40;
/** Longest time under load before the kill. */
const LOAD_MS_MAX = 250;

/** What a sender did, and whether it was told that it is done. */
interface Sent {
  readonly batch: string;
  readonly size: number;
  answered: boolean;
}

interface Acked {
  readonly id: string;
  readonly key: string;
  answered: boolean;
}

export interface KillReport {
  readonly kills: number;
  readonly batches: number;
  readonly answered: number;
  readonly alerts: number;
  readonly acknowledgements: number;
  /** Answered alerts that were not there after a start. */
  readonly lost: number;
  /** Alerts counted twice. */
  readonly doubled: number;
  /** Batches of which a part was there. */
  readonly halves: number;
}

interface GotAlarm {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly occurrences: number;
  readonly handling: { readonly is: string };
}

/** Kills the desk with -9 at random moments under load, and looks at what each start finds. */
export async function killAgainAndAgain(kills: number, seed: number): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-kill-'));
  const c = chance(seed);
  const sent: Sent[] = [];
  const acked: Acked[] = [];
  const faults = { lost: 0, doubled: 0, halves: 0 };
  try {
    let desk = await startProgram(folder);
    for (let kill = 0; kill < kills; kill++) {
      await underLoad(desk, c, kill, sent, acked);
      desk = await startProgram(folder);
      await look(desk, sent, acked, kill, faults);
    }
    await desk.end('SIGTERM');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const answered = sent.filter((s) => s.answered);
  return {
    kills,
    batches: sent.length,
    answered: answered.length,
    alerts: answered.reduce((sum, s) => sum + s.size, 0),
    acknowledgements: acked.filter((a) => a.answered).length,
    ...faults,
  };
}

/** Loads the desk from several senders at once until it is killed in the middle of it. */
async function underLoad(
  desk: Program,
  c: Chance,
  kill: number,
  sent: Sent[],
  acked: Acked[],
): Promise<void> {
  const token = desk.token();
  let alive = true;
  const before = new Set(acked.map((a) => a.id));
  const known = (await someIds(desk, token)).filter((id) => !before.has(id)).slice(0, 20);
  const loaders = Array.from({ length: LOADERS }, async (_, loader) => {
    for (let i = 0; alive; i++) {
      const batch = `k${kill}-${loader}-${i}`;
      const one: Sent = { batch, size: 1 + c.below(BATCH_MAX), answered: false };
      sent.push(one);
      one.answered = await post(desk.url, one).catch(() => false);
    }
  });
  const people = known.map(async (id, i) => {
    const one: Acked = { id, key: `ack-${kill}-${i}`, answered: false };
    acked.push(one);
    one.answered = await acknowledge(desk.url, token, one).catch(() => false);
  });
  const end = process.hrtime.bigint() + BigInt(10 + c.below(LOAD_MS_MAX)) * 1_000_000n;
  // On a slow machine longer: of what is never answered nothing can be lost.
  while (process.hrtime.bigint() < end || !sent.some(({ answered }) => answered))
    await new Promise((resolve) => setImmediate(resolve));
  await desk.end('SIGKILL');
  alive = false;
  await Promise.all([...loaders, ...people]);
}

async function post(url: string, { batch, size }: Sent): Promise<boolean> {
  const alerts = Array.from({ length: size }, (_, n) => ({
    labels: { alertname: 'Killed', batch, n: String(n), size: String(size) },
    annotations: { summary: `${batch} ${n}` },
    endsAt: '2099-01-01T00:00:00Z',
  }));
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  await response.arrayBuffer();
  return response.status === 200;
}

async function acknowledge(url: string, token: string, { id, key }: Acked): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/alarms/${id}/acknowledge`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({ note: 'before the kill' }),
  });
  await response.arrayBuffer();
  return response.status === 200;
}

const PAGE_MAX = 1_000;

async function allAlarms(url: string, token: string): Promise<readonly GotAlarm[]> {
  const found: GotAlarm[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await fetch(`${url}/api/v1/alarms?limit=${PAGE_MAX}${more}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(response.status, 200, await response.clone().text());
    const page = (await response.json()) as { items: GotAlarm[]; next?: string | null };
    found.push(...page.items);
    cursor = page.next ?? undefined;
  }
  return found;
}

async function someIds(desk: Program, token: string): Promise<readonly string[]> {
  const all = await allAlarms(desk.url, token);
  return all.map((alarm) => alarm.id);
}

/** After a start: everything answered is there, once, and no batch is there in part. */
async function look(
  desk: Program,
  sent: readonly Sent[],
  acked: readonly Acked[],
  kill: number,
  faults: { lost: number; doubled: number; halves: number },
): Promise<void> {
  const alarms = await allAlarms(desk.url, desk.token());
  const byBatch = new Map<string, number>();
  for (const { labels, occurrences } of alarms) {
    const batch = labels.batch ?? '';
    byBatch.set(batch, (byBatch.get(batch) ?? 0) + 1);
    if (labels.alertname === 'Killed' && occurrences !== 1) faults.doubled++;
  }
  for (const { batch, size, answered } of sent) {
    const there = byBatch.get(batch) ?? 0;
    if (answered && there < size) faults.lost += size - there;
    if (there !== 0 && there !== size) faults.halves++;
  }
  const held = new Map(alarms.map((alarm) => [alarm.id, alarm] as const));
  for (const { id, answered } of acked) {
    if (answered && held.get(id)?.handling.is !== 'acknowledged') faults.lost++;
  }
  assert.deepEqual(faults, { lost: 0, doubled: 0, halves: 0 }, `after kill ${kill}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
  });
  const report = await killAgainAndAgain(Number(values.kills), Number(values.seed));
  process.stdout.write(`${JSON.stringify({ bench: 'crash.kill', ...report })}\n`);
}

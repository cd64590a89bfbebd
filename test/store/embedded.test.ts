import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import type { Store } from '../../src/ports/store.ts';
import { AUDIT_VISITS_MAX } from '../../src/store/audit-reads.ts';
import { openEmbeddedStore, STORE_FILE } from '../../src/store/embedded.ts';
import { VISITS_MAX } from '../../src/store/reads.ts';
import { SCHEMA_VERSION } from '../../src/store/schema.ts';
import { COUNTER, counted } from './counted.ts';
import { aBatch, aChange, anAlarm, anAuditLine, at, folderOf, gathered, id } from './samples.ts';

const open = (folder: string): Promise<Store> =>
  openEmbeddedStore({ folder, readers: 2, log: silentLog });

/** What `counted` batches up to the store's position must have left, and nothing else. */
async function assertWhole(store: Store): Promise<void> {
  const { position } = store;
  const checkpoint = store.load();
  assert.equal(checkpoint.position, position);
  assert.deepEqual(await gathered(checkpoint.rows), [
    { table: 'counters', id: COUNTER, json: String(position) },
  ]);
  const alarms = await gathered(checkpoint.alarms);
  assert.deepEqual(
    new Set(alarms.map((a) => a.revision)),
    new Set(alarms.length ? [position] : []),
  );
  const { items } = await store.audit(undefined, 1_000);
  assert.deepEqual(items.map((line) => line.position).slice(0, 1), position ? [position] : []);
  assert.equal(items.length, Math.min(position, 1_000));
  assert.equal((await store.timeline(id(1), undefined, 1_000)).items.length, items.length);
}

test('what was written is there after closing and opening again', async (t) => {
  const folder = folderOf(t);
  const first = await open(folder);
  await first.bind('journal-a', 3);
  for (const n of [1, 2, 3]) await first.write(counted(n));
  await first.close();
  const second = await open(folder);
  t.after(() => second.close());
  await assertWhole(second);
  assert.equal(second.position, 3);
  await assert.rejects(second.bind('journal-b', 3), { code: 'DATA_MISMATCH' });
  await assert.rejects(second.bind('journal-a', 2), { code: 'DATA_MISMATCH' });
  await second.bind('journal-a', 3);
});

test('a store of a newer program is refused, and says what to do', async (t) => {
  const folder = folderOf(t);
  await (await open(folder)).close();
  const db = new DatabaseSync(join(folder, STORE_FILE));
  db.exec(`pragma user_version = ${SCHEMA_VERSION + 1}`);
  db.close();
  await assert.rejects(open(folder), { code: 'DATA_MISMATCH', message: /newer program.*backup/ });
});

test('a file that is no store is refused and left as it is', async (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, STORE_FILE), 'not a database. '.repeat(1_000));
  await assert.rejects(open(folder), { code: 'DATA_MISMATCH', message: /no store of ours/ });
  await assert.rejects(open(folder), { code: 'DATA_MISMATCH' });
});

/** A process that writes `counted` batches for ever and tells each position it was promised. */
const writerProcess = (folder: string): ChildProcess =>
  fork(new URL('./counting.ts', import.meta.url), [folder], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });

test('killed at any moment, the store is whole and holds what it promised', async (t) => {
  const folder = folderOf(t);
  let least = 0;
  for (const batches of [1, 7, 40, 3]) {
    const child = writerProcess(folder);
    let promised = 0;
    child.on('message', ({ position }: { position: number }) => {
      promised = position;
      if (position >= least + batches) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const store = await open(folder);
    assert.ok(store.position >= promised, `${store.position} < ${promised}`);
    await assertWhole(store);
    least = store.position;
    await store.close();
  }
});

const canRaiseLimits = spawnSync('prlimit', ['--version']).status === 0;
const skip = canRaiseLimits ? false : 'needs prlimit (util-linux) to let a file grow again';

test('a full disk refuses the write whole, and takes it when there is room again', {
  skip,
}, async (t) => {
  const folder = folderOf(t);
  const script = new URL('./counting.ts', import.meta.url).pathname;
  const limited = `ulimit -S -f 2048; exec "$0" --disable-warning=ExperimentalWarning "$@"`;
  const child = spawn('bash', ['-c', limited, process.execPath, script, folder, 'heavy'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const told: { position: number; failed?: string }[] = [];
  child.on('message', (m: { position: number; failed?: string }) => told.push(m));
  while (!told.some((m) => m.failed)) await once(child, 'message');
  const failed = told.find((m) => m.failed);
  assert.match(failed?.failed ?? '', /disk|full/i);
  const copy = folderOf(t);
  cpSync(folder, copy, { recursive: true });
  const seen = await open(copy);
  assert.equal(seen.position, failed?.position);
  await assertWhole(seen);
  await seen.close();

  assert.equal(spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']).status, 0);
  child.send('again');
  while (!told.some((m) => m.position > (failed?.position ?? 0))) await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const after = await open(folder);
  t.after(() => after.close());
  await assertWhole(after);
});

test('a write that finds the file locked is refused and goes through later', async (t) => {
  const folder = folderOf(t);
  const store = await open(folder);
  t.after(() => store.close());
  await store.write(counted(1));
  const other = new DatabaseSync(join(folder, STORE_FILE));
  other.exec('begin immediate');
  await assert.rejects(store.write(counted(2)), /locked/);
  assert.equal(store.position, 1);
  await assertWhole(store);
  other.close();
  await store.write(counted(2));
  await assertWhole(store);
});

test('a copy made while writes go on is one whole moment, and opens as a store', async (t) => {
  const folder = folderOf(t);
  const store = await open(folder);
  t.after(() => store.close());
  await store.bind('journal-a', 100);
  const ballast = Array.from({ length: 9_000 }, (_, n) => ({
    table: 'ballast',
    id: String(n),
    json: JSON.stringify('x'.repeat(1_000)),
  }));
  await store.write(aBatch(1, { ...counted(1), rows: [...counted(1).rows, ...ballast] }));
  const remove = ballast.map(({ table, id: key }) => ({ table, id: key, json: undefined }));

  const copy = join(folder, 'copies');
  mkdirSync(copy);
  const steps: number[] = [];
  let isCopying = true;
  const copied = store
    .copyTo(join(copy, STORE_FILE), (done) => steps.push(done))
    .then(() => {
      isCopying = false;
    });
  await store.write(aBatch(2, { ...counted(2), rows: [...counted(2).rows, ...remove] }));
  let position = 2;
  while (isCopying) await store.write(counted(++position));
  await copied;
  assert.ok(steps.length > 2, `${steps.length} steps`);
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => a - b),
  );
  assert.equal(steps.at(-1), 1);
  assert.equal(existsSync(join(copy, `${STORE_FILE}.part`)), false);

  const restored = await open(copy);
  t.after(() => restored.close());
  await restored.bind('journal-a', position);
  assert.ok(restored.position >= 1 && restored.position <= position);
  const ofThatMoment = await gathered(restored.load().rows);
  const kept = ofThatMoment.filter((row) => row.table === 'counters').map((row) => row.json);
  assert.deepEqual(kept, [String(restored.position)]);
  const ballastLeft = ofThatMoment.length - 1;
  assert.equal(ballastLeft, restored.position === 1 ? ballast.length : 0);
  await restored.write(counted(position + 1));
});

test('a load is of one moment, though the store moves on', async (t) => {
  const store = await open(folderOf(t));
  t.after(() => store.close());
  await store.write(counted(1));
  const checkpoint = store.load();
  await store.write(counted(2));
  assert.equal(checkpoint.position, 1);
  assert.deepEqual(
    (await gathered(checkpoint.alarms)).map((a) => a.revision),
    [1, 1, 1],
  );
  assert.deepEqual(
    (await gathered(checkpoint.rows)).map((r) => r.json),
    ['1'],
  );
});

test('a load reads more than one page of everything', async (t) => {
  const store = await open(folderOf(t));
  t.after(() => store.close());
  const alarms = Array.from({ length: 4_001 }, (_, n) => anAlarm(n));
  const rows = alarms.map((_, n) => ({ table: `t${n % 2}`, id: String(n), json: String(n) }));
  await store.write(aBatch(1, { alarms, rows }));
  const { alarms: loaded, rows: loadedRows } = store.load();
  assert.deepEqual(await gathered(loaded), alarms);
  const numbers = (await gathered(loadedRows)).map((r) => Number(r.json));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    alarms.map((_, n) => n),
  );
});

test('a search for something rare answers in time with a cursor to go on from', async (t) => {
  const store = await open(folderOf(t));
  t.after(() => store.close());
  const alarms = Array.from({ length: VISITS_MAX + 1 }, (_, n) =>
    anAlarm(n, n === 0 ? { labels: { site: '--' } } : {}),
  );
  await store.write(aBatch(1, { alarms }));
  const rare = { words: '', condition: 'any', labels: [['site', '--']], limit: 10 } as const;
  const first = await store.search({ ...rare, cursor: undefined });
  assert.deepEqual(first.items, []);
  assert.notEqual(first.next, undefined);
  const second = await store.search({ ...rare, cursor: first.next });
  assert.deepEqual(
    second.items.map((s) => s.alarm.id),
    [id(0)],
  );
  assert.equal(second.next, undefined);
});

test('compaction lets writes through between its slices', async (t) => {
  const store = await open(folderOf(t));
  t.after(() => store.close());
  const old = Array.from({ length: 20_000 }, (_, index) => aChange(1, 1, { index }));
  await store.write(aBatch(1, { alarms: [anAlarm(1)], changes: old }));
  const ended: string[] = [];
  const compacted = store.compact(at(1_000)).then(({ removed }) => {
    ended.push('compacted');
    return removed;
  });
  const written = store.write(counted(2_000)).then(() => ended.push('written'));
  await written;
  assert.equal(await compacted, 20_000);
  assert.deepEqual(ended, ['written', 'compacted']);
  assert.equal((await store.timeline(id(1), undefined, 10)).items.length, 1);
});

test('after closing, questions are refused and not left waiting', async (t) => {
  const store = await open(folderOf(t));
  await store.close();
  await assert.rejects(store.alarm(id(1)), { code: 'BUSY' });
  await assert.rejects(store.write(counted(1)), { code: 'BUSY' });
});

test('a search of the audit log looks at 10,000 lines, and goes on from there', async (t) => {
  const store = await open(folderOf(t));
  t.after(() => store.close());
  const lines = Array.from({ length: AUDIT_VISITS_MAX + 1 }, (_, i) => anAuditLine(i + 1));
  const audit = lines.map((line, i) => (i === 0 ? { ...line, by: 'tom' } : line));
  await store.write(aBatch(audit.length, { audit }));
  const first = await store.audit(undefined, 10, { by: 'tom' });
  assert.deepEqual(first.items, []);
  const second = await store.audit(first.next, 10, { by: 'tom' });
  assert.deepEqual([second.items.length, second.next], [1, undefined]);
});

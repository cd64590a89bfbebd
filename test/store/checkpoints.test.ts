import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { openCheckpoint } from '../../src/store/checkpoint.ts';
import { checkpointsIn } from '../../src/store/checkpoints.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { aBatch, aChange, aDecision, anAlarm, at, folderOf, gathered, id } from './samples.ts';

async function opened(t: TestContext) {
  const folder = folderOf(t);
  const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
  t.after(() => store.close());
  return { folder, store };
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
const row = (n: number) => ({ table: 'timers', id: `t${n}`, json: `{"n":${n}}` });

test('a copied checkpoint is the state alone, without history', async (t) => {
  const { folder, store } = await opened(t);
  await store.bind('journal-a', 0);
  const alarms = numbers(5_000).map((n) => anAlarm(n));
  const rows = numbers(4_500).map(row);
  await store.write(
    aBatch(7, {
      alarms,
      rows,
      changes: alarms.map((_, n) => aChange(n, 7, { index: n })),
      evidence: alarms.map((a) => ({ alarm: a.id, at: at(7), raw: 'r'.repeat(500) })),
      decisions: [aDecision(7, numbers(1_000))],
    }),
  );
  await store.write(aBatch(8, { forgotten: [id(3)] }));
  const file = join(folder, 'copy.db');
  assert.equal(await store.copyCheckpoint(file), 8);
  const copy = openCheckpoint(file);
  assert.deepEqual([copy.journalId, copy.position, copy.deskTime], ['journal-a', 8, at(8)]);
  const live = await gathered(copy.alarms);
  assert.deepEqual(
    live,
    alarms.filter((a) => a.id !== id(3)),
  );
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  assert.deepEqual(await gathered(copy.rows), rows.toSorted(byId));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('copy')),
    ['copy.db'],
  );
  const db = new DatabaseSync(file, { readOnly: true });
  const tables = db.prepare("select name from sqlite_schema where type = 'table'").all();
  db.close();
  assert.deepEqual(tables.map((table) => table.name).sort(), ['alarms', 'meta', 'rows']);
});

test('a checkpoint is of one moment, however much is written meanwhile', async (t) => {
  const { folder, store } = await opened(t);
  const batch = (position: number) =>
    aBatch(position, {
      alarms: numbers(6_000).map((n) => anAlarm(n, { revision: position })),
      rows: [{ table: 'desk', id: 'desk', json: `${position}` }],
    });
  await store.write(batch(1));
  const copying = store.copyCheckpoint(join(folder, 'copy.db'));
  await store.write(batch(2));
  const position = await copying;
  const copy = openCheckpoint(join(folder, 'copy.db'));
  const revisions = new Set((await gathered(copy.alarms)).map((a) => a.revision));
  assert.deepEqual([...revisions], [position]);
  assert.deepEqual(await gathered(copy.rows), [{ table: 'desk', id: 'desk', json: `${position}` }]);
});

test('reads are answered while a checkpoint is copied', async (t) => {
  const { folder, store } = await opened(t);
  await store.write(aBatch(1, { alarms: numbers(20_000).map((n) => anAlarm(n)) }));
  const order: string[] = [];
  const copying = store.copyCheckpoint(join(folder, 'copy.db')).then(() => order.push('copied'));
  await store.alarm(id(1));
  order.push('read');
  await copying;
  assert.deepEqual(order, ['read', 'copied']);
});

test('a copy that fails says so and leaves nothing', async (t) => {
  const { folder, store } = await opened(t);
  await store.write(aBatch(1, { alarms: [anAlarm(1)] }));
  await assert.rejects(store.copyCheckpoint(join(folder, 'nowhere', 'copy.db')));
  assert.ok(!existsSync(join(folder, 'nowhere')));
  assert.equal(await store.copyCheckpoint(join(folder, 'copy.db')), 1);
});

test('kept checkpoints are listed oldest first, opened and removed by position', async (t) => {
  const { folder, store } = await opened(t);
  const kept = checkpointsIn(join(folder, 'checkpoints'));
  assert.deepEqual(kept.list(), []);
  for (const position of [9, 10]) {
    await store.write(aBatch(position, { alarms: [anAlarm(position)] }));
    assert.deepEqual(await kept.take(store), { position, deskTime: at(position) });
  }
  assert.deepEqual(
    kept.list().map((k) => k.position),
    [9, 10],
  );
  const ids = (await gathered(kept.open(9).alarms)).map((a) => a.id);
  assert.deepEqual(ids, [id(9)]);
  kept.remove(9);
  kept.remove(9);
  assert.deepEqual(kept.list(), [{ position: 10, deskTime: at(10) }]);
  assert.throws(() => kept.open(9), { code: 'NOT_FOUND' });
});

test('what a kill or a stranger left among the checkpoints is passed over', async (t) => {
  const { folder, store } = await opened(t);
  const there = join(folder, 'checkpoints');
  const kept = checkpointsIn(there);
  await store.write(aBatch(5, { alarms: numbers(500).map((n) => anAlarm(n)) }));
  await kept.take(store);
  writeFileSync(join(there, 'new.db'), 'half a copy');
  writeFileSync(join(there, 'new.db.part'), 'half a copy');
  writeFileSync(join(there, '7.db'), 'no database');
  mkdirSync(join(there, 'notes'));
  copyFileSync(join(there, '5.db'), join(there, '3.db'));
  assert.deepEqual(
    kept.list().map((k) => k.position),
    [5],
  );
  await store.write(aBatch(6));
  assert.equal((await kept.take(store)).position, 6);
  assert.deepEqual(readdirSync(there).sort(), ['3.db', '5.db', '6.db', '7.db', 'notes']);
  truncateSync(join(there, '5.db'), 100);
  assert.deepEqual(
    kept.list().map((k) => k.position),
    [6],
  );
});

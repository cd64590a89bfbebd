import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { AUDIT_SQL } from '../../src/store/audit-reads.ts';
import { CHECKPOINT_SQL } from '../../src/store/checkpoint.ts';
import { COMPACT_SQL } from '../../src/store/compact.ts';
import { KPI_READ_SQL } from '../../src/store/kpi-reads.ts';
import { KPI_WRITE_SQL } from '../../src/store/kpi-write.ts';
import { ATTEMPTS_BY_ALARM, NOTICE_SQL } from '../../src/store/notice-reads.ts';
import { READ_SQL } from '../../src/store/reads.ts';
import { META, migrate, SCHEMA_VERSION, versionOf } from '../../src/store/schema.ts';
import { TURN_SQL } from '../../src/store/turn-reads.ts';
import { WRITE_SQL } from '../../src/store/write-batch.ts';
import { folderOf } from './samples.ts';

const shapeOf = (db: DatabaseSync) =>
  db.prepare('select type, name, sql from sqlite_schema order by type, name').all();

function migrated(to: number): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  migrate(db, 'memory', to);
  return db;
}

for (let version = 0; version < SCHEMA_VERSION; version++) {
  test(`a store of schema ${version} becomes one of schema ${SCHEMA_VERSION}`, () => {
    const db = migrated(version);
    assert.equal(versionOf(db), version);
    migrate(db, 'memory');
    assert.equal(versionOf(db), SCHEMA_VERSION);
    assert.deepEqual(shapeOf(db), shapeOf(migrated(SCHEMA_VERSION)));
  });
}

test('a migration that fails leaves the schema that was there', (t) => {
  const file = join(folderOf(t), 'store.db');
  const db = new DatabaseSync(file);
  t.after(() => db.close());
  db.exec('create table audit (other text)');
  const before = shapeOf(db);
  assert.throws(() => migrate(db, file), /audit already exists/);
  assert.deepEqual(shapeOf(db), before);
  assert.equal(versionOf(db), 0);
});

const ALL_SQL = {
  ...WRITE_SQL,
  ...COMPACT_SQL,
  ...READ_SQL,
  ...AUDIT_SQL,
  ...TURN_SQL,
  ...NOTICE_SQL,
  ...KPI_READ_SQL,
  ...KPI_WRITE_SQL,
  ...CHECKPOINT_SQL,
  attemptsByAlarm: ATTEMPTS_BY_ALARM,
  meta: META,
};

test('every statement prepares against the schema', () => {
  const db = migrated(SCHEMA_VERSION);
  for (const [name, sql] of Object.entries(ALL_SQL)) {
    assert.doesNotThrow(() => db.prepare(sql), name);
  }
});

/** Statement, and the index its comment names. */
const PLANS: readonly (readonly [string, RegExp])[] = [
  [WRITE_SQL.known, /autoindex_alarms_1 \(id=\?\)/],
  [WRITE_SQL.forget, /autoindex_alarms_1 \(id=\?\)/],
  [WRITE_SQL.keyOf, /COVERING INDEX sqlite_autoindex_alarms_1 \(id=\?\)/],
  [COMPACT_SQL.oldChanges, /USING INTEGER PRIMARY KEY \(rowid<\?\)/],
  [COMPACT_SQL.oldEvidence, /evidence_by_age \(at_ms<\?\)/],
  [COMPACT_SQL.oldDecisions, /decisions_by_age \(at_ms<\?\)/],
  [COMPACT_SQL.deleteDecided, /PRIMARY KEY \(alarm=\? AND decision=\?\)/],
  [COMPACT_SQL.oldAttempts, /attempts_by_age \(at_ms<\?\)/],
  [COMPACT_SQL.oldAlarms, /alarms_by_place \(place>\?\)/],
  [READ_SQL.alarm, /autoindex_alarms_1 \(id=\?\)/],
  [READ_SQL.timeline, /changes_by_alarm \(alarm=\? AND \(position,idx\)<\(\?,\?\)\)/],
  [TURN_SQL.turnsKey, /autoindex_alarms_1 \(id=\?\)/],
  [TURN_SQL.turnsNext, /changes_by_alarm \(alarm=\? AND position>\?\)/],
  [TURN_SQL.turns, /changes_by_alarm \(alarm=\? AND \(position,idx\)<\(\?,\?\)\)/],
  [READ_SQL.any, /alarms_by_place \(place<\?\)/],
  [READ_SQL.raised, /alarms_raised \(place<\?\)/],
  [READ_SQL.words, /VIRTUAL TABLE INDEX[\s\S]*alarms_by_place \(place=\?\)/],
  [AUDIT_SQL.before, /INTEGER PRIMARY KEY \(rowid<\?\)/],
  [AUDIT_SQL.from, /INTEGER PRIMARY KEY \(rowid>\?\)/],
  [NOTICE_SQL.decisions, /INTEGER PRIMARY KEY \(rowid<\?\)/],
  [NOTICE_SQL.decisionsByAlarm, /PRIMARY KEY \(alarm=\? AND decision<\?\)[\s\S]*\(rowid=\?\)/],
  [NOTICE_SQL.decisionsByGroup, /decisions_by_group \(grp=\? AND rowid<\?\)/],
  [NOTICE_SQL.decisionsByWay, /decisions_by_way \(way=\? AND rowid<\?\)/],
  [NOTICE_SQL.decisionsByDelivery, /decisions_by_delivery \(delivery=\? AND rowid<\?\)/],
  [NOTICE_SQL.lastDecision, /decisions_by_age \(at_ms<\?\)/],
  [NOTICE_SQL.attempts, /INTEGER PRIMARY KEY \(rowid<\?\)/],
  [NOTICE_SQL.attemptsByGroup, /attempts_by_group \(grp=\? AND rowid<\?\)/],
  [NOTICE_SQL.attemptsByWay, /attempts_by_way \(way=\? AND rowid<\?\)/],
  [NOTICE_SQL.attemptsByDelivery, /attempts_by_delivery \(delivery=\? AND rowid<\?\)/],
  [NOTICE_SQL.lastAttempt, /attempts_by_age \(at_ms<\?\)/],
  [CHECKPOINT_SQL.alarms, /alarms_live \(n>\?\)/],
  [CHECKPOINT_SQL.rows, /PRIMARY KEY \(\(tbl,id\)>\(\?,\?\)\)/],
];

test('every read goes by the index its comment names, and nothing is sorted', () => {
  const db = migrated(SCHEMA_VERSION);
  for (const [sql, index] of PLANS) {
    const plan = db
      .prepare(`explain query plan ${sql}`)
      .all()
      .map((step) => String(step.detail))
      .join('\n');
    assert.match(plan, index, sql);
    assert.doesNotMatch(plan, /TEMP B-TREE|SCAN (?!w VIRTUAL)/, sql);
  }
});

test('tries of one alarm are found by index, whatever the number of tries', () => {
  const db = migrated(SCHEMA_VERSION);
  const steps = db.prepare(`explain query plan ${ATTEMPTS_BY_ALARM}`).all();
  const plan = steps.map((step) => String(step.detail)).join('\n');
  assert.match(plan, /attempts_by_delivery \(delivery=\?/);
  assert.doesNotMatch(plan, /SCAN [adc]\b/);
});

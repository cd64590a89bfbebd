import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import { batchOf, partsOf } from '../../src/store/batches.ts';
import { ATTEMPT_FIELDS, DECISION_FIELDS } from '../../src/store/notice-packing.ts';
import { ALARM_FIELDS, CHANGE_FIELDS, Packer, Unpacker } from '../../src/store/packing.ts';
import {
  aBatch,
  aChange,
  aDecision,
  anAlarm,
  anAttempt,
  anAuditLine,
  at,
  id,
  NORA,
} from './samples.ts';

const through = (batch: ReturnType<typeof aBatch>) => batchOf(batch, [...partsOf(batch)]);

const FULL: Alarm = anAlarm(1, {
  labels: JSON.parse('{"b":"2","a":"","__proto__":"x","🚨":"\\ud800 lone","q":"\\" \\\\ \\n"}'),
  annotations: { long: 'ж'.repeat(5_000) },
  condition: { is: 'cleared', since: at(1), at: at(2), why: 'timeout' },
  handling: { is: 'closed', by: NORA, at: at(3), note: '' },
  suppressions: [{ kind: 'design', rule: '', by: NORA, since: at(0), until: at(9), reason: 'r' }],
  assignee: NORA,
  ticket: 't',
  link: 'l',
  qualifier: 'q',
  lease: { until: at(9), length: 7 as never, explicit: true, renewed: false },
  occurrences: 11,
  occurrencesThisEpisode: 12,
  unkept: 5,
  episodes: 13,
  heardAt: at(14),
  saidAt: at(15),
  changedAt: at(16),
});

test('an alarm travels whole, whatever its labels are called', () => {
  const others = [
    anAlarm(2, { willClear: false }),
    anAlarm(3, { byLabels: false, lease: undefined, assignee: '' as never }),
    anAlarm(4, {
      handling: { is: 'acknowledged', by: NORA, at: at(1), note: 'n', severity: 'minor' },
    }),
  ];
  const alarms = [FULL, ...others];
  assert.deepEqual(through(aBatch(1, { alarms })).alarms, alarms);
  assert.deepEqual(Object.keys(FULL).sort(), Object.keys(ALARM_FIELDS).sort());
});

test('a change travels whole, with and without a person', () => {
  const changes = [aChange(1, 2, { by: NORA, why: 'w', index: 3 }), aChange(2, 2)];
  assert.deepEqual(through(aBatch(1, { changes })).changes, changes);
  const { position: _, index: __, receivedAt: ___, ...carried } = changes[0] ?? aChange(1, 1);
  assert.deepEqual(Object.keys(carried).sort(), Object.keys(CHANGE_FIELDS).sort());
});

test('a decision travels whole, with and without a delivery', () => {
  const muted = [
    { alarm: id(7), mute: { by: 'silence', rule: 's' } },
    { alarm: id(8), mute: { by: 'inhibition', rule: '', source: id(1) } },
  ] as const;
  const full = aDecision(2, [1, 2, 3], { index: 4, muted, resolved: 5 });
  const { delivery: _, ...quiet } = aDecision(3, [], { verdict: 'quiet', reason: 'all muted' });
  const decisions = [full, quiet];
  assert.deepEqual(through(aBatch(1, { decisions })).decisions, decisions);
  const { position: _p, index: _i, at: _a, ...carried } = full;
  assert.deepEqual(Object.keys(carried).sort(), Object.keys(DECISION_FIELDS).sort());
});

test('an attempt travels whole', () => {
  const attempts = [anAttempt(5, 2), anAttempt(6, 2, { result: 'later', detail: '', attempt: 2 })];
  assert.deepEqual(through(aBatch(1, { attempts })).attempts, attempts);
  const { position: _p, at: _a, ...carried } = anAttempt(5, 2);
  assert.deepEqual(Object.keys(carried).sort(), Object.keys(ATTEMPT_FIELDS).sort());
});

test('a batch travels whole, in as many parts as it needs', () => {
  const numbers = Array.from({ length: 700 }, (_, n) => n);
  const batch = aBatch(9, {
    alarms: numbers.map((n) => anAlarm(n)),
    forgotten: [id(1), id(2)],
    changes: numbers.map((n) => aChange(n, n)),
    evidence: numbers.map((n) => ({ alarm: id(n), at: at(n), raw: 'r'.repeat(n * 10) })),
    audit: [anAuditLine(1)],
    decisions: [aDecision(3, numbers)],
    attempts: [anAttempt(4, 3)],
    rows: [
      { table: 'a', id: '1', json: undefined },
      { table: 'a', id: '2', json: '' },
    ],
  });
  const parts = [...partsOf(batch)];
  assert.ok(parts.length > 8);
  assert.deepEqual(batchOf(batch, parts), batch);
});

test('an empty batch is no part at all', () => {
  assert.deepEqual([...partsOf(aBatch(1))], []);
  assert.deepEqual(through(aBatch(1)), aBatch(1));
});

test('more numbers than a packer begins with', () => {
  const packer = new Packer();
  for (let n = 0; n < 100_000; n++) packer.number(n);
  const back = new Unpacker(packer.take());
  for (let n = 0; n < 100_000; n++) assert.equal(back.number(), n);
  assert.ok(back.isEmpty);
});

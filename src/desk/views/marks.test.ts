import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant } from '../../base/time.ts';
import type { Alarm, Condition } from '../../domain/alarm/alarm.ts';
import {
  isNew,
  isOverdue,
  marksOf,
  NEW_FOR,
  REMIND_AFTER,
  SHORT_LIVED,
  STALE_AFTER,
} from './marks.ts';

const T0 = 1_772_323_200_000 as Instant;

const alarm = (more: Partial<Alarm> = {}): Alarm =>
  ({
    condition: { is: 'raised', since: T0 },
    handling: { is: 'none' },
    suppressions: [],
    heardAt: T0,
    willClear: true,
    lease: undefined,
    ruled: undefined,
    flap: undefined,
    ...more,
  }) as unknown as Alarm;

const words = (a: Alarm, now: Instant): readonly string[] => marksOf(a, now).map((m) => m.word);
const cleared = (ms: number): Condition => ({
  is: 'cleared',
  since: T0,
  at: (T0 + ms) as Instant,
  why: 'resource',
});

test('an alarm nobody took is overdue at ten minutes, not before', () => {
  assert.equal(isOverdue(alarm(), (after(T0, REMIND_AFTER) - 1) as Instant), false);
  assert.equal(isOverdue(alarm(), after(T0, REMIND_AFTER)), true);
});

test('an alarm is new for two minutes, until somebody has it', () => {
  const almost = (after(T0, NEW_FOR) - 1) as Instant;
  assert.equal(isNew(alarm(), almost), true);
  assert.equal(isNew(alarm(), after(T0, NEW_FOR)), false);
  const by = 'nora' as Alarm['suppressions'][number]['by'];
  const taken = { is: 'acknowledged', by, at: T0, note: '', severity: 'major' } as const;
  assert.equal(isNew(alarm({ handling: taken }), almost), false);
});

test('a raise that nobody confirmed for a day is unverified; one that is repeated is stale', () => {
  const day = after(T0, STALE_AFTER);
  assert.deepEqual(words(alarm(), (day - 1) as Instant), []);
  assert.deepEqual(words(alarm(), day), ['unverified']);
  assert.deepEqual(words(alarm({ heardAt: day }), day), ['stale']);
  assert.deepEqual(words(alarm({ willClear: false }), day), ['stale']);
});

test('what was over within two minutes is short, and at two minutes no more', () => {
  assert.deepEqual(words(alarm({ condition: cleared(SHORT_LIVED - 1) }), T0), ['short']);
  assert.deepEqual(words(alarm({ condition: cleared(SHORT_LIVED) }), T0), []);
});

test('what hides it, who has it and how soon it must be seen to stand beside it', () => {
  const until = after(T0, STALE_AFTER);
  const by = 'nora' as Alarm['suppressions'][number]['by'];
  const hides = { rule: 'r', by, since: T0, until, reason: 'card' };
  const a = alarm({
    suppressions: [
      { kind: 'maintenance', ...hides },
      { kind: 'flapping', ...hides },
    ],
    flap: { level: 1, at: T0, changes: 12 },
    ruled: { rules: ['r'], priority: 2 },
    handling: { is: 'acknowledged', by, at: T0, note: '', severity: 'major', line: 2 },
  });
  assert.deepEqual(words(a, T0), ['flapping ×12', 'maintenance', '2nd line', 'P2']);
});

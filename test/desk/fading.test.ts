import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, type Millis, minutes } from '../../src/base/time.ts';
import { Fading } from '../../src/desk/fading.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import type { Outcome } from '../../src/desk/outcome.ts';
import { State } from '../../src/desk/state.ts';
import type { ClearMemory } from '../../src/desk/tables.ts';
import { SWEEP_ROWS_MAX } from '../../src/desk/verbs/timer.ts';
import type { Alarm, UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmId, identify } from '../../src/domain/alarm/event.ts';
import { firstRaise, REORDER_WINDOW } from '../../src/domain/alarm/report.ts';
import { step } from '../../src/domain/alarm/step.ts';
import { alert, openLife, turn } from '../support/desk.ts';

/** A whole minute, so that what is said in minutes is exact. */
const T0 = 1_767_225_600_000 as Instant;
const at = (ms: number): Instant => (T0 + ms) as Instant;
const MANY = 1_000;

const raised = (name: string): Alarm =>
  firstRaise(alert(name), 'test', { position: 1, at: T0 }, undefined).alarm;

function cleared(name: string, when: Instant = T0): Alarm {
  const { severity: _, ...rest } = alert(name);
  const event = { ...rest, kind: 'clear' as const };
  const stepped = step(raised(name), { is: 'reported', event }, { position: 2, at: when });
  assert.ok(stepped.ok);
  return stepped.alarm;
}

const shelved = (alarm: Alarm): Alarm => {
  const happening = {
    is: 'shelved' as const,
    by: 'nora' as UserId,
    until: at(hours(9)),
    reason: 'works',
  };
  const stepped = step(alarm, happening, { position: 3, at: T0 });
  assert.ok(stepped.ok);
  return stepped.alarm;
};

const ids = (fading: Fading, now: Instant, max = MANY) => fading.due(now, max).map((r) => r.id);

test('a cleared alarm leaves after the clear memory, and not a moment before', () => {
  const fading = new Fading();
  fading.clearMemory = hours(1);
  const alarm = cleared('web-1');
  fading.note('alarms', alarm.id, alarm);
  assert.deepEqual(ids(fading, at(hours(1) - 1)), []);
  assert.deepEqual(ids(fading, at(hours(1))), [alarm.id]);
  assert.equal(fading.next([]), at(hours(1)));
});

test('a time inside a minute is rounded up: rows stay rather longer', () => {
  const fading = new Fading();
  fading.clearMemory = hours(1);
  const alarm = cleared('web-1', at(1));
  fading.note('alarms', alarm.id, alarm);
  assert.deepEqual(ids(fading, at(hours(1) + 59_999)), []);
  assert.deepEqual(ids(fading, at(hours(1) + 60_000)), [alarm.id]);
});

test('what is raised or on a shelf never fades', () => {
  const fading = new Fading();
  for (const alarm of [raised('web-1'), shelved(cleared('web-2')), shelved(raised('web-3'))]) {
    fading.note('alarms', alarm.id, alarm);
  }
  assert.deepEqual(ids(fading, at(hours(1_000))), []);
  assert.equal(fading.next([]), undefined);
});

test('an alarm that is raised again, shelved or gone is not due any more', () => {
  const fading = new Fading();
  const alarm = cleared('web-1');
  const { id } = alarm;
  for (const row of [raised('web-1'), shelved(alarm), undefined]) {
    fading.note('alarms', id, alarm);
    assert.deepEqual(ids(fading, at(hours(2))), [id]);
    fading.note('alarms', id, row);
    assert.deepEqual(ids(fading, at(hours(2))), []);
  }
});

test('a clear without an alarm is remembered for the reorder window', () => {
  const fading = new Fading();
  const clear: ClearMemory = { id: 'a' as AlarmId, at: T0, heardAt: T0 };
  fading.note('clears', clear.id, clear);
  assert.deepEqual(ids(fading, at(REORDER_WINDOW - 1)), []);
  assert.deepEqual(ids(fading, at(REORDER_WINDOW)), ['a']);
});

test('the outcome of a key is remembered for as long as the rules say', () => {
  const fading = new Fading();
  fading.onceMemory = hours(24);
  const outcome: Outcome = { id: 'k/1', at: T0, position: 1, results: [] };
  fading.note('outcomes', outcome.id, outcome);
  assert.deepEqual(ids(fading, at(hours(24) - 1)), []);
  assert.deepEqual(fading.due(at(hours(24)), MANY), [{ table: 'outcomes', id: 'k/1' }]);
});

test('the order depends on nothing but the rows: first the minute, then table and id', () => {
  const rows = [
    ['b', 0],
    ['a', 1],
    ['c', 0],
    ['a2', 0],
  ] as const;
  const build = (order: readonly (readonly [string, number])[]) => {
    const fading = new Fading();
    for (const [name, minute] of order) {
      const clear = { id: name as AlarmId, at: T0, heardAt: at(minutes(minute)) };
      fading.note('clears', name, clear);
    }
    return fading;
  };
  const [one, other] = [build(rows), build([...rows].reverse())];
  const late = at(hours(1));
  assert.deepEqual(ids(one, late), ['a2', 'b', 'c', 'a']);
  assert.deepEqual(ids(other, late), ids(one, late));
});

test('no more rows are due than asked for, and next is the first of the others', () => {
  const fading = new Fading();
  for (const [name, minute] of [
    ['a', 0],
    ['b', 0],
    ['c', 2],
  ] as const) {
    fading.note('clears', name, { id: name as AlarmId, at: T0, heardAt: at(minutes(minute)) });
  }
  const late = at(hours(1));
  const gone = fading.due(late, 1);
  assert.deepEqual(
    gone.map((r) => r.id),
    ['a'],
  );
  assert.equal(fading.next(gone), at(REORDER_WINDOW));
  assert.deepEqual(ids(fading, late, 3), ['a', 'b', 'c']);
  assert.equal(fading.next(fading.due(late, 2)), at(REORDER_WINDOW + minutes(2)));
  assert.equal(fading.next(fading.due(late, 3)), undefined);
});

test('new rules are a new index, also for the rows that are there', () => {
  const state = new State();
  const alarm = cleared('web-1');
  state.set('alarms', alarm.id, alarm);
  const rules = (clearMemory: Millis) =>
    state.set('desk', 'desk', {
      id: 'desk',
      boot: 'test',
      behaviour: 1,
      startedAt: T0,
      rules: { clearMemory, onceMemory: hours(24), notify: RULES_DEFAULT.notify },
    });
  rules(minutes(5));
  assert.deepEqual(ids(state.fading, at(minutes(5))), [alarm.id]);
  rules(hours(2));
  assert.deepEqual(ids(state.fading, at(minutes(5))), []);
  assert.deepEqual(ids(state.fading, at(hours(2))), [alarm.id]);
});

test('one sweep takes out 1,000 rows, the next one the rest, and history keeps them', async () => {
  const { desk, clock, store, journal, entries } = await openLife();
  const names = Array.from({ length: SWEEP_ROWS_MAX + 1 }, (_, i) => `web-${i}`);
  await desk.receive(
    'test',
    names.map((name) => alert(name)),
  );
  await desk.receive(
    'test',
    names.map((name) => {
      const { severity: _, ...rest } = alert(name);
      return { ...rest, kind: 'clear' as const };
    }),
  );
  await desk.receive('test', [alert('stays')]);
  const before = journal.head;
  clock.pass(hours(1) - 1);
  await turn();
  assert.equal(desk.memory.count('alarms'), SWEEP_ROWS_MAX + 2);
  clock.pass(minutes(1));
  await turn();
  const sweeps = (await entries(before)).filter((entry) => entry.kind === 'timer');
  assert.equal(sweeps.length, 1);
  assert.equal(desk.memory.count('alarms'), 2);
  clock.pass(1);
  await turn();
  assert.equal(desk.memory.count('alarms'), 1);
  assert.ok(desk.memory.get('alarms', alert('stays').id));
  clock.pass(5_000);
  await turn();
  const found = await store.alarm(alert('web-7').id);
  assert.equal(found?.alarm.condition.is, 'cleared');
  await desk.close();
});

test('rows of two tables with one name fade apart', () => {
  const fading = new Fading();
  const id = identify('a', 'b', '');
  fading.note('clears', id, { id, at: T0, heardAt: T0 });
  fading.note('outcomes', id, { id, at: T0, position: 1, results: [] });
  fading.note('clears', id, undefined);
  assert.deepEqual(fading.due(at(hours(48)), MANY), [{ table: 'outcomes', id }]);
});

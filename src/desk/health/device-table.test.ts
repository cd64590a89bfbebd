import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../base/time.ts';
import { type AlarmEvent, identifyLabels } from '../../domain/alarm/event.ts';
import { deviceOf } from './device.ts';
import {
  DEVICES_LET_GO_AT_ONCE,
  DEVICES_PER_SOURCE_MAX,
  DeviceTable,
  REGULARS_KEPT_MAX,
  ROOM_MADE_EVERY,
} from './device-table.ts';
import { LEARN_EVENTS_MIN, LEARN_SPAN_MIN } from './habit.ts';
import { Heard } from './heard.ts';

const START = LEARN_SPAN_MIN as number;

/** Each device is heard one millisecond after the one before it. */
function filled(count: number, name = 'd'): DeviceTable {
  const table = new DeviceTable();
  for (let i = 0; i < count; i++) hear(table, `${name}${i}`, START + i);
  return table;
}

function hear(table: DeviceTable, name: string, at: number): boolean {
  const heard = table.find(name, at as Instant);
  if (heard) heard.at = at as Instant;
  return heard !== undefined;
}

test('all that were heard are there, up to the maximum', () => {
  const table = filled(DEVICES_PER_SOURCE_MAX);
  assert.equal(table.size, DEVICES_PER_SOURCE_MAX);
  assert.equal(table.letGo, 0);
});

test('one more lets those go that were heard least recently, and counts them', () => {
  const table = filled(DEVICES_PER_SOURCE_MAX);
  const now = START + DEVICES_PER_SOURCE_MAX;
  hear(table, 'd0', now);
  assert.ok(hear(table, 'new', now));
  assert.equal(table.letGo, DEVICES_LET_GO_AT_ONCE);
  assert.equal(table.size, DEVICES_PER_SOURCE_MAX - DEVICES_LET_GO_AT_ONCE + 1);
  assert.ok(table.get('d0') && table.get(`d${DEVICES_LET_GO_AT_ONCE + 1}`));
  assert.equal(table.get('d1'), undefined);
  assert.equal(table.get(`d${DEVICES_LET_GO_AT_ONCE}`), undefined);
});

test('a flood of names is counted, and pushes out no more than a few a minute', () => {
  const table = filled(DEVICES_PER_SOURCE_MAX);
  const now = START + DEVICES_PER_SOURCE_MAX;
  const flood = (at: number, count: number) => {
    let taken = 0;
    for (let i = 0; i < count; i++) if (hear(table, `stranger ${at} ${i}`, at)) taken++;
    return taken;
  };
  assert.equal(flood(now, 4 * DEVICES_PER_SOURCE_MAX), DEVICES_LET_GO_AT_ONCE);
  assert.equal(table.size, DEVICES_PER_SOURCE_MAX);
  assert.equal(table.letGo, 4 * DEVICES_PER_SOURCE_MAX);
  assert.equal(flood(now + ROOM_MADE_EVERY - 1, 1), 0);
  assert.equal(flood(now + ROOM_MADE_EVERY, DEVICES_PER_SOURCE_MAX), DEVICES_LET_GO_AT_ONCE);
});

test('who talks by habit, or has a limit set, stays whatever else is heard', () => {
  const table = filled(REGULARS_KEPT_MAX + 1, 'regular ');
  let first = true;
  for (const heard of table.all()) {
    if (first) heard.rule = 60_000;
    else heard.events = LEARN_EVENTS_MIN;
    heard.firstAt = 0 as Instant;
    first = false;
  }
  for (let n = 1; n < 10; n++) {
    for (let i = 0; i < DEVICES_PER_SOURCE_MAX; i++) {
      hear(table, `stranger ${n} ${i}`, START + n * ROOM_MADE_EVERY);
    }
  }
  const kept = [...table.all()].filter(({ name }) => name.startsWith('regular'));
  assert.equal(kept.length, REGULARS_KEPT_MAX);
  assert.ok(table.get('regular 0'));
  assert.equal(table.size, DEVICES_PER_SOURCE_MAX);
});

test('what was kept over a restart is taken over up to the maximum', () => {
  const table = new DeviceTable();
  const put = (name: string) => table.put(new Heard(name, START as Instant));
  for (let i = 0; i < DEVICES_PER_SOURCE_MAX; i++) assert.ok(put(`d${i}`));
  assert.ok(!put('one more'));
  assert.ok(!put('d0'));
});

/** An alert as API v2 makes it. */
function alertOf(labels: Readonly<Record<string, string>>): AlarmEvent {
  const id = identifyLabels(labels);
  const [resource, type] = ['r/p', 'Down'];
  return { kind: 'raise', id, byLabels: true, resource, type, qualifier: '', text: '', labels };
}

test('in whatever order they come, an event finds the device its labels name, and none that is gone', () => {
  const table = new DeviceTable();
  let seed = 7;
  const rng = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed >>> 8) % below;
  };
  const round = Array.from({ length: 40 }, (_, n) =>
    alertOf(n % 4 === 3 ? { device: `d${n % 9}` } : { instance: `d${n % 9}:${n % 2}` }),
  );
  for (let n = 0; n < 5_000; n++) {
    const event = round[rng(3) === 0 ? rng(round.length) : n % round.length] as AlarmEvent;
    assert.equal(table.of(event, START as Instant)?.name, deviceOf(event));
  }
  assert.equal(table.size, 9);
  const [first, second] = [alertOf({ instance: 'a' }), alertOf({ instance: 'b' })];
  for (let n = 0; n < 2; n++) for (const event of [first, second]) table.of(event, 1 as Instant);
  for (let n = 0; table.letGo === 0; n++) hear(table, `x${n}`, START + n);
  assert.equal(table.get('a'), undefined);
  for (const event of [first, second]) {
    const found = table.of(event, (START + 1) as Instant);
    assert.equal(found, table.get(deviceOf(event)));
  }
});

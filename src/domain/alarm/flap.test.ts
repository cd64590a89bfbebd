import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../base/time.ts';
import { type Alarm, isFlapping, type UserId } from './alarm.ts';
import { identify } from './event.ts';
import { calmed, flapped } from './flap.ts';
import { firstRaise, type Moment } from './report.ts';
import { step } from './step.ts';

const DESK = 'desk' as UserId;
const T0 = 1_772_323_200_000;
const at = (ms: number, position = 1): Moment => ({ position, at: (T0 + ms) as Instant });

const event = (kind: 'raise' | 'clear') => ({
  kind,
  id: identify('core-1/xe-0', 'link.down', ''),
  resource: 'core-1/xe-0',
  type: 'link.down',
  qualifier: '',
  severity: 'major' as const,
  text: 'down',
  labels: {},
});

const first = (): Alarm => firstRaise(event('raise'), 'snmp', at(0), undefined).alarm;

/** The alarm after its n-th trap, one every `ms`; raise and clear in turn. */
function afterTraps(n: number, ms: number): { alarm: Alarm; announced: number } {
  let alarm = first();
  let announced = 0;
  for (let k = 1; k < n; k++) {
    const now = at(k * ms, k + 1);
    const done = step(alarm, { is: 'reported', event: event(k % 2 ? 'clear' : 'raise') }, now);
    assert.ok(done.ok);
    const counted = flapped(alarm, done, DESK, now);
    alarm = counted.alarm;
    announced += counted.effects.filter((e) => e.do === 'announce' && e.why === 'flapping').length;
  }
  return { alarm, announced };
}

const firstFlapping = (ms: number): number => {
  for (let n = 1; n <= 200; n++) if (isFlapping(afterTraps(n, ms).alarm)) return n;
  return 0;
};

/** Zino 2's own table: seconds between traps, and the trap at which it says flapping; 0: never. */
const ORACLE: readonly (readonly [seconds: number, trap: number])[] = [
  [1, 6],
  [10, 6],
  [20, 6],
  [30, 7],
  [45, 7],
  [60, 8],
  [75, 10],
  [90, 16],
  [100, 0],
  [120, 0],
];

for (const [seconds, trap] of ORACLE) {
  const says = trap === 0 ? 'never flaps' : `flaps at trap ${trap}`;
  test(`a change every ${seconds} s ${says}`, () => {
    assert.equal(firstFlapping(seconds * 1_000), trap);
  });
}

test('its beginning is told once, however long it goes on', () => {
  assert.equal(afterTraps(60, 5_000).announced, 1);
});

const calmAfter = (alarm: Alarm, from: number): number => {
  for (let s = 0; s < 600; s++) if (calmed(alarm, DESK, at(from + s * 1_000))) return s;
  return -1;
};

test('from the cap of 256 it is calm after 193 s, as Zino reckons', () => {
  const { alarm } = afterTraps(200, 1);
  assert.equal(calmAfter(alarm, 199), 193);
});

test('from 64 it is calm after 68 s, as Zino reckons', () => {
  const { alarm } = afterTraps(6, 1);
  assert.equal(calmAfter(alarm, 5), 68);
});

test('after a long quiet a change counts from the start again', () => {
  const { alarm } = afterTraps(5, 1_000);
  const hour = at(3_600_000, 9);
  const done = step(alarm, { is: 'reported', event: event('clear') }, hour);
  assert.ok(done.ok);
  assert.equal(flapped(alarm, done, DESK, hour).alarm.flap?.changes, 1);
});

test('what is repeated while it stands, or known by all its labels, never flaps', () => {
  for (const spared of [{ byLabels: true }, { lease: leased as NonNullable<Alarm['lease']> }]) {
    let alarm: Alarm = { ...first(), ...spared };
    for (let k = 1; k < 40; k++) {
      const now = at(k, k + 1);
      const done = step(alarm, { is: 'reported', event: event(k % 2 ? 'clear' : 'raise') }, now);
      assert.ok(done.ok);
      const kept = { ...done, alarm: { ...done.alarm, ...spared } };
      alarm = flapped(alarm, kept, DESK, now).alarm;
    }
    assert.equal(isFlapping(alarm), false);
  }
});

const leased = { until: T0 as Instant, length: 1_000, explicit: false, renewed: false } as const;

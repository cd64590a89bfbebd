import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, minutes } from '../../base/time.ts';
import { bundled, fresh, slot, THROTTLE_LIMITS, type Throttle } from './throttle.ts';

const at = (minute: number): Instant => (hours(1_000) + minutes(minute)) as Instant;

/** Messages due at those minutes, as `0`, or `0>2` for one that is held until the second. */
function run(dues: readonly number[], throttle: Throttle = fresh('c')) {
  const said = dues.map((due) => {
    const planned = throttle.planned.filter((one) => one <= at(due));
    for (const one of planned) throttle = bundled(throttle, one, true, false);
    const next = slot(throttle, at(due));
    throttle = next.throttle;
    const goes = (next.at - at(0)) / minutes(1);
    return next.isHeld ? `${due}>${goes}` : `${due}`;
  });
  return { said, throttle };
}

test('five messages in five minutes go as they come; the next is held, and others join it', () => {
  assert.equal(THROTTLE_LIMITS.messages_per_5_minutes_max, 5);
  assert.deepEqual(run([0, 0, 0, 0, 0, 0, 1, 1.9]).said, [
    ...['0', '0', '0', '0', '0'],
    ...['0>2', '1>2', '1.9>2'],
  ]);
});

test('bundles go two minutes apart, and nothing is held longer', () => {
  const { said } = run([0, 0, 0, 0, 0, 0, 2.1, 4.1]);
  assert.deepEqual(said.slice(5), ['0>2', '2.1>4', '4.1>6']);
});

test('one message every two minutes is never held, until the hour is full', () => {
  const dues = Array.from({ length: 22 }, (_, n) => n * 2);
  const { said } = run(dues);
  const most = THROTTLE_LIMITS.messages_per_hour_max;
  assert.deepEqual(said.slice(0, most), dues.slice(0, most).map(String));
  assert.deepEqual(said.slice(most), ['40>48', '42>48'], 'ten minutes after the last');
});

test('after a quiet hour all is as new', () => {
  const { throttle } = run([...Array.from({ length: 20 }, () => 0), 70]);
  assert.deepEqual(throttle.sent, [at(70)]);
});

test('a second address with a delay is reckoned by when its messages go', () => {
  const { said } = run([3, 3, 3, 3, 3, 3, 3.5, 5.5]);
  assert.deepEqual(said.slice(5), ['3>5', '3.5>5', '5.5>7']);
});

test('what found no room in a bundle goes with the next', () => {
  const { throttle } = run([0, 0, 0, 0, 0, 0]);
  assert.deepEqual(bundled(throttle, at(2), true, true).planned, [at(4)]);
  assert.deepEqual(bundled(throttle, at(2), false, false), {
    ...throttle,
    planned: [],
  });
});

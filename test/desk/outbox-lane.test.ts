import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { OUTBOX_LIMITS } from '../../src/desk/outbox.ts';
import { BREAKER } from '../../src/desk/outbox-lane.ts';
import { BUSY, fakeChannel, REFUSED } from '../support/channel.ts';
import { turn } from '../support/desk.ts';
import { fail, idOf, openOutbox, RETRY_MS, results, upTo } from './outbox-desk.ts';

test('a way has at most its number of sends at once', async () => {
  const fake = fakeChannel();
  fake.always('wait');
  const own = openOutbox({ ops: fake.way({ sendsMax: 3 }) });
  own.born(upTo(10));
  await turn();
  assert.equal(fake.open.length, 3);
  assert.equal(own.way('ops')?.waiting, 7);
  while (fake.open.length > 0) {
    fake.answer();
    await turn();
  }
  assert.equal(fake.openMax, 3);
  assert.deepEqual(fake.asked, upTo(10).map(idOf), 'in the order they were born');
});

test('two sends of one group on one way are never in flight together, and keep their order', async () => {
  const fake = fakeChannel();
  fake.always('wait');
  const own = openOutbox({ ops: fake.way() });
  own.born([1, 2], { group: 'a' });
  own.born([3]);
  await turn();
  assert.deepEqual(fake.open, ['d1.0', 'd3.0']);
  own.born([4], { group: 'a' });
  await turn();
  assert.deepEqual(fake.open, ['d1.0', 'd3.0']);
  fake.answer();
  await turn();
  assert.deepEqual(fake.open, ['d3.0', 'd2.0']);
  own.born([5], { to: 'other', group: 'a' });
  await turn();
  assert.match(results(own).at(-1) ?? '', /^d5.0 1 never/, 'the same group on another way may');
  fake.answer();
  fake.answer();
  await turn();
  assert.deepEqual(fake.open, ['d4.0']);
});

test('what waited behind its group goes before what was born later', async () => {
  const fake = fakeChannel();
  fake.always('wait');
  const own = openOutbox({ ops: fake.way({ sendsMax: 2 }) });
  own.born([1, 2], { group: 'a' });
  own.born([3, 4]);
  own.born([5], { group: 'a' });
  await turn();
  assert.deepEqual(fake.open, ['d1.0', 'd3.0']);
  fake.answer();
  await turn();
  assert.deepEqual(fake.open, ['d3.0', 'd4.0']);
  fake.answer();
  await turn();
  assert.deepEqual(fake.open, ['d4.0', 'd2.0']);
});

test('the next of a group waits until the result of the one before is in the journal', async () => {
  const fake = fakeChannel();
  const own = openOutbox({ ops: fake.way() });
  own.setDown('disk full');
  own.born([1, 2], { group: 'a' });
  await turn();
  assert.deepEqual(fake.asked, ['d1.0']);
  own.setDown('');
  await own.pass(1_000);
  assert.deepEqual(fake.asked, ['d1.0', 'd2.0']);
});

test('a receiver that hangs holds up no other', async () => {
  const [hung, well] = [fakeChannel(), fakeChannel()];
  hung.always('wait');
  const own = openOutbox({ hung: hung.way(), well: well.way() });
  own.born(upTo(100), { to: 'hung' });
  own.born([101, 102, 103], { to: 'well' });
  await turn();
  assert.deepEqual(well.asked, [101, 102, 103].map(idOf));
  assert.equal(own.way('hung')?.inFlight, 4);
});

test('sends at once over all ways have a maximum, and ways take turns', async () => {
  const fake = fakeChannel();
  fake.always('wait');
  const { in_flight_max } = OUTBOX_LIMITS;
  const way = fake.way({ sendsMax: 1_000 });
  const own = openOutbox({ big: way, small: way });
  own.born(upTo(in_flight_max * 2), { to: 'big' });
  own.born([9_001, 9_002, 9_003], { to: 'small' });
  await turn();
  assert.equal(own.outbox.figures().inFlight, in_flight_max);
  assert.equal(own.way('small')?.inFlight, 3);
  fake.answer();
  await turn();
  assert.equal(own.outbox.figures().inFlight, in_flight_max);
});

test('ways that fail leave half of the slots to the others', async () => {
  const [bad, well] = [fakeChannel(), fakeChannel()];
  const { in_flight_max, in_flight_failing_max } = OUTBOX_LIMITS;
  const names = upTo(in_flight_max + 44).map((n) => `bad${n}`);
  const ways = Object.fromEntries(names.map((name) => [name, bad.way()]));
  const own = openOutbox({ ...ways, well: well.way() });
  bad.always(BUSY);
  for (const [i, to] of names.entries()) own.born([i], { to });
  await turn();
  assert.equal(bad.asked.length, names.length, 'each has failed once');
  bad.always('wait');
  await own.pass(RETRY_MS);
  assert.equal(bad.open.length, in_flight_failing_max);
  own.born(
    upTo(50).map((n) => n + 5_000),
    { to: 'well' },
  );
  await turn();
  assert.equal(well.asked.length, 50);
  bad.answer();
  await turn();
  assert.equal(bad.open.length, in_flight_failing_max, 'the next in line took the slot');
});

test('a rate lets a burst through and then so many a second', async () => {
  const fake = fakeChannel();
  const own = openOutbox({ ops: fake.way({ rate: { perSecond: 2, burst: 3 } }) });
  own.born(upTo(8));
  await turn();
  assert.equal(fake.asked.length, 3);
  await own.pass(499);
  assert.equal(fake.asked.length, 3);
  await own.pass(1);
  assert.equal(fake.asked.length, 4);
  await own.pass(1_000);
  assert.equal(fake.asked.length, 6);
  await own.pass(60_000);
  assert.equal(fake.asked.length, 8);
  await own.pass(60_000);
  own.born(upTo(5).map((n) => n + 10));
  await turn();
  assert.equal(fake.asked.length, 11, 'a quiet minute saves up no more than the burst');
});

test('after 5 failures in a row a way pauses 5 s; 4 are not enough', async () => {
  const fake = fakeChannel();
  fake.always(BUSY);
  const own = openOutbox({ ops: fake.way() });
  await fail(own, 1, BREAKER.failures_in_row_max - 1);
  assert.equal(own.way('ops')?.breakerOpenUntil, undefined);
  await fail(own, 5, 1);
  const openUntil = (own.clock.now() + BREAKER.pause_min) as Instant;
  assert.equal(own.way('ops')?.breakerOpenUntil, openUntil);
  own.born([6]);
  await own.pass(BREAKER.pause_min - 1);
  assert.equal(fake.asked.length, 5);
  assert.deepEqual(own.outbox.whyOpen(idOf(6)), [
    'ops/fake[0] failed 5 times in a row (503); next try ',
    { at: openUntil, as: 'left' },
  ]);
  await own.pass(1);
  assert.equal(fake.asked.length, 6);
});

test('an answer in between, also a refusal, begins the count of failures anew', async () => {
  const fake = fakeChannel();
  fake.says(BUSY, BUSY, BUSY, BUSY, REFUSED, BUSY, BUSY, BUSY, BUSY);
  const own = openOutbox({ ops: fake.way() });
  await fail(own, 1, 9);
  assert.equal(own.way('ops')?.failuresInRow, 4);
  assert.equal(own.way('ops')?.breakerOpenUntil, undefined);
});

test('what could not be rendered says nothing about the way', async () => {
  const fake = fakeChannel();
  fake.always(BUSY);
  const own = openOutbox({ ops: fake.way() });
  await fail(own, 1, 4);
  fake.renderThrows(new Error('no such label'));
  await fail(own, 5, 1);
  const { failuresInRow, latency } = own.way('ops') ?? {};
  assert.equal(failuresInRow, 4);
  assert.equal(
    latency?.counts.reduce((a, b) => a + b),
    4,
  );
});

test('a pause doubles up to a minute, with one try at a time, and ends with an answer', async () => {
  const fake = fakeChannel();
  fake.always(BUSY);
  const own = openOutbox({ ops: fake.way() });
  await fail(own, 1, 5);
  own.born(upTo(40).map((n) => n + 100));
  for (const pause of [5, 10, 20, 40, 60, 60]) {
    const before = fake.asked.length;
    await own.pass(pause * 1000 - 1);
    assert.equal(fake.asked.length, before);
    await own.pass(1);
    assert.equal(fake.asked.length, before + 1, `one probe after ${pause} s`);
  }
  fake.always('wait');
  await own.pass(BREAKER.pause_max);
  assert.equal(fake.open.length, 1);
  fake.answer();
  await turn();
  assert.equal(own.way('ops')?.breakerOpenUntil, undefined);
  assert.equal(fake.open.length, 4, 'all of its slots again');
});

test('failures that were in flight when the breaker opened do not lengthen its pause', async () => {
  const fake = fakeChannel();
  fake.always('wait');
  const own = openOutbox({ ops: fake.way({ sendsMax: 8 }) });
  own.born(upTo(8));
  await turn();
  for (let i = 0; i < 8; i++) fake.answer(BUSY);
  await turn();
  assert.equal(own.way('ops')?.breakerOpenUntil, own.clock.now() + BREAKER.pause_min);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { DRAFT_LIMITS, openDrafts } from '../../src/http/config-drafts.ts';
import { manualClock } from '../support/clock.ts';

const user = (n: number) => `u${n}` as UserId;

test('at the limit a further draft is refused, and those there are go on', () => {
  const drafts = openDrafts(manualClock(0 as Instant));
  for (let n = 0; n < DRAFT_LIMITS.drafts_max; n++)
    assert.ok(drafts.change(user(n), 'r1', 'a', 'one'));
  assert.equal(drafts.change(user(99), 'r1', 'a', 'one'), false);
  assert.ok(drafts.change(user(0), 'r1', 'b', 'two'));
  assert.equal(drafts.of(user(0))?.text, 'b');
  drafts.drop(user(1));
  assert.ok(drafts.change(user(99), 'r1', 'a', 'one'));
});

test('a draft nobody touched for a day is forgotten; a touched one is not', () => {
  const clock = manualClock(0 as Instant);
  const drafts = openDrafts(clock);
  for (const n of [1, 2]) drafts.change(user(n), 'r1', 'a', 'one');
  clock.pass(hours(23));
  drafts.change(user(2), 'r1', 'b', 'two');
  clock.pass(hours(1));
  assert.equal(drafts.of(user(1)), undefined);
  assert.deepEqual(drafts.of(user(2))?.changes, ['one', 'two']);
});

test('it tells of as many changes as it may, the last ones; all of them stay made', () => {
  const drafts = openDrafts(manualClock(0 as Instant));
  for (let n = 0; n <= DRAFT_LIMITS.changes_told_max; n++)
    drafts.change(user(1), 'r1', `text ${n}`, `change ${n}`);
  const held = drafts.of(user(1));
  assert.equal(held?.changes.length, DRAFT_LIMITS.changes_told_max);
  assert.equal(held?.changes[0], 'change 1');
  assert.equal(held?.text, `text ${DRAFT_LIMITS.changes_told_max}`);
});

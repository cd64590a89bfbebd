import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, minutes } from '../../base/time.ts';
import { LEARN_EVENTS_MIN, LEARN_SPAN_MIN, LEARNED_MIN, learnedLimit, RARE_GAP } from './habit.ts';

const talk = (more: object) => ({
  events: LEARN_EVENTS_MIN,
  firstAt: 0,
  at: LEARN_SPAN_MIN as number,
  longestGap: minutes(20) as number,
  ...more,
});

for (const [what, more, limit] of [
  ['at the least there must be', {}, minutes(60)],
  ['one event too few', { events: LEARN_EVENTS_MIN - 1 }, undefined],
  ['a moment too short', { at: LEARN_SPAN_MIN - 1 }, undefined],
  ['the longest pause of a talker', { longestGap: RARE_GAP }, hours(12)],
  ['a longer one: a rare talker', { longestGap: RARE_GAP + 1 }, undefined],
  ['every second', { longestGap: 1_000 }, LEARNED_MIN],
] as const) {
  test(`a limit by habit, ${what}: ${limit ?? 'none'}`, () => {
    assert.equal(learnedLimit(talk(more)), limit);
  });
}

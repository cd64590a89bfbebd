import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant, minutes } from '../../base/time.ts';
import { Heard, minuteOf } from './heard.ts';

const MINUTE = minutes(1);
/** The beginning of an hour and of a week of the count since 1970. */
const START = days(7) * 2_900;

function talker() {
  const heard = new Heard('a', START as Instant);
  return {
    heard,
    /** So many reports at that time after the start. */
    says: (ms: number, count = 1, deafUntil = 0) => {
      const at = (START + ms) as Instant;
      heard.hear(count, at, minuteOf(at), deafUntil as Instant);
    },
    rates: (ms: number) => heard.rates((START + ms) as Instant),
  };
}

test('rates are of the minute, ten minutes and hour that end now', () => {
  const { says, rates } = talker();
  says(0, 60);
  assert.deepEqual(rates(0), { minute: 60, tenMinutes: 60, hour: 60 });
  assert.deepEqual(rates(1.5 * MINUTE), { minute: 30, tenMinutes: 60, hour: 60 });
  assert.deepEqual(rates(2 * MINUTE), { minute: 0, tenMinutes: 60, hour: 60 });
  assert.deepEqual(rates(15 * MINUTE), { minute: 0, tenMinutes: 30, hour: 60 });
  assert.deepEqual(rates(20 * MINUTE), { minute: 0, tenMinutes: 0, hour: 60 });
  assert.deepEqual(rates(90 * MINUTE), { minute: 0, tenMinutes: 0, hour: 30 });
  assert.deepEqual(rates(120 * MINUTE), { minute: 0, tenMinutes: 0, hour: 0 });
});

test('a steady talker has steady rates, whenever they are asked for', () => {
  const { says, rates } = talker();
  for (let second = 0; second < 3 * 3_600; second++) says(second * 1_000);
  for (const late of [0, 10_000, 59_000]) {
    const { minute, tenMinutes, hour } = rates(3 * 60 * MINUTE - 1_000 + late);
    assert.ok(Math.abs(minute - 60) <= 60 && minute >= 0, `${minute}`);
    assert.ok(Math.abs(tenMinutes - 600) <= 62, `${tenMinutes}`);
    assert.ok(Math.abs(hour - 3_600) <= 62, `${hour}`);
  }
});

test('the longest silence is that between two reports, of this week and the two before', () => {
  const { heard, says } = talker();
  says(0);
  says(5 * MINUTE);
  says(7 * MINUTE);
  assert.equal(heard.longestGap, 5 * MINUTE);
  for (let at = 8 * MINUTE; at < days(21); at += MINUTE) says(at);
  assert.equal(heard.longestGap, 5 * MINUTE);
  says(days(21));
  assert.equal(heard.longestGap, MINUTE, 'the first week is forgotten in the fourth');
});

test('time in which nobody listened, and a silence that was told, are no habit', () => {
  const { heard, says } = talker();
  says(0);
  says(60 * MINUTE, 1, START + 58 * MINUTE);
  assert.equal(heard.longestGap, 2 * MINUTE);
  heard.silentSince = (START + 100 * MINUTE) as Instant;
  says(200 * MINUTE);
  assert.equal(heard.longestGap, 2 * MINUTE);
});

test('what is kept over a restart comes back as it was', () => {
  const { heard, says } = talker();
  says(0, 7);
  says(30 * MINUTE, 2);
  heard.leased = true;
  const back = Heard.from('a', heard.row());
  assert.deepEqual(back.row(), heard.row());
  assert.equal(back.longestGap, 30 * MINUTE);
  assert.ok(back.leased && !back.over);
});

test('who is to unlearn begins anew', () => {
  const { heard, says } = talker();
  says(0, 7);
  says(30 * MINUTE, 2);
  heard.unlearn((START + 40 * MINUTE) as Instant);
  assert.deepEqual([heard.events, heard.longestGap], [0, 0]);
  assert.equal(heard.firstAt, START + 40 * MINUTE);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cases, instant, schedule, shown, told, zone } from '../../../test/support/rota.ts';
import { type Instant, instantText } from '../../base/time.ts';
import { onCallAt, peopleAt, shiftsBetween } from './on-call.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

cases(`
  case 1: a daily 02:30 handoff is at 03:00 on the spring day and at 02:30 on the next
    America/New_York | a b c | 1 day | 2026-03-06 02:30
    2026-03-07T07:30 2026-03-10T06:30
    b 03-07 02:30–03-08 03:00 23.5h
    c 03-08 03:00–03-09 02:30 23.5h
    a 03-09 02:30–03-10 02:30 24h

  case 2: a daily 01:30 handoff is once on the autumn day, at the first 01:30
    America/New_York | a b c | 1 day | 2026-10-31 01:30
    2026-10-31T05:30 2026-11-02T06:30
    a 10-31 01:30–11-01 01:30 24h
    b 11-01 01:30–11-02 01:30 25h

  case 4: hourly shifts in spring: 01:30, then 03:00, then 03:30
    America/New_York | a b c | 1 hour | 2026-03-08 00:30
    2026-03-08T05:30 2026-03-08T08:30
    a 03-08 00:30–03-08 01:30 1h
    b 03-08 01:30–03-08 03:00 0.5h
    c 03-08 03:00–03-08 03:30 0.5h
    a 03-08 03:30–03-08 04:30 1h

  case 4: the hourly shift of the autumn change lasts 2 h
    America/New_York | a b c | 1 hour | 2026-11-01 00:30
    2026-11-01T04:30 2026-11-01T08:30
    a 11-01 00:30–11-01 01:30 1h
    b 11-01 01:30–11-01 02:30 2h
    c 11-01 02:30–11-01 03:30 1h

  case 5: a 3-hour shift over the change is 2 h in spring
    Europe/London | a b c | 3 hour | 2026-03-29 00:00 until 2026-03-29 03:00
    2026-03-28T00:00 2026-03-30T00:00
    a 03-29 00:00–03-29 03:00 2h

  case 5: and 4 h in autumn
    Europe/London | a b c | 3 hour | 2026-10-25 00:00 until 2026-10-25 03:00
    2026-10-24T00:00 2026-10-26T00:00
    a 10-25 00:00–10-25 03:00 4h

  case 6: a week is 7 d − 1 h over the spring change
    Europe/London | a b c | 1 week | 2026-03-23 09:00
    2026-03-23T09:00 2026-04-06T08:00
    a 03-23 09:00–03-30 09:00 167h
    b 03-30 09:00–04-06 09:00 168h

  case 6: a week is 7 d + 1 h over the autumn change
    Europe/London | a b c | 1 week | 2026-10-19 09:00
    2026-10-19T08:00 2026-10-26T09:00
    a 10-19 09:00–10-26 09:00 169h

  case 6: a month is 31 d − 1 h in March, two months are 61 d + 1 h in autumn
    Europe/London | a b c | 1 month | 2026-03-01 09:00
    2026-03-01T09:00 2026-04-01T08:00
    a 03-01 09:00–04-01 09:00 743h

  case 6: two months are 61 d + 1 h in autumn
    Europe/London | a b c | 2 month | 2026-09-01 09:00
    2026-09-01T08:00 2026-11-01T09:00
    a 09-01 09:00–11-01 09:00 1465h

  case 7: Lord Howe puts the clock back by 30 minutes: the hourly shift from 01:30 is 30 min longer
    Australia/Lord_Howe | a b c | 1 hour | 2026-04-05 00:30
    2026-04-04T13:30 2026-04-04T17:00
    a 04-05 00:30–04-05 01:30 1h
    b 04-05 01:30–04-05 02:30 1.5h
    c 04-05 02:30–04-05 03:30 1h

  case 7: Lord Howe in spring: the handoff of 02:15 is at 02:30
    Australia/Lord_Howe | a b c | 1 day | 2026-10-03 02:15
    2026-10-02T15:45 2026-10-04T15:15
    a 10-03 02:15–10-04 02:30 23.75h
    b 10-04 02:30–10-05 02:15 23.75h

  case 8: a weekly rotation over both changes of a year keeps its local hour, 06:00 and 05:00 in UTC
    Europe/Paris | a b | 26 week | 2026-01-05 07:00
    2026-01-05T06:00 2027-01-04T06:00
    a 01-05 07:00–07-06 07:00 4367h
    b 07-06 07:00–01-04 07:00 4369h

  case 9: shifts that start at an ambiguous Sunday 01:30 touch
    America/New_York | a b | 1 week | 2026-10-25 01:30
    2026-10-25T05:30 2026-11-08T06:30
    a 10-25 01:30–11-01 01:30 168h
    b 11-01 01:30–11-08 01:30 169h

  case 11: a window 09–17 keeps the wall clock on the spring day
    Europe/London | a | 1 day | 2026-01-01 00:00 on sun 00:30-09:00
    2026-03-29T00:00 2026-03-30T00:00
    a 03-29 00:30–03-29 09:00 7.5h

  case 11: and on the autumn day
    Europe/London | a | 1 day | 2026-01-01 00:00 on sun 00:30-09:00
    2026-10-24T22:00 2026-10-26T00:00
    a 10-25 00:30–10-25 09:00 9.5h

  case 12: an overnight window 22–06 over the spring change is one shift of 7 h
    Europe/London | a | 1 day | 2026-01-01 12:00 on daily 22:00-06:00
    2026-03-28T12:00 2026-03-29T12:00
    a 03-28 22:00–03-29 06:00 7h

  case 12: and over the autumn change one of 9 h
    Europe/London | a | 1 day | 2026-01-01 12:00 on daily 22:00-06:00
    2026-10-24T12:00 2026-10-25T12:00
    a 10-24 22:00–10-25 06:00 9h

  case 12: a window inside the gap is no shift, not one of no length
    Europe/London | a | 1 day | 2026-01-01 12:00 on daily 01:10-01:50
    2026-03-29T00:00 2026-03-29T12:00


  case 13: Friday 20:00 to Monday 08:00 closes at 08:00 local in March
    Europe/London | a | 1 month | 2026-01-01 00:00 on fri 20:00-80:00
    2026-03-27T00:00 2026-03-31T00:00
    a 03-27 20:00–03-30 08:00 59h

  case 13: and in October
    Europe/London | a | 1 month | 2026-01-01 00:00 on fri 20:00-80:00
    2026-10-22T00:00 2026-10-27T00:00
    a 10-23 20:00–10-26 08:00 61h

  case 14: Sunday 01:00–05:00 in the weeks of the change
    Europe/London | a | 1 month | 2026-01-01 00:00 on sun 01:00-05:00
    2026-03-29T00:00 2026-04-05T12:00
    a 03-29 02:00–03-29 05:00 3h
    a 04-05 01:00–04-05 05:00 4h

  case 14: in autumn it holds through the hour that comes twice
    Europe/London | a | 1 month | 2026-01-01 00:00 on sun 01:00-05:00
    2026-10-25T00:00 2026-10-25T12:00
    a 10-25 01:00–10-25 05:00 5h

  case 16: a zone of +05:45 has its handoffs at 03:15 UTC
    Asia/Kathmandu | a b c | 1 day | 2026-01-05 09:00
    2026-01-05T03:15 2026-01-07T03:15
    a 01-05 09:00–01-06 09:00 24h
    b 01-06 09:00–01-07 09:00 24h

  case 18: until is a time on the schedule’s wall
    America/New_York | a b c | 1 day | 2026-07-01 09:00 until 2026-07-02 12:00
    2026-07-01T00:00 2026-07-09T00:00
    a 07-01 09:00–07-02 09:00 24h
    b 07-02 09:00–07-02 12:00 3h

  no peer: a change at midnight (Beirut): the day begins at 01:00, once
    Asia/Beirut | a b c | 1 day | 2026-03-28 00:00
    2026-03-27T22:00 2026-03-30T21:00
    a 03-28 00:00–03-29 01:00 24h
    b 03-29 01:00–03-30 00:00 23h
    c 03-30 00:00–03-31 00:00 24h

  no peer: a midnight that comes twice (Havana): the handoff is at the first
    America/Havana | a b c | 1 day | 2026-10-31 00:00
    2026-10-31T04:00 2026-11-02T05:00
    a 10-31 00:00–11-01 00:00 24h
    b 11-01 00:00–11-02 00:00 25h

  no peer: a day that is skipped (Apia 2011-12-30) has its handoff where the next begins
    Pacific/Apia | a b c | 1 day | 2011-12-29 09:00
    2011-12-29T19:00 2011-12-31T19:00
    a 12-29 09:00–12-31 00:00 15h
    b 12-31 00:00–12-31 09:00 9h
    c 12-31 09:00–01-01 09:00 24h

  no peer: two changes in a month (Ramadan in Morocco) keep 09:00
    Africa/Casablanca | a b | 1 week | 2026-02-09 09:00
    2026-02-09T08:00 2026-03-30T08:00
    a 02-09 09:00–02-16 09:00 169h
    b 02-16 09:00–02-23 09:00 168h
    a 02-23 09:00–03-02 09:00 168h
    b 03-02 09:00–03-09 09:00 168h
    a 03-09 09:00–03-16 09:00 168h
    b 03-16 09:00–03-23 09:00 167h
    a 03-23 09:00–03-30 09:00 168h
`);

cases(`
  case 19: monthly from the 31st: the last day of a shorter month, then the 31st again
    UTC | a b c | 1 month | 2026-01-31 09:00
    2026-01-31T09:00 2026-05-31T09:00
    a 01-31 09:00–02-28 09:00 672h
    b 02-28 09:00–03-31 09:00 744h
    c 03-31 09:00–04-30 09:00 720h
    a 04-30 09:00–05-31 09:00 744h

  case 20: yearly from February 29: the 28th in common years, the 29th in leap years
    UTC | a b c | 12 month | 2024-02-29 00:00
    2027-02-28T00:00 2028-03-01T00:00
    a 02-28 00:00–02-29 00:00 8784h
    b 02-29 00:00–03-01 00:00 24h

  no peer: four weeks over a leap day stay four weeks
    UTC | a b c | 4 week | 2028-02-07 08:00
    2028-02-07T08:00 2028-04-03T08:00
    a 02-07 08:00–03-06 08:00 672h
    b 03-06 08:00–04-03 08:00 672h

  no peer: two weeks over ISO week 53 of 2026 stay two weeks
    UTC | a b c | 2 week | 2026-12-21 08:00
    2026-12-21T08:00 2027-01-18T08:00
    a 12-21 08:00–01-04 08:00 336h
    b 01-04 08:00–01-18 08:00 336h

  case 22: nobody is on call before a start in the future
    UTC | a b c | 1 day | 2026-01-05 09:00
    2026-01-01T00:00 2026-01-06T00:00
    a 01-05 09:00–01-06 00:00 15h

  case 27: until in the middle of a week adds no days
    UTC | a b | 1 week | 2026-01-05 00:00 until 2026-01-14 00:00
    2026-01-01T00:00 2026-02-01T00:00
    a 01-05 00:00–01-12 00:00 168h
    b 01-12 00:00–01-14 00:00 48h

  case 28: a day filter with an interval of 2 that starts off its day
    UTC | a b | 2 week | 2026-01-07 00:00 on mon 00:00-00:00
    2026-01-07T00:00 2026-02-10T00:00
    a 01-12 00:00–01-13 00:00 24h
    a 01-19 00:00–01-20 00:00 24h
    b 01-26 00:00–01-27 00:00 24h
    b 02-02 00:00–02-03 00:00 24h
    a 02-09 00:00–02-10 00:00 24h

  case 29: days without a window use up no turn: Friday is a, Monday is b
    UTC | a b c | 1 day | 2026-01-09 00:00 on mon,tue,wed,thu,fri 09:00-17:00
    2026-01-09T00:00 2026-01-14T00:00
    a 01-09 09:00–01-09 17:00 8h
    b 01-12 09:00–01-12 17:00 8h
    c 01-13 09:00–01-13 17:00 8h

  case 29: unless the layer counts them: Friday is a, Monday is a
    UTC | a b c | 1 day | 2026-01-09 00:00 on mon,tue,wed,thu,fri 09:00-17:00 counted
    2026-01-09T00:00 2026-01-14T00:00
    a 01-09 09:00–01-09 17:00 8h
    a 01-12 09:00–01-12 17:00 8h
    b 01-13 09:00–01-13 17:00 8h
`);

test('case 3: 24-hourly is daily, through both changes', () => {
  for (const name of ['Europe/London', 'Australia/Lord_Howe', 'Asia/Beirut', 'Africa/Casablanca']) {
    const daily = schedule(name, { start: '2026-01-01 01:30' });
    const hourly = schedule(name, { start: '2026-01-01 01:30', every: '24 hours' });
    const [a, b] = ['2026-01-01T00:00', '2027-02-01T00:00'];
    assert.deepEqual(told(daily, a, b), told(hourly, a, b));
  }
});

test('case 10: the local hour of a daily handoff is 11:00 all year', () => {
  const s = schedule('America/Los_Angeles', { start: '2026-01-01 11:00' });
  const [from, to] = [instant('2026-01-02T00:00'), instant('2027-01-02T00:00')];
  const found = shiftsBetween(s, [], zone(s.zone), from, to).slice(1);
  assert.deepEqual([...new Set(found.map((x) => shown(x.from, s.zone).slice(11)))], ['11:00']);
});

test('cases 21 and 25: an old rotation resolves directly, as the full expansion has it', () => {
  for (const every of ['1 hour', '7 hours', '1 day', '3 days', '2 weeks', '1 month', '5 months']) {
    const s = schedule('Europe/London', { every, start: '2009-01-31 02:30' });
    const [from, to] = [instant('2026-03-01T00:00'), instant('2026-04-10T00:00')];
    const whole: { from: Instant; person: string }[] = [];
    const step = 300 * DAY_MS;
    for (let at = instant('2009-02-02T00:00'); at < to; at = (at + step) as Instant)
      whole.push(...shiftsBetween(s, [], zone(s.zone), at, (at + step) as Instant));
    for (const shift of shiftsBetween(s, [], zone(s.zone), from, to)) {
      const then = whole.findLast((one) => one.from <= shift.from);
      assert.equal(then?.person, shift.person, `${every} ${instantText(shift.from)}`);
    }
  }
});

test('case 25: 588,000 hours after its start a rotation is asked 1,000 times in no time', () => {
  const old = schedule('UTC', { every: '1 hour', start: '1970-01-01 00:00' });
  const before = process.hrtime.bigint();
  for (let i = 0; i < 1_000; i++) peopleAt(old, [], undefined, instant('2037-01-01T00:00'));
  const ms = Number(process.hrtime.bigint() - before) / 1e6;
  assert.ok(ms < 2_000, `1,000 times in ${ms} ms`);
});

test('case 23: turns wrap around for every unit, also asked from the middle of one', () => {
  for (const [every, hours] of [
    ['2 hours', 2],
    ['3 days', 72],
    ['2 weeks', 336],
  ] as const) {
    const s = schedule('UTC', { every, start: '2026-01-05 00:00' });
    for (let k = 0; k < 8; k++) {
      const start = instant('2026-01-05T00:00') + k * hours * HOUR_MS;
      const middle = (start + (hours * HOUR_MS) / 2) as Instant;
      const { people, shifts, until } = onCallAt(s, [], undefined, middle);
      assert.deepEqual(people, ['abc'[k % 3]]);
      assert.deepEqual([until, shifts.length], [start + hours * HOUR_MS, 1]);
    }
  }
});

test('case 24: a count of 0 is 1, and no hang', () => {
  const s = schedule('UTC', { every: '0 hours', start: '2026-01-05 00:00' });
  assert.equal(told(s, '2026-01-05T00:00', '2026-01-05T03:00').length, 3);
});

test('case 26: asked from the middle on, shifts begin where they were asked from', () => {
  const s = schedule('UTC', {});
  assert.deepEqual(told(s, '2026-01-06T12:00', '2026-01-07T12:00'), [
    'b 01-06 12:00–01-07 09:00 21h',
    'c 01-07 09:00–01-07 12:00 3h',
  ]);
});

test('case 17: a shift said by its length and one said by its end are the same over a change', () => {
  for (const day of ['2026-03-29', '2026-10-25', '2026-06-07']) {
    const start = `${day} 00:00`;
    const byLength = schedule('Europe/London', { every: '3 hours', start, until: `${day} 03:00` });
    const byEnd = schedule('Europe/London', { every: '1 week', start, on: 'sun 00:00-03:00' });
    const of = (s: typeof byEnd) => told(s, `${day}T00:00`, `${day}T12:00`);
    assert.deepEqual(of(byLength), of(byEnd));
  }
});

test('case 30: whoever edits the people moves turns, counted from the start; a new start says who begins', () => {
  const at = instant('2026-01-06T12:00'); // the second day: b
  const who = (people: string, start = '2026-01-05 09:00') =>
    peopleAt(schedule('UTC', { people, start }), [], undefined, at);
  assert.deepEqual(
    [who('a b c'), who('a b'), who('a c'), who('c a b')],
    [['b'], ['b'], ['c'], ['a']],
  );
  assert.deepEqual(who('b c', '2026-01-06 09:00'), ['b']);
});

test('no peer: when a zone’s rule changes, shifts keep their time on the wall', () => {
  const s = schedule('Europe/Paris', {});
  const summer = (rule: ReturnType<typeof zone>, at: string) =>
    shiftsBetween(s, [], rule, instant(at), (instant(at) + DAY_MS) as Instant)[1]?.from;
  const [old, abolished] = [zone('Europe/Paris'), zone('Africa/Lagos')]; // one keeps +01:00
  assert.equal(summer(old, '2026-07-01T00:00'), instant('2026-07-01T07:00'));
  assert.equal(summer(abolished, '2026-07-01T00:00'), instant('2026-07-01T08:00'));
  assert.equal(summer(old, '2026-01-10T00:00'), summer(abolished, '2026-01-10T00:00'));
});

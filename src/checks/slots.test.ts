import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, instantText, minutes, parseInstant } from '../base/time.ts';
import { dueTimes, JITTER_MS_MAX, slotAfter } from './slots.ts';

const at = (text: string): Instant => parseInstant(text) as Instant;
const START = at('2026-03-01T00:00:00Z');

test('slots of `every` are one length apart, whenever one asks, and no two names share one', () => {
  const timetable = { every: minutes(10) };
  const first = slotAfter(timetable, 'trades', START) as Instant;
  const second = slotAfter(timetable, 'trades', first) as Instant;
  assert.equal(second - first, 600_000);
  for (let ms = 0; ms < 600_000; ms += 7_001)
    assert.equal(slotAfter(timetable, 'trades', (first + ms) as Instant), second);
  const names = Array.from({ length: 20 }, (_, i) => `check-${i}`);
  const slots = new Set(names.map((name) => slotAfter(timetable, name, START)));
  assert.ok(slots.size > 15, `${slots.size}`);
  for (const slot of slots) assert.ok((slot ?? 0) % 600_000 < JITTER_MS_MAX);
});

test('slots of cron keep to the wall clock of their zone over a change of it', () => {
  const timetable = { cron: '30 7 * * *', zone: 'Europe/London' };
  const slots: string[] = [];
  let from = at('2026-03-27T12:00:00Z');
  for (let i = 0; i < 3; i++) {
    from = slotAfter(timetable, 'x', from) as Instant;
    slots.push(instantText(from).slice(0, 16));
  }
  assert.deepEqual(slots, ['2026-03-28T07:30', '2026-03-29T06:30', '2026-03-30T06:30']);
});

test('an hour that a change of the clock leaves out or repeats gives one slot a day', () => {
  const timetable = { cron: '30 1 * * *', zone: 'Europe/London' };
  for (const day of ['2026-03-29', '2026-10-25']) {
    const first = slotAfter(timetable, 'x', at(`${day}T00:00:00Z`)) as Instant;
    const next = slotAfter(timetable, 'x', first) as Instant;
    assert.ok(next - first > 22 * 3_600_000, `${instantText(first)} ${instantText(next)}`);
  }
});

test('a slot is behind the moment asked for, always', () => {
  for (const timetable of [{ every: minutes(1) }, { cron: '*/5 * * * *', zone: 'Asia/Kolkata' }]) {
    let slot = START;
    for (let i = 0; i < 500; i++) {
      const next = slotAfter(timetable, 'n', slot) as Instant;
      assert.ok(next > slot && next <= after(slot, minutes(5)));
      slot = next;
    }
  }
});

test('what is due at this very moment was due, and the next is a day later', () => {
  const at730 = at('2026-03-10T07:30:00Z');
  const due = dueTimes('30 7 * * *', 'UTC', at730);
  assert.deepEqual(due, {
    before: at('2026-03-09T07:30:00Z'),
    last: at730,
    next: at('2026-03-11T07:30:00Z'),
  });
  const before = dueTimes('30 7 * * *', 'UTC', (at730 - 60_000) as Instant);
  assert.equal(before?.next, at730);
  const weekend = dueTimes('30 7 * * 1-5', 'Europe/London', at('2026-03-29T12:00:00Z'));
  assert.deepEqual(
    [weekend?.last, weekend?.next],
    [at('2026-03-27T07:30:00Z'), at('2026-03-30T06:30:00Z')],
  );
});

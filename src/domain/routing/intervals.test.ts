import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../../test/support/routing.ts';
import { type Instant, parseInstant } from '../../base/time.ts';
import { intervalHolds } from './intervals.ts';
import type { PlanSpan, Range, ZoneTable } from './plan.ts';

const instant = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === undefined) throw new Error(text);
  return found;
};

/** Europe/London of 2026: an hour ahead from 29 March to 25 October. */
const LONDON: ZoneTable = {
  id: 'Europe/London',
  from: [
    instant('2026-01-01T00:00:00Z'),
    instant('2026-03-29T01:00:00Z'),
    instant('2026-10-25T01:00:00Z'),
  ],
  offsets: [0, 60, 0],
  until: instant('2027-01-01T00:00:00Z'),
};
const KOLKATA: ZoneTable = { id: 'Asia/Kolkata', from: [0], offsets: [330], until: 0 };
const WEST: ZoneTable = { id: 'America/New_York', from: [0], offsets: [-300], until: 0 };
const ZONES = new Map([LONDON, KOLKATA, WEST].map((table) => [table.id, table]));

const EMPTY: PlanSpan = {
  times: [],
  weekdays: [],
  daysOfMonth: [],
  months: [],
  years: [],
  zone: 'UTC',
};
const holds = (span: Partial<PlanSpan>, at: string): boolean =>
  intervalHolds({ name: 'x', spans: [{ ...EMPTY, ...span }] }, ZONES, instant(at));

const nine: readonly Range[] = [[540, 1_020]];
const at = (t: string): string => `2026-${t}Z`;

test('when a span holds', () => {
  const table: readonly (readonly [Partial<PlanSpan>, string, boolean])[] = [
    [{}, at('01-01T00:00:00'), true],
    // Times: the end is exclusive, 1440 is the end of the day.
    [{ times: nine }, at('01-01T08:59:59'), false],
    [{ times: nine }, at('01-01T09:00:00'), true],
    [{ times: nine }, at('01-01T16:59:59'), true],
    [{ times: nine }, at('01-01T17:00:00'), false],
    [{ times: [[1_020, 1_440]] }, at('01-01T23:59:59'), true],
    [{ times: [[1_020, 1_440]] }, at('01-02T00:00:00'), false],
    [{ times: [...nine, [0, 1]] }, at('01-02T00:00:59'), true],
    // 2026-01-04 is a Sunday.
    [{ weekdays: [[1, 5]] }, at('01-04T12:00:00'), false],
    [{ weekdays: [[1, 5]] }, at('01-05T12:00:00'), true],
    [
      {
        weekdays: [
          [6, 6],
          [0, 0],
        ],
      },
      at('01-04T12:00:00'),
      true,
    ],
    // Days of the month, from its end as well; what is beyond it is cut, not carried on.
    [{ daysOfMonth: [[1, 5]] }, at('02-05T00:00:00'), true],
    [{ daysOfMonth: [[1, 5]] }, at('02-06T00:00:00'), false],
    [{ daysOfMonth: [[-1, -1]] }, at('02-28T00:00:00'), true],
    [{ daysOfMonth: [[-1, -1]] }, at('02-27T00:00:00'), false],
    [{ daysOfMonth: [[-1, -1]] }, '2028-02-29T00:00:00Z', true],
    [{ daysOfMonth: [[-1, -1]] }, '2028-02-28T00:00:00Z', false],
    [{ daysOfMonth: [[-1, -1]] }, '2000-02-29T00:00:00Z', true],
    [{ daysOfMonth: [[-1, -1]] }, '2100-02-28T00:00:00Z', true],
    [{ daysOfMonth: [[-5, -1]] }, at('04-26T00:00:00'), true],
    [{ daysOfMonth: [[-5, -1]] }, at('04-25T00:00:00'), false],
    [{ daysOfMonth: [[31, 31]] }, at('02-28T00:00:00'), false],
    [{ daysOfMonth: [[25, 31]] }, at('02-28T00:00:00'), true],
    [{ daysOfMonth: [[29, 31]] }, at('02-28T00:00:00'), false],
    [{ daysOfMonth: [[-31, 3]] }, at('02-01T00:00:00'), true],
    [{ daysOfMonth: [[-31, -28]] }, at('02-01T00:00:00'), true],
    [{ daysOfMonth: [[-31, -28]] }, at('02-02T00:00:00'), false],
    [{ daysOfMonth: [[10, -3]] }, at('02-26T00:00:00'), true],
    [{ daysOfMonth: [[10, -3]] }, at('02-27T00:00:00'), false],
    [
      {
        months: [
          [1, 2],
          [12, 12],
        ],
      },
      at('12-31T23:59:59'),
      true,
    ],
    [
      {
        months: [
          [1, 2],
          [12, 12],
        ],
      },
      at('03-01T00:00:00'),
      false,
    ],
    [{ years: [[2020, 2026]] }, at('12-31T23:59:59'), true],
    [{ years: [[2020, 2026]] }, '2027-01-01T00:00:00Z', false],
    // All fields must hold.
    [{ weekdays: [[1, 5]], times: nine }, at('01-05T18:00:00'), false],
    [{ weekdays: [[1, 5]], times: nine, months: [[1, 1]] }, at('01-05T10:00:00'), true],
    // A calendar of its own: it is Monday there before or after it is here.
    [{ zone: 'Asia/Kolkata', weekdays: [[1, 1]] }, at('01-04T18:30:00'), true],
    [{ zone: 'Asia/Kolkata', weekdays: [[1, 1]] }, at('01-04T18:29:59'), false],
    [{ zone: 'America/New_York', years: [[2025, 2025]] }, at('01-01T04:59:59'), true],
    [{ zone: 'America/New_York', years: [[2025, 2025]] }, at('01-01T05:00:00'), false],
    [{ zone: 'Mars/Base', times: nine }, at('01-01T09:00:00'), true],
    // Clocks go forward: 09:00 in London is 09:00 UTC on Saturday, 08:00 UTC on Sunday.
    [{ zone: 'Europe/London', times: nine }, at('03-28T08:00:00'), false],
    [{ zone: 'Europe/London', times: nine }, at('03-29T08:00:00'), true],
    [{ zone: 'Europe/London', times: nine }, at('03-29T16:00:00'), false],
    // The hour that is skipped never holds; the one that comes twice holds twice.
    [{ zone: 'Europe/London', times: [[60, 120]] }, at('03-29T00:59:59'), false],
    [{ zone: 'Europe/London', times: [[60, 120]] }, at('03-29T01:00:00'), false],
    [{ zone: 'Europe/London', times: [[60, 120]] }, at('10-25T00:00:00'), true],
    [{ zone: 'Europe/London', times: [[60, 120]] }, at('10-25T01:00:00'), true],
    [{ zone: 'Europe/London', times: [[60, 120]] }, at('10-25T02:00:00'), false],
    // Before the table its first offset holds, after it the last.
    [{ zone: 'Europe/London', times: nine }, '2020-07-01T08:30:00Z', false],
    [{ zone: 'Europe/London', times: nine }, '2030-01-01T09:00:00Z', true],
  ];
  for (const [span, when, want] of table) {
    assert.equal(holds(span, when), want, `${JSON.stringify(span)} at ${when}`);
  }
});

test('one span is enough, and none is none', () => {
  const spans = [
    { ...EMPTY, months: [[1, 1] as const] },
    { ...EMPTY, months: [[3, 3] as const] },
  ];
  const holdsIn = (when: string): boolean =>
    intervalHolds({ name: 'x', spans }, ZONES, instant(at(when)));
  assert.deepEqual([holdsIn('01-09T00:00:00'), holdsIn('02-09T00:00:00')], [true, false]);
  assert.equal(holdsIn('03-09T00:00:00'), true);
  assert.equal(
    intervalHolds({ name: 'x', spans: [] }, ZONES, instant(at('01-01T00:00:00'))),
    false,
  );
});

test('the calendar is that of Date, from the year 1 to 9999', () => {
  const rng = seeded(3);
  const [first, last] = [instant('0001-01-01T00:00:00Z'), instant('9999-12-31T23:59:59Z')];
  for (let i = 0; i < 20_000; i++) {
    const share = (rng(2 ** 31) * 2 ** 20 + rng(2 ** 20)) / 2 ** 51;
    const date = new Date(Math.floor(first + (last - first) * share));
    const only = (n: number): readonly Range[] => [[n, n]];
    const minute = date.getUTCHours() * 60 + date.getUTCMinutes();
    const days = new Date(date);
    days.setUTCMonth(date.getUTCMonth() + 1, 0);
    const span: PlanSpan = {
      times: [[minute, minute + 1]],
      weekdays: only(date.getUTCDay()),
      daysOfMonth: only(date.getUTCDate()),
      months: only(date.getUTCMonth() + 1),
      years: only(date.getUTCFullYear()),
      zone: 'UTC',
    };
    const fromEnd = only(date.getUTCDate() - days.getUTCDate() - 1);
    for (const one of [span, { ...span, daysOfMonth: fromEnd }]) {
      const when = date.getTime() as Instant;
      assert.ok(intervalHolds({ name: 'x', spans: [one] }, ZONES, when), date.toISOString());
    }
  }
});

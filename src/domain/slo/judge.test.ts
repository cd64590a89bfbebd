import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, days, hours, type Instant, type Millis, minutes } from '../../base/time.ts';
import { type BurnLevel, type BurnRow, defaultRows } from './burn.ts';
import {
  judgeSlo,
  type Measure,
  type Measures,
  measureOf,
  overSince,
  ratioOf,
  type SloRule,
  windowsOf,
} from './judge.ts';
import { budgetText, burnSays, standingText } from './words.ts';

const NOW = 1_790_000_000_000 as Instant;
const budget = 0.001;
const period = days(30);
const { rows } = defaultRows(period, budget);
const rule: SloRule = { objective: 99.9, budget, period, rows, eventsMin: 100 };

const known = (ratio: number, total = 1_000_000): Measure => ({
  ...{ is: 'known', bad: ratio * total, total, at: NOW },
});

/** The same ratio in every window, but for those that are named. */
function measures(ratio: number, others: Readonly<Record<string, Measure>> = {}): Measures {
  const named = new Map(Object.entries(others).map(([text, one]) => [lengthOf(text), one]));
  return new Map(windowsOf(rule).map((window) => [window, named.get(window) ?? known(ratio)]));
}
const UNITS = { m: minutes, h: hours, d: days } as const;
const lengthOf = (text: string): Millis =>
  UNITS[text.at(-1) as keyof typeof UNITS](Number.parseInt(text, 10));

const judged = (
  some: Measures,
  { heldFor = days(1), raised = [] as BurnLevel[], by = rule } = {},
) =>
  judgeSlo(by, {
    ...{ measures: some, now: NOW, raised: new Set(raised) },
    since: () => (NOW - heldFor) as Instant,
  });

test('a row raises when both windows are above its burn rate, on it they are not', () => {
  const table: readonly (readonly [Measures, BurnLevel | undefined, string])[] = [
    [measures(0.0145), 'page', 'all of them'],
    [measures(0.0144), 'page', 'on the first row, above the second'],
    [measures(0.006), 'ticket', 'on the second row'],
    [measures(0.003), 'ticket', 'on the third'],
    [measures(0.001), undefined, 'on the last'],
    [measures(0.0145, { '5m': known(0), '30m': known(0) }), 'ticket', 'the short ones are over'],
    [measures(0, { '1h': known(0.5), '5m': known(0.5) }), 'page', 'the first row alone'],
    [measures(0, { '1h': known(0.5) }), undefined, 'only the long window'],
    [measures(0, { '5m': known(0.5) }), undefined, 'only the short window'],
    [measures(0, { '1d': known(0.0031), '2h': known(0.0031) }), 'ticket', 'the third row alone'],
  ];
  for (const [some, want, what] of table) assert.equal(judged(some).level, want, what);
});

test('it must hold for so long, and the highest severity wins', () => {
  const levels = [minutes(2) - 1, minutes(2), hours(1)].map(
    (heldFor) => judged(measures(0.0145), { heldFor: heldFor as Millis }).level,
  );
  assert.deepEqual(levels, [undefined, 'page', 'page']);
  const soon = judged(measures(0.0145), { heldFor: minutes(1) });
  assert.match(standingText(rule, soon, measures(0.0145)), /^burns 14.5× over 1h, not yet for 2m/);
  const second = judged(measures(0.007), { heldFor: minutes(14) });
  assert.equal(second.level, undefined);
  const { rows: standing, by } = judged(measures(0.0145), { heldFor: hours(3) });
  assert.ok(
    standing.every(({ isRaised }) => isRaised),
    'all four rows are',
  );
  assert.equal(by?.row.long, hours(1));
});

test('0 of 0 is no ratio: neither good nor an alarm, and what was raised stays', () => {
  const none: Measure = { is: 'no traffic', at: NOW };
  assert.deepEqual(measureOf(0, 0, NOW), none);
  assert.equal(ratioOf(none), undefined);
  assert.equal(measureOf(Number.NaN, 5, NOW).is, 'no data');
  assert.equal(measureOf(1, Infinity, NOW).is, 'no data');
  const quiet = measures(0, { '5m': none });
  assert.equal(judged(quiet).level, undefined);
  assert.equal(judged(quiet).rows[0]?.state.is, 'unknown');
  assert.match(standingText(rule, judged(quiet), quiet), /^no ratio: 5m: no traffic/);
  const kept = judged(quiet, { raised: ['page'] });
  assert.equal(kept.level, 'page');
  assert.match(burnSays(kept.by as never, kept.budget), /now nothing is known: 5m: no traffic/);
  assert.equal(judged(measures(0), { raised: ['page'] }).level, undefined, 'known to be good');
  const lost = measures(0, { '5m': { is: 'no data', why: 'nobody listens there', at: NOW } });
  assert.match(standingText(rule, judged(lost), lost), /no data: nobody listens there/);
});

test('counts of counters that were reset stay within what there was', () => {
  assert.equal(ratioOf(measureOf(-3, 10, NOW)), 0);
  assert.equal(ratioOf(measureOf(10.5, 10, NOW)), 1);
  assert.equal(measureOf(0, -1, NOW).is, 'no traffic');
});

test('fewer events than the least are too few to judge by, at the least they are enough', () => {
  const with1h = (total: number) => measures(0.02, { '1h': known(0.5, total) });
  const first = (total: number) => judged(with1h(total)).rows[0]?.state;
  assert.equal(first(99)?.is, 'unknown');
  assert.match((first(99) as { why: string }).why, /1h: 99 events, fewer than 100/);
  assert.equal(first(100)?.is, 'over');
});

test('the budget left, and when it is gone, are in the words of the alarm', () => {
  const some = measures(0.0149, { '30d': known(0.00088) });
  const { by, budget: left } = judged(some);
  assert.equal(
    burnSays(by as never, left),
    'burns 14.9× over 1h and 14.9× over 5m, page above 14.4× (budget: 12 % left, gone in 5h47m)',
  );
  assert.equal(budgetText({ left: 0, goneIn: undefined }), 'spent');
  assert.equal(judged(measures(0.0005)).budget?.goneIn, undefined, 'below 1 it is never spent');
  assert.equal(judged(measures(0, { '30d': { is: 'no traffic', at: NOW } })).budget, undefined);
});

test('since when a row is over: a look that was not, or a long gap, begins it anew', () => {
  const at = (m: number): Instant => after(NOW, minutes(m));
  const since = (...notes: readonly (readonly [number, number])[]) =>
    (overSince(
      notes.map(([m, value]) => ({ at: at(m), value })),
      NOW,
      minutes(10),
    ) -
      NOW) /
    60_000;
  assert.equal(since(), 0);
  assert.equal(since([-2, 1], [-1, 1]), -2);
  assert.equal(since([-3, 1], [-2, 0], [-1, 1]), -1);
  assert.equal(since([-1, 0]), 0);
  assert.equal(since([-20, 1], [-10, 1]), -20, 'on the gap');
  assert.equal(since([-20, 1], [-9, 1]), -9, 'longer than the gap');
  assert.equal(since([-1, 1], [5, 0]), -1, 'what is noted ahead of now counts for nothing');
});

test('every window is asked once, the shortest first, the period last', () => {
  const row: BurnRow = {
    long: hours(1),
    short: minutes(5),
    burn: 2,
    raise: 'page',
    holds: days(0),
  };
  const two = { ...rule, period: days(7), rows: [row, { ...row, long: hours(6) }] };
  assert.deepEqual(windowsOf(two), [minutes(5), hours(1), hours(6), days(7)]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours } from '../../base/time.ts';
import {
  budgetOf,
  burnFor,
  burnOf,
  DEFAULT_ROWS,
  defaultRows,
  exhaustion,
  rowFault,
  thresholdOf,
} from './burn.ts';

const near = (got: number, want: number, what: string): void =>
  assert.ok(Math.abs(got - want) < 1e-12 * Math.max(1, Math.abs(want)), `${what}: ${got}`);

test('thresholds on the error ratio are those of the table', () => {
  const table = [
    [99.9, [0.0144, 0.006, 0.003, 0.001]],
    [99.5, [0.072, 0.03, 0.015, 0.005]],
    [99, [0.144, 0.06, 0.03, 0.01]],
  ] as const;
  for (const [objective, wanted] of table)
    [14.4, 6, 3, 1].forEach((burn, i) => {
      near(thresholdOf(burn, budgetOf(objective)), wanted[i] ?? 0, `${objective} ${burn}`);
    });
  assert.equal(budgetOf(99.9), 0.001, 'no dust of binary fractions');
});

test('burn rates of other periods are the share of the budget times the period over the window', () => {
  const table = [
    [30, [14.4, 6, 3, 1]],
    [28, [13.44, 5.6, 2.8, 28 / 30]],
    [7, [3.36, 1.4, 0.7, 7 / 30]],
  ] as const;
  for (const [period, wanted] of table)
    DEFAULT_ROWS.forEach(({ budgetPercent, long }, i) => {
      near(burnFor(budgetPercent, days(period), long), wanted[i] ?? 0, `${period} d, row ${i}`);
    });
  assert.equal(Math.round(burnFor(10, days(28), hours(72)) * 1000) / 1000, 0.933);
});

test('a constant burn spends a budget of 30 days in so long, below 1 never', () => {
  const spent = (burn: number) => exhaustion(days(30), burn);
  const near = (got: number | undefined, want: number) =>
    assert.ok(Math.abs((got ?? 0) - want) < 1, `${got}`); // a millisecond
  near(spent(14.4), hours(50));
  near(spent(6), days(5));
  near(spent(3), days(10));
  near(spent(1), days(30));
  assert.equal(spent(0.999), undefined);
  near(exhaustion(days(30), 14.4, 0.12), hours(6));
  assert.equal(exhaustion(days(30), 2, -0.5), 0, 'what is spent is gone now');
  assert.ok(Math.abs(burnOf(0.0144, 0.001) - 14.4) < 1e-9);
});

test('rows that could not raise are left out of the common table, each with its reason', () => {
  const kept = (period: number, objective: number) =>
    defaultRows(days(period), budgetOf(objective)).rows.map(({ long }) => long / hours(1));
  assert.deepEqual(kept(30, 99.9), [1, 6, 24, 72]);
  assert.deepEqual(kept(28, 99.9), [1, 6, 24]);
  assert.deepEqual(kept(7, 99.9), [1, 6]);
  assert.deepEqual(kept(30, 90), [6, 24, 72], '14.4 times 10 % is more than everything');
  assert.deepEqual(kept(1, 99), [], 'a day is too short for all of them');
  const { leftOut } = defaultRows(days(7), 0.001);
  assert.match(leftOut[0]?.why ?? '', /a burn rate of 0.7 never spends the budget/);
  assert.match(defaultRows(days(2), 0.001).leftOut.at(-1)?.why ?? '', /longer than the period/);
  assert.equal(rowFault(1, 0.001), '', 'exactly 1 spends it');
  assert.notEqual(rowFault(0.999, 0.001), '');
  assert.notEqual(rowFault(2, 0.5), '', 'a ratio is never above 1');
});

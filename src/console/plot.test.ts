import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/time.ts';
import { figureCard, plot } from './plot.ts';

const view = (values: readonly number[]) => ({
  ...{ title: 'x', unit: '', raise: { above: 100 }, clear: {} },
  points: values.map((value, i) => ({ at: (1_767_225_600_000 + i * 60_000) as Instant, value })),
});
const pointsOf = (values: readonly number[]): string[] =>
  (/points="([^"]*)"/.exec(plot(view(values)).text)?.[1] ?? '').split(' ');

test('a plot of nothing says so, of one value has one point, of equal ones a level line', () => {
  assert.match(plot(view([])).text, /No value yet/);
  assert.equal(pointsOf([5]).length, 1);
  const level = pointsOf([7, 7, 7]).map((p) => p.split(',')[1]);
  assert.equal(new Set(level).size, 1);
  assert.doesNotMatch(plot(view([7, 7])).text, /NaN|Infinity/);
});

test('of more values than pixels every peak stays', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => (i === 4_321 ? 1_000 : i % 10));
  const drawn = pointsOf(values);
  assert.ok(drawn.length <= 602, `${drawn.length}`);
  const highest = Math.min(...drawn.map((p) => Number(p.split(',')[1])));
  assert.ok(highest < 40, `${highest}`);
});

test('the newest value stands in words beside the line, which begins with the second', () => {
  const card = (values: readonly number[]) => figureCard({ ...view(values), unit: 'Gbit/s' }).text;
  assert.match(
    card([5]),
    /class="figure-now">5 Gbit\/s<.*at 2026-01-01 00:00 UTC; the line begins/,
  );
  assert.doesNotMatch(card([5]), /<svg/);
  assert.match(
    card([5, 9, 7]),
    /figure-now">7 Gbit\/s<.*3 values from 5 Gbit\/s to 9 Gbit\/s.*<svg/,
  );
  assert.match(card([5, 9]), /raises above 100 Gbit\/s/);
  assert.match(card([]), /No value yet/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Bucket,
  classicHistogram,
  type Histogram,
  quantileOf,
  rootPower,
} from './quantile.ts';

const INF = Infinity;
const classic = (...given: readonly (readonly [le: number, count: number])[]) =>
  classicHistogram(given.map(([le, count]) => ({ le, count }))) as Histogram;
const of = (q: number, histogram: Histogram) => quantileOf(q, histogram).value;
const near = (got: number, want: number): void =>
  assert.ok(Math.abs(got - want) <= 1e-12 * Math.max(1, Math.abs(want)), `${got} is not ${want}`);

const LATENCY = classic([0.1, 10], [0.25, 60], [0.5, 90], [INF, 100]);

test('a quantile lies evenly in its bucket, the lowest begins at 0', () => {
  near(of(0.05, LATENCY), 0.05);
  near(of(0.35, LATENCY), 0.175);
  near(of(0.6, LATENCY), 0.25);
  near(of(0.9, LATENCY), 0.5);
  assert.equal(of(0, classic([-1, 2], [2, 4], [INF, 4])), -1, 'below zero: its upper bound');
  near(of(0.75, classic([-1, 2], [1, 4], [INF, 4])), 0);
});

test('beyond the last bound it is marked as at least that', () => {
  assert.deepEqual(quantileOf(0.95, LATENCY), { value: 0.5, isAtLeast: true });
  assert.deepEqual(quantileOf(0.9, LATENCY).isAtLeast, false, 'on the bound it is known');
});

test('what gives no number gives NaN or an infinity, as in Prometheus', () => {
  assert.ok(Number.isNaN(of(Number.NaN, LATENCY)));
  assert.equal(of(-0.01, LATENCY), -INF);
  assert.equal(of(1.01, LATENCY), INF);
  assert.ok(Number.isNaN(of(0.5, classic([1, 0], [INF, 0]))), 'nothing was observed');
  assert.equal(classicHistogram([{ le: INF, count: 3 }]), undefined, 'fewer than two buckets');
  const open = [
    { le: 1, count: 1 },
    { le: 2, count: 2 },
  ];
  assert.equal(classicHistogram(open), undefined, 'nothing up to +Inf');
});

test('counts that fall with the bound are raised, dust is left alone, equal bounds are added', () => {
  const raised = classic([0.1, 2], [1, 1], [10, 5], [100, 4], [1000, 9], [INF, 8]);
  near(of(0.01, raised), 0.0045);
  near(of(0.5, raised), 8.5);
  near(of(0.99, raised), 979.75);
  const dusty = classic([1, 1], [2, 1 + 1e-13], [INF, 2]);
  assert.equal(dusty.buckets[1]?.count, 0);
  near(of(0.5, classic([0.1, 1], [0.2, 1], [0.2, 1], [0.2, 1], [INF, 4])), 0.15);
});

const native = (...buckets: readonly Bucket[]): Histogram => ({ buckets, spread: 'exponential' });

test('in an exponential bucket it lies evenly on a logarithmic scale, around zero evenly', () => {
  const twoTo8 = native({ lower: 2, upper: 8, count: 4 });
  near(of(0.5, twoTo8), 4);
  near(of(0.25, twoTo8), 2 * Math.SQRT2);
  near(of(1, twoTo8), 8);
  near(of(0.5, native({ lower: -8, upper: -2, count: 4 })), -4);
  const zero = { lower: -0.001, upper: 0.001, count: 2 };
  near(of(0.5, native(zero)), 0);
  near(of(0.25, native(zero, { lower: 1, upper: 2, count: 2 })), 0.0005);
  near(of(0.75, native({ lower: -2, upper: -1, count: 2 }, zero)), -0.0005);
  near(of(0.75, native(zero, { lower: 2, upper: 8, count: 2 })), 4);
});

test('a power by square roots is the power', () => {
  for (const base of [1.0027, 2, 65536])
    for (const power of [0, 1e-9, 0.1, 1 / 3, 0.5, 0.987654321, 1]) {
      const want = base ** power;
      assert.ok(Math.abs(rootPower(base, power) / want - 1) < 1e-13, `${base}^${power}`);
    }
});

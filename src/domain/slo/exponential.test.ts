import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  added,
  boundOf,
  type Exponential,
  exponentialBuckets,
  isNegative,
  mergedDown,
  nativeIndex,
  SCHEMA_MAX,
  SCHEMA_MIN,
} from './exponential.ts';

const counts = (...pairs: readonly (readonly [k: number, count: number])[]) => new Map(pairs);
const NONE: Exponential = {
  ...{ scale: 0, zeroThreshold: 0, zeroCount: 0, positive: counts(), negative: counts() },
};

test('bounds of every schema are powers of its base', () => {
  for (let schema = SCHEMA_MIN; schema <= SCHEMA_MAX; schema++)
    for (const index of [-300, -17, -1, 0, 1, 2, 5, 256, 1000]) {
      const want = 2 ** (index * 2 ** -schema);
      const got = boundOf(schema, index);
      const isSame = got === want || Math.abs(got / want - 1) < 1e-14;
      assert.ok(isSame, `schema ${schema}, bucket ${index}: ${got}, not ${want}`);
    }
  assert.deepEqual([boundOf(-4, 64), boundOf(-4, 63), boundOf(-4, -68)], [Infinity, 2 ** 1008, 0]);
});

test('the bucket of an OTLP index is that of Prometheus with the next index', () => {
  // Scale 0, offset 1, counts [0, 2]: two values above 4, up to and with 8.
  const one = { ...NONE, zeroCount: 1, positive: counts([1, 0], [2, 2]) };
  assert.deepEqual(exponentialBuckets(one), [
    { lower: -0, upper: 0, count: 1 },
    { lower: 4, upper: 8, count: 2 },
  ]);
  assert.equal(nativeIndex(2), 3);
  assert.equal(boundOf(0, nativeIndex(2)), 8);
});

test('a lower resolution merges pairs, and negative indexes go down as well', () => {
  const fine = { ...NONE, scale: 1, positive: counts([-3, 1], [-2, 2], [-1, 4], [0, 8], [1, 16]) };
  const { scale, positive } = mergedDown(fine, 0);
  assert.equal(scale, 0);
  assert.deepEqual(
    [...positive],
    [
      [-2, 1],
      [-1, 6],
      [0, 24],
    ],
  );
  // Every bucket lies within the one it went into.
  for (const k of fine.positive.keys()) {
    const [lower, upper] = [boundOf(1, k), boundOf(1, k + 1)];
    const into = k >> 1;
    assert.ok(boundOf(0, into) <= lower && upper <= boundOf(0, into + 1), `${k} into ${into}`);
  }
  assert.deepEqual(
    [...mergedDown(fine, -40).positive],
    [
      [-1, 7],
      [0, 24],
    ],
  );
  assert.equal(mergedDown(fine, 1), fine);
});

test('finer than schema 8 they are merged down to it', () => {
  const fine = { ...NONE, scale: 20, positive: counts([-4097, 1], [-4096, 2], [-1, 4]) };
  const [low, ...rest] = exponentialBuckets(fine);
  assert.deepEqual([low?.count, rest.map(({ count }) => count)], [1, [6]]);
  assert.equal(rest[0]?.upper, 1);
  assert.equal(rest[0]?.lower, boundOf(8, -1));
});

test('two are added at the lower resolution and with the wider zero bucket', () => {
  const fine = { ...NONE, scale: 1, zeroCount: 1, positive: counts([-8, 3], [0, 2], [1, 4]) };
  const coarse = { ...NONE, zeroThreshold: 0.1, zeroCount: 5, positive: counts([0, 8]) };
  const sum = added(fine, coarse);
  assert.deepEqual(
    [sum.scale, sum.zeroThreshold, sum.zeroCount, [...sum.positive]],
    [0, 0.1, 9, [[0, 14]]],
    'what lay below 0.1 is in the zero bucket now',
  );
  const difference = added(coarse, coarse, -1);
  assert.deepEqual([difference.zeroCount, isNegative(difference)], [0, false]);
  assert.equal(isNegative(added({ ...NONE, positive: counts([0, 1]) }, coarse, -1)), true);
});

test('negative values mirror the positive ones', () => {
  const one = { ...NONE, zeroThreshold: 0.5, zeroCount: 1, negative: counts([0, 3], [2, 1]) };
  assert.deepEqual(exponentialBuckets(one), [
    { lower: -8, upper: -4, count: 1 },
    { lower: -2, upper: -1, count: 3 },
    { lower: -0.5, upper: 0.5, count: 1 },
  ]);
});

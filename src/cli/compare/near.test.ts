import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearKey } from './near.ts';

const base = { alertname: 'DiskFull', instance: 'db-1', severity: 'major' };
const near = (labels: Record<string, string>, ...others: Record<string, string>[]) =>
  nearKey(
    labels,
    others.map((one) => ({ labels: one })),
  );

test('a label that one side dropped, added or renamed makes another key of the same alarm', () => {
  assert.equal(near({ ...base, replica: 'a' }, base), 'replica="a" is missing');
  assert.equal(near(base, { ...base, region: 'x' }), 'region="x" is added');
  const { instance: _, ...rest } = base;
  assert.equal(near(base, { ...rest, host: 'db-1' }), 'instance is called host');
});

test('the nearest of several is named', () => {
  const far = { alertname: 'DiskFull', instance: 'db-1' };
  assert.equal(near({ ...base, replica: 'a' }, far, base), 'replica="a" is missing');
});

test('another value of a label is another alarm, and so is one with four labels and one more apart', () => {
  assert.equal(near(base, { ...base, instance: 'db-2' }), undefined);
  assert.equal(near({ ...base, replica: 'a' }, { ...base, region: 'x' }), undefined);
  assert.equal(near({ a: '1' }, { b: '2' }), undefined, 'nothing in common');
  const four = { ...base, a: '1', b: '2', c: '3', d: '4' };
  assert.notEqual(near(four, base), undefined);
  assert.equal(near({ ...four, e: '5' }, base), undefined);
});

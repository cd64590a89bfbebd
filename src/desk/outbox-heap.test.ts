import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/time.ts';
import { Fifo, TimeHeap } from './outbox-heap.ts';

const at = (n: number): Instant => n as Instant;

test('the earliest comes out first, of one time the one put in first, and none before its time', () => {
  const heap = new TimeHeap<string>();
  let seed = 7;
  const put: [number, string][] = [];
  for (let i = 0; i < 500; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const time = seed % 50;
    put.push([time, `${time}/${i}`]);
    heap.push(at(time), `${time}/${i}`);
  }
  const sorted = put.map((p, i) => ({ p, i })).sort((a, b) => a.p[0] - b.p[0] || a.i - b.i);
  const early = sorted.filter(({ p }) => p[0] <= 20);
  for (const { p } of early) assert.equal(heap.due(at(20)), p[1]);
  assert.equal(heap.due(at(20)), undefined);
  assert.equal(heap.next, sorted[early.length]?.p[0]);
  for (const { p } of sorted.slice(early.length)) assert.equal(heap.due(at(50)), p[1]);
  assert.equal(heap.next, undefined);
});

test('first in, first out, over any number; what is put back comes first', () => {
  const line = new Fifo<number>();
  for (let i = 0; i < 5_000; i++) line.push(i);
  for (let i = 0; i < 4_000; i++) assert.equal(line.shift(), i);
  line.putBack([-2, -1]);
  line.push(5_000);
  assert.equal(line.first, -2);
  for (const want of [-2, -1, 4_000]) assert.equal(line.shift(), want);
  for (let i = 4_001; i <= 5_000; i++) assert.equal(line.shift(), i);
  assert.equal(line.shift(), undefined);
  line.push(1);
  assert.equal(line.shift(), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairQueue } from './fair-queue.ts';

const BLOCK = 4_000;
const CHARS = 4_000_000;

interface Item {
  readonly weight: number;
  readonly chars: number;
  readonly order: number;
  readonly lane: string;
}

function queue(shareOf?: (lane: string) => number) {
  const own = new FairQueue<Item>(shareOf);
  let order = 0;
  return {
    own,
    push: (lane: string, weight = 1, chars = 100) =>
      own.push(lane, { weight, chars, order: order++, lane }),
    take: () => own.take(BLOCK, CHARS),
  };
}

const lanesOf = (block: readonly Item[]) => block.map(({ lane }) => lane);
const weightOf = (block: readonly Item[]) => block.reduce((sum, { weight }) => sum + weight, 0);

test('what fits into one block is taken in the order it came, whatever its lane', () => {
  const { push, take, own } = queue();
  for (const lane of ['a', 'b', 'a', 'c', 'b']) push(lane);
  assert.deepEqual(lanesOf(take()), ['a', 'b', 'a', 'c', 'b']);
  assert.deepEqual([own.size, own.weight, own.chars], [0, 0, 0]);
});

test('behind a flood in one lane, the word of another is in the very next block', () => {
  const { push, take } = queue();
  for (let i = 0; i < 500; i++) push('flood', 1_000);
  take();
  push('quiet');
  assert.ok(lanesOf(take()).includes('quiet'));
});

test('lanes that all have too much share evenly, or by their shares', () => {
  const { push, take } = queue((lane) => (lane === 'own' ? 4 : 1));
  for (let i = 0; i < 400; i++) for (const lane of ['a', 'b', 'own']) push(lane, 100);
  const taken = new Map<string, number>();
  for (let n = 0; n < 12; n++) {
    for (const { lane, weight } of take()) taken.set(lane, (taken.get(lane) ?? 0) + weight);
  }
  const [a = 0, b = 0, own = 0] = ['a', 'b', 'own'].map((lane) => taken.get(lane) ?? 0);
  assert.ok(Math.abs(a - b) <= BLOCK, `${a} and ${b}`);
  assert.ok(own > 2 * a, `${own} and ${a}`);
});

test('long texts use up turns as many alarms do', () => {
  const { push, take } = queue();
  for (let i = 0; i < 100; i++) push('long', 1, 1_000_000);
  for (let i = 0; i < 100; i++) push('short', 10, 1_000);
  const block = take();
  assert.ok(lanesOf(block).filter((lane) => lane === 'short').length >= 90);
});

test('a block has room for so much, and takes one item that is larger alone', () => {
  const { push, take } = queue();
  for (const weight of [BLOCK + 1, BLOCK, 1]) push('a', weight);
  assert.deepEqual([take(), take(), take()].map(weightOf), [BLOCK + 1, BLOCK, 1]);
  for (const chars of [CHARS + 1, CHARS, 1]) push('a', 1, chars);
  assert.deepEqual(
    [take(), take(), take()].map((block) => block.length),
    [1, 1, 1],
  );
});

test('drained is everything, in the order it came', () => {
  const { push, own } = queue();
  for (const lane of ['a', 'b', 'a']) push(lane);
  assert.deepEqual(lanesOf(own.drain()), ['a', 'b', 'a']);
  assert.deepEqual([own.size, own.weight, own.chars], [0, 0, 0]);
  assert.deepEqual(own.take(BLOCK, CHARS), []);
});

/** A small generator with a seed: the same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

test('nothing is lost or turned round in its lane, and nobody waits long, by seeds', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const rng = random(seed);
    const { push, own, take } = queue();
    const lanes = Array.from({ length: 1 + rng(6) }, (_, i) => `lane ${i}`);
    const waitsFor = new Map<string, number>();
    const last = new Map<string, number>();
    let pushed = 0;
    let taken = 0;
    for (let n = 0; n < 60; n++) {
      for (let i = rng(30); i > 0; i--) {
        push(lanes[rng(lanes.length)] ?? '', 1 + rng(1_000), rng(50_000));
        pushed++;
      }
      const block = take();
      taken += block.length;
      for (const { lane, order } of block) {
        assert.ok(order > (last.get(lane) ?? -1), `seed ${seed}: ${lane} is out of order`);
        last.set(lane, order);
      }
      for (const lane of lanes) {
        const isServed = own.fill(lane).weight === 0 || lanesOf(block).includes(lane);
        waitsFor.set(lane, isServed ? 0 : (waitsFor.get(lane) ?? 0) + 1);
        assert.ok((waitsFor.get(lane) ?? 0) <= lanes.length, `seed ${seed}: ${lane} starves`);
      }
    }
    assert.equal(taken + own.size, pushed, `seed ${seed}`);
    assert.equal(
      own.weight,
      lanes.reduce((sum, lane) => sum + own.fill(lane).weight, 0),
    );
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyLabels, anyTerms, compiled, seeded, terms } from '../../../test/support/routing.ts';
import type { Labels } from '../alarm/event.ts';
import { labelValue, matchesAll } from '../alarm/matcher.ts';
import type { Term } from '../alarm/matcher-syntax.ts';
import { MatcherIndex } from './matcher-index.ts';

const lookup =
  (labels: Labels) =>
  (name: string): string =>
    labelValue(labels, name);

test('finds exactly the sets that all match, by key, through any sets and deletes', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const rng = seeded(seed);
    const index = new MatcherIndex<string>();
    const naive = new Map<string, readonly Term[]>();
    for (let step = 0; step < 120; step++) {
      const key = `k${rng(40)}`;
      if (rng(3) === 0) {
        index.delete(key);
        naive.delete(key);
      } else {
        const all = anyTerms(rng, 3);
        index.set(key, compiled(all), `${key}/${step}`);
        naive.set(key, all);
      }
      if (step % 6 !== 0) continue;
      const labels = anyLabels(rng);
      const want = [...naive]
        .filter(([, all]) => matchesAll(compiled(all), lookup(labels)))
        .map(([found]) => found)
        .sort();
      const got = index.matching(lookup(labels)).map((text) => text.split('/')[0]);
      assert.deepEqual(got, want, `seed ${seed}, step ${step}: ${JSON.stringify(labels)}`);
      assert.equal(index.size, naive.size);
    }
  }
});

/** Labels that a lookup asked for, and how often: how much of the index it looked at. */
function asked(index: MatcherIndex<number>, labels: Labels): number {
  let times = 0;
  index.matching((name) => {
    times++;
    return labelValue(labels, name);
  });
  return times;
}

const SETS = 2_000;
const FILED: Readonly<Record<string, (i: number) => readonly Term[]>> = {
  'an equality': (i) => terms('severity="critical"', `host="h${i}"`),
  'a list of words': (i) => terms('severity="critical"', `host=~"h${i}|x${i}|y${i}"`),
  'a beginning': (i) => terms('severity=~".+"', `host=~"h${i}-.*"`),
  'a beginning before what the engine does': (i) => terms(`host=~"h${i}-[0-9]+"`),
  'a fragment': (i) => terms(`host=~".*-${String(i).padStart(4, '0')}-.*"`),
};

for (const [what, make] of Object.entries(FILED)) {
  test(`${SETS} sets with ${what} cost no more than a few`, () => {
    const index = new MatcherIndex<number>();
    for (let i = 0; i < SETS; i++) index.set(`k${i}`, compiled(make(i)), i);
    for (const host of ['h7', 'h1999-12', 'at-1234-x', 'nowhere']) {
      const times = asked(index, { host, severity: 'critical', site: 's' });
      // A fragment of three digits is shared by some 20 of 10,000 numbers.
      assert.ok(times <= 80, `${host}: asked for ${times} labels`);
    }
  });
}

test('what is filed under a missing label is still found: an empty word matches it', () => {
  const index = new MatcherIndex<string>();
  for (const [key, text] of Object.entries({
    a: 'rack=""',
    b: 'rack=~"|r1"',
    c: 'rack!="r1"',
    d: 'rack=~".*"',
    e: 'rack="r1"',
  })) {
    index.set(key, compiled(terms(text)), key);
  }
  index.set('f', [], 'f');
  assert.deepEqual(
    index.matching(() => ''),
    ['a', 'b', 'c', 'd', 'f'],
  );
  assert.deepEqual(
    index.matching(() => 'r1'),
    ['b', 'd', 'e', 'f'],
  );
});

test('a set that is replaced or deleted leaves nothing behind', () => {
  const index = new MatcherIndex<number>();
  index.set('k', compiled(terms('host=~"a|b.*|.*c"')), 1);
  index.set('k', compiled(terms('host="d"')), 2);
  for (const host of ['a', 'bx', 'xc'])
    assert.deepEqual(
      index.matching(() => host),
      [],
      host,
    );
  assert.deepEqual(
    index.matching(() => 'd'),
    [2],
  );
  index.delete('k');
  index.delete('k');
  assert.deepEqual(
    index.matching(() => 'd'),
    [],
  );
  assert.equal(asked(index, { host: 'd' }), 0);
});

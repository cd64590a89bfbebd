import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiled, terms } from '../../../test/support/routing.ts';
import type { Matcher } from '../alarm/matcher.ts';
import { Scanned } from './scanned.ts';

/** A pattern that counts how often it is asked. */
function counting(count: { asked: number }): readonly Matcher[] {
  return compiled(terms('site=~"[a-c]"')).map((matcher) => ({
    ...matcher,
    matches: (text: string) => {
      count.asked++;
      return matcher.matches(text);
    },
  }));
}

const found = (scanned: Scanned<{ matchers: readonly Matcher[] }>, site: string): number => {
  const sets: { matchers: readonly Matcher[] }[] = [];
  scanned.find((name) => (name === 'site' ? site : ''), sets);
  return sets.length;
};

test('a value that comes again is not tried again, until a set comes or goes', () => {
  const count = { asked: 0 };
  const scanned = new Scanned<{ matchers: readonly Matcher[] }>();
  scanned.add({ matchers: counting(count) });
  for (let i = 0; i < 10; i++) assert.equal(found(scanned, 'x'), 0);
  assert.equal(count.asked, 1);
  const more = { matchers: compiled(terms('site=~"[x-z]"')) };
  scanned.add(more);
  assert.equal(found(scanned, 'x'), 1);
  assert.equal(count.asked, 2);
  assert.ok(scanned.delete(more));
  assert.ok(!scanned.delete(more));
  assert.equal(found(scanned, 'x'), 0);
});

test('more values than are remembered are still answered rightly', () => {
  const count = { asked: 0 };
  const scanned = new Scanned<{ matchers: readonly Matcher[] }>();
  scanned.add({ matchers: counting(count) });
  for (let i = 0; i < 200_000; i++) found(scanned, `v${i}`);
  assert.equal(count.asked, 200_000);
  found(scanned, 'v199999');
  assert.equal(count.asked, 200_000); // at the limit all are there
  found(scanned, 'one more');
  found(scanned, 'v0');
  assert.equal(count.asked, 200_002); // beyond it they were forgotten
  assert.equal(found(scanned, 'b'), 1);
});

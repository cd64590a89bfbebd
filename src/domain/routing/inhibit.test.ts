import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  anyLabels,
  anyTerms,
  compiled,
  pick,
  seeded,
  subjectOf,
  terms,
} from '../../../test/support/routing.ts';
import type { Labels } from '../alarm/event.ts';
import { labelValue, matchesAll } from '../alarm/matcher.ts';
import { Inhibitions } from './inhibit.ts';
import type { PlanInhibition } from './plan.ts';

const rule = (source: string, target: string, equal = '', name = ''): PlanInhibition => ({
  name,
  source: source === '' ? [] : terms(...source.split(', ')),
  target: target === '' ? [] : terms(...target.split(', ')),
  equal: equal === '' ? [] : equal.split(','),
});

/** What inhibits `target` when these are raised, in words. */
function told(rules: readonly PlanInhibition[], raised: readonly Labels[], target: Labels): string {
  const inhibitions = new Inhibitions(rules);
  raised.forEach((labels, i) => {
    inhibitions.note(subjectOf(labels, `s${i}`), true);
  });
  const by = inhibitions.inhibitedBy(subjectOf(target, 't'));
  return by ? `${by.source} by ${by.rule}` : 'no';
}

test('who inhibits whom, by the rule of the reference', () => {
  const plain = [rule('s="1"', 't="1"', 'e')];
  const table: readonly (readonly [readonly PlanInhibition[], Labels[], Labels, string])[] = [
    [plain, [{ s: '1', e: 'x' }], { t: '1', e: 'x' }, 's0 by inhibit_rules[0]'],
    [plain, [{ s: '1', e: 'x' }], { t: '1', e: 'y' }, 'no'],
    [plain, [{ s: '1', e: 'x' }], { t: '2', e: 'x' }, 'no'],
    [plain, [{ s: '2', e: 'x' }], { t: '1', e: 'x' }, 'no'],
    // Missing on both sides is equal; missing on one side equals empty there.
    [plain, [{ s: '1' }], { t: '1' }, 's0 by inhibit_rules[0]'],
    [plain, [{ s: '1', e: '' }], { t: '1' }, 's0 by inhibit_rules[0]'],
    [plain, [{ s: '1', e: 'x' }], { t: '1' }, 'no'],
    // Both sides: only by one that does not match both.
    [plain, [{ s: '1', t: '1' }], { s: '1', t: '1' }, 'no'],
    [plain, [{ s: '1', t: '1' }], { t: '1' }, 's0 by inhibit_rules[0]'],
    [plain, [{ s: '1', t: '1' }, { s: '1' }], { s: '1', t: '1' }, 's1 by inhibit_rules[0]'],
    // The smallest id of both kinds.
    [plain, [{ s: '1', t: '1' }, { s: '1' }], { t: '1' }, 's0 by inhibit_rules[0]'],
    // An empty rule matches everything on both sides, and so inhibits nothing.
    [[rule('', '')], [{ a: '1' }], { b: '1' }, 'no'],
    [[rule('', 't="1"')], [{ a: '1' }], { t: '1' }, 's0 by inhibit_rules[0]'],
    [[rule('', 't="1"')], [{ t: '1' }], { t: '1' }, 'no'],
    [[rule('s="1"', '')], [{ s: '1' }], { a: '1' }, 's0 by inhibit_rules[0]'],
    [[rule('s="1"', '')], [{ s: '1' }], { s: '1' }, 'no'],
    // The first rule that holds is told, by its name if it has one.
    [
      [rule('s="2"', 't="1"'), rule('s="1"', 't="1"', '', 'b')],
      [{ s: '1' }],
      { t: '1' },
      's0 by b',
    ],
    // Values that only together look alike are not equal.
    [
      [rule('s="1"', 't="1"', 'e,f')],
      [{ s: '1', e: 'ab', f: 'c' }],
      { t: '1', e: 'a', f: 'bc' },
      'no',
    ],
    [[rule('s=~"("', 't="1"')], [{ s: '(' }], { t: '1' }, 'no'],
  ];
  for (const [rules, raised, target, want] of table) {
    assert.equal(told(rules, raised, target), want, JSON.stringify([rules, raised, target]));
  }
});

test('a source stops when it clears, is forgotten, or its labels change', () => {
  const inhibitions = new Inhibitions([rule('s="1"', 't="1"', 'e')]);
  const target = subjectOf({ t: '1', e: 'x' }, 't');
  const source = (): string => inhibitions.inhibitedBy(target)?.source ?? 'no';
  inhibitions.note(subjectOf({ s: '1', e: 'x' }, 'b'), true);
  inhibitions.note(subjectOf({ s: '1', e: 'x' }, 'a'), true);
  assert.equal(source(), 'a');
  inhibitions.note(subjectOf({ s: '1', e: 'x' }, 'a'), false);
  assert.equal(source(), 'b');
  inhibitions.note(subjectOf({ s: '1', e: 'y' }, 'b'), true);
  assert.equal(source(), 'no');
  inhibitions.note(subjectOf({ s: '1', e: 'x' }, 'b'), true);
  assert.equal(source(), 'b');
  inhibitions.forget('b' as ReturnType<typeof subjectOf>['id']);
  assert.equal(source(), 'no');
});

test('random histories: the plain rule and the index name the same rule and source', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const rng = seeded(seed);
    const rules = Array.from({ length: 1 + rng(5) }, (_, i): PlanInhibition => {
      const equal = ['site', 'team', 'nowhere'].filter(() => rng(3) === 0);
      return { name: `r${i}`, source: anyTerms(rng, 2), target: anyTerms(rng, 2), equal };
    });
    const sides = rules.map((r) => ({ ...r, s: compiled(r.source), t: compiled(r.target) }));
    const inhibitions = new Inhibitions(rules);
    const raised = new Map<string, Labels>();
    for (let step = 0; step < 60; step++) {
      const id = `a${rng(12)}`;
      const labels = anyLabels(rng);
      const what = pick(rng, ['raise', 'raise', 'clear', 'forget']);
      if (what === 'raise') raised.set(id, labels);
      else raised.delete(id);
      const subject = subjectOf(labels, id);
      if (what === 'forget') inhibitions.forget(subject.id, subject);
      else inhibitions.note(subject, what === 'raise');

      const target = rng(2) === 0 ? (raised.get(id) ?? labels) : anyLabels(rng);
      const value = (of: Labels) => (name: string) => labelValue(of, name);
      let want: string | undefined;
      for (const r of sides) {
        if (want !== undefined || !matchesAll(r.t, value(target))) continue;
        const both = matchesAll(r.s, value(target));
        const found = [...raised]
          .filter(([, of]) => matchesAll(r.s, value(of)))
          .filter(([, of]) => !both || !matchesAll(r.t, value(of)))
          .filter(([, of]) => r.equal.every((n) => value(of)(n) === value(target)(n)))
          .map(([source]) => source)
          .sort()[0];
        if (found !== undefined) want = `${r.name} ${found}`;
      }
      const got = inhibitions.inhibitedBy(subjectOf(target, id));
      assert.equal(got && `${got.rule} ${got.source}`, want, `seed ${seed}, step ${step}`);
      if (raised.get(id) === target) assert.notEqual(got?.source, id, 'inhibits itself');
    }
  }
});

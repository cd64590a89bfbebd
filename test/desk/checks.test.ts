import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import type { CheckEntry, CheckSubject } from '../../src/desk/check-entry.ts';
import { ENTRY_LIMITS } from '../../src/desk/entry.ts';
import { State } from '../../src/desk/state.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';

const subject = (qualifier: string, is = 'failed'): CheckSubject => ({
  ...{ type: `check.${is}`, resource: 'trades', qualifier, severity: 'major', text: is },
  labels: { check: 'trades', area: qualifier },
});

/** A desk that is told of runs, and what it holds raised after each. */
function desk() {
  const state = new State();
  let at = 1_767_225_600_000;
  const told = (subjects: readonly CheckSubject[], more: Partial<CheckEntry> = {}) => {
    at += 60_000;
    const isBroken = subjects.some(({ type }) => type === 'check.broken');
    const verdict = subjects.length === 0 ? 'passed' : isBroken ? 'broken' : 'failed';
    const entry: CheckEntry = {
      ...{ kind: 'check', at: at as Instant, check: 'trades', severity: 'major', text: 'x' },
      ...{ verdict, subjects, ...more },
    };
    return apply(state, state.position + 1, entry);
  };
  const raised = () =>
    [...state.all('alarms')]
      .filter(({ condition }) => condition.is === 'raised')
      .map(({ type, qualifier }) => `${type} ${qualifier}`.trim())
      .sort();
  return { state, told, raised };
}

test('what a run finds raises, and what it finds no more clears', () => {
  const { state, told, raised } = desk();
  told([subject('north'), subject('south')]);
  assert.deepEqual(raised(), ['check.failed north', 'check.failed south']);
  told([subject('south')]);
  assert.deepEqual(raised(), ['check.failed south']);
  told([subject('south')]);
  assert.equal(state.get('checks', 'trades')?.runs, 3);
  told([]);
  assert.deepEqual(raised(), []);
});

test('a broken run clears nothing, a broken subject nothing of its own', () => {
  const { told, raised } = desk();
  told([subject('north'), subject('south')]);
  told([subject('', 'broken')]);
  assert.deepEqual(raised(), ['check.broken', 'check.failed north', 'check.failed south']);
  told([subject('north', 'broken')]);
  assert.deepEqual(raised(), ['check.broken north', 'check.failed north']);
  told([]);
  assert.deepEqual(raised(), []);
});

test('the slot of a run by the timetable is remembered, one by hand takes none and is audited', () => {
  const { state, told } = desk();
  told([], { slot: 5 as Instant });
  const byHand = told([], { by: 'nora' as UserId });
  assert.equal(state.get('checks', 'trades')?.slot, 5);
  assert.deepEqual(
    byHand.audit.map(({ by, verb, subject: about, outcome }) => [by, verb, about, outcome]),
    [['nora', 'check.run', 'trades', 'passed']],
  );
});

test('a check that is gone clears what it raised and is forgotten', () => {
  const { state, told, raised } = desk();
  told([subject('north')]);
  told([], { isGone: true });
  assert.deepEqual(raised(), []);
  assert.equal(state.count('checks'), 0);
});

test('a run of as many subjects as the limit raises and clears them in one entry each', () => {
  const { told, raised } = desk();
  const many = Array.from({ length: ENTRY_LIMITS.subjects_max }, (_, i) => subject(`s${i}`));
  told(many);
  assert.equal(raised().length, ENTRY_LIMITS.subjects_max);
  told([]);
  assert.equal(raised().length, 0);
});

test('whatever runs find, in whatever order, what is raised is what the last one found', () => {
  for (let seed = 1; seed <= 200; seed++) {
    let state = seed;
    const below = (n: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor(state / 65_536) % n;
    };
    const { told, raised } = desk();
    let holds = new Set<string>();
    for (let run = 0; run < 30; run++) {
      const found = ['a', 'b', 'c']
        .filter(() => below(2) === 0)
        .map((name) => {
          return subject(name, below(4) === 0 ? 'broken' : 'failed');
        });
      if (below(5) === 0) found.splice(0, 3, subject('', 'broken'));
      const isUnknown = (name: string): boolean =>
        found.some(
          ({ type, qualifier }) => type === 'check.broken' && ['', name].includes(qualifier),
        );
      const kept = [...holds].filter((one) => {
        const [type, name = ''] = one.split(' ');
        return type === 'check.failed' && isUnknown(name);
      });
      holds = new Set([...kept, ...found.map((s) => `${s.type} ${s.qualifier}`.trim())]);
      told(found);
      assert.deepEqual(raised(), [...holds].sort(), `seed ${seed}, run ${run}`);
    }
  }
});

test('entries of before subjects are one alarm on the check', () => {
  const { told, raised } = desk();
  told([], { subjects: undefined as never, verdict: 'failed' });
  assert.deepEqual(raised(), ['check.failed']);
  told([], { subjects: undefined as never, verdict: 'passed' });
  assert.deepEqual(raised(), []);
});

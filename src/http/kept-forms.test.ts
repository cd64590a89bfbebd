import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../../test/support/clock.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { KEPT_LIMITS, openKeptForms } from './kept-forms.ts';

const tom = 'p1' as UserId;
const form = (action: string) => ({
  ...{ person: tom, action, summary: 'Does it.' },
  ...{ fields: [], labels: {}, secrets: [], hidden: [], lost: [] },
});
const actions = (all: readonly { readonly action: string }[]) => all.map(({ action }) => action);

test('a form is kept for as long as it is said, and not a millisecond more', () => {
  const clock = manualClock();
  const kept = openKeptForms(clock);
  const browser = kept.keep('', form('/a'));
  clock.pass(KEPT_LIMITS.minutes_max * 60_000 - 1);
  assert.deepEqual(actions(kept.on(browser)), ['/a']);
  clock.pass(1);
  assert.deepEqual(kept.on(browser), []);
});

test('one too many on a browser: its oldest makes room', () => {
  const kept = openKeptForms(manualClock());
  const browser = kept.keep('', form('/0'));
  for (let i = 1; i < KEPT_LIMITS.forms_per_browser_max; i++) kept.keep(browser, form(`/${i}`));
  assert.deepEqual(actions(kept.on(browser)), ['/0', '/1', '/2', '/3', '/4']);
  kept.keep(browser, form('/5'));
  assert.deepEqual(actions(kept.on(browser)), ['/1', '/2', '/3', '/4', '/5']);
});

test('one too many in all: the oldest makes room, those of nobody known before all others', () => {
  const kept = openKeptForms(manualClock());
  const first = kept.keep('', form('/first'));
  const second = kept.keep('', form('/second'));
  const unknown = kept.keep('', { ...form('/unknown'), person: undefined });
  for (let i = 3; i < KEPT_LIMITS.forms_max; i++) kept.keep('', form('/more'));
  assert.equal(kept.on(unknown).length, 1);
  kept.keep('', form('/last'));
  assert.deepEqual([kept.on(unknown).length, kept.on(first).length], [0, 1]);
  kept.keep('', form('/last'));
  assert.deepEqual([kept.on(first).length, kept.on(second).length], [0, 1]);
});

test('a browser sees and drops its own only, and brings no key that was not made here', () => {
  const kept = openKeptForms(manualClock());
  const [one, other] = [kept.keep('', form('/a')), kept.keep('', form('/b'))];
  const [own] = kept.on(one);
  kept.drop(other, own?.id ?? '');
  assert.equal(kept.on(one).length, 1);
  kept.drop(one, own?.id ?? '');
  assert.equal(kept.on(one).length, 0);
  assert.notEqual(kept.keep('planted', form('/c')), 'planted');
  assert.deepEqual([kept.on('planted'), kept.on('')], [[], []]);
});

test('of too many form keys the one longest unused is forgotten', () => {
  const kept = openKeptForms(manualClock());
  for (let i = 0; i < KEPT_LIMITS.keys_max; i++) kept.saw(`key ${i}`, tom);
  kept.saw('key 0', tom);
  assert.equal(kept.personOf('key 1'), tom);
  kept.saw('one more', tom);
  assert.deepEqual([kept.personOf('key 0'), kept.personOf('key 1')], [tom, undefined]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeadView } from '../console/layout.ts';
import { openHead } from './live-head.ts';

const CALM: HeadView = {
  waiting: { critical: 0, major: 0, minor: 0, warning: 0, indeterminate: 0 },
  acknowledged: 0,
  worst: undefined,
  trouble: '',
  shadow: '',
};

function headed() {
  const state = { view: CALM, draws: 0 };
  const head = openHead(
    () => ({ ...state.view }),
    ({ worst = 'calm', trouble }) => {
      state.draws++;
      return `${worst} ${trouble}`;
    },
  );
  return { head, state };
}

test('the head is drawn anew only when it says something else, whoever asks', () => {
  const { head, state } = headed();
  for (let n = 0; n < 300; n++) assert.equal(head.now(), 'calm ');
  assert.equal(state.draws, 1);
  state.view = { ...CALM, waiting: { ...CALM.waiting, critical: 1 }, worst: 'critical' };
  assert.equal(head.now(), 'critical ');
  state.view = { ...state.view, trouble: 'the disk is full' };
  assert.equal(head.now(), 'critical the disk is full');
  state.view = { ...state.view, acknowledged: 5 };
  assert.equal(head.now(), 'critical the disk is full', 'nothing of it is in the event');
  assert.equal(state.draws, 3);
});

test('what was sent is no news, but told back to what was sent is', () => {
  const { head, state } = headed();
  assert.equal(String(head.news()), 'calm ');
  assert.equal(head.news(), undefined);
  state.view = { ...CALM, trouble: 'slow' };
  assert.equal(String(head.greeting()), 'calm slow');
  state.view = CALM;
  assert.equal(String(head.news()), 'calm ');
});

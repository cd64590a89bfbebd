import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserId } from '../alarm/alarm.ts';
import type { Decision } from './decision.ts';
import { prefilled, type Said } from './prefill.ts';

const NORA = 'nora' as UserId;
const said = (text: string, what: Said['what'] = 'commented'): Said => ({ what, text, by: NORA });
const last = (is: 'held' | 'came back' | 'open') =>
  ({
    ...{ id: 'd7', kind: 'restart', what: 'card 0', reason: 'it hung', outcome: { is } },
  }) as unknown as Decision;

test('the newest words of a person are the reason, and say what was done', () => {
  const kinds = [
    ['I restarted line card 0', 'restart'],
    ['Rolled back to 22.4', 'roll back'],
    ['Their ticket is 4711', 'call vendor'],
    ['Optics replaced', 'change'],
    ['Known issue, see wiki', 'accept'],
    ['Looking at it', ''],
  ] as const;
  for (const [text, kind] of kinds) {
    const is = prefilled([said(text, 'acknowledged')], undefined);
    assert.deepEqual([is.kind, is.reason], [kind, text]);
  }
});

test('a kind that was said earlier counts when the newest words name none', () => {
  const lines = [said('All green again'), said('rebooted it', 'note'), said('threshold?')];
  const is = prefilled(lines, undefined);
  assert.deepEqual([is.kind, is.reason], ['restart', 'All green again']);
  assert.equal(prefilled([said('until Monday', 'shelved')], undefined).kind, 'shelve');
});

test('what a source, the desk or an earlier decision said is nobody’s word', () => {
  const lines: readonly Said[] = [
    { what: 'text', text: 'restart me', by: NORA },
    { what: 'commented', text: 'restart', by: undefined as unknown as UserId },
    said('Decided (d3): restart. it hung'),
    said('   '),
  ];
  assert.deepEqual(prefilled(lines, undefined), { kind: '', what: '', reason: '', from: '' });
});

test('where nobody said anything the last decision stands in, unless it failed', () => {
  const is = prefilled([], last('held'));
  assert.deepEqual([is.kind, is.what, is.reason], ['restart', 'card 0', 'it hung']);
  assert.match(is.from, /d7/);
  assert.equal(prefilled([], last('open')).kind, 'restart');
  assert.equal(prefilled([], last('came back')).kind, '');
  assert.equal(prefilled([said('look')], last('held')).reason, 'look');
});

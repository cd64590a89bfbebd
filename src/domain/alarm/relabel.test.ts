import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_LIMITS, type Labels } from './event.ts';
import { type LabelRules, relabelled, rulesFor } from './relabel.ts';

const rules = (some: Partial<LabelRules>): LabelRules => ({
  ...{ drop: [], rename: {}, set: {}, conflict: 'keep' },
  ...some,
});

const cases: readonly (readonly [what: string, LabelRules, Labels, Labels])[] = [
  ['dropped', rules({ drop: ['replica'] }), { a: '1', replica: 'x' }, { a: '1' }],
  ['renamed', rules({ rename: { host: 'instance' } }), { host: 'h' }, { instance: 'h' }],
  ['set', rules({ set: { site: 'osl' } }), { a: '1' }, { a: '1', site: 'osl' }],
  ['dropped first', rules({ drop: ['a'], rename: { b: 'a' } }), { a: '1', b: '2' }, { a: '2' }],
  ['in one step', rules({ rename: { a: 'b', b: 'a' } }), { a: '1', b: '2' }, { a: '2', b: '1' }],
  ['same value', rules({ rename: { h: 'i' } }), { h: 'x', i: 'x' }, { i: 'x' }],
  ['taken', rules({ rename: { h: 'i' } }), { h: 'x', i: 'y' }, { h: 'x', i: 'y' }],
  [
    'taken, replace',
    rules({ rename: { h: 'i' }, conflict: 'replace' }),
    { h: 'x', i: 'y' },
    { i: 'x' },
  ],
  ['two into one', rules({ rename: { a: 'c', b: 'c' } }), { a: '1', b: '2' }, { b: '2', c: '1' }],
  ['said', rules({ set: { site: 'osl' } }), { site: 'bgo' }, { site: 'bgo' }],
  [
    'said, replace',
    rules({ set: { site: 'osl' }, conflict: 'replace' }),
    { site: 'bgo' },
    { site: 'osl' },
  ],
  ['the last one', rules({ drop: ['a'], set: { s: '1' } }), { a: '1' }, { a: '1' }],
];

for (const [what, rule, labels, wanted] of cases) {
  test(`labels: ${what}`, () => assert.deepEqual(relabelled(labels, rule), wanted));
}

test('what no rule speaks of is handed back as it came', () => {
  const labels = { b: '1', a: '2' };
  assert.equal(relabelled(labels, rules({ drop: ['c'], rename: { d: 'e' } })), labels);
});

test('no label is set beyond the most an alarm may have', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, '1']));
  const set = rules({ set: { site: 'osl' } });
  const max = EVENT_LIMITS.labels_max;
  assert.equal(Object.keys(relabelled(many(max - 1), set)).length, max);
  assert.equal(relabelled(many(max), set).site, undefined);
});

test('the rules of a source join those for all and win where both speak', () => {
  const settings = {
    ...{ drop: ['a'], set: { x: '1', y: '1' }, conflict: 'replace' as const },
    sources: { snmp: { drop: ['b'], set: { y: '2' } }, syslog: { conflict: 'keep' as const } },
  };
  const own = { drop: ['a', 'b'], rename: {}, set: { x: '1', y: '2' }, conflict: 'replace' };
  assert.deepEqual(rulesFor(settings, 'snmp'), own);
  assert.equal(rulesFor(settings, 'syslog')?.conflict, 'keep');
  assert.deepEqual(rulesFor(settings, 'constructor')?.drop, ['a']);
  assert.equal(rulesFor({ conflict: 'replace' }, 'snmp'), undefined, 'nothing is to be done');
});

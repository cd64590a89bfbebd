import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf, type Pair } from '../../../test/snmp/datagram.ts';
import { SETTINGS } from '../../../test/snmp/settings.ts';
import type { Instant } from '../../base/time.ts';
import { RULES_MAX, readOwnRules } from './own-rules.ts';
import { EXAMPLE_RULES, snmpRules } from './own-rules-port.ts';

const DOOR: Pair = ['1.3.6.1.4.1.99999.9.0', { text: 'door 7' }];
const become = (rules: string, trap: string, varbinds: readonly Pair[] = [DOOR]): string => {
  const body = datagramOf({ trap, varbinds });
  const input = { body, at: 0 as Instant, from: '192.0.2.1', contentType: '' };
  const { events } = snmpRules.translate(input, SETTINGS, rules);
  return events
    .map((e) => [e.kind, e.severity ?? '-', e.resource, e.type, e.qualifier, e.text].join(' | '))
    .join('\n');
};

const RULES = `
rules:
  - match: oid="1.3.6.1.4.1.99999.0.1"
    does: raise
    severity: critical
    type: door.open
    resource: '{device}/{1.3.6.1.4.1.99999.9.0}'
    text: 'Open: {1.3.6.1.4.1.99999.9.0}'
  - match: oid="1.3.6.1.4.1.99999.0.2"
    does: clear
    type: door.open
    resource: '{device}/{1.3.6.1.4.1.99999.9.0}'
  - match: enterprise="99999", device=~"192[.].*"
    does: ignore
  - match: trap="linkDown", ifDescr=~"lo.*"
    severity: indeterminate
`;

test('people say what a notification is: raised, cleared, ignored, or only less severe', () => {
  assert.deepEqual(snmpRules.check(RULES), []);
  assert.equal(
    become(RULES, '1.3.6.1.4.1.99999.0.1'),
    'raise | critical | 192.0.2.1/door 7 | door.open |  | Open: door 7',
  );
  assert.match(become(RULES, '1.3.6.1.4.1.99999.0.2'), /^clear \| - \| 192.0.2.1\/door 7 \| door/);
  assert.equal(become(RULES, '1.3.6.1.4.1.99999.0.3'), '');
  const port = (name: string): Pair => ['1.3.6.1.2.1.2.2.1.2.7', { text: name }];
  const down = '1.3.6.1.6.3.1.1.5.3';
  assert.match(become(RULES, down, [port('lo0')]), /^raise \| indeterminate \|/);
  assert.match(become(RULES, down, [port('xe-0')]), /^raise \| major \|/);
});

test('without rules, and with those that match nothing, a notification stays what it was', () => {
  const plain = become('', '1.3.6.1.4.1.99999.0.1');
  assert.match(plain, /^occurrence \| warning \| 192.0.2.1 \| snmp\.trap\./);
  assert.equal(become('rules: []', '1.3.6.1.4.1.99999.0.1'), plain);
});

test('what is wrong with a text is told with its line', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['rules: 5', /^1: rules: a list of rules expected/],
    ['rules:\n  - 7', /^2: a rule expected/],
    ['rules:\n  - does: raise', /^2: match: match is needed/],
    ['rules:\n  - match: trap="a"\n    does: shout', /^3: does: one of raise, clear/],
    ['rules:\n  - match: trap="a"\n    severity: loud', /^3: severity: one of critical/],
    ['rules:\n  - match: trap="a"\n    shout: 1', /^3: there is no shout; name, match/],
    ['rules:\n  - match: trap="a"\n    text: [1]', /^3: text: a text expected/],
    ['rules:\n  - match: trap=~"("', /^2: match: /],
    ['rules: [', /^1: /],
  ];
  for (const [text, want] of table) {
    const [fault] = snmpRules.check(text);
    assert.match(`${fault?.line}: ${fault?.why}`, want, text);
  }
  const list = (count: number): string => `rules:\n${'  - match: a="b"\n'.repeat(count)}`;
  assert.equal(readOwnRules(list(RULES_MAX)).faults.length, 0);
  assert.equal(readOwnRules(list(RULES_MAX + 1)).faults[0]?.why, `at most ${RULES_MAX} rules`);
});

test('the example can be used, and an input is shown without its community', () => {
  assert.deepEqual(snmpRules.check(EXAMPLE_RULES), []);
  const body = datagramOf({ community: 'hunter2', trap: '1.3.6.1.6.3.1.1.5.1' });
  const input = { body, at: 0 as Instant, from: '192.0.2.1', contentType: '' };
  assert.doesNotMatch(snmpRules.show?.(input) ?? '', /hunter2/);
  assert.match(snmpRules.show?.(input) ?? '', /"trap": "coldStart"/);
  const fields = snmpRules.fields?.(input) ?? [];
  assert.ok(fields.some(({ selector, value }) => selector === 'trap' && value === 'coldStart'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { FILTER_LIMITS, readFilter } from './filter.ts';

const ALARM = {
  id: '0123456789abcdef',
  source: 'snmp',
  resource: 'core-1/xe-0/0/3',
  type: 'link.down',
  text: 'Link down to Nürnberg',
  severity: 'critical',
  context: { rack: 'r7' },
  labels: { site: 'nbg', severity: 'page', 'a b': 'c' },
  ticket: '',
} as unknown as Alarm;

const passes = (text: string): boolean => {
  const filter = readFilter(text);
  assert.ok(!('why' in filter), `${text}: ${'why' in filter && filter.why}`);
  return filter.passes?.(ALARM) ?? true;
};

test('matchers, the desk’s own names and words, all of which must hold', () => {
  const table: readonly (readonly [text: string, want: boolean])[] = [
    ['', true],
    ['  , ', true],
    ['site="nbg"', true],
    ['rack="r7"', true], // context
    ['site=nbg', true],
    ['site = "nbg"', true],
    ['{site="nbg",severity="page"}', true],
    ['site!="nbg"', false],
    ['site=~"n.*"', true],
    ['site=~"b"', false], // anchored at both ends
    ['site!~"n.*"', false],
    ['missing=""', true],
    ['missing!=""', false],
    ['"a b"="c"', true],
    ['severity="critical"', false], // the sender's label
    ['@severity="critical"', true], // the desk's own
    ['@resource=~"core-.*"', true],
    ['link', true],
    ['NÜRNBERG', true],
    ['"down to"', true],
    ['nbg', true], // a label's value
    ['0123456789abcdef', true],
    ['link down site="nbg"', true],
    ['link up', false],
    ['link site="fra"', false],
  ];
  for (const [text, want] of table) assert.equal(passes(text), want, text);
});

test('what cannot be read is explained, with the place', () => {
  const table: readonly (readonly [text: string, at: number, why: RegExp])[] = [
    ['site="nbg', 5, /quote/],
    ['site=', 0, /after site= comes a value/],
    ['ok "open', 3, /quote/],
    ['="x"', 0, /before = comes a label name/],
    ['site=~"("', 6, /pattern cannot be read/],
  ];
  for (const [text, at, why] of table) {
    const fault = readFilter(text);
    assert.ok('why' in fault, text);
    assert.match(fault.why, why, text);
    assert.equal(fault.at, at, text);
    assert.ok(fault.length >= 1);
  }
});

test('as many terms as fit, and not one more', () => {
  const terms = Array.from({ length: FILTER_LIMITS.terms_max }, (_, i) => `l${i}=""`).join(' ');
  assert.ok(!('why' in readFilter(terms)));
  assert.ok('why' in readFilter(`${terms} more`));
});

test('a bare name that is also the desk’s own earns a hint', () => {
  const filter = readFilter('severity=critical site=nbg');
  assert.ok('hints' in filter);
  assert.deepEqual(filter.hints, ['severity']);
});

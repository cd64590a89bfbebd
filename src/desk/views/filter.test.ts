import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { FILTER_LIMITS, filterTerms, readFilter, toggledTerm, withTerm } from './filter.ts';

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

test('a matcher is put into the filter and taken out of it, whatever stands around', () => {
  const check = (before: string, name: string, value: string, after: string): void =>
    assert.equal(toggledTerm(before, name, value), after, before);
  check('', 'site', 'nbg', 'site="nbg"');
  check('fibre', 'site', 'nbg', 'fibre site="nbg"');
  check('{a="b"}', 'site', 'nbg', 'a="b" site="nbg"');
  check('site="nbg"', 'site', 'nbg', '');
  check('a=b, site=nbg fibre', 'site', 'nbg', 'a=b, fibre');
  check('site=~"nbg"', 'site', 'nbg', 'site=~"nbg" site="nbg"');
  check('"cut', 'site', 'nbg', '"cut');
  for (const value of ['a"b', 'c\\d', 'two words', 'x=y', 'line\nbreak', '', 'a,b']) {
    const text = toggledTerm('x', 'odd name', value);
    assert.equal(filterTerms(text)[0]?.value, value);
    assert.equal(withTerm(text, 'odd name', value), text);
    assert.equal(toggledTerm(text, 'odd name', value), 'x');
  }
});

test('a login in the filter is a person, in whole values only', () => {
  const reading = {
    valueOf: () => 'u1',
    meant: (_: string, value: string) => (value === 'nora' ? 'u1' : value),
  };
  const passes = (text: string): boolean => {
    const filter = readFilter(text, reading);
    assert.ok('terms' in filter);
    return filter.passes?.({} as Alarm) ?? true;
  };
  assert.equal(passes('@holder="nora"'), true);
  assert.equal(passes('@holder!="nora"'), false);
  assert.equal(passes('@holder=~"nora"'), false);
});

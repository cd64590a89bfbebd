import assert from 'node:assert/strict';
import { test } from 'node:test';
import { says } from './library-rule.ts';
import { filled, RuleBook, readRule } from './rules.ts';
import type { RuleSettings } from './settings.ts';

const faultOf = (rest: Partial<RuleSettings>, match = ''): string => {
  const rule = readRule(says('mine', match, rest));
  return 'error' in rule ? rule.error : 'ok';
};

/** A book of rules that are known to be right. */
function bookWith(...rules: readonly RuleSettings[]): RuleBook {
  return new RuleBook(
    rules.map((from) => {
      const rule = readRule(from);
      if ('error' in rule) throw new Error(rule.error);
      return rule;
    }),
  );
}

const find = (book: RuleBook, text: string, fields: Record<string, string> = {}) => {
  const found = book.find(
    text,
    fields['tag'] ?? '',
    fields['app'] ?? '',
    (name) => fields[name] ?? '',
  );
  return found && `${found.rule.name} ${found.does} ${JSON.stringify(found.groups)}`;
};

test('a rule that cannot be used says which and why', () => {
  for (const [rest, match, why] of [
    [{}, '', /^one of raise, clear, occurrence, ignore is needed$/],
    [{ raise: '(' }, '', /^raise: /],
    [{ raise: 'x' }, 'app', /^match: /],
    [{ raise: 'x' }, 'severty="err"', /match: there is no severty; host, from, app/],
    [
      { raise: '(?P<a>x)', resource: '{b}' },
      '',
      /resource: it names \{b\}, which raise has no group/,
    ],
    [
      { raise: '(?P<a>x)', clear: 'y', resource: '{host}/{a}' },
      '',
      /resource: it names \{a\}, which clear has no group for/,
    ],
    [{ raise: 'x', qualifier: '{a}' }, '', /qualifier: it names \{a\}/],
    [{ raise: `(?:${'a'.repeat(60)}){90}` }, '', /steps|too large|repeat/],
    [{ raise: String.raw`(a)\1` }, '', /raise: /], // back references have no linear time
    [{ raise: 'a(?=b)' }, '', /raise: /],
  ] as const) {
    assert.match(faultOf(rest, match), why);
  }
});

test('a name in the text needs a group only where that text is used', () => {
  assert.equal(faultOf({ raise: '(?P<cause>x)', clear: 'y', text: '{cause}' }), 'ok');
  assert.match(faultOf({ raise: 'x', clear: '(?P<c>y)', text: '{c}' }), /text: it names \{c\}/);
  assert.match(faultOf({ raise: '(?P<c>x)', clear: 'y', over: '{c}' }), /over: it names \{c\}/);
  assert.equal(faultOf({ ignore: 'x', resource: '{nothing}' }), 'ok');
});

test('the first rule that knows a line wins; in a rule ignore, then clear, then raise', () => {
  const book = bookWith(
    says('one', 'app="a"', { raise: 'down', clear: 'not down', ignore: 'down for tests' }),
    says('two', '', { raise: 'down' }),
  );
  assert.equal(find(book, 'it is down', { app: 'a' }), 'one raise {}');
  assert.equal(find(book, 'it is not down', { app: 'a' }), 'one clear {}');
  assert.equal(find(book, 'it is down for tests', { app: 'a' }), 'one ignore {}');
  assert.equal(find(book, 'it is down', { app: 'b' }), 'two raise {}');
  assert.equal(find(book, 'nothing', { app: 'a' }), undefined);
});

test('matchers see every field of a line', () => {
  const book = bookWith(
    says('r', 'host=~"r.*", facility!="mail", severity=~"err|crit"', { raise: '(?P<port>\\d+)' }),
  );
  const line = { host: 'r1', facility: 'local7', severity: 'err' };
  assert.equal(find(book, 'port 7', line), 'r raise {"port":"7"}');
  assert.equal(find(book, 'port 7', { ...line, host: 's1' }), undefined);
  assert.equal(find(book, 'port 7', { ...line, facility: 'mail' }), undefined);
});

test('a template is filled once: what a line says is never read as a template', () => {
  const rule = readRule(
    says('r', '', { raise: '(?P<a>.+)', resource: '{host}/{a}', text: '{a} { x {1}' }),
  );
  if ('error' in rule) assert.fail(rule.error);
  const lookup = (name: string): string => (name === 'a' ? '{host}' : 'r1');
  assert.equal(filled(rule.resource, lookup), 'r1/{host}');
  assert.equal(filled(rule.text, lookup), '{host} { x {1}');
});

test('a pattern that stalls other engines looks at a long line in no time', () => {
  const book = bookWith(says('r', '', { raise: '(a+)+$|(a|aa)*b|(.*a){12}c' }));
  const began = performance.now();
  for (let i = 0; i < 20; i++) assert.equal(find(book, `${'a'.repeat(2_047)}!`), undefined);
  assert.ok(performance.now() - began < 5_000);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  labelValue,
  MATCHER_LIMITS,
  type Matcher,
  matcherText,
  matchesAll,
  parseMatcher,
  parseMatchers,
} from './matcher.ts';
import { termsClassic, termsUtf8 } from './matcher-syntax.ts';

type Read = readonly Matcher[] | { readonly error: string };
const shown = (read: Read | Matcher): string => {
  if ('error' in read) return `! ${read.error}`;
  const list = 'name' in read ? [read] : read;
  return list.map((m) => [m.name, m.op, JSON.stringify(m.value)].join(' ')).join(', ') || '-';
};

test('both syntaxes read these alike', () => {
  const table: Readonly<Record<string, string>> = {
    'foo=bar': 'foo = "bar"',
    '{foo=bar}': 'foo = "bar"',
    '{foo="bar"}': 'foo = "bar"',
    '{foo=~bar.*}': 'foo =~ "bar.*"',
    '{foo!=bar}': 'foo != "bar"',
    '{foo!~"bar.*"}': 'foo !~ "bar.*"',
    '{foo="bar", baz!~".*quux", derp="wat"}': 'foo = "bar", baz !~ ".*quux", derp = "wat"',
    '{foo=""}': 'foo = ""',
    '{foo="bar,quux", job="job1"}': 'foo = "bar,quux", job = "job1"',
    '{foo = "bar", dings != "bums", }': 'foo = "bar", dings != "bums"',
    'foo=bar,dings!=bums': 'foo = "bar", dings != "bums"',
    '{quote="She said: \\"Hi, ladies!\\""}': 'quote = "She said: \\"Hi, ladies!\\""',
    'statuscode=~"5.."': 'statuscode =~ "5.."',
    'contains_quote != "\\"" , contains_comma !~ "foo,bar" , ':
      'contains_quote != "\\"", contains_comma !~ "foo,bar"',
    'a="x\\ny"': 'a = "x\\ny"',
    'a:b="c"': 'a:b = "c"',
    '{}': '-',
    '': '-',
  };
  for (const [text, want] of Object.entries(table)) {
    assert.deepEqual(termsUtf8(text), termsClassic(text), text);
    assert.equal(shown(parseMatchers(text)), want, text);
  }
});

test('only the UTF-8 syntax reads these', () => {
  const table: Readonly<Record<string, string>> = {
    '{foo\u{1f642}=bar,bar=baz\u{1f642}}': 'foo\u{1f642} = "bar", bar = "baz\u{1f642}"',
    '{name-with-dashes = "bar"}': 'name-with-dashes = "bar"',
    '{"name with spaces"="a b"}': 'name with spaces = "a b"',
    '"\\xf0\\x9f\\x99\\x82"=d\u0398': '\u{1f642} = "d\u0398"',
    '"\\u00fc\\U0001f642\\101"=a': 'ü\u{1f642}A = "a"',
    '@severity=critical': '@severity = "critical"',
    '0foo=bar': '0foo = "bar"',
  };
  for (const [text, want] of Object.entries(table)) {
    assert.ok('error' in termsClassic(text), text);
    assert.equal(shown(parseMatchers(text)), want, text);
  }
});

test('only the classic syntax reads these', () => {
  const table: Readonly<Record<string, string>> = {
    "{foo='}": `foo = "'"`,
    '{foo=`}': 'foo = "`"',
    '{foo=\\n}': 'foo = "\\n"',
    '{foo=bar\\t}': 'foo = "bar\\\\t"',
    '{foo=bar\\}': 'foo = "bar\\\\"',
    '{foo=bar\\\\}': 'foo = "bar\\\\"',
    '{foo=\\"}': 'foo = "\\""',
    'foo=!bar\\n': 'foo = "!bar\\n"',
    'tricky=~~~': 'tricky =~ "~~"',
    'trickier==\\\\=\\=\\"': 'trickier = "=\\\\=\\\\=\\""',
    '{foo=bar}}': 'foo = "bar}"',
    '{foo=bar}},}': 'foo = "bar}}"',
    '{foo=,bar=}}': 'foo = "", bar = "}"',
    'job=': 'job = ""',
    '{foo=': 'foo = ""',
    '{foo=}b': 'foo = "}b"',
    'foo=bar baz': 'foo = "bar baz"',
    '{foo=bar': 'foo = "bar"',
  };
  for (const [text, want] of Object.entries(table)) {
    assert.equal(termsUtf8(text), undefined, text);
    assert.equal(shown(parseMatchers(text)), want, text);
  }
});

test('where the two read a text differently, the classic reading wins', () => {
  const table: Readonly<Record<string, string>> = {
    'foo="\\xf0\\x9f\\x99\\x82"': 'foo = "\\\\xf0\\\\x9f\\\\x99\\\\x82"',
    'foo="a\\tb"': 'foo = "a\\\\tb"',
    'foo="\\u00fc"': 'foo = "\\\\u00fc"',
    'foo=~"\\x61.*\\\\"': '! error parsing regexp',
  };
  for (const [text, want] of Object.entries(table)) {
    assert.notDeepEqual(termsUtf8(text), termsClassic(text), text);
    assert.ok(
      shown(parseMatchers(text)).startsWith(want),
      `${text}: ${shown(parseMatchers(text))}`,
    );
  }
});

test('what neither reads is refused in the classic words', () => {
  const table: Readonly<Record<string, string>> = {
    'foo!bar': '! bad matcher format: foo!bar',
    '{,}': '! bad matcher format: ',
    'job="value': '! matcher value contains unescaped double quote: "value',
    'job=value"': '! matcher value contains unescaped double quote: value"',
    'q = foo"bar': '! matcher value contains unescaped double quote: foo"bar',
    '"foo="bar""': '! bad matcher format: "foo="bar""',
    '{{foo=': '! bad matcher format: {foo=',
    '"\\xff"=a': '! bad matcher format: "\\xff"=a',
    '"\\ud800"=a': '! bad matcher format: "\\ud800"=a',
    '"\\q"=a': '! bad matcher format: "\\q"=a',
    '"\\777"=a': '! bad matcher format: "\\777"=a',
    '"a\nb"=a': '! bad matcher format: "a\nb"=a',
    '\ud800=a': '! matcher is not valid UTF-8',
  };
  for (const [text, want] of Object.entries(table)) {
    assert.equal(shown(parseMatchers(text)), want, text);
  }
  assert.match(shown(parseMatchers('{foo=~"invalid[regexp"}')), /^! error parsing regexp/);
});

test('a single matcher has no braces and is one', () => {
  assert.equal(shown(parseMatcher('foo=bar')), 'foo = "bar"');
  assert.equal(shown(parseMatcher('foo=a,b=c')), 'foo = "a,b=c"');
  assert.equal(shown(parseMatcher('{foo=bar}')), '! unexpected open or close brace: {foo=bar}');
  assert.equal(shown(parseMatcher('foo')), '! bad matcher format: foo');
  assert.equal(shown(parseMatcher('')), '! bad matcher format: ');
});

test('a missing label is an empty one, and patterns are anchored', () => {
  const labels = { alertname: 'Down', site: 'site-07' };
  const table: Readonly<Record<string, boolean>> = {
    'site="site-07"': true,
    'site="site-0"': false,
    'site=~"site-0"': false,
    'site=~"site-0.*"': true,
    'site!~"site-1.*"': true,
    'rack=""': true,
    'site=""': false,
    'rack!=""': false,
    'site!=""': true,
    'rack=~".*"': true,
    'rack=~".+"': false,
    'rack!="x"': true,
    'constructor=""': true,
    'site="site-07",alertname!="Down"': false,
    '{}': true,
  };
  for (const [text, want] of Object.entries(table)) {
    const matchers = parseMatchers(text);
    assert.ok(!('error' in matchers), text);
    const got = matchesAll(matchers, (name) => labelValue(labels, name));
    assert.equal(got, want, text);
  }
});

test('length of the text and number of matchers have maxima', () => {
  const value = 'a'.repeat(MATCHER_LIMITS.text_chars_max - 2);
  assert.equal(shown(parseMatchers(`f=${value}`)), `f = "${value}"`);
  assert.equal(shown(parseMatchers(`f=${value}a`)), '! longer than 16384 characters');
  assert.equal(shown(parseMatcher(`f=${value}a`)), '! longer than 16384 characters');

  const many = Array.from({ length: MATCHER_LIMITS.matchers_max }, (_, i) => `l${i}=x`);
  assert.ok(!('error' in parseMatchers(many.join())));
  assert.equal(shown(parseMatchers([...many, 'one=x'].join())), '! more than 64 matchers');
});

test('what is written out reads back as the same matcher', () => {
  for (const value of ['', 'a b', '"', '\\', '\n', '}{', 'ü\u{1f642}', 'a\\nb', '\t']) {
    for (const name of ['foo', '@severity', 'with space', 'q"uote']) {
      const read = parseMatcher(matcherText({ name, op: '!=', value }));
      assert.ok(!('error' in read), shown(read));
      assert.deepEqual([read.name, read.op, read.value], [name, '!=', value]);
    }
  }
});

test('no text makes a parser throw', () => {
  const parts = ['a', '=', '~', '!', '"', '\\', '{', '}', ',', ' ', 'x41', 'u00fc', '\n', 'é', '('];
  let seed = 7;
  const rng = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  let read = 0;
  for (let round = 0; round < 30_000; round++) {
    const text = Array.from({ length: 1 + rng(9) }, () => parts[rng(parts.length)]).join('');
    if (!('error' in parseMatchers(text))) read++;
    parseMatcher(text);
  }
  assert.ok(read > 500);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RE2JS } from 're2js';
import { compilePattern, PATTERN_LIMITS } from './pattern.ts';

const verdict = (source: string, text: string): string => {
  const pattern = compilePattern(source);
  return 'error' in pattern ? `error: ${pattern.error}` : pattern.matches(text) ? 'yes' : 'no';
};

test('patterns are anchored, take no line feed for a dot, and know the forms done by hand', () => {
  const table: readonly (readonly [source: string, text: string, want: string])[] = [
    ['', '', 'yes'],
    ['', 'a', 'no'],
    ['core', 'core', 'yes'],
    ['core', 'core-1', 'no'],
    ['.*', '', 'yes'],
    ['.*', 'a\nb', 'no'],
    ['.+', '', 'no'],
    ['.+', 'a', 'yes'],
    ['core-.*', 'core-', 'yes'],
    ['core-.*', 'core-1\n', 'no'],
    ['core-.+', 'core-', 'no'],
    ['.*core', 'the core', 'yes'],
    ['.+core.+', 'core core core', 'yes'],
    ['.+core.+', 'core core', 'no'],
    ['a|b|c', 'b', 'yes'],
    ['a|b|c', 'd', 'no'],
    ['(a|b)', 'ab', 'no'],
    ['(?:a.*|b)', 'axe', 'yes'],
    ['a||b', '', 'yes'],
    ['10\\.0\\.0\\.1', '10.0.0.1', 'yes'],
    ['10\\.0\\.0\\.1', '10x0x0x1', 'no'],
    ['a\\.*', 'a..', 'yes'],
    ['5..', '503', 'yes'],
    ['(?i)CORE', 'core', 'yes'],
    ['[a-z]+\\|x', 'ab|x', 'yes'],
    ['.+.+', '\u{1f642}', 'no'],
    ['\\pL', 'é', 'yes'],
  ];
  for (const [source, text, want] of table) {
    assert.equal(verdict(source, text), want, `${source} on ${JSON.stringify(text)}`);
  }
});

test('what RE2 does not have is refused with a reason, never thrown', () => {
  for (const source of ['(', 'a)|(b', '(?=a)', '(?<!a)b', 'x{1001}', 'a\\', '[', '*', '\ud800']) {
    assert.match(verdict(source, ''), /^error: .+/, source);
  }
  assert.match(verdict('('.repeat(2_000) + ')'.repeat(2_000), ''), /^error: .+/);
});

test('length of pattern, size of program and length of text have maxima', () => {
  const longest = 'a'.repeat(PATTERN_LIMITS.pattern_chars_max);
  assert.equal(verdict(longest, longest), 'yes');
  assert.match(verdict(`${longest}a`, ''), /longer than 4096 characters/);

  assert.match(verdict('((a|b)[c-d]){900}', ''), /steps, at most 4000/);

  const input = '1'.repeat(PATTERN_LIMITS.input_chars_max);
  assert.equal(verdict('\\d+', input), 'yes');
  assert.equal(verdict('\\d+', `${input}1`), 'no');
});

test('the worst text for a backtracking engine takes no time', () => {
  const began = performance.now();
  assert.equal(verdict('(a*)*b', 'a'.repeat(8_000)), 'no');
  assert.ok(performance.now() - began < 2_000);
});

test('forms done by hand say the same as the engine', () => {
  const parts = ['a', 'b', '.*', '.+', '|', '\\.', '.', '(', ')', 'ab', '\n', '-', '\\', '(?:'];
  const texts = ['', 'a', 'b', 'ab', 'ba', 'aab', '.', 'a.b', 'a\nb', '-', 'a-b', 'bab', 'aa'];
  let seed = 1;
  const rng = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  let compiled = 0;
  for (let round = 0; round < 20_000; round++) {
    const source = Array.from({ length: 1 + rng(5) }, () => parts[rng(parts.length)]).join('');
    const pattern = compilePattern(source);
    let engine: RE2JS | undefined;
    try {
      engine = RE2JS.compile(source);
    } catch {
      engine = undefined;
    }
    assert.equal('error' in pattern, engine === undefined, `seed round ${round}: ${source}`);
    if ('error' in pattern || !engine) continue;
    compiled++;
    for (const text of texts) {
      const said = `${JSON.stringify(source)} on ${JSON.stringify(text)}`;
      assert.equal(pattern.matches(text), engine.testExact(text), said);
    }
  }
  assert.ok(compiled > 5_000);
});

test('what an index may go by: words, beginnings and fragments, or nothing', () => {
  const table: Readonly<Record<string, string>> = {
    core: 'core / - / -',
    'a|b|c': 'a,b,c / - / -',
    'a|': 'a, / - / -',
    'core-.*': '- / core- / -',
    'a|core-.+|.*x.*|.+y': 'a / core- / x,y',
    '10\\.0\\..*': '- / 10.0. / -',
    'host-\\d+': '- / host- / -',
    '^host-[0-9]$': '- / host- / -',
    'host-(a|b)\\d': '- / host- / -',
    'a\\|b\\d': '- / a|b / -',
    'host-\\d|db(a|b)+': '- / host-,db / -',
    'colou?r': '- / colo / -',
    'ab*c': '- / a / -',
    'ab+c': '- / a / -',
    'ab{0}c': '- / a / -',
    '\u{1f642}\u{1f643}?': '- / \u{1f642} / -',
    'x?y': 'nothing',
    '[a-z]+-db-\\d': '- / - / -db-',
    '(a|b)core\\.x(c|d)+yz': '- / - / core.x',
    '[]a-]bc.d[^\\]]efg[[:alpha:]]': '- / - / efg',
    '.abc{2}d': '- / - / ab',
    'web-\\d|.[a]bc': 'nothing',
    'web-\\d|.-bc.': '- / web- / -bc',
    '.abc{x': 'nothing',
    '.ab\\x41c': 'nothing',
    '.(?P<n>ab)cde': '- / - / cde',
    '.([)]ab)cde': 'nothing',
    '.*': 'nothing',
    'a|.+': 'nothing',
    'a|b\\d|.x': 'nothing',
    '(?i)core': 'nothing',
    'a(?i)b|c': 'nothing',
    '[a|b]c|d': 'nothing',
    '\\Qa|b\\E.*': 'nothing',
    '\\x61bc': 'nothing',
  };
  for (const [source, want] of Object.entries(table)) {
    const pattern = compilePattern(source);
    assert.ok(!('error' in pattern), source);
    const { only } = pattern;
    const list = (texts: readonly string[]): string => (texts.length > 0 ? texts.join() : '-');
    const got = only
      ? [only.words, only.prefixes, only.fragments].map(list).join(' / ')
      : 'nothing';
    assert.equal(got, want, source);
  }
});

test('nothing matches beside what an index may go by', () => {
  const parts = [
    'a',
    'b',
    '.*',
    '|',
    '?',
    '*',
    '+',
    '(',
    ')',
    '(?i)',
    '\\d',
    '[ab]',
    '{0}',
    '^',
    '$',
  ];
  const texts = ['', 'a', 'b', 'A', 'B', 'ab', 'aB', 'ba', 'aab', 'abb', 'a1', 'b1', '1', 'a1b'];
  let seed = 3;
  const rng = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  let told = 0;
  for (let round = 0; round < 20_000; round++) {
    const source = Array.from({ length: 1 + rng(7) }, () => parts[rng(parts.length)]).join('');
    const pattern = compilePattern(source);
    if ('error' in pattern || !pattern.only) continue;
    const { words, prefixes, fragments } = pattern.only;
    told++;
    for (const text of texts.filter((one) => pattern.matches(one))) {
      const may =
        words.includes(text) ||
        prefixes.some((prefix) => prefix !== '' && text.startsWith(prefix)) ||
        fragments.some((fragment) => fragment !== '' && text.includes(fragment));
      assert.ok(may, `${source} matches ${text}`);
    }
  }
  assert.ok(told > 1_000, `${told} patterns said something`);
});

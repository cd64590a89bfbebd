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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, rendered, renderedHtml, setOf } from '../../test/support/templates.ts';
import { TEMPLATE_LIMITS } from './fault.ts';
import { parseTemplates } from './set.ts';

const faults = (...texts: readonly string[]): readonly string[] => {
  const set = parseTemplates(texts.map((text, i) => ({ name: `${i}.tmpl`, text })));
  return 'faults' in set ? set.faults.map(({ message }) => message) : [];
};

test('a template may have as many bytes as are allowed, and not one more', () => {
  const max = TEMPLATE_LIMITS.template_bytes_max;
  assert.deepEqual(faults('x'.repeat(max)), []);
  assert.match(faults('x'.repeat(max + 1))[0] ?? '', /^0\.tmpl:1:1: .*1048577 bytes/);
  assert.match(faults('é'.repeat(max / 2 + 1))[0] ?? '', /1048578 bytes/);
});

test('there may be as many files as are allowed, and not one more', () => {
  const max = TEMPLATE_LIMITS.files_max;
  const texts = Array.from({ length: max }, () => 'x');
  assert.deepEqual(faults(...texts), []);
  assert.match(faults(...texts, 'x')[0] ?? '', /1001 template files, at most 1000/);
});

test('output ends at its maximum, in text and in HTML', () => {
  const max = TEMPLATE_LIMITS.output_chars_max;
  assert.equal(rendered('x'.repeat(max)).length, max);
  const over = `{{ range 2 }}${'x'.repeat(max / 2)}{{ end }}{{ "y" }}`;
  assert.match(faultOf(over), /grows over 1048576 characters/);
  assert.equal(renderedHtml('x'.repeat(max)).length, max);
  assert.throws(() => renderedHtml(over), /grows over 1048576 characters/);
});

test('a value that doubles again and again ends at the same maximum', () => {
  const twice = '{{ $x := "x" }}{{ range 40 }}{{ $x = print $x $x }}{{ end }}';
  assert.match(faultOf(twice), /a text grows over 1048576 characters/);
  const lists = '{{ $x := list 1 }}{{ range 40 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}';
  assert.match(faultOf(lists), /grows over|more than 2000000 steps/);
});

test('a range goes on for as many rounds as are allowed, and not one more', () => {
  const max = TEMPLATE_LIMITS.range_rounds_max;
  assert.equal(rendered(`{{ range ${max} }}x{{ end }}`).length, max);
  assert.match(faultOf(`{{ range ${max + 1} }}x{{ end }}`), /over 100000 rounds/);
});

test('work is counted, whatever it is spent on', () => {
  const loop = '{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}';
  assert.match(faultOf(loop), /more than 2000000 steps/);
  const slow =
    '{{ $x := printf "%8000s" "a" }}{{ range 100000 }}{{ $y := match "(a?){50}b" $x }}{{ end }}';
  assert.match(faultOf(slow), /more than 2000000 steps/);
});

test('templates call one another as deep as is allowed, and not one deeper', () => {
  const chain = (depth: number): string =>
    Array.from(
      { length: depth },
      (_, i) =>
        `{{ define "t${i}" }}${i + 1 < depth ? `{{ template "t${i + 1}" }}` : 'end'}{{ end }}`,
    ).join('');
  const max = TEMPLATE_LIMITS.template_depth_max;
  assert.equal(rendered(`${chain(max)}{{ template "t0" }}`), 'end');
  assert.match(faultOf(`${chain(max + 1)}{{ template "t0" }}`), /more than 100 deep/);
  assert.match(
    faultOf('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}'),
    /does "a" end/,
  );
});

test('blocks nest through templates as deep as is allowed, and never exhaust the stack', () => {
  const blocks = TEMPLATE_LIMITS.nesting_max - 1;
  const open = '{{ if true }}'.repeat(blocks);
  const close = '{{ end }}'.repeat(blocks);
  const text = `{{ define "a" }}${open}{{ template "a" }}${close}{{ end }}{{ template "a" }}`;
  assert.match(faultOf(text), /nest deeper than 500 in all/);
  const max = TEMPLATE_LIMITS.blocks_depth_max;
  const parts = (total: number): string => {
    const sizes = [99, 99, 99, 99, 99, total - 495];
    const body = (n: number, inner: string): string =>
      `${'{{ if true }}'.repeat(n)}${inner}${'{{ end }}'.repeat(n)}`;
    const defined = sizes.map((n, i) => {
      const inner = i + 1 < sizes.length ? `{{ template "p${i + 1}" }}` : 'x';
      return `{{ define "p${i}" }}${body(n, inner)}{{ end }}`;
    });
    return `${defined.join('')}{{ template "p0" }}`;
  };
  assert.equal(rendered(parts(max)), 'x');
  assert.match(faultOf(parts(max + 1)), /nest deeper than 500 in all/);
});

test('blocks and parentheses nest as deep as is allowed, and not one deeper', () => {
  const nested = (n: number): string => `${'{{ if true }}'.repeat(n)}x${'{{ end }}'.repeat(n)}`;
  const parens = (n: number): string => `{{ ${'('.repeat(n)}1${')'.repeat(n)} }}`;
  const max = TEMPLATE_LIMITS.nesting_max;
  assert.equal(rendered(nested(max)), 'x');
  assert.match(faultOf(nested(max + 1)), /nests deeper than 100/);
  assert.equal(rendered(parens(max)), '1');
  assert.match(faultOf(parens(max + 1)), /nests deeper than 100/);
});

test('patterns look through as long a text as is allowed, and no longer', () => {
  const max = TEMPLATE_LIMITS.search_chars_max;
  const searched = (n: number): string => `{{ printf "%${n}s" "a" | match "a" }}`;
  assert.equal(rendered(searched(max)), 'true');
  assert.match(faultOf(searched(max + 1)), /at most 65536 characters/);
});

test('lists nest as deep as is allowed, and not one deeper', () => {
  const max = TEMPLATE_LIMITS.value_depth_max;
  const nested = (n: number): string =>
    `{{ $x := list }}{{ range ${n - 1} }}{{ $x = list $x }}{{ end }}`;
  assert.equal(rendered(`${nested(max)}{{ print $x }}`), '['.repeat(max) + ']'.repeat(max));
  assert.match(faultOf(nested(max + 1)), /nest deeper than 100/);
});

test('inline templates are parsed once, and the oldest is forgotten at the maximum', () => {
  const set = setOf();
  const first = set.inline('first');
  assert.equal(set.inline('first'), first);
  for (let i = 1; i < TEMPLATE_LIMITS.inline_cached_max; i++) set.inline(`template ${i}`);
  assert.equal(set.inline('first'), first);
  set.inline('one more');
  assert.notEqual(set.inline('first'), first);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTIONS, SAMPLE, setOf } from '../../test/support/templates.ts';
import { DEFAULT_TEMPLATES } from './defaults.ts';
import { TemplateError } from './fault.ts';
import { renderHtml, renderText } from './set.ts';

const MUTATIONS = 10_000;

/** What breaks templates: pieces of their own grammar, and characters that have a meaning. */
const PIECES = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  '{{ end }}',
  '{{ else }}',
  '{{ range .Alerts }}',
  '{{ if . }}',
  '{{ with $x }}',
  '{{ template "__subject" . }}',
  '{{ define "x" }}',
  '{{ break }}',
  '|',
  '(',
  ')',
  '"',
  "'",
  '`',
  '\\',
  '.',
  '$',
  '$x',
  ':=',
  '=',
  ',',
  '<',
  '>',
  '</',
  '<a href="',
  '<script>',
  '<!--',
  '-->',
  ' style="',
  'url(',
  '{{ printf "%*.*[3]v" 5 . 1 }}',
  '{{ slice . -1 }}',
  '{{ index .Alerts 99 }}',
  '9999999999',
  '-1',
  '0x',
  '1e999',
  'nil',
  'true',
  '\0',
  '\ud800',
  '\u2028',
  'é',
  '😀',
  '%!',
  '%[9]d',
  '%999999999d',
  '\n',
  '/*',
  '*/',
  '{{ $x := . }}',
  '{{ toJson . }}',
  '{{ reReplaceAll "(" "" "x" }}',
  '{{ dict "a" }}',
  '__proto__',
  '.constructor',
] as const;

const SEEDS = [
  ...DEFAULT_TEMPLATES.map(({ text }) => text),
  '{{ range $i, $a := .Alerts }}{{ if $i }}, {{ end }}{{ $a.Labels.instance | toUpper }}{{ else }}none{{ end }}',
  '{{ with .CommonLabels.Remove (stringSlice "site") }}{{ .SortedPairs.Values | join " " }}{{ end }}',
  '<a href="{{ .ExternalURL }}/?q={{ .Status }}" onclick="f({{ .CommonLabels }})">{{ .Status }}</a>',
  '{{ printf "%-10s|%05.2f|%x|%q|%v" .Status 1.5 255 "a" .Alerts }}{{ (index .Alerts 0).StartsAt.Format "15:04" }}',
  '{{ $x := dict "a" (list 1 2) }}{{ range $k, $v := $x }}{{ $k }}{{ len $v }}{{ end }}{{ slice "abc" 1 2 }}',
  '<style>a { color: {{ .Status }} }</style><script>var x = "{{ .Status }}", y = {{ .Alerts }};</script>',
];

/** Small, and the same everywhere (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** A stretch of a seed, so that long ones do not hide the fault behind their first one. */
function mutated(rng: (below: number) => number): string {
  const seed = SEEDS[rng(SEEDS.length)] ?? '';
  const from = rng(3) === 0 ? rng(seed.length) : 0;
  let text = seed.slice(from, from + 50 + rng(1_000));
  for (let i = rng(4); i >= 0; i--) {
    const at = rng(text.length + 1);
    const gone = rng(3) === 0 ? rng(12) : 0;
    const piece = rng(4) === 0 ? '' : (PIECES[rng(PIECES.length)] ?? '');
    text = text.slice(0, at) + piece + text.slice(at + gone);
  }
  return text;
}

test('however a template is damaged, rendering gives text or a TemplateError with its place', () => {
  const set = setOf();
  let told = 0;
  for (let seed = 1; seed <= MUTATIONS; seed++) {
    const text = mutated(random(seed));
    for (const render of [renderText, renderHtml]) {
      try {
        assert.equal(typeof render(set, text, SAMPLE, OPTIONS), 'string');
      } catch (error) {
        assert.ok(error instanceof TemplateError, `seed ${seed}: ${error}\n${text}`);
        assert.ok(error.line >= 1 && error.column >= 1, `seed ${seed}`);
        told += 1;
      }
    }
  }
  assert.ok(
    told > MUTATIONS / 4 && told < MUTATIONS * 2,
    `${told} faults: the mutations are too weak`,
  );
});

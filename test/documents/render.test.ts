import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lexer } from 'marked';
import type { Instant } from '../../src/base/time.ts';
import { documentHtml } from '../../src/documents/html.ts';
import { renderJob } from '../../src/documents/job.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Values } from '../../src/domain/document/value.ts';
import { documentMarkdown } from '../../src/template/document.ts';

const AT = Date.UTC(2026, 2, 1, 2, 0) as Instant;
const names: Readonly<Record<string, string>> = { u1: 'Nora <Öst>' };
const drawn = (body: string, values: Values): string =>
  documentMarkdown(body, values, (id: UserId) => names[id] ?? id, AT);
const text = (said: string): Values => ({ x: { is: 'text', text: said } });

test('each type has words of its own', () => {
  const values: Values = {
    at: { is: 'time', at: AT },
    ms: { is: 'duration', ms: 3_905_000 as never },
    who: { is: 'people', people: ['u1' as UserId, 'gone' as UserId] },
    none: { is: 'nothing', type: 'table' },
    said: { is: 'nothing', type: 'text' },
    list: { is: 'list', items: ['one', { person: 'u1' as UserId }], more: 3 },
    table: {
      is: 'table',
      columns: ['at', 'answered_by'],
      rows: [[{ at: AT }, 'a | b']],
      more: 0,
    },
  };
  const body = '{{.at}}, {{.ms}}, {{.who}}\n{{.none}}{{.said}}\n{{.list}}\n\n{{.table}}';
  assert.equal(
    drawn(body, values),
    [
      '2026-03-01 02:00 UTC, 1h5m, Nora \\<Öst\\>, gone',
      'None.',
      '- one',
      '- Nora \\<Öst\\>',
      '',
      'And 3 more, not shown here.',
      '',
      '| At (UTC) | Answered by |',
      '| --- | --- |',
      '| 2026-03-01 02:00 | a \\| b |',
    ].join('\n'),
  );
  assert.equal(drawn('{{range .table}}{{.answered_by}};{{end}}', values), 'a \\| b;');
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '# a heading',
  '- an item\n1. another',
  '[x](javascript:alert(1))',
  '![x](http://203.0.113.1/pixel.png)',
  '```\ncode',
  '| a | b |\n|---|---|',
  '&lt;b&gt; <b onclick=x>',
  '***bold*** `code` ~~gone~~ snake_case _em_',
  'http://a.example.org/x_y?a=1&b=2',
  '    indented\n\ttoo\n=====\n---\n> quoted',
  '\\\\ \\[ back',
];

for (const said of HOSTILE) {
  test(`a value stays what it is: ${JSON.stringify(said).slice(0, 40)}`, () => {
    const markdown = drawn('{{ .x }}', text(said));
    const kinds = lexer(markdown).map(({ type }) => type);
    assert.ok(
      kinds.every((kind) => kind === 'paragraph' || kind === 'space'),
      kinds.join(),
    );
    const page = documentHtml(markdown, 't', 'f');
    const main = /<main>([\s\S]*)<\/main>/.exec(page)?.[1] ?? '';
    assert.doesNotMatch(
      main.replaceAll(/<\/?p>|<br>|<a href="https?:[^"<>]*" rel="[a-z ]+">|<\/a>/g, ''),
      /[<>]/,
    );
    const plain = main
      .replace(/<br>\n/g, '\n')
      .replace(/<\/p>\n?/g, '\n\n')
      .replace(/<[^>]*>/g, '')
      .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
    const lines = (one: string): string =>
      one
        .split('\n')
        .map((line) => line.trim())
        .join('\n')
        .trim();
    assert.equal(lines(plain), lines(said));
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' },
};

test('a page is of itself: no script, nothing from elsewhere, one style that its policy names', () => {
  const page = documentHtml('# T\n<img src=x onerror=y>\n\n![a](http://b/c.png)', 'T<b>', 'f"');
  assert.doesNotMatch(page, /<script|<img|src=http/);
  assert.match(page, /default-src 'none'; style-src &#39;sha256-|default-src &#39;none&#39;/);
  assert.match(page, /<title>T&lt;b&gt;<\/title>/);
  assert.match(page, /@media print/);
});

test('the same job makes the same bytes in every format; a fault of the template is told', async () => {
  const job = { title: 'T', foot: 'f', at: AT, names };
  const frozen = { body: '# T\n\n{{ .x }} ελληνικά кириллица', values: text('Ünï') };
  const [a, b] = [await renderJob({ ...job, frozen }), await renderJob({ ...job, frozen })];
  assert.ok(a.is === 'rendered' && b.is === 'rendered');
  assert.deepEqual(a.files, b.files);
  assert.equal(Buffer.from(a.files.pdf.slice(0, 5)).toString(), '%PDF-');
  const wrong = await renderJob({ ...job, frozen: { body: '{{ .y }}', values: text('a') } });
  assert.ok(wrong.is === 'failed' && /template.*y/.test(wrong.why), JSON.stringify(wrong));
});

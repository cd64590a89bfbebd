import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEMPLATE_MAXIMA } from '../domain/document/template.ts';
import { defaultTemplates } from './default-documents.ts';
import { readDocumentTemplate } from './document-template.ts';

const file = (front: string, body = '# T\n'): string => `---\nname: t\n${front}\n---\n${body}`;
const faults = (text: string): readonly string[] => {
  const read = readDocumentTemplate(text, 't.md');
  return 'faults' in read ? read.faults.map(({ line, why }) => `${line}: ${why}`) : [];
};
const variable = (fields: string, front = 'for: incident'): string =>
  file(`${front}\nvariables:\n  x: ${fields}`);

test('the templates of ours have no fault and are there for review and hand-over', () => {
  const names = defaultTemplates().map((one) => ('template' in one ? one.template.kind : one));
  assert.deepEqual(names, ['review', 'hand-over']);
});

test('a template says what it is for, what it wants to know and when it is attached', () => {
  const read = readDocumentTemplate(
    file(
      [
        'title: Vendor report',
        'kind: other',
        `for: ['@type="link.down"']`,
        'attach: {on_open: yes, on_merge: copy}',
        'variables:',
        '  opened: {type: time, from: incident.opened}',
        '  vendor: {type: choice, choices: [acme, other], default: acme}',
        '  parts: {type: table, columns: [part, serial], required: false}',
      ].join('\n'),
      '\n{{ .opened }} {{ range .parts }}{{ .serial }}{{ end }}{{ .vendor }}',
    ),
    't.md',
  );
  assert.ok(!('faults' in read), JSON.stringify(read));
  assert.deepEqual(
    [read.name, read.title, read.kind, read.scope],
    [...['t', 'Vendor report', 'other', 'incident']],
  );
  assert.deepEqual(read.attach, { onOpen: 'yes', onReopen: 'no', onMerge: 'copy' });
  assert.deepEqual(
    read.variables.map(({ name, type, from, required, preset }) => [
      ...[name, type, from, required, preset],
    ]),
    [
      ['opened', 'time', 'incident.opened', true, ''],
      ['vendor', 'choice', 'ask', true, 'acme'],
      ['parts', 'table', 'ask', false, ''],
    ],
  );
});

test('each fault names its line and what to do', () => {
  assert.match(faults('# T')[0] ?? '', /^1: the first line is ---/);
  assert.match(faults('---\nname: t\n')[0] ?? '', /^1: the front matter has no end/);
  assert.match(faults('---\nname: a b\n---\nx')[0] ?? '', /^2: name: 1 to 100/);
  assert.match(faults(file('what: x'))[0] ?? '', /^3: "what": name, title/);
  assert.match(faults(file('kind: memo'))[0] ?? '', /^3: kind: review, hand-over, other/);
  assert.match(faults(file('for: [")"]'))[0] ?? '', /^3: for: /);
  assert.match(faults(file('attach: {on_open: yes}'))[0] ?? '', /^3: attach: only with for:/);
  assert.match(
    faults(file('for: incident\nattach: {on_open: copy}'))[0] ?? '',
    /^4: on_open: yes, no/,
  );
  assert.match(faults(variable('{type: blob}'))[0] ?? '', /^5: type: text, number/);
  assert.match(faults(variable('{type: choice}'))[0] ?? '', /^5: x: a choice has `choices`/);
  assert.match(faults(variable('{type: table}'))[0] ?? '', /^5: x: a table that is asked for/);
  assert.match(faults(variable('{from: incident.colour}'))[0] ?? '', /^5: x: from: ask expected/);
  assert.match(faults(variable('{from: incident.lead}'))[0] ?? '', /is of type person/);
  assert.match(faults(variable('{from: shift.from, type: time}'))[0] ?? '', /from: ask expected/);
  assert.match(faults(variable('{type: number, default: many}'))[0] ?? '', /default: a number/);
  assert.match(faults(variable('{required: maybe}'))[0] ?? '', /^5: required: true or false/);
  assert.match(faults(file('title: t', ''))[0] ?? '', /^5: the body is missing/);
});

test('what a body says wrong is told with its line in the file', () => {
  assert.match(faults(file('title: t', '# T\n{{ .nobody }}'))[0] ?? '', /^6: .*nobody/);
  assert.match(faults(file('title: t', '\n\n# T\n{{ if }}'))[0] ?? '', /^8: /);
  const row = 'for: incident\nvariables:\n  x: {type: table, from: alarms}';
  const inside = '{{ range .x }}{{ .colour }}{{ end }}';
  assert.match(faults(file(row, inside))[0] ?? '', /^7: .*colour/);
  assert.deepEqual(faults(file(row, '{{ range .x }}{{ .severity }}{{ end }}')), []);
});

test('the maxima hold to the last one', () => {
  const { text_chars_max, variables_max, choices_max, columns_max, matchers_max } = TEMPLATE_MAXIMA;
  const frame = file('title: t', 'x').length;
  assert.deepEqual(faults(file('title: t', 'x'.repeat(text_chars_max - frame + 1))), []);
  assert.match(faults(file('title: t', 'x'.repeat(text_chars_max)))[0] ?? '', /at most 65536/);
  const many = (n: number, one: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => one(i));
  const variables = (n: number) =>
    file(`variables:\n${many(n, (i) => `  v${i}: {required: false}`).join('\n')}`);
  assert.deepEqual(faults(variables(variables_max)), []);
  assert.match(faults(variables(variables_max + 1))[0] ?? '', /at most 60/);
  const choices = (n: number) =>
    variable(`{type: choice, choices: [${many(n, (i) => `c${i}`).join(', ')}]}`);
  assert.deepEqual(faults(choices(choices_max)), []);
  assert.match(faults(choices(choices_max + 1))[0] ?? '', /1 to 100 choices/);
  const columns = (n: number) =>
    variable(`{type: table, columns: [${many(n, (i) => `c${i}`).join(', ')}]}`);
  assert.deepEqual(faults(columns(columns_max)), []);
  assert.match(faults(columns(columns_max + 1))[0] ?? '', /1 to 12 columns/);
  const matchers = (n: number) => file(`for: [${many(n, () => `'a="b"'`).join(', ')}]`);
  assert.deepEqual(faults(matchers(matchers_max)), []);
  assert.match(faults(matchers(matchers_max + 1))[0] ?? '', /1 to 20 lists/);
  const title = (n: number) => file(`title: ${'x'.repeat(n)}`);
  assert.deepEqual(faults(title(TEMPLATE_MAXIMA.title_chars_max)), []);
  assert.match(faults(title(TEMPLATE_MAXIMA.title_chars_max + 1))[0] ?? '', /200 at most/);
  const said = (key: string, n: number) => variable(`{${key}: ${'x'.repeat(n)}}`);
  const { description_chars_max: d, default_chars_max: p } = TEMPLATE_MAXIMA;
  assert.deepEqual([...faults(said('description', d)), ...faults(said('default', p))], []);
  assert.match(faults(said('description', d + 1))[0] ?? '', /at most 500/);
  assert.match(faults(said('default', p + 1))[0] ?? '', /at most 4096/);
});

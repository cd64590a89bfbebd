import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNBOOK_LIMITS } from '../domain/run/runbook.ts';
import { readRunbook } from './runbook.ts';

const book = (front: string, rest = '# T\n## One\n'): string => `---\n${front}\n---\n${rest}`;
const faults = (text: string): readonly string[] => {
  const read = readRunbook(text, 'a.md');
  return 'faults' in read ? read.faults.map(({ line, why }) => `${line}: ${why}`) : [];
};

test('front matter says name, alarms and parameters', () => {
  const read = readRunbook(
    book(
      [
        'name: restart-port',
        `for: ['@type="link.down", site=~"oslo|bergen"']`,
        'parameters:',
        '  port: {description: Its number, type: number}',
        '  how: {type: choice, choices: [soft, hard], required: false}',
        '  device: {pattern: "[a-z0-9-]+"}',
      ].join('\n'),
    ),
    'a.md',
  );
  assert.ok(!('faults' in read), JSON.stringify(read));
  assert.deepEqual([read.name, read.title, read.matchers[0]?.length], ['restart-port', 'T', 2]);
  assert.deepEqual(
    read.parameters.map(({ name, type, required, choices }) => [name, type, required, choices]),
    [
      ['port', 'number', true, []],
      ['how', 'choice', false, ['soft', 'hard']],
      ['device', 'text', true, []],
    ],
  );
});

test('each fault names the line in the file', () => {
  assert.match(faults('# T')[0] ?? '', /^1: the first line is ---/);
  assert.match(faults('---\nname: a')[0] ?? '', /^1: the front matter has no end/);
  assert.match(faults(book('name: [')).join(), /^\d: this is not YAML/);
  assert.match(faults(book('name: a b'))[0] ?? '', /^2: name: 1 to 100/);
  assert.match(faults(book('name: a\nnmae: b'))[0] ?? '', /^3: "nmae": name, for or parameters/);
  assert.match(faults(book('name: a\nname: b'))[0] ?? '', /^3: "name" stands here for the second/);
  assert.match(faults(book(`name: a\nfor: ['type=~"("']`))[0] ?? '', /^3: for: /);
  assert.match(faults(book('name: a\nfor: x'))[0] ?? '', /^3: for: a list expected/);
  const of = (text: string) => faults(book(`name: a\nparameters: {p: {${text}}}`))[0] ?? '';
  assert.match(of('type: date'), /^3: type: text, number, choice expected/);
  assert.match(of('pattern: "("'), /^3: pattern: /);
  assert.match(of('type: choice'), /^3: p: a choice has `choices`/);
  assert.match(of('choices: [a]'), /^3: p: a choice has `choices`/);
  assert.match(of('required: maybe'), /^3: required: true or false/);
  assert.match(of('kind: text'), /^3: "kind": type, required/);
  assert.match(faults(book('name: a', '# T\n## One\n```sh\n```'))[0] ?? '', /^6: "sh" is no kind/);
});

test('the maxima hold to the last one', () => {
  const { text_chars_max, parameters_max, choices_max, matchers_max } = RUNBOOK_LIMITS;
  const whole = book('name: a');
  assert.deepEqual(faults(whole.padEnd(text_chars_max, '\n')), []);
  assert.match(faults(whole.padEnd(text_chars_max + 1, '\n'))[0] ?? '', /at most 65536/);
  const many = (n: number, one: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => one(i));
  const parameters = (n: number) =>
    book(`name: a\nparameters: {${many(n, (i) => `p${i}: {}`).join(', ')}}`);
  assert.deepEqual(faults(parameters(parameters_max)), []);
  assert.match(faults(parameters(parameters_max + 1))[0] ?? '', /parameters: at most 20/);
  const choices = (n: number) =>
    book(`name: a\nparameters: {p: {type: choice, choices: [${many(n, String).join(', ')}]}}`);
  assert.deepEqual(faults(choices(choices_max)), []);
  assert.match(faults(choices(choices_max + 1))[0] ?? '', /1 to 100 choices/);
  const matchers = (n: number) => book(`name: a\nfor: [${many(n, () => `'a="b"'`).join(', ')}]`);
  assert.deepEqual(faults(matchers(matchers_max)), []);
  assert.match(faults(matchers(matchers_max + 1))[0] ?? '', /for: at most 20/);
});

test('whatever the text is, reading ends with faults or a runbook', () => {
  const pieces = [
    '---\n',
    'name: a\n',
    '# T\n',
    '## S\n',
    '```http\n',
    '```\n',
    '{{',
    '}}',
    ': ',
    '[',
  ];
  let seed = 7;
  for (let i = 0; i < 2_000; i++) {
    let text = i % 2 === 0 ? '---\nname: a\n---\n# T\n' : '';
    for (let n = 0; n < 12; n++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      text += pieces[seed % pieces.length];
    }
    const read = readRunbook(text, 'a.md');
    assert.ok('faults' in read ? read.faults.length > 0 : read.steps.length > 0);
  }
});

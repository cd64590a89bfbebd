import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS } from '../../../test/support/kinds.ts';
import { COMMAND_LIMITS } from '../../domain/run/command.ts';
import { readConfig } from '../read.ts';
import { commandsOf, RUNBOOKS_LIMITS, type RunbookSettings } from './runbooks.ts';

const read = (section: string, keep?: (value: string) => string) => {
  const text = `route: {receiver: ops}\nreceivers: [{name: ops}]\n${section}\n`;
  return readConfig(text, '/etc/tocsin/am.yml', KINDS, keep ? { keep } : {});
};
const faults = (section: string): readonly string[] => {
  const found = read(section);
  return 'faults' in found ? found.faults.map(({ line, why }) => `${line}: ${why}`) : [];
};

test('the folder is told from that of the file, and secrets are references', () => {
  const found = read('runbooks: {folder: books, secrets: {r1: hush}}', () => 'ref-1');
  assert.ok(!('faults' in found), JSON.stringify(found));
  const { runbooks } = found.document.sections as { runbooks: unknown };
  assert.deepEqual(runbooks, {
    folder: '/etc/tocsin/books',
    secrets: { r1: { $secret: 'ref-1' } },
  });
  assert.doesNotMatch(found.text, /hush/);
});

test('what is wrong is told with its line', () => {
  assert.match(faults('runbooks: {secrets: {}}')[0] ?? '', /^3: .*folder/);
  assert.match(faults('runbooks: {folder: a, secrets: {"a b": x}}')[0] ?? '', /^3: "a b": a name/);
  const { secrets_max, secret_chars_max } = RUNBOOKS_LIMITS;
  const many = (n: number) =>
    `runbooks: {folder: a, secrets: {${Array.from({ length: n }, (_, i) => `s${i}: x`).join(', ')}}}`;
  assert.deepEqual(faults(many(secrets_max)), []);
  assert.equal(faults(many(secrets_max + 1)).length, 1);
  const long = (n: number) => `runbooks: {folder: a, secrets: {a: ${'x'.repeat(n)}}}`;
  assert.deepEqual(faults(long(secret_chars_max)), []);
  assert.equal(faults(long(secret_chars_max + 1)).length, 1);
});

const withCommands = (commands: string): string =>
  `runbooks: {folder: a, secrets: {r1: x}, commands: ${commands}}`;

test('a command has a path, its arguments one by one, and what is not said has a default', () => {
  const found = read(
    withCommands(
      '{restart: {path: /bin/r, arguments: [-d, "{{device}}", "--n={{n}}"], repeatable: true, ' +
        'parameters: {device: {pattern: "[a-z]+"}, n: {type: number, may_begin_with_dash: true}, ' +
        'how: {type: choice, choices: [a, b]}}, environment: {T: "x {{secret.r1}}"}, timeout: 90s}, ' +
        'plain: {path: /bin/true}}',
    ),
  );
  assert.ok(!('faults' in found), JSON.stringify(found));
  const { runbooks } = found.document.sections as { runbooks: RunbookSettings };
  const { restart, plain } = commandsOf(runbooks);
  assert.deepEqual(restart?.arguments, ['-d', '{{device}}', '--n={{n}}']);
  assert.deepEqual(
    [restart?.timeout, restart?.repeatable, restart?.directory],
    [90_000, true, '/'],
  );
  assert.deepEqual(
    restart?.parameters.map(({ name, type, pattern, choices, mayDash }) => [
      ...[name, type, pattern, choices, mayDash],
    ]),
    [
      ['device', 'text', '[a-z]+', [], false],
      ['n', 'number', '', [], true],
      ['how', 'choice', '', ['a', 'b'], false],
    ],
  );
  assert.deepEqual(plain, {
    ...{ path: '/bin/true', arguments: [], parameters: [], directory: '/', environment: {} },
    ...{ timeout: 60_000, repeatable: false },
  });
});

test('what is wrong with a command is told with its line', () => {
  const fault = (one: string): string => faults(withCommands(`{c: ${one}}`))[0] ?? '';
  assert.match(fault('{path: bin/r}'), /^3: path: from the root/);
  assert.match(fault('{path: /r, directory: x}'), /^3: directory: from the root/);
  assert.match(fault('{path: /r, arguments: ["{{x}}"]}'), /^3: \{\{x\}\}: the command has no such/);
  assert.match(
    fault('{path: /r, arguments: ["{{secret.r1}}"]}'),
    /^3: \{\{secret\.r1\}\}: the command/,
  );
  assert.match(fault('{path: /r, parameters: {x: {}}}'), /^3: x: a text has a pattern/);
  assert.match(fault('{path: /r, parameters: {x: {pattern: "("}}}'), /^3: x: pattern: /);
  assert.match(fault('{path: /r, parameters: {x: {type: choice}}}'), /^3: x: a choice has choices/);
  assert.match(
    fault('{path: /r, parameters: {x: {choices: [a]}}}'),
    /^3: x: a text has no choices/,
  );
  assert.match(
    fault('{path: /r, parameters: {x: {type: number, pattern: a}}}'),
    /^3: x: a number has no pattern/,
  );
  assert.match(fault('{path: /r, parameters: {"a-b": {type: number}}}'), /^3: "a-b": letters/);
  assert.match(fault('{path: /r, environment: {T: "{{secret.r2}}"}}'), /^3: .*no such secret/);
  assert.match(fault('{path: /r, environment: {"a=b": x}}'), /^3: "a=b": it cannot be the name/);
  assert.match(fault('{path: /r, environment: {TOCSIN_RUN: x}}'), /^3: "TOCSIN_RUN": it cannot/);
  assert.match(fault('{path: /r, timeout: 1w2}'), /^3: .*a length of time/);
  assert.match(faults(withCommands('{"a b": {path: /r}}'))[0] ?? '', /^3: "a b": a name/);
  const { timeout_hours_max, arguments_max, commands_max } = COMMAND_LIMITS;
  assert.equal(fault(`{path: /r, timeout: ${timeout_hours_max}h}`), '');
  assert.match(fault(`{path: /r, timeout: ${timeout_hours_max}h1s}`), /timeout: 1s to 1h expected/);
  assert.match(fault('{path: /r, timeout: 999ms}'), /timeout: 1s to 1h expected/);
  const words = (n: number) => `{path: /r, arguments: [${Array(n).fill('a').join(', ')}]}`;
  assert.equal(fault(words(arguments_max)), '');
  assert.notEqual(fault(words(arguments_max + 1)), '');
  const many = (n: number) =>
    withCommands(`{${Array.from({ length: n }, (_, i) => `c${i}: {path: /r}`).join(', ')}}`);
  assert.deepEqual(faults(many(commands_max)), []);
  assert.equal(faults(many(commands_max + 1)).length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettingsFile } from './settings-file.ts';

const references = {
  env: { WORD: 'from the environment' },
  file: (path: string) => (path === '/there' ? 'from a file\n' : undefined),
};

/** A reference as the file has it; written so that no editor takes it for a template. */
const ref = (to: string): string => `$\u007b${to}}`;

const read = (text: string) =>
  readSettingsFile(text, 'tocsin.yml', ['sources', 'sign_in'], references);

test('sections are plain data, with references resolved', () => {
  const file = read(
    `sources:\n  webhook: {a: "${ref('env:WORD')}", b: ["${ref('file:/there')}", 1, true, null]}\n`,
  );
  assert.deepEqual(file.section('sources'), {
    webhook: { a: 'from the environment', b: ['from a file', 1, true, null] },
  });
  assert.equal(file.section('sign_in'), undefined);
  assert.equal(read('').section('sources'), undefined);
});

test('a fault names file, line and column of what is to blame', () => {
  const file = read('sources:\n  snmp:\n    port: high\n    list: [1, 2]\n');
  const at = (...path: (string | number)[]) => file.fault(path, 'is not a number').message;
  assert.equal(
    at('sources', 'snmp', 'port'),
    'tocsin.yml:3:11: sources.snmp.port: is not a number',
  );
  assert.match(at('sources', 'snmp', 'list', 1), /^tocsin\.yml:4:15: /);
  assert.match(at('sources', 'snmp', 'missing'), /^tocsin\.yml:3:5: /);
});

test('what is not known is refused with the nearest name', () => {
  assert.throws(() => read('source: {}'), /tocsin\.yml:1:1: there is no section "source"; did you/);
  assert.throws(() => read('just words'), /tocsin\.yml:1:1: expected sources, sign_in/);
  assert.throws(() => read('sources: [1'), /this is not YAML/);
});

test('a reference to nothing is said, with its name and without any value', () => {
  const unset = read(`sources: {a: "${ref('env:UNSET')}"}`);
  assert.throws(() => unset.section('sources'), /tocsin\.yml:1:14: the variable UNSET is not set/);
  const gone = read(`sources: {a: "${ref('file:/gone')}"}`);
  assert.throws(() => gone.section('sources'), /the file \/gone cannot be read/);
});

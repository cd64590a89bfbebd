import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS } from '../../../test/support/kinds.ts';
import { readConfig } from '../read.ts';
import { RUNBOOKS_LIMITS } from './runbooks.ts';

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

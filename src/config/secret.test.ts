import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANNELS } from '../channels/index.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import { readConfig } from './read.ts';

const receiver = (...urls: readonly string[]): string =>
  `route: { receiver: a }\nreceivers:\n  - name: a\n    webhook_configs:\n${urls
    .map((url) => `      - url: ${url}\n`)
    .join('')}`;

function read(text: string, known?: ConfigDocument) {
  const told = readConfig(text, 'f', CHANNELS, known ? { known } : {});
  return 'faults' in told ? told.faults.map(({ line, why }) => `${line} ${why}`) : told;
}

const before = read(receiver('http://one.example', 'http://two.example'));
assert.ok('document' in before);
const known = before.document;
const hidden = '<secret>';

test('an entry that was added does not move the secrets before it', () => {
  const told = read(receiver(hidden, hidden, 'http://three.example'), known);
  assert.ok('document' in told);
  const refs = told.document.receivers[0]?.ways.map((way) => way.settings.url);
  const were = known.receivers[0]?.ways.map((way) => way.settings.url);
  assert.deepEqual(refs?.slice(0, 2), were);
});

test('an entry that was added before a <secret> is never given the secret of its neighbour', () => {
  const told = read(receiver('http://zero.example', hidden, hidden), known);
  assert.ok(Array.isArray(told));
  const says = 'entries came or went here, and <secret> may be that of any: write it out';
  assert.deepEqual(told, [`6 ${says}`, `7 ${says}`]);
});

test('where an entry was taken out, <secret> may be any of them and must be written out', () => {
  const told = read(receiver(hidden), known);
  assert.deepEqual(told, [
    '5 entries came or went here, and <secret> may be that of any: write it out',
  ]);
  assert.ok('document' in read(receiver('http://two.example'), known));
});

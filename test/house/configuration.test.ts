import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { configJsonSchema, configPage } from '../../scripts/config-page.ts';
import { CHANNELS } from '../../src/channels/index.ts';

const FIXTURES = new URL('../../fixtures/config/', import.meta.url);
const ajv = new Ajv2020({ strict: false, allErrors: true });
const fits = ajv.compile(JSON.parse(configJsonSchema()));
const faults = (text: string): string[] =>
  fits(parse(text, { merge: true, version: '1.1' }))
    ? []
    : (fits.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);

test('editors take every fixture by the JSON Schema', () => {
  for (const name of readdirSync(FIXTURES)) {
    const text = readFileSync(new URL(name, FIXTURES), 'utf8');
    assert.deepEqual(faults(text), [], name);
  }
});

test('editors see what is wrong', () => {
  const end = '\nreceivers: [{name: a}]';
  assert.match(
    faults(`route: {receiver: a, group_wait: soon}${end}`).join(),
    /group_wait must match/,
  );
  assert.match(faults(`route: {reciever: a}${end}`).join(), /additional properties/);
  assert.match(faults('receivers: []').join(), /required property 'route'/);
  assert.deepEqual(faults(`route: {receiver: a}${end}`), []);
});

test('the page names every channel and every key of its settings', () => {
  const page = configPage('');
  for (const { name, settings } of CHANNELS) {
    const [, part = ''] = page.split(`## ${name}_configs\n`);
    const own = part.split('\n## ')[0] ?? '';
    for (const key of Object.keys(settings.properties))
      assert.ok(own.includes(`| \`${key}\` |`), key);
  }
});

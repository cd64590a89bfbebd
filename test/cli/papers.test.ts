import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { CHANNELS } from '../../src/channels/index.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { healthSettings } from '../../src/cli/health-settings.ts';
import { labelSettings } from '../../src/cli/label-settings.ts';
import { parse } from '../../src/cli/parse.ts';
import { readSettingsFile, SETTINGS_SECTIONS } from '../../src/cli/settings-file.ts';
import { loadConfig } from '../../src/config/read.ts';
import { settings as webhookSettings } from '../../src/sources/webhook/settings.ts';
import { webhook } from '../../src/sources/webhook/webhook.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** As a shell would: quotes taken off, each command of a pipe by itself. */
const commandsIn = (line: string): string[][] =>
  line
    .split(' | ')
    .map((part) =>
      [...part.matchAll(/"([^"]*)"|((?:'[^']*'|[^\s'"])+)/g)].map(([, quoted, bare]) =>
        (quoted ?? bare ?? '').replace(/'/g, ''),
      ),
    );

test('every command line of the guide is understood', () => {
  const lines = read('docs/guide/command-line.md')
    .split('\n')
    .filter((line) => /^ {4}tocsin /.test(line));
  assert.ok(lines.length > 25);
  for (const line of lines)
    for (const [program, name, ...rest] of commandsIn(line.trim())) {
      if (program !== 'tocsin') continue;
      const command = COMMANDS.find((c) => c.name === name);
      const lower = command?.below?.find((c) => c.name === rest[0]);
      assert.ok(command, line);
      assert.doesNotThrow(
        () => parse(lower ?? command, 'tocsin', lower === undefined ? rest : rest.slice(1)),
        line,
      );
    }
});

test('the guide names every command', () => {
  const guide = read('docs/guide/command-line.md');
  for (const { name } of COMMANDS) assert.match(guide, new RegExp(`tocsin ${name}\\b`), name);
});

test('the example configuration is good', () => {
  const text = read('examples/alertmanager.yml');
  const { plan, secrets } = loadConfig(text, 'alertmanager.yml', CHANNELS);
  assert.deepEqual(
    plan.receivers.map((receiver) => receiver.name),
    ['noc', 'on-call'],
  );
  assert.equal(secrets.size, 0);
});

test('the example settings are good, and what the example feed sends raises and clears', () => {
  const sections = SETTINGS_SECTIONS;
  const file = readSettingsFile(read('examples/tocsin.yml'), 'tocsin.yml', sections, {
    env: {},
    file: () => undefined,
  });
  assert.equal(healthSettings(file, ['snmp', 'webhook']).devices.length, 1);
  assert.deepEqual(labelSettings(file, ['alertmanager']).drop, ['prometheus_replica', 'replica']);
  const { webhook: given } = file.section('sources') as { webhook: object };
  const whole = Value.Default(webhookSettings, given);
  assert.deepEqual([...Value.Errors(webhookSettings, whole)], []);
  const bodies = [...read('examples/feed.sh').matchAll(/-d '(.*)'/g)].map(([, body]) => body ?? '');
  const kinds = bodies.map((body) => {
    const translated = webhook.translate(
      {
        body: Buffer.from(body),
        at: 0 as never,
        from: '127.0.0.1',
        contentType: 'application/json',
        params: { name: 'feeds' },
      },
      whole as never,
    );
    assert.deepEqual(translated.refused, []);
    return translated.events.map((e) => `${e.kind} ${e.resource} ${e.type}`).join();
  });
  assert.deepEqual(kinds, [
    'raise feed/precip-radar feed.late',
    'clear feed/precip-radar feed.late',
  ]);
});

test('the example scripts are valid', () => {
  const folder = new URL('../../examples/', import.meta.url);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.sh'))) {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: read(`examples/${name}`) });
    assert.equal(status, 0, `${name}: ${stderr}`);
  }
});

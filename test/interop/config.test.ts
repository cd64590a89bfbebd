import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CHANNELS } from '../../src/channels/index.ts';
import { loadConfig, readConfig } from '../../src/config/read.ts';
import { CONFIG_CASES } from './config-cases.ts';

/** Debian's amtool reads a file with Alertmanager 0.25's own package. */
const missing =
  spawnSync('amtool', ['--version']).error !== undefined &&
  'amtool missing: apt-get install prometheus-alertmanager';

const FIXTURES = new URL('../../fixtures/config/', import.meta.url);
/** Holds what Debian's Alertmanager does not know yet. */
const NEWER = 'current.yml';
/** Hold sections of our own, which its tools are not shown. */
const OWN = ['checks.yml', 'duty.yml', 'incidents.yml', 'slos.yml'];
const read = (name: string) => ({ name, text: readFileSync(new URL(name, FIXTURES), 'utf8') });
const fixtures = readdirSync(FIXTURES)
  .filter((name) => name !== NEWER && !OWN.includes(name))
  .map(read);

describe('Alertmanager’s own reader', { skip: missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'am.yml');
  const amtool = (text: string, ...args: string[]) => {
    writeFileSync(file, text);
    return spawnSync('amtool', [...args, file], { encoding: 'utf8' });
  };
  const verdict = (text: string): boolean => amtool(text, 'check-config').status === 0;

  for (const { what, text, good } of CONFIG_CASES)
    test(`and ours ${good ? 'take' : 'refuse'}: ${what}`, () => {
      assert.equal(verdict(text), good, 'amtool');
      const ours = readConfig(text, file, CHANNELS);
      assert.equal(!('faults' in ours), good, 'faults' in ours ? ours.faults[0]?.why : '');
    });

  for (const { name, text } of OWN.map(read))
    test(`takes what we make of ${name}, without our own sections`, () => {
      const { original } = loadConfig(text, file, CHANNELS);
      const { status, stdout } = amtool(original, 'check-config');
      assert.equal(status, 0, `${stdout}\n${original}`);
    });

  for (const { name, text } of fixtures) {
    test(`takes ${name}, and what we make of it`, () => {
      assert.ok(verdict(text));
      const { original } = loadConfig(text, file, CHANNELS);
      const { status, stdout } = amtool(original, 'check-config');
      assert.equal(status, 0, `${stdout}\n${original}`);
    });

    test(`routes alarms by what we make of ${name} as by the file itself`, () => {
      const { original } = loadConfig(text, file, CHANNELS);
      for (const labels of [
        ['team=net', 'severity=critical', 'kind=bgp', 'peer=as65001'],
        ['team=net', 'severity=minor'],
        ['team=web'],
        ['owner=me'],
        [],
      ]) {
        const receivers = (yaml: string): string => {
          writeFileSync(file, yaml);
          const args = ['config', 'routes', 'test', `--config.file=${file}`, ...labels];
          return spawnSync('amtool', args, { encoding: 'utf8' }).stdout;
        };
        assert.equal(receivers(original), receivers(text), labels.join());
        assert.notEqual(receivers(text), '');
      }
    });
  }
});

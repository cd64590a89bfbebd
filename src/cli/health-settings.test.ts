import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEARN_ALL } from '../desk/health/hearing.ts';
import { HEALTH_LIMITS, healthSettings } from './health-settings.ts';
import { durationText } from './settings.ts';
import { readSettingsFile } from './settings-file.ts';

const SOURCES = ['alertmanager', 'snmp', 'webhook'];
const read = (lines: string) =>
  healthSettings(
    readSettingsFile(lines === '' ? '' : `health:\n${lines}\n`, 'tocsin.yml', ['health'], {
      env: {},
      file: () => undefined,
    }),
    SOURCES,
  );

test('without a word all is learned', () => {
  assert.deepEqual(healthSettings(undefined, SOURCES), LEARN_ALL);
  assert.deepEqual(read(''), LEARN_ALL);
  assert.deepEqual(read('  learn: true'), LEARN_ALL);
});

test('limits of sources and devices are read, in the order of the file', () => {
  const rules = read(`  learn: false
  sources:
    snmp: { silent_after: 10m }
    webhook: { silent_after: never }
  devices:
    - match: 'source="snmp", device=~"core-.*"'
      silent_after: 1h30m
    - { match: device="lab-1", silent_after: never }`);
  assert.equal(rules.learn, false);
  assert.deepEqual(
    [...rules.sources],
    [
      ['snmp', 600_000],
      ['webhook', 'never'],
    ],
  );
  assert.deepEqual(
    rules.devices.map(({ after }) => after),
    [5_400_000, 'never'],
  );
  const [core] = rules.devices;
  assert.ok(core?.matchers[1]?.matches('core-1') && !core.matchers[1].matches('edge-1'));
});

test('the shortest and the longest limit are taken, and nothing beyond', () => {
  const { silent_after_ms_min: min, silent_after_ms_max: max } = HEALTH_LIMITS;
  const limit = (ms: number) =>
    read(`  sources: { snmp: { silent_after: ${durationText(ms as never)} } }`).sources.get('snmp');
  assert.equal(limit(min), min);
  assert.equal(limit(max), max);
  const out =
    /tocsin\.yml:2:36: health\.sources\.snmp\.silent_after: expected 30s to 30d, or never/;
  assert.throws(() => limit(min - 1), out);
  assert.throws(() => limit(max + 1), out);
});

test('as many rules for devices as there may be, and no more', () => {
  const rules = (n: number) =>
    read(`  devices: [${Array(n).fill('{match: device="a", silent_after: 5m}').join(', ')}]`);
  const most = HEALTH_LIMITS.device_rules_max;
  assert.equal(rules(most).devices.length, most);
  assert.throws(() => rules(most + 1), /health\.devices: /);
});

for (const [lines, want] of [
  ['  sources: { snpm: { silent_after: 5m } }', /there is no source "snpm"; did you mean snmp/],
  ['  sources: { snmp: { silent_after: soon } }', /expected never, or a number with a unit/],
  ['  sources: { snmp: { after: 5m } }', /health\.sources\.snmp: .*silent_after/],
  ['  sources: { snmp: { silent_after: 5m, x: 1 } }', /x is not known/],
  ['  learns: true', /learns is not known/],
  ['  learn: perhaps', /health\.learn: must be boolean/],
  ['  devices: [{ match: "device=~\\"(\\"", silent_after: 5m }]', /health\.devices\.0\.match: /],
  ['  devices: [{ match: site="a", silent_after: 5m }]', /expected source or device, found site/],
] as const) {
  test(`refused with its place: ${lines.trim()}`, () => {
    assert.throws(() => read(lines), want);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTIFICATION_LIMITS, notificationSettings } from './notification-settings.ts';
import { readSettingsFile } from './settings-file.ts';

const read = (lines: string) =>
  notificationSettings(
    readSettingsFile(
      lines === '' ? '' : `notifications:\n${lines}\n`,
      'tocsin.yml',
      ['notifications'],
      { env: {}, file: () => undefined },
    ),
  );

test('every setting has a default, and without a file all of them hold', () => {
  const defaults = {
    notify: { fallback: '', undeliveredAfter: 300_000 },
    sendTimeout: 30_000,
    sendsPerWayMax: 4,
    rates: new Map(),
    heartbeat: undefined,
    canary: undefined,
    allowedNetworks: [],
  };
  assert.deepEqual(notificationSettings(undefined), defaults);
  assert.deepEqual(read(''), defaults);
  assert.deepEqual(read('  heartbeat: {}\n  canary: {}'), defaults);
});

test('what is said is read', () => {
  const settings = read(`  fallback_receiver: duty
  undelivered_after: 10m
  send_timeout: 5s
  sends_per_way_max: 8
  rate_limits:
    ops/slack: { per_second: 0.5 }
    sms: { per_second: 1, burst: 5 }
  heartbeat: { url: https://watch.example.org/x, every: 1m, timeout: 5s }
  canary: { every: 15m, limit: 2m }
  allow_private_addresses: [10.1.0.0/16, "fd12::/16"]`);
  assert.deepEqual(settings, {
    notify: { fallback: 'duty', undeliveredAfter: 600_000 },
    sendTimeout: 5_000,
    sendsPerWayMax: 8,
    rates: new Map([
      ['ops/slack', { perSecond: 0.5, burst: 1 }],
      ['sms', { perSecond: 1, burst: 5 }],
    ]),
    heartbeat: { url: 'https://watch.example.org/x', every: 60_000, timeout: 5_000 },
    canary: { every: 900_000, limit: 120_000 },
    allowedNetworks: ['10.1.0.0/16', 'fd12::/16'],
  });
});

for (const [line, want] of [
  ['  send_timeoot: 3s', /^tocsin\.yml:2:17: notifications\.send_timeoot: not known; did you/],
  ['  heartbeat: { ulr: x }', /heartbeat\.ulr: not known; did you mean "?url/],
  [
    '  rate_limits: { ops: { per_secnd: 1 } }',
    /2:36: .*ops\.per_secnd: not known; did you mean per_second/,
  ],
  ['  send_timeout: 30', /2:17: notifications\.send_timeout: must be string/],
  ['  send_timeout: soon', /send_timeout: expected a number with a unit/],
  ['  rate_limits: { ops: { per_second: 0 } }', /2:37: .*per_second: must be > 0/],
  ['  heartbeat: { url: "ftp://x" }', /heartbeat\.url: expected an address such as https/],
  ['  heartbeat: { every: 10s, timeout: 11s }', /heartbeat\.timeout: expected 1s to 10s/],
  ['  allow_private_addresses: [10.0.0.0/8, 10.0.0.0/33]', /2:41: .*expected a network/],
  ['  allow_private_addresses: [here]', /expected a network/],
] as const) {
  test(`refused: ${line.trim()}`, () => {
    assert.throws(() => read(line), { code: 'SETTINGS_INVALID', message: want });
  });
}

/** Each limit, as milliseconds or a number: at it all is well, one beyond is refused. */
const LIMITS: readonly (readonly [line: (n: string) => string, at: number, beyond: number])[] = [
  [(n) => `undelivered_after: ${n}`, NOTIFICATION_LIMITS.undelivered_after_ms_min, -1],
  [(n) => `undelivered_after: ${n}`, NOTIFICATION_LIMITS.undelivered_after_ms_max, 1],
  [(n) => `send_timeout: ${n}`, NOTIFICATION_LIMITS.send_timeout_ms_min, -1],
  [(n) => `send_timeout: ${n}`, NOTIFICATION_LIMITS.send_timeout_ms_max, 1],
  [
    (n) => `heartbeat: { every: ${n}, timeout: 5s }`,
    NOTIFICATION_LIMITS.heartbeat_every_ms_min,
    -1,
  ],
  [(n) => `heartbeat: { every: ${n} }`, NOTIFICATION_LIMITS.heartbeat_every_ms_max, 1],
  [(n) => `canary: { every: ${n} }`, NOTIFICATION_LIMITS.canary_every_ms_min, -1],
  [(n) => `canary: { every: ${n} }`, NOTIFICATION_LIMITS.canary_every_ms_max, 1],
  [(n) => `canary: { limit: ${n} }`, NOTIFICATION_LIMITS.canary_limit_ms_min, -1],
];

for (const [line, at, beyond] of LIMITS) {
  test(`a length of time at its limit is taken, one beyond is not: ${line(`${at}ms`)}`, () => {
    read(`  ${line(`${at}ms`)}`);
    assert.throws(() => read(`  ${line(`${at + beyond}ms`)}`), /expected \S+ to \S+/);
  });
}

test('shadow mode is for all, for some by name, or for nobody', () => {
  const shadow = (text: string) => read(`  shadow: ${text}`).notify.shadow;
  assert.equal(shadow('true'), true);
  assert.deepEqual(shadow('[ops, sms]'), ['ops', 'sms']);
  assert.equal(shadow('false'), undefined);
  for (const text of ['yes please', '[]', '[1]', 'null'])
    assert.throws(() => shadow(text), /2:11: .*expected true, false, or a list of 1 to 1000/);
  const names = (count: number) => `[${Array(count).fill('ops').join(', ')}]`;
  const { shadow_receivers_max: max } = NOTIFICATION_LIMITS;
  assert.equal((shadow(names(max)) as string[]).length, max);
  assert.throws(() => shadow(names(max + 1)), /list of 1 to 1000 names/);
});

test('numbers at their limits are taken, beyond them they are not', () => {
  const { sends_per_way_max, rate_per_second_max, rate_burst_max, networks_max } =
    NOTIFICATION_LIMITS;
  const rate = (perSecond: number, burst: number) =>
    read(`  rate_limits: { a: { per_second: ${perSecond}, burst: ${burst} } }`);
  const networks = (count: number) =>
    read(`  allow_private_addresses: [${Array(count).fill('10.0.0.0/8').join(', ')}]`);
  read(`  sends_per_way_max: ${sends_per_way_max}`);
  assert.throws(() => read(`  sends_per_way_max: ${sends_per_way_max + 1}`), /must be <= 64/);
  assert.throws(() => read('  sends_per_way_max: 0'), /must be >= 1/);
  rate(rate_per_second_max, rate_burst_max);
  assert.throws(() => rate(rate_per_second_max + 1, 1), /must be <= 1000/);
  assert.throws(() => rate(1, rate_burst_max + 1), /must be <= 10000/);
  networks(networks_max);
  assert.throws(() => networks(networks_max + 1), /must not have more than 1000/);
});

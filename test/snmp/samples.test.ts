import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { decode } from '../../src/sources/snmp/message.ts';
import type { Settings } from '../../src/sources/snmp/settings.ts';
import { trapOf } from '../../src/sources/snmp/tables.ts';
import { translate } from '../../src/sources/snmp/translate.ts';
import { SETTINGS } from './settings.ts';

/** A folder of test data that is not part of this repository; see the reason printed without it. */
const FOLDER = process.env.TOCSIN_DATA ?? '';
const skip =
  FOLDER === '' ? 'TOCSIN_DATA is not set: no wire samples, no list of 122 traps' : false;

interface Sample {
  readonly name: string;
  readonly version: string;
  readonly expect_trap_oid: string;
  readonly user?: string;
  readonly auth?: string | null;
  readonly auth_pass?: string | null;
  readonly priv?: string | null;
  readonly priv_pass?: string | null;
  readonly hex?: string;
  readonly exchange?: readonly { readonly hex: string }[];
}

const bytesOf = (sample: Sample): Uint8Array =>
  Buffer.from(sample.hex ?? sample.exchange?.[0]?.hex ?? '', 'hex');
const samples = (): Sample[] =>
  JSON.parse(readFileSync(join(FOLDER, 'snmp/wire-samples.json'), 'utf8')) as Sample[];

test('every v1 and v2c sample is read whole: trap, varbinds, one event at least', { skip }, () => {
  const mine = samples().filter(({ version }) => version === 'v1' || version === 'v2c');
  assert.ok(mine.length >= 27);
  for (const sample of mine) {
    const body = bytesOf(sample);
    const message = decode(body);
    assert.ok(message.ok, sample.name);
    assert.equal(message.trapOid, sample.expect_trap_oid, sample.name);
    const at = 0 as Instant;
    const { events, refused } = translate(
      { body, at, from: '192.0.2.1', contentType: '' },
      SETTINGS,
    );
    assert.deepEqual(refused, [], sample.name);
    const raw = JSON.parse(events[0]?.raw ?? '{}') as { varbinds: unknown[]; leftOut?: number };
    assert.equal(raw.varbinds.length, message.varbinds.length, sample.name);
    assert.equal(raw.leftOut, undefined, sample.name);
  }
});

/** How the samples' writer names protocols, and how we do. */
const NAMES: Readonly<Record<string, string>> = { SHA: 'SHA-1', AES: 'AES-128' };
const user = ({ user: name = '', auth, auth_pass, priv, priv_pass }: Sample) => ({
  name,
  ...(auth && { auth: { protocol: NAMES[auth] ?? auth, password: auth_pass ?? '' } }),
  ...(priv && { priv: { protocol: NAMES[priv] ?? priv, password: priv_pass ?? '' } }),
});

test('every v3 sample is opened with its user, and its trap is named', { skip }, () => {
  const traps = samples().filter(({ version, hex }) => version === 'v3' && hex !== undefined);
  assert.ok(traps.length >= 8);
  for (const sample of traps) {
    const own = { ...SETTINGS, users: [user(sample)] } as Settings;
    const input = { body: bytesOf(sample), at: 0 as Instant, from: '192.0.2.1', contentType: '' };
    const { events, refused } = translate(input, own);
    assert.deepEqual(refused, [], sample.name);
    assert.equal(events[0]?.labels.oid, sample.expect_trap_oid, sample.name);
    assert.equal(events[0]?.labels.version, 'v3', sample.name);
  }
});

test('every notification of the list has its line in the table, under its own name', {
  skip,
}, () => {
  const csv = readFileSync(join(FOLDER, 'snmp/standard-and-vendor-trap-oids.csv'), 'utf8');
  // Six lines are objects that somebody may poll: they are sent by nobody.
  const objects = /^(jnx(Red|Yellow)Alarm(State|Count)|upsAlarm(LowBattery|OnBattery))$/;
  const lines = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const missing = lines
    .filter(([, name = '']) => !objects.test(name))
    .filter(([, name = '', oid = '']) => trapOf(oid)?.name !== name)
    .map(([, name = '']) => name);
  assert.deepEqual(missing, []);
});

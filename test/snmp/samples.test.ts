import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { decode } from '../../src/sources/snmp/message.ts';
import { translate } from '../../src/sources/snmp/translate.ts';
import { trapOf } from '../../src/sources/snmp/traps.ts';

/** A folder of test data that is not part of this repository; see the reason printed without it. */
const FOLDER = process.env.TOCSIN_DATA ?? '';
const skip =
  FOLDER === '' ? 'TOCSIN_DATA is not set: no wire samples, no list of 122 traps' : false;

interface Sample {
  readonly name: string;
  readonly version: string;
  readonly expect_trap_oid: string;
  readonly hex?: string;
  readonly exchange?: readonly { readonly hex: string }[];
}

const settings = { address: '', port: 0, receiveBufferBytes: 0, communities: [] };
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
      settings,
    );
    assert.deepEqual(refused, [], sample.name);
    const raw = JSON.parse(events[0]?.raw ?? '{}') as { varbinds: unknown[]; leftOut?: number };
    assert.equal(raw.varbinds.length, message.varbinds.length, sample.name);
    assert.equal(raw.leftOut, undefined, sample.name);
  }
});

test('every v3 sample is refused by name', { skip }, () => {
  for (const sample of samples().filter(({ version }) => version === 'v3')) {
    const message = decode(bytesOf(sample));
    assert.equal(message.ok ? '' : message.why, 'SNMPv3 is not yet read', sample.name);
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

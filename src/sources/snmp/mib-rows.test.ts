import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MibIndex } from './mib-info.ts';
import { partOfRow, rowOf } from './mib-rows.ts';

const of = (kind: MibIndex['kind'], object: string, more: Partial<MibIndex> = {}): MibIndex => ({
  kind,
  object,
  name: 'X',
  ...more,
});
const SLOT = of('integer', 'slot');
const NAME = of('string', 'name', { hint: '255a' });
const LAST = of('string', 'last', { hint: '255a', implied: true });
const MAC = of('string', 'mac', { hint: '1x:', size: 6 });
const ROUTER = of('address', 'router');
const OBJECT = of('oid', 'object');
const TYPE = of('integer', 'type', { name: 'InetAddressType' });
const PEER = of('string', 'peer', { name: 'InetAddress' });
const UNKNOWN = of('unknown', 'unknown');

const text = (index: readonly MibIndex[], rest: string): string | undefined =>
  rowOf(index, rest)
    ?.map((part) => `${part.object}=${part.text}`)
    .join(' ');

test('every kind of index is read (RFC 2578 7.7)', () => {
  assert.equal(text([SLOT], '7'), 'slot=7');
  assert.equal(text([SLOT, SLOT], '7.0'), 'slot=7 slot=0');
  assert.equal(text([NAME, SLOT], '3.114.101.100.7'), 'name=red slot=7');
  assert.equal(text([SLOT, LAST], '7.114.101.100'), 'slot=7 last=red');
  assert.equal(text([MAC, SLOT], '0.27.33.1.2.255.7'), 'mac=00:1b:21:01:02:ff slot=7');
  assert.equal(text([ROUTER], '192.0.2.1'), 'router=192.0.2.1');
  assert.equal(text([OBJECT, SLOT], '3.1.3.6.7'), 'object=1.3.6 slot=7');
  assert.equal(text([TYPE, PEER], '1.4.192.0.2.1'), 'type=1 peer=192.0.2.1');
  assert.equal(
    text([TYPE, PEER], '2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1'),
    'type=2 peer=2001:db8::1',
  );
  assert.equal(text([TYPE, PEER], '16.5.104.46.120.46.121'), 'type=16 peer=h.x.y');
  assert.equal(text([NAME], '2.7.8'), 'name=0x0708');
  assert.equal(text([NAME], '0'), 'name=');
  assert.equal(text([SLOT, UNKNOWN], '1.2.3'), 'slot=1 unknown=2.3');
  assert.equal(text([UNKNOWN, SLOT], '1.2'), 'unknown=1 slot=2');
});

test('numbers that do not fit are no row', () => {
  assert.equal(text([SLOT], ''), undefined);
  assert.equal(text([], '7'), undefined);
  assert.equal(text([SLOT], '7.8'), undefined);
  assert.equal(text([SLOT, SLOT], '7'), undefined);
  assert.equal(text([NAME], '9.114'), undefined);
  assert.equal(text([NAME], '1.256'), undefined);
  assert.equal(text([NAME], '4294967295.1'), undefined);
  assert.equal(text([MAC], '1.2.3'), undefined);
});

test('a row names a part of the device; a row of a log does not', () => {
  const part = (name: string, index: readonly MibIndex[], rest: string) =>
    partOfRow({ name, index }, rest);
  assert.equal(part('acmeCardEntry', [SLOT], '3'), 'acmeCard-3');
  assert.equal(part('ifXEntry', [of('integer', 'ifIndex')], '7'), 'if-7');
  assert.equal(
    part('acmePeerEntry', [NAME, TYPE, PEER], '3.114.101.100.1.4.192.0.2.1'),
    'acmePeer-red/192.0.2.1',
  );
  assert.equal(part('acmeCardEntry', [SLOT], '3.4'), 'acmeCard-3.4'); // better than nothing
  assert.equal(part('acmeCardEntry', [SLOT], ''), undefined);
  assert.equal(part('acmeEventEntry', [SLOT], '3'), undefined);
  assert.equal(part('acmeLogicalEntry', [SLOT], '3'), 'acmeLogical-3');
  assert.equal(part('clogHistoryEntry', [SLOT], '3'), undefined);
  assert.equal(part('acmeEntry', [of('integer', 'acmeSeqNumber')], '3'), undefined);
  assert.equal(part('acmeEntry', [of('integer', 'when', { name: 'TimeTicks' })], '3'), undefined);
});

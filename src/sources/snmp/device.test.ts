import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf, type Spec } from '../../../test/snmp/datagram.ts';
import { deviceOf, NAMED_BY, type NamedBy, type Naming } from './device.ts';
import { decode, type Notification } from './message.ts';

const FROM = '192.0.2.1';
const TRAP_ADDRESS = '1.3.6.1.6.3.18.1.3.0';
const noted: Spec['varbinds'] = [[TRAP_ADDRESS, { address: '203.0.113.9' }]];
const V1: Spec = { enterprise: '1.3.6.1.4.1.9', agent: '198.51.100.4', varbinds: noted };
const ENGINES: Naming['engines'] = [{ engine_id: '80001F8804AABB', device: 'rt1.osl' }];

/** Of an engine that is in the list; what else v3 says does not matter here. */
const v3 = (engine: string, more: Partial<Notification> = {}): Partial<Notification> => ({
  engine,
  sender: '"engine":"8000000001020304"',
  ...more,
});

function named(
  device: readonly NamedBy[],
  spec: Spec,
  more: Partial<Notification> = {},
  from = FROM,
): string {
  const bytes = datagramOf(spec);
  const message = decode(bytes);
  assert.ok(message.ok);
  return deviceOf(bytes, { ...message, ...more }, from, { device, engines: ENGINES });
}

test('the order says who is asked first; what says nothing is passed over', () => {
  const known = v3('80001f8804aabb');
  const table: [readonly NamedBy[], Spec, Partial<Notification>, string][] = [
    [NAMED_BY, V1, {}, '198.51.100.4'],
    [['snmpTrapAddress', 'agent-addr', 'source'], V1, {}, '203.0.113.9'],
    [['source', 'agent-addr', 'snmpTrapAddress'], V1, {}, FROM],
    [['engine', 'agent-addr'], V1, {}, '198.51.100.4'],
    [NAMED_BY, { ...V1, agent: '0.0.0.0' }, {}, '203.0.113.9'],
    [NAMED_BY, { varbinds: noted }, known, '203.0.113.9'],
    [NAMED_BY, {}, known, 'rt1.osl'],
    [['engine', 'snmpTrapAddress', 'source'], { varbinds: noted }, known, 'rt1.osl'],
    [['source', 'engine'], {}, known, FROM],
    [NAMED_BY, {}, {}, FROM],
  ];
  for (const [order, spec, more, device] of table) {
    assert.equal(named(order, spec, more), device, `${order} ${JSON.stringify(spec)}`);
  }
});

test('where nobody of the order says anything it is the sender, and the engine if it is asked', () => {
  assert.equal(named(['agent-addr'], {}), FROM);
  assert.equal(named(['agent-addr', 'engine'], {}, v3('80001f8804cc')), '80001f8804cc');
  assert.equal(named(['agent-addr'], {}, v3('80001f8804cc')), FROM);
  assert.equal(named(['agent-addr'], {}, {}, ''), 'unknown');
});

test('an engine nobody named is known by the IP address it holds, if that is its own', () => {
  const table: [engine: string, device: string][] = [
    ['80000a4c01c6336407', '198.51.100.7'],
    ['80000a4c0220010db8000000000000000000000007', '2001:db8::7'],
    ['80000a4c017f000001', FROM],
    ['80000a4c0200000000000000000000000000000001', FROM],
    ['80000a4c03c6336407aabb', FROM], // a MAC address
    ['00000a4c01c6336407', FROM], // the older form: 12 bytes as the vendor pleases
    ['80000a4c01c63364', FROM],
    ['ff'.repeat(33), FROM], // longer than an engine id may be
  ];
  for (const [engine, device] of table) assert.equal(named(NAMED_BY, {}, v3(engine)), device);
});

test('our own engine in an inform says nothing about its sender', () => {
  const own = v3('8000000001020304', { inform: true });
  assert.equal(named(['engine', 'source'], {}, own), FROM);
  assert.equal(named(['engine'], {}, own), FROM);
  const proxied = v3('80001f8804aabb', { inform: true });
  assert.equal(named(['engine', 'source'], {}, proxied), 'rt1.osl');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf, type Pair, type Value } from '../../../test/snmp/datagram.ts';
import type { Instant } from '../../base/time.ts';
import { translate } from './translate.ts';

const settings = {
  address: '',
  port: 0,
  receiveBufferBytes: 0,
  communities: [],
  users: [],
  engine_id: '',
};

const VALUES: Readonly<Record<string, (text: string) => Value>> = {
  i: (text) => ({ integer: Number(text) }),
  s: (text) => ({ text: text.replaceAll('_', ' ') }),
  x: (text) => ({ bytes: [...Buffer.from(text, 'hex')] }),
  o: (text) => ({ oid: text }),
  a: (text) => ({ address: text }),
};

/** `1.3.6.1.2=i:5`: an OID, the letter of its type, its value. */
function pairOf(text: string): Pair {
  const [oid = '', value = ''] = text.split('=');
  const make = VALUES[value[0] ?? ''];
  assert.ok(make, text);
  return [oid, make(value.slice(2))];
}

/** What a notification becomes: kind, severity, part and type, text. */
function made(line: string): string {
  const [trap = '', ...varbinds] = line.trim().split(/\s+/);
  const body = datagramOf({ trap, varbinds: varbinds.map(pairOf) });
  const { events, refused } = translate(
    { body, at: 0 as Instant, from: 'r', contentType: '' },
    settings,
  );
  assert.deepEqual(refused, []);
  const [event] = events;
  assert.ok(event);
  const { kind, severity = '', resource, type, text } = event;
  return `${kind} ${severity} ${resource} ${type} | ${text}`.replace(/ +/g, ' ');
}

/** Lines in pairs: what arrives, what it becomes. */
function becomes(under: string, table: string): void {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  for (let i = 0; i < lines.length; i += 2) {
    const arrives = (lines[i] ?? '').replaceAll('…', under);
    assert.equal(made(arrives), lines[i + 1]?.trim(), arrives);
  }
}

test('Arista', () =>
  becomes(
    '1.3.6.1.4.1.30065',
    `
  ….4.1.0.2 ….4.1.1.2.1.13.1.1.4.192.0.2.9=i:1
    raise major r/bgp-192.0.2.9 bgp.peer | BGP peer lost: 192.0.2.9 (aristaBgp4V2PeerState idle)
  ….4.1.0.1 ….4.1.1.2.1.13.1.1.4.192.0.2.9=i:6
    clear r/bgp-192.0.2.9 bgp.peer | BGP peer established: 192.0.2.9 (aristaBgp4V2PeerState established)
  ….4.1.0.2 ….4.1.1.2.1.13.1.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1=i:3
    raise major r/bgp-2001:db8::1 bgp.peer | BGP peer lost: 2001:db8::1 (aristaBgp4V2PeerState active)
  ….3.12.0.1 1.3.6.1.2.1.47.1.1.1.1.2.100006001=s:PSU_1_temp 1.3.6.1.2.1.131.1.1.1.5.100006001=x:20
    raise critical r/sensor-100006001 sensor.threshold | Sensor critical: 100006001 (PSU 1 temp)
  ….3.12.0.1 1.3.6.1.2.1.47.1.1.1.1.2.7=s:Fan 1.3.6.1.2.1.131.1.1.1.5.7=x:d8
    raise major r/sensor-7 sensor.threshold | Sensor unknown,underRepair,major,minor: 7 (Fan)
  ….3.12.0.1 1.3.6.1.2.1.47.1.1.1.1.2.100006001=s:PSU_1_temp 1.3.6.1.2.1.131.1.1.1.5.100006001=x:00
    clear r/sensor-100006001 sensor.threshold | Sensor none: 100006001 (PSU 1 temp)
  `,
  ));

test('APC', () =>
  becomes(
    '1.3.6.1.4.1.318',
    `
  ….0.5 ….2.3.3.0=s:On_battery
    raise major r ups.battery | UPS runs on battery (On battery)
  ….0.9 ….2.3.3.0=s:Power_restored
    clear r ups.battery | UPS runs on mains again (Power restored)
  ….0.18 ….2.3.1.0=i:2 ….2.3.3.0=s:Door
    raise major r/contact-2 contact | Contact in alarm: 2 (Door)
  ….0.19 ….2.3.1.0=i:2
    clear r/contact-2 contact | Contact normal: 2
  `,
  ));

test('Nokia SR OS', () =>
  becomes(
    '1.3.6.1.4.1.6527.3.1',
    `
  ….3.2.1.0.3 ….2.2.6.4.0=i:83886081 ….2.2.1.8.1.2.1.83886081=o:1.3.6 ….2.2.1.8.1.7.1.83886081=i:5
    raise major r/hw-1.83886081 chassis.supply | Power supply failed: 1.83886081 (tmnxHwClass powerSupply)
  ….3.2.1.0.25 ….2.2.6.4.0=i:83886081 ….2.2.1.8.1.7.1.83886081=i:5 ….2.2.6.6.0=o:….3.2.1.0.3
    clear r/hw-1.83886081 chassis.supply | Power supply failed: over: 1.83886081 (tmnxHwClass powerSupply)
  ….3.2.1.0.25 ….2.2.1.8.1.7.1.83886081=i:5 ….2.2.6.6.0=o:1.3.6.1.4.1.99.1
    clear r/hw-1.83886081 snmp.trap.1.3.6.1.4.1.99.1 | Trap 1.3.6.1.4.1.99.1: over: 1.83886081 (tmnxHwClass powerSupply)
  ….3.14.0.8 ….2.14.4.10.1.11.1.1.4.192.0.2.9=x:0600 ….2.14.4.7.1.59.1.1.4.192.0.2.9=i:1
    raise major r/bgp-192.0.2.9 bgp.peer | BGP peer lost: 192.0.2.9 (tBgpPeerNgLastError 0x0600, tBgpPeerNgConnState idle)
  ….3.4.3.0.3 ….2.4.2.2.1.1.12=i:12 ….2.4.3.2.1.1.12.35684352.100=i:35684352 ….2.4.3.2.1.2.12.35684352.100=i:100 ….2.4.3.2.1.7.12.35684352.100=i:2
    raise major r/sap-12/35684352/100 service.access | Access point down: 12/35684352/100
  ….3.4.3.0.3 ….2.4.2.2.1.1.12=i:12 ….2.4.3.2.1.1.12.35684352.100=i:35684352 ….2.4.3.2.1.2.12.35684352.100=i:100 ….2.4.3.2.1.7.12.35684352.100=i:1
    clear r/sap-12/35684352/100 service.access | Access point up: 12/35684352/100
  ….3.2.2.0.22 ….2.2.7.1.0=i:35684352 ….2.2.7.8.0=i:3
    raise major r/if-35684352 ethernet.line | Ethernet alarm: 35684352 (tmnxPortNotifyEtherAlarmReason localFault)
  ….3.2.2.0.23 ….2.2.7.1.0=i:35684352 ….2.2.7.8.0=i:3
    clear r/if-35684352 ethernet.line | Ethernet alarm over: 35684352 (tmnxPortNotifyEtherAlarmReason localFault)
  `,
  ));

test('an index that is not made as its table says is shown as it is', () =>
  becomes(
    '1.3.6.1.4.1.30065.4.1',
    `
  ….0.2 ….1.2.1.13.1.1.4.192.0.2=i:1
    raise major r/bgp-1.1.4.192.0.2 bgp.peer | BGP peer lost: 1.1.4.192.0.2 (aristaBgp4V2PeerState idle)
  ….0.2 ….1.2.1.13.1.1.5.192.0.2.1.7=i:1
    raise major r/bgp-1.1.5.192.0.2.1.7 bgp.peer | BGP peer lost: 1.1.5.192.0.2.1.7 (aristaBgp4V2PeerState idle)
  ….0.2 ….1.2.1.13.1.1.4.192.0.2.1.7=i:1
    raise major r/bgp-1.1.4.192.0.2.1.7 bgp.peer | BGP peer lost: 1.1.4.192.0.2.1.7 (aristaBgp4V2PeerState idle)
  `,
  ));

test('what is sent again and again while it is true holds for so long only', () => {
  const body = datagramOf({ trap: '1.3.6.1.2.1.33.2.1' });
  const input = { body, at: 0 as Instant, from: 'r', contentType: '' };
  assert.equal(translate(input, settings).events[0]?.lease, 180_000);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes } from '../../../test/snmp/becomes.ts';
import { datagramOf } from '../../../test/snmp/datagram.ts';
import { SETTINGS } from '../../../test/snmp/settings.ts';
import type { Instant } from '../../base/time.ts';
import { translate } from './translate.ts';

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

test('Huawei', () =>
  becomes(
    '1.3.6.1.4.1.2011.5.25',
    `
  ….219.2.2.3 ….219.1.1.0=i:16842753 1.3.6.1.2.1.47.1.1.1.1.7.16842753=s:LPU_slot_1 ….219.1.3.0=i:132096
    raise major r/entity-16842753 board.failed | Board fail: 16842753 (LPU slot 1, hwEntityTrapFaultID 132096)
  ….219.2.2.4 ….219.1.1.0=i:16842753 1.3.6.1.2.1.47.1.1.1.1.7.16842753=s:LPU_slot_1 ….219.1.3.0=i:132096
    clear r/entity-16842753 board.failed | Board fail resume: 16842753 (LPU slot 1, hwEntityTrapFaultID 132096)
  ….129.2.1.9 ….129.1.1.0=i:5 ….129.1.2.0=i:65542 1.3.6.1.2.1.47.1.1.1.1.7.9=s:fan_1 ….129.1.5.0=s:no_speed
    raise minor r/entity-9 entity.invalid | Entity invalid: 9 (hwBaseTrapProbableCause 65542, fan 1, no speed)
  ….129.2.1.10 ….129.1.1.0=i:1 ….129.1.2.0=i:65542 1.3.6.1.2.1.47.1.1.1.1.7.9=s:fan_1
    clear r/entity-9 entity.invalid | Entity resume: 9 (hwBaseTrapProbableCause 65542, fan 1)
  ….177.1.3.10 ….177.1.1.2.1.5.0.1.1.1.4.192.0.2.9=i:1
    raise major r/bgp-192.0.2.9 bgp.peer | BGP peer lost: 192.0.2.9 (hwBgpPeerState idle)
  ….177.1.3.9 ….177.1.1.2.1.5.0.1.1.1.4.192.0.2.9=i:6
    clear r/bgp-192.0.2.9 bgp.peer | BGP peer established: 192.0.2.9 (hwBgpPeerState established)
  `,
  ));

test('Cisco', () =>
  becomes(
    '1.3.6.1.4.1.9.9',
    `
  ….109.2.0.1 ….109.1.2.4.1.2.7.1=i:80 ….109.1.1.1.1.10.7=i:91
    raise minor r/cpu-7 cpu.usage | CPU usage over its threshold: 7 (cpmCPUTotalMonIntervalValue 91)
  ….109.2.0.2 ….109.1.1.1.1.10.7=i:12
    clear r/cpu-7 cpu.usage | CPU usage normal: 7 (cpmCPUTotalMonIntervalValue 12)
  ….42.2.0.5 ….42.1.2.1.1.3.10=s:probe ….42.1.2.19.1.10.10.1=i:1
    raise minor r/sla-10 sla.reaction | Probe reaction: true: 10
  ….42.2.0.5 ….42.1.2.1.1.3.10=s:probe ….42.1.2.19.1.10.10.1=i:2
    clear r/sla-10 sla.reaction | Probe reaction: false: 10
  ….719.0.1 ….719.1.1.1.1.11.9=s:Fan_failed ….719.1.1.1.1.5.9=s:sys/chassis-1/fan-2 ….719.1.1.1.1.9.9=i:371 ….719.1.1.1.1.20.9=i:5
    raise major r/ucs-sys/chassis-1/fan-2 ucs.fault | Fault: sys/chassis-1/fan-2 (Fan failed, cucsFaultSeverity major)
  1.3.6.1.4.1.9.10.65.2.0.4 1.3.6.1.2.1.10.166.4.1.3.3.1.2.1.2.3.4=i:1
    raise major r/ldp-1.2.3.4 ldp.session | LDP session down: 1.2.3.4 (mplsLdpSessionState nonexistent)
  `,
  ));

test('Juniper: optics are well again when no alarm is left, not when one is over', () =>
  becomes(
    '1.3.6.1.4.1.2636',
    `
  ….4.18.0.1 1.3.6.1.2.1.2.2.1.2.520=s:xe-0/0/3 ….3.60.1.1.1.1.1.520=x:8800
    raise major r/if-520 optics | Optics domRxLossSignalAlarm,domRxLaserPowerLowAlarm: xe-0/0/3
  ….4.18.0.2 1.3.6.1.2.1.2.2.1.2.520=s:xe-0/0/3 ….3.60.1.1.1.1.1.520=x:0800
    raise major r/if-520 optics | Optics domRxLaserPowerLowAlarm: xe-0/0/3
  ….4.18.0.2 1.3.6.1.2.1.2.2.1.2.520=s:xe-0/0/3 ….3.60.1.1.1.1.1.520=x:0000
    clear r/if-520 optics | Optics none: xe-0/0/3
  `,
  ));

test('the severity of an alarm of ALARM-MIB is the state of its model', () =>
  becomes(
    '1.3.6.1.2.1.118',
    `
  ….0.2 ….1.2.2.1.13.1.2=o:….1.1.2.1.3.1.97.4.6 ….1.2.2.1.10.1.2=o:1.3.6.1.2.1.2.2.1.1.7
    raise critical r/alarm-1.3.6.1.2.1.2.2.1.1.7 device.alarm | Alarm active: 1.3.6.1.2.1.2.2.1.1.7 (alarmActiveModelPointer 1.3.6.1.2.1.118.1.1.2.1.3.1.97.4.6)
  ….0.3 ….1.2.2.1.13.1.2=o:….1.1.2.1.3.1.97.4.1 ….1.2.2.1.10.1.2=o:1.3.6.1.2.1.2.2.1.1.7
    clear r/alarm-1.3.6.1.2.1.2.2.1.1.7 device.alarm | Alarm clear: 1.3.6.1.2.1.2.2.1.1.7 (alarmActiveModelPointer 1.3.6.1.2.1.118.1.1.2.1.3.1.97.4.1)
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
  assert.equal(translate(input, SETTINGS).events[0]?.lease, 180_000);
});

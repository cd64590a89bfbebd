import { test } from 'node:test';
import { becomes } from '../../../test/snmp/becomes.ts';

test('Fortinet', () =>
  becomes(
    '1.3.6.1.4.1.12356',
    `
  ….101.2.0.302 ….101.12.3.2.0=a:192.0.2.1 ….101.12.3.3.0=a:198.51.100.9 ….101.12.3.4.0=s:hq
    raise major r/vpn-192.0.2.1/198.51.100.9/hq vpn.tun.down | Vpn tun down: 192.0.2.1/198.51.100.9/hq
  ….101.2.0.301 ….101.12.3.2.0=a:192.0.2.1 ….101.12.3.3.0=a:198.51.100.9 ….101.12.3.4.0=s:hq
    clear r/vpn-192.0.2.1/198.51.100.9/hq vpn.tun.down | Vpn tun up: 192.0.2.1/198.51.100.9/hq
  ….101.2.0.802 ….101.14.1.3.0=s:lobby
    raise major r/ap-lobby wc.ap.down | Wc ap down: lobby
  ….101.2.0.801 ….101.14.1.3.0=s:lobby
    clear r/ap-lobby wc.ap.down | Wc ap up: lobby
  `,
  ));

test('F5', () =>
  becomes(
    '1.3.6.1.4.1.3375',
    `
  ….2.4.0.10 ….2.4.1.1.0=s:Pool_member_down ….2.4.1.2.0=s:192.0.2.5 ….2.4.1.3.0=s:443
    raise major r/service-192.0.2.5/443 service.down | Service down: 192.0.2.5/443 (Pool member down)
  ….2.4.0.11 ….2.4.1.1.0=s:Pool_member_up ….2.4.1.2.0=s:192.0.2.5 ….2.4.1.3.0=s:443
    clear r/service-192.0.2.5/443 service.down | Service up: 192.0.2.5/443 (Pool member up)
  ….2.4.0.12 ….2.4.1.2.0=s:192.0.2.5
    raise major r/service-192.0.2.5 node.down | Node down: 192.0.2.5
  ….2.4.0.13 ….2.4.1.2.0=s:192.0.2.5
    clear r/service-192.0.2.5 node.down | Node up: 192.0.2.5
  `,
  ));

test('Extreme', () =>
  becomes(
    '1.3.6.1.4.1.1916',
    `
  ….0.7 ….1.1.1.9.1.1.2=i:2
    raise major r/fan-2 chassis.fan | Fan failed: 2
  ….0.8 ….1.1.1.9.1.1.2=i:2
    clear r/fan-2 chassis.fan | Fan OK: 2
  ….0.10 ….1.1.1.27.1.1.1=i:1
    raise major r/power-supply-1 chassis.supply | Power supply fail: 1
  ….0.11 ….1.1.1.27.1.1.1=i:1
    clear r/power-supply-1 chassis.supply | Power supply good: 1
  `,
  ));

test('Dell OpenManage', () =>
  becomes(
    '1.3.6.1.4.1.674',
    `
  ….10892.1.0.1054 ….10892.1.5000.10.2.0=o:….10892.1.700.20.1.1.1.2 1.3.6.1.4.1.50536.2.2.3.0=s:Too_hot
    raise major r/sensor-1.3.6.1.4.1.674.10892.1.700.20.1.1.1.2 temperature.probe.warning | Temperature probe failure: 1.3.6.1.4.1.674.10892.1.700.20.1.1.1.2 (Too hot)
  ….10892.1.0.1052 ….10892.1.5000.10.2.0=o:….10892.1.700.20.1.1.1.2 1.3.6.1.4.1.50536.2.2.3.0=s:Fine
    clear r/sensor-1.3.6.1.4.1.674.10892.1.700.20.1.1.1.2 temperature.probe.warning | Temperature probe normal: 1.3.6.1.4.1.674.10892.1.700.20.1.1.1.2 (Fine)
  `,
  ));

test('HPE servers', () =>
  becomes(
    '1.3.6.1.4.1.232',
    `
  ….0.6006
    raise major r thermal.system.fan.failed | Thermal system fan failed
  ….0.6008
    clear r thermal.system.fan.failed | Thermal system fan ok
  ….0.3036 ….3.2.5.1.1.6.0.3=i:3 ….3.2.5.1.1.2.0.3=i:3
    raise major r/phy-drv-0.3 phy.drv.status.change | Phy drv status change failed: 0.3
  ….0.3036 ….3.2.5.1.1.6.0.3=i:2 ….3.2.5.1.1.2.0.3=i:3
    clear r/phy-drv-0.3 phy.drv.status.change | Phy drv status change ok: 0.3
  `,
  ));

test('Aruba controllers', () =>
  becomes(
    '1.3.6.1.4.1.14823',
    `
  ….2.3.1.11.1.2.1036
    raise major r n.fan.tray.removed | N fan tray removed
  ….2.3.1.11.1.2.1037
    clear r n.fan.tray.removed | N fan tray inserted
  `,
  ));

test('Aruba CX', () =>
  becomes(
    '1.3.6.1.4.1.47196',
    `
  ….4.1.1.3.7.3.1.4
    raise major r keep.alive.down | Keep alive down
  ….4.1.1.3.7.3.1.3
    clear r keep.alive.down | Keep alive up
  `,
  ));

test('Vertiv, Liebert', () =>
  becomes(
    '1.3.6.1.4.1.476',
    `
  ….1.42.3.3.0.1 ….1.42.3.2.3.1.1.7=i:7 ….1.42.3.2.3.1.2.7=o:….1.42.3.2.7.1
    raise major r/condition-7 ups.condition | Condition: 7 (lgpConditionDescr 1.3.6.1.4.1.476.1.42.3.2.7.1)
  ….1.42.3.3.0.2 ….1.42.3.2.3.1.1.7=i:7 ….1.42.3.2.3.1.2.7=o:….1.42.3.2.7.1
    clear r/condition-7 ups.condition | Condition over: 7 (lgpConditionDescr 1.3.6.1.4.1.476.1.42.3.2.7.1)
  `,
  ));

test('Eaton', () =>
  becomes(
    '1.3.6.1.4.1.534',
    `
  ….1.11.4.1.0.3
    raise major r ups.battery | UPS runs on battery
  ….1.11.4.1.0.5
    clear r ups.battery | UPS runs on mains again
  ….10.2.10.4
    raise critical r ats.output | Transfer switch output without power
  ….10.2.10.3
    clear r ats.output | Transfer switch output powered
  ….1.11.4.1.0.21 ….1.7.2.1.1.3=i:3
    raise major r/ups-alarm-3 ups.alarm | UPS alarm: 3
  ….1.11.4.1.0.22 ….1.7.2.1.1.3=i:3
    clear r/ups-alarm-3 ups.alarm | UPS alarm over: 3
  `,
  ));

test('Brocade fabric switches', () =>
  becomes(
    '1.3.6.1.4.1.1588',
    `
  ….2.1.1.1.0.2 ….2.1.1.1.1.22.1.3.4=i:2 ….2.1.1.1.1.22.1.1.4=i:4 ….2.1.1.1.1.22.1.5.4=s:fan_4
    raise major r sensor.scn | Sensor scn faulty (fan 4)
  ….2.1.1.1.0.2 ….2.1.1.1.1.22.1.3.4=i:4 ….2.1.1.1.1.22.1.1.4=i:4 ….2.1.1.1.1.22.1.5.4=s:fan_4
    clear r sensor.scn | Sensor scn nominal (fan 4)
  ….2.1.1.1.0.3 ….2.1.1.1.6.2.1.4.12=i:2 ….2.1.1.1.6.2.1.1.12=i:12
    raise major r fc.port.scn | FC port scn offline
  ….2.1.1.1.0.3 ….2.1.1.1.6.2.1.4.12=i:1 ….2.1.1.1.6.2.1.1.12=i:12
    clear r fc.port.scn | FC port scn online
  `,
  ));

test('Foundry, Brocade, Ruckus', () =>
  becomes(
    '1.3.6.1.4.1.1991',
    `
  ….0.22 ….1.1.4.13.1.0=a:192.0.2.7
    raise major r/server-ip-192.0.2.7 l4.real.server.down | L4 real server down: 192.0.2.7
  ….0.21 ….1.1.4.13.1.0=a:192.0.2.7
    clear r/server-ip-192.0.2.7 l4.real.server.down | L4 real server up: 192.0.2.7
  `,
  ));

test('ZTE', () =>
  becomes(
    '1.3.6.1.4.1.3902',
    `
  ….1082.10.10.3.1.1
    raise minor r env.high.temp | Env high temp
  ….1082.10.10.3.1.2
    clear r env.high.temp | Env high temp clr
  `,
  ));

test('Ubiquiti EdgeSwitch', () =>
  becomes(
    '1.3.6.1.4.1.4413',
    `
  ….1.1.1.0.2
    raise minor r broadcast.storm.start | Broadcast storm start
  ….1.1.1.0.3
    clear r broadcast.storm.start | Broadcast storm end
  `,
  ));

test('NetApp', () =>
  becomes(
    '1.3.6.1.4.1.789',
    `
  ….0.33
    raise major r chassis.fan | Fan failed
  ….0.36
    clear r chassis.fan | Fan repaired
  `,
  ));

test('Raritan', () =>
  becomes(
    '1.3.6.1.4.1.13742',
    `
  ….6.0.61 ….6.5.2.3.1.3.1.1.1=i:5
    raise warning r/sensor-measurements-1.1.1 inlet.sensor.state.change | Inlet sensor state change aboveUpperWarning: 1.1.1
  `,
  ));

test('Server Technology', () =>
  becomes(
    '1.3.6.1.4.1.1718',
    `
  ….4.100.0.2 ….4.1.3.3.1.1.1.1=i:1
    clear r input.cord.status | Input cord status on
  ….4.100.0.1 ….4.1.2.3.1.1.1=i:12
    raise warning r unit.status | Unit status breakerTripped
  ….4.100.0.1 ….4.1.2.3.1.1.1=i:0
    clear r unit.status | Unit status normal
  `,
  ));

test('MGE', () =>
  becomes(
    '1.3.6.1.4.1.705',
    `
  ….1.11.0.11
    raise major r on.battery | On battery
  ….1.11.0.12
    clear r on.battery | Return battery
  `,
  ));

test('VMware', () =>
  becomes(
    '1.3.6.1.4.1.6876',
    `
  ….4.1.0.3 ….2.1.1.2.4=s:db-1
    raise major r/vm-4 vm.heartbeat | VM heartbeat lost: 4 (db-1)
  ….4.1.0.4 ….2.1.1.2.4=s:db-1
    clear r/vm-4 vm.heartbeat | VM heartbeat back: 4 (db-1)
  ….4.3.0.201 ….4.3.302.0=s:esx1 ….4.3.303.0=s:db-1 ….4.3.304.0=s:Green ….4.3.305.0=s:Red ….4.3.306.0=s:CPU_usage
    raise critical r/vcenter-db-1/esx1 vcenter.alarm | vCenter alarm Red: db-1/esx1 (esx1, vmwVpxdOldStatus Green, vmwVpxdObjValue CPU usage)
  ….4.3.0.201 ….4.3.302.0=s:esx1 ….4.3.303.0=s:db-1 ….4.3.304.0=s:Red ….4.3.305.0=s:Green ….4.3.306.0=s:CPU_usage
    clear r/vcenter-db-1/esx1 vcenter.alarm | vCenter alarm Green: db-1/esx1 (esx1, vmwVpxdOldStatus Red, vmwVpxdObjValue CPU usage)
  `,
  ));

test('H3C, Comware', () =>
  becomes(
    '1.3.6.1.4.1.25506',
    `
  ….2.98.3.0.2 ….2.98.1.1.1.1.1.2=i:2
    occurrence warning r wireless.card.removed.out | Wireless card pulled out (hh3cWirelessCardPulledOut)
  ….2.6.2.0.1
    raise minor r temperature.threshold | Temperature threshold
  ….8.35.12.1.8
    raise major r board.removed | Board removed
  ….8.35.12.1.9
    clear r board.removed | Board inserted
  `,
  ));

test('HP ProCurve', () =>
  becomes(
    '1.3.6.1.4.1.11',
    `
  ….2.14.12.1.0.3 ….2.14.11.1.2.6.1.4.3=i:2
    raise major r/sensor-3 sensor | Sensor bad: 3
  ….2.14.12.1.0.3 ….2.14.11.1.2.6.1.4.3=i:4
    clear r/sensor-3 sensor | Sensor good: 3
  `,
  ));

test('APC: PDUs', () =>
  becomes(
    '1.3.6.1.4.1.318',
    `
  ….0.634 ….1.1.12.3.5.1.1.1.9=i:9
    raise major r/pdu-outlet-9 r.pdu.outlet.overload | R PDU outlet overload: 9
  ….0.635 ….1.1.12.3.5.1.1.1.9=i:9
    clear r/pdu-outlet-9 r.pdu.outlet.overload | R PDU outlet overload cleared: 9
  `,
  ));

test('Palo Alto Networks', () =>
  becomes(
    '1.3.6.1.4.1.25461',
    `
  ….2.1.3.2.0.4101 ….2.1.3.1.301.0=s:tunnel.7 ….2.1.3.1.303.0=i:5
    raise critical r/object-tunnel.7 gre.tunnel.status.down | GRE tunnel status down: tunnel.7 (panSystemSeverity critical)
  ….2.1.3.2.0.4100 ….2.1.3.1.301.0=s:tunnel.7 ….2.1.3.1.303.0=i:1
    clear r/object-tunnel.7 gre.tunnel.status.down | GRE tunnel status up: tunnel.7 (panSystemSeverity informational)
  ….2.1.3.2.0.915 ….2.1.3.1.303.0=i:4
    raise major r hw.fan.removed | HW fan removed (panSystemSeverity high)
  ….2.1.3.2.0.914 ….2.1.3.1.303.0=i:1
    clear r hw.fan.removed | HW fan inserted (panSystemSeverity informational)
  `,
  ));

test('MikroTik', () =>
  becomes(
    '1.3.6.1.4.1.14988',
    `
  ….1.1.9.0.2
    occurrence warning r temperature.exception | Temperature exception (mtxrTemperatureException)
  `,
  ));

test('Check Point', () =>
  becomes(
    '1.3.6.1.4.1.2620',
    `
  ….1.2000.2.3
    occurrence major r raid.disk | RAID disk (chkpntRAIDDiskTrap)
  `,
  ));

test('Ciena', () =>
  becomes(
    '1.3.6.1.4.1.1271',
    `
  ….2.2.4.0.3 ….1.3.1.0=i:3
    raise critical r chassis.fan.hi.temp | Chassis fan hi temp (cienaGlobalSeverity critical)
  ….2.2.9.0.1 ….2.1.9.1.1.1.1.20.7=i:7
    raise major r/port-xcvr-7 port.xcvr.removed | Port xcvr removed: 7
  ….2.2.9.0.2 ….2.1.9.1.1.1.1.20.7=i:7
    clear r/port-xcvr-7 port.xcvr.removed | Port xcvr inserted: 7
  `,
  ));

test('Printers', () =>
  becomes(
    '1.3.6.1.2.1.43.18',
    `
  ….2.0.1 ….1.1.2.1.9=i:3 ….1.1.4.1.9=i:8 ….1.1.7.1.9=i:8
    occurrence major r printer.alert | Printer alert (printerV2Alert) (prtAlertGroup input, jam)
  ….2.0.1 ….1.1.2.1.10=i:4 ….1.1.4.1.10=i:11 ….1.1.7.1.10=i:1104
    occurrence warning r printer.alert | Printer alert (printerV2Alert) (prtAlertGroup markerSupplies, markerTonerAlmostEmpty)
  `,
  ));

test('Ericsson', () =>
  becomes(
    '1.3.6.1.4.1.193',
    `
  ….218.2.4.0.3
    raise indeterminate r router.fan.status.change | Router fan status change in unknown state
  `,
  ));

test('netgear2', () =>
  becomes(
    '1.3.6.1.4.1.4413',
    `
  ….1.1.1.0.2
    raise minor r broadcast.storm.start | Broadcast storm start
  `,
  ));

test('Geist, Vertiv PDUs', () =>
  becomes(
    '1.3.6.1.4.1.21239',
    `
  ….5.2.32767.0.10309 ….5.2.32767.1.1.0=i:1
    raise warning r pdu.total.real.power | Pdu total real power (trapSeverity warning)
  ….5.2.32767.0.20309 ….5.2.32767.1.1.0=i:1
    clear r pdu.total.real.power | Pdu total real power CLEAR (trapSeverity warning)
  `,
  ));

import { clears, happens, raises, type Trap, tells, under, upsAlarm } from './rules.ts';
import * as s from './subjects.ts';

/**
 * What each notification means, one line each. What the names on the right stand for is in
 * subjects.ts: alarm type, which part, severity, text.
 *
 *   raises   this is wrong now
 *   clears   the same is over
 *   tells    one OID for both ways: a varbind says which
 *   happens  an event; nothing will ever clear it
 *
 * An OID matches with and without `.0.` before its last number: v1 inserts it (RFC 3584 §3.1), and
 * MIBs converted from SMIv1 leave it out of v2c.
 */
export const TRAPS: readonly Trap[] = [
  // SNMPv2-MIB, IF-MIB, EGP
  ...under('1.3.6.1.6.3.1.1.5', [
    happens('1', 'coldStart', s.RESTART),
    happens('2', 'warmStart', s.RESTART),
    raises('3', 'linkDown', s.LINK),
    clears('4', 'linkUp', s.LINK),
    happens('5', 'authenticationFailure', s.WRONG_COMMUNITY),
    happens('6', 'egpNeighborLoss', s.EGP),
  ]),

  // The IETF's MIBs
  ...under('1.3.6.1.2.1', [
    clears('10.166.3.0.1', 'mplsTunnelUp', s.TUNNEL),
    raises('10.166.3.0.2', 'mplsTunnelDown', s.TUNNEL),
    clears('10.166.4.0.3', 'mplsLdpSessionUp', s.LDP),
    raises('10.166.4.0.4', 'mplsLdpSessionDown', s.LDP),
    clears('10.166.11.0.1', 'mplsL3VpnVrfUp', s.VRF),
    raises('10.166.11.0.2', 'mplsL3VpnVrfDown', s.VRF),
    tells('14.16.2.1', 'ospfVirtIfStateChange', s.OSPF_VIRTUAL_INTERFACE),
    tells('14.16.2.2', 'ospfNbrStateChange', s.OSPF_NEIGHBOR),
    tells('14.16.2.3', 'ospfVirtNbrStateChange', s.OSPF_VIRTUAL_NEIGHBOR),
    happens('14.16.2.4', 'ospfIfConfigError', s.OSPF_CONFIG),
    happens('14.16.2.6', 'ospfIfAuthFailure', s.OSPF_AUTH),
    happens('14.16.2.10', 'ospfTxRetransmit', s.OSPF_AGAIN),
    tells('14.16.2.16', 'ospfIfStateChange', s.OSPF_INTERFACE),
    clears('15.7.1', 'bgpEstablished', s.BGP),
    raises('15.7.2', 'bgpBackwardTransition', s.BGP),
    clears('15.0.1', 'bgpEstablishedNotification', s.BGP),
    raises('15.0.2', 'bgpBackwardTransNotification', s.BGP),
    raises('16.0.1', 'risingAlarm', s.RMON),
    clears('16.0.2', 'fallingAlarm', s.RMON),
    happens('17.0.1', 'newRoot', s.ROOT),
    happens('17.0.2', 'topologyChange', s.TOPOLOGY),
    raises('33.2.1', 'upsTrapOnBattery', s.UPS_BATTERY),
    happens('33.2.2', 'upsTrapTestCompleted', s.UPS_TEST),
    upsAlarm('33.2.3', 'upsTrapAlarmEntryAdded', 'raise'),
    upsAlarm('33.2.4', 'upsTrapAlarmEntryRemoved', 'clear'),
    happens('43.18.2.0.1', 'printerV2Alert', s.PRINTER),
    happens('47.2.0.1', 'entConfigChange', s.INVENTORY),
    happens('68.0.1', 'vrrpTrapNewMaster', s.VRRP_MASTER),
    happens('68.0.2', 'vrrpTrapAuthFailure', s.VRRP_AUTH),
    happens('88.2.0.1', 'mteTriggerFired', s.TRIGGER_FIRED),
    raises('88.2.0.2', 'mteTriggerRising', s.TRIGGER),
    clears('88.2.0.3', 'mteTriggerFalling', s.TRIGGER),
    happens('88.2.0.4', 'mteTriggerFailure', s.TRIGGER_FAILED),
    tells('105.0.1', 'pethPsePortOnOffNotification', s.POE_PORT),
    raises('105.0.2', 'pethMainPowerUsageOnNotification', s.POE_USAGE),
    clears('105.0.3', 'pethMainPowerUsageOffNotification', s.POE_USAGE),
    raises('118.0.2', 'alarmActiveState', s.DEVICE_ALARM),
    clears('118.0.3', 'alarmClearState', s.DEVICE_ALARM),
    tells('138.0.17', 'isisAdjacencyChange', s.ISIS),
    clears('222.0.1', 'bfdSessUp', s.BFD),
    raises('222.0.2', 'bfdSessDown', s.BFD),
  ]),
  ...under('1.0.8802.1.1.2', [happens('0.0.1', 'lldpRemTablesChange', s.LLDP)]),

  // Cisco
  ...under('1.3.6.1.4.1.9.9', [
    happens('13.3.0.1', 'ciscoEnvMonShutdownNotification', s.ENV_OFF),
    tells('13.3.0.3', 'ciscoEnvMonTemperatureNotification', s.ENV_HEAT),
    tells('13.3.0.4', 'ciscoEnvMonFanNotification', s.ENV_FAN),
    tells('13.3.0.5', 'ciscoEnvMonRedundantSupplyNotification', s.ENV_SUPPLY),
    tells('13.3.0.7', 'ciscoEnvMonTempStatusChangeNotif', s.ENV_HEAT),
    tells('13.3.0.8', 'ciscoEnvMonFanStatusChangeNotif', s.ENV_FAN),
    tells('13.3.0.9', 'ciscoEnvMonSuppStatusChangeNotif', s.ENV_SUPPLY),
    happens('41.2.0.1', 'clogMessageGenerated', s.CISCO_LOG),
    happens('43.2.0.1', 'ciscoConfigManEvent', s.CONFIG),
    happens('43.2.0.2', 'ccmCLIRunningConfigChanged', s.CONFIG),
    tells('91.2.0.1', 'entSensorThresholdNotification', s.SENSOR),
    tells('106.2.0.1', 'cHsrpStateChange', s.HSRP),
    tells('117.2.0.1', 'cefcModuleStatusChange', s.MODULE),
    tells('117.2.0.2', 'cefcPowerStatusChange', s.SUPPLY),
    clears('117.2.0.3', 'cefcFRUInserted', s.UNIT),
    raises('117.2.0.4', 'cefcFRURemoved', s.UNIT),
    tells('117.2.0.6', 'cefcFanTrayStatusChange', s.FAN_TRAY),
    raises('138.2.0.1', 'ceAlarmAsserted', s.ENTITY),
    clears('138.2.0.2', 'ceAlarmCleared', s.ENTITY),
    tells('187.0.1', 'cbgpFsmStateChange', s.BGP_STATE),
    raises('187.0.2', 'cbgpBackwardTransition', s.BGP),
    clears('187.0.5', 'cbgpPeer2EstablishedNotification', s.BGP2),
    raises('187.0.6', 'cbgpPeer2BackwardTransNotification', s.BGP2),
    raises('276.0.1', 'cieLinkDown', s.LINK),
    clears('276.0.2', 'cieLinkUp', s.LINK),
    happens('548.0.2', 'cErrDisableInterfaceEventRev1', s.ERR_DISABLED),
  ]),

  // Juniper
  ...under('1.3.6.1.4.1.2636', [
    clears('3.26.0.1', 'jnxVpnIfUp', s.VPN),
    raises('3.26.0.2', 'jnxVpnIfDown', s.VPN),
    clears('3.26.0.3', 'jnxVpnPwUp', s.WIRE),
    raises('3.26.0.4', 'jnxVpnPwDown', s.WIRE),
    happens('3.45.1.0.1', 'jnxBfdSessTxIntervalHigh', s.BFD_SLOW),
    raises('4.1.1', 'jnxPowerSupplyFailure', s.J_SUPPLY),
    raises('4.1.2', 'jnxFanFailure', s.J_FAN),
    raises('4.1.3', 'jnxOverTemperature', s.J_HEAT),
    happens('4.1.4', 'jnxRedundancySwitchover', s.SWITCHOVER),
    raises('4.1.5', 'jnxFruRemoval', s.FRU_REMOVED),
    clears('4.1.6', 'jnxFruInsertion', s.FRU_REMOVED),
    raises('4.1.7', 'jnxFruPowerOff', s.FRU_POWER),
    clears('4.1.8', 'jnxFruPowerOn', s.FRU_POWER),
    raises('4.1.9', 'jnxFruFailed', s.FRU_FAILED),
    raises('4.1.10', 'jnxFruOffline', s.FRU_OFFLINE),
    clears('4.1.11', 'jnxFruOnline', s.FRU_OFFLINE),
    happens('4.1.12', 'jnxFruCheck', s.FRU_CHECK),
    happens('4.1.13', 'jnxFEBSwitchover', s.SWITCHOVER),
    happens('4.1.14', 'jnxHardDiskFailed', s.FRU_DISK),
    clears('4.2.1', 'jnxPowerSupplyOK', s.J_SUPPLY),
    clears('4.2.2', 'jnxFanOK', s.J_FAN),
    clears('4.2.3', 'jnxTemperatureOK', s.J_HEAT),
    clears('4.2.4', 'jnxFruOK', s.FRU_FAILED),
    clears('4.4.0.1', 'jnxLdpLspUp', s.LSP),
    raises('4.4.0.2', 'jnxLdpLspDown', s.LSP),
    clears('4.4.0.3', 'jnxLdpSesUp', s.LDP),
    raises('4.4.0.4', 'jnxLdpSesDown', s.LDP),
    happens('4.5.0.1', 'jnxCmCfgChange', s.CONFIG),
    happens('4.5.0.2', 'jnxCmRescueChange', s.CONFIG),
    happens('4.12.0.1', 'jnxSyslogTrap', s.JUNIPER_LOG),
    raises('4.18.0.1', 'jnxDomAlarmSet', s.OPTICS),
    clears('4.18.0.2', 'jnxDomAlarmCleared', s.OPTICS),
    raises('4.25.0.1', 'jnxDomLaneAlarmSet', s.LANE),
    clears('4.25.0.2', 'jnxDomLaneAlarmCleared', s.LANE),
    clears('5.1.1.1.0.1', 'jnxBgpM2Established', s.BGP_JUNIPER),
    raises('5.1.1.1.0.2', 'jnxBgpM2BackwardTransition', s.BGP_JUNIPER),
  ]),

  // APC, net-snmp
  ...under('1.3.6.1.4.1.318', [
    raises('0.1', 'communicationLost', s.UPS_SILENT),
    happens('0.2', 'upsOverload', s.UPS_OVERLOAD),
    raises('0.5', 'upsOnBattery', s.UPS_BATTERY),
    raises('0.7', 'lowBattery', s.UPS_LOW),
    clears('0.8', 'communicationEstablished', s.UPS_SILENT),
    clears('0.9', 'powerRestored', s.UPS_BATTERY),
    clears('0.11', 'returnFromLowBattery', s.UPS_LOW),
  ]),
  ...under('1.3.6.1.4.1.8072', [
    happens('4.0.2', 'nsNotifyShutdown', s.AGENT),
    happens('4.0.3', 'nsNotifyRestart', s.AGENT),
  ]),
];

/** The line of a notification, by its OID in either form. */
export const trapOf = (oid: string): Trap | undefined => BY_OID.get(oid);

const BY_OID = new Map(
  TRAPS.flatMap((trap) => [[trap.oid, trap] as const, [otherForm(trap.oid), trap]]),
);

/** With `.0.` before the last number what came without, and the other way round. */
function otherForm(oid: string): string {
  const dot = oid.lastIndexOf('.');
  return oid.slice(0, dot).endsWith('.0')
    ? oid.slice(0, dot - 2) + oid.slice(dot)
    : `${oid.slice(0, dot)}.0${oid.slice(dot)}`;
}

import { alarm, DEVICE, entry, event, limit, severityBy, state, values } from './rules.ts';

/**
 * What can be wrong, and with what. traps.ts says which notification raises or clears which of
 * these; both ways meet in one line here, so that a clear always finds its raise.
 *
 *   entry(prefix, columns)        the part is the index of the first of these columns that came
 *   values(prefix, columns, q)   the part is the values of these columns; q tells alarms apart
 *   severityBy(column, …, other)  the severity is what a varbind says; other for the rest and none
 *
 *   alarm(type, part, severity, text, text when it is over)
 *   state(type, part, column, states, text)    a varbind says which state; 0 is for unlisted ones
 *   event(type, part, severity, text)          nothing will ever clear it
 */

const INTERFACE = entry('if', ['ifIndex', 'ifDescr', 'ifName', 'ifAdminStatus', 'ifOperStatus']);
const CONTENTS = entry('chassis', ['jnxContentsDescr', 'jnxContentsContainerIndex']);
const FRU = entry('fru', ['jnxFruName', 'jnxFruContentsIndex']);
const OSPF_PORT = entry('ospf-if', ['ospfIfState', 'ospfIfIpAddress']);
const OSPF_VIRTUAL = entry('ospf-virtual', ['ospfVirtNbrState', 'ospfVirtIfState']);
const BGP_PEER = entry('bgp', ['bgpPeerState', 'bgpPeerLastError', 'bgpPeerRemoteAddr']);
const BGP_PEER2 = entry('bgp', ['cbgpPeer2State', 'cbgpPeer2LastError'], 'address');
// Two routing instances may have a peer of one address: where we stand tells them apart.
const BGP_M2 = values('bgp', ['jnxBgpM2PeerRemoteAddr'], ['jnxBgpM2PeerLocalAddr'], true);
const TRIGGER_PART = values('trigger', ['mteHotTrigger'], ['mteHotTargetName', 'mteHotOID']);

// Interfaces. ifAdminStatus down(2) means that somebody wanted it (RFC 3877 §6.1).
const LINK_SEVERITY = severityBy('ifAdminStatus', { 2: 'warning' }, 'major');
export const LINK = alarm('link', INTERFACE, LINK_SEVERITY, 'Link down', 'Link up');
export const ERR_DISABLED = event(
  'link.errdisabled',
  entry('if', ['cErrDisableIfStatusCause']),
  'minor',
  'Interface disabled by an error',
);

// The device and its SNMP agent
export const RESTART = event('device.restart', DEVICE, 'warning', 'Restarted');
export const WRONG_COMMUNITY = event(
  'snmp.auth',
  DEVICE,
  'warning',
  'Wrong SNMP community or user',
);
export const AGENT = event(
  'snmp.agent',
  DEVICE,
  'indeterminate',
  'SNMP agent stopped or restarted',
);
export const CONFIG = event('device.config', DEVICE, 'indeterminate', 'Configuration changed');
export const INVENTORY = event('device.inventory', DEVICE, 'indeterminate', 'Inventory changed');
export const LLDP = event('lldp.neighbors', DEVICE, 'indeterminate', 'LLDP neighbours changed');
export const ROOT = event('bridge.root', DEVICE, 'indeterminate', 'Became spanning tree root');
export const TOPOLOGY = event('bridge.topology', DEVICE, 'indeterminate', 'Spanning tree changed');

// Routing. BGP knows two forms in BGP4-MIB, and vendors' own for IPv6.
const ESTABLISHED = 'BGP peer established';
export const BGP = alarm('bgp.peer', BGP_PEER, 'major', 'BGP peer lost', ESTABLISHED);
export const BGP2 = alarm('bgp.peer', BGP_PEER2, 'major', 'BGP peer lost', ESTABLISHED);
export const BGP_JUNIPER = alarm('bgp.peer', BGP_M2, 'major', 'BGP peer lost', ESTABLISHED);
export const BGP_STATE = state('bgp.peer', BGP_PEER, 'bgpPeerState', 'BGP peer', {
  ...{ 1: 'major', 2: 'major', 3: 'major', 4: 'major', 5: 'major', 6: 'clear' },
});
export const EGP = event('egp.neighbor', values('egp', ['egpNeighAddr']), 'major', 'EGP peer lost');
export const OSPF_NEIGHBOR = state(
  'ospf.neighbor',
  entry('ospf', ['ospfNbrState', 'ospfNbrIpAddr']),
  'ospfNbrState',
  'OSPF neighbour',
  // twoWay(4) is as far as two routers that are neither designated nor backup will go.
  {
    1: 'major',
    2: 'major',
    3: 'major',
    4: 'clear',
    5: 'minor',
    6: 'minor',
    7: 'minor',
    8: 'clear',
  },
);
export const OSPF_VIRTUAL_NEIGHBOR = state(
  'ospf.virtual.neighbor',
  OSPF_VIRTUAL,
  'ospfVirtNbrState',
  'OSPF virtual neighbour',
  {
    1: 'major',
    2: 'major',
    3: 'major',
    4: 'clear',
    5: 'minor',
    6: 'minor',
    7: 'minor',
    8: 'clear',
  },
);
export const OSPF_INTERFACE = state('ospf.interface', OSPF_PORT, 'ospfIfState', 'OSPF interface', {
  ...{ 1: 'major', 2: 'warning', 3: 'warning', 4: 'clear', 5: 'clear', 6: 'clear', 7: 'clear' },
});
export const OSPF_VIRTUAL_INTERFACE = state(
  'ospf.virtual.interface',
  OSPF_VIRTUAL,
  'ospfVirtIfState',
  'OSPF virtual interface',
  { 1: 'major', 4: 'clear' },
);
export const OSPF_CONFIG = event('ospf.config', OSPF_PORT, 'minor', 'OSPF settings differ');
export const OSPF_AUTH = event('ospf.auth', OSPF_PORT, 'minor', 'OSPF authentication failed');
export const OSPF_AGAIN = event('ospf.retransmit', OSPF_PORT, 'indeterminate', 'OSPF sent again');
export const ISIS = state(
  'isis.adjacency',
  values('isis', ['isisNotificationCircIfIndex', 'isisPduLspId']),
  'isisAdjState',
  'IS-IS adjacency',
  { 1: 'major', 2: 'minor', 3: 'clear', 4: 'major' },
);
export const HSRP = state(
  'hsrp.group',
  entry('hsrp', ['cHsrpGrpStandbyState']),
  'cHsrpGrpStandbyState',
  'HSRP group',
  { 1: 'major', 2: 'minor', 3: 'warning', 4: 'warning', 5: 'clear', 6: 'clear' },
);
export const VRRP_MASTER = event('vrrp.master', DEVICE, 'warning', 'Became VRRP master');
export const VRRP_AUTH = event('vrrp.auth', DEVICE, 'minor', 'VRRP authentication failed');

// MPLS, VPN, BFD. One BFD trap may speak of a range of sessions: one event for each.
const TUNNEL_PART = entry('tunnel', ['mplsTunnelOperStatus', 'mplsTunnelAdminStatus']);
export const TUNNEL = alarm('mpls.tunnel', TUNNEL_PART, 'major', 'Tunnel down', 'Tunnel up');
const LDP_PART = entry('ldp', ['mplsLdpSessionState', 'jnxMplsLdpSesState']);
export const LDP = alarm('ldp.session', LDP_PART, 'major', 'LDP session down', 'LDP session up');
const LSP_PART = values('lsp', ['jnxLdpLspFec', 'jnxLdpLspFecLen', 'jnxLdpInstanceName']);
export const LSP = alarm('ldp.lsp', LSP_PART, 'major', 'LDP path down', 'LDP path up');
const VRF_PART = entry('vrf', ['mplsL3VpnVrfOperStatus'], 'name');
export const VRF = alarm('mpls.vrf', VRF_PART, 'major', 'VRF down', 'VRF up');
const VPN_PART = entry('vpn-if', ['jnxVpnIfVpnName', 'jnxVpnIfIndex', 'jnxVpnIfVpnType']);
export const VPN = alarm(
  'vpn.interface',
  VPN_PART,
  'major',
  'VPN interface down',
  'VPN interface up',
);
const WIRE_PART = entry('pw', ['jnxVpnPwVpnName', 'jnxVpnPwIndex', 'jnxVpnPwVpnType']);
export const WIRE = alarm('vpn.pseudowire', WIRE_PART, 'major', 'Pseudowire down', 'Pseudowire up');
const BFD_PART = entry('bfd', ['bfdSessDiag'], 'range');
export const BFD = alarm('bfd.session', BFD_PART, 'major', 'BFD session down', 'BFD session up');
const BFD_JUNIPER = entry('bfd', ['jnxBfdSessCurrTxInterval']);
export const BFD_SLOW = event('bfd.interval', BFD_JUNIPER, 'warning', 'BFD interval high');

// Power. upsTrapOnBattery comes every minute while true and has no opposite: see rules.ts, UPS.
const MAINS = 'UPS runs on mains again';
export const UPS_BATTERY = alarm('ups.battery', DEVICE, 'major', 'UPS runs on battery', MAINS);
export const UPS_TEST = event('ups.test', DEVICE, 'indeterminate', 'UPS test completed');
export const UPS_OVERLOAD = event('ups.overload', DEVICE, 'major', 'UPS overloaded');
export const UPS_LOW = alarm(
  'ups.battery.low',
  DEVICE,
  'critical',
  'UPS battery low',
  'UPS battery back',
);
export const UPS_SILENT = alarm('ups.communication', DEVICE, 'major', 'UPS silent', 'UPS answers');
export const POE_PORT = state(
  'poe.port',
  entry('poe', ['pethPsePortDetectionStatus']),
  'pethPsePortDetectionStatus',
  'Power over Ethernet',
  { 1: 'clear', 2: 'clear', 3: 'clear', 4: 'minor', 5: 'clear', 6: 'minor' },
);
const POE_PART = entry('poe-group', ['pethMainPseConsumptionPower']);
export const POE_USAGE = alarm(
  'poe.usage',
  POE_PART,
  'minor',
  'PoE near its maximum',
  'PoE normal',
);

// Thresholds. Where the trap cannot say, rising is the bad direction (decision 0004).
const RMON_PART = entry('rmon', ['alarmIndex', 'alarmVariable']);
export const RMON = alarm('rmon.threshold', RMON_PART, 'minor', 'Value rose', 'Value fell');
export const TRIGGER = alarm(
  'trigger.threshold',
  TRIGGER_PART,
  'minor',
  'Value rose',
  'Value fell',
);
export const TRIGGER_FIRED = event('trigger.fired', TRIGGER_PART, 'warning', 'Trigger fired');
export const TRIGGER_FAILED = event('trigger.failure', TRIGGER_PART, 'warning', 'Trigger failed');
export const SENSOR = limit(
  'sensor.threshold',
  entry('sensor', ['entSensorThresholdValue', 'entSensorThresholdSeverity']),
  severityBy('entSensorThresholdSeverity', { 10: 'minor', 20: 'major', 30: 'critical' }, 'warning'),
  'Sensor',
);
export const DEVICE_ALARM = alarm(
  'device.alarm',
  values('alarm', ['alarmActiveResourceId'], ['alarmActiveModelPointer']),
  'major',
  'Alarm active',
  'Alarm clear',
);

// Cisco chassis and environment
const environment = (type: string, part: string, column: string, text: string) =>
  state(`environment.${type}`, entry(part, [column]), column, text, {
    ...{ 1: 'clear', 2: 'warning', 3: 'critical', 4: 'critical', 5: 'warning', 6: 'critical' },
  });
const TEMPERATURE = 'ciscoEnvMonTemperatureState';
export const ENV_HEAT = environment('temperature', 'temperature', TEMPERATURE, 'Temperature');
export const ENV_FAN = environment('fan', 'fan', 'ciscoEnvMonFanState', 'Fan');
export const ENV_SUPPLY = environment('supply', 'supply', 'ciscoEnvMonSupplyState', 'Power supply');
export const ENV_OFF = event('environment.shutdown', DEVICE, 'critical', 'Shuts itself down');
export const MODULE = state(
  'chassis.module',
  entry('module', ['cefcModuleOperStatus']),
  'cefcModuleOperStatus',
  'Module',
  {
    ...{ 0: 'warning', 2: 'clear', 4: 'minor', 7: 'major', 8: 'major', 9: 'major', 10: 'major' },
    ...{
      11: 'major',
      12: 'clear',
      14: 'major',
      16: 'clear',
      17: 'major',
      20: 'major',
      23: 'major',
    },
  },
);
export const SUPPLY = state(
  'chassis.supply',
  entry('supply', ['cefcFRUPowerOperStatus']),
  'cefcFRUPowerOperStatus',
  'Power supply',
  { 0: 'major', 2: 'clear', 3: 'warning', 9: 'minor', 12: 'minor' },
);
export const FAN_TRAY = state(
  'chassis.fan',
  entry('fan', ['cefcFanTrayOperStatus']),
  'cefcFanTrayOperStatus',
  'Fan tray',
  { 1: 'warning', 2: 'clear', 3: 'major', 4: 'minor' },
);
const UNIT_PART = entry('entity', ['entPhysicalContainedIn']);
export const UNIT = alarm(
  'chassis.fru.removed',
  UNIT_PART,
  'minor',
  'Unit removed',
  'Unit inserted',
);
export const ENTITY = alarm(
  'entity.alarm',
  values('entity', ['ceAlarmHistEntPhysicalIndex'], ['ceAlarmHistAlarmType']),
  severityBy('ceAlarmHistSeverity', { 1: 'critical', 2: 'major', 3: 'minor' }, 'warning'),
  'Alarm asserted',
  'Alarm cleared',
);

// Juniper chassis and optics
const chassis = (type: string, severity: 'major' | 'critical', bad: string, good: string) =>
  alarm(`chassis.${type}`, CONTENTS, severity, bad, good);
export const J_SUPPLY = chassis('supply', 'major', 'Power supply failed', 'Power supply works');
export const J_FAN = chassis('fan', 'major', 'Fan failed', 'Fan works');
export const J_HEAT = chassis('temperature', 'critical', 'Too hot', 'Temperature normal');
const fru = (type: string, severity: 'minor' | 'major', bad: string, good: string) =>
  alarm(`chassis.fru.${type}`, FRU, severity, bad, good);
export const FRU_REMOVED = fru('removed', 'minor', 'Unit removed', 'Unit inserted');
export const FRU_POWER = fru('power', 'minor', 'Unit powered off', 'Unit powered on');
export const FRU_FAILED = fru('failed', 'major', 'Unit failed', 'Unit works');
export const FRU_OFFLINE = fru('offline', 'major', 'Unit offline', 'Unit online');
export const FRU_CHECK = event('chassis.fru.check', FRU, 'minor', 'Unit has errors');
export const FRU_DISK = event('chassis.disk', FRU, 'major', 'Hard disk failed');
const TWIN = entry('redundancy', ['jnxRedundancyDescr', 'jnxFruName']);
export const SWITCHOVER = event('chassis.switchover', TWIN, 'major', 'Switched to the other unit');
export const OPTICS = alarm('optics', INTERFACE, 'major', 'Optics out of range', 'Optics in range');
const LANE_PART = entry('lane', ['jnxDomLaneIndex']);
export const LANE = alarm('optics.lane', LANE_PART, 'major', 'Lane out of range', 'Lane in range');

// Messages inside traps. Cisco counts emergency as 1, so does Juniper.
const SYSLOG = { 1: 'critical', 2: 'critical', 3: 'critical', 4: 'major', 5: 'minor' } as const;
export const CISCO_LOG = event(
  'syslog',
  values('', [], ['clogHistFacility', 'clogHistMsgName']),
  severityBy('clogHistSeverity', { ...SYSLOG, 6: 'warning' }, 'indeterminate'),
  'Log message',
);
export const JUNIPER_LOG = event(
  'syslog',
  values('', [], ['jnxSyslogEventName']),
  severityBy('jnxSyslogSeverity', { ...SYSLOG, 6: 'warning' }, 'indeterminate'),
  'Log message',
);
export const PRINTER = event(
  'printer.alert',
  values('', [], ['prtAlertGroup', 'prtAlertCode']),
  severityBy('prtAlertSeverityLevel', { 3: 'major' }, 'warning'),
  'Printer alert',
);

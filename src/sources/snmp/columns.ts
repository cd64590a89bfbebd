/**
 * The objects that traps carry and we know by name. To know one more, add its line: it becomes a
 * label, can name the part that is wrong, and can be told in the text. Numbers get their words.
 */

export interface Column {
  readonly name: string;
  /** What the numbers of an enumeration mean. */
  readonly words?: Readonly<Record<number, string>>;
  /**
   * How to read a value that is no plain number or text. `model`: a row of RFC 3877's
   * alarmModelTable, whose last number is the state and so no part of what is wrong.
   */
  readonly as?: 'address' | 'hex' | 'model';
  /** Not repeated in the text: it names the part, or changes with every trap. */
  readonly quiet?: boolean;
  /** Says enough without its name before it. */
  readonly bare?: boolean;
}

const words = (list: string): Readonly<Record<number, string>> =>
  Object.fromEntries(list.split(' ').map((word, i) => [i + 1, word]));

const QUIET = { quiet: true };
const BARE = { bare: true };
const ADDRESS = { as: 'address', quiet: true } as const;

const BGP_STATE = { words: words('idle connect active opensent openconfirm established') };
const OSPF_NEIGHBOR_STATE = {
  words: words('down attempt init twoWay exchangeStart exchange loading full'),
};
const ENVIRONMENT_STATE = {
  words: words('normal warning critical shutdown notPresent notFunctioning'),
};
const VIRTUAL_STATE = { words: words('down loopback waiting pointToPoint') };

type Line = readonly [oid: string, name: string, more?: Omit<Column, 'name'>];

const LINES: readonly Line[] = [
  // SNMP-COMMUNITY-MIB: what a proxy adds (RFC 3584 §3.1). The community is a password.
  ['1.3.6.1.6.3.18.1.3', 'snmpTrapAddress', ADDRESS],
  ['1.3.6.1.6.3.18.1.4', 'snmpTrapCommunity', QUIET],
  ['1.3.6.1.6.3.1.1.4.3', 'snmpTrapEnterprise', QUIET],
  // IF-MIB
  ['1.3.6.1.2.1.2.2.1.1', 'ifIndex', QUIET],
  ['1.3.6.1.2.1.2.2.1.2', 'ifDescr', QUIET],
  ['1.3.6.1.2.1.2.2.1.3', 'ifType', QUIET],
  ['1.3.6.1.2.1.2.2.1.7', 'ifAdminStatus', { words: words('up down testing') }],
  [
    '1.3.6.1.2.1.2.2.1.8',
    'ifOperStatus',
    { words: words('up down testing unknown dormant notPresent lowerLayerDown') },
  ],
  ['1.3.6.1.2.1.31.1.1.1.1', 'ifName', QUIET],
  ['1.3.6.1.2.1.31.1.1.1.18', 'ifAlias', BARE],
  ['1.3.6.1.4.1.9.2.2.1.1.20', 'locIfReason', BARE],
  ['1.3.6.1.4.1.9.2.1.5', 'authAddr', ADDRESS],
  ['1.3.6.1.2.1.8.5.1.2', 'egpNeighAddr', ADDRESS],
  // BGP4-MIB, and its two vendor forms for IPv6
  ['1.3.6.1.2.1.15.3.1.2', 'bgpPeerState', BGP_STATE],
  ['1.3.6.1.2.1.15.3.1.7', 'bgpPeerRemoteAddr', ADDRESS],
  ['1.3.6.1.2.1.15.3.1.14', 'bgpPeerLastError', { as: 'hex' }],
  ['1.3.6.1.4.1.9.9.187.1.2.1.1.7', 'cbgpPeerLastErrorTxt', BARE],
  ['1.3.6.1.4.1.9.9.187.1.2.1.1.8', 'cbgpPeerPrevState', { ...BGP_STATE, quiet: true }],
  ['1.3.6.1.4.1.9.9.187.1.2.5.1.3', 'cbgpPeer2State', BGP_STATE],
  ['1.3.6.1.4.1.9.9.187.1.2.5.1.17', 'cbgpPeer2LastError', { as: 'hex' }],
  ['1.3.6.1.4.1.2636.5.1.1.2.1.1.1.2', 'jnxBgpM2PeerState', BGP_STATE],
  ['1.3.6.1.4.1.2636.5.1.1.2.1.1.1.7', 'jnxBgpM2PeerLocalAddr', ADDRESS],
  ['1.3.6.1.4.1.2636.5.1.1.2.1.1.1.11', 'jnxBgpM2PeerRemoteAddr', ADDRESS],
  ['1.3.6.1.4.1.2636.5.1.1.2.2.1.1.5', 'jnxBgpM2PeerLastErrorReceivedText', BARE],
  // OSPF-MIB, OSPF-TRAP-MIB
  ['1.3.6.1.2.1.14.1.1', 'ospfRouterId', ADDRESS],
  ['1.3.6.1.2.1.14.7.1.1', 'ospfIfIpAddress', ADDRESS],
  [
    '1.3.6.1.2.1.14.7.1.12',
    'ospfIfState',
    {
      words: words(
        'down loopback waiting pointToPoint designatedRouter backupDesignatedRouter otherRouter',
      ),
    },
  ],
  ['1.3.6.1.2.1.14.9.1.7', 'ospfVirtIfState', VIRTUAL_STATE],
  ['1.3.6.1.2.1.14.10.1.1', 'ospfNbrIpAddr', ADDRESS],
  ['1.3.6.1.2.1.14.10.1.3', 'ospfNbrRtrId', ADDRESS],
  ['1.3.6.1.2.1.14.10.1.6', 'ospfNbrState', OSPF_NEIGHBOR_STATE],
  ['1.3.6.1.2.1.14.11.1.5', 'ospfVirtNbrState', OSPF_NEIGHBOR_STATE],
  ['1.3.6.1.2.1.14.16.1.4', 'ospfPacketSrc', { as: 'address' }],
  // ISIS-MIB
  ['1.3.6.1.2.1.138.1.10.1.2', 'isisNotificationCircIfIndex', QUIET],
  ['1.3.6.1.2.1.138.1.10.1.3', 'isisPduLspId', { as: 'hex', quiet: true }],
  ['1.3.6.1.2.1.138.1.10.1.12', 'isisAdjState', { words: words('down initializing up failed') }],
  // MPLS, BFD
  ['1.3.6.1.2.1.10.166.3.2.2.1.34', 'mplsTunnelAdminStatus', { words: words('up down testing') }],
  [
    '1.3.6.1.2.1.10.166.3.2.2.1.35',
    'mplsTunnelOperStatus',
    { words: words('up down testing unknown dormant notPresent lowerLayerDown') },
  ],
  [
    '1.3.6.1.2.1.10.166.4.1.3.3.1.2',
    'mplsLdpSessionState',
    { words: words('nonexistent initialized openrec opensent operational') },
  ],
  ['1.3.6.1.2.1.10.166.11.1.2.2.1.6', 'mplsL3VpnVrfOperStatus', { words: words('up down') }],
  ['1.3.6.1.2.1.222.1.2.1.8', 'bfdSessDiag', QUIET],
  ['1.3.6.1.2.1.222.1.2.1.13', 'bfdSessDiag', QUIET],
  // UPS-MIB, PowerNet-MIB
  ['1.3.6.1.2.1.33.1.2.2', 'upsSecondsOnBattery', QUIET],
  ['1.3.6.1.2.1.33.1.2.3', 'upsEstimatedMinutesRemaining', QUIET],
  ['1.3.6.1.2.1.33.1.6.2.1.1', 'upsAlarmId', QUIET],
  ['1.3.6.1.2.1.33.1.6.2.1.2', 'upsAlarmDescr', QUIET],
  ['1.3.6.1.2.1.33.1.7.4', 'upsTestResultsDetail', BARE],
  ['1.3.6.1.4.1.318.2.3.3', 'mtrapargsString', BARE],
  // RMON-MIB, DISMAN-EVENT-MIB
  ['1.3.6.1.2.1.16.3.1.1.1', 'alarmIndex', QUIET],
  ['1.3.6.1.2.1.16.3.1.1.3', 'alarmVariable'],
  ['1.3.6.1.2.1.16.3.1.1.5', 'alarmValue'],
  ['1.3.6.1.2.1.16.3.1.1.7', 'alarmRisingThreshold'],
  ['1.3.6.1.2.1.16.3.1.1.8', 'alarmFallingThreshold'],
  ['1.3.6.1.2.1.88.2.1.1', 'mteHotTrigger'],
  ['1.3.6.1.2.1.88.2.1.2', 'mteHotTargetName', QUIET],
  ['1.3.6.1.2.1.88.2.1.3', 'mteHotContextName', QUIET],
  ['1.3.6.1.2.1.88.2.1.4', 'mteHotOID'],
  ['1.3.6.1.2.1.88.2.1.5', 'mteHotValue'],
  ['1.3.6.1.2.1.88.2.1.6', 'mteFailedReason', BARE],
  // ALARM-MIB
  ['1.3.6.1.2.1.118.1.2.2.1.10', 'alarmActiveResourceId', QUIET],
  ['1.3.6.1.2.1.118.1.2.2.1.13', 'alarmActiveModelPointer', { as: 'model' }],
  // ENTITY-MIB; Cisco sensors, environment, modules and alarms
  ['1.3.6.1.2.1.47.1.1.1.1.4', 'entPhysicalContainedIn', QUIET],
  ['1.3.6.1.4.1.9.9.91.1.1.1.1.4', 'entSensorValue'],
  ['1.3.6.1.4.1.9.9.91.1.2.1.1.2', 'entSensorThresholdSeverity', QUIET],
  ['1.3.6.1.4.1.9.9.91.1.2.1.1.3', 'entSensorThresholdRelation', QUIET],
  ['1.3.6.1.4.1.9.9.91.1.2.1.1.4', 'entSensorThresholdValue'],
  ['1.3.6.1.4.1.9.9.13.1.3.1.2', 'ciscoEnvMonTemperatureStatusDescr', BARE],
  ['1.3.6.1.4.1.9.9.13.1.3.1.3', 'ciscoEnvMonTemperatureStatusValue', QUIET],
  ['1.3.6.1.4.1.9.9.13.1.3.1.6', 'ciscoEnvMonTemperatureState', ENVIRONMENT_STATE],
  ['1.3.6.1.4.1.9.9.13.1.4.1.2', 'ciscoEnvMonFanStatusDescr', BARE],
  ['1.3.6.1.4.1.9.9.13.1.4.1.3', 'ciscoEnvMonFanState', ENVIRONMENT_STATE],
  ['1.3.6.1.4.1.9.9.13.1.5.1.2', 'ciscoEnvMonSupplyStatusDescr', BARE],
  ['1.3.6.1.4.1.9.9.13.1.5.1.3', 'ciscoEnvMonSupplyState', ENVIRONMENT_STATE],
  [
    '1.3.6.1.4.1.9.9.117.1.1.2.1.2',
    'cefcFRUPowerOperStatus',
    {
      words: words(
        'offEnvOther on offAdmin offDenied offEnvPower offEnvTemp offEnvFan failed onButFanFail ' +
          'offCooling offConnectorRating onButInlinePowerFail',
      ),
    },
  ],
  [
    '1.3.6.1.4.1.9.9.117.1.2.1.1.2',
    'cefcModuleOperStatus',
    {
      words: words(
        'unknown ok disabled okButDiagFailed boot selfTest failed missing mismatchWithParent ' +
          'mismatchConfig diagFailed dormant outOfServiceAdmin outOfServiceEnvTemp poweredDown ' +
          'poweredUp powerDenied powerCycled okButPowerOverWarning okButPowerOverCritical ' +
          'syncInProgress upgrading okButAuthFailed',
      ),
    },
  ],
  [
    '1.3.6.1.4.1.9.9.117.1.4.1.1.1',
    'cefcFanTrayOperStatus',
    { words: words('unknown up down warning') },
  ],
  ['1.3.6.1.4.1.9.9.138.1.3.3.1.3', 'ceAlarmHistEntPhysicalIndex', QUIET],
  ['1.3.6.1.4.1.9.9.138.1.3.3.1.4', 'ceAlarmHistAlarmType'],
  ['1.3.6.1.4.1.9.9.138.1.3.3.1.5', 'ceAlarmHistSeverity', QUIET],
  ['1.3.6.1.4.1.9.9.548.1.3.1.1.2', 'cErrDisableIfStatusCause'],
  [
    '1.3.6.1.4.1.9.9.106.1.2.1.1.15',
    'cHsrpGrpStandbyState',
    { words: words('initial learn listen speak standby active') },
  ],
  ['1.3.6.1.4.1.9.9.41.1.2.3.1.2', 'clogHistFacility'],
  ['1.3.6.1.4.1.9.9.41.1.2.3.1.3', 'clogHistSeverity', QUIET],
  ['1.3.6.1.4.1.9.9.41.1.2.3.1.4', 'clogHistMsgName'],
  ['1.3.6.1.4.1.9.9.41.1.2.3.1.5', 'clogHistMsgText', BARE],
  // Juniper chassis, optics, MPLS, VPN, syslog
  ['1.3.6.1.4.1.2636.3.1.8.1.6', 'jnxContentsDescr', BARE],
  ['1.3.6.1.4.1.2636.3.1.8.1.1', 'jnxContentsContainerIndex', QUIET],
  ['1.3.6.1.4.1.2636.3.1.14.1.5', 'jnxRedundancyDescr', BARE],
  ['1.3.6.1.4.1.2636.3.1.15.1.1', 'jnxFruContentsIndex', QUIET],
  ['1.3.6.1.4.1.2636.3.1.15.1.5', 'jnxFruName', BARE],
  ['1.3.6.1.4.1.2636.3.14.1.1', 'jnxLdpLspFec', ADDRESS],
  ['1.3.6.1.4.1.2636.3.14.1.2', 'jnxLdpRtrid', ADDRESS],
  ['1.3.6.1.4.1.2636.3.14.1.6', 'jnxLdpLspFecLen', QUIET],
  ['1.3.6.1.4.1.2636.3.14.1.8', 'jnxLdpInstanceName', QUIET],
  ['1.3.6.1.4.1.2636.3.36.1.3.3.1.2', 'jnxMplsLdpSesState', QUIET],
  ['1.3.6.1.4.1.2636.3.26.1.3.1.1', 'jnxVpnIfVpnType', QUIET],
  ['1.3.6.1.4.1.2636.3.26.1.3.1.2', 'jnxVpnIfVpnName'],
  ['1.3.6.1.4.1.2636.3.26.1.3.1.3', 'jnxVpnIfIndex'],
  ['1.3.6.1.4.1.2636.3.26.1.4.1.1', 'jnxVpnPwVpnType', QUIET],
  ['1.3.6.1.4.1.2636.3.26.1.4.1.2', 'jnxVpnPwVpnName'],
  ['1.3.6.1.4.1.2636.3.26.1.4.1.3', 'jnxVpnPwIndex'],
  ['1.3.6.1.4.1.2636.3.60.1.2.1.1.1', 'jnxDomLaneIndex', QUIET],
  ['1.3.6.1.4.1.2636.3.45.1.1.1.1.2', 'jnxBfdSessCurrTxInterval'],
  ['1.3.6.1.4.1.2636.3.18.1.7.1.5', 'jnxCmCfgChgEventUser'],
  ['1.3.6.1.4.1.2636.3.35.1.1.1.2', 'jnxSyslogEventName'],
  ['1.3.6.1.4.1.2636.3.35.1.1.1.4', 'jnxSyslogSeverity', QUIET],
  ['1.3.6.1.4.1.2636.3.35.1.1.1.9', 'jnxSyslogMessage', BARE],
  // Power over Ethernet, printers, VRRP
  [
    '1.3.6.1.2.1.105.1.1.1.6',
    'pethPsePortDetectionStatus',
    { words: words('disabled searching deliveringPower fault test otherFault') },
  ],
  ['1.3.6.1.2.1.105.1.3.1.1.4', 'pethMainPseConsumptionPower', QUIET],
  ['1.3.6.1.2.1.43.18.1.1.2', 'prtAlertSeverityLevel', QUIET],
  ['1.3.6.1.2.1.43.18.1.1.4', 'prtAlertGroup'],
  ['1.3.6.1.2.1.43.18.1.1.7', 'prtAlertCode'],
  ['1.3.6.1.2.1.43.18.1.1.8', 'prtAlertDescription', BARE],
  ['1.3.6.1.2.1.68.1.7.1.7', 'vrrpOperationsMasterIpAddr', { as: 'address' }],
];

export const COLUMNS: ReadonlyMap<string, Column> = new Map(
  LINES.map(([oid, name, more]) => [oid, { name, ...more }]),
);

const depths = LINES.map(([oid]) => oid.split('.').length);
const DEPTH_MIN = Math.min(...depths);
const DEPTH_MAX = Math.max(...depths);

/** Which column an object belongs to, and the rest of its OID: the instance, '' when none. */
export interface Place {
  readonly column: Column;
  readonly instance: string;
}

/**
 * Most rows have an index of one number: that is tried first. Else one pass over the OID, a look-up
 * only where some column may end: bounded for any input. No column lies below another.
 */
export function placeOf(oid: string): Place | undefined {
  const last = oid.lastIndexOf('.');
  const column = COLUMNS.get(oid.slice(0, last));
  if (column !== undefined) return { column, instance: oid.slice(last + 1) };
  let dot = -1;
  for (let depth = 1; depth <= DEPTH_MAX; depth++) {
    dot = oid.indexOf('.', dot + 1);
    const end = dot < 0 ? oid.length : dot;
    const found = depth < DEPTH_MIN ? undefined : COLUMNS.get(oid.slice(0, end));
    if (found !== undefined) return { column: found, instance: oid.slice(end + 1) };
    if (dot < 0) break;
  }
  return undefined;
}

import { type Known, says } from './library-rule.ts';

const PORT = String.raw`(?P<port>[A-Za-z][\w./:-]*\d[\w./:-]*?)`;
const PEER = String.raw`(?P<peer>[0-9A-Fa-f.:]+[0-9A-Fa-f](?:%[\w./-]+)?)`;
const TO_PORT = '{host}/{port}';
const TO_PEER = '{host}/{peer}';

const LINK = { resource: TO_PORT, type: 'link', severity: 'major' } as const;
const LINK_TEXT = { text: 'Link down: {port}', over: 'Link up: {port}' };
const PROTOCOL = { resource: TO_PORT, type: 'link.protocol', severity: 'major' } as const;
const BGP = { resource: TO_PEER, type: 'bgp.peer', severity: 'major' } as const;
const OSPF = { resource: TO_PORT, type: 'ospf.neighbor', qualifier: '{peer}' } as const;
const ISIS = { resource: TO_PORT, type: 'isis.adjacency', qualifier: '{peer}' } as const;
const LDP = { resource: TO_PEER, type: 'ldp.session', severity: 'major' } as const;
const BFD = { resource: TO_PORT, type: 'bfd.session', qualifier: '{peer}' } as const;
const SUPPLY = { resource: '{host}/{unit}', type: 'chassis.supply', severity: 'major' } as const;
const FAN = { resource: '{host}/{unit}', type: 'chassis.fan', severity: 'major' } as const;
const HEAT = { resource: '{host}/{unit}', type: 'chassis.temperature' } as const;
const ALARM = { resource: '{host}', type: 'chassis.alarm', qualifier: '{reason}' } as const;

/**
 * What routers, switches and firewalls say in syslog that begins and ends, and a little that only
 * happens. In each line: where it is said, what raises, what clears. Wordings are those of the
 * vendors' message guides.
 */
export const NETWORK: readonly Known[] = [
  // Cisco IOS, IOS XE, IOS XR; Arista and others that took over the words
  says('link as planned (Cisco)', 'tag=~"(.+-)?LINK-(UPDOWN|CHANGED)"', {
    ...LINK,
    severity: 'warning',
    raise: `Interface ${PORT}, changed state to administratively down`,
    text: 'Link down as planned: {port}',
  }),
  says('link (Cisco, Arista)', 'tag=~"(.+-)?LINK-(UPDOWN|CHANGED)"', {
    ...LINK,
    ...LINK_TEXT,
    raise: `Interface ${PORT}, changed state to [Dd]own`,
    clear: `Interface ${PORT}, changed state to [Uu]p`,
  }),
  says('line protocol (Cisco, Arista)', 'tag=~"(.+-)?LINEPROTO-UPDOWN"', {
    ...PROTOCOL,
    raise: `Line protocol on Interface ${PORT}, changed state to [Dd]own`,
    clear: `Line protocol on Interface ${PORT}, changed state to [Uu]p`,
    text: 'Line protocol down: {port}',
    over: 'Line protocol up: {port}',
  }),
  says('port switched off by an error (Cisco)', 'tag=~"(.+-)?PM-ERR_(DISABLE|RECOVER)"', {
    resource: TO_PORT,
    type: 'link.errdisabled',
    severity: 'major',
    raise: `(?P<cause>[\\w-]+) error detected on ${PORT},`,
    clear: `recover from [\\w-]+ err-disable state on ${PORT}$`,
    text: 'Switched off after an error: {port} ({cause})',
    over: 'Taken into use again: {port}',
  }),
  says('port channel (Cisco)', 'tag=~"EC(-SP)?-(UN)?BUNDLE"', {
    resource: TO_PORT,
    type: 'lag.member',
    severity: 'minor',
    raise: `Interface ${PORT} left the port-channel (?P<group>[\\w-]+)`,
    clear: `Interface ${PORT} joined port-channel`,
    text: 'Left its port channel {group}: {port}',
    over: 'Joined its port channel: {port}',
  }),
  says('BGP (Cisco, FRR)', 'tag=~"(ROUTING-)?BGP-ADJCHANGE"', {
    ...BGP,
    raise: `neighbor ${PEER}(?:\\([^)]*\\))? (?:.* )?Down(?P<cause>.*)`,
    clear: `neighbor ${PEER}(?:\\([^)]*\\))? (?:.* )?Up\\b`,
    text: 'BGP peer lost: {peer}{cause}',
    over: 'BGP peer established: {peer}',
  }),
  says('BGP (FRR)', 'app=~"bgpd"', {
    ...BGP,
    raise: `%ADJCHANGE: neighbor ${PEER}(?:\\([^)]*\\))? in vrf \\S+ Down(?P<cause>.*)`,
    clear: `%ADJCHANGE: neighbor ${PEER}(?:\\([^)]*\\))? in vrf \\S+ Up\\b`,
    text: 'BGP peer lost: {peer}{cause}',
    over: 'BGP peer established: {peer}',
  }),
  says('BGP (Arista)', 'tag="BGP-ADJCHANGE"', {
    ...BGP,
    raise: `peer ${PEER} .*old state Established event (?P<cause>\\S+)`,
    clear: `peer ${PEER} .*new state Established`,
    text: 'BGP peer lost: {peer} ({cause})',
    over: 'BGP peer established: {peer}',
  }),
  says('OSPF (Cisco)', 'tag=~"(ROUTING-)?OSPF(v3)?-ADJCH(G|ANGE)"', {
    ...OSPF,
    severity: 'major',
    raise: `Nbr ${PEER} on ${PORT}(?: in area \\S+)? (?:from \\S+ to|went) DOWN(?P<cause>.*)`,
    clear: `Nbr ${PEER} on ${PORT}(?: in area \\S+)? (?:from \\S+ to|went) FULL`,
    text: 'OSPF neighbour lost: {peer} on {port}{cause}',
    over: 'OSPF neighbour full: {peer} on {port}',
  }),
  says('IS-IS (Cisco)', 'tag=~"CLNS-ADJCHANGE|ROUTING-ISIS-ADJCHANGE"', {
    ...ISIS,
    severity: 'major',
    raise: `Adjacency to (?P<peer>\\S+) \\(${PORT}\\)(?: \\(L\\d\\))? Down(?P<cause>.*)`,
    clear: `Adjacency to (?P<peer>\\S+) \\(${PORT}\\)(?: \\(L\\d\\))? Up\\b`,
    text: 'IS-IS adjacency lost: {peer} on {port}{cause}',
    over: 'IS-IS adjacency up: {peer} on {port}',
  }),
  says('EIGRP (Cisco)', 'tag=~"(ROUTING-)?(DUAL|EIGRP)-NBRCHANGE"', {
    resource: TO_PORT,
    type: 'eigrp.neighbor',
    qualifier: '{peer}',
    severity: 'major',
    raise: `Neighbor ${PEER} \\(${PORT}\\) is down(?P<cause>.*)`,
    clear: `Neighbor ${PEER} \\(${PORT}\\) is up`,
    text: 'EIGRP neighbour lost: {peer} on {port}{cause}',
    over: 'EIGRP neighbour up: {peer} on {port}',
  }),
  says('LDP (Cisco)', 'tag=~"(ROUTING-)?LDP-NBR_?CH(G|ANGE)"', {
    ...LDP,
    raise: String.raw`Neighbor (?P<peer>[0-9.]+):\d+ .*is DOWN(?P<cause>.*)`,
    clear: String.raw`Neighbor (?P<peer>[0-9.]+):\d+ .*is UP`,
    text: 'LDP session down: {peer}{cause}',
    over: 'LDP session up: {peer}',
  }),
  says('BFD (Cisco XR)', 'tag=~"L2-BFD-SESSION_STATE_(UP|DOWN)"', {
    ...BFD,
    severity: 'major',
    raise: `neighbor ${PEER} on interface ${PORT} has gone down(?P<cause>.*)`,
    clear: `neighbor ${PEER} on interface ${PORT} is up`,
    text: 'BFD session down: {peer} on {port}{cause}',
    over: 'BFD session up: {peer} on {port}',
  }),
  says('HSRP, VRRP (Cisco)', 'tag=~"(HSRP|VRRP)-STATECHANGE"', {
    resource: TO_PORT,
    type: 'hsrp.group',
    qualifier: '{group}',
    severity: 'warning',
    raise: `${PORT} Grp (?P<group>\\d+) state \\S+ -> (?P<state>Init|Learn|Listen|Speak|Disabled)`,
    clear: `${PORT} Grp (?P<group>\\d+) state \\S+ -> (?:Active|Standby|Master|Backup)`,
    text: 'Group {group} has no part on {port}: {state}',
    over: 'Group {group} has its part on {port}',
  }),
  says('too many wrong passwords (Cisco)', 'tag=~"SEC_LOGIN-QUIET_MODE_(ON|OFF)"', {
    type: 'login.blocked',
    severity: 'minor',
    raise: 'QUIET_MODE_ON: (?P<cause>.*)',
    clear: 'QUIET_MODE_OFF',
    text: 'Sign-in blocked after wrong passwords: {cause}',
    over: 'Sign-in open again',
  }),
  says('restart (Cisco)', 'tag=~"(.+-)?SYS-(RESTART|RELOAD)"', {
    type: 'device.restart',
    severity: 'warning',
    occurrence: 'SYS-5-(?:RESTART|RELOAD): (?P<cause>.*)',
    text: 'Restarted: {cause}',
  }),

  // Supplies, fans, heat of Cisco
  says('power supply (Cisco ASR, ISR)', 'tag=~"PEM-PEM(FAIL|OK)|PEM-PEMCHASFSERR"', {
    ...SUPPLY,
    raise: String.raw`(?P<unit>PEM in slot \w+) is switched off or`,
    clear: String.raw`(?P<unit>PEM in slot \w+) is functioning properly`,
    text: 'Power supply failed: {unit}',
    over: 'Power supply works: {unit}',
  }),
  says('power supply (Catalyst)', 'tag=~"PLATFORM_(FEP|ENV)-FRU_PS_(SIGNAL|ACCESS)_(FAULTY|OK)"', {
    ...SUPPLY,
    raise: String.raw`(?P<unit>Switch \d+: signal on power supply \w+) is faulty`,
    clear: String.raw`(?P<unit>Switch \d+: signal on power supply \w+) is restored`,
    text: 'Power supply failed: {unit}',
    over: 'Power supply works: {unit}',
  }),
  says('power supply (Nexus)', 'tag=~"PLATFORM-PS_(FAIL|OK)"', {
    ...SUPPLY,
    raise: String.raw`(?i)(?P<unit>power supply \d+) failed`,
    clear: String.raw`(?i)(?P<unit>power supply \d+) ok`,
    text: 'Power supply failed: {unit}',
    over: 'Power supply works: {unit}',
  }),
  says('power supply (Catalyst 6500)', 'tag=~"C6KPWR(-SP|-SW\\\\d_SP)?-PS(FAIL|OK)"', {
    ...SUPPLY,
    raise: String.raw`(?P<unit>power supply \d+) output failed`,
    clear: String.raw`(?P<unit>power supply \d+) turned on`,
    text: 'Power supply failed: {unit}',
    over: 'Power supply works: {unit}',
  }),
  says('fan (Catalyst 6500)', 'tag=~"C6KENV(-SP|-SW\\\\d_SP)?-PSFAN(FAILED|OK)"', {
    ...FAN,
    raise: String.raw`(?P<unit>fan in power supply \d+) has failed`,
    clear: String.raw`(?P<unit>fan in power supply \d+) is OK`,
    text: 'Fan failed: {unit}',
    over: 'Fan works: {unit}',
  }),
  says('fan (Nexus)', 'tag="PLATFORM-FAN_STATUS"', {
    ...FAN,
    raise: String.raw`(?P<unit>Fan module \d+) .*current-status is FAN_(?:FAIL|ABSENT)`,
    clear: String.raw`(?P<unit>Fan module \d+) .*current-status is FAN_OK`,
    text: 'Fan failed: {unit}',
    over: 'Fan works: {unit}',
  }),
  says('temperature (Nexus)', 'tag=~"PLATFORM-MOD_TEMP(MAJALRM|MINALRM|OK|RECOVER)"', {
    ...HEAT,
    severity: 'critical',
    clear: String.raw`MOD_TEMP(?:OK|RECOVER): (?P<unit>Module-\d+)`,
    raise: String.raw`(?P<unit>Module-\d+) .*(?:exceeded|alarm|threshold)`,
    text: 'Too hot: {unit}',
    over: 'Temperature normal: {unit}',
  }),

  // Cisco NX-OS ports, ASA
  says('link as planned (Nexus)', 'tag=~"ETHPORT-IF_DOWN_(ADMIN_DOWN|CFG_CHANGE)"', {
    ...LINK,
    severity: 'warning',
    raise: `Interface ${PORT} is down`,
    text: 'Link down as planned: {port}',
  }),
  says('link (Nexus)', 'tag=~"ETHPORT-IF_(DOWN_.+|DOWN|UP)"', {
    ...LINK,
    raise: `Interface ${PORT} is down ?(?P<cause>.*)`,
    clear: `Interface ${PORT} is up`,
    text: 'Link down: {port} {cause}',
    over: 'Link up: {port}',
  }),
  says('link (Cisco ASA)', 'tag=~"(ASA|FTD)-41100[12]"', {
    ...LINK,
    ...LINK_TEXT,
    raise: 'Line protocol on Interface (?P<port>\\S+), changed state to down',
    clear: 'Line protocol on Interface (?P<port>\\S+), changed state to up',
  }),
  says('failover (Cisco ASA)', 'tag=~"(ASA|FTD)-10504[23]"', {
    type: 'firewall.failover',
    severity: 'critical',
    raise: 'Failover interface failed',
    clear: 'Failover interface OK',
    text: 'Failover interface failed',
    over: 'Failover interface works',
  }),

  // Juniper
  says('link as planned (Juniper)', 'tag="SNMP_TRAP_LINK_DOWN"', {
    ...LINK,
    severity: 'warning',
    raise: String.raw`ifAdminStatus down\(2\).*ifName (?P<port>\S+)`,
    text: 'Link down as planned: {port}',
  }),
  says('link (Juniper)', 'tag=~"SNMP_TRAP_LINK_(DOWN|UP)"', {
    ...LINK,
    ...LINK_TEXT,
    raise: 'ifOperStatus down.* ifName (?P<port>\\S+)',
    clear: 'ifOperStatus up\\(1\\), ifName (?P<port>\\S+)',
  }),
  says('BGP (Juniper)', 'tag="RPD_BGP_NEIGHBOR_STATE_CHANGED"', {
    ...BGP,
    raise: `BGP peer ${PEER} .*from Established to \\S+(?P<cause>.*)`,
    clear: `BGP peer ${PEER} .*to Established`,
    text: 'BGP peer lost: {peer}{cause}',
    over: 'BGP peer established: {peer}',
  }),
  says('OSPF (Juniper)', 'tag=~"RPD_OSPF_NBR(DOWN|UP)"', {
    ...OSPF,
    severity: 'major',
    raise: `OSPF neighbor ${PEER} \\(realm \\S+ ${PORT} .*to Down(?P<cause>.*)`,
    clear: `OSPF neighbor ${PEER} \\(realm \\S+ ${PORT} .*to Full`,
    text: 'OSPF neighbour lost: {peer} on {port}{cause}',
    over: 'OSPF neighbour full: {peer} on {port}',
  }),
  says('IS-IS (Juniper)', 'tag=~"RPD_ISIS_ADJ(DOWN|UP)"', {
    ...ISIS,
    severity: 'major',
    raise: 'lost L\\d adjacency to (?P<peer>\\S+) on (?P<port>[^\\s,]+)(?P<cause>.*)',
    clear: 'new L\\d adjacency to (?P<peer>\\S+) on (?P<port>[^\\s,]+)',
    text: 'IS-IS adjacency lost: {peer} on {port}{cause}',
    over: 'IS-IS adjacency up: {peer} on {port}',
  }),
  says('LDP (Juniper)', 'tag=~"RPD_LDP_SESSION(DOWN|UP)"', {
    ...LDP,
    raise: `LDP session ${PEER} is down(?P<cause>.*)`,
    clear: `LDP session ${PEER} is up`,
    text: 'LDP session down: {peer}{cause}',
    over: 'LDP session up: {peer}',
  }),
  says('BFD (Juniper)', 'tag=~"BFDD_(TRAP_.+|STATE)_(DOWN|UP)(_.+)?"', {
    ...BFD,
    severity: 'major',
    raise: 'state: down, interface: (?P<port>[^\\s,]+), peer addr: (?P<peer>\\S+)',
    clear: 'state: up, interface: (?P<port>[^\\s,]+), peer addr: (?P<peer>\\S+)',
    text: 'BFD session down: {peer} on {port}',
    over: 'BFD session up: {peer} on {port}',
  }),
  says('alarm of the chassis (Juniper)', 'app=~"alarmd|craftd"', {
    ...ALARM,
    severity: 'major',
    raise: '(?:Alarm set: .*reason=|(?:Major|Minor) alarm set, )(?P<reason>.+)',
    clear: '(?:Alarm cleared: .*reason=|(?:Major|Minor) alarm cleared, )(?P<reason>.+)',
    text: 'Alarm of the chassis: {reason}',
    over: 'Alarm of the chassis over: {reason}',
  }),
  says('power supply (Juniper)', 'tag=~"CHASSISD_SNMP_TRAP\\\\d+"', {
    ...SUPPLY,
    raise: 'Power Supply failed .*jnxContentsDescr (?P<unit>[^,]+)',
    clear: 'Power Supply OK .*jnxContentsDescr (?P<unit>[^,]+)',
    text: 'Power supply failed: {unit}',
    over: 'Power supply works: {unit}',
  }),
  says('fan (Juniper)', 'tag=~"CHASSISD_SNMP_TRAP\\\\d+"', {
    ...FAN,
    raise: 'Fan/Blower Failed .*jnxContentsDescr (?P<unit>[^,]+)',
    clear: 'Fan/Blower OK .*jnxContentsDescr (?P<unit>[^,]+)',
    text: 'Fan failed: {unit}',
    over: 'Fan works: {unit}',
  }),
  says('temperature (Juniper)', 'tag=~"CHASSISD_SNMP_TRAP\\\\d+"', {
    ...HEAT,
    severity: 'critical',
    raise: 'Over Temperature!? .*jnxContentsDescr (?P<unit>[^,]+)',
    clear: 'Temperature back to normal .*jnxContentsDescr (?P<unit>[^,]+)',
    text: 'Too hot: {unit}',
    over: 'Temperature normal: {unit}',
  }),

  // Huawei, H3C/HPE Comware, ProCurve, MikroTik, Nokia
  says('link (Huawei)', 'tag="IFNET/LINK_STATE"', {
    ...PROTOCOL,
    raise: `interface ${PORT} has (?:entered the DOWN|turned into DOWN) state`,
    clear: `interface ${PORT} has (?:entered the UP|turned into UP) state`,
    text: 'Line protocol down: {port}',
    over: 'Line protocol up: {port}',
  }),
  says('link (Comware)', 'tag=~"IFNET/(LINK|PHY)_UPDOWN"', {
    ...LINK,
    ...LINK_TEXT,
    raise: `${PORT} (?:link status is DOWN|changed to down)`,
    clear: `${PORT} (?:link status is UP|changed to up)`,
  }),
  says('link (ProCurve)', 'app="ports"', {
    ...LINK,
    raise: String.raw`port (?P<port>\w+) is now off-line`,
    clear: String.raw`port (?P<port>\w+) is now on-line`,
    ...LINK_TEXT,
  }),
  says('link (MikroTik)', 'app=""', {
    ...LINK,
    ...LINK_TEXT,
    raise: String.raw`^interface,info (?P<port>\S+) link down`,
    clear: String.raw`^interface,info (?P<port>\S+) link up`,
  }),
  says('link (Nokia SR OS)', 'app=~"TMNX|tmnx"', {
    ...LINK,
    ...LINK_TEXT,
    raise: 'linkDown-\\d+ .*Interface (?P<port>\\S+) is not operational',
    clear: 'linkUp-\\d+ .*Interface (?P<port>\\S+) is operational',
  }),
];

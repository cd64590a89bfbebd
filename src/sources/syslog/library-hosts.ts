import { type Known, says } from './library-rule.ts';

const PORT = String.raw`(?P<port>[a-z][\w.-]*\d[\w.-]*)`;
const UNIT = String.raw`(?P<unit>[\w@.\\:-]+\.(?:service|mount|timer|socket))`;
const LINK = {
  resource: '{host}/{port}',
  type: 'link',
  severity: 'major',
  text: 'Link down: {port}',
  over: 'Link up: {port}',
} as const;

const BOND = {
  resource: '{host}/{port}',
  type: 'lag.member',
  severity: 'minor',
  text: 'Left its bond: {port}',
  over: 'Back in its bond: {port}',
} as const;
const FILES = {
  resource: '{host}/{disk}',
  type: 'filesystem.error',
  severity: 'critical',
  text: 'File system damaged: {text}',
} as const;

/** What Linux and what runs on it say that begins and ends, and what needs a person. */
export const HOSTS: readonly Known[] = [
  says('link (Linux)', 'app="kernel"', {
    ...LINK,
    raise: String.raw`\b${PORT}(?:: \(slave \S+\))?:? (?:NIC )?[Ll]ink (?:is )?[Dd]own`,
    clear: String.raw`\b${PORT}:? (?:NIC )?[Ll]ink (?:is )?[Uu]p`,
  }),
  says('member of a bond (Linux)', 'app="kernel"', {
    ...BOND,
    raise: String.raw`slave (?P<port>[\w.-]+)\): link status definitely down`,
    clear: String.raw`slave (?P<port>[\w.-]+)\): link status definitely up`,
  }),
  says('member of a bond (Linux before 5.3)', 'app="kernel"', {
    ...BOND,
    raise: String.raw`link status definitely down for interface (?P<port>[\w.-]+)`,
    clear: String.raw`link status definitely up for interface (?P<port>[\w.-]+)`,
  }),
  says('temperature (Linux)', 'app="kernel"', {
    resource: '{host}/{unit}',
    type: 'chassis.temperature',
    severity: 'major',
    raise: String.raw`(?P<unit>CPU\d+): (?:Core|Package) temperature above threshold`,
    clear: String.raw`(?P<unit>CPU\d+): (?:Core|Package) temperature/speed normal`,
    text: 'Too hot: {unit}',
    over: 'Temperature normal: {unit}',
  }),
  says('NFS (Linux)', 'app="kernel"', {
    resource: '{host}',
    type: 'nfs.server',
    qualifier: '{server}',
    severity: 'major',
    raise: String.raw`nfs: server (?P<server>\S+) not responding`,
    clear: String.raw`nfs: server (?P<server>\S+) OK`,
    text: 'File server {server} does not answer',
    over: 'File server {server} answers',
  }),
  says('out of memory (Linux)', 'app="kernel"', {
    type: 'memory.exhausted',
    severity: 'major',
    occurrence: String.raw`Out of memory:? Kill(?:ed)? process \d+ \((?P<process>[^)]*)\)`,
    text: 'Out of memory, ended: {process}',
  }),
  says('disk (Linux)', 'app="kernel"', {
    resource: '{host}/{disk}',
    type: 'disk.error',
    severity: 'major',
    occurrence: String.raw`I/O error, dev (?P<disk>[\w-]+)`,
    text: 'Read or write errors: {disk}',
  }),
  says('file system ext4 (Linux)', 'app="kernel"', {
    ...FILES,
    occurrence: String.raw`EXT4-fs error \(device (?P<disk>[\w-]+)\)`,
  }),
  says('file system Btrfs (Linux)', 'app="kernel"', {
    ...FILES,
    occurrence: String.raw`BTRFS (?:error|critical) \(device (?P<disk>[\w-]+)`,
  }),
  says('file system XFS (Linux)', 'app="kernel"', {
    ...FILES,
    occurrence: String.raw`XFS \((?P<disk>[\w-]+)\): .*(?:[Cc]orruption|I/O error|[Ss]hut)`,
  }),
  says('RAID (Linux)', 'app="kernel"', {
    resource: '{host}/{array}',
    type: 'raid.disk',
    qualifier: '{disk}',
    severity: 'major',
    occurrence: String.raw`md/raid\w*:(?P<array>\w+): Disk failure on (?P<disk>\w+)`,
    text: 'Disk of the array failed: {disk}',
  }),
  says('hardware error (Linux)', 'app="kernel"', {
    type: 'hardware.error',
    severity: 'major',
    occurrence: String.raw`\[Hardware Error\]: .*[Mm]achine [Cc]heck`,
    text: 'The processor reports errors of the hardware',
  }),
  says('service (systemd)', 'app="systemd"', {
    resource: '{host}/{unit}',
    type: 'service',
    severity: 'major',
    raise: `${UNIT}: Failed with result`,
    clear: String.raw`(?:Started|Mounted|Finished) ${UNIT}\b`,
    text: 'Failed: {unit}',
    over: 'Started: {unit}',
  }),
  says('too many wrong passwords (OpenSSH)', 'app=~"sshd(-session)?"', {
    type: 'login.failures',
    severity: 'warning',
    occurrence:
      'maximum authentication attempts exceeded for .* from (?P<address>\\S+)|Too many auth',
    text: 'Too many wrong passwords {address}',
  }),
  says('disk (smartd)', 'app="smartd"', {
    resource: '{host}/{disk}',
    type: 'disk.health',
    severity: 'major',
    occurrence:
      String.raw`Device: (?P<disk>\S+)[^,]*, ` +
      String.raw`(?P<what>FAILED SMART.*|\d+ (?:Currently unreadable|Offline uncorrectable).*)`,
    text: 'Disk about to fail: {disk}: {what}',
  }),
  says('UPS on battery (NUT)', 'app="upsmon"', {
    resource: '{host}/{ups}',
    type: 'ups.battery',
    severity: 'major',
    raise: String.raw`UPS (?P<ups>\S+) on battery`,
    clear: String.raw`UPS (?P<ups>\S+) on line power`,
    text: 'UPS runs on battery: {ups}',
    over: 'UPS on mains: {ups}',
  }),
  says('UPS silent (NUT)', 'app="upsmon"', {
    resource: '{host}/{ups}',
    type: 'ups.communication',
    severity: 'major',
    raise: String.raw`Communications with UPS (?P<ups>\S+) lost`,
    clear: String.raw`Communications with UPS (?P<ups>\S+) established`,
    text: 'UPS silent: {ups}',
    over: 'UPS answers: {ups}',
  }),
  says('UPS on battery (apcupsd)', 'app="apcupsd"', {
    type: 'ups.battery',
    severity: 'major',
    raise: 'Power failure\\.|Running on UPS batteries',
    clear: 'Power is back',
    text: 'UPS runs on battery',
    over: 'UPS on mains',
  }),
  says('VRRP (keepalived)', 'app=~"Keepalived(_vrrp)?"', {
    resource: '{host}',
    type: 'vrrp.group',
    qualifier: '{group}',
    severity: 'major',
    raise: String.raw`\(?(?P<group>\w+)\)? [Ee]ntering FAULT STATE`,
    clear: String.raw`\(?(?P<group>\w+)\)? [Ee]ntering (?:MASTER|BACKUP) STATE`,
    text: 'Group {group} is at fault',
    over: 'Group {group} has its part',
  }),
  says('clock (chrony)', 'app="chronyd"', {
    type: 'clock.unset',
    severity: 'minor',
    raise: "Can't synchronise: (?P<cause>.*)",
    clear: 'Selected source \\S+',
    text: 'No time server to follow: {cause}',
    over: 'A time server is followed',
  }),
];

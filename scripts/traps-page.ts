import type { Part, Trap } from '../src/sources/snmp/rules.ts';
import { TABLE_NAMES, TRAPS, trapsOf } from '../src/sources/snmp/tables.ts';

const TITLES: Readonly<Record<string, string>> = {
  ietf: 'IETF and IEEE',
  cisco: 'Cisco',
  juniper: 'Juniper',
  nokia: 'Nokia SR OS',
  huawei: 'Huawei',
  arista: 'Arista',
  apc: 'APC',
  'net-snmp': 'net-snmp',
  'aruba-cx': 'Aruba CX',
  aruba: 'Aruba controllers and ClearPass',
  brocade: 'Brocade fabric switches',
  checkpoint: 'Check Point',
  ciena: 'Ciena',
  dell: 'Dell: iDRAC, OpenManage, storage, OS10, PDUs',
  eaton: 'Eaton: UPS, ePDU, transfer switches',
  ericsson: 'Ericsson routers',
  extreme: 'Extreme Networks',
  f5: 'F5 BIG-IP',
  fortinet: 'Fortinet',
  foundry: 'Foundry, Brocade and Ruckus switches',
  geist: 'Geist and Vertiv PDUs',
  h3c: 'H3C and HPE Comware',
  'hp-procurve': 'HP ProCurve and ArubaOS-Switch',
  hpe: 'HPE ProLiant servers and racks',
  lenovo: 'Lenovo XClarity',
  mge: 'MGE UPS',
  mikrotik: 'MikroTik',
  netapp: 'NetApp',
  netgear: 'Netgear',
  netscreen: 'Juniper NetScreen',
  paloalto: 'Palo Alto Networks',
  qnap: 'QNAP',
  raritan: 'Raritan PDUs',
  servertech: 'Server Technology PDUs',
  ubiquiti: 'Ubiquiti EdgeSwitch',
  vertiv: 'Liebert, Vertiv UPS and cooling',
  vmware: 'VMware',
  zte: 'ZTE',
};

const partOf = (part: Part): string => {
  if (part.is === 'device') return 'the device';
  const by = part.is === 'index' ? `row of ${part.columns[0]}` : part.columns.join(', ');
  return `${part.prefix} ${by}`.trim() || 'the device';
};

function severityOf({ severity, howBad }: Trap): string {
  const by = howBad ?? severity;
  return typeof by === 'object' ? `by ${by.column}` : (by ?? '');
}

/** What ends it, in a few words. */
function endOf(trap: Trap): string {
  if (trap.does === 'clear') return 'clears';
  if (trap.does === 'event') return 'never: an event';
  if (trap.does === 'limit') return 'itself, by value';
  if (trap.does === 'state') return 'itself, by state';
  const lease = trap.lease === undefined ? '' : `silence of ${trap.lease / 1_000} s`;
  const pairs = TRAPS.filter(
    (other) => other.does === 'clear' && other.type === trap.type && other.part === trap.part,
  );
  return [...pairs.map(({ name }) => name), lease].filter((end) => end !== '').join(', ');
}

function typeOf({ type }: Trap): string {
  if (typeof type === 'string') return `\`${type}\``;
  return 'named' in type ? `of the notification in ${type.named}` : `by ${type.column}`;
}

function row(trap: Trap): string {
  const type = typeOf(trap);
  const cells = [trap.name, trap.oid, type, severityOf(trap), partOf(trap.part)];
  return `| ${[...cells, endOf(trap)].join(' | ')} |`;
}

const HEADS = `| notification | OID | alarm type | severity | part | ended by |
| --- | --- | --- | --- | --- | --- |`;

/** Every notification the desk understands by itself, from the tables. */
export function trapsPage(made: string): string {
  const parts = TABLE_NAMES.map((name) => {
    const rows = trapsOf(name).map(row).join('\n');
    return `## ${TITLES[name] ?? name}\n\n${HEADS}\n${rows}\n`;
  });
  return `# SNMP notifications

${made}
${TRAPS.length} notifications that the desk understands by itself: which alarm they raise or clear,
on which part of the device. Others become an event with all that they carried. An OID is found with
and without \`.0.\` before its last number.

${parts.join('\n')}`;
}

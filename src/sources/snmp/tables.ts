import { readFileSync } from 'node:fs';
import { TableReader } from './read-table.ts';
import type { Column, Trap } from './rules.ts';

/** The tables of notifications, in the order they are read: traps-NAME.txt. */
export const TABLE_NAMES: readonly string[] = [
  'ietf',
  'cisco',
  'juniper',
  'nokia',
  'huawei',
  'arista',
  'apc',
  'net-snmp',
  'aruba-cx',
  'aruba',
  'brocade',
  'checkpoint',
  'ciena',
  'dell',
  'eaton',
  'ericsson',
  'extreme',
  'f5',
  'fortinet',
  'foundry',
  'geist',
  'h3c',
  'hp-procurve',
  'hpe',
  'lenovo',
  'mge',
  'mikrotik',
  'netapp',
  'netgear',
  'netscreen',
  'paloalto',
  'qnap',
  'raritan',
  'servertech',
  'ubiquiti',
  'vertiv',
  'vmware',
  'zte',
];

const reader = new TableReader();
const ends = new Map<string, number>();

/** A fault here is a fault of ours: it is found by the first test that starts. */
for (const name of TABLE_NAMES) {
  reader.read(readFileSync(new URL(`./traps-${name}.txt`, import.meta.url), 'utf8'));
  const [fault] = reader.faults;
  if (fault !== undefined) throw new Error(`traps-${name}.txt:${fault.line}: ${fault.why}`);
  ends.set(name, reader.traps.length);
}

export const TRAPS: readonly Trap[] = reader.traps;
export const COLUMNS: ReadonlyMap<string, Column> = reader.columns;

/** The notifications of one table. */
export function trapsOf(name: string): readonly Trap[] {
  const before = TABLE_NAMES[TABLE_NAMES.indexOf(name) - 1] ?? '';
  return TRAPS.slice(ends.get(before) ?? 0, ends.get(name));
}

const BY_OID = new Map(
  TRAPS.flatMap((trap) => [[trap.oid, trap] as const, [otherForm(trap.oid), trap]]),
);

/**
 * The line of a notification, by its OID in either form: v1 puts `.0.` before the last number (RFC
 * 3584 §3.1), and MIBs converted from SMIv1 leave it out of v2c.
 */
export const trapOf = (oid: string): Trap | undefined => BY_OID.get(oid);

/** With `.0.` before the last number what came without, and the other way round. */
function otherForm(oid: string): string {
  const dot = oid.lastIndexOf('.');
  return oid.slice(0, dot).endsWith('.0')
    ? oid.slice(0, dot - 2) + oid.slice(dot)
    : `${oid.slice(0, dot)}.0${oid.slice(dot)}`;
}

const depths = [...COLUMNS.keys()].map((oid) => oid.split('.').length);
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

// node test/snmp/table-fuzz.ts [--count N] [--seed N]
// Every notification of the tables, and of a module, with objects that fit and that do not: no
// throw, no broken limit. One in sixteen is a spoilt table, which has faults and never throws.
import { readFileSync } from 'node:fs';
import { decode } from '../../src/sources/snmp/message.ts';
import { TableReader } from '../../src/sources/snmp/read-table.ts';
import { COLUMNS, TABLE_NAMES, TRAPS } from '../../src/sources/snmp/tables.ts';
import { eventsOf } from '../../src/sources/snmp/translate.ts';
import { runByHand } from '../sources/fuzz-run.ts';
import { faultsOf } from '../sources/limits.ts';
import { type Rng, seeded } from '../sources/mutate.ts';
import { compileText } from './compile-text.ts';
import { datagramOf, type Pair, type Value } from './datagram.ts';
import { mutatedTree } from './mutate.ts';

const names = compileText(readFileSync(new URL('./acme-mib.txt', import.meta.url), 'latin1'));
const ACME = '1.3.6.1.4.1.4711';
const columns = [...COLUMNS.keys()];
const modules = [1, 2, 3, 4, 5, 6].map((column) => `${ACME}.1.1.${column}`);
const traps = [...TRAPS.map(({ oid }) => oid), `${ACME}.0.1`, `${ACME}.0.2`, `${ACME}.0.99`];
const tables = TABLE_NAMES.map((name) =>
  readFileSync(new URL(`../../src/sources/snmp/traps-${name}.txt`, import.meta.url), 'utf8'),
);

/** The columns a trap's part and severity are read from: what must be there to get any further. */
const fitting = new Map(
  TRAPS.map((trap) => {
    const of = trap.part.is === 'device' ? [] : trap.part.columns;
    const graded = typeof trap.severity === 'object' ? [trap.severity.column] : [];
    const typed = typeof trap.type === 'object' && 'column' in trap.type ? [trap.type.column] : [];
    const wanted = new Set([...of, ...graded, ...typed]);
    return [trap.oid, [...COLUMNS].filter(([, { name }]) => wanted.has(name)).map(([oid]) => oid)];
  }),
);

const INSTANCES = ['0', '7', '1.2.3', '1.4.192.0.2.9', '4294967295', '3.97.98.99', '', '2.16.0.1'];

function anything(rng: Rng): Value {
  const kind = rng(8);
  if (kind < 3) return { integer: rng(4) === 0 ? rng(0x7fff_ffff) : rng(12) };
  if (kind === 3) return { text: 'x'.repeat(1 << rng(rng(8) === 0 ? 12 : 5)) };
  if (kind === 4) return { bytes: Array.from({ length: rng(18) }, () => rng(256)) };
  if (kind === 5) return { oid: traps[rng(traps.length)] ?? '0.0' };
  if (kind === 6) return { address: `192.0.2.${rng(256)}` };
  return { tag: 0x40 + rng(72), content: Array.from({ length: rng(10) }, () => rng(256)) };
}

function notification(rng: Rng): Uint8Array {
  const trap = traps[rng(traps.length)] ?? '';
  const own = fitting.get(trap) ?? modules;
  const varbinds = Array.from({ length: rng(7) }, (): Pair => {
    const all = own.length > 0 && rng(4) > 0 ? own : rng(8) === 0 ? modules : columns;
    const instance = INSTANCES[rng(INSTANCES.length)] ?? '';
    const column = all[rng(all.length)] ?? ACME;
    return [instance === '' ? column : `${column}.${instance}`, anything(rng)];
  });
  const dot = trap.lastIndexOf('.');
  const whole =
    rng(4) === 0
      ? datagramOf({
          enterprise: trap.slice(0, dot).replace(/\.0$/, ''),
          specific: Number(trap.slice(dot + 1)),
          varbinds,
        })
      : datagramOf({ trap, varbinds });
  return rng(4) === 0 ? mutatedTree(whole, rng) : whole;
}

/** Lines of a table, with fields dropped, doubled and exchanged. */
function spoiltTable(rng: Rng): string {
  const lines = (tables[rng(tables.length)] ?? '').split('\n');
  const from = rng(lines.length);
  const some = [lines[0] ?? '', ...lines.slice(from, from + 1 + rng(24))];
  for (let n = 1 + rng(4); n > 0; n--) {
    const at = rng(some.length);
    const fields = (some[at] ?? '').split(/\s+/);
    const other = (lines[rng(lines.length)] ?? '').split(/\s+/);
    const piece =
      rng(3) === 0 ? ['', '-', 'else=', '=', '@', '99999999999', '.1'][rng(7)] : other[0];
    fields.splice(rng(fields.length), rng(3), ...(rng(4) === 0 ? [] : [piece ?? '']));
    some[at] = fields.join(' ');
  }
  return some.join('\n');
}

export interface Fuzzed {
  readonly events: number;
  readonly unread: number;
  readonly tables: number;
  readonly faults: number;
}

/** Throws with the seed at the first fault. */
export function fuzzTables(first: number, count: number): Fuzzed {
  const sums = { events: 0, unread: 0, tables: 0, faults: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const rng = seeded(seed);
    try {
      if (seed % 16 === 0) {
        const reader = new TableReader();
        reader.read(spoiltTable(rng));
        sums.tables++;
        sums.faults += reader.faults.length;
        continue;
      }
      const bytes = notification(rng);
      const message = decode(bytes);
      if (!message.ok) {
        sums.unread++;
        continue;
      }
      const device = '192.0.2.1';
      const about = { from: device, device, ...(rng(2) === 0 && { names }) };
      const events = eventsOf(bytes, message, about);
      const faults = faultsOf({ events, refused: [] });
      if (faults.length > 0) throw new Error(faults.join('; '));
      sums.events += events.length;
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  return sums;
}

if (import.meta.main) runByHand('snmp-tables', fuzzTables);

// node test/snmp/mib-fuzz.ts [--count N] [--seed N] [--folder FOLDER]
// Mutated modules into the compiler: no throw, an image that opens, no module that takes its time.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from '../../src/sources/snmp/mib-compile.ts';
import { moduleText, readFolder } from '../../src/sources/snmp/mib-folder.ts';
import { Names } from '../../src/sources/snmp/mib-names.ts';
import { parseModules } from '../../src/sources/snmp/mib-parse.ts';
import { seeded } from '../sources/mutate.ts';

/** Of our own: every construct there is, and nothing of a vendor's. */
export const SAMPLE = readFileSync(new URL('./acme-mib.txt', import.meta.url), 'latin1');

/** A text of some 10 kB is read in 2 ms; a shared machine may stand still for a while. */
const MS_MAX = 5_000;

const PIECES = [
  ...['::=', '{', '}', '(', ')', '"', "'", '--', ';', ',', '..', '\n', 'END', 'BEGIN', 'FROM'],
  ...['OBJECT-TYPE', 'SYNTAX', 'INDEX', 'TRAP-TYPE', 'MACRO', 'SEQUENCE', 'SIZE', 'DEFINITIONS'],
  ...['INTEGER {', 'acme', '4294967295', '-1', '99999999999999999999', '\u00ff', '\0', "'FF'H"],
];

type Rng = (below: number) => number;

/** Tokens are dropped, doubled, exchanged and put in: what is broken is the grammar. */
export function mutatedText(text: string, rng: Rng): string {
  const tokens = text.split(/(?<=[\s{}(),;])/);
  for (let n = 1 + rng(8); n > 0; n--) {
    const at = rng(tokens.length);
    const piece = PIECES[rng(PIECES.length)] ?? '';
    const other = tokens[rng(tokens.length)] ?? '';
    switch (rng(6)) {
      case 0:
        tokens.splice(at, 1 + rng(20));
        break;
      case 1:
        tokens.splice(at, 0, piece);
        break;
      case 2:
        tokens[at] = other;
        break;
      case 3:
        tokens[at] = piece;
        break;
      case 4:
        tokens.splice(at, 0, ...Array<string>(rng(rng(16) === 0 ? 5_000 : 20)).fill(piece || ' '));
        break;
      default:
        tokens.splice(at, 0, ...tokens.slice(rng(tokens.length)).slice(0, rng(60)));
    }
  }
  return rng(8) === 0 ? tokens.join('').slice(0, rng(text.length)) : tokens.join('');
}

export interface MibFuzzed {
  readonly modules: number;
  readonly nodes: number;
  readonly faults: number;
  readonly slowestMs: number;
}

/** Throws with the seed at the first fault. */
export function fuzzMibs(texts: readonly string[], first: number, count: number): MibFuzzed {
  let [modules, nodes, faults, slowestMs] = [0, 0, 0, 0];
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mib-fuzz-'));
  try {
    for (let seed = first; seed < first + count; seed++) {
      const rng = seeded(seed);
      const text = mutatedText(texts[rng(texts.length)] ?? '', rng);
      const began = performance.now();
      try {
        // Linking and the image cost ten times the parsing; a part of the seeds does all.
        const read = seed % 8 === 0 ? wholeWay(folder, text) : parsed(text);
        modules += read.modules;
        nodes += read.nodes;
        faults += read.faults;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
      const ms = performance.now() - began;
      if (ms > MS_MAX) throw new Error(`seed ${seed}: ${Math.round(ms)} ms`);
      slowestMs = Math.max(slowestMs, ms);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { modules, nodes, faults, slowestMs };
}

type Read = Pick<MibFuzzed, 'modules' | 'nodes' | 'faults'>;

function parsed(text: string): Read {
  const modules = parseModules(text, 'x');
  return {
    modules: modules.length,
    nodes: modules.reduce((sum, module) => sum + module.nodes.length, 0),
    faults: modules.reduce((sum, module) => sum + module.faults.length, 0),
  };
}

function wholeWay(folder: string, text: string): Read {
  writeFileSync(join(folder, 'x.mib'), text, 'latin1');
  writeFileSync(join(folder, 'acme.mib'), SAMPLE, 'latin1');
  const { image, report } = compile(folder, readFolder(folder));
  const names = Names.open(image);
  if (names === undefined) throw new Error('the image does not open');
  for (const oid of ['1.3.6.1.4.1.4711.1.1.3.7', '1.3.6.1.2.1.2.2.1.2.7']) {
    if (names.of(oid) === undefined) throw new Error(`${oid} has no name`);
  }
  const { modules } = report;
  return {
    modules: modules.length,
    nodes: names.size,
    faults: modules.reduce((sum, module) => sum + module.faults.length, 0),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      folder: { type: 'string' },
    },
  });
  const { folder } = values;
  const texts =
    folder === undefined
      ? [SAMPLE]
      : readFolder(folder).files.flatMap(({ path }) => moduleText(join(folder, path)) ?? []);
  const began = performance.now();
  const count = Number(values.count);
  const fuzzed = fuzzMibs(texts, Number(values.seed), count);
  const perSecond = Math.round((count / (performance.now() - began)) * 1_000);
  process.stdout.write(`${JSON.stringify({ fuzz: 'mib', count, ...fuzzed, perSecond })}\n`);
}

import { join } from 'node:path';
import { BugError } from '../../base/errors.ts';
import { BASE_MODULE } from './mib-base.ts';
import { type MibFolder, moduleText } from './mib-folder.ts';
import { imageOf } from './mib-image.ts';
import { Tree } from './mib-link.ts';
import type { MibFault, MibModule } from './mib-module.ts';
import { parseModules } from './mib-parse.ts';
import { Types } from './mib-types.ts';
import { type Unit, Units } from './mib-units.ts';

/** What became of one module. */
export interface ModuleReport {
  readonly name: string;
  readonly file: string;
  readonly objects: number;
  readonly notifications: number;
  readonly types: number;
  readonly faults: readonly MibFault[];
  readonly faultsLeftOut: number;
  /** Names it imports from where they are not, and whether that module is there at all. */
  readonly missing: readonly {
    readonly module: string;
    readonly there: boolean;
    readonly names: readonly string[];
  }[];
  /** Definitions without a way to the root: their OIDs stay numbers. The first few of them. */
  readonly lost: readonly string[];
  readonly lostCount: number;
}

export interface MibReport {
  readonly files: number;
  readonly bytes: number;
  /** Files that hold no module. */
  readonly notModules: readonly string[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  readonly modules: readonly ModuleReport[];
}

export interface Compiled {
  readonly image: SharedArrayBuffer;
  readonly report: MibReport;
}

const LOST_TOLD_MAX = 16;

/** Reads every module of a folder. Whatever they hold, this ends, in time with their length. */
export function compile(folder: string, { files, leftOut, fingerprint }: MibFolder): Compiled {
  const modules: MibModule[] = [];
  const notModules: string[] = [];
  let bytes = 0;
  for (const { path, bytes: size } of files) {
    const text = moduleText(join(folder, path));
    const found = text === undefined ? [] : parseModules(text, path);
    if (found.length === 0) notModules.push(path);
    else bytes += size;
    modules.push(...found);
  }
  const units = new Units(modules, baseModule());
  const tree = new Tree(units);
  const reports = new Map(units.all.map((unit) => [unit.module, reportOf(unit, units, tree)]));
  return {
    image: imageOf(tree, new Types(units), fingerprint),
    report: {
      files: files.length,
      bytes,
      notModules,
      leftOut,
      modules: modules.flatMap((module) => reports.get(module) ?? []),
    },
  };
}

function baseModule(): MibModule {
  const [base] = parseModules(BASE_MODULE, '');
  if (base === undefined) throw new BugError('the built-in module is no module');
  return base;
}

function reportOf(unit: Unit, units: Units, tree: Tree): ModuleReport {
  const { module, missing } = unit;
  const lost = tree.lost.get(unit) ?? [];
  const count = (is: string): number =>
    module.nodes.reduce((sum, node) => sum + (node.is === is ? 1 : 0), 0);
  return {
    name: module.name,
    file: module.file,
    objects: count('object'),
    notifications: count('notification'),
    types: module.types.size,
    faults: module.faults,
    faultsLeftOut: module.faultsLeftOut,
    missing: [...missing].map(([name, names]) => ({
      module: name,
      there: units.isThere(name),
      names,
    })),
    lost: lost.slice(0, LOST_TOLD_MAX),
    lostCount: lost.length,
  };
}

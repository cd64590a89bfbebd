import { resolve } from 'node:path';
import type { Command, World } from './command.ts';
import type { MibFound, MibModuleReport, MibReport } from './mib-reading.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { paintFor, printable } from './terminal.ts';

const EXIT_FAULTS = 2;
const EXIT_NOT_FOUND = 4;
/** Names told of one module that is not there; `--json` has more. */
const NAMES_TOLD_MAX = 5;

const check: Command = {
  name: 'check',
  summary: 'Reads a folder of MIB modules and says what is wrong with them.',
  about:
    'Reads every SMIv1 and SMIv2 module in the folder and below, as the desk does. Each fault is ' +
    'FILE:LINE and what was expected there; what could be read is used all the same. Imports of ' +
    'modules that are not in the folder are named. Exit code 2 when there is a fault, or a ' +
    'definition that cannot be placed in the tree.',
  args: [{ name: 'FOLDER', help: 'Where the modules are; folders in it are read too.' }],
  options: [
    { name: 'all', type: 'flag', help: 'Lists the modules without a fault too.' },
    JSON_OPTION,
  ],
  examples: [
    { line: 'tocsin mib check mibs', does: 'Before the folder is given to the desk.' },
    { line: 'tocsin mib check --json mibs | jq .modules[].missing', does: 'What to look for.' },
  ],
  async run(given, world) {
    const folder = given.args[0] ?? '';
    const { report } = world.readMibs(resolve(world.cwd, folder), folder);
    if (given.flag('json')) world.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else world.stdout.write(told(report, given.flag('all'), world));
    return report.modules.some(isFaulty) ? EXIT_FAULTS : 0;
  },
};

const find: Command = {
  name: 'find',
  summary: 'Says what MIB modules know of a name or an OID.',
  about:
    'For a name: its OID, type, index and, for a notification, what it carries. For an OID: the ' +
    'name, and the row it speaks of. Names are found in any case when none is written so.',
  args: [{ name: 'WHAT', help: 'A name (`ifDescr`, `IF-MIB::ifDescr`) or an OID.' }],
  options: [
    {
      name: 'mibs',
      type: 'text',
      value: 'FOLDER',
      help: 'Where the modules are. Default: TOCSIN_MIBS.',
    },
    JSON_OPTION,
  ],
  examples: [
    { line: 'tocsin mib find --mibs=mibs linkDown', does: 'Its OID, and what it carries.' },
    { line: 'tocsin mib find --mibs=mibs 1.3.6.1.2.1.2.2.1.8.7', does: 'ifOperStatus, row 7.' },
  ],
  async run(given, world) {
    const asked = given.args[0] ?? '';
    const folder = given.text('mibs') || (world.env.TOCSIN_MIBS ?? '');
    if (folder === '') throw usage('say where the modules are: --mibs=FOLDER');
    const found = world.readMibs(resolve(world.cwd, folder), folder).find(asked);
    if (given.flag('json')) world.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    else if (found.length > 0) world.stdout.write(found.map((one) => story(one, world)).join('\n'));
    else world.stderr.write(`No module in ${printable(folder)} knows ${printable(asked)}.\n`);
    return found.length > 0 ? 0 : EXIT_NOT_FOUND;
  },
};

export const mib: Command = {
  name: 'mib',
  summary: 'Checks MIB modules and looks names up in them.',
  args: [],
  options: [],
  examples: [...check.examples, ...find.examples],
  below: [check, find],
  run: async () => 0,
};

const isFaulty = ({ faults, lostCount }: MibModuleReport): boolean =>
  faults.length > 0 || lostCount > 0;

function told(report: MibReport, all: boolean, world: World): string {
  const paint = paintFor(world.stdout, world.env);
  const lines: string[] = [];
  for (const module of report.modules) {
    const notes = notesOf(module);
    if (notes.length === 0 && !all) continue;
    const { name, file, objects, notifications, types } = module;
    const read = [
      count(objects, 'object'),
      count(notifications, 'notification'),
      count(types, 'type'),
    ].join(', ');
    lines.push(`${paint('bold', printable(name))}  ${printable(file)}: ${read}`);
    for (const note of notes) lines.push(`    ${printable(note)}`);
  }
  for (const { path, why } of report.leftOut) lines.push(`${printable(path)}: not read, ${why}`);
  return `${[...lines, ...summary(report)].join('\n')}\n`;
}

function notesOf(module: MibModuleReport): readonly string[] {
  const { file, faults, faultsLeftOut, missing, lost, lostCount } = module;
  const notes = faults.map(({ line, why }) => `${file}:${line}: ${why}`);
  if (faultsLeftOut > 0) notes.push(`and ${count(faultsLeftOut, 'fault')} more`);
  for (const { module: from, there, names } of missing) {
    const which = some(names, names.length);
    notes.push(there ? `${from} does not define ${which}` : `${from} is not there: ${which}`);
  }
  if (lostCount > 0) notes.push(`without a place in the tree: ${some(lost, lostCount)}`);
  return notes;
}

function some(names: readonly string[], all: number): string {
  const told = names.slice(0, NAMES_TOLD_MAX).join(', ');
  const left = all - Math.min(all, NAMES_TOLD_MAX, names.length);
  return left > 0 ? `${told} and ${left} more` : told;
}

const BYTES_PER_MIB = 1_048_576;

function summary({ files, bytes, notModules, modules }: MibReport): readonly string[] {
  const sum = (of: (module: MibModuleReport) => number): number =>
    modules.reduce((all, module) => all + of(module), 0);
  const clean = modules.filter((module) => !isFaulty(module)).length;
  const objects = sum((module) => module.objects);
  const notifications = sum((module) => module.notifications);
  const lines = [
    `${count(modules.length, 'module')} in ${count(files - notModules.length, 'file')} ` +
      `(${(bytes / BYTES_PER_MIB).toFixed(1)} MiB), ${clean} read without a fault: ` +
      `${count(objects, 'object')}, ${count(notifications, 'notification')}`,
  ];
  const missing = new Set(
    modules.flatMap((m) => m.missing.filter(({ there }) => !there).map((one) => one.module)),
  );
  if (missing.size > 0) {
    const names = [...missing].sort();
    lines.push(`not there, and imported from: ${printable(some(names, names.length))}`);
  }
  if (notModules.length > 0)
    lines.push(
      `${count(notModules.length, 'file')} ${notModules.length === 1 ? 'holds' : 'hold'} no module`,
    );
  return lines;
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`;

function story({ oid, name, facts }: MibFound, world: World): string {
  const paint = paintFor(world.stdout, world.env);
  const width = Math.max(0, ...facts.map(([title]) => title.length));
  const lines = facts.map(([title, text]) => `    ${title.padEnd(width)}  ${printable(text)}`);
  return [`${paint('bold', printable(name))}  ${oid}`, ...lines, ''].join('\n');
}

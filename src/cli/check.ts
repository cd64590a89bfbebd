import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { type Config, readConfig } from '../config/read.ts';
import { type FileFault, faultText } from '../config/yaml-file.ts';
import type { PlanRoute } from '../domain/routing/plan.ts';
import type { Command } from './command.ts';
import { JSON_OPTION } from './options.ts';
import { paintFor, printable } from './terminal.ts';

const EXIT_FAULTS = 2;

export const check: Command = {
  name: 'check',
  summary: 'Checks a configuration file without using it.',
  about:
    'Reads an alertmanager.yml, says every fault as FILE:LINE:COLUMN, and lists what is accepted ' +
    'but does nothing. Exit code 2 when there is a fault.',
  args: [{ name: 'FILE', help: 'The configuration: an alertmanager.yml.' }],
  options: [
    JSON_OPTION,
    { name: 'print', type: 'flag', help: 'Print it with defaults, <secret> for secrets.' },
  ],
  examples: [
    { line: 'tocsin check /etc/alertmanager/alertmanager.yml', does: 'Before serve or a reload.' },
    { line: 'tocsin check --json conf.yml | jq .faults', does: 'For an editor or a pipeline.' },
    { line: 'tocsin check --print conf.yml', does: 'What the desk makes of it.' },
  ],
  async run(given, world) {
    const [file = ''] = given.args;
    const text = await textOfFile(resolve(world.cwd, file), file);
    const read = readConfig(text, file, world.channels);
    if (given.flag('json')) {
      world.stdout.write(`${JSON.stringify({ file, ...asJson(read) }, null, 2)}\n`);
    } else if ('faults' in read) {
      for (const fault of read.faults) world.stderr.write(`${faultLine(file, fault)}\n`);
      const s = read.faults.length === 1 ? '' : 's';
      world.stderr.write(`${read.faults.length} fault${s} in ${file}\n`);
    } else if (given.flag('print')) {
      world.stdout.write(read.original);
    } else {
      const paint = paintFor(world.stdout, world.env);
      world.stdout.write(`${paint('good', 'good')}  ${file}\n${told(read)}`);
    }
    return 'faults' in read ? EXIT_FAULTS : 0;
  },
};

const faultLine = (file: string, fault: FileFault): string => printable(faultText(file, fault));

function asJson(read: Config | { readonly faults: readonly FileFault[] }): object {
  if ('faults' in read) return { faults: read.faults };
  const { plan, secrets, resolveTimeout, templates, zones, unused } = read;
  const receivers = plan.receivers.map((receiver) => receiver.name);
  return { faults: [], receivers, resolveTimeout, templates, zones, secrets: secrets.size, unused };
}

function told({ plan, secrets, unused }: Config): string {
  const receivers = plan.receivers.map((receiver) => receiver.name).join(', ') || 'none';
  const lines = [`receivers: ${receivers}; routes: ${countOf(plan.root)}`];
  if (unused.length > 0) lines.push(`accepted, does nothing: ${unused.join(', ')}`);
  if (secrets.size > 0) lines.push(`secrets: ${secrets.size}, each kept as <secret>`);
  return lines.map((line) => `      ${printable(line)}\n`).join('');
}

const countOf = (route: PlanRoute): number =>
  route.routes.reduce((sum, child) => sum + countOf(child), 1);

/** A file's text, or the failure a person can do something about. */
export const textOfFile = async (path: string, shown: string): Promise<string> =>
  (await bytesOfFile(path, shown)).toString('utf8');

/** The same for its bytes. */
export async function bytesOfFile(path: string, shown: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EACCES: 'it may not be read' }[code] ?? code;
    throw new DeskError('SETTINGS_INVALID', { file: shown, why: `${why}.` }, error);
  }
}

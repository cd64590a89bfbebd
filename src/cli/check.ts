import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import type { Command } from './command.ts';
import { type ConfigFile, readConfig } from './config-file.ts';
import { paintFor, printable } from './terminal.ts';
import { type FileFault, faultText } from '../config/yaml-file.ts';

const EXIT_FAULTS = 2;

export const check: Command = {
  name: 'check',
  summary: 'Checks a configuration file without using it.',
  about:
    'Reads an alertmanager.yml, says every fault as FILE:LINE:COLUMN, and lists what is kept but ' +
    'does nothing yet. Exit code 2 when there is a fault.',
  args: [{ name: 'FILE', help: 'The configuration: an alertmanager.yml.' }],
  options: [{ name: 'json', type: 'flag', help: 'One JSON document.' }],
  examples: [
    { line: 'tocsin check /etc/alertmanager/alertmanager.yml', does: 'Before serve or a reload.' },
    { line: 'tocsin check --json conf.yml | jq .faults', does: 'For an editor or a pipeline.' },
  ],
  async run(given, world) {
    const [file = ''] = given.args;
    const read = readConfig(await textOfFile(resolve(world.cwd, file), file), file);
    if (given.flag('json')) {
      const { text: _, ...known } = 'faults' in read ? { text: '', ...read } : { ...read };
      world.stdout.write(`${JSON.stringify({ file, faults: [], ...known }, null, 2)}\n`);
    } else if ('faults' in read) {
      for (const fault of read.faults) world.stderr.write(`${faultLine(file, fault)}\n`);
      const s = read.faults.length === 1 ? '' : 's';
      world.stderr.write(`${read.faults.length} fault${s} in ${file}\n`);
    } else {
      const paint = paintFor(world.stdout, world.env);
      world.stdout.write(`${paint('good', 'good')}  ${file}\n${told(read)}`);
    }
    return 'faults' in read ? EXIT_FAULTS : 0;
  },
};

const faultLine = (file: string, fault: FileFault): string => printable(faultText(file, fault));

function told({ receivers, secrets, unused }: ConfigFile): string {
  const lines = [`receivers: ${receivers.join(', ') || 'none'}`];
  if (unused.length > 0) lines.push(`kept, not used yet: ${unused.join(', ')}`);
  if (secrets > 0) lines.push(`secrets: ${secrets}, each kept as <secret>`);
  return lines.map((line) => `      ${printable(line)}\n`).join('');
}

/** A file's text, or the failure a person can do something about. */
export async function textOfFile(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EACCES: 'it may not be read' }[code] ?? code;
    throw new DeskError('SETTINGS_INVALID', { file: shown, why: `${why}.` }, error);
  }
}

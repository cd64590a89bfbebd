import { resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { objectOf } from './answers.ts';
import { type Client, connect, parsedFrom, strange } from './client.ts';
import type { BackupReport, Command, Given, Progress, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { progressFor } from './progress.ts';
import { isLoopback } from './settings.ts';
import { readLines } from './sse.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Copies everything the desk knows into a folder, while it runs.',
  about:
    'The desk itself makes the copy: journal, history, people and settings, consistent with each ' +
    'other. A desk that is not running is copied from its data folder. The copy holds names and ' +
    'password hashes: keep it as safe as the desk.',
  args: [{ name: 'FOLDER', help: 'Where to; it must not be there yet, or be empty.' }],
  options: [
    {
      name: 'stopped',
      type: 'flag',
      help: 'The desk does not run: copy its data folder (--data, default ./data).',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin backup /backup/tocsin-$(date +%F)', does: 'Nightly, from cron.' },
    { line: 'tocsin backup --stopped --data /var/lib/tocsin /backup/last', does: 'Before moving.' },
  ],
  async run(given, world) {
    const to = resolve(world.cwd, given.args[0] ?? '');
    const progress = progressFor(world, 'copying');
    const report = given.flag('stopped')
      ? await world.backupStopped(
          resolve(world.cwd, given.text('data') || './data'),
          to,
          progress.show,
        )
      : await throughTheDesk(given, world, to, progress.show);
    progress.end();
    world.stdout.write(reportText(given, 'copied', to, report));
    return 0;
  },
};

/** `POST /api/v1/backup {folder}` answers with lines of JSON: `{done}` …, then `{report}`. */
async function throughTheDesk(
  given: Given,
  world: World,
  to: string,
  show: Progress,
): Promise<BackupReport> {
  const client = await connect(given, world);
  if (!isLoopback(new URL(client.url).hostname))
    throw usage('the desk writes the copy on its own machine: run tocsin backup there');
  const answer = await client.stream('POST', '/api/v1/backup', { folder: to });
  let last = '';
  for await (const line of readLines(answer.body ?? emptyBody())) {
    last = line;
    const { done } = objectOf(client, parsedFrom(client, line), 'a line');
    if (typeof done === 'number') show(done);
  }
  const { report, problem } = objectOf(client, parsedFrom(client, last || '{}'), 'a line');
  if (problem !== undefined) throw failed(client, problem);
  if (report === undefined) throw strange(client, 'the copy ended without a report');
  return objectOf(client, report, 'the report') as unknown as BackupReport;
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

const failed = (client: Client, problem: unknown): DeskError =>
  new DeskError('ACTION_REFUSED', { why: String(objectOf(client, problem, 'it').title) });

export function reportText(given: Given, verb: string, to: string, report: BackupReport): string {
  if (given.flag('json')) return `${JSON.stringify({ folder: to, ...report })}\n`;
  const mib = (report.bytes / 1_048_576).toFixed(1);
  return `${verb}  ${to}  ${report.files} files, ${mib} MiB, up to entry ${report.position}\n`;
}

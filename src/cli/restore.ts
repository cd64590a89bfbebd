import { resolve } from 'node:path';
import { reportText } from './backup.ts';
import type { Command } from './command.ts';
import { JSON_OPTION } from './options.ts';
import { progressFor } from './progress.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'Makes a data folder from a backup.',
  about:
    'The data folder must not be there yet, or be empty; another desk may go on running. Start ' +
    'the restored one with --storage.path.',
  args: [{ name: 'FOLDER', help: 'The backup.' }],
  options: [
    {
      name: 'storage.path',
      type: 'text',
      value: 'FOLDER',
      default: './data',
      help: 'The data folder to make.',
    },
    JSON_OPTION,
  ],
  examples: [
    {
      line: 'tocsin restore /backup/tocsin-2026-03-01 --storage.path ./data-restored',
      does: 'Then: tocsin serve --storage.path ./data-restored',
    },
  ],
  async run(given, world) {
    const from = resolve(world.cwd, given.args[0] ?? '');
    const to = resolve(world.cwd, given.text('storage.path'));
    const progress = progressFor(world, 'restoring');
    const report = await world.restore(from, to, progress.show);
    progress.end();
    world.stdout.write(reportText(given, 'restored', to, report));
    return 0;
  },
};

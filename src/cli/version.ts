import type { Command } from './command.ts';

export const version: Command = {
  name: 'version',
  summary: 'Says which version this is.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin version', does: 'The same as tocsin --version.' }],
  async run(_given, world) {
    world.stdout.write(`tocsin ${world.version}\n`);
    return 0;
  },
};

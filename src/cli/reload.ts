import { objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { type SavedAnswer, sayInForce, wroteJson } from './revision-lines.ts';

export const reload: Command = {
  name: 'reload',
  summary: 'Reads the file that the desk was started with again.',
  about:
    'The same as SIGHUP and POST /-/reload, with an answer. A bad file changes nothing. What was ' +
    'saved in the console since is replaced: the answer names it, and it can be restored.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin reload', does: 'After the file was changed.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const saved = await client.send('POST', '/api/v1/config/reload');
    if (given.flag('json')) return wroteJson(world.stdout, saved);
    sayInForce(objectOf(client, saved, 'it') as unknown as SavedAnswer, world);
    return 0;
  },
};

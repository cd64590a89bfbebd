import { ACT_OPTIONS, actOn, IDS } from './act-on.ts';
import type { Command } from './command.ts';
import { usage } from './parse.ts';
import { END_OPTIONS, endOf } from './until.ts';

export const shelve: Command = {
  name: 'shelve',
  summary: 'Hides alarms for a time, with a reason and an end.',
  about: 'The state moves on underneath. At the end it is shown again, if it is still raised.',
  args: [IDS],
  options: [
    {
      name: 'reason',
      short: 'r',
      type: 'text',
      value: 'TEXT',
      help: 'Why, for the next shift. Needed.',
    },
    ...END_OPTIONS,
    ...ACT_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin shelve 6b1c5d5be5d8f0aa --for 8h -r "Router is being moved today"',
      does: 'For a working day.',
    },
    {
      line: 'tocsin shelve 6b1c5d5be5d8f0aa --until 06:00 -r "Known until the morning build"',
      does: 'Until the next 06:00.',
    },
  ],
  run(given, world) {
    const reason = given.text('reason');
    const until = endOf(given, world);
    if (reason === '') throw usage('tocsin shelve needs --reason: say why');
    if (until === undefined) throw usage('tocsin shelve needs an end: --for TIME or --until TIME');
    return actOn(given, world, 'shelve', { reason, until }, 'shelved');
  },
};

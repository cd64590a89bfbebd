import { ACT_OPTIONS, actOn, IDS, NOTE } from './act-on.ts';
import type { Command } from './command.ts';

export const close: Command = {
  name: 'close',
  summary: 'Says "done with it": closes alarms.',
  about:
    'Closing is not clearing: whether it is still wrong is for its source to say. A new report ' +
    'opens it again.',
  args: [IDS],
  options: [NOTE, { name: 'undo', type: 'flag', help: 'Opens it again.' }, ...ACT_OPTIONS],
  examples: [
    {
      line: 'tocsin close 6b1c5d5be5d8f0aa -m "Started by hand, ran through"',
      does: 'For what its source cannot clear.',
    },
    { line: 'tocsin close --undo 6b1c5d5be5d8f0aa', does: 'It was too early.' },
  ],
  run(given, world) {
    const note = given.text('note');
    return given.flag('undo')
      ? actOn(given, world, 'reopen', { note }, 'reopened')
      : actOn(given, world, 'close', { note }, 'closed');
  },
};

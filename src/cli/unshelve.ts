import { ACT_OPTIONS, actOn, IDS } from './act-on.ts';
import type { Command } from './command.ts';

export const unshelve: Command = {
  name: 'unshelve',
  summary: 'Shows shelved alarms again before their time.',
  args: [IDS],
  options: [
    { name: 'reason', short: 'r', type: 'text', value: 'TEXT', help: 'Why.' },
    ...ACT_OPTIONS,
  ],
  examples: [{ line: 'tocsin unshelve 6b1c5d5be5d8f0aa', does: 'The work is done already.' }],
  run: (given, world) =>
    actOn(given, world, 'unshelve', { reason: given.text('reason') }, 'unshelved'),
};

import { ACT_OPTIONS, actOn, IDS, NOTE } from './act-on.ts';
import type { Command } from './command.ts';
import { usage } from './parse.ts';

export const comment: Command = {
  name: 'comment',
  summary: 'Writes something into the timeline of alarms.',
  args: [IDS],
  options: [NOTE, ...ACT_OPTIONS],
  examples: [
    {
      line: 'tocsin comment 6b1c5d5be5d8f0aa -m "Splice team on site since 11:40"',
      does: 'For everybody who opens it.',
    },
  ],
  run(given, world) {
    const note = given.text('note');
    if (note.trim() === '') throw usage('tocsin comment needs --note: say what');
    return actOn(given, world, 'comment', { note }, 'commented');
  },
};

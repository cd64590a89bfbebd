import { ACT_OPTIONS, actOn, IDS, NOTE } from './act-on.ts';
import type { Command } from './command.ts';
import { END_OPTIONS, endOf } from './until.ts';

export const ack: Command = {
  name: 'ack',
  summary: 'Says "I have it": acknowledges alarms.',
  about: 'Stops the calling; says nothing about the fault itself. It holds for this episode.',
  args: [IDS],
  options: [
    NOTE,
    ...END_OPTIONS,
    { name: 'second-line', type: 'flag', help: 'The second line has it: handed on by the first.' },
    { name: 'undo', type: 'flag', help: 'Takes the acknowledgement back.' },
    ...ACT_OPTIONS,
  ],
  examples: [
    { line: 'tocsin ack 6b1c5d5be5d8f0aa -m "Carrier called, 40 min"', does: 'One alarm.' },
    { line: 'tocsin ack 6b1c5d5be5d8f0aa --for 2h', does: 'It asks again in two hours.' },
    {
      line: 'tocsin alarms --filter \'site="osl"\' --json | jq -r .id | tocsin ack -',
      does: 'All that a list shows.',
    },
  ],
  run(given, world) {
    const note = given.text('note');
    if (given.flag('undo')) return actOn(given, world, 'unacknowledge', { note }, 'handed back');
    const until = endOf(given, world);
    const line = given.flag('second-line') ? { line: 2 } : {};
    const fields = { note, ...(until === undefined ? {} : { until }), ...line };
    return actOn(given, world, 'acknowledge', fields, 'acknowledged');
  },
};

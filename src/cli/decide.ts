import { DECISION_KINDS } from '../domain/memory/decision.ts';
import { objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION, needed, REASON, timeOf } from './options.ts';
import { wroteJson } from './revision-lines.ts';
import { printable } from './terminal.ts';

export const decide: Command = {
  name: 'decide',
  summary: 'Writes down what was decided about an alarm; whether it held, the desk sees itself.',
  args: [{ name: 'ALARM', help: 'The alarm, as `tocsin alarms` shows it.' }],
  options: [
    {
      name: 'kind',
      short: 'k',
      type: 'text',
      value: 'KIND',
      help: 'What is done. Needed.',
      choices: DECISION_KINDS,
    },
    { name: 'what', type: 'text', value: 'TEXT', help: 'What exactly: "line card 0".' },
    REASON,
    { name: 'situation', type: 'text', value: 'TEXT', help: 'Default: what the alarm says.' },
    { name: 'option', type: 'list', value: 'TEXT', help: 'What else could have been done.' },
    {
      name: 'review',
      type: 'text',
      value: 'TIME',
      help: 'When to look at it again. Default: in 30 days.',
    },
    {
      name: 'now',
      type: 'flag',
      help: 'With shelve or suppress until: do it at once, until the review.',
    },
    { name: 'follow-up', type: 'text', value: 'TITLE', help: 'Opens an action that follows.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin decide 6b1c5d5be5d8f0aa -k restart --what "line card 0" -r "It hung"',
      does: 'The next one who sees it is told.',
    },
    {
      line:
        'tocsin decide 6b1c5d5be5d8f0aa -k shelve --now --review 2026-09-01 ' +
        '-r "A spare is ordered"',
      does: 'It is shelved until then, and the desk says what came of it.',
    },
  ],
  async run(given, world) {
    const reviewAt = timeOf(given, world, 'review');
    const body = {
      alarm: given.args[0] ?? '',
      kind: needed(given, 'kind'),
      what: given.text('what'),
      reason: needed(given, 'reason'),
      situation: given.text('situation'),
      options: given.all('option'),
      ...(reviewAt === undefined ? {} : { reviewAt }),
      ...(given.flag('now') ? { does: true } : {}),
    };
    const client = await connect(given, world);
    const made = await client.send('POST', '/api/v1/decisions', body);
    const id = String(objectOf(client, made, 'the answer').id);
    const title = given.text('follow-up');
    const action =
      title === ''
        ? undefined
        : await client.send('POST', '/api/v1/actions', { title, decision: id });
    if (given.flag('json')) return wroteJson(world.stdout, made);
    const followed = action === undefined ? '' : `${String(objectOf(client, action, 'it').id)}\n`;
    world.stdout.write(printable(id).concat('\n', followed));
    return 0;
  },
};

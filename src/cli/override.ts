import { after, instantText } from '../base/time.ts';
import { objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { endsById } from './ends-by-id.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION, needed, REASON } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { printable } from './terminal.ts';
import { END_OPTIONS, endOf } from './until.ts';
import { parseWhen, whenExpected } from './when.ts';

const set: Command = {
  name: 'set',
  summary: 'Puts somebody on call for a time, in the place of somebody or beside them.',
  about:
    '--by alone comes in addition; with --person in their place; --person alone goes; with --all ' +
    'only --by is on call, or nobody. Overrides do not build on each other: each looks at what ' +
    'the layers say.',
  args: [{ name: 'SCHEDULE', help: 'As `tocsin schedules list` shows it.' }],
  options: [
    { name: 'by', type: 'text', value: 'USER', help: 'Who comes: login or id.' },
    { name: 'person', type: 'text', value: 'USER', help: 'Who goes: login or id.' },
    { name: 'all', type: 'flag', help: 'In the place of everybody.' },
    { name: 'from', type: 'text', value: 'TIME', help: 'When it begins. Default: now.' },
    ...END_OPTIONS,
    REASON,
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin override set noc-first --person ada --by bob --for 8h -r "A wedding"',
      does: 'Bob is on call wherever Ada would be in the next 8 hours.',
    },
    {
      line: 'tocsin override set noc-first --by cyd --until 18:00 -r "Big change"',
      does: 'Cyd too.',
    },
  ],
  async run(given, world) {
    const [schedule = ''] = given.args;
    const body = { ...who(given), ...spanOf(given, world) };
    const reason = needed(given, 'reason');
    const client = await connect(given, world);
    const path = `/api/v1/schedules/${encodeURIComponent(schedule)}/overrides`;
    const made = await client.send('POST', path, { ...body, reason });
    if (given.flag('json')) return wroteJson(world.stdout, made);
    world.stdout.write(`${printable(String(objectOf(client, made, 'the answer').id))}\n`);
    return 0;
  },
};

function who(given: Given): object {
  const [person, by] = [given.text('person'), given.text('by')];
  if (given.flag('all')) {
    if (person !== '') throw usage('--all is everybody: leave --person out');
    return { is: 'take all', ...(by === '' ? {} : { by }) };
  }
  if (person === '' && by === '') throw usage('say --by, --person, or both');
  if (person === '') return { is: 'add', by };
  return by === '' ? { is: 'remove', person } : { is: 'replace', person, by };
}

/** `--for` is from the beginning on. */
function spanOf(given: Given, world: World): object {
  const [text, length] = [given.text('from'), given.duration('for')];
  if (text === '') return { to: untilOf(given, world) };
  const at = parseWhen(text, world.clock.now());
  if (at === undefined) throw usage(`--from: "${text}" is not ${whenExpected}`);
  const from = instantText(at);
  if (length === undefined) return { from, to: untilOf(given, world) };
  if (given.text('until') !== '') throw usage('give --for or --until, not both');
  return { from, to: instantText(after(at, length)) };
}

function untilOf(given: Given, world: World): string {
  const end = endOf(given, world);
  if (end === undefined) throw usage('say --until');
  return end;
}

const remove = endsById({
  name: 'remove',
  summary: 'Takes an override back; one in force ends now.',
  idHelp: 'As `tocsin schedules show` tells it.',
  example: { line: 'tocsin override remove o4711 -r "She is back"', does: 'From now on.' },
  ...{ path: '/api/v1/overrides', done: 'removed' },
});

export const override: Command = {
  name: 'override',
  summary: 'Somebody stands in on a schedule for a time.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin override set noc-first --by bob --for 8h', does: 'See --help.' }],
  below: [set, remove],
  run: () => Promise.reject(usage('tocsin override needs a command')),
};

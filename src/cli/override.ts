import { after, instantText } from '../base/time.ts';
import { objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command, Given, Option, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { printable } from './terminal.ts';
import { END_OPTIONS, endOf } from './until.ts';
import { parseWhen, whenExpected } from './when.ts';

const JSON_OPTION: Option = { name: 'json', type: 'flag', help: 'One JSON document.' };
const REASON: Option = {
  name: 'reason',
  short: 'r',
  type: 'text',
  value: 'TEXT',
  help: 'Why, for everybody who sees it. Needed.',
};

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
    const reason = needed(given.text('reason').trim() || undefined, 'reason');
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
  if (text === '') return { to: needed(endOf(given, world), 'until') };
  const at = parseWhen(text, world.clock.now());
  if (at === undefined) throw usage(`--from: "${text}" is not ${whenExpected}`);
  const from = instantText(at);
  if (length === undefined) return { from, to: needed(endOf(given, world), 'until') };
  if (given.text('until') !== '') throw usage('give --for or --until, not both');
  return { from, to: instantText(after(at, length)) };
}

function needed(text: string | undefined, option: string): string {
  if (text === undefined) throw usage(`say --${option}`);
  return text;
}

const remove: Command = {
  name: 'remove',
  summary: 'Takes an override back; one in force ends now.',
  args: [{ name: 'ID', help: 'As `tocsin schedules show` tells it.' }],
  options: [REASON, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin override remove o4711 -r "She is back"', does: 'From now on.' }],
  async run(given, world) {
    const [id = ''] = given.args;
    const reason = needed(given.text('reason').trim() || undefined, 'reason');
    const client = await connect(given, world);
    const query = `reason=${encodeURIComponent(reason)}`;
    await client.send('DELETE', `/api/v1/overrides/${encodeURIComponent(id)}?${query}`);
    world.stdout.write(`removed  ${printable(id)}\n`);
    return 0;
  },
};

export const override: Command = {
  name: 'override',
  summary: 'Somebody stands in on a schedule for a time.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin override set noc-first --by bob --for 8h', does: 'See --help.' }],
  below: [set, remove],
  run: () => Promise.reject(usage('tocsin override needs a command')),
};

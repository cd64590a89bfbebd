import { listOf, objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command, World } from './command.ts';
import { endsById } from './ends-by-id.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import type { CautionAnswer } from './memory-lines.ts';
import { JSON_OPTION, needed, REASON, timeOf } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';

const PATH = '/api/v1/cautions';
const PAGE_MAX = 1_000;

const list: Command = {
  name: 'list',
  summary: 'Lists standing warnings, the one whose review is due first at the top.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin caution list', does: 'What must one know here?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const page = await client.get(PATH, [['limit', String(PAGE_MAX)]]);
    if (given.flag('json')) return wroteJson(world.stdout, page);
    world.stdout.write(drawn(listOf<CautionAnswer>(client, page, 'items'), world));
    return 0;
  },
};

function drawn(found: readonly CautionAnswer[], world: World): string {
  if (found.length === 0) return 'There is nothing to beware of.\n';
  const columns: readonly Column[] = [
    { title: 'ID', least: 4 },
    { title: 'RESOURCE', least: 12 },
    { title: 'CAUTION', least: 24 },
    { title: 'OWNER', least: 8 },
    { title: 'REVIEW', least: 10 },
  ];
  const rows = found.map((c) => {
    const review = `${c.reviewAt.slice(0, 10)}${c.pastReview ? ' past' : ''}`;
    return [c.id, c.resource, c.text, c.owner, review];
  });
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

const add: Command = {
  name: 'add',
  summary: 'Puts up a standing warning on a resource and all that is part of it.',
  args: [
    {
      name: 'RESOURCE',
      help: 'As alarms name it; or device:core-1; or matchers: \'{site="nbg"}\'.',
    },
    { name: 'TEXT', help: 'What one must know before touching it.' },
  ],
  options: [
    REASON,
    { name: 'owner', type: 'text', value: 'NAME', help: 'Who answers for it. Needed.' },
    {
      name: 'review',
      type: 'text',
      value: 'TIME',
      help: 'When somebody must look at it again: 2026-09-01. Needed.',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line:
        'tocsin caution add core-1 "Call the bank first" -r "Their line" ' +
        '--owner net --review 2026-09-01',
      does: 'Shown with its alarms, told in its notifications.',
    },
  ],
  async run(given, world) {
    const [resource = '', text = ''] = given.args;
    const reviewAt = timeOf(given, world, 'review');
    if (reviewAt === undefined) throw usage('say --review');
    const said = { resource, text, reason: needed(given, 'reason'), owner: needed(given, 'owner') };
    const client = await connect(given, world);
    const made = await client.send('POST', PATH, { ...said, reviewAt });
    if (given.flag('json')) return wroteJson(world.stdout, made);
    world.stdout.write(`${printable(String(objectOf(client, made, 'the answer').id))}\n`);
    return 0;
  },
};

const end = endsById({
  name: 'end',
  summary: 'Takes a standing warning down.',
  idHelp: 'As `tocsin caution list` shows it.',
  example: {
    line: 'tocsin caution end c12 -r "They have a second line"',
    does: 'It is audited.',
  },
  ...{ path: PATH, act: 'end', done: 'ended' },
});

export const caution: Command = {
  name: 'caution',
  summary: 'Standing warnings on resources, told with their alarms: list, add, end.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin caution list', does: 'See caution add --help.' }],
  below: [list, add, end],
  run: () => Promise.reject(usage('tocsin caution needs a command')),
};

import { basename, resolve } from 'node:path';
import { parseInstant } from '../base/time.ts';
import { hereZone } from '../config/zones.ts';
import { listOf, objectOf } from './answers.ts';
import { bytesOfFile } from './check.ts';
import { connect } from './client.ts';
import type { Command, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { wroteJson } from './revision-lines.ts';
import { matcherOf } from './silence.ts';
import { paintFor, printable, table, widthOf } from './terminal.ts';
import { whenText } from './when.ts';

/** Something of the calendar was not taken. */
const EXIT_REFUSED = 2;

interface EventAnswer {
  readonly line: number;
  readonly uid: string;
  readonly name: string;
  readonly outcome: string;
  readonly why: string;
  readonly id: string | null;
  readonly window: { readonly from: string; readonly to: string } | null;
}

export const importCalendar: Command = {
  name: 'import',
  summary: 'Plans work from a calendar (.ics), such as a provider’s notice of maintenance.',
  about:
    'What its events touch is said by matchers and --thing, or by the circuits they name ' +
    '(X-MAINTNOTE-OBJECT-ID) where the inventory knows them. The same event again changes ' +
    'nothing, a later state of it changes the plan, a cancelled one ends it.',
  args: [
    { name: 'FILE', help: 'The calendar.' },
    { name: 'MATCHER', help: 'site=nbg: what its events touch', many: true, optional: true },
  ],
  options: [
    { name: 'dry-run', type: 'flag', help: 'Only say what would come of each event.' },
    { name: 'thing', type: 'list', value: 'KEY', help: 'device:core-1, with all its parts.' },
    { name: 'owner', type: 'text', value: 'NAME', help: 'Default: whom the event names.' },
    {
      name: 'zone',
      type: 'text',
      value: 'ZONE',
      help: "Whose clock times without a zone are of. Default: this machine's.",
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin maintenance import notice.ics --dry-run', does: 'What would come of it.' },
    { line: 'tocsin maintenance import notice.ics circuit=4711', does: 'For alarms so labelled.' },
  ],
  async run(given, world) {
    const [file = '', ...words] = given.args;
    const bytes = await bytesOfFile(resolve(world.cwd, file), basename(file));
    const body = {
      text: bytes.toString('utf8'),
      matchers: words.map(matcherOf),
      things: given.all('thing'),
      owner: given.text('owner'),
      zone: given.text('zone') || hereZone(),
      dryRun: given.flag('dry-run'),
    };
    const client = await connect(given, world);
    const answer = await client.send('POST', '/api/v1/maintenances/import', body);
    const events = listOf<EventAnswer>(client, answer, 'events');
    const { fault } = objectOf(client, answer, 'the answer');
    const isWhole = fault === null && events.every(({ outcome }) => outcome !== 'refused');
    const exit = isWhole ? 0 : EXIT_REFUSED;
    if (given.flag('json')) {
      wroteJson(world.stdout, answer);
      return exit;
    }
    world.stdout.write(drawn(events, world));
    if (fault !== null) {
      const { line, why } = fault as { readonly line: number; readonly why: string };
      world.stderr.write(`${printable(basename(file))}:${line}: ${printable(why)}\n`);
    }
    return exit;
  },
};

function drawn(events: readonly EventAnswer[], world: World): string {
  if (events.length === 0) return 'There is no event in it.\n';
  const columns = [
    { title: 'LINE', least: 4 },
    { title: 'OUTCOME', least: 9 },
    { title: 'ID', least: 4 },
    { title: 'FROM', least: 16 },
    { title: 'UNTIL', least: 16 },
    { title: 'NAME', least: 16 },
    { title: 'WHY', least: 16 },
  ];
  const rows = events.map(({ line, outcome, id, window, name, why }) => [
    String(line),
    outcome,
    id ?? '',
    timeText(window?.from),
    timeText(window?.to),
    name,
    why,
  ]);
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

function timeText(text: string | undefined): string {
  const at = text === undefined ? undefined : parseInstant(text);
  return at === undefined ? '' : whenText(at);
}

import { type Instant, parseInstant } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { ageText, paintFor, table, widthOf } from './terminal.ts';

/** What a source and a device have in common in the API's answers. */
interface Talk {
  readonly lastEventAt: string | null;
  readonly rates: { readonly minute: number; readonly tenMinutes: number; readonly hour: number };
  readonly silentSince: string | null;
  readonly silentAfter: { readonly seconds: number; readonly by: string } | null;
  readonly refused: number;
}

interface SourceAnswer extends Talk {
  readonly source: string;
  readonly dropped: Readonly<Record<string, number>>;
  readonly devices: { readonly known: number; readonly silent: number };
}

interface DeviceAnswer extends Talk {
  readonly device: string;
}

/** A list as one would draw it. */
interface Listed {
  readonly whole: unknown;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** More than the rows, when there are more. */
  readonly total: number;
}

export const sources: Command = {
  name: 'sources',
  summary: 'How each source does; with a name, each of its devices.',
  about:
    'Rates are reports in the last minute, ten minutes and hour. SILENT-AFTER says how long it ' +
    'may be quiet and who says so; longer is an alarm of the desk.',
  args: [{ name: 'SOURCE', help: 'Lists its devices, most trouble first.', optional: true }],
  options: [
    { name: 'silent', type: 'flag', help: 'Only who is silent for too long.' },
    {
      name: 'search',
      short: 's',
      type: 'text',
      value: 'TEXT',
      help: 'Part of the name of a device.',
    },
    { name: 'limit', type: 'number', default: '50', help: 'At most so many devices.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin sources', does: 'Who was heard when, how often, what was refused and lost.' },
    { line: 'tocsin sources snmp --silent', does: 'Devices whose traps are missing.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const [name] = given.args;
    const now = world.clock.now();
    const listed =
      name === undefined
        ? await allSources(client, given, now)
        : await devicesOf(client, given, name, now);
    if (given.flag('json')) {
      world.stdout.write(`${JSON.stringify(listed.whole, null, 2)}\n`);
      return 0;
    }
    const columns = listed.columns.map((title) => ({ title }));
    const paint = paintFor(world.stdout, world.env);
    world.stdout.write(table(columns, listed.rows, widthOf(world.stdout), paint));
    const more = listed.total - listed.rows.length;
    if (more > 0) world.stderr.write(`and ${more} more: --limit, --search\n`);
    return 0;
  },
};

const TALK = ['STATE', 'LAST', '1MIN', '10MIN', '1H', 'REFUSED', 'SILENT-AFTER'];

async function allSources(client: Client, given: Given, now: Instant): Promise<Listed> {
  const all = listOf<SourceAnswer>(client, await client.get('/api/v1/sources'), 'items');
  const whole = all.filter((s) => !given.flag('silent') || s.silentSince !== null);
  const rows = whole.map((s) => {
    const lost = Object.values(s.dropped).reduce((a, b) => a + b, 0);
    const silent = s.devices.silent > 0 ? `, ${s.devices.silent} silent` : '';
    return [s.source, ...talkCells(s, now), String(lost), `${s.devices.known}${silent}`];
  });
  return { whole, columns: ['SOURCE', ...TALK, 'LOST', 'DEVICES'], rows, total: rows.length };
}

async function devicesOf(
  client: Client,
  given: Given,
  name: string,
  now: Instant,
): Promise<Listed> {
  const query = new URLSearchParams({ limit: String(given.number('limit')) });
  if (given.has('search')) query.set('q', given.text('search'));
  if (given.flag('silent')) query.set('silent', 'true');
  const told = await client.get(`/api/v1/sources/${encodeURIComponent(name)}/devices?${query}`);
  const whole = listOf<DeviceAnswer>(client, told, 'items');
  const rows = whole.map((d) => [d.device, ...talkCells(d, now)]);
  const total = Number(objectOf(client, told, 'the answer').total);
  return { whole, columns: ['DEVICE', ...TALK], rows, total };
}

function talkCells(talk: Talk, now: Instant): readonly string[] {
  const { lastEventAt, rates, silentSince, silentAfter, refused } = talk;
  const last = parseInstant(lastEventAt ?? '');
  const state = silentSince !== null ? 'silent' : last === undefined ? 'not heard' : 'heard';
  return [
    state,
    last === undefined ? '' : `${ageText(now - last)} ago`,
    ...[rates.minute, rates.tenMinutes, rates.hour, refused].map(String),
    silentAfter === null ? '' : `${ageText(silentAfter.seconds * 1_000)} ${silentAfter.by}`,
  ];
}

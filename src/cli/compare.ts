import { DeskError } from '../base/errors.ts';
import { seconds } from '../base/time.ts';
import { parseMatchers } from '../domain/alarm/matcher.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import type { KeyPart } from './compare/argus.ts';
import { openPeer, peerSecret, peerUrl } from './compare/peer.ts';
import {
  blockOf,
  type Explained,
  type Found,
  inOrder,
  jsonLine,
  summaryOf,
} from './compare/print.ts';
import { type AskedFor, lookAtBoth, type Round } from './compare/round.ts';
import { LEFT_OUT } from './compare/seen.ts';
import { type Judged, Steady } from './compare/steady.ts';
import { whyOf } from './compare/why.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { helpWidth } from './help.ts';
import { usage } from './parse.ts';
import { pause } from './pause.ts';
import { durationText } from './settings.ts';
import { paintFor } from './terminal.ts';
import { whenText } from './when.ts';

const TOLERANCE_DEFAULT = seconds(30);
const EVERY_DEFAULT = seconds(15);
const EVERY_MIN = seconds(1);
/** The desk differs from the old one; `diff` says it so. */
const EXIT_DIFFERENT = 1;

export const compare: Command = {
  name: 'compare',
  summary: 'Says what the old desk has and this one lacks, and the other way round, with why.',
  about:
    'For the weeks when both run side by side. It only reads. What differs is looked at again ' +
    'after --tolerance and counts only if it still does: two desks never hear of a thing at the ' +
    'same moment. Ends with 0 when they are equal and 1 when they are not.',
  args: [
    { name: 'KIND', help: 'What the old desk is.', choices: ['alertmanager', 'argus'] },
    { name: 'OLD', help: 'Its address: http://old.example.org:9093' },
  ],
  options: [
    {
      name: 'old-token-file',
      type: 'text',
      value: 'FILE',
      help: 'File with a token for the old desk, or user:password.',
    },
    {
      name: 'filter',
      short: 'f',
      type: 'list',
      value: 'MATCHER',
      help: 'Only alarms with these labels, on both: team="ops".',
    },
    {
      name: 'source',
      type: 'list',
      value: 'NAME',
      help: 'Only what came here by this source. Default for an Alertmanager: alertmanager.',
    },
    {
      name: 'key',
      type: 'list',
      value: 'TAG=NAME',
      help: 'Argus: this tag is that label, or @resource or @type. All must fit.',
    },
    {
      name: 'leave-out',
      type: 'list',
      value: 'WHAT',
      choices: [...LEFT_OUT],
      help: 'What may differ: severity, marks (silenced, acknowledged …), receivers, silences.',
    },
    {
      name: 'tolerance',
      type: 'duration',
      default: durationText(TOLERANCE_DEFAULT),
      help: 'A difference counts when it stood for so long.',
    },
    { name: 'follow', type: 'flag', help: 'Goes on until Ctrl-C, and tells what changes.' },
    {
      name: 'every',
      type: 'duration',
      default: durationText(EVERY_DEFAULT),
      help: 'With --follow: how often both are looked at.',
    },
    { name: 'limit', type: 'number', default: '50', help: 'Differences shown. JSON shows all.' },
    { name: 'json', type: 'flag', help: 'One JSON line for each difference.' },
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin compare alertmanager http://old:9093', does: 'What differs, and why.' },
    {
      line: 'tocsin compare alertmanager http://old:9093 --follow --json >> differences.jsonl',
      does: 'For days, into a file.',
    },
    {
      line: 'tocsin compare argus https://argus.example.org --key host=@resource',
      does: 'Incidents and alarms are the same when the tag host is the resource.',
    },
  ],
  async run(given, world) {
    const asked = await readAsked(given, world);
    const client = await connect(given, world);
    return given.flag('follow')
      ? follow(client, asked, given, world)
      : once(client, asked, given, world);
  },
};

async function readAsked(given: Given, world: World): Promise<AskedFor> {
  const [kind = '', old = ''] = given.args;
  const isArgus = kind === 'argus';
  const secret = await peerSecret(given.text('old-token-file'), world.cwd);
  const peer = openPeer(isArgus ? 'an Argus' : 'an Alertmanager', peerUrl(old), secret, world);
  const keys = given.all('key').map(keyOf);
  if (keys.length > 0 && !isArgus) throw usage('--key is for an Argus: alerts are their labels');
  const matchers = given.all('filter').flatMap((text) => {
    const read = parseMatchers(text);
    if ('error' in read) throw new DeskError('MATCHER_INVALID', { matcher: text, why: read.error });
    const own = read.find(({ name }) => name.startsWith('@'));
    if (own) throw usage(`--filter: the old desk knows no ${own.name}; use labels`);
    return read;
  });
  const sources = given.all('source');
  const leftOut = new Set(LEFT_OUT.filter((what) => given.all('leave-out').includes(what)));
  if (matchers.length > 0) leftOut.add('silences'); // a silence has no labels
  return {
    peer,
    keys,
    matchers,
    sources: sources.length === 0 && !isArgus ? ['alertmanager'] : sources,
    leftOut,
    tolerance: given.duration('tolerance') ?? TOLERANCE_DEFAULT,
  };
}

function keyOf(text: string): KeyPart {
  const [tag = '', name = ''] = text.split(/=(.*)/s);
  if (tag === '' || name === '') throw usage(`--key: "${text}" is not TAG=NAME: host=@resource`);
  return { tag, name };
}

/** Looks until what differs has stood for the tolerance, at most twice. */
async function once(client: Client, asked: AskedFor, given: Given, world: World): Promise<number> {
  const steady = new Steady(asked.tolerance);
  let round = await lookAtBoth(client, asked);
  let judged = steady.take(round.differences, world.clock.now());
  if (judged.young > 0) {
    const again = `${judged.young} differ; looking again in ${durationText(asked.tolerance)}.\n`;
    if (world.stderr.isTerminal) world.stderr.write(again);
    await pause(world, asked.tolerance);
    round = await lookAtBoth(client, asked);
    judged = steady.take(round.differences, world.clock.now());
  }
  const whys = new Whys(client, asked);
  const found = foundOf(round, judged, await whys.explain(round, judged, world), asked);
  if (given.flag('json')) for (const one of found.standing) world.stdout.write(jsonLine(one));
  else world.stdout.write(drawn(found, given, world));
  return found.standing.length === 0 ? 0 : EXIT_DIFFERENT;
}

/** A screen is drawn anew at each look; into a pipe or a file goes what changed. */
async function follow(
  client: Client,
  asked: AskedFor,
  given: Given,
  world: World,
): Promise<number> {
  const every = given.duration('every') ?? EVERY_DEFAULT;
  if (every < EVERY_MIN) throw usage(`--every: at least ${durationText(EVERY_MIN)}`);
  const steady = new Steady(asked.tolerance);
  const whys = new Whys(client, asked);
  let differs = false;
  for (let isFirst = true; !world.signal.aborted; isFirst = false) {
    try {
      const round = await lookAtBoth(client, asked);
      const judged = steady.take(round.differences, world.clock.now());
      const before = whys.known;
      const explained = await whys.explain(round, judged, world);
      const found = foundOf(round, judged, explained, asked);
      differs = found.standing.length > 0;
      const gone = judged.gone.map((difference) => ({
        difference,
        why: before.get(difference.id) ?? '',
      }));
      const appeared = explained.filter(({ difference }) => judged.appeared.includes(difference));
      tell({ found, appeared, gone, isFirst }, given, world);
    } catch (error) {
      if (world.signal.aborted) break;
      // A desk that is away for a while is what is followed here; a wrong option is not.
      if (isFirst || !(error instanceof DeskError)) throw error;
      world.stderr.write(`${error.message} Looking again in ${durationText(every)}.\n`);
    }
    await pause(world, every);
  }
  return differs ? EXIT_DIFFERENT : 0;
}

/** Reasons of what stands; each is asked for once. */
class Whys {
  known: ReadonlyMap<string, string> = new Map();
  readonly #client: Client;
  readonly #asked: AskedFor;

  constructor(client: Client, asked: AskedFor) {
    this.#client = client;
    this.#asked = asked;
  }

  async explain(
    { there, here }: Round,
    { standing }: Judged,
    { clock }: World,
  ): Promise<readonly Explained[]> {
    const { peer, keys } = this.#asked;
    const parts = { client: this.#client, peer, keys, there, here, now: clock.now() };
    const why = whyOf({ ...parts, differences: standing });
    const explained: Explained[] = [];
    for (const difference of standing) {
      const known = this.known.get(difference.id);
      explained.push({ difference, why: known ?? (await why(difference)) });
    }
    this.known = new Map(explained.map(({ difference, why }) => [difference.id, why]));
    return inOrder(explained);
  }
}

const foundOf = (
  { same, aside }: Round,
  { young }: Judged,
  standing: readonly Explained[],
  { tolerance }: AskedFor,
): Found => ({ standing, same, young, aside, tolerance: durationText(tolerance) });

interface Change {
  readonly found: Found;
  readonly appeared: readonly Explained[];
  readonly gone: readonly Explained[];
  readonly isFirst: boolean;
}

const CLEAR_SCREEN = '\u001b[H\u001b[2J';

function tell({ found, appeared, gone, isFirst }: Change, given: Given, world: World): void {
  const { stdout } = world;
  if (given.flag('json')) {
    for (const one of appeared) stdout.write(jsonLine(one, 'appeared'));
    for (const one of gone) stdout.write(jsonLine(one, 'gone'));
    return;
  }
  const now = world.clock.now();
  if (stdout.isTerminal) {
    stdout.write(`${CLEAR_SCREEN}${whenText(now)}  Ctrl-C ends it.\n${drawn(found, given, world)}`);
    return;
  }
  const paint = paintFor(stdout, world.env);
  const width = helpWidth(stdout.columns);
  const lines = (sign: string, list: readonly Explained[]): string =>
    list.map((one) => `${whenText(now)} ${sign} ${blockOf(one, now, width, paint)}`).join('');
  const changed = appeared.length + gone.length > 0;
  if (changed || isFirst) stdout.write(lines('+', appeared) + lines('-', gone) + summaryOf(found));
}

function drawn(found: Found, given: Given, world: World): string {
  const paint = paintFor(world.stdout, world.env);
  const width = helpWidth(world.stdout.columns);
  const limit = Math.max(0, given.number('limit'));
  const now = world.clock.now();
  const shown = found.standing.slice(0, limit).map((one) => blockOf(one, now, width, paint));
  const left = found.standing.length - shown.length;
  const more = left > 0 ? `and ${left} more: --limit\n` : '';
  const gap = shown.length > 0 ? '\n' : '';
  return `${shown.join('')}${more}${gap}${summaryOf(found)}`;
}

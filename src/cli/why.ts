import { type Instant, instantText } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { helpWidth } from './help.ts';
import { localTimes, moment } from './local-times.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { type RouteStepAnswer, routeLines } from './route-lines.ts';
import { paintFor, printable, wrapped } from './terminal.ts';
import { parseWhen, whenExpected } from './when.ts';

export const why: Command = {
  name: 'why',
  summary: 'Says who was told of an alarm, or why nobody was.',
  about:
    'The first line is the answer. Below it: what keeps it quiet now, its groups and when they ' +
    'are looked at next, the way it took through the routes, and what was decided and tried.',
  args: [{ name: 'ALARM', help: 'The alarm, as `tocsin alarms` shows it.' }],
  options: [
    {
      name: 'at',
      type: 'text',
      value: 'TIME',
      help: 'As it was then: 02:14, "2026-03-01 02:14" (this machine’s clock), or RFC 3339.',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin why 6b1c5d5be5d8f0aa', does: 'Why nobody’s phone rang.' },
    { line: 'tocsin why 6b1c5d5be5d8f0aa --at "2026-03-01 02:14"', does: 'What held that night.' },
  ],
  async run(given, world) {
    const at = momentOf(given, world);
    const client = await connect(given, world);
    const path = `/api/v1/alarms/${encodeURIComponent(given.args[0] ?? '')}/why`;
    const told = await client.get(path, at === undefined ? [] : [['at', instantText(at)]]);
    world.stdout.write(
      given.flag('json') ? `${JSON.stringify(told, null, 2)}\n` : story(client, told, world),
    );
    return 0;
  },
};

const DAY_MS = 86_400_000;

function momentOf(given: Given, world: World): Instant | undefined {
  const text = given.text('at');
  if (text === '') return undefined;
  const at = parseWhen(text, world.clock.now());
  if (at === undefined) throw usage(`--at: "${text}" is not a time; write ${whenExpected}`);
  // A bare time of day is the next one elsewhere; here it is the last one.
  const isClock = /^\d{1,2}:\d\d$/.test(text);
  return isClock && at > world.clock.now() ? ((at - DAY_MS) as Instant) : at;
}

interface GroupAnswer {
  readonly receiver: string;
  readonly key: string;
  readonly raised: number;
  readonly ended: number;
  readonly repeatsEvery: string;
  readonly looks: { readonly lastAt: string | null; nextAt: string; says: string } | null;
  readonly closed: {
    readonly why: string;
    intervals: readonly string[];
    until: string | null;
  } | null;
  readonly ways: readonly WayAnswer[];
}

interface WayAnswer {
  readonly way: string;
  readonly told: { readonly as: string; readonly at: string; readonly shadow: boolean } | null;
  readonly next: { readonly says: string } | null;
  readonly delivery: { readonly attempts: number; dueAt: string; says: string } | null;
  readonly failingSince: string | null;
  readonly lastError: string;
  readonly pausedUntil: string | null;
}

interface DecisionAnswer {
  readonly at: string;
  readonly way: string;
  readonly verdict: string;
  readonly reason: string;
  readonly delivery: string | null;
}

interface AttemptAnswer {
  readonly at: string;
  readonly way: string;
  readonly attempt: number;
  readonly result: string;
  readonly detail: string;
}

/** Writes lines of a story: indented, and no wider than the screen. */
function writer(world: World) {
  const width = helpWidth(world.stdout.columns);
  const paint = paintFor(world.stdout, world.env);
  const now = world.clock.now();
  let text = '';
  return {
    line(indent: number, words: string): void {
      const lines = wrapped(printable(localTimes(words, now)), width - indent - 2);
      const [first = '', ...more] = lines;
      text += `${' '.repeat(indent)}${first}\n`;
      for (const rest of more) text += `${' '.repeat(indent + 2)}${rest}\n`;
    },
    heading(words: string): void {
      text += `\n${paint('bold', words)}\n`;
    },
    answer(words: string): void {
      const lines = wrapped(printable(localTimes(words, now)), width);
      text += `${lines.map((l) => paint('bold', l)).join('\n')}\n`;
    },
    get text(): string {
      return text;
    },
  };
}

type Writer = ReturnType<typeof writer>;

function story(client: Client, told: unknown, world: World): string {
  const whole = objectOf(client, told, 'the answer');
  const out = writer(world);
  out.answer(String(whole.answer));
  if (whole.past === true) out.line(0, `(as it was at ${moment(String(whole.at))})`);
  const mutes = listOf<{ says: string }>(client, told, 'mutes');
  if (mutes.length > 0) out.heading(whole.past === true ? 'Muted then' : 'Muted now');
  for (const { says } of mutes) out.line(2, says);
  for (const group of listOf<GroupAnswer>(client, told, 'groups')) groupLines(out, group);
  const steps = listOf<RouteStepAnswer>(client, told, 'routes');
  out.heading('Its way through the routes');
  if (steps.length === 0) out.line(2, 'There was no routing.');
  for (const [indent, words] of routeLines(steps)) out.line(indent, words);
  if (Number(whole.routesLeftOut) > 0) {
    out.line(2, `and ${String(whole.routesLeftOut)} routes more that did not match`);
  }
  history(out, client, told);
  if (whole.more === true) out.line(2, 'Older lines are not shown.');
  return out.text;
}

function groupLines(out: Writer, group: GroupAnswer): void {
  out.heading(`Group ${printable(group.key)}`);
  const ended = group.ended > 0 ? `, and ${group.ended} whose end is to be told` : '';
  out.line(2, `${group.raised} raised in it${ended}; receiver ${group.receiver}`);
  const { looks, closed } = group;
  if (looks) {
    if (looks.lastAt !== null) out.line(2, `last look ${moment(looks.lastAt)}`);
    out.line(
      2,
      `next look ${moment(looks.nextAt)}: ${looks.says}; repeats every ${group.repeatsEvery}`,
    );
  }
  if (closed) {
    const until = closed.until === null ? '' : ` until ${moment(closed.until)}`;
    const where = closed.why === 'mute' ? 'in the mute interval' : 'outside';
    out.line(2, `quiet now: ${where} ${closed.intervals.join(', ')}${until}`);
  }
  for (const way of group.ways) wayLines(out, way);
  if (looks && group.ways.some((way) => way.next === null)) out.line(2, UNFORESEEN);
  if (group.ways.length === 0) out.line(2, 'no way out: this receiver tells nobody');
}

const UNFORESEEN = 'what it would be told next is not foreseen: the group is too large';

const TOLD: Readonly<Record<string, string>> = {
  firing: 'was told that it is raised',
  resolved: 'was told that it is over',
  'taken back': 'was told of it before it was taken back; last heard of the group',
};

function wayLines(out: Writer, way: WayAnswer): void {
  const { told, next, delivery } = way;
  const words = told === null ? '' : (TOLD[told.as] ?? told.as);
  const did = told?.shadow ? words.replace('was told', 'would have been told') : words;
  const said = told === null ? 'was not told of it' : `${did}, ${moment(told.at)}`;
  out.line(2, `${way.way} ${said}`);
  if (delivery) {
    const says = delivery.says || `next try ${moment(delivery.dueAt)}`;
    out.line(4, `open delivery, ${delivery.attempts} tries so far: ${says}`);
  }
  if (way.failingSince !== null) {
    out.line(4, `failing since ${moment(way.failingSince)}: ${way.lastError}`);
  }
  if (way.pausedUntil !== null) out.line(4, `paused until ${moment(way.pausedUntil)}`);
  if (next) out.line(4, next.says);
}

function history(out: Writer, client: Client, told: unknown): void {
  const decisions = listOf<DecisionAnswer>(client, told, 'decisions');
  const attempts = listOf<AttemptAnswer>(client, told, 'attempts');
  const lines = [
    ...decisions.map((d) => ({
      at: d.at,
      says: `${d.way}: ${d.verdict === 'notify' ? 'told' : 'left alone'}, ${d.reason}`,
    })),
    ...attempts.map((a) => ({
      at: a.at,
      says: `${a.way}: try ${a.attempt} ${RESULTS[a.result] ?? a.result}: ${a.detail}`,
    })),
  ].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  out.heading('What was decided and tried, newest first');
  if (lines.length === 0) out.line(2, 'Nothing yet.');
  for (const { at, says } of lines) out.line(2, `${moment(at)}  ${says}`);
}

const RESULTS: Readonly<Record<string, string>> = {
  sent: 'arrived',
  later: 'failed, tried again later',
  never: 'refused for good',
  withdrawn: 'withdrawn',
  shadow: 'not sent',
};

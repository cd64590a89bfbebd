import { type Instant, parseInstant } from '../base/time.ts';
import {
  type AlarmAnswer,
  alarmOf,
  type ExplainAnswer,
  type ExplainLine,
  listOf,
  objectOf,
} from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { helpWidth } from './help.ts';
import { JSON_OPTION } from './options.ts';
import { ageText, paintFor, printable, wrapped } from './terminal.ts';
import { type TypeAnswer, typeFacts } from './type-lines.ts';
import { whenText } from './when.ts';

export const show: Command = {
  name: 'show',
  summary: 'Shows one alarm: what is so, what comes next, how it came to be.',
  args: [{ name: 'ID', help: 'The alarm, as `tocsin alarms` shows it.' }],
  options: [
    { name: 'evidence', type: 'flag', help: 'Also what arrived last, as it arrived.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin show 6b1c5d5be5d8f0aa', does: 'With its timeline and the reasons.' },
    { line: 'tocsin show 6b1c5d5be5d8f0aa --json | jq .alarm.labels', does: 'For a script.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const path = `/api/v1/alarms/${encodeURIComponent(given.args[0] ?? '')}`;
    const whole = objectOf(client, await client.get(path), 'the answer');
    const alarm = alarmOf(client, whole.alarm);
    const told = await client.get(`${path}/explain`);
    const explain = explainOf(client, told);
    const evidence = given.flag('evidence')
      ? objectOf(client, await client.get(`${path}/evidence`), 'the evidence')
      : undefined;
    if (given.flag('json')) {
      const all = { alarm, explain: told, ...(evidence === undefined ? {} : { evidence }) };
      world.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
      return 0;
    }
    const described = (whole.described ?? null) as TypeAnswer | null;
    world.stdout.write(drawn(alarm, explain, world, described));
    if (evidence !== undefined) world.stdout.write(`\nEvidence\n${String(evidence.raw)}\n`);
    return 0;
  },
};

const explainOf = (client: Client, value: unknown): ExplainAnswer => ({
  now: listOf<ExplainLine>(client, value, 'now'),
  next: listOf<ExplainLine>(client, value, 'next'),
  past: listOf<ExplainLine>(client, value, 'past'),
});

function drawn(
  alarm: AlarmAnswer,
  explain: ExplainAnswer,
  world: World,
  described: TypeAnswer | null,
): string {
  const paint = paintFor(world.stdout, world.env);
  const now = world.clock.now();
  const width = helpWidth(world.stdout.columns);
  const heading = (text: string): string => `\n${paint('bold', text)}\n`;
  const head = `${paint(alarm.severity, alarm.severity)}  ${paint('bold', printable(alarm.text))}`;
  const facts: readonly (readonly [string, string])[] = [
    ['id', alarm.id],
    ['resource', alarm.resource],
    ['type', alarm.type],
    ['source', alarm.source],
    ['state', alarm.standing],
    ['assignee', alarm.assignee?.name ?? ''],
    ['ticket', alarm.ticket],
    ['link', alarm.link],
    ['episode', `${alarm.episode}; raised ${timesText(alarm.episodes)} so far`],
    ['heard', `${timesText(alarm.occurrences)}, last ${ageOf(alarm.heardAt, now)} ago`],
    ['', alarm.unkept ? `${alarm.unkept} of these were counted without their words` : ''],
    ...Object.entries(alarm.labels).map(([name, value]) => [`  ${name}`, value] as const),
    ...Object.entries(alarm.context ?? {}).map(([name, value]) => [`  + ${name}`, value] as const),
  ];
  const row = ([name, value]: readonly [string, string]): string =>
    value === '' ? '' : `  ${paint('dim', printable(name).padEnd(12))} ${printable(value)}\n`;
  const lines = (list: readonly ExplainLine[]): string =>
    list.map((line) => lineText(line, now, width)).join('');
  return [
    `${head}\n`,
    ...facts.map(row),
    ...(described ? [heading('Its type'), ...typeFacts(described).map(row)] : []),
    heading('Now'),
    lines(explain.now),
    ...(explain.next.length > 0 ? [heading('Next'), lines(explain.next)] : []),
    ...(explain.past.length > 0 ? [heading('Timeline'), lines(explain.past)] : []),
  ].join('');
}

const INDENT = 20;

/** `2026-03-01 06:00  what by whom: why (3h ago)`, and the rule under it. */
function lineText({ at, what, why, by, rule }: ExplainLine, now: Instant, width: number): string {
  const instant = at === null ? undefined : parseInstant(at);
  const when = instant === undefined ? '' : whenText(instant);
  const age = instant === undefined || instant > now ? '' : ` (${ageText(now - instant)} ago)`;
  const who = by === null ? '' : ` by ${by.name}`;
  const said = printable(`${what}${who}${why === '' ? '' : `: ${why}`}${age}`);
  const text = wrapped(said, width - INDENT);
  const because = wrapped(printable(`because: ${rule}`), width - INDENT);
  const [first = '', ...more] = [...text, ...(rule === '' ? [] : because)];
  const pad = ' '.repeat(INDENT);
  return `  ${when.padEnd(INDENT - 2)}${first}\n${more.map((line) => `${pad}${line}\n`).join('')}`;
}

const timesText = (n: number): string => (n === 1 ? 'once' : `${n} times`);

const ageOf = (text: string, now: Instant): string =>
  ageText(Math.max(0, now - (parseInstant(text) ?? now)));

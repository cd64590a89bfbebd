import { days, type Instant, instantText, parseInstant } from '../base/time.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { listOf, objectOf } from './answers.ts';
import { connect, type Query } from './client.ts';
import type { Command, Given, Option, World } from './command.ts';
import { endsById } from './ends-by-id.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION, needed, REASON } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { matcherOf } from './silence.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';
import { parseWhen, whenExpected, whenText } from './when.ts';

const PATH = '/api/v1/rules';
const PAGE_MAX = 1_000;
const REVIEW_DAYS_DEFAULT = 90;

/** What a rule does, for `set` and `try`. */
const DOES: readonly Option[] = [
  {
    name: 'severity',
    type: 'text',
    value: 'SEVERITY',
    choices: SEVERITIES,
    help: 'Give them this severity.',
  },
  {
    name: 'text',
    type: 'text',
    value: 'TEXT',
    help: 'Give them this text; {text} is what the source said, {site} a label.',
  },
  { name: 'priority', type: 'number', help: 'Give them this priority: 1 (at once) to 5.' },
  { name: 'hide', type: 'flag', help: 'Tell nobody of them, until the review.' },
  { name: 'hold', type: 'duration', help: 'Tell of a raise only when it stays so long: 90s.' },
  { name: 'order', type: 'number', default: '100', help: 'Lower ones are asked first.' },
  { name: 'id', type: 'text', value: 'ID', help: 'Change this rule instead of a new one.' },
];

interface RuleAnswer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly order: number;
  readonly matchers: readonly string[];
  readonly does: {
    readonly severity: string | null;
    readonly text: string | null;
    readonly priority: number | null;
    readonly hide: boolean;
    readonly holdSeconds: number | null;
  };
  readonly reason: string;
  readonly owner: string;
  readonly by: { readonly name: string };
  readonly reviewAt: string;
  readonly touches: number;
}

const list: Command = {
  name: 'list',
  summary: 'Lists operators’ rules in the order in which they are asked.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin alarm-rules list', does: 'And what each touches now.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const query: Query = [['limit', String(PAGE_MAX)]];
    const page = await client.get(PATH, query);
    if (given.flag('json')) return wroteJson(world.stdout, page);
    const found = listOf<RuleAnswer>(client, page, 'items');
    world.stdout.write(drawn(found, world));
    if (objectOf(client, page, 'the answer').next !== null) {
      world.stderr.write(`only the first ${PAGE_MAX} are shown\n`);
    }
    return 0;
  },
};

function drawn(found: readonly RuleAnswer[], world: World): string {
  if (found.length === 0) return 'There are no rules.\n';
  const columns: readonly Column[] = [
    { title: 'ID', least: 4 },
    { title: 'STATE', least: 7 },
    { title: 'ORDER', least: 5 },
    { title: 'TOUCHES', least: 7 },
    { title: 'NAME', least: 12 },
    { title: 'DOES', least: 16 },
    { title: 'MATCHERS', least: 16 },
    { title: 'OWNER', least: 6 },
    { title: 'REVIEW', least: 10 },
  ];
  const rows = found.map((r) => [
    r.id,
    r.state,
    String(r.order),
    String(r.touches),
    r.name,
    doesText(r.does),
    r.matchers.join(' '),
    r.owner,
    dayText(r.reviewAt),
  ]);
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

const dayText = (text: string): string => timeText(text).slice(0, 10);

function timeText(text: string): string {
  const at = parseInstant(text);
  return at === undefined ? text : whenText(at);
}

const doesText = ({ severity, text, priority, hide, holdSeconds }: RuleAnswer['does']): string =>
  [
    severity && `severity ${severity}`,
    priority && `priority ${priority}`,
    hide && 'hides',
    holdSeconds && `holds ${holdSeconds} s`,
    text && `text "${text}"`,
  ]
    .filter(Boolean)
    .join(', ');

const show: Command = {
  name: 'show',
  summary: 'Prints one rule: what it does, why, who answers for it.',
  args: [{ name: 'ID', help: 'As `tocsin alarm-rules list` shows it.' }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin alarm-rules show u12', does: 'All of it.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get(`${PATH}/${encodeURIComponent(given.args[0] ?? '')}`);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const r = objectOf(client, answer, 'the rule') as unknown as RuleAnswer;
    const lines = [
      `${r.id}  ${r.name} (${r.state}, order ${r.order})`,
      `fits      ${r.matchers.join(', ')}`,
      `does      ${doesText(r.does)}`,
      `touches   ${r.touches} raised alarms now`,
      `because   ${r.reason}`,
      `owner     ${r.owner}; last changed by ${r.by.name}`,
      `review    ${timeText(r.reviewAt)}`,
    ];
    world.stdout.write(`${lines.map(printable).join('\n')}\n`);
    return 0;
  },
};

function doesOf(given: Given): object {
  const hold = given.duration('hold');
  return {
    ...(given.text('severity') === '' ? {} : { severity: given.text('severity') }),
    ...(given.text('text') === '' ? {} : { text: given.text('text') }),
    ...(given.has('priority') ? { priority: given.number('priority') } : {}),
    ...(given.flag('hide') ? { hide: true } : {}),
    ...(hold === undefined ? {} : { holdSeconds: Math.round(hold / 1_000) }),
  };
}

const idOf = (given: Given): object => (given.text('id') === '' ? {} : { id: given.text('id') });
const MATCHER = {
  name: 'MATCHER',
  help: 'site=lab, @severity=~"minor|warning"',
  many: true,
} as const;

const set: Command = {
  name: 'set',
  summary: 'Makes or changes a rule, with a reason, an owner and a review.',
  about: 'Try it first: `tocsin alarm-rules try` says what it would touch, and changes nothing.',
  args: [MATCHER],
  options: [
    ...DOES,
    { name: 'name', type: 'text', value: 'TEXT', help: 'What people call it. Needed.' },
    REASON,
    { name: 'owner', type: 'text', value: 'NAME', help: 'Who answers for it. Needed.' },
    {
      name: 'review',
      type: 'text',
      value: 'TIME',
      help: `Look at it again by then. Default: in ${REVIEW_DAYS_DEFAULT} days.`,
    },
    { name: 'off', type: 'flag', help: 'Keep it, but do not ask it.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin alarm-rules set site=lab --name Lab --severity warning -r "in test" --owner x',
      does: 'For 90 days, then somebody looks again.',
    },
  ],
  async run(given, world) {
    const body = {
      ...idOf(given),
      name: needed(given, 'name'),
      matchers: given.args.map(matcherOf),
      order: given.number('order'),
      does: doesOf(given),
      reason: needed(given, 'reason'),
      owner: needed(given, 'owner'),
      reviewAt: instantText(reviewOf(given, world)),
      enabled: !given.flag('off'),
    };
    const client = await connect(given, world);
    const made = await client.send('POST', PATH, body);
    if (given.flag('json')) return wroteJson(world.stdout, made);
    world.stdout.write(`${printable(String(objectOf(client, made, 'the answer').id))}\n`);
    return 0;
  },
};

function reviewOf(given: Given, world: World): Instant {
  const text = given.text('review');
  const now = world.clock.now();
  if (text === '') return (now + days(REVIEW_DAYS_DEFAULT)) as Instant;
  const at = parseWhen(text, now);
  if (at === undefined) throw usage(`--review: "${text}" is not a time; write ${whenExpected}`);
  return at;
}

interface FittingAnswer {
  readonly count: number;
  readonly whole: boolean;
  readonly examples: readonly {
    readonly resource: string;
    readonly now: { readonly severity: string; readonly text: string };
    readonly would: {
      readonly severity: string;
      readonly text: string;
      readonly priority: number | null;
      readonly hidden: boolean;
    };
  }[];
}

const tryOut: Command = {
  name: 'try',
  summary: 'Says which alarms a rule would touch, now and lately. Changes nothing.',
  args: [MATCHER],
  options: [
    ...DOES,
    { name: 'days', type: 'number', default: '7', help: 'How far back history is looked at.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin alarm-rules try site=lab --severity warning', does: 'What would it touch?' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const matchers = given.args.map(matcherOf);
    const order = given.number('order');
    const body = {
      ...idOf(given),
      matchers,
      order,
      does: doesOf(given),
      days: given.number('days'),
    };
    const answer = await client.send('POST', `${PATH}/try`, body);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const { open, past } = objectOf(client, answer, 'the answer') as unknown as Record<
      'open' | 'past',
      FittingAnswer
    >;
    const lines = [
      `${open.count} open now`,
      ...open.examples.map(exampleText),
      `${past.whole ? '' : 'at least '}${past.count} in the last ${given.number('days')} days`,
      ...past.examples.map(exampleText),
    ];
    world.stdout.write(`${lines.map(printable).join('\n')}\n`);
    return 0;
  },
};

function exampleText({ resource, now, would }: FittingAnswer['examples'][number]): string {
  const news = [
    would.severity === now.severity ? now.severity : `${now.severity} -> ${would.severity}`,
    would.priority !== null && `priority ${would.priority}`,
    would.hidden && 'hidden',
  ];
  const text = would.text === now.text ? now.text : `${now.text} -> ${would.text}`;
  return `  ${resource}  ${news.filter(Boolean).join(', ')}: ${text}`;
}

const remove = endsById({
  name: 'remove',
  summary: 'Takes a rule away: alarms are again as their sources have them.',
  idHelp: 'As `tocsin alarm-rules list` shows it.',
  example: { line: 'tocsin alarm-rules remove u12 -r "in service now"', does: 'It is audited.' },
  ...{ path: PATH, act: 'remove', done: 'removed' },
});

export const alarmRules: Command = {
  name: 'alarm-rules',
  summary: 'Operators’ rules for alarms of any source: list, show, set, try, remove.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin alarm-rules list', does: 'See alarm-rules set --help.' }],
  below: [list, show, set, tryOut, remove],
  run: () => Promise.reject(usage('tocsin alarm-rules needs a command')),
};

import type { Command, Option } from './command.ts';
import { COMMON } from './parse.ts';
import { type Paint, wrapped } from './terminal.ts';

const HELP_COLUMNS_MAX = 100;
const LEFT_MAX = 34;

export interface HelpLook {
  readonly width: number;
  readonly paint: Paint;
}

export const helpWidth = (columns: number | undefined): number =>
  Math.min(HELP_COLUMNS_MAX, columns ?? HELP_COLUMNS_MAX);

/** `tocsin shelve [options] ID...` */
export function usageLine(command: Command, path: string): string {
  const args = command.args.map((a) => {
    const word = a.many ? `${a.name}...` : a.name;
    return a.optional ? `[${word}]` : word;
  });
  const below = command.below === undefined ? [] : ['COMMAND'];
  return [path, ...below, '[options]', ...args].join(' ');
}

/** `--label NAME=VALUE` */
export function optionText(option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.type === 'flag' ? '' : ` ${option.value ?? valueName(option)}`;
  return `${short}--${option.name}${value}`;
}

const valueName = (option: Option): string => {
  if (option.choices !== undefined) return option.choices.join('|');
  if (option.type === 'number') return 'N';
  return option.type === 'duration' ? 'TIME' : 'VALUE';
};

/** The help of one command: what it does, its words, its options, how it is used. */
export function commandHelp(command: Command, path: string, { width, paint }: HelpLook): string {
  const parts = [
    wrapped(command.summary, width).join('\n'),
    `${paint('bold', 'Usage:')} ${usageLine(command, path)}`,
  ];
  if (command.about !== undefined) parts.splice(1, 0, wrapped(command.about, width).join('\n'));
  const section = (title: string, rows: readonly (readonly [string, string])[]) => {
    if (rows.length > 0) parts.push(`${paint('bold', title)}\n${listed(rows, width)}`);
  };
  section(
    'Commands:',
    (command.below ?? []).map((c) => [c.name, c.summary]),
  );
  section(
    'Words:',
    command.args.map((a) => [a.name, a.help]),
  );
  section(
    'Options:',
    [...command.options, ...COMMON].map((o) => [optionText(o), helpOf(o)]),
  );
  if (command.examples.length > 0)
    parts.push(`${paint('bold', 'Examples:')}\n${examples(command, width, paint)}`);
  return `${parts.join('\n\n')}\n`;
}

function helpOf(option: Option): string {
  const often = option.type === 'list' ? ' May be given again.' : '';
  const byDefault = option.default === undefined || option.default === '' ? '' : option.default;
  return `${option.help}${often}${byDefault === '' ? '' : ` Default: ${byDefault}.`}`;
}

const examples = (command: Command, width: number, paint: Paint): string =>
  command.examples
    .map(({ line, does }) => {
      const why = wrapped(does, width - 4).map((text) => `  ${paint('dim', `# ${text}`)}`);
      return [...why, `  ${line}`].join('\n');
    })
    .join('\n\n');

function listed(rows: readonly (readonly [string, string])[], width: number): string {
  const left = Math.min(LEFT_MAX, Math.max(...rows.map(([name]) => name.length)));
  return rows
    .map(([name, help]) => {
      const lines = wrapped(help, Math.max(24, width - left - 4));
      const indent = ' '.repeat(left + 4);
      const head = name.length > left ? `  ${name}\n${indent}` : `  ${name.padEnd(left)}  `;
      return head + lines.join(`\n${indent}`);
    })
    .join('\n');
}

/** What `tocsin` alone and `tocsin --help` show. */
export function overview(commands: readonly Command[], { width, paint }: HelpLook): string {
  const rows = commands.map((c) => [c.name, c.summary] as const);
  return `Tocsin: one calm desk for everything that is wrong.

${paint('bold', 'Usage:')} tocsin COMMAND [options]

${paint('bold', 'Commands:')}
${listed(rows, width)}

${paint('bold', 'Start here:')}
  tocsin demo            ${paint('dim', '# a desk full of believable trouble, to look around')}
  tocsin serve           ${paint('dim', '# your desk, data in ./data')}
  tocsin alarms          ${paint('dim', '# what is wrong now, from a second terminal')}
  tocsin alarms --help   ${paint('dim', '# each command explains itself, with examples')}

Exit codes: 0 done, 1 something broke on our side, 2 wrong use, 3 not allowed, 4 not found,
5 refused by the state of things, 6 no answer (try again), 7 data in use or damaged.
`;
}

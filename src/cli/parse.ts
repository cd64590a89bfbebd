import { parseArgs } from 'node:util';
import { BugError, DeskError } from '../base/errors.ts';
import { meant } from '../base/near.ts';
import type { Millis } from '../base/time.ts';
import type { Command, Given, Option } from './command.ts';
import { durationExpected, parseDuration } from './settings.ts';

/** Options every command has. */
export const COMMON: readonly Option[] = [
  { name: 'help', short: 'h', type: 'flag', help: 'Show this help.' },
];

export const wantsHelp = (given: Given): boolean => given.flag('help');

type Typed = Map<string, string[]>;

/**
 * Reads what stands after the command's name. Takes `--name=value` and `--name value`, Go's single
 * dash for long names, `--no-flag`, and `--` before words that begin with a dash. Throws
 * DeskError USAGE_INVALID with the nearest name for what is not known.
 */
export function parse(command: Command, path: string, argv: readonly string[]): Given {
  const known = [...command.options, ...COMMON];
  const words = argv.map((word) => longDash(word, known));
  const { tokens } = parseArgs({
    args: words,
    options: shapes(known, words),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const typed: Typed = new Map();
  const args: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value);
    if (token.kind === 'option') take(token, known, path, typed);
  }
  const given = read(known, typed, args);
  if (given.flag('help')) return given; // help is given whatever else is wrong
  for (const option of known) check(option, typed.get(option.name) ?? []);
  countArguments(command, path, args);
  return given;
}

/** `-web.listen-address=…` as Go's own flag package took it. */
function longDash(word: string, known: readonly Option[]): string {
  const found = /^-([a-z][\w.-]+)(=.*)?$/s.exec(word);
  return found && find(known, found[1] ?? '') !== undefined ? `-${word}` : word;
}

function find(known: readonly Option[], name: string): Option | undefined {
  return (
    known.find((o) => o.name === name) ??
    known.find((o) => o.name.endsWith('*') && name.startsWith(o.name.slice(0, -1)))
  );
}

type Shape = { type: 'string' | 'boolean'; multiple: true; short?: string };

/** What parseArgs must know to tell `--name value` from a flag; `a.*` is filled in from argv. */
function shapes(known: readonly Option[], words: readonly string[]): Record<string, Shape> {
  const out: Record<string, Shape> = Object.create(null);
  for (const { name, type, short } of known)
    out[name] = {
      type: type === 'flag' ? 'boolean' : 'string',
      multiple: true,
      ...(short === undefined ? {} : { short }),
    };
  for (const word of words) {
    const name = /^--([^=]+)/.exec(word)?.[1] ?? '';
    const option = find(known, name);
    if (option !== undefined && !Object.hasOwn(out, name))
      out[name] = { type: option.type === 'flag' ? 'boolean' : 'string', multiple: true };
  }
  return out;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function take(token: OptionToken, known: readonly Option[], path: string, typed: Typed): void {
  const off = token.name.startsWith('no-') ? find(known, token.name.slice(3)) : undefined;
  const option = find(known, token.name) ?? (off?.type === 'flag' ? off : undefined);
  if (option === undefined) {
    const names = known.map((o) => o.name).filter((name) => !name.endsWith('*'));
    const hint = token.rawName.startsWith('--') ? meant(token.name, names, '--') : '';
    throw usage(`${path} has no option ${token.rawName}${hint}`);
  }
  const name = option.name.endsWith('*') ? token.name : option.name;
  const before = typed.get(name) ?? [];
  if (option.type === 'flag') {
    const said = option === off ? 'false' : (token.value ?? 'true');
    if (said !== 'true' && said !== 'false')
      throw usage(`--${name} is a switch and takes no value, but was given "${said}"`);
    typed.set(name, [said]);
    return;
  }
  if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))
    throw usage(`--${name} needs a value: --${name} ${option.value ?? 'VALUE'}`);
  if (option.type !== 'list' && before.length > 0 && !option.name.endsWith('*'))
    throw usage(`--${name} is given twice; give it once`);
  typed.set(name, [...before, token.value]);
}

function check(option: Option, values: readonly string[]): void {
  for (const value of values) {
    if (option.choices !== undefined && option.type !== 'flag' && !option.choices.includes(value)) {
      const list = option.choices.join(', ');
      throw usage(
        `--${option.name}: "${value}" is not one of ${list}${meant(value, option.choices)}`,
      );
    }
    if (option.type === 'number' && !/^\d{1,15}$/.test(value))
      throw usage(`--${option.name}: "${value}" is not a whole number`);
    if (option.type === 'duration' && value !== '' && parseDuration(value) === undefined)
      throw usage(
        `--${option.name}: "${value}" is not a length of time; write ${durationExpected}`,
      );
  }
}

function countArguments(command: Command, path: string, args: readonly string[]): void {
  const least = command.args.filter((a) => !a.optional).length;
  const missing = command.args[args.length];
  if (args.length < least && missing !== undefined)
    throw usage(`${path} needs ${missing.name}: ${missing.help}`);
  const last = command.args.at(-1);
  if (args.length > command.args.length && !last?.many)
    throw usage(`${path} does not know what to do with "${args[command.args.length] ?? ''}"`);
  args.forEach((word, i) => {
    const choices = command.args[Math.min(i, command.args.length - 1)]?.choices;
    if (choices !== undefined && !choices.includes(word))
      throw usage(`"${word}" is not one of ${choices.join(', ')}${meant(word, choices)}`);
  });
}

function read(known: readonly Option[], typed: Typed, args: readonly string[]): Given {
  const declared = (name: string): Option => {
    const option = find(known, name);
    if (option === undefined) throw new BugError(`no option ${name} is declared`);
    return option;
  };
  const text = (name: string): string => typed.get(name)?.at(-1) ?? declared(name).default ?? '';
  return {
    text,
    all: (name) =>
      typed.get(name) ?? (declared(name).default ? [declared(name).default ?? ''] : []),
    flag: (name) => text(name) === 'true',
    number: (name) => Number(text(name)),
    duration: (name): Millis | undefined => parseDuration(text(name)),
    has: (name) => typed.has(name),
    typed: [...typed.keys()],
    args,
  };
}

/** What is wrong with the command line, in words for whoever typed it. */
export const usage = (why: string): DeskError =>
  new DeskError('USAGE_INVALID', { why: /[.?]$/.test(why) ? why : `${why}.` });

import { DeskError, FAILURES } from '../base/errors.ts';
import { meant } from '../base/near.ts';
import { Refused } from './client.ts';
import type { Command, World } from './command.ts';
import { COMMANDS } from './commands.ts';
import { commandHelp, type HelpLook, helpWidth, overview } from './help.ts';
import { parse, usage, wantsHelp } from './parse.ts';
import { type Paint, paintFor } from './terminal.ts';

/** Something broke on our side, and no code of the table names it. */
const EXIT_BROKEN = 1;
/** 128 + SIGINT, as shells count it. */
const EXIT_INTERRUPTED = 130;

/**
 * Runs one command line (without the program's name) in `world`; resolves with the exit code and
 * never rejects. Words go to `world.stdout`, complaints to `world.stderr`.
 */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  const look = (paint: Paint): HelpLook => ({ width: helpWidth(world.stdout.columns), paint });
  const paint = paintFor(world.stdout, world.env);
  try {
    const first = argv[0];
    const alone = first === 'help' && argv.length === 1;
    if (first === undefined || first === '--help' || first === '-h' || alone)
      return said(world, overview(COMMANDS, look(paint)));
    if (first === '--version' || first === '-V') return said(world, `tocsin ${world.version}\n`);
    const { command, path, rest } = pick(argv);
    if (command.below !== undefined && (rest[0] === undefined || !isHelp(rest))) {
      if (rest[0] === undefined) throw usage(`${path} needs a command: ${names(command.below)}`);
      throw unknownCommand(rest[0], command.below, path);
    }
    const given = parse(command, path, rest);
    if (wantsHelp(given)) return said(world, commandHelp(command, path, look(paint)));
    return await command.run(given, world);
  } catch (error) {
    return complain(error, argv, world);
  }
}

const isHelp = (rest: readonly string[]): boolean => rest.includes('--help') || rest.includes('-h');

/** A first word with a dash means `serve`: so the program stands in for Alertmanager. */
function pick(argv: readonly string[]): {
  command: Command;
  path: string;
  rest: readonly string[];
} {
  const [first = '', ...after] = argv;
  const name = first.startsWith('-') ? 'serve' : first;
  const rest = first.startsWith('-') ? argv : after;
  if (name === 'help') return pick([...rest, '--help']);
  const command = COMMANDS.find((c) => c.name === name);
  if (command === undefined) throw unknownCommand(name, COMMANDS, 'tocsin');
  const lower = command.below?.find((c) => c.name === rest[0]);
  return lower === undefined
    ? { command, path: `tocsin ${name}`, rest }
    : { command: lower, path: `tocsin ${name} ${lower.name}`, rest: rest.slice(1) };
}

const names = (commands: readonly Command[]): string => commands.map((c) => c.name).join(', ');

const unknownCommand = (typed: string, commands: readonly Command[], path: string): DeskError =>
  usage(
    `${path} has no command "${typed}"${meant(
      typed,
      commands.map((c) => c.name),
    )}`,
  );

function said(world: World, text: string): number {
  world.stdout.write(text);
  return 0;
}

/** The last catch of the command line: one line for the reader, and where to read more. */
function complain(error: unknown, argv: readonly string[], world: World): number {
  const paint = paintFor(world.stderr, world.env);
  if (world.signal.aborted) return EXIT_INTERRUPTED;
  if (error instanceof DeskError || error instanceof Refused) {
    const more = moreAbout(error.code, argv);
    world.stderr.write(`${paint('major', `error[${error.code}]:`)} ${error.message}\n${more}`);
    return error.exit;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  world.stderr.write(
    `${paint('major', 'error:')} something broke on our side, not yours.\n${text}\n`,
  );
  return EXIT_BROKEN;
}

function moreAbout(code: string, argv: readonly string[]): string {
  if (code === 'USAGE_INVALID') return `  = more: ${helpFor(argv)} --help\n`;
  return Object.hasOwn(FAILURES, code) ? `  = more: tocsin explain ${code}\n` : '';
}

function helpFor(argv: readonly string[]): string {
  const [first = '', second = ''] = argv;
  if (first.startsWith('-'))
    return argv.some((word) => COMMANDS.some((c) => c.name === word))
      ? 'options come after the command: tocsin COMMAND [options], see tocsin'
      : 'tocsin serve';
  const command = COMMANDS.find((c) => c.name === first);
  const lower = command?.below?.find((c) => c.name === second);
  return ['tocsin', command?.name, lower?.name].filter(Boolean).join(' ');
}

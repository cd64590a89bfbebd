import { check } from './check.ts';
import type { Command } from './command.ts';
import { completion } from './completion.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

/** Every command there is, in the order the help shows. To add one: a file and a line here. */
export const COMMANDS: readonly Command[] = [
  serve,
  demo,
  check,
  explain,
  completion(() => COMMANDS),
  version,
];

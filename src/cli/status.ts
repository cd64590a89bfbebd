import { objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { wroteJson } from './revision-lines.ts';
import { drawTable, printable } from './terminal.ts';

/** Exit code when anything is in trouble: for scripts. */
const EXIT_NOT_WELL = 1;

interface StatusAnswer {
  readonly is: string;
  readonly version: string;
  readonly lines: readonly {
    readonly title: string;
    readonly is: string;
    readonly says: string;
    readonly since: string | null;
    readonly next: string;
  }[];
}

export const status: Command = {
  name: 'status',
  summary: 'How the desk itself is, and what to do; ends with 1 when anything is in trouble.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin status', does: 'Journal, history, sources, receivers, disk, backup.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get('/api/v1/desk/health');
    const { is, lines } = objectOf(client, answer, 'state of the desk') as unknown as StatusAnswer;
    const code = is === 'well' ? 0 : EXIT_NOT_WELL;
    if (given.flag('json')) {
      wroteJson(world.stdout, answer);
      return code;
    }
    const rows = lines.map((line) => [line.title, line.is, printable(line.says)]);
    drawTable(world, ['WHAT', 'IS', 'HOW'], rows);
    for (const { title, is: state, since, next } of lines) {
      if (state !== 'trouble') continue;
      const begun = since === null ? '' : ` since ${since}`;
      world.stdout.write(`\n${title} is in trouble${begun}. ${next}\n`);
    }
    return code;
  },
};

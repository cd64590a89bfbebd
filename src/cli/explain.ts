import { DeskError, FAILURES, type FailureCode } from '../base/errors.ts';
import { meant } from '../base/near.ts';
import { ADVICE } from './advice.ts';
import type { Command } from './command.ts';
import { helpWidth } from './help.ts';
import { JSON_OPTION } from './options.ts';
import { paintFor, table, widthOf, wrapped } from './terminal.ts';

const CODES = Object.keys(FAILURES) as FailureCode[];

export const explain: Command = {
  name: 'explain',
  summary: 'Says what an error code means and what to do.',
  args: [
    { name: 'CODE', help: 'As an error shows it. Without one, all are listed.', optional: true },
  ],
  options: [JSON_OPTION],
  examples: [
    { line: 'tocsin explain DATA_IN_USE', does: 'After `error[DATA_IN_USE]: …`.' },
    { line: 'tocsin explain', does: 'All codes there are.' },
  ],
  async run(given, world) {
    const [asked] = given.args;
    const code = CODES.find((c) => c === asked?.toUpperCase());
    if (asked !== undefined && code === undefined)
      throw new DeskError('NOT_FOUND', {
        what: `error code ${asked}${meant(asked.toUpperCase(), CODES).replace('?', '')}`,
      });
    const about = (c: FailureCode) => ({
      code: c,
      says: FAILURES[c].say,
      todo: ADVICE[c] ?? '',
      exit: FAILURES[c].exit,
      http: FAILURES[c].http,
    });
    const paint = paintFor(world.stdout, world.env);
    if (given.flag('json')) {
      world.stdout.write(`${JSON.stringify(code ? about(code) : CODES.map(about), null, 2)}\n`);
    } else if (code === undefined) {
      const rows = CODES.map((c) => [c, String(FAILURES[c].exit), FAILURES[c].say]);
      const columns = [{ title: 'CODE', least: 18 }, { title: 'EXIT' }, { title: 'SAYS' }];
      world.stdout.write(table(columns, rows, widthOf(world.stdout), paint));
    } else {
      const { says, todo, exit, http } = about(code);
      const lines = [says, '', ...(todo === '' ? [] : [todo, ''])].join('\n');
      const text = wrapped(lines, helpWidth(world.stdout.columns)).join('\n');
      world.stdout.write(`${paint('bold', code)}\n${text}\nexit code ${exit}, HTTP ${http}\n`);
    }
    return 0;
  },
};

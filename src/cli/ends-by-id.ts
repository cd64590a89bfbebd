import { connect } from './client.ts';
import type { Command, Example } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { needed, REASON } from './options.ts';
import { printable } from './terminal.ts';

/** What a command that ends one thing for good says of itself, and how it asks the desk. */
interface EndsById {
  readonly name: string;
  readonly summary: string;
  readonly idHelp: string;
  readonly example: Example;
  /** Said with the id when it is done: `removed`. */
  readonly done: string;
  readonly path: string;
  /** The word behind the id: `/api/v1/rules/u12/remove`. Without one it is a DELETE. */
  readonly act?: string;
  readonly body?: object;
}

/** A command that takes an id and a reason, and ends what has that id. */
export function endsById(it: EndsById): Command {
  return {
    name: it.name,
    summary: it.summary,
    args: [{ name: 'ID', help: it.idHelp }],
    options: [REASON, ...DESK_OPTIONS],
    examples: [it.example],
    async run(given, world) {
      const reason = needed(given, 'reason');
      const client = await connect(given, world);
      const [id = ''] = given.args;
      const at = `${it.path}/${encodeURIComponent(id)}`;
      if (it.act === undefined) {
        await client.send('DELETE', `${at}?reason=${encodeURIComponent(reason)}`);
      } else await client.send('POST', `${at}/${it.act}`, { ...it.body, reason });
      world.stdout.write(`${it.done}  ${printable(id)}\n`);
      return 0;
    },
  };
}

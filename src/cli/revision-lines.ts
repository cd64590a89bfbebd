import { parseInstant } from '../base/time.ts';
import { fromWords } from '../desk/views/revisions.ts';
import { objectOf, type Somebody } from './answers.ts';
import type { Client } from './client.ts';
import type { Screen, World } from './command.ts';
import { ageText, type Paint, printable } from './terminal.ts';

/** Heads of revisions as `GET /api/v1/config/revisions` lists them. */
export interface RevisionAnswer {
  readonly id: string;
  readonly at: string;
  readonly by: Somebody | null;
  readonly from: string;
  readonly why: string;
  readonly restores: string | null;
  readonly inForce: boolean;
  readonly canRestore: boolean;
}

export interface ConfigAnswer {
  readonly revision: RevisionAnswer | null;
  readonly text: string;
}

export interface SavedAnswer {
  readonly revision: RevisionAnswer;
  readonly changed: boolean;
  readonly replaced: RevisionAnswer | null;
  readonly unused: readonly string[];
  readonly guarded: readonly string[];
}

export interface DiffLineAnswer {
  readonly is: 'same' | 'added' | 'removed';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

export const configInForce = async (client: Client): Promise<ConfigAnswer> =>
  objectOf(client, await client.get('/api/v1/config'), 'it') as unknown as ConfigAnswer;

/** `r12 (Nora Lind, in the console, 3h ago: quieter nights)` */
export function revisionText(revision: RevisionAnswer, world: World): string {
  const at = parseInstant(revision.at);
  const age = at === undefined ? [] : [`${ageText(world.clock.now() - at)} ago`];
  const words = [revision.by?.name ?? 'nobody', fromWords(revision.from), ...age].join(', ');
  return printable(`${revision.id} (${words}${revision.why === '' ? '' : `: ${revision.why}`})`);
}

/** What a saved, restored or reloaded revision is to its reader. */
export function sayInForce(saved: SavedAnswer, world: World): void {
  const { stdout, stderr } = world;
  const { revision, changed, replaced, unused, guarded } = saved;
  if (!changed) {
    stdout.write(`nothing changed: ${revision.id} says the same and stays in force\n`);
    return;
  }
  const before = replaced ? `; before: ${revisionText(replaced, world)}` : '';
  stdout.write(`${revision.id} is in force${before}\n`);
  if (unused.length > 0) stderr.write(`accepted, does nothing: ${unused.join(', ')}\n`);
  if (guarded.length === 0) return;
  stderr.write(
    `guarded: ${guarded.join(', ')}: sent to public addresses, to private ones only where ` +
      'notifications.allow_private_addresses allows it\n',
  );
}

const AROUND = 2;

/** The lines that differ with two around them, at most `linesMax`; '' when none does. */
export function diffText(
  lines: readonly DiffLineAnswer[],
  paint: Paint,
  linesMax = Number.POSITIVE_INFINITY,
): string {
  const near = new Set<number>();
  lines.forEach((line, at) => {
    if (line.is === 'same') return;
    for (let i = at - AROUND; i <= at + AROUND; i++) near.add(i);
  });
  const out: string[] = [];
  let last = -1;
  for (const [at, line] of lines.entries()) {
    if (!near.has(at)) continue;
    if (at !== last + 1 && out.length > 0) out.push(paint('dim', '      …'));
    last = at;
    out.push(drawn(line, paint));
  }
  const more = out.length - linesMax;
  const shown = more > 0 ? [...out.slice(0, linesMax), `      and ${more} lines more`] : out;
  return shown.map((line) => `${line}\n`).join('');
}

function drawn({ is, text, before, after }: DiffLineAnswer, paint: Paint): string {
  const at = String(after ?? before ?? '').padStart(5);
  const said = printable(text.replaceAll('\t', '    '));
  if (is === 'same') return `${at}   ${said}`;
  return is === 'added' ? paint('good', `${at} + ${said}`) : paint('major', `${at} - ${said}`);
}

/** `3 lines added, 1 removed`; '' when the texts are the same. */
export function diffSum(lines: readonly DiffLineAnswer[]): string {
  const many = (is: string): number => lines.filter((line) => line.is === is).length;
  const [added, removed] = [many('added'), many('removed')];
  if (added + removed === 0) return '';
  return `${added} line${added === 1 ? '' : 's'} added, ${removed} removed`;
}

export const wroteJson = (screen: Screen, value: unknown): number => {
  screen.write(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
};

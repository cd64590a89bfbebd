import { wayText } from '../../domain/routing/notice.ts';
import type { Memory } from '../desk.ts';
import type { Revision } from '../tables.ts';

const placeOf = ({ id }: Revision): number => Number(id.slice(1));

/** The revisions that are kept, the one in force first. */
export const revisionsOf = (memory: Pick<Memory, 'all'>): readonly Revision[] =>
  [...memory.all('revisions')].sort((a, b) => placeOf(b) - placeOf(a));

/** The one before `id`, if it is kept. */
export function revisionBefore(memory: Pick<Memory, 'all'>, id: string): Revision | undefined {
  const all = revisionsOf(memory);
  const at = all.findIndex((revision) => revision.id === id);
  return at < 0 ? undefined : all[at + 1];
}

/** Revisions from before routing can be looked at only. */
export const canRestore = ({ document, plan }: Revision): boolean =>
  document !== undefined && plan !== undefined;

/**
 * Ways that were entered in the console or over the API: what they name in the desk's own net is
 * refused unless it is allowed.
 */
export const guardedWays = ({ document }: Revision): readonly string[] =>
  (document?.receivers ?? []).flatMap(({ name, ways }) =>
    ways
      .filter(({ trust }) => trust === 'guarded')
      .map(({ kind, index }) => wayText({ receiver: name, kind, index })),
  );

/** Where a revision's text came from, as it goes on a sentence: `in the console`. */
export function fromWords(from: string): string {
  if (from === 'console') return 'in the console';
  return from.startsWith('apply ') ? `with tocsin ${from}` : `from ${from}`;
}

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DeskError } from '../base/errors.ts';
import type { Position } from '../ports/journal.ts';
import type { Checkpoints, KeptCheckpoint } from '../ports/store.ts';
import { keptIn, openCheckpoint } from './checkpoint.ts';
import { synced } from './copy-checkpoint.ts';

/** Where kept checkpoints lie inside a data folder. */
export const CHECKPOINTS_FOLDER = 'checkpoints';

const NAME = /^(\d{1,16})[.]db$/;

/** The position is known once the copy is made: until then it has this name. */
const NEW = 'new.db';

/**
 * Checkpoints as files `<position>.db` in a folder, which is made when the first one is. A kill in
 * the middle leaves at most a file under another name, and the next one to be taken replaces it.
 */
export function checkpointsIn(folder: string): Checkpoints {
  const fileOf = (position: Position): string => join(folder, `${position}.db`);
  return {
    list: () =>
      positionsIn(folder)
        .flatMap((position) => readable(fileOf(position), position))
        .sort((a, b) => a.position - b.position),
    async take(store) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const made = join(folder, NEW);
      const position = await store.copyCheckpoint(made);
      const kept = keptIn(made);
      renameSync(made, fileOf(position));
      synced(folder);
      return kept;
    },
    open(position) {
      const file = fileOf(position);
      if (!existsSync(file)) throw new DeskError('NOT_FOUND', { what: `checkpoint ${position}` });
      return openCheckpoint(file);
    },
    remove: (position) => rmSync(fileOf(position), { force: true }),
  };
}

function positionsIn(folder: string): readonly Position[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, position] = NAME.exec(name) ?? [];
    return position === undefined ? [] : [Number(position)];
  });
}

/** A file that says another position than its name was put there by somebody. */
function readable(file: string, position: Position): readonly KeptCheckpoint[] {
  try {
    const kept = keptIn(file);
    return kept.position === position ? [kept] : [];
  } catch (error) {
    if (error instanceof DeskError) return [];
    throw error;
  }
}

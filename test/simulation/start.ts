import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { Desk } from '../../src/desk/desk.ts';
import { type DeskParts, openDesk } from '../../src/desk/open.ts';
import { turn } from '../support/desk.ts';
import { type Disk, journalOn, storeOn } from './disk.ts';

/** More turns than any start takes. */
const TURNS_MAX = 400;

/** A desk of one life on this disk. Throws what broke it while it started. */
export async function startedOn(
  disk: Disk,
  parts: Pick<DeskParts, 'clock' | 'boot' | 'rules' | 'broken'>,
): Promise<Desk> {
  disk.full = false; // a desk cannot start on a full disk
  let desk: Desk | undefined;
  const failures: unknown[] = [];
  const broken = (error: unknown): void => {
    failures.push(error);
    parts.broken?.(error);
  };
  openDesk({
    ...parts,
    ...{ log: silentLog, journal: journalOn(disk), store: storeOn(disk) },
    ...{ secondBlockWeightMin: 1, broken },
  }).then((opened) => {
    desk = opened;
  }, broken);
  for (let i = 0; i < TURNS_MAX && !desk && failures.length === 0; i++) {
    await turn();
    disk.pump(true);
  }
  if (failures.length > 0) throw failures[0];
  assert(desk, 'the desk did not start');
  return desk;
}

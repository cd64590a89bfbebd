import type { AlarmId } from '../../domain/alarm/event.ts';
import { type Action, compareActions } from '../../domain/memory/action.ts';
import type { Caution } from '../../domain/memory/caution.ts';
import type { Decision } from '../../domain/memory/decision.ts';
import type { Memory } from '../desk.ts';

type Rows = Pick<Memory, 'all' | 'remembered'>;

/** Newest first: all, or those on one alarm. */
export const listDecisions = (memory: Rows, alarm?: AlarmId): readonly Decision[] =>
  alarm === undefined
    ? [...memory.all('decisions')].sort((a, b) => b.position - a.position)
    : [...memory.remembered.byAlarm({ alarm })];

export type ActionState = 'open' | 'done' | 'dropped';

/** What presses most first; what is ended by when that was. */
export function listActions(
  memory: Pick<Memory, 'all'>,
  states: readonly ActionState[],
): readonly Action[] {
  const found: Action[] = [];
  for (const one of memory.all('actions')) {
    if (states.includes(one.ended?.how ?? 'open')) found.push(one);
  }
  return found.sort((a, b) =>
    a.ended || b.ended
      ? (b.ended?.at ?? Infinity) - (a.ended?.at ?? Infinity)
      : compareActions(a, b),
  );
}

/** The one whose review is due first, first. */
export const listCautions = (memory: Pick<Memory, 'all'>): readonly Caution[] =>
  [...memory.all('cautions')].sort((a, b) => a.reviewAt - b.reviewAt || a.position - b.position);

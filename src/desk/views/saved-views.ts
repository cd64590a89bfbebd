import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Memory } from '../desk.ts';
import { type SavedView, SHARED_WITH } from '../view-acts.ts';

type Rows = Pick<Memory, 'all' | 'get'>;

/** The teams somebody is in, by the schedules' configuration. */
export const teamsOf = (memory: Pick<Memory, 'get'>, person: UserId): readonly string[] =>
  (memory.get('duties', 'duty')?.duty.teams ?? [])
    .filter(({ members }) => members.includes(person))
    .map(({ name }) => name);

export const isMember = (memory: Pick<Memory, 'get'>, person: UserId, team: string): boolean =>
  teamsOf(memory, person).includes(team);

/** Whoever saved it, whose team it is for, and everybody when it is shared. */
export const maySee = (memory: Pick<Memory, 'get'>, person: UserId, view: SavedView): boolean =>
  view.owner === person ||
  view.sharedWith === 'shared' ||
  (view.sharedWith === 'team' && isMember(memory, person, view.team));

/** What somebody may open: their own first, then their teams', then everybody's; by name. */
export function viewsOf(memory: Rows, person: UserId): readonly SavedView[] {
  const rank = ({ sharedWith }: SavedView): number => SHARED_WITH.indexOf(sharedWith);
  return [...memory.all('listViews')]
    .filter((view) => maySee(memory, person, view))
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** With what somebody's list opens; undefined: with what is open. */
export function startOf(memory: Rows, person: UserId): SavedView | undefined {
  for (const view of memory.all('listViews')) {
    if (view.startOf.includes(person) && maySee(memory, person, view)) return view;
  }
  return undefined;
}

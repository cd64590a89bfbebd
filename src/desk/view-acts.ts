import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';

/** `v<position>` */
export type SavedViewId = string & { readonly __brand: 'SavedViewId' };

/** Who sees a saved view: whoever saved it, one team, or everybody. */
export type SharedWith = 'mine' | 'team' | 'shared';

export const SHARED_WITH: readonly SharedWith[] = ['mine', 'team', 'shared'];

/** A view of the list with a name. */
export interface SavedView {
  readonly id: SavedViewId;
  readonly position: number;
  readonly name: string;
  /** The query part of its URL. */
  readonly query: string;
  /** Who saved it, and may change it; an admin may too. */
  readonly owner: UserId;
  readonly sharedWith: SharedWith;
  /** The team's name; '' unless it is shared with one. */
  readonly team: string;
  readonly changedAt: Instant;
  /** People whose list opens with it. */
  readonly startOf: readonly UserId[];
}

export const SAVED_VIEW_LIMITS = {
  views_max: 2_000,
  views_per_person_max: 50,
  name_chars_max: 64,
  query_chars_max: 4_096,
  team_chars_max: 128,
} as const;

/**
 * view.set     a view is kept under a name; `view` changes one that is there
 * view.remove  it is no more
 * view.start   a list opens with it; '' with what is open, as for everybody
 *
 * `person` is who asks, behind a token too: whose view it is, and whose list opens with it.
 */
export type ViewAct =
  | {
      readonly verb: 'view.set';
      readonly person: UserId;
      readonly view?: SavedViewId;
      readonly name: string;
      readonly query: string;
      readonly sharedWith: SharedWith;
      readonly team: string;
    }
  | { readonly verb: 'view.remove'; readonly person: UserId; readonly view: SavedViewId }
  | { readonly verb: 'view.start'; readonly person: UserId; readonly view: SavedViewId | '' };

import type { Clock } from '../base/clock.ts';
import { after, hours, type Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';

export const DRAFT_LIMITS = {
  /** Drafts of all people. A further one is refused until one is given up, saved or forgotten. */
  drafts_max: 32,
  /** Changes that a draft tells of one by one; the oldest are told no more, and stay made. */
  changes_told_max: 100,
} as const;

/** A draft that nobody touched for so long is forgotten. */
const FORGOTTEN_AFTER = hours(24);

/** What somebody has changed by forms and not put in force yet. */
export interface ConfigDraft {
  /** The revision it was begun from; '' before the first. */
  readonly basedOn: string;
  readonly text: string;
  /** Counts its changes, so that a form knows whether it is of this very draft. */
  readonly version: number;
  /** In words, oldest first. */
  readonly changes: readonly string[];
  readonly touchedAt: Instant;
}

/**
 * Drafts live in memory alone: a secret that was typed must not come to lie on a disk before it is
 * put in force, and encrypted. A restart of the desk forgets them.
 */
export interface ConfigDrafts {
  of(user: UserId): ConfigDraft | undefined;
  /** False when there are as many as there may be. */
  change(user: UserId, basedOn: string, text: string, what: string): boolean;
  drop(user: UserId): void;
}

export function openDrafts(clock: Clock): ConfigDrafts {
  const drafts = new Map<UserId, ConfigDraft>();
  const forget = (): void => {
    for (const [user, { touchedAt }] of drafts)
      if (after(touchedAt, FORGOTTEN_AFTER) <= clock.now()) drafts.delete(user);
  };
  return {
    of(user) {
      forget();
      return drafts.get(user);
    },
    change(user, basedOn, text, what) {
      forget();
      const held = drafts.get(user);
      if (!held && drafts.size >= DRAFT_LIMITS.drafts_max) return false;
      const changes = [...(held?.changes ?? []), what].slice(-DRAFT_LIMITS.changes_told_max);
      const version = (held?.version ?? 0) + 1;
      drafts.set(user, { basedOn, text, version, changes, touchedAt: clock.now() });
      return true;
    },
    drop: (user) => void drafts.delete(user),
  };
}

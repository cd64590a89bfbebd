import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { WantedRecord } from '../domain/inventory/alarm-type.ts';
import type { Part } from '../domain/inventory/thing.ts';

/** How many things a version of a feed adds, changes and removes. */
export interface VersionCounts {
  readonly things: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * put      parts of a version that is to come; nothing is seen of them yet. At most
 *          ENTRY_LIMITS.things_max things in one entry: a large version is put piece by piece
 * switch   from now on the feed is made of these parts, all of them put before
 */
export type InventoryAct =
  | { readonly verb: 'inventory.put'; readonly feed: string; readonly parts: readonly Part[] }
  | {
      readonly verb: 'inventory.switch';
      readonly feed: string;
      /** The version this one was compared with; '' for the first. */
      readonly basedOn: string;
      /** Ids of its parts; none takes everything of this feed away. */
      readonly parts: readonly string[];
      readonly counts: VersionCounts;
      /** What it was read from: a file, an address. */
      readonly from: string;
      readonly why: string;
      /** The version it brings back; '' for a new one. */
      readonly restores: string;
    };

/** Of which parts a feed is made now. */
export interface InventoryFeed {
  /** The feed's name. */
  readonly id: string;
  readonly version: string;
  readonly parts: readonly string[];
}

export interface InventoryPart extends Part {
  /** When it was put. */
  readonly at: Instant;
}

/** One state of a feed: who, when, why, and of which parts it was made. */
export interface InventoryVersion {
  /** `v` and its place in the journal. */
  readonly id: string;
  readonly feed: string;
  readonly at: Instant;
  readonly by: UserId;
  readonly from: string;
  readonly why: string;
  /** The version it brought back; '' for none. */
  readonly restores: string;
  /** The version before it; '' for the first. */
  readonly basedOn: string;
  readonly counts: VersionCounts;
  readonly parts: readonly string[];
}

/** What was decided about a type of alarms. A record of the same type and qualifier is replaced. */
export type TypeAct =
  | { readonly verb: 'type.set'; readonly record: WantedRecord }
  | { readonly verb: 'type.remove'; readonly id: string; readonly reason: string };

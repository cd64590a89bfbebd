import type { Ended } from '../desk/outbox-try.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { WayRef } from '../domain/routing/notice.ts';
import type { ConfigFault } from './config-door.ts';

/** A test to be sent through a way that is in force nowhere yet. */
export interface WayAsked {
  /** The whole text, with the way in it as it was typed. */
  readonly text: string;
  readonly to: WayRef;
  readonly by: UserId;
}

export type WayTried =
  | { readonly ok: true; readonly ended: Ended }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/**
 * Sends one test and waits how it ends. What was typed is used for this one send and kept nowhere;
 * that somebody tried it is in the audit log before anything is sent. Addresses that come over the
 * console are guarded as those of a saved revision are.
 */
export type TryWay = (asked: WayAsked) => Promise<WayTried>;

import type { SeenLine } from './seen-lines.ts';
import type { Settings } from './settings.ts';
import type { RefusedCount } from './tally.ts';

/** What the listening threads and the main thread tell each other. */

/** Handed to a thread at its start: one has the UDP socket, the other the connections. */
export interface ThreadSettings {
  readonly transport: 'udp' | 'stream';
  readonly settings: Settings;
  /** People's own rules, as saved; '' when there are none. */
  readonly rules: string;
}

export type FromListener =
  | {
      readonly is: 'bound';
      /** `udp 127.0.0.1:1514`, one for each. */
      readonly where: readonly string[];
      /** Undefined: no UDP here. */
      readonly receiveBufferBytes: number | undefined;
    }
  | { readonly is: 'failed'; readonly where: string; readonly why: string }
  | { readonly is: 'batch'; readonly text: string }
  | {
      readonly is: 'report';
      readonly refused: readonly RefusedCount[];
      readonly droppedByQueue: number;
      readonly droppedByKernel: number;
      /** Lines since the start: read, and those that were no alarm. */
      readonly received: number;
      readonly quiet: number;
      /** Lines that wait for the desk. */
      readonly waiting: number;
      /** For trying rules on. */
      readonly seen: readonly SeenLine[];
    }
  | { readonly is: 'stopped'; readonly left: number };

export type ToListener =
  | { readonly is: 'answer'; readonly ok: boolean; readonly retryAfterMs: number }
  | { readonly is: 'rules'; readonly text: string }
  | { readonly is: 'stop' };

import type { Naming } from './device.ts';
import type { UserSettings } from './usm-keys.ts';

/** What the listening thread and the main thread tell each other. */

/** Handed to the thread at its start. */
export interface ListenerSettings extends Naming {
  readonly address: string;
  readonly port: number;
  readonly receiveBufferBytes: number;
  /** A bound socket that was handed over: address, port and buffer are its own then. */
  readonly socket?: number;
  readonly communities: readonly string[];
  /** So long after the start of a device what it raises may pass. */
  readonly bootWindowSeconds: number;
  /** People's own rules, as saved; '' when there are none. */
  readonly rules: string;
  /** SNMPv3: who may send, and who we are to those who send informs. */
  readonly v3?: V3Settings;
  /** Names of MIB modules: see mib-image.ts. */
  readonly names?: SharedArrayBuffer;
}

export interface V3Settings {
  readonly users: readonly UserSettings[];
  /** SnmpEngineID in hex. */
  readonly engineId: string;
  readonly engineBoots: number;
}

/** One kind of refusal since the last report. */
export interface RefusedCount {
  readonly why: string;
  readonly count: number;
  /** The first such datagram, cut, its community blotted out. */
  readonly sample: Uint8Array;
}

/** A notification kept for trying rules on: its community is blotted out. */
export interface SeenDatagram {
  readonly from: string;
  readonly bytes: Uint8Array;
}

export type FromListener =
  | {
      readonly is: 'bound';
      readonly address: string;
      readonly port: number;
      readonly receiveBufferBytes: number;
    }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'batch'; readonly number: number; readonly text: string; readonly once?: string }
  | {
      readonly is: 'report';
      readonly refused: readonly RefusedCount[];
      /** What SNMPv3's own counters grew by. */
      readonly counted: Readonly<Record<string, number>>;
      readonly droppedByQueue: number;
      readonly droppedByKernel: number;
      /** Datagrams taken, and informs answered, since the start. */
      readonly received: number;
      readonly answered: number;
      readonly waiting: number;
      readonly seen: readonly SeenDatagram[];
    }
  | { readonly is: 'stopped'; readonly left: number };

export type ToListener =
  | {
      readonly is: 'answer';
      readonly number: number;
      readonly ok: boolean;
      readonly retryAfterMs: number;
    }
  | { readonly is: 'names'; readonly image: SharedArrayBuffer }
  | { readonly is: 'rules'; readonly text: string }
  | { readonly is: 'stop' };

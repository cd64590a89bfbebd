import type { AlarmEvent, EventKind } from '../../domain/alarm/event.ts';
import { settles } from './devices.ts';
import type { Frame } from './message.ts';
import type { Print } from './paths.ts';
import type { Port, PortNames } from './ports.ts';

/**
 * An event as JSON text, cut open where the sender's uptime stands: `{` what is said of this one
 * (a count, why it may pass) `head` uptime `tail`. Nothing else differs between repeats of a trap.
 */
export interface Made {
  readonly id: string;
  readonly kind: EventKind;
  readonly severity: string;
  readonly text: string;
  /** It may pass by itself when its device has just started. */
  readonly settles: boolean;
  readonly head: string;
  readonly tail: string;
}

const MARK = ',"raw":"{\\"uptime\\":';

/** `translate` writes the uptime first in `raw`; inside strings a quote always has a backslash. */
export function madeOf(event: AlarmEvent, uptime: string): Made {
  const json = JSON.stringify(event);
  const raw = json.indexOf(MARK);
  const cut = raw + MARK.length;
  const text = json.indexOf(',"text":"') + 9;
  return {
    id: event.id,
    kind: event.kind,
    severity: event.severity ?? '',
    text: json.slice(text, json.indexOf('","', text)),
    settles: settles(event),
    head: json.slice(1, cut),
    tail: json.slice(cut + uptime.length),
  };
}

/** What was made of a notification. */
export interface Known {
  readonly made: readonly Made[];
  readonly device: string;
  /** It says that the device has started. */
  readonly isStart: boolean;
  /** The port it is about, and the names that were known of it then; undefined: about none. */
  readonly port: (Port & { readonly names: PortNames }) | undefined;
  readonly print: Print;
}

/** Both limits are for one of two generations; a datagram longer than the third is not kept. */
const GENERATION_ENTRIES_MAX = 32_768;
const GENERATION_CHARS_MAX = 24 * 1024 * 1024;
const DATAGRAM_BYTES_KEPT_MAX = 1_024;

type Generation = Map<string, Map<string, Known>>;

/**
 * What was made of a datagram before, by sender and content. Most datagrams of a storm are
 * repeats: finding one costs half of translating it, or less (bench/traps.bench.ts,
 * `traps.listener`). Two generations: what is used lives on when the older one goes.
 */
export class Memo {
  #young: Generation = new Map();
  #old: Generation = new Map();
  #entries = 0;
  #chars = 0;

  /** Request-id, community and uptime left out. '' when the datagram is too long to be kept. */
  key(bytes: Buffer, frame: Frame): string {
    if (frame.end - frame.sameFrom > DATAGRAM_BYTES_KEPT_MAX) return '';
    const again = bytes.toString('latin1', frame.againFrom, frame.end);
    if (frame.version === 'v1')
      return `1${bytes.toString('latin1', frame.sameFrom, frame.sameTo)}${again}`;
    if (frame.version === 'v3') {
      const { sender, engine, context, inform } = frame;
      return `3${inform ? 'i' : ''}${sender} ${engine} ${context} ${again}`;
    }
    return frame.inform ? `i${again}` : again; // a v2c trap begins with the byte 0x30, the digit 0
  }

  find(from: string, key: string): Known | undefined {
    const young = this.#young.get(from)?.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(from)?.get(key);
    if (old !== undefined) this.keep(from, key, old);
    return old;
  }

  keep(from: string, key: string, known: Known): void {
    if (this.#entries >= GENERATION_ENTRIES_MAX || this.#chars >= GENERATION_CHARS_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#entries = 0;
      this.#chars = 0;
    }
    let own = this.#young.get(from);
    if (own === undefined) {
      own = new Map();
      this.#young.set(from, own);
    }
    own.set(key, known);
    this.#entries++;
    this.#chars += key.length;
    for (const { head, tail } of known.made) this.#chars += head.length + tail.length;
  }
}

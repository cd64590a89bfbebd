import type { AlarmEvent, EventKind } from '../../domain/alarm/event.ts';
import type { Frame } from './message.ts';

/**
 * An event as JSON text, cut open where the sender's uptime stands and where a count goes:
 * `{` count `head` uptime `tail`. Nothing else differs between repeats of one trap.
 */
export interface Made {
  readonly id: string;
  readonly kind: EventKind;
  readonly severity: string;
  readonly text: string;
  readonly head: string;
  readonly tail: string;
}

const MARK = ',"raw":"{\\"uptime\\":';

/** `translate` writes the uptime first in `raw`; inside strings a quote always has a backslash. */
export function madeOf(event: AlarmEvent, uptime: string): Made {
  const json = JSON.stringify(event);
  const cut = json.indexOf(MARK) + MARK.length;
  return {
    id: event.id,
    kind: event.kind,
    severity: event.severity ?? '',
    text: event.text,
    head: json.slice(1, cut),
    tail: json.slice(cut + uptime.length),
  };
}

/** Both limits are for one of two generations; a datagram longer than the third is not kept. */
const GENERATION_ENTRIES_MAX = 16_384;
const GENERATION_CHARS_MAX = 24 * 1024 * 1024;
const DATAGRAM_BYTES_KEPT_MAX = 1_024;

/**
 * What was made of a datagram before. Most datagrams of a storm are repeats: finding one costs a
 * sixth of translating it (bench/traps.bench.ts). Two generations: what is used lives on when the
 * older one goes.
 */
export class Memo {
  #young = new Map<string, readonly Made[]>();
  #old = new Map<string, readonly Made[]>();
  #chars = 0;

  /** '' when the datagram is too long to be kept. All but request-id, community and uptime. */
  key(bytes: Uint8Array, frame: Frame, from: string): string {
    if (frame.end - frame.sameFrom > DATAGRAM_BYTES_KEPT_MAX) return '';
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const kind = frame.version === 'v1' ? '1' : frame.inform ? 'i' : '2';
    const again = view.toString('latin1', frame.againFrom, frame.end);
    const same =
      frame.sameTo > frame.sameFrom ? view.toString('latin1', frame.sameFrom, frame.sameTo) : '';
    return `${kind}${from} ${same}${again}`;
  }

  find(key: string): readonly Made[] | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.keep(key, old);
    return old;
  }

  keep(key: string, made: readonly Made[]): void {
    if (this.#young.size >= GENERATION_ENTRIES_MAX || this.#chars >= GENERATION_CHARS_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#chars = 0;
    }
    this.#young.set(key, made);
    this.#chars += key.length;
    for (const { head, tail } of made) this.#chars += head.length + tail.length;
  }
}

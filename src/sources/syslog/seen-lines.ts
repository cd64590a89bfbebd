import { kindOf } from './mask.ts';
import { withoutSecrets } from './parse.ts';

/** Lines kept in one second, for trying rules on. */
export const SEEN_PER_REPORT_MAX = 5;
/** Lines looked at for it in one second: of a flood the rest is passed over. */
export const LOOKED_AT_PER_REPORT_MAX = 100;
/** Kinds of line known as shown already; so many, and then all may come again. */
export const KINDS_SHOWN_MAX = 1_000;

/** A line kept for trying rules on, without its secrets. */
export interface SeenLine {
  readonly from: string;
  readonly line: string;
}

/**
 * What arrived lately, one of each kind: a device that says the same all day must not push out
 * what another one says once. Each kind is shown again after a while, with its newest words.
 */
export class SeenLines {
  #lines: SeenLine[] = [];
  readonly #kinds = new Set<string>();
  #looked = 0;

  note(line: string, from: string): void {
    if (this.#lines.length >= SEEN_PER_REPORT_MAX) return;
    if (this.#looked >= LOOKED_AT_PER_REPORT_MAX) return;
    this.#looked++;
    const kind = `${from} ${kindOf(line)}`;
    if (this.#kinds.has(kind)) return;
    if (this.#kinds.size >= KINDS_SHOWN_MAX) this.#kinds.clear();
    this.#kinds.add(kind);
    this.#lines.push({ from, line: withoutSecrets(line) });
  }

  /** Those since the last report. */
  take(): readonly SeenLine[] {
    const taken = this.#lines;
    this.#lines = [];
    this.#looked = 0;
    return taken;
  }

  /** From now on each kind may be shown again. */
  forget(): void {
    this.#kinds.clear();
  }
}

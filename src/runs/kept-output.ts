import { longestWritten, redacted } from '../net/secret.ts';

/**
 * What a child wrote on one stream: its beginning and its end. No secret can be seen in it, not
 * even a part of one that was cut: near a cut so many characters are left out as a secret has.
 */
export class KeptOutput {
  readonly #hidden: ReadonlySet<string>;
  /** Characters kept at each end, before secrets are taken out. */
  readonly #room: number;
  readonly #longest: number;
  #head = '';
  #tail = '';
  #total = 0;

  /** `most`: characters that will be asked for at most. */
  constructor(hidden: ReadonlySet<string>, most: number) {
    this.#hidden = hidden;
    this.#longest = longestWritten(hidden);
    this.#room = most + 2 * this.#longest;
  }

  get isEmpty(): boolean {
    return this.#total === 0;
  }

  add(text: string): void {
    this.#total += text.length;
    const free = this.#room - this.#head.length;
    this.#head += text.slice(0, free);
    if (text.length > free) this.#tail = (this.#tail + text.slice(free)).slice(-this.#room);
  }

  /** At most `most` characters, what was left out said in between. */
  text(most: number): string {
    const isWhole = this.#total <= 2 * this.#room;
    if (isWhole) return cut(redacted(this.#head + this.#tail, this.#hidden).trimEnd(), most);
    const part = Math.max(0, this.#longest - 1);
    const head = redacted(this.#head, this.#hidden);
    const tail = redacted(this.#tail, this.#hidden);
    const [first, last] = [head.slice(0, head.length - part), tail.slice(part).trimEnd()];
    return joined(first, last, this.#total, most);
  }
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : joined(text, text, text.length, most);

function joined(head: string, tail: string, total: number, most: number): string {
  const says = `\n… of ${total} characters …\n`;
  const each = Math.max(0, Math.floor((most - says.length) / 2));
  if (each === 0) return '';
  return `${head.slice(0, each)}${says}${tail.slice(-each)}`.toWellFormed();
}

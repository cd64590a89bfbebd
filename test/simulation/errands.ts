import type { Desk } from '../../src/desk/desk.ts';

interface Errand {
  readonly go: (desk: Desk) => Promise<boolean>;
  done: boolean;
  running: boolean;
}

/** What senders and people ask of the desk: each is repeated until the desk says "done". */
export class Errands {
  readonly #all: Errand[] = [];
  readonly #needless: () => boolean;
  #life = 0;

  /** `needless` says when something is repeated once more although it is done. */
  constructor(needless: () => boolean = () => false) {
    this.#needless = needless;
  }

  get given(): number {
    return this.#all.length;
  }

  /** `once` is the same each time it is tried. */
  give(go: (desk: Desk, once: string) => Promise<boolean>): void {
    const once = `errand-${this.#all.length}`;
    this.#all.push({ go: (desk) => go(desk, once), done: false, running: false });
  }

  /** Hands over what is not done and not under way. */
  tryAll(desk: Desk | undefined): void {
    if (desk) for (const errand of this.#all) this.#try(errand, desk);
  }

  get areDone(): boolean {
    return this.#all.every(({ done }) => done);
  }

  /** What the desk that died still answers is heard by nobody. */
  crash(): void {
    this.#life++;
    for (const errand of this.#all) errand.running = false;
  }

  #try(errand: Errand, desk: Desk): void {
    if (errand.running || errand.done) return;
    errand.running = true;
    const life = this.#life;
    void errand.go(desk).then((done) => {
      if (life !== this.#life) return;
      errand.running = false;
      errand.done = done && !this.#needless();
    });
  }
}

import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, millis } from '../base/time.ts';
import type { Attachment } from '../domain/document/document.ts';

/** Timelines are read from the store: what happened just now is waited for. */
const LOOK_AGAIN = millis(500);

export interface AttacherParts {
  readonly clock: Clock;
  readonly log: Log;
  /** The oldest that was not looked at; undefined when there is none. */
  readonly next: () => Attachment | undefined;
  /** The store has everything up to there. */
  readonly isWritten: (position: number) => boolean;
  /** Begins and moves what the templates say, in one act; says why not, '' when done. */
  readonly does: (due: Attachment) => Promise<string>;
}

/**
 * Has documents follow their incidents, one happening after the other. What is to be looked at is a
 * row of the desk's memory, which the act removes: a process that died before is followed by one
 * that does it, and it is done once.
 */
export class Attacher {
  readonly #parts: AttacherParts;
  #isBusy = false;
  #isStopped = false;
  #cancel = (): void => {};

  constructor(parts: AttacherParts) {
    this.#parts = parts;
  }

  /** Call it whenever there may be something to look at. */
  look(): void {
    if (this.#isBusy || this.#isStopped || !this.#parts.next()) return;
    this.#isBusy = true;
    void this.#goOn();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #goOn(): Promise<void> {
    const { next, isWritten, does, log } = this.#parts;
    try {
      for (let due = next(); due && !this.#isStopped; due = next()) {
        if (!isWritten(due.position)) return this.#later();
        const why = await does(due);
        if (why !== '' && next()?.id === due.id) return this.#later();
      }
      this.#isBusy = false;
    } catch (error) {
      log.error('document.unattached', { error });
      this.#later();
    }
  }

  #later(): void {
    const { clock } = this.#parts;
    this.#isBusy = false;
    this.#cancel();
    this.#cancel = clock.at(after(clock.now(), LOOK_AGAIN), () => this.look());
  }
}

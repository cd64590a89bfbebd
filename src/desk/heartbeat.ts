import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, type Millis, seconds } from '../base/time.ts';
import type { SendResult } from '../ports/channel.ts';
import type { DeskFigures, Memory } from './desk.ts';
import type { WayFigures } from './outbox-figures.ts';

/** A timer of the fold this much overdue says that timers do not work. */
export const TIMER_OVERDUE_MAX = seconds(10);

export interface HeartbeatSettings {
  /** Called while the desk is well. Often a secret in itself: it is never logged. */
  readonly url: string;
  readonly every: Millis;
  /** One call takes at most so long. */
  readonly timeout: Millis;
}

export interface HeartbeatParts {
  readonly settings: HeartbeatSettings;
  readonly desk: {
    readonly memory: Pick<Memory, 'all'>;
    figures(): Pick<DeskFigures, 'journalDown' | 'position' | 'entriesWaiting'>;
  };
  readonly ways: () => readonly Pick<WayFigures, 'way' | 'failuresInRow' | 'lastResult'>[];
  readonly clock: Clock;
  readonly log: Log;
  readonly send: (url: string, signal: AbortSignal) => Promise<SendResult>;
}

export interface HeartbeatFigures {
  readonly calls: number;
  readonly failed: number;
  readonly lastSentAt: Instant | undefined;
  /** Why it is held back now: `journal: disk full`; '' while it beats. */
  readonly held: string;
  /** Why the last call did not arrive; '' when it did. */
  readonly lastError: string;
}

/**
 * Tells somebody outside that this desk lives, so that its silence is noticed. It beats only while
 * the journal takes writes, timers fire, and not every channel fails: a desk that cannot tell
 * people anything must not look well.
 */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #stop: () => void = () => {};
  #abort: AbortController | undefined;
  /** Position at the last beat, if entries waited for their commit then. */
  #stuckAt: number | undefined;
  #figures: HeartbeatFigures = {
    calls: 0,
    failed: 0,
    lastSentAt: undefined,
    held: '',
    lastError: '',
  };

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** The first one goes at once: whoever waits for it learns of a restart. */
  begin(): void {
    const { clock, settings } = this.#parts;
    this.#stop = clock.at(after(clock.now(), settings.every), () => this.begin());
    void this.#beat();
  }

  stop(): void {
    this.#stop();
    this.#abort?.abort();
  }

  figures(): HeartbeatFigures {
    return this.#figures;
  }

  async #beat(): Promise<void> {
    const held = this.#fault();
    const { log } = this.#parts;
    if (held !== '' && this.#figures.held === '') log.warn('heartbeat.held', { why: held });
    if (held === '' && this.#figures.held !== '') log.info('heartbeat.resumed');
    this.#note({ held });
    if (held !== '' || this.#abort) return; // a call that still hangs is not doubled
    const result = await this.#call();
    const { calls, failed, lastError } = this.#figures;
    if (result.is === 'sent') {
      const lastSentAt = this.#parts.clock.now();
      return this.#note({ calls: calls + 1, lastSentAt, lastError: '' });
    }
    if (lastError === '') log.warn('heartbeat.failed', { why: result.why });
    this.#note({ calls: calls + 1, failed: failed + 1, lastError: result.why });
  }

  #call(): Promise<SendResult> {
    const { clock, settings, send } = this.#parts;
    const abort = new AbortController();
    this.#abort = abort;
    return new Promise((resolve) => {
      const finish = (result: SendResult): void => {
        cancel();
        this.#abort = undefined;
        resolve(result);
      };
      const cancel = clock.at(after(clock.now(), settings.timeout), () => {
        finish({ is: 'later', why: `no answer within ${settings.timeout / 1000} s` });
        abort.abort();
      });
      const why = (error: unknown) => (error instanceof Error ? error.message : String(error));
      send(settings.url, abort.signal).then(finish, (error: unknown) =>
        finish({ is: 'later', why: why(error) }),
      );
    });
  }

  /** The first condition that does not hold, by name; '' when all do. */
  #fault(): string {
    const { desk, clock, ways } = this.#parts;
    const { journalDown, position, entriesWaiting } = desk.figures();
    if (journalDown !== '') return `journal: ${journalDown}`;
    const isStuck = entriesWaiting > 0 && position === this.#stuckAt;
    this.#stuckAt = entriesWaiting > 0 ? position : undefined;
    if (isStuck) return `journal: ${entriesWaiting} entries wait, and none was committed`;
    const now = clock.now();
    for (const timer of desk.memory.all('timers')) {
      if (now - timer.at <= TIMER_OVERDUE_MAX) continue;
      return `timers: ${timer.id} is ${Math.round((now - timer.at) / 1000)} s overdue`;
    }
    const tried = ways().filter((way) => way.lastResult !== undefined);
    const [first] = tried;
    if (!first || tried.some((way) => way.failuresInRow === 0)) return '';
    const last = `${first.way}: ${first.lastResult?.detail ?? ''}`;
    return `channels: every one that was tried fails (${last})`;
  }

  #note(more: Partial<HeartbeatFigures>): void {
    this.#figures = { ...this.#figures, ...more };
  }
}

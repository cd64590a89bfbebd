import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, seconds } from '../base/time.ts';
import type { Delivered } from '../ports/source.ts';
import type { DeliveredEntry } from './entry.ts';

/** What the journal refused is offered again after this, one first, then all. */
const AGAIN_AFTER = seconds(1);

interface Kept {
  readonly entry: DeliveredEntry;
  readonly done: () => void;
}

/**
 * Tells the desk how tries ended. While the journal refuses, results are kept and told later; how
 * many there can be is up to whoever starts the tries.
 */
export class Results {
  /** Told or kept, and not yet in the journal. */
  open = 0;
  readonly #report: (entry: DeliveredEntry) => Promise<Delivered>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #recovered: () => void;
  #kept: Kept[] = [];
  #armed = false;
  #probing = false;
  #stopped = false;

  constructor(
    parts: { clock: Clock; log: Log; report: (entry: DeliveredEntry) => Promise<Delivered> },
    recovered: () => void,
  ) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#report = parts.report;
    this.#recovered = recovered;
  }

  /** True while there is a result the journal has refused. */
  get refused(): boolean {
    return this.#kept.length > 0 || this.#probing;
  }

  /** Resolves when it is committed and applied. */
  record(entry: DeliveredEntry): Promise<void> {
    this.open++;
    return new Promise((done) => {
      if (this.refused) this.#kept.push({ entry, done });
      else void this.#tell({ entry, done });
    });
  }

  /** What is kept stays untold: its deliveries are open, and sent again after the next start. */
  stop(): void {
    this.#stopped = true;
  }

  async #tell(kept: Kept): Promise<boolean> {
    const why = await this.#report(kept.entry).then(
      (delivered) => (delivered.ok ? undefined : delivered.why),
      (error: unknown) => String(error),
    );
    if (why === undefined) {
      this.open--;
      kept.done();
      return true;
    }
    if (!this.refused) this.#log.error('outbox.unrecorded', { why });
    this.#kept.push(kept);
    this.#arm();
    return false;
  }

  #arm(): void {
    if (this.#armed || this.#stopped) return;
    this.#armed = true;
    this.#clock.at(after(this.#clock.now(), AGAIN_AFTER), () => {
      this.#armed = false;
      void this.#again();
    });
  }

  /** One goes ahead: a journal that is still down is not flooded with all of them. */
  async #again(): Promise<void> {
    const first = this.#kept.shift();
    if (!first) return;
    this.#probing = true;
    const isBack = await this.#tell(first);
    this.#probing = false;
    if (!isBack) return;
    const rest = this.#kept;
    this.#kept = [];
    this.#log.info('outbox.recorded', { results: rest.length + 1 });
    await Promise.all(rest.map((kept) => this.#tell(kept)));
    if (!this.refused) this.#recovered();
  }
}

import type { Clock } from '../base/clock.ts';
import { after, type Instant, minutes } from '../base/time.ts';
import type { AlarmEvent, AlarmId } from '../domain/alarm/event.ts';
import type { Delivered } from '../ports/source.ts';
import { cleared, type Fault, PROMISE, raised, type Way } from './tell.ts';

/** Hands events to the desk as the named source would. */
export type Receive = (source: string, events: readonly AlarmEvent[]) => Promise<Delivered>;

/** Prometheus repeats what is firing once a minute. */
const REPEAT_EVERY = minutes(1);

/** Where the demo's faults are told from: keeps the promises that alerts make. */
export class Stage {
  readonly #clock: Clock;
  readonly #receive: Receive;
  readonly #firing = new Map<AlarmId, AlarmEvent>();
  #stopRepeating: () => void = () => {};

  constructor(clock: Clock, receive: Receive) {
    this.#clock = clock;
    this.#receive = receive;
  }

  /** They began at `began`, and are told at `now`. */
  async raise(faults: readonly Fault[], began: Instant, now: Instant): Promise<void> {
    for (const fault of faults) {
      const event = raised(fault, began, now);
      if (fault.way === 'alertmanager') this.#firing.set(event.id, event);
      await this.tell(fault.way, [event]);
    }
  }

  async clear(faults: readonly Fault[], now: Instant): Promise<void> {
    for (const fault of faults) {
      this.#firing.delete(fault.event.id);
      await this.tell(fault.way, [cleared(fault, now)]);
    }
  }

  /** Events as they are: history, changes. */
  async tell(way: Way, events: readonly AlarmEvent[]): Promise<void> {
    await this.#receive(way, events);
  }

  begin(): void {
    const repeat = (): void => {
      this.#stopRepeating = this.#clock.at(after(this.#clock.now(), REPEAT_EVERY), repeat);
      const until = after(this.#clock.now(), PROMISE);
      const events = [...this.#firing.values()].map((event) => ({ ...event, until }));
      if (events.length > 0) void this.tell('alertmanager', events);
    };
    this.#stopRepeating = this.#clock.at(after(this.#clock.now(), REPEAT_EVERY), repeat);
  }

  end(): void {
    this.#stopRepeating();
  }
}

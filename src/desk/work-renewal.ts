import type { Clock } from '../base/clock.ts';
import { after, days, hours, type Instant } from '../base/time.ts';
import type { Maintenance } from '../domain/rules/maintenance.ts';
import { type Expanded, expand, type OffsetAt } from '../domain/rules/recurrence.ts';
import { readRecurrence } from '../domain/rules/recurrence-text.ts';
import type { Desk } from './desk.ts';
import { THE_DESK } from './draft.ts';

const LOOK_EVERY = hours(6);
/** Windows are added when those at hand reach no further. */
const REACH_LEAST = days(200);
/** Pieces of work looked at between two pauses: some milliseconds. */
const LOOKED_AT_ONCE = 10;

export interface RenewalParts {
  readonly desk: Desk;
  readonly clock: Clock;
  /** Offsets of a zone as this machine knows them; undefined: it knows none of that name. */
  readonly offsetsOf: (zone: string) => OffsetAt | undefined;
  /** Everybody else is served. */
  readonly pause: () => Promise<unknown>;
}

/**
 * Finds the next windows of work that comes again. The fold knows no zones: what the clocks of a
 * zone make of a recurrence is worked out here and told in an entry. The first look of a run goes
 * over all windows, for a machine may have learned that a zone changes its clocks otherwise.
 */
export class WorkRenewal {
  readonly #parts: RenewalParts;
  #first = true;
  #stop: () => void = () => {};

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { clock } = this.#parts;
    this.#stop = clock.at(after(clock.now(), this.#first ? hours(0) : LOOK_EVERY), () => {
      // What fails now, as with a journal that is down, is done at the next look.
      this.look().catch(() => {});
      this.begin();
    });
  }

  stop(): void {
    this.#stop();
  }

  async look(): Promise<void> {
    const { desk, clock, pause } = this.#parts;
    const isFirst = this.#first;
    this.#first = false;
    let looked = 0;
    for (const { id } of [...desk.memory.all('maintenances')]) {
      if (++looked % LOOKED_AT_ONCE === 0) await pause();
      const work = desk.memory.get('maintenances', id);
      const next = work && this.#next(work, clock.now(), isFirst);
      if (!next) continue;
      const { recurs } = work;
      const more = next.goesOn ? { goesOn: true as const } : {};
      const { windows } = next;
      const act = { verb: 'maintenance.renew' as const, maintenance: id, recurs, windows, ...more };
      await desk.act(THE_DESK, act);
    }
  }

  #next(work: Maintenance, now: Instant, isFirst: boolean): Expanded | undefined {
    if (work.recurs === '') return undefined;
    const last = work.windows.at(-1)?.from ?? now;
    const isShort = work.goesOn === true && last < now + REACH_LEAST;
    if (!isShort && !isFirst) return undefined;
    const of = readRecurrence(work.recurs);
    const offsetAt = of && this.#parts.offsetsOf(of.zone);
    if (!offsetAt) return undefined;
    const next = expand(of, offsetAt, now);
    return differ(work, next, now, isShort) ? next : undefined;
  }
}

/** Whether windows that both have are not the same, or more were found where more are wanted. */
function differ(work: Maintenance, next: Expanded, now: Instant, isShort: boolean): boolean {
  const ahead = work.windows.filter(({ to }) => to > now);
  const isMore =
    next.windows.at(-1)?.to !== ahead.at(-1)?.to || next.goesOn !== (work.goesOn === true);
  if (isShort && isMore) return true;
  return ahead.some(({ from, to }, i) => {
    const same = next.windows[i];
    return same?.from !== from || same.to !== to;
  });
}

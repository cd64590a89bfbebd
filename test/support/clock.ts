import type { Clock } from '../../src/base/clock.ts';
import type { Instant } from '../../src/base/time.ts';

/** A clock that moves only when told. Tasks run in order of their time, then of being set. */
export interface ManualClock extends Clock {
  /** Moves on to `at`, running every task due on the way, each at its own time. */
  moveTo(at: Instant): void;
  /** Moves on by so many milliseconds. */
  pass(ms: number): void;
  /** Time of the next task, if there is one. */
  readonly next: Instant | undefined;
}

export function manualClock(start: Instant = 1_767_225_600_000 as Instant): ManualClock {
  let now = start;
  let order = 0;
  const tasks = new Map<number, { readonly at: Instant; readonly task: () => void }>();
  const first = () => {
    let found: [number, { readonly at: Instant; readonly task: () => void }] | undefined;
    for (const entry of tasks) if (!found || entry[1].at < found[1].at) found = entry;
    return found;
  };
  const clock: ManualClock = {
    now: () => now,
    at(at, task) {
      const id = order++;
      tasks.set(id, { at, task });
      return () => tasks.delete(id);
    },
    moveTo(at) {
      for (let due = first(); due && due[1].at <= at; due = first()) {
        tasks.delete(due[0]);
        if (due[1].at > now) now = due[1].at;
        due[1].task();
      }
      if (at > now) now = at;
    },
    pass(ms) {
      clock.moveTo((now + ms) as Instant);
    },
    get next() {
      return first()?.[1].at;
    },
  };
  return clock;
}

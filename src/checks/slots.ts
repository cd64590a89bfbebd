import { Cron } from 'croner';
import { fingerprint } from '../base/fingerprint.ts';
import { after, type Instant, type Millis, millis } from '../base/time.ts';
import type { DueTimes } from '../domain/check/data-set.ts';
import type { Timetable } from '../domain/check/plan.ts';

/** Checks of one timetable are spread over so long, by their names, always alike. */
export const JITTER_MS_MAX = 30_000;

/**
 * The first slot of a timetable behind `from`; undefined when there is none any more. A slot is
 * the timetable's moment and the name's own share of the jitter.
 */
export function slotAfter(timetable: Timetable, name: string, from: Instant): Instant | undefined {
  if ('every' in timetable) {
    const { every } = timetable;
    const share = jitterOf(name, Math.min(every / 2, JITTER_MS_MAX));
    const turns = Math.floor((from - share) / every) + 1;
    return (turns * every + share) as Instant;
  }
  const share = jitterOf(name, JITTER_MS_MAX);
  const next = cronOf(timetable).nextRun(new Date(from - share));
  return next === null ? undefined : after(next.getTime() as Instant, share);
}

/** The last two moments of a cron expression and the next one; undefined when one is missing. */
export function dueTimes(cron: string, zone: string, now: Instant): DueTimes | undefined {
  const one = cronOf({ cron, zone });
  const at = (date: Date | null | undefined) => date?.getTime() as Instant | undefined;
  const next = at(one.nextRun(new Date(now)));
  // What is due at this very moment is due, not to come: looked for from a second later.
  const [last, before] = one.previousRuns(2, new Date(now + 1_000)).map(at);
  if (next === undefined || last === undefined || before === undefined) return undefined;
  return { before, last, next };
}

const crons = new Map<string, Cron>();
const CRONS_KEPT_MAX = 2_000;

function cronOf({ cron, zone }: Extract<Timetable, { cron: string }>): Cron {
  const key = `${zone} ${cron}`;
  const held = crons.get(key) ?? new Cron(cron, { paused: true, timezone: zone });
  if (crons.size >= CRONS_KEPT_MAX) crons.clear();
  crons.set(key, held);
  return held;
}

const jitterOf = (name: string, max: number): Millis =>
  millis(Number.parseInt(fingerprint([name]).slice(0, 8), 16) % Math.max(1, Math.floor(max)));

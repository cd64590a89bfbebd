import { setImmediate as pause } from 'node:timers/promises';
import { DeskError } from '../base/errors.ts';
import { fingerprint } from '../base/fingerprint.ts';
import type { Instant } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { type AlarmAct, ENTRY_LIMITS, type Target, type TargetResult } from '../desk/entry.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';

export const MATCHING_LIMITS = {
  /** Alarms one act on all that match may go to; with more nothing is done. */
  alarms_max: 10_000,
  /** Alarms of one entry, and of one turn of the desk: some milliseconds. */
  slice_alarms_max: 250,
  /** Alarms looked at between two pauses: about a millisecond. */
  looked_at_max: 2_000,
} as const;

/** Which alarms somebody means who names none of them. */
export interface Meant {
  readonly holds: (alarm: Alarm) => boolean;
  /** When they looked; undefined: as it is now. */
  readonly seen: Instant | undefined;
}

/** Alarms that match, those left out that came or changed since somebody looked. */
export interface Matching {
  readonly alarms: readonly Alarm[];
  readonly came: number;
  readonly changed: number;
}

/** Looks in slices: 100,000 alarms hold nobody up. */
export async function matching(
  memory: Pick<Desk['memory'], 'all'>,
  { holds, seen = Infinity as Instant }: Meant,
): Promise<Matching> {
  const found = new Map<AlarmId, Alarm>();
  let [came, changed, looked] = [0, 0, 0];
  for (const alarm of memory.all('alarms')) {
    if (++looked % MATCHING_LIMITS.looked_at_max === 0) await pause();
    if (!holds(alarm)) continue;
    if (alarm.createdAt > seen || alarm.condition.since > seen) came++;
    else if (alarm.changedAt > seen) changed++;
    else found.set(alarm.id, alarm);
  }
  return { alarms: [...found.values()], came, changed };
}

/** What one slice did, with the alarms as they were before. */
export interface SliceDone {
  readonly act: AlarmAct;
  readonly was: ReadonlyMap<AlarmId, Alarm>;
  readonly results: readonly TargetResult[];
}

export interface MatchingDone {
  readonly results: readonly TargetResult[];
  /** Matched when it began, and no more when their turn came: nothing was done to them. */
  readonly gone: number;
  /** Why it ended before all were done, in a sentence; '' when it did not. */
  readonly stopped: string;
  /** Those that were not come to because of that. */
  readonly left: number;
  readonly position: number;
}

interface Asked {
  readonly by: UserId;
  readonly actOn: (on: readonly Target[]) => AlarmAct;
  readonly holds: (alarm: Alarm) => boolean;
  readonly once: string | undefined;
  readonly each?: (slice: SliceDone) => void;
}

/**
 * Does one thing to many alarms, slice by slice: each is an entry of its own, and between two the
 * desk does what else there is to do. Whoever no longer matches when its turn comes is left alone.
 * Throws what `desk.act` throws while nothing is done yet; later it says where it stopped.
 */
export async function actOnMatching(
  desk: Pick<Desk, 'memory' | 'act'>,
  alarms: readonly Alarm[],
  asked: Asked,
): Promise<MatchingDone> {
  if (alarms.length > MATCHING_LIMITS.alarms_max) throw tooMany(alarms.length);
  const results: TargetResult[] = [];
  let [gone, position] = [0, desk.memory.position];
  const { slice_alarms_max } = MATCHING_LIMITS;
  for (let at = 0; at < alarms.length; at += slice_alarms_max) {
    const slice = alarms.slice(at, at + slice_alarms_max);
    const was = stillThere(desk, slice, asked.holds);
    gone += slice.length - was.size;
    if (was.size === 0) continue;
    const on = [...was.values()].map(({ id, episode }) => ({ id, episode }));
    const act = asked.actOn(on);
    try {
      const done = await desk.act(asked.by, act, onceOf(asked.once, on));
      position = done.position;
      results.push(...done.results);
      asked.each?.({ act, was, results: done.results });
    } catch (error) {
      if (!(error instanceof DeskError) || results.length === 0) throw error;
      return { results, gone, stopped: error.message, left: alarms.length - at, position };
    }
    await pause();
  }
  return { results, gone, stopped: '', left: 0, position };
}

const tooMany = (n: number): DeskError =>
  new DeskError('ACTION_REFUSED', {
    why:
      `${n} alarms match, and one press goes to at most ${MATCHING_LIMITS.alarms_max}. ` +
      'Narrow the view, by site or by type say, and act on each part.',
  });

/** Those of a slice that are as they were when it began, as far as the view can tell. */
function stillThere(
  { memory }: Pick<Desk, 'memory'>,
  slice: readonly Alarm[],
  holds: (alarm: Alarm) => boolean,
): ReadonlyMap<AlarmId, Alarm> {
  const found = new Map<AlarmId, Alarm>();
  for (const { id, episode } of slice) {
    const now = memory.get('alarms', id);
    if (now && now.episode === episode && holds(now)) found.set(id, now);
  }
  return found;
}

/** Each slice has a key of its own: sent again, what was done is told and not done twice. */
function onceOf(once: string | undefined, on: readonly Target[]): string | undefined {
  if (once === undefined) return undefined;
  const key = fingerprint([once, ...on.map(({ id, episode }) => `${id}.${episode}`)]);
  return `${once}:${key}`.slice(-ENTRY_LIMITS.once_chars_max);
}

import { type Instant, type Millis, minutes } from '../../base/time.ts';
import type { UserId } from './alarm.ts';
import { type Alarm, type Flap, isFlapping, isRaised, type Suppression } from './alarm.ts';
import type { Change, Effect } from './change.ts';
import { line, type Moment, type Stepped } from './report.ts';

/**
 * Flap detection as Zino 2 does it. Its value begins at 2, doubles with each change and fades as
 * `v ** (0.5 ** (t / 300 s))`; above 35 the alarm flaps. Kept here is the value's logarithm to base
 * 2 in 65536ths, which grows by one with each change and halves every 300 s: whole numbers, so that
 * every desk reckons alike.
 */
const UNIT = 65_536;
const HALF_LIFE_MS = 300_000;
/** Zino's cap of 256. */
const LEVEL_MAX = 8 * UNIT;
/** log2(35): above it, it flaps. */
const FLAPS_ABOVE = 336_154;
/** log2(1.5): below it at a change, it had calmed long before. */
const CALM_BELOW = 38_336;
/** How often a flapping alarm is looked at: calm is seen at these times only. */
export const FLAP_LOOK: Millis = minutes(5);

/** 2 ** -1/2, 2 ** -1/4 …: square roots are exact to the last bit on every machine. */
const ROOTS: readonly number[] = ((): readonly number[] => {
  const roots: number[] = [];
  for (let root = Math.sqrt(0.5); roots.length < 20; root = Math.sqrt(root)) roots.push(root);
  return roots;
})();

/** What is left of a level after a time. */
function faded(level: number, ms: number): number {
  if (ms <= 0) return level;
  let left = level;
  const halvings = Math.floor(ms / HALF_LIFE_MS);
  if (halvings > 30) return 0;
  for (let n = halvings; n > 0; n--) left /= 2;
  let rest = (ms % HALF_LIFE_MS) / HALF_LIFE_MS;
  for (const root of ROOTS) {
    rest *= 2;
    if (rest < 1) continue;
    rest -= 1;
    left *= root;
  }
  return Math.round(left);
}

/** Alarms that are repeated while they stand, or known by all their labels, are left alone. */
const canFlap = (alarm: Alarm): boolean => !alarm.byLabels && alarm.lease === undefined;

/** Counts a change of condition; says so when the alarm begins to flap. */
export function flapped(was: Alarm, done: Stepped, by: UserId, now: Moment): Stepped {
  const { alarm } = done;
  if (was.condition.is === alarm.condition.is || !canFlap(alarm)) return done;
  const before = was.flap ?? { level: UNIT, at: was.createdAt, changes: 1 };
  const left = faded(before.level, now.at - before.at);
  const isCalm = left < CALM_BELOW;
  const level = isCalm ? UNIT : Math.min(left + UNIT, LEVEL_MAX);
  const flap: Flap = { level, at: now.at, changes: isCalm ? 1 : before.changes + 1 };
  const is: Alarm = { ...alarm, flap };
  if (isFlapping(is) || level <= FLAPS_ABOVE) return { ...done, alarm: is };
  const began = begin(is, flap, by, now);
  const effects: readonly Effect[] = [{ do: 'announce', why: 'flapping' }];
  return { alarm: began.alarm, changes: [...done.changes, began.change], effects };
}

function begin(alarm: Alarm, flap: Flap, by: UserId, now: Moment) {
  const reason = `${flap.changes} changes, each soon after the last`;
  const until = (now.at + FLAP_LOOK) as Instant;
  const mark: Suppression = { kind: 'flapping', rule: 'flap', by, since: now.at, until, reason };
  const is = { ...alarm, suppressions: [...alarm.suppressions, mark], changedAt: now.at };
  const why = 'it comes and goes: changes are counted, and told once it calms';
  const change: Change = { ...line(is, 'suppressed', now.at, reason, why), by };
  return { alarm: is, change };
}

/** The look at a flapping alarm: undefined when it goes on. */
export function calmed(alarm: Alarm, by: UserId, now: Moment): Stepped | undefined {
  const level = alarm.flap ? faded(alarm.flap.level, now.at - alarm.flap.at) : 0;
  return level >= FLAPS_ABOVE ? undefined : unflapped(alarm, by, 'it has calmed', now);
}

/** It flaps no more: what holds now is told. */
export function unflapped(alarm: Alarm, by: UserId, why: string, now: Moment): Stepped {
  const suppressions = alarm.suppressions.filter(({ kind }) => kind !== 'flapping');
  const changes = alarm.flap?.changes ?? 0;
  const is: Alarm = {
    ...alarm,
    suppressions,
    flap: undefined,
    revision: now.position,
    changedAt: now.at,
  };
  const text = `${changes} changes while it flapped`;
  const said = { ...line(is, 'unsuppressed', now.at, text, why), by };
  const isTold = isRaised(is) && suppressions.length === 0 && is.handling.is === 'none';
  const effects: readonly Effect[] = isTold ? [{ do: 'announce', why: 'flapping ended' }] : [];
  return { alarm: is, changes: [said], effects };
}

/** It goes on: the end of its mark is moved to the next look. */
export const stillFlapping = (alarm: Alarm, now: Moment): Alarm => ({
  ...alarm,
  suppressions: alarm.suppressions.map((s) =>
    s.kind === 'flapping' ? { ...s, until: (now.at + FLAP_LOOK) as Instant } : s,
  ),
});

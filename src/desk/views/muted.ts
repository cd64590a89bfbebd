import { after, type Instant, later, millis } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Mute } from '../../domain/routing/notice.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { Applied, Desk, Memory } from '../desk.ts';
import { nextTurn } from './alert-status.ts';
import { subscribe } from './held.ts';

export const MUTED_LIMITS = {
  /** Alarms looked at in one slice: about a millisecond. */
  slice_alarms_max: 500,
  slice_gap_ms: 10,
  /** All are looked at again at most so often: 100,000 of them every two seconds. */
  again_ms_min: 1_000,
  alarms_per_s_max: 50_000,
} as const;

/** Why nobody is told of a raised alarm: a silence, or another alarm by an inhibit rule. */
export interface Muted {
  readonly is: 'silenced' | 'inhibited';
  readonly mutes: readonly Mute[];
  /** The same while what is said of it is the same. */
  readonly sign: string;
}

/** Those who count or show which alarms are muted; see `onFlip`. */
interface Flipped {
  /** As it was: called before. */
  leaves(alarm: Alarm): void;
  /** As it is: called after. */
  joins(alarm: Alarm): void;
}

/** What mutes one alarm now, the first cause of each kind first. */
export function mutedNow(
  memory: Pick<Memory, 'routing' | 'get'>,
  alarm: Alarm,
  now: Instant,
): Muted | undefined {
  if (!isRaised(alarm) || !memory.routing.mayMute) return undefined;
  const all = memory.routing.mutesOf(routingSubject(alarm), undefined, now);
  if (all.length === 0) return undefined;
  const mutes = [...all].sort((a, b) => Number(b.by === 'silence') - Number(a.by === 'silence'));
  const sign = mutes.map(({ by, rule, source = '' }) => {
    const silence = by === 'silence' ? memory.get('silences', rule) : undefined;
    return `${by} ${rule} ${source} ${silence?.updatedAt ?? ''}`;
  });
  const is = mutes[0]?.by === 'silence' ? 'silenced' : 'inhibited';
  return { is, mutes, sign: sign.join('\n') };
}

/**
 * Which raised alarms are silenced or inhibited. Nothing of it is in the alarms: it changes when a
 * silence begins or ends, or another alarm comes. So it is kept here, in slices: changed alarms
 * first, and all of them after a change of what mutes.
 */
export class MutedAlarms {
  readonly #desk: Pick<Desk, 'memory' | 'clock'>;
  readonly #unwatch: () => void;
  readonly #held = new Map<AlarmId, Muted>();
  readonly #pending = new Set<AlarmId>();
  readonly #flipped = new Set<Flipped>();
  readonly #listeners = new Set<() => void>();
  /** What is left of looking at all. */
  #rest: IterableIterator<Alarm> | undefined;
  #version = -1;
  /** All are looked at again not before. */
  #againAt = 0 as Instant;
  #cancelRun: (() => void) | undefined;
  #cancelTurn: () => void = () => {};

  constructor(desk: Pick<Desk, 'memory' | 'clock' | 'watch'>) {
    this.#desk = desk;
    this.#unwatch = desk.watch((applied) => this.#follow(applied));
    this.#turn();
  }

  /** Undefined: people are told of it, as far as silences and inhibit rules go. */
  of(id: AlarmId): Muted | undefined {
    return this.#held.get(id);
  }

  /** For those whose counts depend on it: an alarm leaves as it was, and joins as it is. */
  onFlip(flipped: Flipped): () => void {
    this.#flipped.add(flipped);
    return () => this.#flipped.delete(flipped);
  }

  /** Calls `listener` after a slice in which something became muted or ceased to be. */
  onTick(listener: () => void): () => void {
    return subscribe(this.#listeners, listener);
  }

  close(): void {
    this.#unwatch();
    this.#cancelRun?.();
    this.#cancelTurn();
  }

  #follow({ alarms, tables }: Applied): void {
    const { routing } = this.#desk.memory;
    if (tables.has('silences')) this.#turn();
    if (!routing.mayMute && this.#held.size === 0) return;
    for (const [was, is] of alarms) {
      const id = (is ?? was)?.id;
      if (id !== undefined && !looksAlike(was, is)) this.#pending.add(id);
    }
    if (this.#pending.size > 0 || routing.version !== this.#version) this.#runLater();
  }

  /** A silence begins or ends, or is another one: all is looked at, and again at the next turn. */
  #turn(): void {
    const { clock, memory } = this.#desk;
    this.#version = -1;
    this.#cancelTurn();
    const next = nextTurn(memory, clock.now());
    this.#cancelTurn = Number.isFinite(next)
      ? clock.at(next as Instant, () => this.#turn())
      : () => {};
    if (memory.routing.mayMute || this.#held.size > 0) this.#runLater();
  }

  #runLater(): void {
    if (this.#cancelRun) return;
    const { clock } = this.#desk;
    const soon = after(clock.now(), millis(MUTED_LIMITS.slice_gap_ms));
    const isIdle = this.#rest === undefined && this.#pending.size === 0;
    const at = isIdle ? later(soon, this.#againAt) : soon;
    this.#cancelRun = clock.at(at, () => {
      this.#cancelRun = undefined;
      this.#run();
    });
  }

  #run(): void {
    const { memory, clock } = this.#desk;
    const now = clock.now();
    const isStale = memory.routing.version !== this.#version;
    if (!this.#rest && isStale && now >= this.#againAt) {
      this.#version = memory.routing.version;
      this.#rest = memory.all('alarms');
      const { again_ms_min, alarms_per_s_max } = MUTED_LIMITS;
      const pause = (memory.count('alarms') / alarms_per_s_max) * 1_000;
      this.#againAt = after(now, millis(Math.max(again_ms_min, Math.ceil(pause))));
    }
    if (this.#slice(now)) for (const listener of this.#listeners) listener();
    const isDone = !this.#rest && this.#pending.size === 0;
    if (!isDone || memory.routing.version !== this.#version) this.#runLater();
  }

  /** True when something became other than it was. */
  #slice(now: Instant): boolean {
    let isOther = false;
    let left = MUTED_LIMITS.slice_alarms_max as number;
    for (const id of this.#pending) {
      if (left-- === 0) return isOther;
      this.#pending.delete(id);
      if (this.#look(id, now)) isOther = true;
    }
    while (this.#rest && left-- > 0) {
      const { value: alarm, done } = this.#rest.next();
      if (done === true) this.#rest = undefined;
      else if (this.#look(alarm.id, now)) isOther = true;
    }
    return isOther;
  }

  #look(id: AlarmId, now: Instant): boolean {
    const { memory } = this.#desk;
    const alarm = memory.get('alarms', id);
    if (!alarm) {
      this.#held.delete(id);
      return false;
    }
    const is = mutedNow(memory, alarm, now);
    if (is?.sign === this.#held.get(id)?.sign) return false;
    for (const one of this.#flipped) one.leaves(alarm);
    if (is) this.#held.set(id, is);
    else this.#held.delete(id);
    for (const one of this.#flipped) one.joins(alarm);
    return true;
  }
}

/** The same as far as silences and inhibit rules can see. */
const looksAlike = (was: Alarm | undefined, is: Alarm | undefined): boolean =>
  was !== undefined &&
  is !== undefined &&
  was.severity === is.severity &&
  was.labels === is.labels &&
  was.context === is.context &&
  was.condition.is === is.condition.is;

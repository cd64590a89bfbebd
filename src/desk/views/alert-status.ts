import type { Instant } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { alertFingerprint } from '../../domain/alarm/as-alert.ts';
import type { Mute } from '../../domain/routing/notice.ts';
import type { Desk, Memory } from '../desk.ts';

/** What Alertmanager's API says about the notifications of one alarm. */
export interface AlertStatus {
  /** In the order of the routes. */
  readonly receivers: readonly string[];
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
  /** Fingerprints. */
  readonly inhibitedBy: readonly string[];
  /** What else hides it, and has no name in Alertmanager: `shelf`, `maintenance`, `parent` … */
  readonly hiddenBy: readonly string[];
}

const NONE: readonly string[] = [];

/**
 * Statuses of alarms as they are now, and when they may have become others. Reading one walks the
 * routes, so a list keeps what it was told until `epoch` grows.
 */
export class AlertStatuses {
  readonly #desk: Pick<Desk, 'memory' | 'clock'>;
  #epoch = 0;
  #version = -1;
  /** Receivers of every alarm before there is a plan. */
  #unrouted: readonly string[] = NONE;
  /** When the next silence begins or ends. */
  #turnsAt = Number.NEGATIVE_INFINITY;

  constructor(desk: Pick<Desk, 'memory' | 'clock'>) {
    this.#desk = desk;
  }

  /** Who is named as the receiver of every alarm while there is no plan. */
  set unrouted(receivers: readonly string[]) {
    if (receivers.join('\0') === this.#unrouted.join('\0')) return;
    this.#unrouted = receivers;
    this.#epoch++;
  }

  /** Grows whenever the status of an alarm that did not change itself may have changed. */
  get epoch(): number {
    const { memory, clock } = this.#desk;
    const now = clock.now();
    const { version } = memory.routing;
    if (version === this.#version && now < this.#turnsAt) return this.#epoch;
    this.#version = version;
    this.#turnsAt = nextTurn(memory, now);
    return ++this.#epoch;
  }

  of(alarm: Alarm): AlertStatus {
    const { routing } = this.#desk.memory;
    const told = routing.statusOf(alarm, this.#desk.clock.now());
    const { silencedBy, suppressed } = told;
    const receivers = routing.tree ? told.receivers : this.#unrouted;
    if (suppressed.length === 0)
      return { receivers, silencedBy, inhibitedBy: NONE, hiddenBy: NONE };
    return {
      receivers,
      silencedBy,
      inhibitedBy: told.inhibitedBy.map((id) => {
        const source = this.#desk.memory.get('alarms', id);
        return source ? alertFingerprint(source) : id;
      }),
      hiddenBy: hiddenBy(suppressed),
    };
  }
}

const hiddenBy = (mutes: readonly Mute[]): readonly string[] => {
  const own = mutes.filter(({ by }) => by !== 'silence' && by !== 'inhibition');
  return own.length === 0 ? NONE : [...new Set(own.map(({ by }) => by))];
};

/** When the next silence begins or ends; Infinity when none will. */
export function nextTurn(memory: Pick<Memory, 'all'>, now: Instant): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { startsAt, endsAt } of memory.all('silences')) {
    if (startsAt > now && startsAt < next) next = startsAt;
    if (endsAt > now && endsAt < next) next = endsAt;
  }
  return next;
}

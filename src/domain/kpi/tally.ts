import { type Instant, type Millis, minutes, seconds } from '../../base/time.ts';
import { type Alarm, isSuppressed } from '../alarm/alarm.ts';
import type { Change } from '../alarm/change.ts';
import type { AlarmId } from '../alarm/event.ts';
import type { Severity } from '../alarm/severity.ts';

/** An alarm that was over sooner than this was too short to act on (ISA-18.2 "fleeting"). */
export const FLEETING: Millis = seconds(30);

/** Chattering: so many raises of one alarm within the time (ISA-18.2). */
export const CHATTER_RAISES = 3;
export const CHATTER_WITHIN: Millis = minutes(1);

/** Upper ends of the classes of times to acknowledge, in seconds; the last class has no end. */
export const ACK_BOUNDS_S: readonly number[] = [
  ...[10, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600],
  ...[7_200, 14_400, 28_800, 86_400],
];

export const KPI_LIMITS = {
  /** Teams told apart in one batch; the rest counts as `(others)`. */
  teams_max: 100,
  team_chars_max: 100,
  /** Alarms that came back within a minute just now and are watched for chattering. */
  watched_max: 10_000,
} as const;

const OTHERS = '(others)';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What happened in one minute (UTC, since 1970) to alarms of one team and severity. */
export interface MinuteTally {
  readonly minute: number;
  readonly team: string;
  readonly severity: Severity;
  raised: number;
  /** Of those raised: hidden or flapping, so that nobody was asked for. */
  hidden: number;
  cleared: number;
  /** Of those cleared: over within FLEETING. */
  fleeting: number;
  /** Of those cleared: nobody had acknowledged it. */
  alone: number;
}

/** Acknowledgements of one hour by how long they took; `bound` counts through ACK_BOUNDS_S. */
export interface AckTally {
  readonly hour: number;
  readonly team: string;
  readonly severity: Severity;
  readonly bound: number;
  count: number;
}

/** Raises of an alarm after its first one, of one day. */
export interface AgainTally {
  readonly day: number;
  readonly alarm: AlarmId;
  raised: number;
  /** Of those: as part of a chatter. */
  chattered: number;
}

export interface Tally {
  readonly minutes: readonly MinuteTally[];
  readonly acks: readonly AckTally[];
  readonly again: readonly AgainTally[];
}

/** Whose alarm it is: what its sender says, else what the inventory knows; '' when nobody says. */
export function teamOf({ labels, context }: Pick<Alarm, 'labels' | 'context'>): string {
  const team = labels['team'] ?? labels['owner'] ?? context['team'] ?? context['owner'] ?? '';
  return team.slice(0, KPI_LIMITS.team_chars_max);
}

export const ackBound = (took: Millis): number => {
  const found = ACK_BOUNDS_S.findIndex((bound) => took <= bound * 1_000);
  return found < 0 ? ACK_BOUNDS_S.length : found;
};

type Told = Change & { readonly receivedAt: Instant };

/**
 * Counts what the key figures of alarm management need, batch by batch. It keeps only the last
 * raises of alarms that come back within a minute.
 */
export class KpiTally {
  readonly #raises = new Map<AlarmId, readonly Instant[]>();

  /** What these changes add. An alarm that is not among `alarms` counts no more than its change. */
  of(changes: readonly Told[], alarms: readonly Alarm[]): Tally {
    const batch = new Batch(alarms);
    for (const change of changes) {
      if (change.what === 'raised') this.#raised(batch, change);
      else if (change.what === 'cleared') batch.cleared(change);
      else if (change.what === 'acknowledged') batch.acknowledged(change);
    }
    return batch.tally();
  }

  #raised(batch: Batch, change: Told): void {
    const alarm = batch.alarm(change.alarm);
    batch.raised(change, alarm);
    if (!alarm || alarm.episodes < 2) return;
    const { alarm: id, receivedAt: at } = change;
    const first = alarm.episodes === 2 ? [alarm.createdAt] : [];
    const before = (this.#raises.get(id) ?? first).filter((one) => at - one <= CHATTER_WITHIN);
    const raises = [...before, at].slice(-CHATTER_RAISES);
    this.#raises.delete(id);
    this.#raises.set(id, raises);
    for (const oldest of this.#raises.keys()) {
      if (this.#raises.size <= KPI_LIMITS.watched_max) break;
      this.#raises.delete(oldest);
    }
    batch.again(id, at, raises.length >= CHATTER_RAISES);
  }
}

class Batch {
  readonly #alarms: ReadonlyMap<AlarmId, Alarm>;
  readonly #minutes = new Map<string, MinuteTally>();
  readonly #acks = new Map<string, AckTally>();
  readonly #again = new Map<string, AgainTally>();
  readonly #teams = new Set<string>();
  /** When the episodes of this batch began: an alarm tells only of its last one. */
  readonly #began = new Map<string, Instant>();

  constructor(alarms: readonly Alarm[]) {
    this.#alarms = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  }

  alarm(id: AlarmId): Alarm | undefined {
    return this.#alarms.get(id);
  }

  raised(change: Told, alarm: Alarm | undefined): void {
    this.#began.set(`${change.alarm} ${change.episode}`, change.at);
    const minute = this.#minute(change, alarm);
    minute.raised++;
    if (alarm && isSuppressed(alarm)) minute.hidden++;
  }

  cleared(change: Told): void {
    const alarm = this.alarm(change.alarm);
    const minute = this.#minute(change, alarm);
    minute.cleared++;
    const took = this.#since(change, alarm);
    if (took !== undefined && took <= FLEETING) minute.fleeting++;
    const isSame = alarm?.episode === change.episode;
    if (isSame && alarm.handling.is === 'none' && !isSuppressed(alarm)) minute.alone++;
  }

  acknowledged(change: Told): void {
    const alarm = this.alarm(change.alarm);
    const took = this.#since(change, alarm);
    if (took === undefined) return;
    const hour = Math.floor(change.receivedAt / HOUR_MS);
    const [team, severity, bound] = [this.#team(alarm), change.severity, ackBound(took)];
    const key = JSON.stringify([hour, team, severity, bound]);
    const ack = this.#acks.get(key) ?? { hour, team, severity, bound, count: 0 };
    this.#acks.set(key, ack);
    ack.count++;
  }

  again(alarm: AlarmId, at: Instant, isChatter: boolean): void {
    const day = Math.floor(at / DAY_MS);
    const key = `${day} ${alarm}`;
    const again = this.#again.get(key) ?? { day, alarm, raised: 0, chattered: 0 };
    this.#again.set(key, again);
    again.raised++;
    if (isChatter) again.chattered++;
  }

  tally(): Tally {
    return {
      minutes: [...this.#minutes.values()],
      acks: [...this.#acks.values()],
      again: [...this.#again.values()],
    };
  }

  /** How long after the raise; undefined when the raise is of an episode nobody knows here. */
  #since({ alarm: id, episode, at }: Told, alarm: Alarm | undefined): Millis | undefined {
    const known = alarm?.episode === episode ? alarm.condition.since : undefined;
    const began = this.#began.get(`${id} ${episode}`) ?? known;
    return began === undefined ? undefined : (Math.max(0, at - began) as Millis);
  }

  #minute({ receivedAt, severity }: Told, alarm: Alarm | undefined): MinuteTally {
    const minute = Math.floor(receivedAt / MINUTE_MS);
    const team = this.#team(alarm);
    const key = JSON.stringify([minute, team, severity]);
    const found = this.#minutes.get(key);
    if (found) return found;
    const none = { raised: 0, hidden: 0, cleared: 0, fleeting: 0, alone: 0 };
    const fresh = { minute, team, severity, ...none };
    this.#minutes.set(key, fresh);
    return fresh;
  }

  #team(alarm: Alarm | undefined): string {
    const team = alarm ? teamOf(alarm) : '';
    if (this.#teams.has(team)) return team;
    if (this.#teams.size >= KPI_LIMITS.teams_max) return OTHERS;
    this.#teams.add(team);
    return team;
  }
}

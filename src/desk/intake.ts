import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { refusalText } from '../base/refusal.ts';
import { type Instant, seconds } from '../base/time.ts';
import { type Alarm, saidSeverity, saidText } from '../domain/alarm/alarm.ts';
import { type AlarmEvent, type AlarmId, sameLabels } from '../domain/alarm/event.ts';
import { type LabelRules, relabelled } from '../domain/alarm/relabel.ts';
import { leaseOf } from '../domain/alarm/report.ts';
import type { Delivered } from '../ports/source.ts';
import { encode, encodeEvents } from './codec.ts';
import { type Committer, LANE_CHARS_MAX, LANE_WEIGHT_MAX } from './committer.ts';
import type { Draft } from './draft.ts';
import { ENTRY_LIMITS, type EventsEntry, type RenewalsEntry } from './entry.ts';
import { Ladder, type Step, stepOf } from './ladder.ts';
import type { Leases } from './leases.ts';
import { locate, type State } from './state.ts';
import { lateClear } from './verbs/receive.ts';
import {
  LAG_ROWS_MAX,
  LAG_ROWS_QUIET_MAX,
  LAG_ROWS_RESERVED,
  type WriteBehind,
} from './write-behind.ts';

/** How long a sender is asked to wait when the desk cannot take more. */
const RETRY_AFTER_S = 1;

/** A flood is over when it was not noticed for so long. */
const CALM_AFTER = seconds(10);

/** What one event asks of the journal. */
type Need = 'entry' | 'first renewal' | 'nothing';

/** What is done to the labels of a source's events; undefined for nothing. */
export type LabelRulesOf = (source: string) => LabelRules | undefined;

/** Told how long it took until events were stored: one call for a batch of any size. */
export interface StoredTimes {
  begin(): number;
  stored(begun: number, events: readonly AlarmEvent[], count: number): void;
}

/** Told of the events of a source once they are stored and applied. */
export type Heard = (source: string, events: readonly AlarmEvent[], at: Instant) => void;

/**
 * The door for events. What only repeats what the desk already knows moves a deadline and is
 * answered at once; everything else is journalled first.
 */
export class Intake {
  renewals = 0;
  readonly #state: State;
  readonly #leases: Leases;
  readonly #committer: Committer;
  readonly #behind: WriteBehind;
  readonly #clock: Clock;
  readonly #heard: Heard;
  readonly #times: StoredTimes | undefined;
  readonly #labelRules: LabelRulesOf;
  readonly #log: Log;
  readonly #ladder: Ladder;
  /** Sources that flooded the desk a moment ago, how far, and when it was noticed last. */
  readonly #floods = new Map<string, { readonly step: Step; readonly at: Instant }>();
  /** Alarms an uncommitted or unapplied entry touches: a repeat of those is never a renewal. */
  readonly #inFlight = new Map<AlarmId, number>();

  constructor(parts: {
    readonly state: State;
    readonly leases: Leases;
    readonly committer: Committer;
    readonly behind: WriteBehind;
    readonly clock: Clock;
    readonly heard: Heard;
    readonly times: StoredTimes | undefined;
    readonly labelRules: LabelRulesOf;
    readonly log: Log;
  }) {
    this.#state = parts.state;
    this.#leases = parts.leases;
    this.#committer = parts.committer;
    this.#behind = parts.behind;
    this.#clock = parts.clock;
    this.#heard = parts.heard;
    this.#times = parts.times;
    this.#labelRules = parts.labelRules;
    this.#log = parts.log;
    this.#ladder = new Ladder((entry, text, source) => {
      return this.#committer.append(entry, text, laneOf(source));
    }, encode);
  }

  async receive(
    source: string,
    reported: readonly AlarmEvent[],
    once: string | undefined,
  ): Promise<Delivered> {
    const now = this.#clock.now();
    const begun = this.#times?.begin() ?? 0;
    const events = withRules(reported, this.#labelRules(source));
    const news: AlarmEvent[] = [];
    const firsts: { id: AlarmId; until: Instant }[] = [];
    const known: AlarmId[] = [];
    for (const event of events) {
      const { id, alarm } = locate(this.#state, event);
      const need = once === undefined ? this.#needOf(event, alarm, now) : 'entry';
      // Only an alarm that holds a lease can be renewed, so only those are marked.
      if (need !== 'nothing' && alarm?.lease) known.push(id);
      if (need === 'entry') news.push(event);
      else if (need === 'first renewal') firsts.push({ id, until: deadlineOf(event, now) });
      else this.renewals++;
    }
    if (news.length === 0 && firsts.length === 0) {
      this.#heard(source, events, now);
      return { ok: true, position: this.#state.position };
    }
    const entries = this.#entries(source, news, firsts, once, now);
    const delivered = await this.#deliver(source, entries, known);
    if (!delivered.ok) return delivered;
    this.#times?.stored(begun, news, news.length + firsts.length);
    this.#heard(source, events, now);
    return delivered;
  }

  /** Events from a thread of their own, as JSON text. Traps and lines are never renewals. */
  async receiveText(source: string, text: string, once: string | undefined): Promise<Delivered> {
    const at = this.#clock.now();
    const begun = this.#times?.begin() ?? 0;
    const reported = JSON.parse(text) as AlarmEvent[];
    const events = withRules(reported, this.#labelRules(source));
    const reports = events.reduce((sum, event) => sum + (event.count ?? 1), 0);
    const known = events.flatMap((event) => {
      const { id, alarm } = locate(this.#state, event);
      return alarm?.lease ? [id] : [];
    });
    const entries =
      events === reported
        ? this.#asEntries(source, events, text, once, at)
        : this.#entries(source, events, [], once, at);
    const delivered = await this.#deliver(source, entries, known);
    if (!delivered.ok) return delivered;
    this.#times?.stored(begun, events, reports);
    this.#heard(source, events, at);
    return { ...delivered, reports };
  }

  #asEntries(
    source: string,
    events: readonly AlarmEvent[],
    text: string,
    once: string | undefined,
    at: Instant,
  ): readonly Outgoing[] {
    if (events.length > ENTRY_LIMITS.events_max) {
      return this.#entries(source, events, [], once, at);
    }
    const entry = { kind: 'events' as const, at, source, events };
    const keyed = once === undefined ? entry : { ...entry, once };
    return [{ entry: keyed, text: encodeEvents(at, source, once, text) }];
  }

  /** Says that an entry about these alarms is on its way; call the answer when it is applied. */
  touch(ids: readonly AlarmId[]): () => void {
    for (const id of ids) this.#inFlight.set(id, (this.#inFlight.get(id) ?? 0) + 1);
    return () => {
      for (const id of ids) {
        const left = (this.#inFlight.get(id) ?? 1) - 1;
        if (left === 0) this.#inFlight.delete(id);
        else this.#inFlight.set(id, left);
      }
    };
  }

  /**
   * A renewal is firing and would change nothing but the deadline. A repeated clear of a cleared
   * alarm would change nothing at all.
   */
  #needOf(event: AlarmEvent, alarm: Alarm | undefined, now: Instant): Need {
    if (!alarm || (this.#inFlight.size > 0 && this.#inFlight.has(alarm.id))) return 'entry';
    // A clear of it waits to see whether it lasts: a repeat is news.
    const { delays } = this.#state.enrichment;
    if (!delays.isIdle && this.#state.get('timers', lateClear(alarm.id))) return 'entry';
    const { condition } = alarm;
    if (condition.is === 'cleared') {
      const known = event.kind === 'clear' && condition.why === 'resource';
      return known && event.at !== undefined && event.at <= condition.at ? 'nothing' : 'entry';
    }
    if (event.kind !== 'raise' || event.at !== undefined || !alarm.lease) return 'entry';
    const sameStart = event.since === undefined || event.since >= condition.since;
    const promise = event.until ?? event.lease;
    if (!sameStart || promise === undefined || !sameContent(alarm, event)) return 'entry';
    // An end said in so many words takes the place of a timeout, also when it is earlier.
    if ((event.until !== undefined) !== alarm.lease.explicit) return 'entry';
    const until = deadlineOf(event, now);
    if (!alarm.lease.renewed) return 'first renewal';
    this.#leases.extend(alarm.id, until);
    return 'nothing';
  }

  #entries(
    source: string,
    news: readonly AlarmEvent[],
    firsts: readonly { readonly id: AlarmId; readonly until: Instant }[],
    once: string | undefined,
    at: Instant,
  ): readonly Outgoing[] {
    const out: Outgoing[] = [];
    for (let i = 0; i < news.length; i += ENTRY_LIMITS.events_max) {
      const events = news.length <= ENTRY_LIMITS.events_max ? news : slice(news, i);
      const entry: EventsEntry = { kind: 'events', at, source, events };
      const key = i === 0 ? once : `${once}#${i}`;
      out.push({ entry: once === undefined ? entry : { ...entry, once: key ?? once } });
    }
    for (let i = 0; i < firsts.length; i += ENTRY_LIMITS.renewals_max) {
      const alarms = firsts.slice(i, i + ENTRY_LIMITS.renewals_max);
      out.push({ entry: { kind: 'renewals', at, alarms } });
    }
    return out;
  }

  /** How far each source that floods the desk has driven it up the ladder. */
  floods(): ReadonlyMap<string, Step> {
    const since = this.#clock.now() - CALM_AFTER;
    const fresh = [...this.#floods].filter(([, { at }]) => at >= since);
    return new Map(fresh.map(([source, { step }]) => [source, step]));
  }

  #stepFor(source: string): Step {
    const { weight, chars } = this.#committer.fill(laneOf(source));
    const budget = Math.max(weight / LANE_WEIGHT_MAX, chars / LANE_CHARS_MAX);
    const step = source === 'desk' ? 0 : stepOf(budget, this.#behind.lag / LAG_ROWS_MAX);
    if (step > 0 || this.#floods.size > 0) this.#noteFlood(source, step);
    return step;
  }

  #noteFlood(source: string, step: Step): void {
    const at = this.#clock.now();
    const was = this.#floods.get(source);
    if (step > (was?.step ?? 0)) this.#log.warn('flood.climbed', { source, step });
    const highest = was !== undefined && was.step > step ? was.step : step;
    if (step > 0) this.#floods.set(source, { step: highest, at });
    else if (was !== undefined && at - was.at > CALM_AFTER) {
      this.#floods.delete(source);
      this.#log.info('flood.ended', { source });
    }
  }

  #put(source: string, { entry, text }: Outgoing, step: Step): Promise<readonly Draft[]> {
    if (entry.kind === 'events') {
      const { events, at, once } = entry;
      const onLadder = step > 0 || this.#ladder.isOpen(source);
      if (onLadder && once === undefined) return this.#ladder.add(source, events, at, step);
      this.#ladder.pass(source, events);
    }
    const appended = this.#committer.append(entry, text, laneOf(source));
    return appended.then((draft) => [draft]);
  }

  /**
   * History cannot follow: those that flood are refused first, and what the desk has to say of
   * itself, which is little, never is.
   */
  #lagsFor(source: string): boolean {
    const { lag } = this.#behind;
    if (lag < LAG_ROWS_MAX || source === 'desk') return false;
    const isQuiet = this.#behind.lagOf(source) <= LAG_ROWS_QUIET_MAX;
    return !isQuiet || lag >= LAG_ROWS_MAX + LAG_ROWS_RESERVED;
  }

  async #deliver(
    source: string,
    entries: readonly Outgoing[],
    known: readonly AlarmId[],
  ): Promise<Delivered> {
    if (this.#lagsFor(source)) {
      const why = 'history is being written more slowly than events arrive';
      return { ok: false, why, retryAfterSeconds: RETRY_AFTER_S };
    }
    const done = known.length === 0 ? () => {} : this.touch(known);
    try {
      let position = 0;
      // All are appended before any is awaited: they share one commit.
      const step = this.#stepFor(source);
      const appended = entries.map((outgoing) => this.#put(source, outgoing, step));
      for (const draft of (await Promise.all(appended)).flat()) {
        if (draft.outcome?.refused !== undefined)
          return refused(refusalText(draft.outcome.refused));
        position = Math.max(position, draft.outcome?.position ?? draft.now.position);
      }
      return { ok: true, position };
    } catch (error) {
      if (error instanceof DeskError) return refused(error.message, error.code === 'OVER_BUDGET');
      throw error;
    } finally {
      done();
    }
  }
}

/** A source whose labels are its key has done it before it made the key. */
function withRules(
  events: readonly AlarmEvent[],
  rules: LabelRules | undefined,
): readonly AlarmEvent[] {
  if (!rules) return events;
  return events.map((event) => {
    const labels = event.byLabels === true ? event.labels : relabelled(event.labels, rules);
    return labels === event.labels ? event : { ...event, labels };
  });
}

interface Outgoing {
  readonly entry: EventsEntry | RenewalsEntry;
  readonly text?: string;
}

/** The desk's own events share a lane with what people and timers say. */
export const laneOf = (source: string): string => (source === 'desk' ? '' : source);

const slice = (news: readonly AlarmEvent[], from: number): readonly AlarmEvent[] =>
  news.slice(from, from + ENTRY_LIMITS.events_max);

const refused = (why: string, overBudget = false): Delivered => ({
  ok: false,
  why,
  retryAfterSeconds: RETRY_AFTER_S,
  ...(overBudget && { overBudget }),
});

const deadlineOf = (event: AlarmEvent, now: Instant): Instant => leaseOf(event, now)?.until ?? now;

/** Equal in all that a raise carries but times; labels of a label-keyed alarm are equal by key. */
function sameContent(alarm: Alarm, event: AlarmEvent): boolean {
  return (
    (event.link ?? '') === alarm.link &&
    event.text === saidText(alarm) &&
    (event.severity === undefined || event.severity === saidSeverity(alarm)) &&
    (alarm.byLabels || sameLabels(alarm.labels, event.labels)) &&
    (event.annotations === undefined || sameLabels(alarm.annotations, event.annotations))
  );
}

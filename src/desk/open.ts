import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { refusalText } from '../base/refusal.ts';
import { after, hours, type Instant, millis, minutes } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmEvent, AlarmId } from '../domain/alarm/event.ts';
import type { DeliveryId } from '../domain/routing/notice.ts';
import type { Journal } from '../ports/journal.ts';
import type { Delivered } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import { apply, BEHAVIOUR } from './apply.ts';
import { decode } from './codec.ts';
import { Committer } from './committer.ts';
import type { Applied, Desk, DeskFigures, Memory, Report } from './desk.ts';
import type { Draft } from './draft.ts';
import {
  type Act,
  type ActOutcome,
  ENTRY_LIMITS,
  type Entry,
  type ExpiryEntry,
  type FoldRules,
} from './entry.ts';
import { type Heard, Intake, type LabelRulesOf, laneOf, type StoredTimes } from './intake.ts';
import { Leases } from './leases.ts';
import { State } from './state.ts';
import { TimerDriver } from './timers.ts';
import { validateAct } from './validate.ts';
import { LAG_ROWS_MAX, WriteBehind } from './write-behind.ts';

export const RULES_DEFAULT: FoldRules = {
  clearMemory: hours(1),
  onceMemory: hours(24),
  notify: { fallback: '', undeliveredAfter: minutes(5) },
};

const LEASE_LOOK_EVERY = millis(250);

export interface DeskParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  readonly store: Store;
  /** Id of this run, given by the caller: the fold knows no chance. */
  readonly boot: string;
  readonly rules?: FoldRules;
  /** Told of events that were stored and applied, or that only renewed what is known. */
  readonly heard?: Heard;
  /** Told how long the desk takes. */
  readonly times?: StoredTimes;
  /** What is done to the labels of a source's events before they are journalled. */
  readonly labelRules?: LabelRulesOf;
  /** Called when a promise of the desk's own is broken: it takes nothing more. Default: throw. */
  readonly broken?: (error: unknown) => void;
  /** Runs a task at the end of this turn of the loop: `setImmediate`. Default: a microtask. */
  readonly soon?: (task: () => void) => void;
  /** Alarms that make a second block worth sending while one is in flight. Tests set 1. */
  readonly secondBlockWeightMin?: number;
}

const stop = (error: unknown): never => {
  throw error;
};

/** Loads the checkpoint, replays the journal after it, and takes up work. */
export async function openDesk(parts: DeskParts): Promise<Desk> {
  const desk = new LiveDesk(parts);
  await desk.recover();
  await desk.begin(parts.boot, parts.rules ?? RULES_DEFAULT);
  return desk;
}

class LiveDesk implements Desk {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly store: Store;
  readonly #log: Log;
  readonly #state = new State();
  readonly #leases = new Leases();
  readonly #watchers = new Set<(applied: Applied) => void>();
  readonly #committer: Committer;
  readonly #behind: WriteBehind;
  readonly #intake: Intake;
  readonly #timers: TimerDriver;
  #startedAt = 0 as Instant;
  #faults = 0;
  /** Cancels the next look for leases; undefined while none is due. */
  #stopLooking: (() => void) | undefined;
  #closed = false;

  constructor(parts: DeskParts) {
    this.clock = parts.clock;
    this.journal = parts.journal;
    this.store = parts.store;
    this.#log = parts.log;
    const { clock, journal, store, log } = parts;
    this.#committer = new Committer({
      journal,
      apply: this.#apply,
      now: () => clock.now(),
      broken: parts.broken ?? stop,
      soon: parts.soon ?? queueMicrotask,
      secondBlockWeightMin: parts.secondBlockWeightMin,
    });
    this.#behind = new WriteBehind(store, clock, log);
    this.#timers = new TimerDriver(this.#state, clock, (entry) => this.#committer.append(entry));
    this.#intake = new Intake({
      state: this.#state,
      leases: this.#leases,
      committer: this.#committer,
      behind: this.#behind,
      clock,
      heard: parts.heard ?? (() => {}),
      times: parts.times,
      labelRules: parts.labelRules ?? (() => undefined),
      log,
    });
  }

  get memory(): Memory {
    return this.#state;
  }

  receive(source: string, events: readonly AlarmEvent[], once?: string): Promise<Delivered> {
    return this.#intake.receive(source, events, once);
  }

  receiveText(source: string, eventsJson: string, once?: string): Promise<Delivered> {
    return this.#intake.receiveText(source, eventsJson, once);
  }

  async act(by: UserId, act: Act, once?: string): Promise<ActOutcome> {
    const at = this.clock.now();
    // A retry is told the first outcome, even when by now it could not be asked any more.
    const retried = once !== undefined && this.#state.get('outcomes', once) !== undefined;
    if (!retried) validateAct(act, once, at);
    const entry: Entry = { kind: 'act', at, by, act, ...(once === undefined ? {} : { once }) };
    const done = this.#intake.touch('on' in act ? act.on.map((t) => t.id) : []);
    try {
      const draft = await this.#committer.append(entry);
      if (!draft.outcome) throw new DeskError('ACTION_REFUSED', { why: 'It was set aside.' });
      return draft.outcome;
    } finally {
      done();
    }
  }

  async report(entry: Report): Promise<Delivered> {
    try {
      const draft = await this.#committer.append(entry);
      const refused = entry.kind === 'unread' ? draft.outcome?.refused : undefined;
      if (refused !== undefined)
        return { ok: false, why: refusalText(refused), retryAfterSeconds: 60 };
      return { ok: true, position: draft.now.position };
    } catch (error) {
      if (error instanceof DeskError)
        return { ok: false, why: error.message, retryAfterSeconds: 1 };
      throw error;
    }
  }

  deadline(id: AlarmId): Instant | undefined {
    return this.#leases.get(id);
  }

  watch(listener: (applied: Applied) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  figures(): DeskFigures {
    return {
      position: this.#state.position,
      storePosition: this.store.position,
      alarmsInMemory: this.#state.count('alarms'),
      entriesWaiting: this.#committer.waiting,
      storeLagChanges: this.#behind.lag,
      entriesCommitted: this.#committer.entries,
      blocksCommitted: this.#committer.blocks,
      renewals: this.#intake.renewals,
      floods: this.#intake.floods(),
      faults: this.#faults,
      journalDown: this.#committer.down,
      storeDown: this.#behind.down,
      committedAt: this.#committer.committedAt,
      commitMs: this.#committer.commitMs,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopLooking?.();
    this.#timers.stop();
    await this.#committer.settled();
    await this.#behind.flush();
    this.#behind.stop();
    await this.store.close();
    await this.journal.close();
  }

  /** State at the checkpoint, then every entry after it, exactly as the first time. */
  async recover(): Promise<void> {
    await this.store.bind(this.journal.id, this.journal.head);
    const checkpoint = this.store.load();
    this.#state.position = checkpoint.position;
    this.#state.time = checkpoint.deskTime;
    // Rows first: the desk row's rules decide how cleared alarms are filed.
    for await (const rows of checkpoint.rows) {
      for (const { table, id, json } of rows) {
        this.#state.set(table as 'timers', id, JSON.parse(json));
      }
    }
    for await (const alarms of checkpoint.alarms) {
      for (const alarm of alarms) this.#state.set('alarms', alarm.id, alarm);
    }
    await this.#replay();
  }

  async #replay(): Promise<void> {
    const from = this.#state.position + 1;
    if (from < this.journal.tail) {
      const why = `the store ends at ${from - 1}, the journal begins at ${this.journal.tail}`;
      throw new DeskError('DATA_MISMATCH', { folder: 'the data folder', why });
    }
    let replayed = 0;
    for await (const block of this.journal.read(from)) {
      let position = block.first;
      for (const text of block.text.split('\n')) {
        if (position >= from) {
          this.#behind.gather(apply(this.#state, position, decode(text)));
          replayed++;
          if (this.#behind.lag > LAG_ROWS_MAX / 2) await this.#behind.flush();
        }
        position++;
      }
    }
    this.#log.info('journal.replayed', { entries: replayed, position: this.#state.position });
  }

  /** From here on the desk takes entries; leases and timers that came due meanwhile fire late. */
  async begin(boot: string, rules: FoldRules): Promise<void> {
    const at = this.clock.now();
    await this.#committer.append({ kind: 'start', at, boot, behaviour: BEHAVIOUR, rules });
    this.#startedAt = this.#state.get('desk', 'desk')?.startedAt ?? at;
    for (const alarm of this.#state.all('alarms')) {
      this.#leases.follow(alarm.id, alarm, this.#startedAt);
    }
    this.#timers.begin();
    this.#look();
  }

  readonly #apply = (position: number, entry: Entry): Draft => {
    const faults = this.#state.count('faults');
    const draft = apply(this.#state, position, entry);
    if (this.#state.count('faults') > faults) {
      this.#faults++;
      this.#log.error('entry.set-aside', { position, kind: entry.kind });
    }
    for (const id of draft.was.keys()) {
      this.#leases.follow(id as AlarmId, this.#state.get('alarms', id), this.#startedAt);
    }
    this.#lookSoon();
    this.#behind.gather(draft, entry.kind === 'events' ? entry.source : '');
    if (draft.writes.has('timers')) this.#timers.follow(draft);
    if (this.#watchers.size > 0) this.#tell(draft);
    return draft;
  };

  #tell(draft: Draft): void {
    const applied: Applied = {
      position: draft.now.position,
      at: draft.now.at,
      alarms: [...draft.was].map(([id, was]) => [was, this.#state.get('alarms', id)] as const),
      changes: draft.changes,
      effects: draft.effects,
      deliveries: [...(draft.writes.get('deliveries')?.keys() ?? [])] as DeliveryId[],
      decisions: draft.decisions,
      tables: new Set(draft.writes.keys()),
    };
    for (const listener of this.#watchers) {
      try {
        listener(applied);
      } catch (error) {
        this.#log.error('watcher.failed', { error });
      }
    }
  }

  #expire(source: string, alarms: ExpiryEntry['alarms'], at: Instant): void {
    const done = this.#intake.touch(alarms.map((a) => a.id));
    // What was not expired (the journal refused, or the alarm had changed) is looked at again.
    const lookAgain = () => {
      for (const { id } of alarms) this.#leases.again(id, this.clock.now());
    };
    const appended = this.#committer.append(
      { kind: 'expiry', at, alarms },
      undefined,
      laneOf(source),
    );
    appended.then(lookAgain, lookAgain).finally(done);
  }

  #expireAll(ran: ReturnType<Leases['due']>, now: Instant): void {
    const alarms = ran.flatMap(({ id, until }) => {
      const alarm = this.#state.get('alarms', id);
      return alarm ? [{ id, revision: alarm.revision, until }] : [];
    });
    // In the lane of its source an expiry comes after the renewals that were there before it.
    const lanes = Map.groupBy(alarms, ({ id }) => this.#state.get('alarms', id)?.source ?? '');
    for (const [source, some] of lanes) this.#expire(source, some, now);
  }

  #look(): void {
    const now = this.clock.now();
    const ran = this.#leases.due(now, ENTRY_LIMITS.expiries_max);
    if (ran.length > 0) this.#expireAll(ran, now);
    this.#lookSoon();
  }

  /** Looks for leases that ran out four times a second, but only while somebody holds one. */
  #lookSoon(): void {
    if (this.#stopLooking || this.#closed || this.#leases.size === 0) return;
    this.#stopLooking = this.clock.at(after(this.clock.now(), LEASE_LOOK_EVERY), () => {
      this.#stopLooking = undefined;
      this.#look();
    });
  }
}

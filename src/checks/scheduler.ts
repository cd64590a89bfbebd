import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { between, type Instant, instantText } from '../base/time.ts';
import type { Watched } from '../domain/check/plan.ts';
import { whyOf } from './engine/run.ts';
import { EMPTY, type Finding } from './find.ts';
import type { History } from './history.ts';
import { brokenFound, type CheckReport } from './report.ts';
import { slotAfter } from './slots.ts';

export interface SchedulerParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  /** Runs at once; the others wait in their order. */
  readonly atOnceMax: number;
  /** The slot a check was last run for, as the journal has it. */
  readonly lastSlot: (check: string) => Instant | undefined;
  /** Resolves when the desk has it on disk and applied. */
  readonly report: (report: CheckReport) => Promise<void>;
}

/** A check as it is run: how it finds out is its own. */
export interface Runnable {
  readonly check: Watched;
  find(begin: RunBegin): Promise<Finding>;
}

/** What every run is begun with. */
export interface RunBegin {
  readonly now: Instant;
  readonly run: string;
  /** Who asked for it; undefined: the timetable. */
  readonly by: string | undefined;
  readonly signal: AbortSignal;
}

interface Asked {
  readonly check: string;
  readonly slot: Instant | undefined;
  readonly by: string | undefined;
  readonly done: (report: CheckReport | undefined) => void;
}

/**
 * Runs checks when their time has come. A slot is run once: which one was is in the journal with
 * the result. Slots missed while the desk was down are run once, late. A check never overlaps
 * itself: a slot that comes while it runs is left out.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #checks = new Map<string, Runnable>();
  readonly #next = new Map<string, Instant>();
  readonly #waiting: Asked[] = [];
  readonly #busy = new Map<string, Asked>();
  readonly #stopping = new AbortController();
  #running = 0;
  #cancel: () => void = () => {};

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Other checks than before hold. Those that stay keep their next slot. */
  follow(checks: readonly Runnable[]): void {
    const before = new Map(this.#checks);
    this.#checks.clear();
    for (const one of checks) {
      const { name, timetable } = one.check;
      const was = before.get(name)?.check.timetable;
      this.#checks.set(name, one);
      const isSame = JSON.stringify(was) === JSON.stringify(timetable);
      if (!isSame) this.#plan(name, this.#parts.lastSlot(name) ?? this.#parts.clock.now());
    }
    for (const name of this.#next.keys()) if (!this.#checks.has(name)) this.#next.delete(name);
    this.#arm();
  }

  /** When a check is run next. */
  nextOf(check: string): Instant | undefined {
    return this.#next.get(check);
  }

  /** Is it being run, or waiting for others to end? */
  isBusy(check: string): boolean {
    return this.#busy.has(check);
  }

  /** Runs it now. Throws DeskError NOT_FOUND or BUSY. */
  runNow(check: string, by: string): Promise<CheckReport | undefined> {
    if (!this.#checks.has(check)) throw new DeskError('NOT_FOUND', { what: 'such check' });
    if (this.#busy.has(check)) throw new DeskError('BUSY', { why: `${check} is being run` });
    return new Promise((done) => this.#ask({ check, slot: undefined, by, done }));
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#stopping.abort();
    for (const { done } of this.#waiting.splice(0)) done(undefined);
  }

  #plan(name: string, from: Instant): void {
    const one = this.#checks.get(name);
    const next = one && slotAfter(one.check.timetable, name, from);
    if (next === undefined) this.#next.delete(name);
    else this.#next.set(name, next);
  }

  #arm(): void {
    this.#cancel();
    const first = Math.min(...this.#next.values());
    if (!Number.isFinite(first) || this.#stopping.signal.aborted) return;
    this.#cancel = this.#parts.clock.at(first as Instant, () => this.#due());
  }

  #due(): void {
    const now = this.#parts.clock.now();
    for (const [check, next] of [...this.#next]) {
      if (next > now) continue;
      const following = this.#following(check, next, now);
      // Several were missed: once, late, for all of them.
      const slot = following.wereMissed ? now : next;
      if (following.at === undefined) this.#next.delete(check);
      else this.#next.set(check, following.at);
      if (this.#busy.has(check)) this.#parts.log.warn('check.overlapped', { check });
      else this.#ask({ check, slot, by: undefined, done: () => {} });
    }
    this.#arm();
  }

  #following(check: string, next: Instant, now: Instant) {
    const timetable = this.#checks.get(check)?.check.timetable;
    if (!timetable) return { at: undefined, wereMissed: false };
    const at = slotAfter(timetable, check, next);
    if (at === undefined || at > now) return { at, wereMissed: false };
    return { at: slotAfter(timetable, check, now), wereMissed: true };
  }

  #ask(asked: Asked): void {
    this.#busy.set(asked.check, asked);
    this.#waiting.push(asked);
    this.#pump();
  }

  #pump(): void {
    while (this.#running < this.#parts.atOnceMax) {
      const asked = this.#waiting.shift();
      if (!asked) return;
      this.#running++;
      void this.#runOne(asked).then((report) => {
        this.#running--;
        this.#busy.delete(asked.check);
        asked.done(report);
        this.#pump();
      });
    }
  }

  /** Never rejects: what goes wrong here makes the check broken, or is logged. */
  async #runOne(asked: Asked): Promise<CheckReport | undefined> {
    const { clock, log, report } = this.#parts;
    const one = this.#checks.get(asked.check);
    if (!one || this.#stopping.signal.aborted) return undefined;
    const from = clock.now();
    const run = instantText(from).replace(/[-:.]/g, '');
    const signal = this.#stopping.signal;
    const finding = await found(one, { now: from, run, by: asked.by, signal });
    if (this.#stopping.signal.aborted) return undefined; // the slot is run after the next start
    if (!this.#checks.has(asked.check)) return undefined; // taken out meanwhile: it says nothing
    const at = clock.now();
    const told: CheckReport = {
      ...{ check: asked.check, run, at, slot: asked.slot, by: asked.by, ...finding.found },
      severity: one.check.severity,
      tookMs: between(from, at),
    };
    try {
      await report(told);
      await this.#keep(told, finding);
    } catch (error) {
      log.error('check.unreported', { check: asked.check, error });
      return undefined;
    }
    return told;
  }

  #keep(report: CheckReport, { counts, points }: Finding): Promise<void> {
    const { check, run, at, verdict, text, rows, tookMs, evidence } = report;
    const kept = { check, run, at, verdict, ...report.counts, rows, tookMs, text, evidence };
    return this.#parts.history.ended({ run: kept, counts, points });
  }
}

/** What goes wrong in a run says nothing of the data: the check is broken. */
async function found(one: Runnable, begin: RunBegin): Promise<Finding> {
  try {
    return await one.find(begin);
  } catch (error) {
    return { ...EMPTY, found: brokenFound(one.check, whyOf(error)) };
  }
}

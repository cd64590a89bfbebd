import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, seconds } from '../base/time.ts';
import { pageText, requestText } from '../domain/run/parameters.ts';
import { currentTry, nextAttempt, type Run, type StepTold, waitsFor } from '../domain/run/run.ts';
import type { CommandStep, HttpStep, PageStep, RunbookStep } from '../domain/run/runbook.ts';
import type { Commands } from './commands.ts';
import type { Sent } from './sent.ts';

/** A step the desk could not tell itself of is told again after so long. */
const TELL_AGAIN = seconds(1);

export interface ExecutorParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Sends a request; resolves with what came of it, and never rejects. */
  readonly send: (run: Run, step: HttpStep, signal: AbortSignal) => Promise<Sent>;
  readonly commands: Pick<Commands, 'prepare' | 'left' | 'slots'>;
  /** Resolves when it is on disk and applied; false: not now. */
  readonly tell: (run: Run, said: StepTold) => Promise<boolean>;
  /** The run as it is now. */
  readonly current: (id: Run['id']) => Run | undefined;
}

type Does = Exclude<RunbookStep['does'], { is: 'manual' }>;

/** What this process is doing of a run. */
interface Work {
  readonly step: number;
  readonly attempt: number;
  end(): void;
}

/**
 * Goes through runs: the desk's memory says which step is next, and each step is written down
 * before it is begun and after it ended. What was begun by a process that died is asked again only
 * where the runbook allows it.
 */
export class RunExecutor {
  readonly #parts: ExecutorParts;
  readonly #work = new Map<string, Work>();
  #isStopped = false;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  /** Call it with the run whenever it may have changed. */
  look(run: Run): void {
    if (this.#isStopped) return;
    const work = this.#work.get(run.id);
    if (run.is !== 'running') {
      work?.end();
      this.#work.delete(run.id);
    } else if (!work && waitsFor(run) === 'desk') this.#goOn(run);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { end } of this.#work.values()) end();
    this.#work.clear();
  }

  #goOn(run: Run): void {
    const does = run.steps?.[run.step]?.does;
    if (!does || does.is === 'manual') return;
    const begun = currentTry(run);
    if (does.is === 'page' && begun) return; // its page is under way in the desk's memory
    const attempt = begun?.attempt ?? nextAttempt(run);
    const leave = new AbortController();
    const work: Work = { step: run.step, attempt, end: () => leave.abort() };
    this.#work.set(run.id, work);
    this.#do(run, work, does, leave.signal).catch((error: unknown) =>
      this.#parts.log.error('run.broken', { error, run: run.id }),
    );
  }

  #do(run: Run, work: Work, does: Does, signal: AbortSignal): Promise<void> {
    switch (does.is) {
      case 'wait':
        return this.#wait(run, work, does.seconds, signal);
      case 'page':
        return this.#page(run, work, does, signal);
      case 'http':
        return this.#ask(run, work, does, signal);
      case 'command':
        return this.#run(run, work, does, signal);
    }
  }

  /** The page begins with what is told here; its answer, too, comes into the run without us. */
  async #page(run: Run, work: Work, step: PageStep, signal: AbortSignal): Promise<void> {
    const input = `page ${step.whom}=${step.name}\n${pageText(step, run.parameters ?? {})}`;
    await this.#tell(run, work, 'begun', input, '', signal);
    this.#leave(run, work);
  }

  async #wait(run: Run, work: Work, length: number, signal: AbortSignal): Promise<void> {
    const { clock, current } = this.#parts;
    if (!currentTry(run)) await this.#tell(run, work, 'begun', '', '', signal);
    // It may have taken a while to write that down: the wait counts from what is written.
    const begunAt = currentTry(current(run.id) ?? run)?.begunAt ?? clock.now();
    await this.#until(after(begunAt, seconds(length)), signal);
    await this.#end(run, work, { is: 'done', output: '' }, signal);
  }

  async #ask(run: Run, work: Work, step: HttpStep, signal: AbortSignal): Promise<void> {
    const input = requestText(step, run.parameters ?? {});
    if (!currentTry(run)) await this.#tell(run, work, 'begun', input, '', signal);
    else if (!step.repeatable) {
      const output = 'The desk stopped while this was asked. Look whether it was done.';
      return this.#end(run, work, { is: 'unsure', output }, signal);
    }
    if (signal.aborted) return;
    const sent = await this.#parts.send(run, step, signal);
    await this.#end(run, work, sent, signal);
  }

  async #run(run: Run, work: Work, step: CommandStep, signal: AbortSignal): Promise<void> {
    const { commands } = this.#parts;
    const prepared = commands.prepare(run, step);
    const isBegun = currentTry(run) !== undefined;
    if (isBegun && !('run' in prepared && prepared.repeatable)) {
      const left = await commands.left(run, work.attempt);
      const output = `The desk stopped while this ran. ${left} Look how far it came.`;
      return this.#end(run, work, { is: 'unsure', output }, signal);
    }
    const leave = await commands.slots.take(signal);
    if (!leave) return;
    try {
      if (isBegun) await commands.left(run, work.attempt);
      else await this.#tell(run, work, 'begun', prepared.input, '', signal);
      if (signal.aborted) return;
      const ended = 'why' in prepared ? failed(prepared.why) : prepared.run(work.attempt, signal);
      await this.#end(run, work, await ended, signal);
    } finally {
      leave();
    }
  }

  async #end(
    run: Run,
    work: Work,
    { is, output }: { readonly is: StepTold['says']; readonly output: string },
    signal: AbortSignal,
  ): Promise<void> {
    await this.#tell(run, work, is, '', output, signal);
    this.#leave(run, work);
  }

  /** This step is no work of ours any more; the next one may be. */
  #leave(run: Run, work: Work): void {
    if (this.#work.get(run.id) !== work) return;
    this.#work.delete(run.id);
    const next = this.#parts.current(run.id);
    if (next) this.look(next);
  }

  async #tell(
    run: Run,
    work: Work,
    says: StepTold['says'],
    input: string,
    output: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { step, attempt } = work;
    while (!signal.aborted) {
      if (await this.#parts.tell(run, { step, attempt, says, input, output })) return;
      await this.#until(after(this.#parts.clock.now(), TELL_AGAIN), signal);
    }
  }

  #until(at: Instant, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.at(at, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
}

const failed = (output: string): Sent => ({ is: 'failed', output });

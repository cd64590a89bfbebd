import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../base/clock.ts';
import { after, type Millis } from '../base/time.ts';
import { RUN_LIMITS } from '../domain/run/run.ts';
import { KeptOutput } from './kept-output.ts';
import type { Sent } from './sent.ts';

/** One program to be run, with everything in its place. */
export interface ChildSpec {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Millis;
  /** Between SIGTERM and SIGKILL; and for output that nobody of its group writes any more. */
  readonly grace: Millis;
  /** Taken out of what it writes. */
  readonly hidden: ReadonlySet<string>;
}

/**
 * Runs a program to its end, without a shell, in a process group of its own; never rejects. What it
 * leaves running in its group ends with it.
 */
export function runChild(spec: ChildSpec, clock: Clock, signal: AbortSignal): Promise<Sent> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ is: 'failed', output: NOT_STARTED });
    const child = spawned(spec);
    if (child instanceof Error) return resolve({ is: 'failed', output: notStarted(child) });
    new Watched(child, spec, clock, signal, resolve);
  });
}

const NOT_STARTED = 'It was not started: the run was stopped.';

const notStarted = (error: NodeJS.ErrnoException): string =>
  `It could not be started (${error.code ?? error.message}): look at its path and directory.`;

function spawned({ path, directory, environment, ...spec }: ChildSpec): ChildProcess | Error {
  try {
    return spawn(path, spec.arguments, {
      ...{ cwd: directory, env: environment, shell: false, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A child under way, from its start to the last of what it wrote. */
class Watched {
  readonly #child: ChildProcess;
  readonly #spec: ChildSpec;
  readonly #clock: Clock;
  readonly #resolve: (sent: Sent) => void;
  readonly #signal: AbortSignal;
  readonly #stop = (): void => this.#end('The run was stopped, and it was ended.');
  readonly #out: KeptOutput;
  readonly #err: KeptOutput;
  /** Why the desk ended it; '' while it may go on. */
  #why = '';
  #timers: (() => void)[] = [];
  #isOver = false;

  constructor(
    child: ChildProcess,
    spec: ChildSpec,
    clock: Clock,
    signal: AbortSignal,
    resolve: (sent: Sent) => void,
  ) {
    this.#child = child;
    this.#spec = spec;
    this.#clock = clock;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#out = new KeptOutput(spec.hidden, RUN_LIMITS.output_chars_max);
    this.#err = new KeptOutput(spec.hidden, RUN_LIMITS.output_chars_max);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#out.add(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#err.add(text));
    child.on('error', (error) => this.#over({ is: 'failed', output: notStarted(error) }));
    child.on('exit', () => this.#exited());
    child.on('close', (code, killed) => this.#closed(code, killed));
    signal.addEventListener('abort', this.#stop, { once: true });
    const { timeout } = spec;
    const long = `It took longer than ${timeout / 1_000} s and was ended.`;
    this.#in(timeout, () => this.#end(long));
  }

  #in(length: Millis, does: () => void): void {
    this.#timers.push(this.#clock.at(after(this.#clock.now(), length), does));
  }

  #end(why: string): void {
    if (this.#why !== '' || this.#isOver) return;
    this.#why = why;
    this.#kill('SIGTERM');
    this.#in(this.#spec.grace, () => this.#kill('SIGKILL'));
  }

  /** Its whole group: a program that was told to end may have started others. */
  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#isOver) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  }

  /** What is left of its group ends now; who left the group may hold the pipes for a moment. */
  #exited(): void {
    this.#kill('SIGKILL');
    this.#in(this.#spec.grace, () => {
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    });
  }

  #closed(code: number | null, killed: NodeJS.Signals | null): void {
    const ended = killed === null ? `exit ${code}` : `ended by ${killed}`;
    const first = this.#why === '' ? ended : this.#why;
    const is = code === 0 && this.#why === '' ? 'done' : 'failed';
    this.#over({ is, output: this.#said(first) });
  }

  #said(first: string): string {
    const most = RUN_LIMITS.output_chars_max - first.length - 1;
    if (this.#err.isEmpty) return `${first}\n${this.#out.text(most)}`.trimEnd();
    const left = most - STDERR.length - 1;
    const each = this.#out.isEmpty ? left : Math.floor(left / 2);
    const out = this.#out.isEmpty ? '' : `${this.#out.text(each)}\n`;
    return `${first}\n${out}${STDERR}${this.#err.text(each)}`.trimEnd();
  }

  #over(sent: Sent): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const cancel of this.#timers) cancel();
    this.#signal.removeEventListener('abort', this.#stop);
    this.#resolve(sent);
  }
}

const STDERR = 'stderr:\n';

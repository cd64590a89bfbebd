import assert from 'node:assert/strict';
import { type Millis, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Duty } from '../../src/domain/escalation/duty.ts';
import { type Command, RUN_VARIABLE } from '../../src/domain/run/command.ts';
import { type Run, waitsFor } from '../../src/domain/run/run.ts';
import type { RunbookStep } from '../../src/domain/run/runbook.ts';
import type { ChildSpec } from '../../src/runs/child.ts';
import type { Leftovers } from '../../src/runs/leftovers.ts';
import type { Sent } from '../../src/runs/sent.ts';
import type { Chance } from './random.ts';

const http = (repeatable: boolean): RunbookStep['does'] => ({
  ...{ is: 'http', method: 'POST', url: 'https://r1.example.org/', headers: {}, body: '' },
  ...{ statuses: [], repeatable },
});
const command = (name: string): RunbookStep['does'] => ({
  ...{ is: 'command', name, values: {}, takes: [] },
});
/** Ada, then Bob, twice; then nobody is left. */
export const DUTY: Duty = {
  ...{ teams: [], schedules: [] },
  policies: [
    {
      name: 'noc',
      steps: ['ada', 'bob'].map((who) => ({
        targets: [{ is: 'person' as const, person: who as UserId }],
        wait: minutes(2),
      })),
      ...{ repeat: 1, fallback: [] },
    },
  ],
};
const [policy] = DUTY.policies;
const page: RunbookStep['does'] = {
  ...{ is: 'page', whom: 'policy', name: 'noc', waitSeconds: 900, text: 'Come.' },
  ...(policy ? { policy } : {}),
};
const DOES: readonly RunbookStep['does'][] = [
  ...[http(false), http(true), command('once'), command('again'), page, page],
  ...([{ is: 'manual' }, { is: 'wait', seconds: 40 }, { is: 'wait', seconds: 200 }] as const),
];

/** A runbook of one to five steps. */
export const stepsOf = (c: Chance): readonly RunbookStep[] =>
  Array.from({ length: 1 + c.below(5) }, (_, i) => ({
    ...{ title: `step ${i}`, says: '', does: c.pick(DOES) },
  }));

const plain = { path: '/x', arguments: [], parameters: [], directory: '/', environment: {} };
export const COMMANDS: Readonly<Record<string, Command>> = {
  once: { ...plain, timeout: 60_000 as Millis, repeatable: false },
  again: { ...plain, timeout: 60_000 as Millis, repeatable: true },
};

/** May the desk do it again when nobody knows how far it came? */
export const isRepeatable = ({ steps }: Run, step: number): boolean => {
  const does = steps?.[step]?.does;
  if (does?.is === 'http') return does.repeatable;
  return does?.is === 'command' && COMMANDS[does.name]?.repeatable === true;
};

/** Something the desk asked of the world: a request, or a command. */
interface Ask {
  /** `run/step/attempt` */
  readonly of: string;
  readonly life: number;
  readonly isCommand: boolean;
  is: 'open' | 'done' | 'failed' | 'stopped' | 'lost';
  readonly tell: (sent: Sent) => void;
}

/** What is outside the desk: it remembers each thing it was asked to do, over all crashes. */
export class RunsWorld {
  readonly asks: Ask[] = [];
  readonly #chance: Chance;
  /** Looks at what is about to be done. */
  readonly #judge: (of: string) => void;
  life = 0;

  constructor(chance: Chance, judge: (of: string) => void) {
    this.#chance = chance;
    this.#judge = judge;
  }

  readonly run = ({ environment }: ChildSpec, signal: AbortSignal): Promise<Sent> =>
    this.#ask((environment[RUN_VARIABLE] ?? '').replace(/^desk\//, ''), true, signal);

  request(of: string, signal: AbortSignal): Promise<Sent> {
    return this.#ask(of, false, signal);
  }

  #ask(of: string, isCommand: boolean, signal: AbortSignal): Promise<Sent> {
    if (signal.aborted) return Promise.resolve({ is: 'failed', output: '' });
    this.#judge(of);
    const twin = this.asks.find((one) => one.of === of && one.is === 'open' && one.isCommand);
    assert.ok(!twin, `${of} runs twice at the same time`);
    return new Promise((resolve) => {
      const ask: Ask = { of, life: this.life, isCommand, is: 'open', tell: resolve };
      this.asks.push(ask);
      signal.addEventListener('abort', () => {
        if (ask.is === 'open' && ask.life === this.life) ask.is = 'stopped';
        resolve({ is: 'failed', output: 'stopped' });
      });
    });
  }

  /** Some of what is open ends; the rest goes on hanging. */
  pump(all: boolean): void {
    for (const ask of this.asks) {
      if (ask.is !== 'open' || ask.life !== this.life) continue;
      if (!all && this.#chance.in100(60)) continue;
      ask.is = this.#chance.in100(75) ? 'done' : 'failed';
      ask.tell({ is: ask.is, output: ask.is });
    }
  }

  /** The desk is gone: requests are nobody's, and commands run on until somebody ends them. */
  crash(): void {
    for (const ask of this.asks) if (ask.is === 'open' && !ask.isCommand) ask.is = 'lost';
    this.life++;
  }

  readonly endLeftovers = async (): Promise<Leftovers> => {
    const left = this.asks.filter(({ is, life }) => is === 'open' && life !== this.life);
    for (const ask of left) ask.is = 'lost';
    return new Map(left.map(({ of }) => [of, 1]));
  };
}

/** Whatever a run says of itself is what the world saw. */
export function checkRun(run: Run, asks: readonly Ask[]): void {
  const { steps = [], tries = [] } = run;
  for (let step = 0; step < steps.length; step++) {
    const own = tries.filter((one) => one.step === step);
    const isPast = step < run.step || run.is === 'done';
    const done = own.filter(({ is }) => is === 'done').length;
    assert.equal(done, isPast ? 1 : 0, `${run.id}: step ${step} was done ${done} times`);
    if (step > run.step) assert.equal(own.length, 0, `${run.id}: step ${step} began too early`);
    own.forEach(({ attempt }, i) => {
      assert.equal(attempt, i + 1, `${run.id}: tries are out of order`);
    });
  }
  let last = 0;
  for (const { step, attempt, is, by, begunAt, endedAt } of tries) {
    const at = `${run.id}/${step}/${attempt}`;
    assert.ok(step >= last, `${at}: steps are out of order`);
    last = step;
    const does = steps[step]?.does;
    if (does?.is === 'wait' && is === 'done')
      assert.ok((endedAt ?? 0) - begunAt >= does.seconds * 1_000, `${at} did not wait`);
    if (does?.is !== 'http' && does?.is !== 'command') continue;
    const seen = asks.filter(({ of }) => of === at);
    assert.ok(seen.length <= 1 || isRepeatable(run, step), `${at} was asked ${seen.length} times`);
    if (by !== undefined) continue;
    if (is === 'done') assert.ok(seen.at(-1)?.is === 'done', `${at} is done, the world says no`);
    if (is === 'failed') assert.ok(seen.at(-1)?.is === 'failed', `${at} has not failed`);
    const isCut =
      run.is === 'stopped' || seen.length === 0 || seen.some(({ is: of }) => of !== 'open');
    if (is === 'unsure') assert.ok(isCut, `${at} is unsure, and the desk could know`);
  }
}

/** Nothing more will happen to it unless a person does something. */
export const isAtRest = (run: Run): boolean => waitsFor(run) !== 'desk';

import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { Desk } from '../../src/desk/desk.ts';
import type { Act } from '../../src/desk/entry.ts';
import type { State } from '../../src/desk/state.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { currentTry, nextAttempt, type Run } from '../../src/domain/run/run.ts';
import { Commands } from '../../src/runs/commands.ts';
import { RunExecutor } from '../../src/runs/executor.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { turn } from '../support/desk.ts';
import { planWith } from '../support/plan.ts';
import { Disk, type Lie } from './disk.ts';
import { Errands } from './errands.ts';
import { answerTo, ENLIST } from './page-oracle.ts';
import { type Chance, chance } from './random.ts';
import { compareWithReplay, wholeJournal } from './replay.ts';
import {
  COMMANDS,
  checkRun,
  DUTY,
  isAtRest,
  isRepeatable,
  RunsWorld,
  stepsOf,
} from './runs-world.ts';
import { startedOn } from './start.ts';

export type RunFault = Lie | 'done before it is written down' | 'done again though it must not be';

const NORA = 'nora' as UserId;
const RUNS_MAX = 12;

/** One seeded life of a desk that goes through runbooks, with people, a disk, crashes, a world. */
export class RunsLife {
  readonly #chance: Chance;
  readonly #clock: ManualClock = manualClock();
  readonly #disk: Disk;
  readonly #world: RunsWorld;
  readonly #fault: RunFault;
  readonly #mayCrash: boolean;
  readonly #errands = new Errands();
  readonly #started = new Set<string>();
  #executor: RunExecutor | undefined;
  #desk: Desk | undefined;
  #boot = 0;
  #broken: unknown;

  constructor(seed: number, fault: RunFault, mayCrash: boolean) {
    this.#chance = chance(seed);
    this.#fault = fault;
    this.#mayCrash = mayCrash;
    this.#disk = new Disk(this.#chance, isLie(fault) ? fault : 'none');
    this.#world = new RunsWorld(this.#chance, (of) => this.#judge(of));
  }

  async run(steps: number): Promise<void> {
    await this.#start();
    for (const act of ENLIST) this.#act(act);
    const said = { text: '', from: 'a.yml', unused: [], why: '' };
    this.#act({ verb: 'revision.apply', ...said, plan: planWith({}, {}), duty: DUTY });
    for (let i = 0; i < steps; i++) await this.#step();
    await this.#finish();
  }

  async #step(): Promise<void> {
    const c = this.#chance;
    const what = c.below(100);
    if (what < 14) this.#begin();
    else if (what < 34) this.#person();
    else if (what < 40) this.#act(answerTo(this.#desk?.memory, c));
    else if (what < 56) this.#clock.pass(c.below(c.pick([2_000, 60_000, 150_000])));
    else if (what < 70) this.#world.pump(c.in100(30));
    else if (what < 90) this.#disk.pump(c.in100(50));
    else if (what < 92) this.#disk.full = !this.#disk.full && c.in100(60);
    else if (what < 97) await this.#crash();
    else await this.#compareWithReplay();
    this.#errands.tryAll(this.#desk);
    await turn();
    this.#checkNow();
  }

  #begin(): void {
    if (this.#started.size >= RUNS_MAX) return;
    const steps = stepsOf(this.#chance);
    const runbook = { name: 'restart', title: 'Restart', steps };
    const about = { runbook, parameters: {}, why: 'It hangs' };
    this.#act({ verb: 'run.start', ...about }, (made) => this.#started.add(made));
  }

  /** Ticks what waits, tries it again, or stops; sometimes what somebody saw a while ago. */
  #person(): void {
    const c = this.#chance;
    const runs = [...(this.#desk?.memory.all('runs') ?? [])];
    if (runs.length === 0) return;
    const run = c.pick(runs);
    if (c.in100(8)) return this.#act({ verb: 'run.stop', run: run.id, why: 'enough' });
    const how = c.in100(50) ? ('done' as const) : ('again' as const);
    const step = c.in100(90) ? run.step : c.below(run.stepsTotal);
    this.#act({ verb: 'run.tick', run: run.id, step, how, note: '' });
  }

  #act(act: Act | undefined, made: (id: string) => void = () => {}): void {
    if (act === undefined) return;
    this.#errands.give(async (desk, once) => {
      const answer = await desk.act(NORA, act, once).catch((error: unknown) => error);
      if (answer instanceof Error) return false;
      const { made: id } = answer as { made?: string };
      if (id !== undefined) made(id);
      return true;
    });
  }

  async #crash(): Promise<void> {
    if (!this.#mayCrash) return;
    this.#disk.crash();
    this.#world.crash();
    this.#executor?.stop();
    this.#desk = undefined;
    this.#errands.crash();
    this.#clock.pass(this.#chance.pick([0, 1_000, 200_000]));
    await this.#start();
  }

  async #start(): Promise<void> {
    const clock = this.#clockOfLife(++this.#boot);
    const desk = await startedOn(this.#disk, {
      clock,
      boot: `boot-${this.#boot}`,
      broken: (error) => {
        this.#broken = error;
      },
    });
    if (this.#fault === 'none' && this.#disk.head === desk.memory.position)
      assert.equal((desk.memory as State).digest(), wholeJournal(this.#disk).digest());
    this.#desk = desk;
    this.#goOn(desk, clock);
  }

  /** What the wiring does with an executor. */
  #goOn(desk: Desk, clock: Pick<ManualClock, 'now' | 'at'>): void {
    const leftovers = this.#world.endLeftovers();
    const list = this.#planted('done again though it must not be')
      ? { ...COMMANDS, once: { ...COMMANDS['again'], repeatable: true } as never }
      : COMMANDS;
    const executor = new RunExecutor({
      ...{ clock, log: silentLog },
      commands: new Commands({
        ...{ desk: 'desk', run: this.#world.run, list: () => list, secrets: () => ({}) },
        leftovers: () => leftovers,
      }),
      current: (id) => desk.memory.get('runs', id),
      send: (run, _, signal) => this.#world.request(this.#placeOf(run), signal),
      tell: async ({ id, runbook, stepsTotal }, said) => {
        const entry = { kind: 'step' as const, at: clock.now(), run: id, runbook, stepsTotal };
        const told = desk.report({ ...entry, ...said });
        const isHasty = said.says === 'begun' && !said.input.startsWith('page');
        return this.#planted('done before it is written down') && isHasty ? true : (await told).ok;
      },
    });
    this.#executor = executor;
    const look = (): void => {
      for (const run of desk.memory.all('runs')) executor.look(run);
    };
    desk.watch(({ tables }) => {
      if (tables.has('runs')) look();
    });
    look();
  }

  #planted = (fault: RunFault): boolean => this.#fault === fault;

  /** Which try a request is of; the run may be the one from before it was written down. */
  #placeOf = (run: Run): string =>
    `${run.id}/${run.step}/${currentTry(run)?.attempt ?? nextAttempt(run)}`;

  /** Something is about to be done in the world: was it written down, and may it be? */
  #judge(of: string): void {
    const [id = '', step, attempt] = of.split('/');
    const number = Number(step);
    const run = wholeJournal(this.#disk).get('runs', id);
    const tries = (run?.tries ?? []).filter((one) => one.step === number);
    const begun = tries.some((one) => one.attempt === Number(attempt));
    if (!run || !begun) this.#broken ??= new Error(`${of} is done before it was written down`);
    const now = this.#desk?.memory.get('runs', id);
    if (now?.is !== 'running' || now.step !== number)
      this.#broken ??= new Error(`${of} is done although the run is elsewhere`);
    const before = this.#world.asks.filter((one) => one.of === of);
    if (run && before.length > 0 && !isRepeatable(run, number))
      this.#broken ??= new Error(`${of} is done a second time`);
    if (before.some(({ life }) => life === this.#world.life))
      this.#broken ??= new Error(`${of} is done twice in one life`);
  }

  /** Tasks of a process that died run no more. */
  #clockOfLife(life: number): Pick<ManualClock, 'now' | 'at'> {
    const at: ManualClock['at'] = (when, task) =>
      this.#clock.at(when, () => {
        if (this.#boot === life) task();
      });
    return { now: this.#clock.now, at };
  }

  #checkNow(): void {
    if (this.#broken) throw this.#broken;
    const { memory } = this.#desk ?? assert.fail();
    for (const { error } of memory.all('faults')) assert.fail(`set aside: ${error}`);
    for (const run of memory.all('runs')) checkRun(run, this.#world.asks);
    for (const id of this.#started) assert.ok(memory.get('runs', id), `${id} is lost`);
    this.#checkPages();
  }

  /** Each try that pages has one page of its own, which waits as long as the try does. */
  #checkPages(): void {
    const { memory } = this.#desk ?? assert.fail();
    const seen = new Set<string>();
    for (const { id, run: of, is, answer } of memory.all('pages')) {
      const at = `${of?.id}/${of?.step}/${of?.attempt}`;
      assert.ok(of && !seen.has(at), `${at} is asked on two pages`);
      seen.add(at);
      const run = memory.get('runs', of.id);
      const one = run?.tries?.find((t) => t.step === of.step && t.attempt === of.attempt);
      assert.equal(one?.page, id, `${at} knows its page`);
      const waits = run?.is === 'running' && one?.is === 'begun';
      assert.equal(is === 'open', waits, `${id} is ${is}, and its step is ${one?.is}`);
      if (is === 'answered') assert.equal(one?.by, answer?.by, `${at} says who answered`);
    }
  }

  async #finish(): Promise<void> {
    this.#disk.full = false;
    if (this.#chance.in100(50)) await this.#crash();
    for (let i = 0; i < 200 && !this.#isQuiet(); i++) await this.#settle();
    this.#checkNow();
    assert.ok(this.#isQuiet(), 'something still waits for the desk');
    for (const run of this.#desk?.memory.all('runs') ?? [])
      for (const { is, page } of run.tries ?? [])
        assert.ok(is !== 'begun' || page !== undefined || run.is !== 'running', `${run.id} hangs`);
    await this.#compareWithReplay();
  }

  #isQuiet(): boolean {
    const runs = [...(this.#desk?.memory.all('runs') ?? [])];
    return this.#errands.areDone && !this.#disk.isBusy && runs.every(isAtRest);
  }

  async #settle(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      this.#errands.tryAll(this.#desk);
      await turn();
      this.#world.pump(true);
      this.#disk.pump(true);
      await turn();
    }
    this.#checkNow();
    this.#clock.pass(30_000);
  }

  async #compareWithReplay(): Promise<void> {
    if (this.#desk && this.#fault === 'none') await compareWithReplay(this.#desk, this.#disk);
  }
}

const isLie = (fault: RunFault): fault is Lie => !fault.startsWith('done ');

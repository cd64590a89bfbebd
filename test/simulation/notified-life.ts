import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { type Instant, minutes, seconds } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import { decode } from '../../src/desk/codec.ts';
import type { Applied, Desk } from '../../src/desk/desk.ts';
import type { Act } from '../../src/desk/entry.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import { Outbox } from '../../src/desk/outbox.ts';
import type { State } from '../../src/desk/state.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identifyLabels } from '../../src/domain/alarm/event.ts';
import { SEVERITIES } from '../../src/domain/alarm/severity.ts';
import type { DeliveryId, Notice } from '../../src/domain/routing/notice.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import type { Window } from '../../src/domain/rules/maintenance.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { turn } from '../support/desk.ts';
import { Disk, type Lie } from './disk.ts';
import { Errands } from './errands.ts';
import { FarSide } from './far-side.ts';
import { FALLBACK, HIDDEN, PLAIN, type PlanKind, planOf } from './notified-plan.ts';
import { answerTo, DUTY, ENLIST, PeopleOracle } from './page-oracle.ts';
import { type Chance, chance } from './random.ts';
import { compareWithReplay, outcomesOf, wholeJournal } from './replay.ts';
import { handOver } from './shift-notes.ts';
import { checkStandIns, standIn } from './stand-ins.ts';
import { startedOn } from './start.ts';
import { checkAtRest, checkBorn, checkFallback, checkTwice } from './told-oracle.ts';

export type NoticeFault = Lie | 'sent before the commit' | 'a timer lost';

const NORA = 'nora' as UserId;
const ALL = [...PLAIN, ...HIDDEN];

const later = ({ from, to }: Window): Window => ({
  from: (to + 60_000) as Instant,
  to: (to + 60_000 + (to - from)) as Instant,
});

/**
 * One seeded life of a desk that tells people: senders, people, a clock, a disk, crashes, and far
 * sides that take a message and lose their answer. What is planted must be seen by what the far
 * sides were told, not by the comparison of states: that is left out then.
 */
export class NotifiedLife {
  readonly #chance: Chance;
  readonly #clock: ManualClock;
  readonly #disk: Disk;
  readonly #far: FarSide;
  readonly #fault: NoticeFault;
  readonly #people = new PeopleOracle();
  readonly #errands = new Errands();
  readonly #silences: SilenceId[] = [];
  #plan: PlanKind = 'first';
  #apartAt = 0;
  #desk: Desk | undefined;
  #boot = 0;
  #timersSet = 0;
  #broken: unknown;

  constructor(seed: number, fault: NoticeFault) {
    this.#chance = chance(seed);
    this.#fault = fault;
    const isOfDisk = fault !== 'sent before the commit' && fault !== 'a timer lost';
    this.#disk = new Disk(this.#chance, isOfDisk ? fault : 'none');
    this.#clock = manualClock();
    this.#far = new FarSide(this.#chance, this.#clock, (notice) => this.#checkAsked(notice));
  }

  async run(steps: number): Promise<void> {
    await this.#start();
    for (const act of ENLIST) this.#act(act);
    this.#exchange('first');
    for (let i = 0; i < steps; i++) await this.#step();
    await this.#finish();
  }

  async #step(): Promise<void> {
    const c = this.#chance;
    const what = c.below(100);
    if (what < 26) this.#report();
    else if (what < 32) this.#person();
    else if (what < 33) this.#act(answerTo(this.#desk?.memory, c));
    else if (what < 37) this.#silence();
    else if (what < 39) this.#standing();
    else if (what < 40) this.#standIn();
    else if (what < 42) this.#exchange(c.pick(['first', 'slow', 'apart']));
    else if (what < 49) this.#act(handOver(c, this.#clock.now(), this.#desk?.memory));
    else if (what < 62) this.#clock.pass(c.below(c.pick([2_000, 90_000, 150_000])));
    else if (what < 78) this.#far.pump(c.in100(30));
    else if (what < 93) this.#disk.pump(c.in100(50));
    else if (what < 94) this.#disk.full = !this.#disk.full && c.in100(60);
    else if (what < 98) await this.#crash();
    else await this.#compareWithReplay();
    this.#errands.tryAll(this.#desk);
    await turn();
    this.#checkNow();
  }

  #report(): void {
    const c = this.#chance;
    const resource = c.pick(ALL);
    const kind = c.pick(['raise', 'raise', 'clear'] as const);
    const labels = { alertname: 'Down', instance: resource };
    const event: AlarmEvent = {
      kind,
      id: identifyLabels(labels),
      byLabels: true,
      resource,
      type: 'Down',
      qualifier: '',
      text: 'down',
      labels,
      ...(kind === 'clear' ? {} : { severity: c.pick(SEVERITIES) }),
      ...(kind === 'raise' && c.in100(50) ? { since: this.#clock.now() } : {}),
    };
    this.#errands.give((desk, once) => desk.receive('senders', [event], once).then(({ ok }) => ok));
  }

  #person(): void {
    const c = this.#chance;
    const verb = c.pick(['acknowledge', 'close', 'reopen', 'unacknowledge', 'shelve'] as const);
    const resource = c.pick(verb === 'shelve' ? HIDDEN : ALL);
    const on = [{ id: identifyLabels({ alertname: 'Down', instance: resource }) }];
    const until = (this.#clock.now() + 60_000 + c.below(240_000)) as Instant;
    this.#act(
      verb === 'shelve' ? { verb, on, until, reason: 'works' } : { verb, on, note: 'seen' },
    );
  }

  #silence(): void {
    const c = this.#chance;
    const now = this.#clock.now();
    if (this.#silences.length > 0 && c.in100(40)) {
      return this.#act({ verb: 'silence.expire', silence: c.pick(this.#silences) });
    }
    const newId = `s-${this.#silences.length}` as SilenceId;
    this.#silences.push(newId);
    this.#act({
      verb: 'silence.set',
      newId,
      matchers: [{ name: 'instance', op: '=', value: c.pick(HIDDEN) }],
      startsAt: (now + c.below(60_000)) as Instant,
      endsAt: (now + 120_000 + c.below(300_000)) as Instant,
      createdBy: 'nora',
      comment: 'works',
      annotations: {},
    });
  }

  #standIn(): void {
    this.#act(standIn(this.#chance, this.#clock.now(), this.#desk?.memory));
  }

  #exchange(kind: PlanKind): void {
    const text = `${kind} ${this.#errands.given}`;
    const said = { text, from: 'a.yml', unused: [], why: '' };
    this.#act({ verb: 'revision.apply', ...said, plan: planOf(kind), duty: DUTY }, () => {
      if ((kind === 'apart') !== (this.#plan === 'apart')) this.#apartAt = this.#clock.now();
      this.#plan = kind;
    });
  }

  #act(act: Act | undefined, done: () => void = () => {}): void {
    if (act === undefined) return;
    this.#errands.give(async (desk, once) => {
      const answer = await desk.act(NORA, act, once).catch((error: unknown) => error);
      const isLate = (answer as { code?: unknown }).code === 'END_OUT_OF_RANGE';
      if (answer instanceof Error && !isLate) return false;
      done();
      return true;
    });
  }

  async #crash(): Promise<void> {
    this.#disk.crash();
    this.#far.crash();
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
      rules: { ...RULES_DEFAULT, notify: { fallback: FALLBACK, undeliveredAfter: minutes(4) } },
      broken: (error) => {
        this.#broken = error;
      },
    });
    this.#begin(desk, clock);
  }

  #begin(desk: Desk, clock: Pick<ManualClock, 'now' | 'at'>): void {
    this.#desk = desk;
    this.#people.resume(desk.memory);
    if (this.#fault === 'none' && this.#disk.head === desk.memory.position) {
      const whole = wholeJournal(this.#disk);
      assert.equal((desk.memory as State).digest(), whole.digest(), 'recovery made another state');
    }
    desk.watch((applied) => {
      try {
        checkBorn(applied, desk.memory);
        this.#people.see(applied, desk.memory);
      } catch (error) {
        this.#broken ??= error;
      }
    });
    const ways = this.#far.ways(clock);
    const outbox = new Outbox({ desk: this.#hasty(desk), clock, log: silentLog, ways });
    outbox.begin();
  }

  /**
   * Planted: an outbox that hears of a delivery when its entry is on its way to the disk. It sees a
   * state that is ahead of the one on the disk.
   */
  #hasty(desk: Desk): Desk {
    if (this.#fault !== 'sent before the commit') return desk;
    const ahead = wholeJournal(this.#disk);
    const listeners = new Set<Parameters<Desk['watch']>[0]>();
    this.#disk.began = (block) => {
      block.text.split('\n').forEach((text, i) => {
        if (block.first + i !== ahead.position + 1) return;
        const { writes } = apply(ahead, block.first + i, decode(text));
        const deliveries = [...(writes.get('deliveries')?.keys() ?? [])] as DeliveryId[];
        for (const listener of listeners) listener({ deliveries } as unknown as Applied);
      });
    };
    const { report } = desk;
    return {
      ...desk,
      memory: ahead,
      report: (entry) => report.call(desk, entry),
      watch(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }

  /** Tasks of a process that died run no more: each life has a clock face of its own. */
  #clockOfLife(life: number): Pick<ManualClock, 'now' | 'at'> {
    const { now } = this.#clock;
    return {
      now,
      at: (when, task) => {
        this.#timersSet++;
        const lost = this.#fault === 'a timer lost' && this.#timersSet % 3 === 0;
        return this.#clock.at(when, () => {
          if (this.#boot === life && !lost) task();
        });
      },
    };
  }

  /** Rules that hide or wait, and planned work: on those alarms only that people may hide. */
  #standing(): void {
    const c = this.#chance;
    const now = this.#clock.now();
    const ends = this.#desk ? [...this.#desk.memory.all('maintenances')] : [];
    const rules = this.#desk ? [...this.#desk.memory.all('rules')] : [];
    const reason = 'works';
    if (rules.length > 0 && c.in100(30)) {
      return this.#act({ verb: 'rule.remove', rule: c.pick(rules).id, reason });
    }
    if (ends.length > 0 && c.in100(20)) {
      return this.#act({ verb: 'maintenance.end', maintenance: c.pick(ends).id, reason });
    }
    const matchers = [{ name: 'instance', op: '=' as const, value: c.pick(HIDDEN) }];
    const said = { name: 'w', matchers, reason, owner: 'net' };
    if (c.in100(50)) {
      const from = (now + c.below(60_000)) as Instant;
      const to = (from + 60_000 + c.below(240_000)) as Instant;
      const windows = c.in100(50) ? [{ from, to }] : [{ from, to }, later({ from, to })];
      return this.#act({ verb: 'maintenance.set', ...said, things: [], windows, recurs: '' });
    }
    const does = c.in100(50) ? { hide: true as const } : { hold: seconds(1 + c.below(120)) };
    const reviewAt = (now + 120_000 + c.below(300_000)) as Instant;
    this.#act({ verb: 'rule.set', ...said, order: c.below(3), does, reviewAt, enabled: true });
  }

  /** A send begins: its delivery is on the disk, and the disk does not know it as sent. */
  #checkAsked({ id }: Notice): void {
    const position = Number(id.slice(1).split('.')[0]);
    if (position > this.#disk.head) {
      this.#broken ??= new Error(`${id} was sent before its entry was on the disk`);
    }
    if (this.#isSent(id)) {
      this.#broken ??= new Error(`${id} was sent again although the journal knew it as sent`);
    }
  }

  #checkNow(): void {
    if (this.#broken) throw this.#broken;
    for (const { error } of this.#desk?.memory.all('faults') ?? []) {
      assert.fail(`set aside: ${error}`);
    }
    if (this.#desk) checkStandIns(this.#desk.memory);
  }

  /** Does the journal say so on the disk? */
  #isSent(id: string): boolean {
    const said = `"delivery":"${id}"`;
    for (const { text } of this.#disk.blocks) {
      if (!text.includes(said)) continue;
      for (const line of text.split('\n')) {
        if (line.includes(said) && line.includes('"result":"sent"')) return true;
      }
    }
    return false;
  }

  async #finish(): Promise<void> {
    this.#disk.full = false;
    this.#far.isWell = true;
    if (this.#chance.in100(50)) await this.#crash();
    for (const silence of this.#silences) this.#act({ verb: 'silence.expire', silence });
    for (let i = 0; i < 45; i++) await this.#settle(30_000);
    assert.ok(this.#errands.areDone, 'somebody was never told "done"');
    const desk = this.#desk;
    assert(desk);
    const outcomes = outcomesOf(this.#disk);
    const { taken } = this.#far;
    checkTwice(taken, outcomes);
    checkAtRest({ memory: desk.memory, taken, known: outcomes.sent, apartAt: this.#apartAt });
    checkFallback(outcomes.never.values(), taken);
    this.#people.rest(desk.memory, this.#clock.now());
    for (const { since, id } of desk.memory.all('deliveries')) {
      assert.ok(since > this.#clock.now() - 60_000, `${id} is still to be sent`);
    }
    await this.#compareWithReplay();
  }

  async #settle(ms: number): Promise<void> {
    for (let i = 0; i < 4; i++) {
      this.#errands.tryAll(this.#desk);
      await turn();
      this.#far.pump(true);
      this.#disk.pump(true);
      await turn();
    }
    this.#checkNow();
    this.#clock.pass(ms);
  }

  async #compareWithReplay(): Promise<void> {
    if (this.#desk && this.#fault === 'none') await compareWithReplay(this.#desk, this.#disk);
  }
}

import assert from 'node:assert/strict';
import { DeskError } from '../../src/base/errors.ts';
import type { Instant } from '../../src/base/time.ts';
import type { Applied, Desk } from '../../src/desk/desk.ts';
import type { ActOutcome } from '../../src/desk/entry.ts';
import type { State } from '../../src/desk/state.ts';
import { type Alarm, isRaised, type UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { SEVERITIES } from '../../src/domain/alarm/severity.ts';
import type { Delivered } from '../../src/ports/source.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { checkChecked, subjectsAt } from './checked.ts';
import { Disk, type Lie } from './disk.ts';
import { Errands } from './errands.ts';
import { type Chance, chance } from './random.ts';
import { checkRemembered, writtenDown } from './remembered.ts';
import { compareWithReplay, wholeJournal } from './replay.ts';
import { startedOn } from './start.ts';
import { oldDocument, WrittenDocuments } from './written.ts';

export type Fault = Lie | 'a timer lost' | 'a document of other values';

const RESOURCES = ['r1/if-1', 'r1/if-2', 'r2/if-1', 'db/main', 'feed/prices'];
const LEASED = ['web-1', 'web-2', 'web-3'];
const LEASE_MS = 240_000;
const NORA = 'nora' as UserId;

/** One seeded life of a desk: senders, people, a clock, a disk, crashes; and what must hold. */
export class Life {
  readonly #chance: Chance;
  readonly #clock: ManualClock;
  readonly #disk: Disk;
  readonly #documents: WrittenDocuments;
  readonly #fault: Fault;
  readonly #errands = new Errands(() => this.#chance.in100(10));
  readonly #told: AlarmEvent[] = [];
  readonly #acked = new Set<string>();
  readonly #renewedAt = new Map<string, number>();
  #desk: Desk | undefined;
  #boot = 0;
  #timersSet = 0;
  #broken: unknown;

  constructor(seed: number, fault: Fault) {
    this.#chance = chance(seed);
    this.#fault = fault;
    this.#documents = new WrittenDocuments(seed, fault === 'a document of other values');
    const lies: readonly string[] = [
      'success answered before commit',
      'fsync skipped',
      'an entry applied twice',
      'an entry lost in replay',
    ];
    this.#disk = new Disk(this.#chance, lies.includes(fault) ? (fault as Lie) : 'none');
    this.#clock = manualClock();
  }

  async run(steps: number): Promise<void> {
    await this.#start();
    for (let i = 0; i < steps; i++) await this.#step();
    this.#disk.full = false;
    await this.#finish();
  }

  async #step(): Promise<void> {
    const c = this.#chance;
    const what = c.below(100);
    if (what < 30) this.#report();
    else if (what < 42) this.#lease();
    else if (what < 52) this.#person();
    else if (what < 60) this.#consequence();
    else if (what < 75) this.#pass(c.below(90_000));
    else if (what < 92) this.#disk.pump(c.in100(30));
    else if (what < 94) this.#disk.full = !this.#disk.full && c.in100(60);
    else if (what < 97) await this.#crash();
    else await this.#compareWithReplay();
    this.#errands.tryAll(this.#desk);
    await turn();
    this.#checkNow();
  }

  /** A sender with a clock of its own: its reports may come late, twice and in any order. */
  #report(): void {
    const c = this.#chance;
    const resource = c.pick(RESOURCES);
    const kind = c.pick(['raise', 'clear', 'change'] as const);
    const event: AlarmEvent = {
      kind,
      id: identify(resource, 'state', ''),
      resource,
      type: 'state',
      qualifier: '',
      text: `text ${c.below(3)}`,
      labels: { resource },
      at: (this.#clock.now() - c.below(600_000)) as Instant,
      ...(kind === 'clear' ? {} : { severity: c.pick(SEVERITIES) }),
    };
    this.#told.push(event);
    this.#errands.give((desk, once) => told(desk.receive('senders', [event], once)));
  }

  /** A source that repeats what it says; it may fall silent for good at any time. */
  #lease(): void {
    const instance = this.#chance.pick(LEASED);
    const desk = this.#desk;
    if (!desk) return;
    const labels = { alertname: 'Down', instance };
    const now = this.#clock.now();
    const id = identify(instance, 'Down', '');
    const until = (now + LEASE_MS) as Instant;
    const said = { resource: instance, type: 'Down', qualifier: '', text: 'down', labels, id };
    const event = { kind: 'raise' as const, severity: 'major' as const, until, ...said };
    void desk.receive('prometheus', [event]).then((delivered) => {
      if (!delivered.ok) return;
      const known = this.#renewedAt.get(id) ?? 0;
      this.#renewedAt.set(id, Math.max(known, now));
    });
  }

  #person(): void {
    const c = this.#chance;
    const alarms = [...(this.#desk?.memory.all('alarms') ?? [])];
    if (alarms.length === 0) return;
    const alarm = c.pick([...alarms].sort((a, b) => (a.id < b.id ? -1 : 1)));
    if (c.in100(40)) return this.#write(alarm);
    const on = [{ id: alarm.id, episode: alarm.episode }];
    const verb = c.pick(['acknowledge', 'close', 'comment', 'shelve', 'unshelve'] as const);
    const until = (this.#clock.now() + 60_000 + c.below(300_000)) as Instant;
    const act =
      verb === 'shelve'
        ? { verb, on, until, reason: 'works' }
        : verb === 'unshelve'
          ? { verb, on, reason: '' }
          : { verb, on, note: 'seen' };
    const place = `${alarm.id}/${alarm.episode}`;
    this.#errands.give(async (desk, once) => {
      const answer = await desk.act(NORA, act, once).catch((error: unknown) => error);
      if (answer instanceof DeskError && answer.code === 'END_OUT_OF_RANGE') return true;
      const outcome = answer instanceof Error ? undefined : (answer as ActOutcome);
      if (verb === 'acknowledge' && outcome?.results[0]?.ok) this.#acked.add(place);
      return outcome !== undefined;
    });
  }

  /** A person writes something down for the next time. */
  #write(alarm: Alarm): void {
    const { memory } = this.#desk ?? assert.fail();
    const act = writtenDown(this.#chance, memory, alarm, this.#clock.now());
    this.#errands.give((desk, once) =>
      desk.act(NORA, act, once).then(
        () => true,
        () => false,
      ),
    );
  }

  /** A check's result, a step of a run, a document job: entries like any other. */
  #consequence(): void {
    const c = this.#chance;
    const at = this.#clock.now();
    const which = c.below(3);
    const n = c.below(4);
    this.#errands.give(async (desk) => {
      if (which === 0) {
        const verdict = c.pick(['passed', 'failed', 'broken'] as const);
        const said = { check: `check-${n}`, verdict, severity: 'minor' as const, text: verdict };
        if (n < 2) return told(desk.report({ kind: 'check', at, ...said }));
        const subjects = subjectsAt(at, said.check, verdict);
        return told(desk.report({ kind: 'check', at, ...said, slot: at, subjects }));
      }
      if (which === 1) {
        const run = desk.memory.get('runs', `run-${n}`);
        const step = run?.step ?? 0;
        const says = run ? ('done' as const) : ('begun' as const);
        const said = { run: `run-${n}`, runbook: 'restart', step, stepsTotal: 3, says, output: '' };
        return told(desk.report({ kind: 'step', at, ...said }));
      }
      return told(desk.report(oldDocument(desk.memory, at, n)));
    });
  }

  #pass(ms: number): void {
    this.#clock.pass(ms);
  }

  async #crash(): Promise<void> {
    this.#disk.crash();
    this.#desk = undefined;
    this.#errands.crash();
    await this.#start();
  }

  async #start(): Promise<void> {
    // Tasks of the process that died must not run any more: each life has its own clock face.
    const life = ++this.#boot;
    const { now } = this.#clock;
    const at: ManualClock['at'] = (when, task) => {
      this.#timersSet++;
      const lost = this.#fault === 'a timer lost' && this.#timersSet % 3 === 0;
      return this.#clock.at(when, () => {
        if (this.#boot === life && !lost) task();
      });
    };
    const desk = await startedOn(this.#disk, {
      clock: { now, at },
      boot: `boot-${life}`,
      broken: (error) => {
        this.#broken = error;
      },
    });
    this.#desk = desk;
    this.#compareWithAllOfIt(desk);
    desk.watch((applied) => checkApplied(applied));
    this.#documents.begin(desk, { now, at });
  }

  /** Checkpoint and the rest of the journal = the whole journal from its first entry. */
  #compareWithAllOfIt(desk: Desk): void {
    const whole = wholeJournal(this.#disk);
    if (whole.position !== desk.memory.position) return; // timers overdue at the start
    assert.equal((desk.memory as State).digest(), whole.digest(), 'recovery made another state');
  }

  /** What holds at any moment at which nothing is due. */
  #checkNow(): void {
    const desk = this.#desk;
    if (this.#broken) throw this.#broken;
    if (!desk) return;
    for (const fault of desk.memory.all('faults')) assert.fail(`set aside: ${fault.error}`);
    for (const [id, at] of this.#renewedAt) {
      const alarm = desk.memory.get('alarms', id);
      const cleared = alarm?.condition.is === 'cleared' && alarm.condition.at < at + LEASE_MS;
      assert.ok(!cleared, `${alarm?.resource} was cleared although it had been renewed`);
    }
  }

  async #finish(): Promise<void> {
    for (let i = 0; i < 60; i++) {
      this.#errands.tryAll(this.#desk);
      await turn();
      this.#disk.pump(true);
      await turn();
      this.#pass(1_100);
      if (this.#errands.areDone && !this.#disk.isBusy) break;
    }
    assert.ok(this.#errands.areDone, 'a sender was never told "done"');
    if (this.#chance.in100(50)) await this.#crash();
    await this.#settle();
    this.#checkNow();
    this.#checkReports();
    this.#checkAcknowledgements();
    this.#checkMemory();
    this.#pass(LEASE_MS + 330_000 + 1_000);
    await this.#settle();
    this.#checkNothingOverdue();
    this.#checkMemory();
    await this.#compareWithReplay();
  }

  async #settle(): Promise<void> {
    for (let i = 0; i < 12; i++) {
      await turn();
      this.#disk.pump(true);
      await turn();
      this.#pass(1_100);
    }
  }

  /** Every report that was answered is in, exactly once, and the newest by its own time decides. */
  #checkReports(): void {
    for (const resource of RESOURCES) {
      const mine = this.#told.filter((e) => e.resource === resource);
      const raises = mine.filter((e) => e.kind !== 'clear');
      const alarm = this.#desk?.memory.get('alarms', identify(resource, 'state', ''));
      if (raises.length === 0 || !alarm || forgottenBetween(mine)) continue;
      const raise = newest(raises);
      const clear = newest(mine.filter((e) => e.kind === 'clear'));
      const over = clear && raise && (clear.at ?? 0) >= (raise.at ?? 0);
      assert.equal(alarm.condition.is, over ? 'cleared' : 'raised', `${resource} is wrong`);
      const wanted = alarm.episodes >= 1 ? raises.length : 0;
      assert.equal(alarm.occurrences, wanted, `${resource}: reports lost or counted twice`);
    }
  }

  #checkAcknowledgements(): void {
    const lines = new Map<string, number>();
    for (const { alarm, what } of this.#disk.changes.values()) {
      if (what === 'acknowledged') lines.set(alarm, (lines.get(alarm) ?? 0) + 1);
    }
    for (const place of this.#acked) {
      const id = place.slice(0, place.indexOf('/'));
      assert.ok((lines.get(id) ?? 0) > 0, `an acknowledgement of ${id} was lost`);
    }
  }

  #checkMemory(): void {
    const { memory } = this.#desk ?? assert.fail();
    checkRemembered(memory, this.#disk.changes.values(), this.#clock.now());
    this.#documents.check(memory);
    checkChecked(memory);
  }

  #checkNothingOverdue(): void {
    const now = this.#clock.now();
    for (const alarm of this.#desk?.memory.all('alarms') ?? []) {
      for (const s of alarm.suppressions) assert.ok(s.until > now, `${alarm.id} left on its shelf`);
      const deadline = this.#desk?.deadline(alarm.id);
      const over = deadline !== undefined && deadline < now - 2_000;
      assert.ok(!(isRaised(alarm) && over), `${alarm.id} outlived its lease`);
    }
  }

  /** Continuous run = checkpoint + replay, here and now. */
  async #compareWithReplay(): Promise<void> {
    if (this.#desk) await compareWithReplay(this.#desk, this.#disk);
  }
}

const told = async (delivered: Promise<Delivered>): Promise<boolean> => (await delivered).ok;

const newest = (events: readonly AlarmEvent[]): AlarmEvent | undefined =>
  [...events].sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];

/** An alarm that was cleared for an hour has left memory: its counters began anew. */
const forgottenBetween = (events: readonly AlarmEvent[]): boolean => {
  const times = events.map((e) => e.at ?? 0).sort((a, b) => a - b);
  return (times.at(-1) ?? 0) - (times[0] ?? 0) > 1_800_000;
};

function checkApplied(applied: Applied): void {
  for (const [was, is] of applied.alarms) {
    if (!was || !is) continue;
    assert.ok(is.episode >= was.episode, 'an episode went backwards');
    if (isRaised(is) && !isRaised(was)) assert.ok(is.episode > was.episode, 'no new episode');
  }
  const after = new Map(applied.alarms.map(([, is]) => [is?.id, is] as const));
  for (const [id, effect] of applied.effects) {
    const alarm: Alarm | undefined = after.get(id);
    const hidden = alarm && alarm.suppressions.length > 0;
    assert.ok(!hidden || effect.do === 'stop-repeating', 'a shelved alarm announced itself');
  }
}

/** Lets everything that is ready run, without time. */
async function turn(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, seconds } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import type { AlarmAct } from '../../src/desk/entry.ts';
import { State } from '../../src/desk/state.ts';
import { isRaised } from '../../src/domain/alarm/alarm.ts';
import type { Severity } from '../../src/domain/alarm/severity.ts';
import { type Notice, wayText } from '../../src/domain/routing/notice.ts';
import type { RoutingPlan } from '../../src/domain/routing/plan.ts';
import { alert } from '../support/desk.ts';
import { silence } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { pick, type Rng, seeded } from '../support/routing.ts';

/*
 * People, plans, far sides and power cuts at random. What a far side believes is followed beside
 * the desk; the desk's own tables are asked only at the end.
 */

const SEEDS = 300;
const STEPS = 40;
const STEP = 5;
/** Seconds: longer than any pause between tries can have grown by then, any look and any shelf. */
const QUIET = 240;

const NAMES = ['web-1', 'web-2', 'web-3', 'db-1'];
const SEVERITIES: readonly Severity[] = ['minor', 'major', 'critical'];
const WEB = { kind: 'webhook', index: 0, sendResolved: true };
const CHAT = { kind: 'slack', index: 0, sendResolved: true };

type Mood = 'takes' | 'later' | 'never' | 'hangs' | 'takes and is not heard';

/** One far side's knowledge of one alarm. */
interface Believed {
  readonly status: 'firing' | 'resolved';
}

class Chaos {
  readonly seed: number;
  readonly rng: Rng;
  /** No silences, and no answer is ever lost: then what is owed is known exactly. */
  readonly isStrict: boolean;
  readonly moods = new Map<string, Mood>();
  readonly believes = new Map<string, Believed>();
  readonly last = new Map<string, { readonly notice: Notice; readonly at: number }>();
  readonly touched = new Map<string, number>();
  d!: NotifiedDesk;
  now = 0;
  repeat = 0;
  planAt = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.rng = seeded(seed);
    this.isStrict = seed % 2 === 0;
  }

  plan(): RoutingPlan {
    const [wait, interval] = [pick(this.rng, [0, 10]), pick(this.rng, [10, 30, 60])];
    this.repeat = pick(this.rng, [20, 100, 1_000]);
    this.planAt = this.now;
    const ways = this.rng(3) === 0 ? [WEB] : [WEB, CHAT];
    const times = { groupWait: seconds(wait), groupInterval: seconds(interval) };
    const onAcknowledge = pick(this.rng, ['stop-repeats', 'stop-all', 'nothing'] as const);
    const root = { ...times, repeatInterval: seconds(this.repeat), onAcknowledge };
    return planWith(root, { receivers: [{ name: 'ops', ways }] });
  }

  async open(remains?: Parameters<typeof openNotified>[1]): Promise<void> {
    this.d = await openNotified(remains ? undefined : this.plan(), remains);
    this.d.far.answer = (notice) => {
      const mood = this.moods.get(notice.to.kind) ?? 'takes';
      if (mood === 'hangs') return undefined;
      if (mood === 'later' || mood === 'never') return { result: mood, detail: '503' };
      this.hears(notice);
      return mood === 'takes' ? { result: 'sent', detail: '200' } : undefined;
    };
  }

  /** A far side took it: it must be news to it, or a repeat in time. */
  hears(notice: Notice): void {
    const place = `${notice.group} ${wayText(notice.to)}`;
    const before = this.last.get(place);
    this.last.set(place, { notice, at: this.now });
    for (const { labels, status } of notice.alerts) {
      this.believes.set(`${wayText(notice.to)} ${labels['instance']}`, { status });
    }
    if (!before) return;
    const where = `seed ${this.seed}, second ${this.now}: ${notice.reason}`;
    if (before.notice.id === notice.id) {
      assert.ok(!this.isStrict, `${where}: told twice, though its answer was heard`);
      return;
    }
    const gone = this.now - before.at;
    if (notice.reason === 'repeat' && this.planAt <= before.at) {
      assert.ok(gone > this.repeat || !this.isStrict, `${where}: repeated after ${gone} s`);
    }
    if (!this.isStrict || contentOf(before.notice) !== contentOf(notice)) return;
    // These are the ends of times that began before the last notice.
    if (/^(repeat|acknowledgement ended|shelf ended)$/.test(notice.reason)) return;
    const isTouched = notice.alerts.some((a) => (this.touched.get(a.alarm) ?? -1) >= before.at);
    assert.ok(isTouched, `${where}: the same again, and nothing had happened to it`);
  }

  async step(): Promise<void> {
    await this.pass(STEP);
    const { d, rng } = this;
    const event = alert(pick(rng, NAMES), { severity: pick(rng, SEVERITIES) });
    const what = rng(20);
    if (what < 6) await d.desk.receive('test', [{ ...event, since: d.clock.now() }]);
    else if (what < 10) await d.desk.receive('test', [{ ...event, kind: 'clear' }]);
    else if (what < 14) await this.act(event.id);
    else if (what < 17) this.moods.set(pick(rng, ['webhook', 'slack']), this.mood());
    else if (what === 17) await d.apply(this.plan());
    else if (what === 18) await this.open(d.crash(pick(rng, [0, 2_000])));
    else if (!this.isStrict) {
      const from = d.now() / 60_000;
      await silence(d, [`instance="${event.labels['instance']}"`], from, from + 0.5);
    }
    if (what < 14) this.touched.set(event.id, this.now);
    await this.d.pump();
  }

  mood(): Mood {
    const moods: readonly Mood[] = ['takes', 'takes', 'later', 'never', 'hangs'];
    return this.isStrict ? pick(this.rng, moods) : pick(this.rng, [...moods, LOST]);
  }

  async act(id: ReturnType<typeof alert>['id']): Promise<void> {
    const until = (this.d.clock.now() + seconds(pick(this.rng, [15, 60]))) as Instant;
    const on = [{ id }];
    const acts: readonly AlarmAct[] = [
      { verb: 'acknowledge', on, note: '' },
      { verb: 'acknowledge', on, note: '', until },
      { verb: 'unacknowledge', on, note: '' },
      { verb: 'close', on, note: '' },
      { verb: 'reopen', on, note: '' },
      { verb: 'shelve', on, until, reason: 'works' },
      { verb: 'unshelve', on, reason: '' },
    ];
    await this.d.desk.act(NORA, pick(this.rng, acts));
  }

  async pass(length: number): Promise<void> {
    for (let gone = 0; gone < length; gone += STEP) {
      this.now += STEP;
      this.d.clock.pass(seconds(STEP));
      await this.d.pump();
    }
  }

  /** The power goes once more, and what comes back is what a fold of the whole journal makes. */
  async compare(): Promise<void> {
    const state = new State();
    const entries = await this.d.entries(0);
    entries.forEach((entry, i) => void apply(state, i + 1, entry));
    const memory = this.d.desk.memory as State;
    assert.equal(memory.digest(), state.digest(), `seed ${this.seed}: the folds differ`);
    assert.deepEqual([...memory.all('faults')], [], `seed ${this.seed}`);
  }

  /** All far sides are well again: they must know what holds. */
  async settle(): Promise<void> {
    this.moods.clear();
    await this.open(this.d.crash(0));
    await this.pass(QUIET);
    const { memory } = this.d.desk;
    const ways = memory.get('plans', 'plan')?.plan.receivers[0]?.ways ?? [];
    const root = memory.get('plans', 'plan')?.plan.root;
    for (const alarm of memory.all('alarms')) {
      for (const way of ways) {
        const to = wayText({ receiver: 'ops', ...way });
        const believed = this.believes.get(`${to} ${alarm.labels['instance']}`)?.status;
        const where = `seed ${this.seed}: ${to} of ${alarm.labels['instance']}: ${believed}`;
        const mayWait = alarm.handling.is !== 'none' && root?.onAcknowledge !== 'nothing';
        const isOwed = isRaised(alarm) && alarm.handling.is !== 'closed' && !mayWait;
        if (isOwed) assert.equal(believed, 'firing', where);
        // A way that a plan took away for a while was not told what ended meanwhile.
        else if (this.isStrict && !isRaised(alarm) && way.kind === 'webhook')
          assert.notEqual(believed, 'firing', where);
      }
    }
  }

  async end(): Promise<void> {
    for (const name of NAMES) await this.d.desk.receive('test', [alert(name, { kind: 'clear' })]);
    await this.pass(QUIET);
    const { memory } = this.d.desk;
    const tables = ['groups', 'resolving', 'deliveries'] as const;
    const left = tables.flatMap((table) => [...memory.all(table)].map((row) => [table, row]));
    assert.deepEqual(left, [], `seed ${this.seed}`);
    const timers = [...memory.all('timers')].map((timer) => timer.does.is);
    const own = timers.filter((is) => is === 'group.flush' || is === 'delivery.late');
    assert.deepEqual(own, [], `seed ${this.seed}`);
  }
}

const LOST: Mood = 'takes and is not heard';

const contentOf = ({ alerts }: Notice): string =>
  alerts.map((a) => `${a.alarm} ${a.status} ${a.startsAt} ${a.severity}`).join(', ');

test('whatever people, plans, far sides and the power do, everybody ends up knowing what holds', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const chaos = new Chaos(seed);
    await chaos.open();
    for (let step = 0; step < STEPS; step++) await chaos.step();
    await chaos.compare();
    await chaos.settle();
    await chaos.end();
    await chaos.compare();
  }
});

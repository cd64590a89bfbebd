import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogFacts } from '../../src/base/log.ts';
import { type Instant, minutes } from '../../src/base/time.ts';
import { CANARY_ID, Canary } from '../../src/desk/canary.ts';
import { Outbox } from '../../src/desk/outbox.ts';
import { SelfWatch } from '../../src/desk/self-watch.ts';
import { isRaised } from '../../src/domain/alarm/alarm.ts';
import type { Notice } from '../../src/domain/routing/notice.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { BUSY, fakeChannel, REFUSED } from '../support/channel.ts';
import { openLife, type Remains, turn } from '../support/desk.ts';
import { NORA } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';

const EVERY = minutes(10);
const LIMIT = minutes(8);
const GROUP_WAIT_MS = 30_000;

/** The whole way: desk, outbox, self-watch and canary on one manual clock. */
async function setUp(remains?: Remains, plan = planWith()) {
  const life = await openLife(remains);
  const { desk, clock } = life;
  const fake = fakeChannel();
  const logged: string[] = [];
  const note = (event: string, { why = '' }: LogFacts = {}) => logged.push(`${event} ${why}`);
  const log = { debug: note, info: note, warn: note, error: note };
  const outbox = new Outbox({ desk, clock, log, ways: () => fake.way() });
  const watch = new SelfWatch(desk, clock, () => {
    const others = canary.findings();
    return { sources: [], diskFreeBytes: undefined, driftMs: 0, others };
  });
  const heard: Parameters<Outbox['watch']>[0][] = [];
  const canary = new Canary({
    settings: { every: EVERY, limit: LIMIT },
    memory: desk.memory,
    outbox: {
      whyOpen: (id) => outbox.whyOpen(id),
      watch(listener) {
        heard.push(listener);
        return outbox.watch(listener);
      },
    },
    look: () => watch.look(),
    clock,
    log,
  });
  const act = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
  if (!remains) await desk.act(NORA, { ...act, plan });
  outbox.begin();
  watch.begin();
  canary.begin();
  const settle = async () => {
    for (let i = 0; i < 6; i++) await turn();
  };
  return {
    ...life,
    canary,
    fake,
    logged,
    /** As if the outbox had sent this. */
    sent: (notice: Notice) => {
      for (const hear of heard) hear(notice, { is: 'sent', detail: '', tookMs: 1, asked: true });
    },
    /** A second at a time, as things happen. */
    async pass(ms: number): Promise<void> {
      for (let gone = 0; gone < ms; gone += 1_000) {
        clock.pass(Math.min(1_000, ms - gone));
        await settle();
      }
    },
    /** Types of the canary's raised alarms. */
    list: () =>
      [...desk.memory.all('alarms')]
        .filter((a) => isRaised(a) && a.type.startsWith('desk.canary'))
        .map((a) => a.type),
    lostText: () => [...desk.memory.all('alarms')].find((a) => a.type === 'desk.canary-lost')?.text,
  };
}

const silence = (now: Instant) => ({
  verb: 'silence.set' as const,
  newId: '00000000-0000-4000-8000-000000000001' as SilenceId,
  matchers: [{ name: 'alertname', op: '=' as const, value: 'TocsinCanary' }],
  startsAt: now,
  endsAt: (now + minutes(60)) as Instant,
  createdBy: 'nora',
  comment: 'quiet',
  annotations: {},
});

test('every round an alarm is raised, told, and cleared, and the next round tells it again', async () => {
  const own = await setUp();
  await own.pass(EVERY - 1);
  assert.deepEqual(own.list(), []);
  await own.pass(1);
  assert.deepEqual(own.list(), ['desk.canary']);
  const alarm = own.desk.memory.get('alarms', CANARY_ID);
  assert.deepEqual([alarm?.source, alarm?.labels.alertname], ['desk', 'TocsinCanary']);
  await own.pass(GROUP_WAIT_MS);
  assert.equal(own.fake.asked.length, 1);
  assert.deepEqual(own.list(), []);
  assert.equal(own.canary.figures().lastTookMs, GROUP_WAIT_MS);
  await own.pass(EVERY);
  const { rounds, passed, lost } = own.canary.figures();
  assert.deepEqual([rounds, passed, lost], [2, 2, '']);
});

test('one that is not sent within its limit is an alarm that names the way, until one passes', async () => {
  const own = await setUp();
  own.fake.always(BUSY);
  await own.pass(EVERY + LIMIT - 1_000);
  assert.deepEqual(own.list(), ['desk.canary']);
  await own.pass(1_000);
  assert.deepEqual(own.list(), ['desk.canary', 'desk.canary-lost']);
  const lost = [...own.desk.memory.all('alarms')].find((a) => a.type === 'desk.canary-lost');
  assert.equal(lost?.severity, 'critical');
  assert.match(lost?.text ?? '', /did not reach anybody: not sent: ops\/webhook\[0\]: 503\.$/);
  own.fake.always({ is: 'sent', detail: '200' });
  await own.pass(EVERY);
  assert.ok(!own.list().includes('desk.canary-lost'));
  assert.deepEqual(
    own.logged.filter((l) => l.startsWith('canary')),
    ['canary.lost not sent: ops/webhook[0]: 503', 'canary.passed '],
  );
});

test('while one is on its way no other begins, and what it lacks is what is told', async () => {
  const own = await setUp();
  own.fake.always(BUSY);
  await own.pass(EVERY * 4);
  assert.equal(own.canary.figures().rounds, 1);
  assert.match(own.canary.figures().lost, /not sent: ops/);
});

test('an older notice, one about the end, and one about others do not count', async () => {
  const own = await setUp();
  await own.pass(EVERY);
  const at = own.clock.now();
  const told = { alarm: CANARY_ID, status: 'firing' as const };
  const notice = (more: object) => ({ at, alerts: [told], ...more }) as unknown as Notice;
  own.sent(notice({ at: at - 1 }));
  own.sent(notice({ alerts: [{ ...told, status: 'resolved' }] }));
  own.sent(notice({ alerts: [{ ...told, alarm: 'f'.repeat(16) }] }));
  assert.equal(own.canary.figures().passed, 0);
  own.sent(notice({}));
  assert.equal(own.canary.figures().passed, 1);
});

test('a refusal is told in the words of the far side', async () => {
  const own = await setUp();
  own.fake.always(REFUSED);
  await own.pass(EVERY + LIMIT);
  assert.match(own.lostText() ?? '', /not sent: ops\/webhook\[0\]: 400/);
});

test('a canary that somebody silenced says that it is muted, and by what', async () => {
  const own = await setUp();
  await own.desk.act(NORA, silence(own.clock.now()));
  await own.pass(EVERY + LIMIT);
  assert.match(own.lostText() ?? '', /not routed: muted by silence 00000000-0000-4000/);
});

test('a journal that takes nothing is what hung', async () => {
  const own = await setUp();
  await own.pass(EVERY - 1_000);
  own.journal.setFull(true);
  await own.pass(1_000 + LIMIT);
  assert.match(own.canary.figures().lost, /not committed: the journal did not take it/);
  own.journal.setFull(false);
  await own.pass(EVERY);
  assert.equal(own.canary.figures().lost, '');
  assert.deepEqual(own.list(), []);
});

test('without any way out it says so once, and rests', async () => {
  const plan = planWith();
  const receivers = plan.receivers.map((r) => ({ ...r, ways: [] }));
  const own = await setUp(undefined, { ...plan, receivers });
  await own.pass(EVERY * 3 + LIMIT);
  assert.deepEqual(own.logged, ['canary.rested ']);
  assert.deepEqual(own.list(), []);
  assert.equal(own.canary.figures().resting, true);
});

test('it is not raised again before its clear was told; past its limit that is lost too', async () => {
  const own = await setUp(undefined, planWith({ groupInterval: minutes(60) }));
  await own.pass(EVERY + GROUP_WAIT_MS);
  assert.equal(own.canary.figures().passed, 1);
  await own.pass(EVERY);
  assert.equal(own.canary.figures().rounds, 1);
  assert.match(own.canary.figures().lost, /its last clear was not told to ops\/webhook\[0\]/);
});

test('after a restart nothing of the canary is left over, and what was lost stays lost', async () => {
  const first = await setUp();
  first.fake.always(BUSY);
  await first.pass(EVERY + LIMIT);
  const second = await setUp(first.crash(1_000));
  second.fake.always(BUSY);
  await second.pass(10_000);
  assert.deepEqual(second.list(), ['desk.canary-lost']);
  second.fake.always({ is: 'sent', detail: '200' });
  await second.pass(EVERY * 3 + GROUP_WAIT_MS);
  assert.deepEqual(second.list(), []);
  assert.ok(second.canary.figures().passed > 0);
});

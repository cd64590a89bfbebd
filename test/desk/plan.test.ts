import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, minutes, seconds } from '../../src/base/time.ts';
import { encode } from '../../src/desk/codec.ts';
import type { Entry } from '../../src/desk/entry.ts';
import { comparePlans, historySince, type PlanAsk } from '../../src/desk/plan.ts';
import { Course, GAP_ENTRIES_MAX } from '../../src/desk/plan-course.ts';
import { EXAMPLES_MAX, type PlanExample, type PlanReport } from '../../src/desk/plan-report.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identifyLabels, type Labels } from '../../src/domain/alarm/event.ts';
import type { PlanRoute, RoutingPlan } from '../../src/domain/routing/plan.ts';
import { memoryCheckpoints } from '../support/checkpoints.ts';
import { alert, openLife } from '../support/desk.ts';
import { memoryJournal } from '../support/journal.ts';
import { memoryStore } from '../support/store.ts';

const START = 1_767_225_600_000;
const at = (ms: number): Instant => (START + ms) as Instant;
const NORA = 'nora' as UserId;

function route(receiver: string, team?: string, differs: Partial<PlanRoute> = {}): PlanRoute {
  const matchers = team === undefined ? [] : [{ name: 'team', op: '=' as const, value: team }];
  const id = team === undefined ? '{}' : `{}/{team="${team}"}`;
  return {
    ...{ id, key: id, receiver, matchers, continue: false, groupBy: ['alertname'] },
    ...{ groupByAll: false, groupWait: seconds(30), groupInterval: minutes(5) },
    ...{ repeatInterval: minutes(240), muteIntervals: [], activeIntervals: [] },
    ...{ onAcknowledge: 'stop-repeats' as const, labels: {}, routes: [] },
    ...differs,
  };
}

const RECEIVERS = ['ops', 'db', 'storage', 'nobody'].map((name) => ({
  name,
  ways: name === 'nobody' ? [] : [{ kind: 'webhook', index: 0, sendResolved: true }],
}));

const planOf = (...routes: readonly PlanRoute[]): RoutingPlan => ({
  root: route('ops', undefined, { routes }),
  receivers: RECEIVERS,
  inhibitions: [],
  intervals: [],
});

const OLD = planOf(route('db', 'db'), route('nobody', 'lab'), route('ops', 'net'));
const NEW = planOf(
  route('storage', 'db'),
  route('ops', 'lab'),
  route('nobody', 'net'),
  route('ops', 'slow', { groupWait: minutes(3) }),
);

function raise(name: string, team: string): AlarmEvent {
  const labels: Labels = { alertname: name, team };
  return { ...alert(name), id: identifyLabels(labels), labels, text: `${name} is down` };
}

const events = (ms: number, ...of: readonly AlarmEvent[]): Entry => ({
  kind: 'events',
  at: at(ms),
  source: 'alertmanager',
  events: of,
});

/** A journal that holds these entries, one a block. */
async function journalOf(entries: readonly Entry[]) {
  const journal = memoryJournal();
  for (const entry of entries) {
    await journal.append({ first: journal.head + 1, count: 1, text: encode(entry) });
  }
  return journal;
}

const ask = (differs: Partial<PlanAsk> = {}): PlanAsk => ({
  old: { plan: OLD, zones: [] },
  new: { plan: NEW, zones: [] },
  since: at(0),
  now: () => 0,
  rest: () => Promise.resolve(),
  ...differs,
});

const none = () => memoryCheckpoints(memoryStore());

async function compared(
  entries: readonly Entry[],
  differs: Partial<PlanAsk> = {},
): Promise<PlanReport> {
  const journal = await journalOf(entries);
  return comparePlans(historySince(journal, none(), at(0)), ask(differs));
}

const says = ({ change, text, old, new: fresh }: PlanExample) => {
  const side = (all: PlanExample['old']) =>
    all.map((t) => `${t.receiver}@${(t.at - START) / 1_000}`).join(' ');
  return `${change}: ${text}: ${side(old)} -> ${side(fresh)}`;
};

const STORY: readonly Entry[] = [
  events(0, raise('Disk', 'db'), raise('Bench', 'lab')),
  events(10_000, raise('Ping', 'net'), raise('Web', 'web'), raise('Cron', 'slow')),
  events(600_000, raise('Later', 'web')),
];

test('a changed route moves one page, silences one, adds one and delays one', async () => {
  const report = await compared(STORY);
  assert.deepEqual(report.examples.map(says).sort(), [
    'added: Bench is down:  -> ops@30',
    'later: Cron is down: ops@40 -> ops@190',
    'lost: Ping is down: ops@40 -> ',
    'moved: Disk is down: db@30 -> storage@30',
  ]);
  assert.deepEqual(report.changes, { lost: 1, moved: 1, added: 1, later: 1, earlier: 0 });
  assert.deepEqual(
    [report.episodes, report.same],
    [6, 2],
    'Web, and Later, which waits at the end',
  );
  assert.deepEqual([report.entries, report.from.position, report.to.position], [3, 0, 3]);
  assert.deepEqual([report.to.at, report.stopped], [at(600_000), '']);
  const disk = report.examples.find((e) => e.text === 'Disk is down');
  assert.deepEqual(disk?.labels, { alertname: 'Disk', team: 'db' });
});

test('the same routing changes nothing', async () => {
  const report = await compared(STORY, { new: { plan: OLD, zones: [] } });
  assert.deepEqual([report.episodes, report.same, report.examples], [5, 5, []]);
  assert.deepEqual(report.notices, { old: 5, new: 5 });
});

test('what waits at the end under one routing only is told later or earlier, never lost', async () => {
  const patient = planOf(route('db', 'db', { groupWait: minutes(8) }));
  const story = [events(0, raise('Disk', 'db')), events(31_000, raise('Later', 'db'))];
  const to = await compared(story, {
    old: { plan: OLD, zones: [] },
    new: { plan: patient, zones: [] },
  });
  assert.deepEqual([to.changes.lost, to.changes.later], [0, 2]);
  assert.equal(to.to.at, at(31_000), 'the history ends where it ends');
});

test('what routing of then did is left out, and alarms agree to the last revision', async () => {
  const life = await openLife();
  const { desk, clock } = life;
  const act = { text: '', from: '', unused: [], why: '' };
  await desk.act(NORA, { verb: 'revision.apply', ...act, plan: OLD, zones: [] });
  const disk = raise('Disk', 'db');
  await desk.receive('alertmanager', [disk, raise('Ping', 'net')]);
  clock.pass(60_000);
  await settled();
  await desk.act(NORA, { verb: 'acknowledge', on: [{ id: disk.id }], note: '' });
  await desk.receive('alertmanager', [{ ...disk, kind: 'clear' }]);
  clock.pass(2 * 3_600_000);
  await settled();
  await desk.receive('alertmanager', [disk]);
  clock.pass(60_000);
  await settled();
  await desk.receive('alertmanager', [raise('End', 'web')]);
  const kinds = new Set((await life.entries(0)).map((e) => e.kind));
  assert.ok(kinds.has('timer'), 'the story has consequences');

  const course = new Course({ told() {}, sent() {}, gone() {} });
  course.load(0, 0 as Instant);
  for (const _ of course.begin({ plan: NEW, zones: [] }));
  let position = 0;
  for (const entry of await life.entries(0)) {
    for (const _ of course.pass(entry.at));
    for (const _ of course.apply(++position, entry));
  }
  const sorted = (of: { all(table: 'alarms'): Iterable<{ id: string }> }) =>
    [...of.all('alarms')].sort((a, b) => (a.id < b.id ? -1 : 1));
  assert.deepEqual(sorted(course.state), sorted(desk.memory));
  assert.equal(course.state.get('plans', 'plan')?.plan, NEW);

  const report = await comparePlans(historySince(life.journal, none(), at(0)), ask());
  assert.deepEqual(report.changes, { lost: 1, moved: 2, added: 0, later: 0, earlier: 0 });
  const moved = report.examples.filter((e) => e.change === 'moved');
  assert.equal(new Set(moved.map((e) => e.episode)).size, 2, 'two episodes of one alarm');
  await desk.close();
});

test('a replay begins at the newest checkpoint before the time asked for', async () => {
  const life = await openLife();
  const kept = memoryCheckpoints(life.store);
  const disk = raise('Disk', 'db');
  await life.desk.receive('alertmanager', [disk]);
  for (const ms of [400, 86_400_000, 400]) {
    life.clock.pass(ms);
    await settled();
  }
  await kept.take(life.store);
  const [checkpoint] = kept.list();
  assert.ok(checkpoint && checkpoint.position > 1);
  const since = (life.clock.now() + 1_000) as Instant;
  await life.desk.receive('alertmanager', [raise('Bench', 'lab')]);
  life.clock.pass(60_000);
  await settled();
  await life.desk.receive('alertmanager', [raise('End', 'web')]);
  const history = historySince(life.journal, kept, since);
  assert.equal(history.checkpoint.position, checkpoint.position);
  const report = await comparePlans(history, ask({ since }));
  assert.equal(report.from.position, checkpoint.position);
  assert.equal(report.entries, life.journal.head - checkpoint.position);
  assert.deepEqual(
    report.examples.map((e) => e.text),
    ['Bench is down'],
  );
  await life.desk.close();
});

test('without a checkpoint the journal must be whole from its beginning', async () => {
  const journal = await journalOf(STORY);
  const cutOff = { ...journal, id: journal.id, tail: 2, read: journal.read };
  assert.throws(() => historySince(cutOff, none(), at(0)), { code: 'NOT_FOUND' });
});

test('a gap between checkpoint and journal is refused', async () => {
  const journal = await journalOf(STORY);
  const { checkpoint } = historySince(journal, none(), at(0));
  const later = { checkpoint, blocks: skip(journal.read(1)) };
  await assert.rejects(comparePlans(later, ask()), { code: 'DATA_MISMATCH' });
});

test('a limit of entries or of time ends the replay and says how far it came', async () => {
  const few = await compared(STORY, { limits: { entries_max: 6, millis_max: 1_000 } });
  assert.deepEqual([few.stopped, few.to.position < 3], ['entries', true]);
  let ms = 0;
  const timed = await compared(STORY, {
    now: () => ms,
    progress: ({ position }) => {
      if (position === 2) ms = 1_000;
    },
    limits: { entries_max: 1_000, millis_max: 1_000 },
  });
  assert.deepEqual([timed.stopped, timed.to.position], ['time', 2]);
});

test('desk time without an entry is gone through in pieces, also where a group repeats', async () => {
  const far = 86_400_000;
  const often = planOf(route('db', 'db', { repeatInterval: minutes(5) }));
  const story = [events(0, raise('Disk', 'db')), events(far, raise('End', 'web'))];
  const report = await compared(story, { new: { plan: often, zones: [] } });
  assert.deepEqual([report.notices.old, report.notices.new > 140], [7, true]);
  assert.deepEqual([report.same, report.to.at], [2, at(far)]);
});

test('others run every few milliseconds', async () => {
  let ms = 0;
  let rests = 0;
  const clock = { now: () => ms++, rest: async () => void rests++ };
  await compared(STORY, { ...clock, limits: { entries_max: 1_000, millis_max: 100_000 } });
  assert.ok(rests > 5, `${rests}`);
});

test('at most 20 examples, of every kind there is; all are counted', async () => {
  const many = Array.from({ length: 50 }, (_, n) => raise(`Disk${n}`, 'db'));
  const report = await compared([events(0, ...many, raise('Ping', 'net')), ...STORY.slice(2)]);
  assert.deepEqual(
    [report.examples.length, report.changes.moved, report.changes.lost],
    [20, 50, 1],
  );
  assert.equal(report.examples.length, EXAMPLES_MAX);
  assert.ok(report.examples.some((e) => e.change === 'lost'));
});

test('positions in between stay apart at the limit', () => {
  const last = 2 ** 32 - 1;
  const step = 1 / (GAP_ENTRIES_MAX + 1);
  assert.ok(last + step * GAP_ENTRIES_MAX < last + 1);
  assert.notEqual(last + step * (GAP_ENTRIES_MAX - 1), last + step * GAP_ENTRIES_MAX);
});

async function* skip<T>(of: AsyncIterable<T>): AsyncGenerator<T> {
  let isFirst = true;
  for await (const one of of) {
    if (!isFirst) yield one;
    isFirst = false;
  }
}

/** The desk in memory goes on in microtasks. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { type Instant, minutes, seconds } from '../../src/base/time.ts';
import { openDesk } from '../../src/desk/open.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { PlanRoute, RoutingPlan } from '../../src/domain/routing/plan.ts';
import { checkpointsIn } from '../../src/store/checkpoints.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { planRunner } from '../../src/wiring/plan-thread.ts';
import { manualClock } from '../support/clock.ts';
import { alert } from '../support/desk.ts';
import { memoryJournal } from '../support/journal.ts';

const route = (receiver: string, groupWait: number): PlanRoute => ({
  ...{ id: '{}', key: '{}', receiver, matchers: [], continue: false, groupBy: ['instance'] },
  ...{ groupByAll: false, groupWait: seconds(groupWait), groupInterval: minutes(5) },
  ...{ repeatInterval: minutes(240), muteIntervals: [], activeIntervals: [] },
  ...{ onAcknowledge: 'nothing', labels: {}, routes: [] },
});

const planTo = (receiver: string): { plan: RoutingPlan; zones: [] } => ({
  plan: {
    root: route(receiver, 0),
    receivers: [{ name: receiver, ways: [{ kind: 'webhook', index: 0, sendResolved: true }] }],
    inhibitions: [],
    intervals: [],
  },
  zones: [],
});

/** A desk on a store on disk; `raise` takes in so many alarms, one entry each. */
async function aDesk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-plan-'));
  const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
  const clock = manualClock();
  const journal = memoryJournal();
  const desk = await openDesk({ clock, log: silentLog, journal, store, boot: 'test' });
  t.after(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const raise = async (from: number, count: number): Promise<void> => {
    for (let n = from; n < from + count; n++) {
      const event: AlarmEvent = alert(`core-${n}`);
      await desk.receive('alertmanager', [event]);
    }
  };
  const there = join(folder, 'checkpoints');
  const keep = async (): Promise<number> => {
    clock.pass(200);
    while (store.position < journal.head) await new Promise((next) => setImmediate(next));
    return (await checkpointsIn(there).take(store)).position;
  };
  return { clock, journal, raise, keep, run: planRunner(journal, there) };
}

const ASK = { old: planTo('ops'), new: planTo('night') } as const;

test('a thread replays from a kept checkpoint and reports', async (t) => {
  const { clock, raise, keep, run } = await aDesk(t);
  await raise(0, 300);
  const position = await keep();
  const since = (clock.now() + 1) as Instant;
  clock.pass(1_000);
  await raise(300, 600);
  const report = await run({ ...ASK, since });
  assert.equal(report.from.position, position);
  assert.equal(report.entries, 600);
  assert.deepEqual([report.changes.moved, report.same, report.stopped], [600, 0, '']);
  const [example] = report.examples;
  assert.deepEqual(
    [example?.old.map((o) => o.receiver), example?.new.map((o) => o.receiver)],
    [['ops'], ['night']],
  );
});

test('a thread replays a whole journal where nothing was kept, and refuses a second trial', async (t) => {
  const { raise, run } = await aDesk(t);
  await raise(0, 50);
  const first = run({ ...ASK, since: 0 as Instant });
  await assert.rejects(run({ ...ASK, since: 0 as Instant }), { code: 'BUSY' });
  assert.equal((await first).changes.moved, 50);
  assert.equal((await run({ ...ASK, since: 0 as Instant })).changes.moved, 50);
});

test('a trial that is ended, or cannot begin, says so and makes room for the next', async (t) => {
  const { journal, raise, run } = await aDesk(t);
  await raise(0, 5);
  const signal = AbortSignal.abort();
  await assert.rejects(run({ ...ASK, since: 0 as Instant, signal }), { code: 'ACTION_REFUSED' });
  const cut = planRunner({ id: journal.id, tail: 1, read: () => journal.read(4) }, 'nowhere');
  // The memory journal has a block an entry: the first one handed over is the fourth.
  await assert.rejects(cut({ ...ASK, since: 0 as Instant }), { code: 'DATA_MISMATCH' });
  assert.equal((await run({ ...ASK, since: 0 as Instant })).changes.moved, 5);
});

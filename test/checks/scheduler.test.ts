import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { type Instant, minutes } from '../../src/base/time.ts';
import type { History } from '../../src/checks/history.ts';
import type { CheckReport } from '../../src/checks/report.ts';
import { Scheduler } from '../../src/checks/scheduler.ts';
import { slotAfter } from '../../src/checks/slots.ts';
import {
  TABLE_RUNS_AT_ONCE_MAX,
  type TableRunParts,
  tableRunnable,
} from '../../src/checks/table-run.ts';
import { type Ran, threadRunner } from '../../src/checks/thread.ts';
import type { DataCheck } from '../../src/domain/check/plan.ts';
import { manualClock } from '../support/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-scheduler-'));
after(() => rmSync(folder, { recursive: true }));

const NO_HISTORY: History = {
  countsOf: async () => ({}),
  ended: async () => {},
  runsOf: async () => [],
  pointsOf: async () => ({}),
  valuesAt: async () => ({}),
  copyTo: async () => {},
  close: async () => {},
};

const checkOf = (name: string, more: Partial<DataCheck> = {}): DataCheck => ({
  ...{ is: 'data', name, timetable: { every: minutes(10) }, timeout: minutes(5) },
  ...{ severity: 'major', description: '', labels: {}, sources: ['t'], parameters: [], tests: [] },
  ...more,
});

const PASSED: Ran = {
  is: 'done',
  result: { is: 'data', cases: [], rows: 0, counts: {}, evidence: [] },
};

/** A scheduler whose runs end when the test says so. */
function open(
  lastSlots: Readonly<Record<string, number>> = {},
  { fails = false, kept = [] as string[] } = {},
) {
  const clock = manualClock();
  const reports: CheckReport[] = [];
  const running: (() => void)[] = [];
  const slots = new Map(Object.entries(lastSlots));
  const history: History = { ...NO_HISTORY, ended: async ({ run }) => void kept.push(run.run) };
  const tables: TableRunParts = {
    ...{ history, folder, raisedBy: () => [] },
    run: () => new Promise((resolve) => running.push(() => resolve(PASSED))),
  };
  const scheduler = new Scheduler({
    ...{ clock, log: silentLog, history, atOnceMax: TABLE_RUNS_AT_ONCE_MAX },
    lastSlot: (check) => slots.get(check) as Instant | undefined,
    report: async (report) => {
      if (fails) throw new Error('the journal takes nothing');
      reports.push(report);
      if (report.slot !== undefined) slots.set(report.check, report.slot);
    },
  });
  const follow = (...checks: DataCheck[]) =>
    scheduler.follow(checks.map((check) => tableRunnable(tables, check, () => ({}))));
  const rest = () => new Promise((resolve) => setImmediate(resolve));
  const end = async () => {
    running.shift()?.();
    await rest();
  };
  return { clock, reports, running, scheduler, follow, rest, end };
}

test('a check is run in its slots, and never beside itself', async () => {
  const s = open();
  s.follow(checkOf('a'));
  const first = s.scheduler.nextOf('a') as Instant;
  s.clock.moveTo((first - 1) as Instant);
  await s.rest();
  assert.equal(s.running.length, 0);
  s.clock.moveTo(first);
  await s.rest();
  assert.equal(s.running.length, 1);
  s.clock.pass(600_000); // its next slot comes while it runs
  await s.rest();
  assert.equal(s.running.length, 1, 'it does not overlap itself');
  await s.end();
  assert.deepEqual(
    s.reports.map(({ slot, verdict }) => [slot, verdict]),
    [[first, 'passed']],
  );
  s.clock.pass(600_000);
  await s.rest();
  await s.end();
  assert.equal(s.reports[1]?.slot, first + 1_200_000);
});

test('no more run at once than the limit, the others wait in their order', async () => {
  const s = open();
  s.follow(...['a', 'b', 'c'].map((name) => checkOf(name)));
  s.clock.pass(600_000);
  await s.rest();
  for (let left = 3; left > 0; left--) {
    assert.equal(s.running.length, Math.min(left, TABLE_RUNS_AT_ONCE_MAX));
    await s.end();
  }
  assert.equal(s.reports.length, 3);
});

test('after a stop no slot is run twice, and missed ones are run once, late', async () => {
  const timetable = { every: minutes(10) };
  const s = open();
  const now = s.clock.now();
  const slot = slotAfter(timetable, 'a', (now - 600_000) as Instant) as Instant;
  const again = open({ a: slot, b: slot - 6_000_000 });
  again.follow(checkOf('a'), checkOf('b'));
  assert.ok((again.scheduler.nextOf('a') as Instant) > again.clock.now(), 'its slot was run');
  again.clock.pass(0);
  await again.rest();
  await again.end();
  assert.deepEqual(
    again.reports.map(({ check, slot: ran }) => [check, ran]),
    [['b', now]],
    'ten slots were missed, one is made up for',
  );
  assert.ok((again.scheduler.nextOf('b') as Instant) > now);
});

test('asked for by hand it is run at once, under a name, and takes no slot', async () => {
  const s = open();
  s.follow(checkOf('a'));
  const done = s.scheduler.runNow('a', 'nora');
  assert.throws(() => s.scheduler.runNow('a', 'tom'), /a is being run/);
  assert.throws(() => s.scheduler.runNow('x', 'tom'), /no such check/);
  await s.rest();
  await s.end();
  const report = await done;
  assert.deepEqual([report?.by, report?.slot], ['nora', undefined]);
});

test('a desk that stops reports nothing of a run it cut off', async () => {
  const s = open();
  s.follow(checkOf('a'));
  s.clock.pass(600_000);
  await s.rest();
  await s.scheduler.stop();
  await s.end();
  assert.equal(s.reports.length, 0);
});

test('a check that is taken out while it runs says nothing any more', async () => {
  const s = open();
  s.follow(checkOf('a'));
  s.clock.pass(600_000);
  await s.rest();
  s.follow();
  await s.end();
  assert.equal(s.reports.length, 0);
  assert.equal(s.scheduler.nextOf('a'), undefined);
});

test('a result that could not be written down takes no slot and stays out of the history', async () => {
  const kept: string[] = [];
  const s = open({}, { fails: true, kept });
  s.follow(checkOf('a'));
  s.clock.pass(600_000);
  await s.rest();
  await s.end();
  assert.deepEqual([s.reports.length, kept.length], [0, 0]);
  assert.equal(s.scheduler.isBusy('a'), false, 'its next slot is run');
});

test('a run that takes too long is ended, and the check is broken', async () => {
  const clock = manualClock();
  const job = {
    is: 'data' as const,
    check: { source: 't', parameters: [], tests: [] },
    ...{ sources: {}, before: {}, now: clock.now(), folder, run: 'r' },
  };
  const stop = new AbortController();
  const ran = threadRunner(clock)(job, minutes(5), stop.signal);
  clock.pass(300_000);
  assert.deepEqual(await ran, {
    is: 'broken',
    why: 'it took longer than 5m and was ended',
  });
});

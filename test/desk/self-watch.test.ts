import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import type { Desk, DeskFigures } from '../../src/desk/desk.ts';
import { type SelfReadings, SelfWatch, type SourceReading } from '../../src/desk/self-watch.ts';
import { LAG_ROWS_MAX } from '../../src/desk/write-behind.ts';
import { isRaised, type UserId } from '../../src/domain/alarm/alarm.ts';
import { openLife, turn } from '../support/desk.ts';

const MIB = 2 ** 20;
const MINUTE_MS = 60_000;
const LOSS_SHOWN_MS = 10 * MINUTE_MS;
const LOOK_EVERY_MS = 5_000;

async function setUp() {
  const { desk, clock, journal, changes } = await openLife();
  let readings: SelfReadings = { sources: [], diskFreeBytes: undefined, driftMs: 0 };
  let figures: Partial<DeskFigures> = {};
  const seen = {
    memory: desk.memory,
    receive: (source: string, events: Parameters<Desk['receive']>[1]) =>
      desk.receive(source, events),
    figures: () => ({ ...desk.figures(), ...figures }),
  } as Desk;
  const watch = new SelfWatch(seen, clock, () => readings);
  return {
    clock,
    journal,
    changes,
    desk,
    watch,
    set,
    /** What there is to see from now on, and one look at it. */
    async sees(...more: Parameters<typeof set>): Promise<string[]> {
      set(...more);
      await watch.look();
      return list();
    },
    list,
  };
  function set(more: Partial<SelfReadings>, also: Partial<DeskFigures> = {}): void {
    readings = { ...readings, ...more };
    figures = { ...figures, ...also };
  }
  /** The desk's own raised alarms: resource, severity. */
  function list(): string[] {
    return [...desk.memory.all('alarms')]
      .filter(isRaised)
      .map(({ resource, type, severity }) => `${type} ${resource} ${severity}`);
  }
}

const source = (more: Partial<SourceReading> = {}): readonly SourceReading[] => [
  { name: 'snmp', droppedTotal: 0, ...more },
];

test('a desk that is well has nothing to say', async () => {
  const { sees, journal } = await setUp();
  const { head } = journal;
  assert.deepEqual(await sees({ sources: source(), diskFreeBytes: 2 ** 40 }), []);
  assert.equal(journal.head, head);
});

test('free space: warned of below 2 GiB, critical below 256 MiB, over when there is room', async () => {
  const { sees, changes } = await setUp();
  assert.deepEqual(await sees({ diskFreeBytes: 2_048 * MIB }), []);
  assert.deepEqual(await sees({ diskFreeBytes: 2_048 * MIB - 1 }), ['desk.disk desk/disk major']);
  assert.match(changes.at(-1)?.text ?? '', /Only 2047 MiB are free for the journal/);
  assert.deepEqual(await sees({ diskFreeBytes: 256 * MIB }), ['desk.disk desk/disk major']);
  const critical = ['desk.disk desk/disk critical'];
  assert.deepEqual(await sees({ diskFreeBytes: 256 * MIB - 1 }), critical);
  assert.deepEqual(await sees({ diskFreeBytes: 2_048 * MIB }), []);
  assert.deepEqual(
    changes.map((c) => c.what),
    ['raised', 'severity', 'cleared'],
  );
});

test('free space that nobody could read is no finding', async () => {
  const { sees } = await setUp();
  assert.deepEqual(await sees({ diskFreeBytes: undefined }), []);
});

test('history: minor above half of the lag that refuses, major when it cannot be written', async () => {
  const { sees } = await setUp();
  const half = LAG_ROWS_MAX / 2;
  assert.deepEqual(await sees({}, { storeLagChanges: half }), []);
  assert.deepEqual(await sees({}, { storeLagChanges: half + 1 }), ['desk.store desk/store minor']);
  const down = ['desk.store desk/store major'];
  assert.deepEqual(await sees({}, { storeDown: 'no space left' }), down);
  assert.deepEqual(await sees({}, { storeDown: '', storeLagChanges: 0 }), []);
});

test('a clock more than 60 s away, ahead or behind, is told', async () => {
  const { sees } = await setUp();
  for (const sign of [1, -1]) {
    assert.deepEqual(await sees({ driftMs: sign * 60_000 }), []);
    assert.deepEqual(await sees({ driftMs: sign * 60_001 }), ['desk.clock desk/clock major']);
    assert.deepEqual(await sees({ driftMs: 0 }), []);
  }
});

test('a loss is told at once and stays for 10 minutes after the last one', async () => {
  const { sees, clock, changes } = await setUp();
  const told = ['desk.drops desk/source/snmp major'];
  assert.deepEqual(await sees({ sources: source({ droppedTotal: 1 }) }), told);
  assert.match(changes.at(-1)?.text ?? '', /snmp lost 1 datagrams/);
  clock.pass(LOSS_SHOWN_MS - 1);
  assert.deepEqual(await sees({ sources: source({ droppedTotal: 2 }) }), told);
  clock.pass(LOSS_SHOWN_MS);
  assert.deepEqual(await sees({}), told);
  clock.pass(1);
  assert.deepEqual(await sees({}), []);
  assert.deepEqual(await sees({ sources: source({ droppedTotal: 3 }) }), told);
});

test('each finding is raised once, and cleared once', async () => {
  const { sees, journal, clock, changes } = await setUp();
  const bad = { diskFreeBytes: 0, driftMs: 3_600_000, sources: source({ droppedTotal: 5 }) };
  assert.equal((await sees(bad, { storeDown: 'broken' })).length, 4);
  const { head } = journal;
  for (let i = 0; i < 20; i++) {
    clock.pass(LOOK_EVERY_MS);
    assert.equal((await sees({})).length, 4);
  }
  assert.equal(journal.head, head, 'what is on the list is not reported again');
  clock.pass(LOSS_SHOWN_MS);
  await sees({ diskFreeBytes: 2 ** 40, driftMs: 0 }, { storeDown: '' });
  await sees({});
  assert.equal(journal.head, head + 1);
  assert.equal(changes.filter((c) => c.what === 'raised').length, 4);
  assert.equal(changes.filter((c) => c.what === 'cleared').length, 4);
});

test('alarms of sources, and what only a person can close, are left alone', async () => {
  const { sees, desk, list } = await setUp();
  const fault = { resource: 'desk', type: 'desk.fault', qualifier: '', text: 'set aside' };
  const labels = { alertname: 'desk.fault' };
  const id = 'f'.repeat(16) as never;
  const event = { ...fault, id, labels, severity: 'major' as const };
  await desk.receive('desk', [{ ...event, kind: 'occurrence' }]);
  const other = { ...event, id: 'e'.repeat(16) as never, resource: 'r1', type: 'link.down' };
  await desk.receive('snmp', [{ ...other, kind: 'raise' }]);
  await sees({});
  assert.deepEqual(list(), ['desk.fault desk major', 'link.down r1 major']);
});

test('it looks every 5 s until it is stopped', async () => {
  const { watch, clock, set, list } = await setUp();
  const wait = async (ms: number) => {
    clock.pass(ms);
    await turn();
  };
  watch.begin();
  set({ diskFreeBytes: 0 });
  await wait(LOOK_EVERY_MS - 1);
  assert.deepEqual(list(), []);
  await wait(1);
  assert.deepEqual(list(), ['desk.disk desk/disk critical']);
  set({ diskFreeBytes: 2 ** 40 });
  await wait(LOOK_EVERY_MS);
  assert.deepEqual(list(), []);
  watch.stop();
  set({ diskFreeBytes: 0 });
  await wait(LOOK_EVERY_MS * 10);
  assert.deepEqual(list(), []);
});

test('a source that could not begin is an alarm until the desk is started without that fault', async () => {
  const { sees } = await setUp();
  const notStarted = [{ name: 'snmp', why: 'udp 127.0.0.1:1162 is in use' }];
  assert.deepEqual(await sees({ notStarted }), ['desk.source desk/source/snmp major']);
  assert.deepEqual(await sees({ notStarted: [] }), []);
});

test('what the fold says of a rule\u2019s review stands until somebody looks at the rule', async () => {
  const { sees, desk, clock } = await setUp();
  const matchers = [{ name: 'site', op: '=' as const, value: 'lab' }];
  const said = { name: 'lab', matchers, order: 0, reason: 'x', owner: 'net', enabled: true };
  const reviewAt = (clock.now() + 60_000) as Instant;
  await desk.act('nora' as UserId, {
    ...{ verb: 'rule.set', ...said, does: { severity: 'minor' }, reviewAt },
  });
  clock.pass(1_000);
  for (let n = 0; n < 4; n++) await turn();
  const [{ id } = { id: '' }] = desk.memory.all('rules');
  assert.deepEqual(await sees({}), [`rule.review rule/${id} warning`]);
  assert.deepEqual(await sees({}), [`rule.review rule/${id} warning`]);
});

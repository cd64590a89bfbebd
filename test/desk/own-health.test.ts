import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant, minutes } from '../../src/base/time.ts';
import type { Desk, DeskFigures } from '../../src/desk/desk.ts';
import {
  HEALTH_LIMITS,
  HealthSince,
  healthLines,
  type OwnReadings,
} from '../../src/desk/views/own-health.ts';
import { phraseText } from '../../src/desk/views/words.ts';
import { identify } from '../../src/domain/alarm/event.ts';
import { openLife } from '../support/desk.ts';

async function setUp() {
  const { desk, clock } = await openLife();
  const now = clock.now();
  const READINGS: OwnReadings = {
    ...{ version: '1.2.3', startedAt: now, diskFreeBytes: 5 * 2 ** 30, memoryBytes: 2 ** 28 },
    ...{ loop: { p99: 2, most: 9 }, readers: 3, sources: { known: 2, events: 1_234 } },
    lastBackup: { at: now, folder: '/backup' },
    outbox: { inFlight: 1, waiting: 2, scheduled: 3, unrecorded: 0 },
  };
  const look = (more: Partial<OwnReadings> = {}, also: Partial<DeskFigures> = {}) => {
    const seen = { memory: desk.memory, figures: () => ({ ...desk.figures(), ...also }) } as Desk;
    return healthLines(seen, { ...READINGS, ...more }, clock.now());
  };
  const troubled = (...of: Parameters<typeof look>): readonly string[] =>
    look(...of).flatMap(({ key, is }) => (is === 'trouble' ? [key] : []));
  return { desk, clock, look, troubled };
}

test('a desk that is well says so in every line, and asks for nothing', async () => {
  const { look } = await setUp();
  for (const { key, is, next, since, says } of look()) {
    assert.deepEqual([is, next, since], ['well', '', undefined], key);
    assert.notEqual(phraseText(says), '');
  }
});

test('each trouble has its line and what to do', async () => {
  const { look, troubled } = await setUp();
  const { loop_p99_ms_max: late, entries_waiting_max: many } = HEALTH_LIMITS;
  assert.deepEqual(troubled({}, { journalDown: 'disk full' }), ['journal']);
  assert.deepEqual(troubled({}, { storeDown: 'disk full' }), ['store']);
  assert.deepEqual(troubled({}, { floods: new Map([['snmp', 1 as const]]) }), ['queue']);
  assert.deepEqual(troubled({}, { faults: 1 }), ['entries']);
  assert.deepEqual(
    [troubled({}, { entriesWaiting: many }), troubled({}, { entriesWaiting: many + 1 })],
    [[], ['queue']],
  );
  assert.deepEqual(
    [troubled({ loop: { p99: late, most: 1 } }), troubled({ loop: { p99: late + 1, most: 1 } })],
    [[], ['loop']],
  );
  const down = look({}, { journalDown: 'disk full' }).find(({ key }) => key === 'journal');
  assert.match(phraseText(down?.says ?? []), /takes no writes: disk full/);
  assert.match(down?.next ?? '', /free or mend the disk/);
});

test('a backup is old after a week, and none at all is not known to be bad', async () => {
  const { clock, look, troubled } = await setUp();
  const made = { at: clock.now(), folder: '/backup' };
  clock.pass(days(HEALTH_LIMITS.backup_days_max));
  assert.deepEqual(troubled({ lastBackup: made }), []);
  clock.pass(1);
  assert.deepEqual(troubled({ lastBackup: made }), ['backup']);
  const none = look({ lastBackup: undefined }).find(({ key }) => key === 'backup');
  assert.deepEqual([none?.is, none?.next.includes('tocsin backup')], ['unknown', true]);
});

test('an alarm of the desk’s own is trouble of its line, in its words and since it began', async () => {
  const { desk, clock, look } = await setUp();
  const begun = clock.now();
  const [resource, type] = ['desk/source/snmp', 'desk.drops'];
  const said = { resource, type, qualifier: '', severity: 'major', labels: {} } as const;
  const id = identify(resource, type, '');
  await desk.receive('desk', [{ ...said, id, kind: 'raise', text: 'snmp lost 5 datagrams.' }]);
  clock.pass(minutes(3));
  const line = look().find(({ key }) => key === 'sources');
  assert.deepEqual(
    [line?.is, line?.since, line?.alarms, phraseText(line?.says ?? [])],
    ['trouble', begun, [id], 'snmp lost 5 datagrams.'],
  );
  await desk.receive('desk', [{ ...said, id, kind: 'clear', text: 'over' }]);
  assert.equal(look().find(({ key }) => key === 'sources')?.is, 'well');
});

test('trouble begins when it is first seen, and anew after it was over', async () => {
  const { clock, look } = await setUp();
  const since = new HealthSince();
  const begun = (down: string): Instant | undefined =>
    since.see(look({}, { journalDown: down }), clock.now()).find(({ key }) => key === 'journal')
      ?.since;
  const first = clock.now();
  assert.equal(begun('full'), first);
  clock.pass(60_000);
  assert.equal(begun('still full'), first);
  assert.equal(begun(''), undefined);
  assert.equal(begun('full'), clock.now());
});

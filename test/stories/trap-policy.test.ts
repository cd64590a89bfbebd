import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant, minutes, seconds } from '../../src/base/time.ts';
import type { RuleAct } from '../../src/desk/standing-acts.ts';
import { isOverdue, isUnverified, marksOf } from '../../src/desk/views/marks.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { Settings } from '../../src/sources/snmp/settings.ts';
import { snmp } from '../../src/sources/snmp/snmp.ts';
import { BareListener } from '../snmp/bare.ts';
import { datagramOf, type Pair } from '../snmp/datagram.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { SOON } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

/**
 * What people who ran trap-based desks for twenty years ask of the next one, each as a story: real
 * datagrams, read by the source, folded by the desk, told by a receiver.
 */
const IF_INDEX = '1.3.6.1.2.1.2.2.1.1';
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';
const settings = defaultsOf(snmp.settings) as Settings;

async function trap(
  d: NotifiedDesk,
  oid: string,
  varbinds: readonly Pair[] = [[`${IF_INDEX}.7`, { integer: 7 }]],
  from = '192.0.2.1',
): Promise<void> {
  const body = datagramOf({ trap: oid, varbinds: [...varbinds] });
  const input = { body, at: d.clock.now(), from, contentType: '' };
  const { events, refused } = snmp.translate(input, settings);
  assert.deepEqual(refused, []);
  await d.desk.receive('snmp', events);
  await d.pump();
}

const down = (d: NotifiedDesk): Promise<void> => trap(d, LINK_DOWN);
const up = (d: NotifiedDesk): Promise<void> => trap(d, LINK_UP);

const open = (): Promise<NotifiedDesk> =>
  openNotified(planWith({ ...SOON, repeatInterval: minutes(600) }, {}));

const alarms = (d: NotifiedDesk): readonly Alarm[] => [...d.desk.memory.all('alarms')];
const only = (d: NotifiedDesk): Alarm => {
  const [alarm, ...more] = alarms(d);
  assert.ok(alarm && more.length === 0, `${alarms(d).length} alarms`);
  return alarm;
};
const marks = (d: NotifiedDesk): readonly string[] =>
  marksOf(only(d), d.clock.now()).map(({ word }) => word);
const told = (d: NotifiedDesk): readonly string[] =>
  d.notices.map(({ reason, alerts }) => `${reason}: ${alerts[0]?.status}`);

type Rule = Extract<RuleAct, { verb: 'rule.set' }>;

const rule = (d: NotifiedDesk, does: Rule['does']) =>
  d.desk.act(NORA, {
    verb: 'rule.set',
    name: 'transients',
    matchers: terms('@type=~"link.*"'),
    order: 0,
    does,
    reason: 'carriers blink',
    owner: 'network',
    reviewAt: d.at(days(30)),
    enabled: true,
  });

test('1: a repeated trap is one row with a count and the time it was last seen', async () => {
  const d = await open();
  for (let n = 0; n < 5; n++) {
    await down(d);
    await d.pass(seconds(10));
  }
  assert.equal(only(d).occurrences, 5);
  assert.equal(only(d).heardAt, d.at(seconds(40)));
  assert.equal(only(d).episodes, 1);
});

test('2: the end is paired by the thing, not by the text; a second end changes nothing', async () => {
  const d = await open();
  await down(d);
  await up(d);
  await up(d);
  assert.equal(only(d).condition.is, 'cleared');
  await trap(d, LINK_UP, [[`${IF_INDEX}.9`, { integer: 9 }]]);
  assert.equal(only(d).condition.is, 'cleared', 'an end without a beginning makes no alarm');
});

test('3: a raise that nobody confirmed is not believed for ever', async () => {
  const d = await open();
  await down(d);
  assert.equal(isUnverified(only(d), d.clock.now()), false);
  await d.pass(days(1), hours(1));
  assert.equal(isUnverified(only(d), d.clock.now()), true);
  assert.deepEqual(marks(d), ['unverified'], 'its row says so');
  await down(d);
  assert.equal(isUnverified(only(d), d.clock.now()), false, 'the device said it again');
});

test('4: a link that falls while its device starts is told only if it stays; 0 is an uptime', async () => {
  const d = await open();
  const bare = new BareListener();
  const hear = async (oid: string, uptime: number, port = 7): Promise<void> => {
    bare.now = d.clock.now() - d.at(0);
    bare.take(
      datagramOf({ trap: oid, uptime, varbinds: [[`${IF_INDEX}.${port}`, { integer: port }]] }),
    );
    for (const text of await bare.batches()) await d.desk.receiveText('snmp', text);
    await d.pump();
  };
  await hear('1.3.6.1.6.3.1.1.5.1', 0);
  assert.equal(only(d).type, 'device.restart', 'uptime 0 is dropped by nobody');
  await hear(LINK_DOWN, 0, 7);
  await d.pass(seconds(20));
  await hear(LINK_DOWN, 2_000, 8);
  const link = (port: number): Alarm | undefined =>
    alarms(d).find(({ resource }) => resource === `192.0.2.1/if-${port}`);
  assert.deepEqual(
    [7, 8].map((port) => link(port)?.suppressions.map(({ kind, reason }) => `${kind}: ${reason}`)),
    Array(2).fill(['hold: its device has just started: what is down may come up by itself']),
  );
  await d.pass(seconds(40));
  await hear(LINK_UP, 6_000, 7);
  const linksTold = (): readonly string[] =>
    d.notices.flatMap(({ alerts }) =>
      alerts.flatMap(({ alarm, status }) =>
        alarm === link(7)?.id ? [`7 ${status}`] : alarm === link(8)?.id ? [`8 ${status}`] : [],
      ),
    );
  await d.pass(minutes(3), seconds(30));
  assert.deepEqual(linksTold(), []);
  await d.pass(minutes(3), seconds(30));
  assert.deepEqual(linksTold(), ['8 firing'], 'it stayed down');
  assert.equal(link(7)?.condition.is, 'cleared');
  await hear(LINK_DOWN, 900_000, 7);
  assert.deepEqual(link(7)?.suppressions, [], 'long after the start nothing is held');
  bare.end();
});

test('5: what no table knows becomes an alarm all the same, with its varbinds', async () => {
  const d = await open();
  await trap(d, '1.3.6.1.4.1.99999.1.0.42', [
    ['1.3.6.1.4.1.99999.1.1.1.0', { text: 'fan tray 2' }],
    ['1.3.6.1.4.1.99999.1.1.2.0', { integer: 3 }],
  ]);
  const alarm = only(d);
  assert.match(alarm.resource, /^192\.0\.2\.1/);
  assert.match(JSON.stringify([alarm.labels, alarm.text]), /99999/);
});

test('6: a link that flaps is told of at its start and at its end, with the count', async () => {
  const d = await open();
  for (let n = 0; n < 120; n++) {
    await (n % 2 === 0 ? down(d) : up(d));
    await d.pass(seconds(10));
  }
  const changes = only(d).flap?.changes ?? 0;
  assert.ok(changes > 100);
  assert.equal(marks(d)[0], `flapping ×${changes}`, 'the count is on its row');
  await d.pass(minutes(30), seconds(30));
  assert.equal(told(d).filter((t) => t.startsWith('flapping')).length, 1);
  assert.equal(told(d).at(-1), 'all resolved: resolved');
});

test('7: a transient is told to nobody; the earliest start of the day is kept', async () => {
  const d = await open();
  await rule(d, { hold: seconds(120) });
  await down(d);
  const first = only(d).createdAt;
  await d.pass(seconds(100));
  await up(d);
  await d.pass(minutes(30), seconds(30));
  assert.deepEqual(told(d), []);
  await down(d);
  await d.pass(seconds(121));
  assert.deepEqual(told(d), ['first: firing']);
  assert.deepEqual([only(d).createdAt, only(d).episodes], [first, 2]);
});

test('8: planned work hides without touching what people did; at its end the rest is told', async () => {
  const d = await open();
  await d.desk.act(NORA, {
    verb: 'maintenance.set',
    name: 'change 4711',
    matchers: terms('@resource=~"192.0.2.1.*"'),
    things: [],
    windows: [{ from: d.at(0), to: d.at(minutes(60)) }],
    recurs: '',
    reason: 'line card',
    owner: 'network',
  });
  await down(d);
  await trap(d, LINK_DOWN, [[`${IF_INDEX}.8`, { integer: 8 }]]);
  const mine = alarms(d).find(({ resource }) => resource.endsWith('8'));
  assert.ok(mine);
  await d.desk.act(NORA, { verb: 'close', on: [{ id: mine.id }], note: 'decommissioned' });
  await d.pass(minutes(59), seconds(30));
  assert.deepEqual(told(d), []);
  await d.pass(minutes(10), seconds(30));
  assert.equal(d.desk.memory.get('alarms', mine.id)?.handling.is, 'closed');
  assert.equal(d.notices.length, 1);
  assert.deepEqual(
    d.notices[0]?.alerts.map(({ alarm }) => alarm !== mine.id),
    [true],
  );
});

test('10: two lines take it, it ends by itself, it is handed back; every step has a name', async () => {
  const d = await open();
  await down(d);
  const on = [{ id: only(d).id }];
  const until = d.at(minutes(30)) as Instant;
  await d.desk.act(NORA, { verb: 'acknowledge', on, note: 'looking', until });
  await d.desk.act(NORA, { verb: 'acknowledge', on, note: 'fibre team', line: 2 });
  const { handling } = only(d);
  assert.equal(handling.is === 'acknowledged' && handling.line, 2);
  await d.desk.act(NORA, { verb: 'unacknowledge', on, note: 'not ours' });
  assert.equal(isOverdue(only(d), d.clock.now()), false);
  await d.pass(minutes(10), seconds(30));
  assert.equal(isOverdue(only(d), d.clock.now()), true);
  const said = d.changes.filter(({ by }) => by === NORA).map(({ what }) => what);
  assert.deepEqual(said, ['acknowledged', 'acknowledged', 'unacknowledged']);
});

test('11: a storm over a thousand ports is a thousand rows, whatever comes again', async () => {
  const d = await open();
  for (let round = 0; round < 3; round++) {
    for (let port = 1; port <= 1_000; port++) {
      const varbinds: Pair[] = [[`${IF_INDEX}.${port}`, { integer: port }]];
      const body = datagramOf({ trap: LINK_DOWN, varbinds });
      const input = { body, at: d.clock.now(), from: '192.0.2.1', contentType: '' };
      await d.desk.receive('snmp', snmp.translate(input, settings).events);
    }
  }
  assert.equal(alarms(d).length, 1_000);
  assert.ok(alarms(d).every(({ occurrences }) => occurrences === 3));
});

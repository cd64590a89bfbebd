import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, millis, seconds } from '../../src/base/time.ts';
import type { Desk } from '../../src/desk/desk.ts';
import { lateClear } from '../../src/desk/verbs/receive.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { TYPE_LIMITS, type WantedRecord } from '../../src/domain/inventory/alarm-type.ts';
import { alert, type Life, openLife, turn } from '../support/desk.ts';
import { clear, raise } from '../support/http.ts';
import { saidOf } from '../support/refusals.ts';

const NORA = 'nora' as UserId;
const { type: TYPE } = raise('a');

const record = (more: Partial<WantedRecord>): WantedRecord => ({
  ...{ type: TYPE, qualifier: '', meaning: 'm', action: '', consequence: '', severities: [] },
  ...{ owner: '', runbook: '', reason: 'it comes and goes' },
  ...more,
});

const decide = async (desk: Desk, more: Partial<WantedRecord>): Promise<string> =>
  saidOf((await desk.act(NORA, { verb: 'type.set', record: record(more) })).refused);

async function pass({ clock }: Life, ms: number): Promise<void> {
  clock.pass(ms);
  for (let n = 0; n < 4; n++) await turn();
}

const only = (desk: Desk) => {
  const [alarm] = desk.memory.all('alarms');
  assert.ok(alarm);
  return alarm;
};

test('a raise is told to nobody until the on-delay of its type is over', async () => {
  const life = await openLife();
  const { desk } = life;
  assert.equal(await decide(desk, { onDelay: seconds(30) }), '');
  await desk.receive('snmp', [raise('a')]);
  const [hold] = only(desk).suppressions;
  assert.equal(hold?.kind, 'hold');
  assert.equal(hold?.reason, 'it comes and goes');
  await pass(life, seconds(29));
  assert.equal(only(desk).suppressions.length, 1);
  await pass(life, seconds(1));
  assert.deepEqual(only(desk).suppressions, []);
  assert.equal(only(desk).condition.is, 'raised');
  await desk.receive('snmp', [clear('a')]);
  assert.equal(only(desk).condition.is, 'cleared', 'no off-delay: at once');
});

test('a clear that does not last is no end: one episode, and nothing is told', async () => {
  const life = await openLife();
  const { desk, changes } = life;
  await decide(desk, { offDelay: seconds(60) });
  await desk.receive('snmp', [raise('a')]);
  await desk.receive('snmp', [clear('a')]);
  await pass(life, seconds(59));
  assert.equal(only(desk).condition.is, 'raised');
  await desk.receive('snmp', [raise('a')]);
  await pass(life, seconds(120));
  assert.equal(only(desk).condition.is, 'raised');
  assert.equal(only(desk).episodes, 1);
  await desk.receive('snmp', [clear('a')]);
  await pass(life, seconds(30));
  await desk.receive('snmp', [clear('a')]);
  await pass(life, seconds(30));
  assert.equal(only(desk).condition.is, 'cleared', 'the first clear counts');
  assert.deepEqual(
    changes.map(({ what }) => what),
    ['raised', 'cleared'],
  );
});

test('a raise that is older than the clear does not call it off', async () => {
  const life = await openLife();
  const { desk, clock } = life;
  await decide(desk, { offDelay: seconds(60) });
  const at = (ms: number) => (clock.now() + ms) as Instant;
  await desk.receive('snmp', [raise('a', { at: at(-9_000) })]);
  await desk.receive('snmp', [{ ...clear('a'), at: at(-2_000) }]);
  await desk.receive('snmp', [raise('a', { at: at(-5_000) })]);
  assert.ok(desk.memory.get('timers', lateClear(only(desk).id)));
  await desk.receive('snmp', [{ ...clear('a'), at: at(-20_000) }]);
  await pass(life, seconds(60));
  assert.equal(only(desk).condition.is, 'cleared');
});

test('an alert that fires again calls its clear off, though it only repeats what is known', async () => {
  const life = await openLife();
  const { desk, clock } = life;
  const firing = alert('a', { lease: seconds(300) });
  await decide(desk, { type: firing.type, offDelay: seconds(60) });
  await desk.receive('alertmanager', [firing]);
  await desk.receive('alertmanager', [{ ...firing, kind: 'clear', at: clock.now() }]);
  await pass(life, seconds(10));
  await desk.receive('alertmanager', [firing]);
  await pass(life, seconds(90));
  assert.equal(only(desk).condition.is, 'raised');
});

test('a clear that waits outlives a crash', async () => {
  const first = await openLife();
  await decide(first.desk, { offDelay: seconds(60) });
  await first.desk.receive('snmp', [raise('a')]);
  await first.desk.receive('snmp', [clear('a')]);
  const next = await openLife(first.crash(1_000));
  assert.equal(only(next.desk).condition.is, 'raised');
  await pass(next, seconds(60));
  assert.equal(only(next.desk).condition.is, 'cleared');
});

test('delays hold for the qualifiers of their record, and go with it', async () => {
  const life = await openLife();
  const { desk } = life;
  await decide(desk, { offDelay: seconds(60) });
  await decide(desk, { qualifier: 'plain', offDelay: millis(0) });
  await desk.receive('snmp', [raise('a', { qualifier: 'plain' })]);
  await desk.receive('snmp', [{ ...clear('a'), qualifier: 'plain' }]);
  assert.equal(only(desk).condition.is, 'cleared');
  await desk.act(NORA, { verb: 'type.remove', id: TYPE, reason: 'calm now' });
  await desk.receive('snmp', [raise('b'), clear('b')]);
  const all = [...desk.memory.all('alarms')].map(({ condition }) => condition.is);
  assert.deepEqual(all, ['cleared', 'cleared']);
});

test('a delay may be so long and no longer', async () => {
  const { desk } = await openLife();
  const max = TYPE_LIMITS.delay_ms_max;
  assert.equal(await decide(desk, { onDelay: millis(max), offDelay: millis(max) }), '');
  assert.match(await decide(desk, { onDelay: millis(max + 1) }), /at most 30 minutes/);
});

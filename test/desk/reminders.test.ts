import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, type Millis, millis } from '../../src/base/time.ts';
import { acknowledgementReminders } from '../../src/desk/reminders.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { foldDesk, NORA, says, TOM } from '../console/desk.ts';

const AFTER = hours(24);

function open() {
  const d = foldDesk();
  for (const name of ['core-1', 'core-2', 'core-3', 'core-4', 'core-5']) d.tell(says(name, 'Down'));
  const nameOf = (id: UserId): string => (id === NORA ? 'Nora' : 'Tom');
  const told = (after: Millis = AFTER) =>
    acknowledgementReminders(d.memory, d.clock.now(), after, nameOf).map(({ text }) => text);
  const ack = (by: UserId, name: string, more: object = {}) =>
    d.act(by, { verb: 'acknowledge', on: [{ id: says(name, 'Down').id }], note: '', ...more });
  return { ...d, told, ack };
}

test('who acknowledged is reminded when it is still raised, from the very moment on', async () => {
  const d = open();
  await d.ack(NORA, 'core-1');
  d.clock.pass(AFTER - 1);
  assert.deepEqual(d.told(), []);
  d.clock.pass(1);
  assert.deepEqual(d.told(), [
    '1 alarm in the hands of Nora, acknowledged long ago, is still raised: Down on core-1. ' +
      'Acknowledge again, hand over, or close.',
  ]);
  assert.deepEqual(d.told(millis(0)), [], 'nobody is where that is switched off');
});

test('each person has one reminder, which names the first few', async () => {
  const d = open();
  for (const name of ['core-1', 'core-2', 'core-3', 'core-4']) await d.ack(NORA, name);
  await d.ack(TOM, 'core-5');
  d.clock.pass(AFTER);
  const [nora, tom] = d.told();
  assert.match(
    nora ?? '',
    /^4 alarms in the hands of Nora, .* are still raised: (Down on core-\d, ){2}Down on core-\d and others\./,
  );
  assert.match(tom ?? '', /^1 alarm in the hands of Tom, .*core-5\./);
});

test('whoever an alarm was given to is reminded of it', async () => {
  const d = open();
  await d.ack(NORA, 'core-1');
  await d.act(NORA, {
    verb: 'assign',
    on: [{ id: says('core-1', 'Down').id }],
    assignee: TOM,
    note: '',
  });
  d.clock.pass(AFTER);
  assert.match(d.told().join(), /^1 alarm in the hands of Tom/);
});

test('a new acknowledgement, an end of its own, a clear or a close leaves nothing to remind of', async () => {
  const d = open();
  const until = (d.clock.now() + hours(48)) as Instant;
  await d.ack(NORA, 'core-1');
  await d.ack(NORA, 'core-2', { until });
  await d.ack(NORA, 'core-3');
  await d.ack(NORA, 'core-4');
  d.clock.pass(AFTER);
  await d.ack(TOM, 'core-1');
  d.tell(says('core-3', 'Down', { kind: 'clear' }));
  await d.act(NORA, { verb: 'close', on: [{ id: says('core-4', 'Down').id }], note: 'done' });
  assert.deepEqual(d.told(), []);
  d.clock.pass(AFTER);
  assert.match(d.told()[0] ?? '', /Tom, .*core-1/);
});

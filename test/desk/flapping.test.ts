import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes, seconds } from '../../src/base/time.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { SOON } from '../support/happenings.ts';
import { type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';

const ID = identify('core-1/xe-0', 'link.down', '');

const trap = async (d: NotifiedDesk, kind: AlarmEvent['kind']): Promise<void> => {
  const about = { id: ID, resource: 'core-1/xe-0', type: 'link.down', qualifier: '' };
  const says = { severity: 'major' as const, text: 'Link down', labels: { site: 'nbg' } };
  await d.desk.receive('snmp', [{ kind, ...about, ...says }]);
  await d.pump();
};

/** Down and up in turn, one every `gap`; ends with the last of them. */
async function flap(d: NotifiedDesk, traps: number, gap: number): Promise<void> {
  for (let n = 0; n < traps; n++) {
    await trap(d, n % 2 === 0 ? 'raise' : 'clear');
    await d.pass(gap);
  }
}

const open = (): Promise<NotifiedDesk> =>
  openNotified(planWith({ ...SOON, repeatInterval: minutes(600) }, {}));

const reasons = (d: NotifiedDesk): readonly string[] =>
  d.notices.map(({ reason, alerts }) => `${reason}: ${alerts[0]?.status}`);

test('a link that flaps for an hour and stays up is told of when it begins and when it ends', async () => {
  const d = await open();
  await flap(d, 360, seconds(10));
  const during = reasons(d).filter((r) => r.startsWith('flapping'));
  assert.equal(during.length, 1, reasons(d).join('; '));
  assert.ok(reasons(d).length <= 4, reasons(d).join('; '));
  assert.equal(d.desk.memory.get('alarms', ID)?.condition.is, 'cleared');
  assert.ok((d.desk.memory.get('alarms', ID)?.flap?.changes ?? 0) > 300, 'the count is on the row');
  await d.pass(minutes(30), seconds(30));
  assert.equal(reasons(d).at(-1), 'all resolved: resolved');
  assert.deepEqual(d.desk.memory.get('alarms', ID)?.suppressions, []);
});

test('a link that flaps and stays down is told of when it has calmed', async () => {
  const d = await open();
  await flap(d, 61, seconds(10));
  await d.pass(minutes(30), seconds(30));
  assert.equal(reasons(d).at(-1), 'flapping ended: firing');
  assert.equal(d.desk.memory.get('alarms', ID)?.condition.is, 'raised');
});

test('the message about it says that it flaps', async () => {
  const d = await open();
  await flap(d, 30, seconds(10));
  await d.pass(minutes(5), seconds(10));
  const told = d.notices.find(({ reason }) => reason === 'flapping');
  assert.equal(told?.alerts[0]?.annotations['summary'], 'Flapping: Link down');
});

test('flapping goes on over a restart as if there had been none', async () => {
  const d = await open();
  await flap(d, 20, seconds(10));
  const remains = d.crash(1_000);
  const e = await openNotified(undefined, remains);
  assert.equal(e.desk.memory.get('alarms', ID)?.suppressions[0]?.kind, 'flapping');
  await e.pass(minutes(30), seconds(30));
  assert.deepEqual(e.desk.memory.get('alarms', ID)?.suppressions, []);
});

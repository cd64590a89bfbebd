import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import {
  acknowledgeUntil,
  act,
  clear,
  raise,
  SOON,
  shelve,
  unshelve,
} from '../support/happenings.ts';
import { openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';

const FIRST = 'ops first: web-1 firing';

const soon = (more: object = {}) => openNotified(planWith({ ...SOON, ...more }));

test('what is handed back is repeated again, and that alone is no news', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(21));
  assert.deepEqual(d.said(), [FIRST]);
  await act(d, 'unacknowledge', id);
  assert.deepEqual(d.said(), [FIRST]);
  await d.pass(minutes(4));
  assert.deepEqual(d.said(), [FIRST, 'ops repeat: web-1 firing']);
});

test('an acknowledgement that ends is news with the next look, once', async () => {
  const d = await soon({ repeatInterval: minutes(240) });
  const id = await raise(d, 'web-1');
  await acknowledgeUntil(d, id, 12);
  await d.pass(minutes(14));
  assert.deepEqual(d.said(), [FIRST]);
  await d.pass(minutes(30));
  assert.deepEqual(d.said(), [FIRST, 'ops acknowledgement ended: web-1 firing']);
});

test('whoever has it again before the next look is not told that it ended', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await acknowledgeUntil(d, id, 12);
  await d.pass(minutes(13));
  await act(d, 'acknowledge', id);
  await d.pass(minutes(30));
  assert.deepEqual(d.said(), [FIRST]);
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops all resolved: web-1 resolved');
});

test('acknowledged within group_wait it is still told once, and never again', async () => {
  const d = await soon({ groupWait: minutes(1) });
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(30));
  assert.deepEqual(d.said(), [FIRST]);
});

test('stop-all: not even the first is told while somebody has it, nor its end', async () => {
  const d = await soon({ groupWait: minutes(1), onAcknowledge: 'stop-all' });
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(12));
  await clear(d, 'web-1');
  await d.pass(minutes(12));
  assert.deepEqual(d.said(), []);
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('stop-all: handed back before it was told, it is told as the first', async () => {
  const d = await soon({ groupWait: minutes(1), onAcknowledge: 'stop-all' });
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(2));
  await act(d, 'unacknowledge', id);
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST]);
});

test('stop-all: what was told before somebody took it is told as over', async () => {
  const d = await soon({ onAcknowledge: 'stop-all' });
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST, 'ops all resolved: web-1 resolved']);
});

test('stop-all: a rise in severity is told all the same, a fall is not', async () => {
  const d = await soon({ onAcknowledge: 'stop-all' });
  const id = await raise(d, 'web-1', { severity: 'major' });
  await act(d, 'acknowledge', id);
  await raise(d, 'web-1', { severity: 'minor', kind: 'change' });
  await d.pass(minutes(6));
  assert.deepEqual(d.said(), [FIRST]);
  await raise(d, 'web-1', { severity: 'critical', kind: 'change' });
  await d.pass(minutes(25));
  assert.deepEqual(d.said(), [FIRST, 'ops severity rose: web-1 firing']);
});

test('nothing: a route may take no notice of acknowledgements, as Alertmanager', async () => {
  const d = await soon({ onAcknowledge: 'nothing' });
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(10));
  assert.deepEqual(d.said(), [FIRST, 'ops repeat: web-1 firing']);
});

test('one of two alarms acknowledged: the group is repeated for the other', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await raise(d, 'web-2');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(16));
  assert.deepEqual(d.said().slice(2), ['ops repeat: web-1 firing, web-2 firing']);
});

test('a severity that rises before the first look is told with it', async () => {
  const d = await soon({ groupWait: minutes(1) });
  await raise(d, 'web-1', { severity: 'minor' });
  await raise(d, 'web-1', { severity: 'critical', kind: 'change' });
  await d.pass(minutes(6));
  assert.deepEqual(d.said(), [FIRST]);
  assert.equal(d.notices[0]?.alerts[0]?.severity, 'critical');
});

test('a severity that rises while it is being told is told with the next look', async () => {
  const d = await soon();
  let hangs = true;
  d.far.answer = () => (hangs ? undefined : { result: 'sent', detail: '200' });
  await raise(d, 'web-1', { severity: 'minor' });
  await raise(d, 'web-1', { severity: 'critical', kind: 'change' });
  hangs = false;
  await d.pass(minutes(4));
  assert.equal(d.notices[0]?.alerts[0]?.severity, 'minor');
  await d.pass(minutes(20));
  const news = d.said().filter((line) => !line.includes('repeat'));
  assert.deepEqual(news, [FIRST, 'ops severity rose: web-1 firing']);
});

test('closed before it was told, nobody hears of it, nor of its end', async () => {
  const d = await soon({ groupWait: minutes(1) });
  const id = await raise(d, 'web-1');
  await act(d, 'close', id);
  await d.pass(minutes(7));
  await clear(d, 'web-1');
  await d.pass(minutes(7));
  assert.deepEqual(d.said(), []);
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('reopened it is news with its own reason; before anybody heard of it, the first', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await act(d, 'close', id);
  await d.pass(minutes(6));
  await act(d, 'reopen', id);
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST, 'ops reopened: web-1 firing']);

  const e = await soon({ groupWait: minutes(1) });
  const other = await raise(e, 'web-1');
  await act(e, 'close', other);
  await act(e, 'reopen', other);
  await e.pass(minutes(1));
  assert.deepEqual(e.said(), [FIRST]);
});

test('closed and reopened between two looks it is told as reopened', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await act(d, 'close', id);
  await act(d, 'reopen', id);
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST, 'ops reopened: web-1 firing']);
});

test('closed while it is being told: its end is still told, and nothing else', async () => {
  const d = await soon();
  let hangs = true;
  d.far.answer = () => (hangs ? undefined : { result: 'sent', detail: '200' });
  const id = await raise(d, 'web-1');
  await act(d, 'close', id);
  hangs = false;
  await d.pass(minutes(11));
  assert.deepEqual(d.said(), [FIRST]);
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST, 'ops all resolved: web-1 resolved']);
});

test('a sender that repeats does not bring back what was closed; a new raise after its end does', async () => {
  const d = await soon();
  const until = d.at(minutes(60));
  const id = await raise(d, 'web-1', { until });
  await act(d, 'close', id);
  await raise(d, 'web-1', { until: d.at(minutes(90)) });
  await d.pass(minutes(11));
  assert.deepEqual(d.said(), [FIRST]);
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  await raise(d, 'web-1', { until });
  await d.pass(minutes(5));
  const ended = 'ops all resolved: web-1 resolved';
  assert.deepEqual(d.said(), [FIRST, ended, FIRST]);
});

test('over and back between two looks is no news, whoever had it before', async () => {
  const d = await soon({ repeatInterval: minutes(240) });
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await clear(d, 'web-1');
  await d.pass(minutes(1));
  await raise(d, 'web-1');
  await d.pass(minutes(9));
  assert.deepEqual(d.said(), [FIRST]);
  assert.equal(d.desk.memory.count('resolving'), 0);
});

test('over while it is being told: the end is told with the next look', async () => {
  const d = await soon();
  let hangs = true;
  d.far.answer = () => (hangs ? undefined : { result: 'sent', detail: '200' });
  await raise(d, 'web-1');
  await clear(d, 'web-1');
  hangs = false;
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST, 'ops all resolved: web-1 resolved']);
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('shelved before the first look, it is told as the first when the shelf is over', async () => {
  const d = await soon({ groupWait: minutes(1) });
  const id = await raise(d, 'web-1');
  await shelve(d, id, 8);
  await d.pass(minutes(10));
  assert.deepEqual(d.said(), []);
  await d.pass(minutes(2));
  assert.deepEqual(d.said(), [FIRST]);
});

test('taken off the shelf by hand it is news with the next look', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await shelve(d, id, 60);
  await d.pass(minutes(12));
  await unshelve(d, id);
  await d.pass(minutes(3));
  assert.deepEqual(d.said(), [FIRST, 'ops shelf ended: web-1 firing']);
});

test('whoever took it under the shelf is not told that the shelf ended', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await shelve(d, id, 8);
  await act(d, 'acknowledge', id);
  await d.pass(minutes(30));
  assert.deepEqual(d.said(), [FIRST]);
  await act(d, 'unacknowledge', id);
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST, 'ops shelf ended: web-1 firing']);
});

test('an end under the shelf is told when the shelf is over, to those who heard of it', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await shelve(d, id, 18);
  await d.pass(minutes(7));
  await clear(d, 'web-1');
  await d.pass(minutes(10));
  assert.deepEqual(d.said(), [FIRST]);
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), [FIRST, 'ops all resolved: web-1 resolved']);
  await d.pass(minutes(10));
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('what began and ended under the shelf is told to nobody', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await clear(d, 'web-1');
  await d.pass(minutes(6));
  await shelve(d, id, 30);
  await raise(d, 'web-1');
  await d.pass(minutes(6));
  await clear(d, 'web-1');
  await d.pass(minutes(40));
  assert.deepEqual(d.said(), [FIRST, 'ops all resolved: web-1 resolved']);
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('shelved, over and back under the shelf: told as shelf ended, since it was told before', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await shelve(d, id, 18);
  await clear(d, 'web-1');
  await d.pass(minutes(6));
  await raise(d, 'web-1');
  await d.pass(minutes(16));
  assert.deepEqual(d.said(), [FIRST, 'ops shelf ended: web-1 firing']);
});

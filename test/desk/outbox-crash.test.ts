import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { millis } from '../../src/base/time.ts';
import { Outbox } from '../../src/desk/outbox.ts';
import { fakeChannel } from '../support/channel.ts';
import { alert, openLife, type Remains, turn } from '../support/desk.ts';
import { NORA } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';

/** A desk whose outbox sends at once what is born, and one alarm that is told with group_wait 0. */
async function openSending(fake: ReturnType<typeof fakeChannel>, remains?: Remains) {
  const life = await openLife(remains);
  const { desk, clock } = life;
  const outbox = new Outbox({ desk, clock, log: silentLog, ways: () => fake.way() });
  outbox.begin();
  const settle = async () => {
    for (let i = 0; i < 6; i++) await turn();
  };
  if (!remains) {
    const plan = planWith({ groupWait: millis(0) });
    const act = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
    await desk.act(NORA, { ...act, plan });
  }
  await settle();
  return { ...life, settle, raise: () => desk.receive('test', [alert('web-1')]) };
}

test('killed after the commit and before the send: it is sent after the start', async () => {
  const fake = fakeChannel();
  const first = await openLife();
  const plan = planWith({ groupWait: millis(0) });
  const act = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
  await first.desk.act(NORA, { ...act, plan });
  await first.desk.receive('test', [alert('web-1')]);
  assert.equal(first.desk.memory.count('deliveries'), 1);
  const second = await openSending(fake, first.crash(1_000));
  assert.equal(fake.asked.length, 1);
  assert.equal(second.desk.memory.count('deliveries'), 0);
});

test('killed between send and answer: it is sent again, with the same id', async () => {
  const fake = fakeChannel();
  fake.says('wait');
  const first = await openSending(fake);
  await first.raise();
  await first.settle();
  assert.equal(fake.open.length, 1);
  const second = await openSending(fake, first.crash(1_000));
  const [id] = fake.asked;
  assert.deepEqual(fake.asked, [id, id]);
  assert.equal(second.desk.memory.count('deliveries'), 0);
});

test('killed between answer and commit: it is sent again, with the same id', async () => {
  const fake = fakeChannel();
  const first = await openSending(fake);
  fake.says('wait');
  await first.raise();
  await first.settle();
  first.journal.setFull(true);
  fake.answer();
  await first.settle();
  await openSending(fake, first.crash(1_000));
  const [id] = fake.asked;
  assert.deepEqual(fake.asked, [id, id]);
});

test('killed after the result was committed: it is not sent again', async () => {
  const fake = fakeChannel();
  const first = await openSending(fake);
  await first.raise();
  await first.settle();
  assert.equal(first.desk.memory.count('deliveries'), 0);
  await openSending(fake, first.crash(1_000));
  assert.equal(fake.asked.length, 1);
});

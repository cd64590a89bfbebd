import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, instantText, minutes } from '../../src/base/time.ts';
import { shiftWords } from '../../src/desk/views/shift-words.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import {
  HANDOVER_LIMITS,
  type HandoverNoteId,
  type Receiver,
} from '../../src/domain/handover/note.ts';
import {
  ADA,
  applyDuty,
  BOB,
  CYD,
  dutyWith,
  openPaging,
  type PagingDesk,
} from '../support/paging.ts';
import { saidOf } from '../support/refusals.ts';
import { schedule } from '../support/rota.ts';

const TO_BOB: Receiver = { is: 'person', person: BOB };

/** Ada's note, handed over. */
async function handed(d: PagingDesk, to: Receiver = TO_BOB): Promise<HandoverNoteId> {
  const [from, until] = [(d.clock.now() - hours(8)) as Instant, d.clock.now()];
  const said = { handover: '' as const, from, to: until, text: '', items: [], more: 0 };
  const saved = await d.desk.act(ADA, { verb: 'handover.save', person: ADA, ...said });
  const handover = (saved.made ?? assert.fail(saidOf(saved.refused))) as HandoverNoteId;
  const offered = await d.desk.act(ADA, { verb: 'handover.offer', person: ADA, handover, to });
  assert.equal(offered.refused, undefined);
  await d.pump();
  return handover;
}

const does = async (
  d: PagingDesk,
  verb: 'handover.accept' | 'handover.withdraw',
  id: HandoverNoteId,
  person: UserId,
) => {
  assert.equal((await d.desk.act(person, { verb, person, handover: id })).refused, undefined);
  await d.pump();
};

const ask = async (d: PagingDesk, handover: HandoverNoteId, person: UserId) => {
  await d.desk.act(person, { verb: 'handover.ask', person, handover, text: 'Which?' });
  await d.pump();
};

/** `bob handed by ada`, one line for each message. */
const told = (d: PagingDesk): readonly string[] =>
  d.notices.flatMap(({ shift }) => (shift ? [`${shift.person} ${shift.is} by ${shift.by}`] : []));

test('whoever a shift is handed to hears of it, and its author that it is accepted', async () => {
  const d = await openPaging();
  const id = await handed(d);
  assert.deepEqual(told(d), ['bob handed by ada']);
  await does(d, 'handover.accept', id, BOB);
  assert.deepEqual(told(d), ['bob handed by ada', 'ada accepted by bob']);
});

test('handed to a schedule, who is on call and who is next hear of it, its author not', async () => {
  const d = await openPaging();
  const midnight = Math.floor(d.clock.now() / 86_400_000) * 86_400_000;
  const start = instantText(midnight as Instant)
    .slice(0, 16)
    .replace('T', ' ');
  const s = { ...schedule('UTC', { people: 'ada bob cyd', start }), name: 'noc' };
  await applyDuty(d, dutyWith({ steps: [], fallback: [] }, { schedules: [s] }));
  await handed(d, { is: 'schedule', schedule: 'noc' });
  assert.deepEqual(told(d), ['bob handed by ada']);
});

test('a shift that nobody accepts is told of once more, to its author too', async () => {
  const d = await openPaging();
  await handed(d);
  await d.pass(minutes(30) - 1_000, 60_000);
  assert.equal(told(d).length, 1);
  await d.pass(hours(3), 60_000);
  assert.deepEqual(told(d).slice(1), ['bob waits by ada', 'ada waits by ada']);
});

test('what is accepted or taken back waits for nobody', async () => {
  for (const [verb, person] of [
    ['handover.accept', BOB],
    ['handover.withdraw', ADA],
  ] as const) {
    const d = await openPaging();
    await does(d, verb, await handed(d), person);
    await d.pass(hours(1), 60_000);
    assert.ok(!told(d).some((line) => line.includes('waits')), verb);
  }
});

test('a message that was not sent before it was taken back is void', async () => {
  const d = await openPaging();
  d.far.answer = () => undefined;
  const id = await handed(d);
  assert.equal(d.desk.memory.count('deliveries'), 1);
  await does(d, 'handover.withdraw', id, ADA);
  assert.equal(d.desk.memory.count('deliveries'), 0);
});

test('a question is told to the author, an answer to whoever asked', async () => {
  const d = await openPaging();
  const id = await handed(d);
  await ask(d, id, BOB);
  await ask(d, id, ADA);
  assert.deepEqual(told(d).slice(1), ['ada asked by bob', 'bob asked by ada']);
});

test('a note is told to so many people at most', async () => {
  const d = await openPaging();
  const people = Array.from({ length: HANDOVER_LIMITS.told_max + 2 }, (_, n) => `p${n}` as UserId);
  for (const user of people) {
    await d.desk.act(ADA, { verb: 'user.add', user, role: 'operator' });
    const contact = { contact: `${user}-c` as never, person: user, kind: 'email' as const };
    await d.desk.act(ADA, { verb: 'contact.set', ...contact, delay: minutes(0) });
  }
  const layers = people.map((one) => ({ people: one, start: '2000-01-03 00:00', priority: 1 }));
  const s = { ...schedule('UTC', ...layers), name: 'noc' };
  await applyDuty(d, dutyWith({ steps: [], fallback: [] }, { schedules: [s] }));
  await handed(d, { is: 'schedule', schedule: 'noc' });
  assert.equal(told(d).length, HANDOVER_LIMITS.told_max);
});

test('a message says who hands over, how many alarms, and what to do', () => {
  const say = (is: 'handed' | 'waits' | 'asked' | 'accepted', person: UserId, by: UserId) =>
    shiftWords({ note: 'h1', is, person, by, alarms: 2 }, (id) => id.toUpperCase());
  assert.deepEqual(say('handed', BOB, ADA), {
    subject: 'ADA hands a shift over to you',
    text: 'Read it, ask back, and accept it. 2 alarms will be yours with it.',
  });
  assert.match(say('waits', BOB, ADA).subject, /still waits for you/);
  assert.match(say('waits', ADA, ADA).text, /still yours/);
  assert.match(say('asked', ADA, CYD).subject, /^CYD writes/);
  assert.equal(say('accepted', ADA, BOB).subject, 'BOB has your shift');
});

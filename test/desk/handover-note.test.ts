import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant } from '../../src/base/time.ts';
import { listHandovers } from '../../src/desk/views/handovers.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import {
  HANDOVER_LIMITS,
  type HandoverNoteId,
  type NoteItem,
} from '../../src/domain/handover/note.ts';
import { alert } from '../support/desk.ts';
import { NORA } from '../support/notified.ts';
import { saidOf } from '../support/refusals.ts';
import {
  ADA,
  accepted,
  acknowledge,
  ask,
  BOB,
  CYD,
  does,
  drafted,
  EVE,
  handed,
  held,
  offer,
  raised,
  save,
  shift,
  TO_BOB,
} from '../support/shift.ts';

const most = HANDOVER_LIMITS;

test('what is accepted changes hands: what was acknowledged stays so, by another', async () => {
  const d = await shift();
  const [a, b, c] = (await raised(d, 'web-1', 'web-2', 'web-3')) as [AlarmId, AlarmId, AlarmId];
  await acknowledge(d, ADA, a);
  await d.desk.act(ADA, { verb: 'assign', on: [{ id: b }], assignee: ADA, note: '' });
  await acknowledge(d, CYD, c);
  const id = await handed(d);
  assert.deepEqual(
    [a, b, c].map((one) => held(d, one)),
    [ADA, `none ${ADA}`, CYD],
  );
  assert.equal((await does(d, 'handover.accept', id, BOB)).refused, undefined);
  assert.deepEqual(
    [a, b, c].map((one) => held(d, one)),
    [BOB, `none ${BOB}`, CYD],
  );
  const state = accepted(d, id);
  assert.deepEqual(
    [state?.by, [...(state?.taken ?? [])].sort(), state?.left],
    [BOB, [a, b].sort(), []],
  );
  const handling = d.desk.memory.get('alarms', a)?.handling;
  assert.equal(
    handling?.is === 'acknowledged' && handling.note,
    `mine Taken over with hand-over note ${id}.`,
  );
});

test('an acknowledgement with an end keeps it when it changes hands', async () => {
  const d = await shift();
  const [a] = (await raised(d, 'web-1')) as [AlarmId];
  const until = d.at(hours(1));
  await d.desk.act(ADA, { verb: 'acknowledge', on: [{ id: a }], note: '', until });
  await does(d, 'handover.accept', await handed(d), BOB);
  const { handling } = d.desk.memory.get('alarms', a) ?? {};
  assert.deepEqual(handling?.is === 'acknowledged' && [handling.by, handling.until], [BOB, until]);
});

test('an alarm that is not as the note says stays, and the note tells which and why', async () => {
  const d = await shift();
  const ids = await raised(d, 'web-1', 'web-2', 'web-3', 'web-4', 'web-5');
  await acknowledge(d, ADA, ...ids);
  const id = await handed(d);
  const [, cleared, again, closed, other] = ids as [AlarmId, AlarmId, AlarmId, AlarmId, AlarmId];
  const clear = (name: string) => alert(name, { kind: 'clear', severity: 'cleared' } as never);
  d.clock.pass(1_000);
  await d.desk.receive('test', [clear('web-2'), clear('web-3')]);
  d.clock.pass(1_000);
  await raised(d, 'web-3');
  await d.desk.act(CYD, { verb: 'close', on: [{ id: closed }], note: 'no fault' });
  await acknowledge(d, CYD, other);
  await does(d, 'handover.accept', id, BOB);
  const why = Object.fromEntries((accepted(d, id)?.left ?? []).map((one) => [one.alarm, one.why]));
  assert.deepEqual(why, {
    [cleared]: 'cleared',
    [again]: 'raised again',
    [closed]: 'closed',
    [other]: 'another has it',
  });
  assert.deepEqual(accepted(d, id)?.taken, [ids[0]]);
  assert.equal(held(d, other), CYD);
});

for (const [who, to, may] of [
  ['the person', TO_BOB, [BOB]],
  ['the team', { is: 'team', team: 'noc' }, [BOB, CYD]],
  ['those of the schedule', { is: 'schedule', schedule: 's' }, [BOB]],
] as const)
  test(`handed to ${who}, only they accept it, and nobody their own`, async () => {
    for (const person of [ADA, BOB, CYD, EVE, NORA]) {
      const d = await shift();
      const id = await handed(d, to);
      const { refused } = await does(d, 'handover.accept', id, person);
      assert.equal(refused === undefined, (may as readonly UserId[]).includes(person), person);
      if (person === ADA) assert.match(saidOf(refused), /your own/);
    }
  });

test('it is accepted once', async () => {
  const d = await shift();
  const id = await handed(d, { is: 'team', team: 'noc' });
  await does(d, 'handover.accept', id, BOB);
  assert.match(saidOf((await does(d, 'handover.accept', id, CYD)).refused), /accepted already/);
  assert.equal(accepted(d, id)?.by, BOB);
});

test('a draft is nobody else’s: not seen, not changed, not accepted', async () => {
  const d = await shift();
  const { made = '' } = await save(d);
  const handover = made as HandoverNoteId;
  assert.match(saidOf((await save(d, { handover, text: 'x' }, BOB)).refused), /no such/);
  assert.match(saidOf((await does(d, 'handover.withdraw', made, NORA)).refused), /no such/);
  assert.match(saidOf((await does(d, 'handover.accept', made, BOB)).refused), /no such/);
  const see = (person: UserId) =>
    listHandovers(d.desk.memory, person, { show: 'draft', words: '', team: '' }, String).length;
  assert.deepEqual([see(ADA), see(BOB)], [1, 0]);
});

test('a draft survives a restart as it was written', async () => {
  const d = await shift();
  await raised(d, 'web-1');
  const items = drafted(d).items.map((one) => ({ ...one, words: 'look', watch: true }));
  const { made = '' } = await save(d, { text: 'Quiet.', items });
  const before = d.desk.memory.get('handovers', made);
  const again = await shift(d.crash(0));
  assert.deepEqual(again.desk.memory.get('handovers', made), before);
});

test('what is handed over is not changed, but withdrawn and then changed', async () => {
  const d = await shift();
  const id = await handed(d);
  const handover = id as HandoverNoteId;
  assert.match(saidOf((await save(d, { handover })).refused), /withdraw it/);
  assert.match(saidOf((await does(d, 'handover.withdraw', id, CYD)).refused), /somebody else/);
  await does(d, 'handover.withdraw', id, ADA);
  assert.equal((await save(d, { handover, text: 'More.' })).made, id);
  await does(d, 'handover.withdraw', id, ADA);
  assert.equal(d.desk.memory.get('handovers', id), undefined);
});

test('an admin takes back a note whose author is not there any more', async () => {
  const d = await shift();
  const id = await handed(d);
  assert.equal((await does(d, 'handover.withdraw', id, NORA)).refused, undefined);
});

test('the receiver asks back, the author answers, nobody else has a say', async () => {
  const d = await shift();
  const id = await handed(d);
  await ask(d, id, BOB, 'Which vendor?');
  await ask(d, id, ADA, 'The one of the routers.');
  assert.match(saidOf((await ask(d, id, CYD, 'Hm')).refused), /somebody else/);
  assert.match(saidOf((await ask(d, id, BOB, ' ')).refused), /1 to/);
  const { talk = [] } = d.desk.memory.get('handovers', id) ?? {};
  assert.deepEqual(
    talk.map(({ by, text }) => [by, text]),
    [
      [BOB, 'Which vendor?'],
      [ADA, 'The one of the routers.'],
    ],
  );
});

test('it is handed to nobody who is not there, may not act, or is its author', async () => {
  const d = await shift();
  const { made = '' } = await save(d);
  for (const [to, why] of [
    [{ is: 'person', person: ADA }, /somebody else/],
    [{ is: 'person', person: EVE }, /may act/],
    [{ is: 'person', person: 'ghost' as UserId }, /no such user/],
    [{ is: 'team', team: 'day' }, /no team/],
    [{ is: 'schedule', schedule: 'day' }, /no schedule/],
  ] as const)
    assert.match(saidOf((await offer(d, made, to)).refused), why);
});

const item = (n: number, more: Partial<NoteItem> = {}): NoteItem => ({
  ...{ id: `page/${n}`, kind: 'page', subject: `${n}`, title: 't', says: '', words: '' },
  ...{ watch: false, take: false, ...more },
});
const many = (n: number, more: Partial<NoteItem> = {}) =>
  Array.from({ length: n }, (_, i) => item(i, more));

for (const [what, fits, over] of [
  [
    'text',
    { text: 'x'.repeat(most.text_chars_max) },
    { text: 'x'.repeat(most.text_chars_max + 1) },
  ],
  ['items', { items: many(most.items_max) }, { items: many(most.items_max + 1) }],
  [
    'words',
    { items: [item(1, { words: 'x'.repeat(most.words_chars_max) })] },
    { items: [item(1, { words: 'x'.repeat(most.words_chars_max + 1) })] },
  ],
  [
    'title',
    { items: [item(1, { title: 'x'.repeat(most.title_chars_max) })] },
    { items: [item(1, { title: 'x'.repeat(most.title_chars_max + 1) })] },
  ],
] as const)
  test(`${what}: as much as fits, and no more`, async () => {
    const d = await shift();
    assert.equal((await save(d, fits)).refused, undefined);
    assert.match(saidOf((await save(d, over)).refused), /expected|characters in a text/);
  });

test('all texts of a note together: as much as fits, and no more', async () => {
  const d = await shift();
  const items = many(48, { words: 'x'.repeat(most.words_chars_max) });
  const used = items.reduce(
    (sum, one) => sum + one.id.length + one.subject.length + one.title.length + one.words.length,
    0,
  );
  const text = 'x'.repeat(most.note_chars_max - used);
  assert.ok(text.length > 0 && text.length < most.text_chars_max);
  assert.equal((await save(d, { items, text })).refused, undefined);
  assert.match(saidOf((await save(d, { items, text: `${text}x` })).refused), /in all/);
});

test('a shift is at most so long, and begins before it ends', async () => {
  const d = await shift();
  const from = (ms: number) => ({ from: (d.clock.now() - ms) as Instant });
  assert.equal((await save(d, from(days(most.shift_days_max)))).refused, undefined);
  assert.match(saidOf((await save(d, from(days(most.shift_days_max) + 1))).refused), /days before/);
  assert.match(saidOf((await save(d, from(0))).refused), /before the end/);
});

test('nobody takes over what is no alarm, and nothing is told twice', async () => {
  const d = await shift();
  assert.match(saidOf((await save(d, { items: [item(1, { take: true })] })).refused), /no alarm/);
  assert.match(saidOf((await save(d, { items: [item(1), item(1)] })).refused), /each once/);
});

test('a person has so many drafts; a note so many questions', async () => {
  const d = await shift();
  for (let n = 0; n < most.drafts_max; n++) assert.ok((await save(d)).made);
  assert.match(saidOf((await save(d)).refused), /drafts/);
  const { made = '' } = await save(d, {}, BOB);
  await offer(d, made, { is: 'person', person: CYD }, BOB);
  for (let n = 0; n < most.talk_max; n++)
    assert.equal((await ask(d, made, CYD, 'x'.repeat(most.talk_chars_max))).refused, undefined);
  assert.match(saidOf((await ask(d, made, CYD, 'more')).refused), /at most 50/);
  assert.match(
    saidOf((await ask(d, made, CYD, 'x'.repeat(most.talk_chars_max + 1))).refused),
    /1 to/,
  );
});

test('with so many notes the one accepted first goes; none that waits does', async () => {
  const d = await shift();
  const first = await handed(d);
  const waits = await handed(d);
  await does(d, 'handover.accept', first, BOB);
  for (let n = 2; n < most.notes_max; n++) {
    const { made = '' } = await save(d);
    await offer(d, made, TO_BOB);
  }
  assert.equal(d.desk.memory.count('handovers'), most.notes_max);
  assert.ok((await save(d)).made);
  assert.equal(d.desk.memory.get('handovers', first), undefined);
  assert.ok(d.desk.memory.get('handovers', waits));
  assert.match(saidOf((await save(d, {}, BOB)).refused), /nobody accepted/);
});

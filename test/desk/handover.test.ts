import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant, instantText, minutes } from '../../src/base/time.ts';
import { dutyWords } from '../../src/desk/views/duty-words.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { HandoverNotices, Schedule } from '../../src/domain/rota/schedule.ts';
import type { Notice, NoticeDuty } from '../../src/domain/routing/notice.ts';
import { raise } from '../support/happenings.ts';
import { NORA, openNotified } from '../support/notified.ts';
import {
  ADA,
  addContact,
  applyDuty,
  BOB,
  CYD,
  dutyWith,
  openPaging,
  type PagingDesk,
} from '../support/paging.ts';
import { schedule } from '../support/rota.ts';

const DAY_MS = 86_400_000;

/** Ada, Bob and Cyd take turns of a day at midnight; the first is whoever has it now. */
async function openRota(notices?: Partial<HandoverNotices>, people = 'ada bob cyd') {
  const d = await openPaging();
  const midnight = (Math.floor(d.clock.now() / DAY_MS) * DAY_MS) as Instant;
  const start = instantText(midnight).slice(0, 16).replace('T', ' ');
  const told = notices && { atHandover: true, before: minutes(0), ...notices };
  const s: Schedule = {
    ...schedule('UTC', { people, start }),
    name: 'noc',
    ...(told ? { notices: told } : {}),
  };
  await applyDuty(d, dutyWith({ steps: POLICY_STEPS, fallback: [] }, { schedules: [s] }));
  await d.pass(1_000);
  return { d, next: midnight + DAY_MS, s };
}

const POLICY_STEPS = [
  { targets: [{ is: 'schedule' as const, schedule: 'noc' }], wait: minutes(60) },
];

const isDuty = (notice: Notice): notice is Notice & { readonly duty: NoticeDuty } =>
  notice.duty !== undefined;

/** `ada goes (ada > bob)` */
const told = (notices: readonly Notice[]): readonly string[] =>
  notices
    .filter(isDuty)
    .map(({ duty: { person, is, before, after } }) => `${person} ${is} (${before} > ${after})`);

/** It is down, and Ada has it. */
async function take(d: PagingDesk, instance: string): Promise<void> {
  const id = await raise(d, instance);
  await d.desk.act(ADA, { verb: 'acknowledge', on: [{ id }], note: '' });
  await d.pump();
}

const until = (d: PagingDesk, at: number) => d.pass(at - d.clock.now(), 60_000);

test('whoever comes on call and whoever goes is told once, at the change', async () => {
  const { d, next } = await openRota({});
  await until(d, next - 1);
  assert.deepEqual(told(d.notices), [], 'nobody hears of what was so already');
  await until(d, next);
  assert.deepEqual(told(d.notices), ['bob comes (ada > bob)', 'ada goes (ada > bob)']);
  await until(d, next + hours(20));
  assert.equal(told(d.notices).length, 2);
  assert.equal(d.notices.find(isDuty)?.duty.until, next + DAY_MS);
});

test('a schedule that does not ask for it tells nobody; one that no longer asks forgets', async () => {
  const { d, next } = await openRota();
  await until(d, next + hours(1));
  assert.deepEqual(told(d.notices), []);
  const asks = await openRota({});
  assert.equal(asks.d.desk.memory.count('rosters'), 1);
  await applyDuty(
    asks.d,
    dutyWith({}, { schedules: [{ ...asks.s, notices: undefined as never }] }),
  );
  assert.equal(asks.d.desk.memory.count('rosters'), 0);
  assert.equal(asks.d.desk.memory.get('timers', 'handover.look/noc'), undefined);
});

test('case 49: two hand-overs while the desk was down are one message to each, not one a day', async () => {
  const { d } = await openRota({});
  const e = await openNotified(undefined, d.crash(days(2)));
  await e.pass(1_000);
  assert.deepEqual(told(e.notices), ['cyd comes (ada > cyd)', 'ada goes (ada > cyd)']);
  const { d: two } = await openRota({}, 'ada bob');
  const same = await openNotified(undefined, two.crash(days(2)));
  await same.pass(1_000);
  assert.deepEqual(told(same.notices), [], 'who is on call again need not hear of it');
});

test('who comes hears of it before, once, however often the rota is looked at', async () => {
  const { d, next } = await openRota({ before: hours(1), atHandover: false });
  await until(d, next - hours(1) - 1);
  assert.deepEqual(told(d.notices), []);
  await until(d, next - hours(1));
  assert.deepEqual(told(d.notices), ['bob will come (ada > bob)']);
  await d.desk.act(NORA, { verb: 'user.add', user: 'eve' as UserId, role: 'viewer' });
  await until(d, next + hours(1));
  assert.equal(told(d.notices).length, 1);
});

test('an override changes hands at once, and back when it goes', async () => {
  const { d } = await openRota({});
  const now = d.clock.now();
  const span = { from: now, to: (now + hours(2)) as Instant };
  const set = { verb: 'override.set' as const, schedule: 'noc', reason: 'ill', ...span };
  const { made = '' } = await d.desk.act(NORA, { ...set, is: 'replace', person: ADA, by: CYD });
  await d.pass(1_000);
  assert.deepEqual(told(d.notices), ['cyd comes (ada > cyd)', 'ada goes (ada > cyd)']);
  await d.pass(minutes(1));
  await d.desk.act(NORA, { verb: 'override.remove', override: made, reason: 'well' });
  await d.pass(1_000);
  assert.deepEqual(told(d.notices).slice(2), ['ada comes (cyd > ada)', 'cyd goes (cyd > ada)']);
});

test('a message that could not be sent until the next change is void', async () => {
  const { d, next } = await openRota({});
  d.far.answer = () => undefined;
  await until(d, next);
  assert.equal(d.desk.memory.count('deliveries'), 2);
  await until(d, next + DAY_MS);
  const open = [...d.desk.memory.all('deliveries')].map(({ notice }) => notice);
  assert.deepEqual(told(open), ['cyd comes (bob > cyd)', 'bob goes (bob > cyd)']);
});

test('addresses with a delay are left alone, unless there is no other', async () => {
  const { d, next } = await openRota({});
  await addContact(d, BOB, 'ntfy', minutes(3));
  await until(d, next + minutes(10));
  assert.deepEqual(
    d.notices.filter(isDuty).map(({ to }) => to.receiver),
    ['contact/bob-email', 'contact/ada-email'],
  );
});

test('it says what waits for an answer and what whoever goes still holds', async () => {
  const { d, next } = await openRota({});
  await take(d, 'web-1');
  await d.pass(minutes(2));
  for (let n = 0; n < 11; n++) await raise(d, `db-${n}`);
  await d.pass(minutes(2));
  await until(d, next);
  const [comes, goes] = d.notices.filter(isDuty).map(({ duty }) => duty);
  assert.ok(comes && goes);
  const names = (id: UserId): string => id.toUpperCase();
  const words = dutyWords(comes, { name: 'UTC', table: undefined }, names);
  assert.equal(words.subject, 'You are on call: noc');
  assert.match(words.text, /^You are on call for noc until \w{3} \d+ \w{3} 00:00 \(UTC\)\./);
  assert.match(words.text, /Before you: ADA\.\n\n1 page without an answer:\n\* Down on db-/);
  assert.match(words.text, /Still held by ADA:\n\* Down on web-1$/);
  const gone = dutyWords(goes, { name: 'UTC', table: undefined }, names);
  assert.match(gone.text, /^BOB is on call for noc now until/);
  assert.match(gone.text, /Still held by you:/);
});

test('of pages and alarms a message names ten, and counts the rest', async () => {
  const { d, next } = await openRota({});
  for (let n = 0; n < 11; n++) await take(d, `web-${n}`);
  await until(d, next);
  const { held } = d.notices.find(isDuty)?.duty ?? {};
  assert.deepEqual([held?.lines.length, held?.more], [10, 1]);
});

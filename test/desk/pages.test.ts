import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes, seconds } from '../../src/base/time.ts';
import { reachOf } from '../../src/desk/views/pages.ts';
import {
  brokenPromise,
  type ContactId,
  PAGE_LIMITS,
  type PageId,
} from '../../src/domain/escalation/page.ts';
import { alert } from '../support/desk.ts';
import { act, clear, raise, shelve, silence } from '../support/happenings.ts';
import { NORA } from '../support/notified.ts';
import {
  ADA,
  addContact,
  always,
  applyDuty,
  BOB,
  CYD,
  dutyWith,
  onlyPage,
  openPaging,
  paged,
  pages,
  person,
} from '../support/paging.ts';
import { saidOf } from '../support/refusals.ts';

test('the first is paged at once, the second when nobody answers, the fallback last', async () => {
  const d = await openPaging();
  await raise(d, 'web-1');
  assert.deepEqual(paged(d), ['ada: web-1']);
  await d.pass(minutes(5) - 1);
  assert.deepEqual(paged(d), ['ada: web-1']);
  await d.pass(1);
  assert.deepEqual(paged(d), ['ada: web-1', 'bob: web-1']);
  await d.pass(minutes(5));
  assert.deepEqual(paged(d), ['ada: web-1', 'bob: web-1', 'cyd: web-1']);
  await d.pass(minutes(60));
  assert.equal(paged(d).length, 3);
  assert.equal(onlyPage(d).is, 'unanswered');
});

test('nobody is paged after somebody answered', async () => {
  const d = await openPaging();
  const id = await raise(d, 'web-1');
  await d.pass(minutes(2));
  await act(d, 'acknowledge', id);
  const page = onlyPage(d);
  assert.deepEqual([page.is, page.answer?.by, page.answer?.how], ['answered', NORA, 'desk']);
  await d.pass(minutes(60));
  assert.deepEqual(paged(d), ['ada: web-1']);
});

test('a message that is still waiting to be sent is taken back by an answer', async () => {
  const d = await openPaging();
  await addContact(d, ADA, 'ntfy', minutes(3));
  const id = await raise(d, 'web-1');
  await d.pass(minutes(1));
  assert.deepEqual(paged(d), ['ada: web-1']);
  await act(d, 'acknowledge', id);
  assert.equal([...d.desk.memory.all('deliveries')].length, 0);
  assert.deepEqual(
    onlyPage(d).told.map(({ is }) => is),
    ['sent', 'withdrawn'],
  );
  await d.pass(minutes(10));
  assert.deepEqual(paged(d), ['ada: web-1']);
});

test('a second address of a person is used after its delay', async () => {
  const d = await openPaging();
  await addContact(d, ADA, 'ntfy', minutes(3));
  await raise(d, 'web-1');
  await d.pass(minutes(3));
  assert.deepEqual(paged(d), ['ada: web-1', 'ada: web-1']);
  assert.equal(d.notices.at(-1)?.to.kind, 'ntfy');
});

test('the answer of one person to a page takes everything it is about', async () => {
  const d = await openPaging();
  await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(1));
  const page = onlyPage(d);
  assert.equal(page.alerts.length, 2, 'what came later is of the same page');
  const answer = { verb: 'page.answer' as const, page: page.id, how: 'message' as const };
  assert.equal((await d.desk.act(ADA, { ...answer, note: 'looking' })).refused, undefined);
  await d.pump();
  assert.deepEqual([onlyPage(d).is, onlyPage(d).answer?.how], ['answered', 'message']);
  for (const alarm of d.desk.memory.all('alarms')) assert.equal(alarm.handling.is, 'acknowledged');
  const again = await d.desk.act(BOB, { ...answer, note: '' });
  assert.match(saidOf(again.refused), /ada has answered/);
});

test('an alarm that nobody took of several keeps the page going, about that one', async () => {
  const d = await openPaging();
  const one = await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(1));
  await act(d, 'acknowledge', one);
  await d.pass(minutes(5));
  assert.equal(paged(d).at(-1), 'bob: web-2');
});

test('what is over, shelved or silenced pages nobody any more', async () => {
  const over = await openPaging();
  await raise(over, 'web-1');
  await clear(over, 'web-1');
  assert.equal(onlyPage(over).is, 'ended');
  const shelved = await openPaging();
  await shelve(shelved, await raise(shelved, 'web-1'), 60);
  await shelved.pump();
  assert.equal(onlyPage(shelved).is, 'ended');
  const silenced = await openPaging();
  await raise(silenced, 'web-1');
  await silence(silenced, ['instance="web-1"'], 0, 60);
  await silenced.pass(minutes(5));
  for (const d of [over, shelved, silenced]) {
    await d.pass(minutes(20));
    assert.deepEqual(paged(d), ['ada: web-1']);
  }
});

test('all steps are gone through again as often as the policy says', async () => {
  const d = await openPaging(dutyWith({ repeat: 1, fallback: [] }));
  await raise(d, 'web-1');
  await d.pass(minutes(30));
  assert.deepEqual(paged(d), ['ada: web-1', 'bob: web-1', 'ada: web-1', 'bob: web-1']);
});

test('case 52: a page goes on by the policy it began with; the schedule is asked at its step', async () => {
  const duty = dutyWith(
    { steps: [{ targets: [person(ADA)], wait: minutes(5) }, steps('second')] },
    { schedules: [always('second', [BOB])] },
  );
  const d = await openPaging(duty);
  await raise(d, 'web-1');
  await applyDuty(d, dutyWith({ steps: [] }, { schedules: [always('second', [CYD])] }));
  await d.pass(minutes(5));
  assert.deepEqual(paged(d), ['ada: web-1', 'cyd: web-1']);
  assert.equal(d.notices.at(-1)?.page?.why, 'on call in second');
});

const steps = (schedule: string) => ({
  targets: [{ is: 'schedule' as const, schedule }],
  wait: minutes(5),
});

test('a step with nobody on call falls to the fallback, and says so', async () => {
  const d = await openPaging(
    dutyWith({ steps: [steps('empty')] }, { schedules: [always('empty', [])] }),
  );
  await raise(d, 'web-1');
  assert.deepEqual(paged(d), ['cyd: web-1']);
  assert.match(onlyPage(d).empty[0]?.why ?? '', /nobody is on call in empty/);
});

test('a step with nobody and no fallback is passed at once, never into the next round', async () => {
  const d = await openPaging(
    dutyWith({
      steps: [steps('gone'), { targets: [person(BOB)], wait: minutes(5) }],
      fallback: [],
    }),
  );
  await raise(d, 'web-1');
  assert.deepEqual(paged(d), ['bob: web-1']);
  const nobody = await openPaging(dutyWith({ steps: [steps('gone')], repeat: 1, fallback: [] }));
  await raise(nobody, 'web-1');
  assert.equal(onlyPage(nobody).place.round, 1);
  await nobody.pass(minutes(5));
  assert.equal(onlyPage(nobody).place.round, 2);
});

test('a page that cannot be delivered to anybody of its step climbs at once', async () => {
  const d = await openPaging();
  d.far.answer = ({ page }) =>
    page?.person === ADA
      ? { result: 'never', detail: '550 no such user' }
      : { result: 'sent', detail: '250' };
  await raise(d, 'web-1');
  await d.pass(seconds(2));
  assert.deepEqual(paged(d), ['bob: web-1']);
  assert.equal(onlyPage(d).told[0]?.is, 'failed');
});

test('an acknowledgement that ends pages anew', async () => {
  const d = await openPaging();
  const id = await raise(d, 'web-1');
  const until = d.at(minutes(30));
  await d.desk.act(NORA, { verb: 'acknowledge', on: [{ id }], note: '', until });
  await d.pass(minutes(40));
  assert.equal(paged(d)[1], 'ada: web-1');
  assert.equal(pages(d).length, 2);
});

test('what somebody gives back pages anew', async () => {
  const d = await openPaging();
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(3));
  await act(d, 'unacknowledge', id);
  await d.pass(minutes(2));
  assert.deepEqual(paged(d), ['ada: web-1', 'ada: web-1']);
});

test('what is over and comes back before the next look pages anew', async () => {
  const d = await openPaging();
  await act(d, 'acknowledge', await raise(d, 'web-1'));
  await d.pass(seconds(70));
  await clear(d, 'web-1');
  await d.pass(seconds(5));
  await raise(d, 'web-1');
  await d.pass(minutes(1));
  assert.deepEqual(paged(d), ['ada: web-1', 'ada: web-1']);
});

test('what was silenced before anybody answered pages when the silence ends', async () => {
  const d = await openPaging();
  await raise(d, 'web-1');
  await silence(d, ['instance="web-1"'], 0, 20);
  await d.pass(minutes(19));
  assert.deepEqual(paged(d), ['ada: web-1']);
  await d.pass(minutes(3));
  assert.deepEqual(paged(d), ['ada: web-1', 'ada: web-1']);
});

test('a page holds so many alarms; what found no room pages after them', async () => {
  const d = await openPaging();
  const many = PAGE_LIMITS.alarms_max;
  const events = Array.from({ length: many + 1 }, (_, n) =>
    alert(`web-${n}`, { since: d.clock.now() }),
  );
  await d.desk.receive('test', events.slice(0, many));
  await d.desk.receive('test', events.slice(many));
  await d.pass(minutes(1));
  const page = onlyPage(d);
  assert.deepEqual([page.alerts.length, page.moreAlerts], [many, 1]);
  const answer = { verb: 'page.answer' as const, page: page.id, how: 'desk' as const, note: '' };
  await d.desk.act(ADA, answer);
  await d.pass(minutes(2));
  const [, next] = pages(d);
  assert.deepEqual(
    [next?.is, next?.alerts.length, next?.moreAlerts],
    ['open', 1, 0],
    'the one that nobody has is asked about',
  );
});

test('somebody sends a page on before its time', async () => {
  const d = await openPaging();
  await raise(d, 'web-1');
  const climb = { verb: 'page.climb' as const, reason: 'I am on a train' };
  await d.desk.act(ADA, { ...climb, page: onlyPage(d).id });
  await d.pump();
  assert.deepEqual(paged(d), ['ada: web-1', 'bob: web-1']);
  const { refused } = await d.desk.act(ADA, { ...climb, page: 'pg0.0' as PageId });
  assert.match(saidOf(refused), /no such page/);
});

test('case 51: a disabled person is not woken, and a person without an address is passed', async () => {
  const d = await openPaging();
  await d.desk.act(NORA, { verb: 'user.disable', user: ADA });
  await raise(d, 'web-1');
  assert.deepEqual(paged(d), ['cyd: web-1']);
  const bare = await openPaging();
  await bare.desk.act(NORA, { verb: 'contact.remove', contact: `${ADA}-email` as ContactId });
  await raise(bare, 'web-1');
  assert.deepEqual(paged(bare), ['cyd: web-1']);
  assert.match(onlyPage(bare).empty[0]?.why ?? '', /ada has no contact/);
});

test('case 51: a viewer is paged like everybody, and answers from the message', async () => {
  const d = await openPaging();
  await d.desk.act(NORA, { verb: 'user.role', user: ADA, role: 'viewer' });
  await raise(d, 'web-1');
  assert.deepEqual(paged(d), ['ada: web-1']);
  const answer = { verb: 'page.answer' as const, page: onlyPage(d).id, how: 'message' as const };
  assert.equal((await d.desk.act(ADA, { ...answer, note: '' })).refused, undefined);
  assert.equal(onlyPage(d).is, 'answered');
});

test('the auditor finds a page that does not do what its policy promised', async () => {
  const d = await openPaging();
  await raise(d, 'web-1');
  const page = onlyPage(d);
  const now = d.clock.now();
  assert.equal(brokenPromise(page, now), undefined);
  const [late, never] = [d.at(minutes(7)), { ...page, climbsAt: undefined }];
  assert.match(brokenPromise(page, late) ?? '', /should have climbed/);
  assert.match(brokenPromise(never, now) ?? '', /never climb/);
  assert.match(brokenPromise({ ...page, told: [] }, now) ?? '', /nobody was told/);
});

test('a person has so many addresses and no more', async () => {
  const d = await openPaging();
  const set = { verb: 'contact.set' as const, person: NORA, kind: 'email' as const, delay: 0 };
  for (let n = 0; n <= PAGE_LIMITS.contacts_per_person_max; n++) {
    const { refused } = await d.desk.act(NORA, { ...set, contact: `n${n}` } as never);
    assert.equal(refused !== undefined, n === PAGE_LIMITS.contacts_per_person_max, `${n}`);
  }
});

test('whoever has a verified address is told there alone; whoever has none is told everywhere', async () => {
  const d = await openPaging();
  const ntfy = await addContact(d, ADA, 'ntfy');
  await raise(d, 'web-1');
  assert.deepEqual(paged(d), ['ada: web-1', 'ada: web-1']);
  assert.equal(reachOf(d.desk.memory, ADA), 'unverified');
  await d.desk.act(ADA, { verb: 'contact.verify', contact: ntfy });
  assert.equal(reachOf(d.desk.memory, ADA), 'verified');
  await act(d, 'acknowledge', await raise(d, 'web-2'));
  await d.desk.act(NORA, { verb: 'page.answer', page: onlyPage(d).id, how: 'desk', note: '' });
  await d.pass(minutes(2));
  await raise(d, 'web-3');
  await d.pass(minutes(2));
  assert.deepEqual(
    d.notices.slice(2).map(({ to }) => to.kind),
    ['ntfy'],
  );
  await d.desk.act(NORA, { verb: 'contact.remove', contact: ntfy });
  assert.equal(reachOf(d.desk.memory, ADA), 'unverified', 'nobody is dropped for want of a code');
  await d.desk.act(NORA, { verb: 'contact.remove', contact: `${ADA}-email` as ContactId });
  assert.equal(reachOf(d.desk.memory, ADA), 'no address');
});

test('an address that is set anew is to be verified anew', async () => {
  const d = await openPaging();
  const contact = `${ADA}-email` as ContactId;
  const verifiedAt = () => d.desk.memory.get('contacts', contact)?.verifiedAt;
  await d.desk.act(ADA, { verb: 'contact.verify', contact });
  assert.equal(verifiedAt(), d.clock.now());
  await addContact(d, ADA);
  assert.equal(verifiedAt(), undefined);
  const { refused } = await d.desk.act(ADA, { verb: 'contact.verify', contact: 'x' as ContactId });
  assert.match(saidOf(refused), /no such contact/);
});

test('somebody whose every address fails is said to be out of reach', async () => {
  const d = await openPaging();
  d.far.answer = () => ({ result: 'never', detail: '550 no such user' });
  await raise(d, 'web-1');
  assert.equal(reachOf(d.desk.memory, ADA), 'failing');
});

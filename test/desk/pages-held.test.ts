import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, minutes } from '../../src/base/time.ts';
import { brokenPromise, type ContactId, PAGE_LIMITS } from '../../src/domain/escalation/page.ts';
import { alert, turn } from '../support/desk.ts';
import { act } from '../support/happenings.ts';
import { NORA, openNotified } from '../support/notified.ts';
import {
  ADA,
  addContact,
  dutyWith,
  openPaging,
  PAGING,
  type PagingDesk,
  pages,
} from '../support/paging.ts';

/** A page for each alarm: as many pages as there are alarms. */
const APART = { ...PAGING, root: { ...PAGING.root, groupBy: ['instance'] } };

async function openApart(): Promise<PagingDesk> {
  const d = await openPaging();
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  await d.desk.act(NORA, { verb: 'revision.apply', ...words, plan: APART, duty: dutyWith() });
  await d.pump();
  return d;
}

/** So many alarms at once, each a page of its own. */
async function storm(d: PagingDesk, many: number, from = 0) {
  const events = Array.from({ length: many }, (_, n) =>
    alert(`web-${n + from}`, { since: d.clock.now() }),
  );
  await d.desk.receive('test', events);
  await d.pump();
  return events.map(({ id }) => id);
}

/** `ada: 1` for a message about one page, `ada: 7` for one about seven. */
const sent = (d: Pick<PagingDesk, 'notices'>): readonly string[] =>
  d.notices.flatMap(({ page }) =>
    page ? [`${page.person}: ${1 + (page.others?.length ?? 0)}`] : [],
  );

const states = (d: PagingDesk): string =>
  pages(d)
    .map(({ told }) => told.map((one) => one.is).join('+'))
    .sort()
    .join(' ');

test('of a storm of pages five go as they are, the rest together as one message, none is lost', async () => {
  const d = await openApart();
  await storm(d, 12);
  assert.equal(pages(d).length, 12);
  assert.deepEqual(
    sent(d),
    Array.from({ length: 5 }, () => 'ada: 1'),
  );
  assert.equal(states(d).match(/held/g)?.length, 7);
  await d.pass(minutes(2));
  assert.deepEqual(sent(d).slice(5), ['ada: 7']);
  assert.ok(pages(d).every(({ told }) => told[0]?.is === 'sent'));
});

test('what is held back says until when, and a page climbs in its time all the same', async () => {
  const d = await openApart();
  const now = d.clock.now();
  await storm(d, 6);
  const held = pages(d).flatMap(({ told }) => told.filter(({ is }) => is === 'held'));
  assert.deepEqual(
    held.map(({ heldUntil, delivery }) => [heldUntil, delivery]),
    [[now + minutes(2), undefined]],
  );
  await d.pass(minutes(5));
  assert.equal(sent(d).filter((line) => line.startsWith('bob')).length, 5, 'and one for Bob held');
  await d.pass(minutes(2));
  assert.equal(sent(d).filter((line) => line.startsWith('bob')).length, 6);
});

test('what is answered before its time is taken back; one that is left goes as it is', async () => {
  const d = await openApart();
  const ids = await storm(d, 7);
  for (const id of ids.slice(5, 6)) await act(d, 'acknowledge', id);
  await d.pass(minutes(2));
  assert.deepEqual(sent(d).slice(5), ['ada: 1']);
  const all = await openApart();
  for (const id of await storm(all, 7)) await act(all, 'acknowledge', id);
  await all.pass(minutes(3));
  assert.equal(sent(all).length, 5);
  assert.match(states(all), /withdrawn/);
});

test('a bundle is taken back when all of it is answered, not when a part is', async () => {
  const d = await openApart();
  const ids = await storm(d, 8);
  d.far.answer = () => undefined;
  await d.pass(minutes(2));
  assert.equal(d.desk.memory.count('deliveries'), 1);
  for (const id of ids.slice(5, 7)) await act(d, 'acknowledge', id);
  assert.equal(d.desk.memory.count('deliveries'), 1);
  for (const id of ids.slice(7)) await act(d, 'acknowledge', id);
  assert.equal(d.desk.memory.count('deliveries'), 0);
});

test('a bundle that cannot be delivered sends each of its pages on at once', async () => {
  const d = await openApart();
  await storm(d, 7);
  d.far.answer = ({ page }) =>
    page?.person === ADA ? { result: 'never', detail: '400' } : { result: 'sent', detail: '200' };
  await d.pass(minutes(2) + 1_000);
  assert.deepEqual(sent(d).slice(5), ['bob: 1', 'bob: 1']);
});

test('what is held back outlives a crash and goes late rather than never', async () => {
  const d = await openApart();
  await storm(d, 9);
  const e = await openNotified(undefined, d.crash(minutes(4)));
  await e.pass(1_000);
  assert.deepEqual(sent(e), ['ada: 4']);
});

test('an address that is removed meanwhile fails, and its pages climb at once', async () => {
  const d = await openApart();
  await storm(d, 6);
  await d.desk.act(NORA, { verb: 'contact.remove', contact: `${ADA}-email` as ContactId });
  await d.pass(minutes(2) + 1_000);
  assert.deepEqual(sent(d).slice(5), ['bob: 1']);
});

test('each address has its own count', async () => {
  const d = await openApart();
  await addContact(d, ADA, 'ntfy');
  await storm(d, 5);
  assert.equal(sent(d).length, 10);
});

test('the auditor finds a message that was held back and did not go', async () => {
  const d = await openApart();
  await storm(d, 6);
  const page = pages(d).find(({ told }) => told[0]?.is === 'held');
  assert.ok(page);
  const open = { ...page, climbsAt: (page.at + hours(1)) as Instant };
  assert.equal(brokenPromise(open, d.at(minutes(3) - 1)), undefined);
  assert.match(brokenPromise(open, d.at(minutes(3))) ?? '', /held back has not gone/);
});

test('a bundle is about so many pages; the rest go with the next', async () => {
  const d = await openApart();
  const many = 5 + PAGE_LIMITS.bundle_pages_max + 1;
  await storm(d, many);
  for (let n = 0; n < 50; n++) await turn();
  await d.pass(minutes(2));
  assert.deepEqual(sent(d).slice(5), [`ada: ${PAGE_LIMITS.bundle_pages_max}`]);
  await d.pass(minutes(2));
  assert.deepEqual(sent(d).slice(6), ['ada: 1']);
});

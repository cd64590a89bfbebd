import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, minutes } from '../../src/base/time.ts';
import { ownShift } from '../../src/desk/views/handover-draft.ts';
import { handoverText, listHandovers, waitingHandovers } from '../../src/desk/views/handovers.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { HANDOVER_LIMITS } from '../../src/domain/handover/note.ts';
import { alert } from '../support/desk.ts';
import {
  ADA,
  acknowledge,
  BOB,
  CYD,
  does,
  drafted,
  EVE,
  handed,
  raised,
  shift,
  TO_BOB,
} from '../support/shift.ts';

const most = HANDOVER_LIMITS;

test('the draft has what the shift was about, one’s own alarms first and to be taken over', async () => {
  const d = await shift();
  const [a, b] = (await raised(d, 'web-1', 'web-2', 'web-3')) as [AlarmId, AlarmId];
  await acknowledge(d, ADA, b);
  await acknowledge(d, CYD, a);
  const { items, more, text } = drafted(d);
  assert.deepEqual(
    items.map(({ kind, subject, who, take }) => [kind, subject === b, who, take]),
    [
      ['alarm', true, ADA, true],
      ['alarm', false, undefined, false],
      ['alarm', false, CYD, false],
    ],
  );
  assert.equal(more, 0);
  assert.match(text, /3 alarms are open; nobody has 1 of them, 1 I hand over/);
});

test('what is hidden is told when it ends with the next shift, and not before', async () => {
  const d = await shift();
  const [a, b] = (await raised(d, 'web-1', 'web-2')) as [AlarmId, AlarmId];
  const shelve = (id: AlarmId, until: Instant) =>
    d.desk.act(ADA, { verb: 'shelve', on: [{ id }], until, reason: 'known' });
  await shelve(a, d.at(hours(11)));
  await shelve(b, d.at(hours(13)));
  const { items } = drafted(d);
  assert.deepEqual(
    items.map(({ kind, subject, says, until }) => [kind, subject, says, until]),
    [['hidden', `shelf/${a}`, 'shelved: known', d.at(hours(11))]],
  );
});

test('silent sources and objectives in trouble stand apart, whatever raised them', async () => {
  const d = await shift();
  await d.desk.receive('desk', [
    alert('snmp', { type: 'source.silent' }),
    alert('shop', { type: 'slo.burn-page' }),
  ]);
  assert.deepEqual(
    drafted(d).items.map(({ kind, take }) => [kind, take]),
    [
      ['source', false],
      ['objective', false],
    ],
  );
});

test('of a storm the worst are told, and how many more there are', async () => {
  const d = await shift();
  const n = most.items_per_kind_max * 25;
  for (let from = 0; from < n; from += 250)
    await d.desk.receive(
      'test',
      Array.from({ length: 250 }, (_, i) => alert(`web-${from + i}`, { severity: 'minor' })),
    );
  await d.desk.receive('test', [alert('core', { severity: 'critical' })]);
  const { items, more } = drafted(d);
  assert.equal(items.length, most.items_per_kind_max);
  assert.equal(items[0]?.subject, alert('core').id);
  assert.equal(more, n + 1 - most.items_per_kind_max);
});

test('a shift began where the rota says: turns that touch are one', async () => {
  const d = await shift();
  const now = d.clock.now();
  const own = [ADA, BOB].map((person) => ownShift(d.desk.memory, person, now));
  const [mine] = own.filter((one) => one !== undefined);
  assert.equal(own.filter((one) => one !== undefined).length, 1);
  assert.equal(mine?.schedule, 's');
  assert.equal((mine?.from ?? 0) <= now && (mine?.to ?? 0) > now, true);
  assert.equal(ownShift(d.desk.memory, CYD, now), undefined);
});

test('notes are found by words, by team, and what waits stands first come first', async () => {
  const d = await shift();
  const one = await handed(d, TO_BOB, { text: 'The vendor calls back.' });
  d.clock.pass(minutes(1));
  const two = await handed(d, { is: 'team', team: 'noc' }, { text: 'All quiet.' });
  const find = (words: string, team = '') =>
    listHandovers(d.desk.memory, EVE, { show: 'waiting', words, team }, String).map(({ id }) => id);
  assert.deepEqual(find(''), [two, one]);
  assert.deepEqual(find('VENDOR back'), [one]);
  assert.deepEqual(find('ada'), [two, one]);
  assert.deepEqual(find('', 'noc'), [two]);
  assert.deepEqual(
    waitingHandovers(d.desk.memory).map(({ id }) => id),
    [one, two],
  );
});

test('as plain text it has names only where it is read, and says who accepted it', async () => {
  const d = await shift();
  const [a] = (await raised(d, 'web-1')) as [AlarmId];
  await acknowledge(d, ADA, a);
  const items = drafted(d).items.map((one) => ({ ...one, words: 'Vendor', watch: true }));
  const id = await handed(d, TO_BOB, { text: 'Quiet.', items });
  await does(d, 'handover.accept', id, BOB);
  const note = d.desk.memory.get('handovers', id);
  assert.ok(note && !JSON.stringify(note).includes('Ada Lovelace'));
  const text = handoverText(note, (who) => (who === ADA ? 'Ada Lovelace' : 'gone'));
  assert.match(text, /^# Hand-over of Ada Lovelace/);
  assert.match(text, /## Look at this first\n- WATCH: .*held by Ada Lovelace.*\n {2}Vendor/);
  assert.match(text, /Accepted by gone/);
});

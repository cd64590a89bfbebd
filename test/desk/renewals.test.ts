import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { alert, type Life, openLife, turn } from '../support/desk.ts';

const NORA = 'nora' as UserId;
const LEASE = minutes(4);
/** Leases are looked at four times a second. */
const SEEN_WITHIN_MS = 500;

const inMs = (life: Life, ms: number): Instant => (life.clock.now() + ms) as Instant;

/** What Prometheus posts now: still firing, and good for four more minutes. */
const firing = (life: Life, instance = 'web-1') =>
  alert(instance, { until: inMs(life, LEASE), annotations: { summary: 'down' } });

const send = async (life: Life, ...events: readonly ReturnType<typeof alert>[]) => {
  const delivered = await life.desk.receive('alertmanager', events);
  assert.equal(delivered.ok, true);
};

const conditionOf = (life: Life, instance = 'web-1') =>
  life.desk.memory.get('alarms', alert(instance).id)?.condition.is;

const deadlineOf = (life: Life, instance = 'web-1') => life.desk.deadline(alert(instance).id);

/** Time passes, and what came due is committed and applied. */
async function pass(life: Life, ms: number): Promise<void> {
  life.clock.pass(ms);
  await turn();
}

async function raisedAndRenewed(): Promise<Life> {
  const life = await openLife();
  await send(life, firing(life));
  await pass(life, 60_000);
  await send(life, firing(life));
  return life;
}

test('the first renewal is one small entry, and answered after its commit', async () => {
  const life = await openLife();
  await send(life, firing(life));
  await pass(life, 60_000);
  const before = life.journal.head;
  const until = inMs(life, LEASE);
  await send(life, firing(life));
  const { id } = alert('web-1');
  assert.deepEqual(await life.entries(before), [
    { kind: 'renewals', at: life.clock.now(), alarms: [{ id, until }] },
  ]);
  assert.equal(life.desk.memory.get('alarms', id)?.lease?.renewed, true);
  assert.equal(life.desk.memory.get('alarms', id)?.occurrences, 1);
  await pass(life, 60_000);
  life.journal.failNext('no space left');
  await send(life, firing(life, 'web-1')); // renewed already: the journal is not asked
  const refused = await life.desk.receive('alertmanager', [firing(life, 'web-2')]);
  assert.equal(refused.ok, false);
});

test('the first renewals of many alarms are one entry', async () => {
  const life = await openLife();
  const names = Array.from({ length: 200 }, (_, i) => `web-${i}`);
  await send(life, ...names.map((name) => firing(life, name)));
  await pass(life, 60_000);
  const before = life.journal.head;
  await send(life, ...names.map((name) => firing(life, name)));
  const [entry, ...more] = await life.entries(before);
  assert.equal(more.length, 0);
  assert.equal(entry?.kind === 'renewals' && entry.alarms.length, 200);
});

test('after the first renewal an identical re-send costs no entry', async () => {
  const life = await raisedAndRenewed();
  const { head } = life.journal;
  const lines = life.changes.length;
  const again = firing(life);
  for (let i = 0; i < 100; i++) await send(life, again);
  assert.equal(life.journal.head, head);
  assert.equal(life.changes.length, lines);
  assert.equal(life.desk.figures().renewals, 100);
});

test('a moved end costs no entry, moves the deadline later and never earlier', async () => {
  const life = await raisedAndRenewed();
  const { head } = life.journal;
  for (let minute = 0; minute < 30; minute++) {
    await pass(life, 60_000);
    await send(life, firing(life));
    assert.equal(deadlineOf(life), inMs(life, LEASE));
  }
  const known = deadlineOf(life);
  await send(life, alert('web-1', { until: inMs(life, 1_000), annotations: { summary: 'down' } }));
  assert.equal(deadlineOf(life), known);
  assert.equal(life.journal.head, head);
  assert.equal(conditionOf(life), 'raised');
  await pass(life, LEASE - 1_000);
  assert.equal(conditionOf(life), 'raised');
  await pass(life, 1_000 + SEEN_WITHIN_MS);
  assert.equal(conditionOf(life), 'cleared');
});

test('a later start is a renewal; an earlier one is an entry and moves the start', async () => {
  const life = await raisedAndRenewed();
  const { id } = alert('web-1');
  const since = life.desk.memory.get('alarms', id)?.condition.since ?? (0 as Instant);
  const { head } = life.journal;
  await send(life, { ...firing(life), since: (since + 1) as Instant });
  await send(life, { ...firing(life), since });
  assert.equal(life.journal.head, head);
  await send(life, { ...firing(life), since: (since - 1) as Instant });
  assert.equal(life.journal.head, head + 1);
  assert.equal(life.desk.memory.get('alarms', id)?.condition.since, since - 1);
});

test('a changed annotation is one entry and no line of the timeline', async () => {
  const life = await raisedAndRenewed();
  const { head } = life.journal;
  const lines = life.changes.length;
  const changed = { ...firing(life), annotations: { summary: 'down for 2 minutes' } };
  await send(life, changed);
  assert.equal(life.journal.head, head + 1);
  assert.equal(life.changes.length, lines);
  const { annotations } = life.desk.memory.get('alarms', alert('web-1').id) ?? {};
  assert.deepEqual(annotations, { summary: 'down for 2 minutes' });
  await send(life, changed);
  assert.equal(life.journal.head, head + 1, 'said once, it is known');
});

for (const [what, more] of [
  ['text', { text: 'web-1 burns' }],
  ['severity', { severity: 'minor' }],
  ['link', { link: 'http://elsewhere.example.net/' }],
] as const) {
  test(`another ${what} is an entry`, async () => {
    const life = await raisedAndRenewed();
    const { head } = life.journal;
    await send(life, { ...firing(life), ...more });
    assert.equal(life.journal.head, head + 1);
  });
}

test('what comes under a key of the sender is an entry, so that its outcome is kept', async () => {
  const life = await raisedAndRenewed();
  const { head } = life.journal;
  await life.desk.receive('alertmanager', [firing(life)], 'in:alertmanager:1');
  assert.equal(life.journal.head, head + 1);
});

test('a repeat while an entry on the same alarm is in flight is an entry', async () => {
  const life = await raisedAndRenewed();
  await send(life, firing(life, 'web-2'));
  await send(life, firing(life, 'web-2'));
  const { head } = life.journal;
  const { id } = alert('web-1');
  const acting = life.desk.act(NORA, { verb: 'acknowledge', on: [{ id }], note: '' });
  const repeating = send(life, firing(life));
  const other = send(life, firing(life, 'web-2'));
  await Promise.all([acting, repeating, other]);
  const kinds = (await life.entries(head)).map((entry) => entry.kind);
  assert.deepEqual(kinds, ['act', 'events'], 'and one about another alarm is none');
  await send(life, firing(life));
  assert.equal(life.journal.head, head + 2, 'once it is applied, a repeat is a renewal again');
});

test('two first reports of one alarm at once are two entries, and one alarm', async () => {
  const life = await openLife();
  const { head } = life.journal;
  await Promise.all([send(life, firing(life)), send(life, firing(life))]);
  assert.equal(life.journal.head, head + 2);
  assert.equal(life.desk.memory.count('alarms'), 1);
});

test('after a restart a renewed deadline is at least the start plus the lease', async () => {
  const life = await raisedAndRenewed();
  for (let minute = 0; minute < 10; minute++) {
    await pass(life, 60_000);
    await send(life, firing(life)); // in memory only
  }
  const next = await openLife(life.crash(30_000));
  assert.equal(conditionOf(next), 'raised', 'an unwritten renewal is no false clear');
  assert.equal(deadlineOf(next), inMs(next, LEASE));
  await pass(next, LEASE - 1);
  assert.equal(conditionOf(next), 'raised');
  await pass(next, 1 + SEEN_WITHIN_MS);
  assert.equal(conditionOf(next), 'cleared');
});

test('after a restart a renewed deadline that is later than that is kept', async () => {
  const life = await openLife();
  await send(life, firing(life));
  const until = inMs(life, 10 * LEASE);
  await send(life, alert('web-1', { until, annotations: { summary: 'down' } }));
  const next = await openLife(life.crash(1_000));
  assert.equal(deadlineOf(next), until);
});

test('an explicit end that was never renewed is kept exactly, and clears then', async () => {
  const life = await openLife();
  const until = inMs(life, LEASE);
  await send(life, firing(life));
  const next = await openLife(life.crash(60_000));
  assert.equal(deadlineOf(next), until);
  await pass(next, LEASE - 60_000 - 1);
  assert.equal(conditionOf(next), 'raised');
  await pass(next, 1 + SEEN_WITHIN_MS);
  assert.equal(conditionOf(next), 'cleared');
});

test('an explicit end that passed while the desk was down clears late, and says when', async () => {
  const life = await openLife();
  const until = inMs(life, LEASE);
  await send(life, firing(life));
  const next = await openLife(life.crash(LEASE + 60_000));
  await pass(next, SEEN_WITHIN_MS);
  const { condition } = next.desk.memory.get('alarms', alert('web-1').id) ?? {};
  assert.equal(condition?.is, 'cleared');
  assert.equal(condition?.is === 'cleared' && condition.why, 'timeout');
  assert.equal(condition?.is === 'cleared' && condition.at, until);
});

test('leases are looked at four times a second while somebody holds one, and else not at all', async () => {
  const life = await openLife();
  const waits = (): number => (life.clock.next ?? Number.POSITIVE_INFINITY) - life.clock.now();
  await pass(life, 1_000);
  assert.equal(life.clock.next, undefined, 'a desk at rest waits for nothing');
  await send(life, firing(life));
  await pass(life, LEASE / 2);
  assert.ok(waits() <= 250, `the next look is ${waits()} ms away`);
  await pass(life, LEASE / 2 + SEEN_WITHIN_MS);
  assert.equal(conditionOf(life), 'cleared');
  await pass(life, 1_000);
  assert.ok(waits() > minutes(1), `nobody holds a lease, and the next task is ${waits()} ms away`);
  await send(life, firing(life));
  await pass(life, LEASE + SEEN_WITHIN_MS);
  assert.equal(conditionOf(life), 'cleared', 'the next one is looked at as well');
});

test('a promise without an end is renewed like one with an end', async () => {
  const life = await openLife();
  const firingOn = () => alert('web-1', { lease: LEASE });
  await send(life, firingOn());
  await send(life, firingOn());
  const { head } = life.journal;
  await pass(life, LEASE - 1_000);
  await send(life, firingOn());
  assert.equal(life.journal.head, head);
  await pass(life, LEASE - 1_000);
  assert.equal(conditionOf(life), 'raised');
  await pass(life, 1_000 + SEEN_WITHIN_MS);
  assert.equal(conditionOf(life), 'cleared');
});

test('a repeated clear costs no entry; a newer one is an entry', async () => {
  const life = await openLife();
  await send(life, firing(life));
  await pass(life, 60_000);
  const { severity: _, ...rest } = alert('web-1');
  const clear = { ...rest, kind: 'clear' as const, at: life.clock.now() };
  await send(life, clear);
  assert.equal(conditionOf(life), 'cleared');
  const { head } = life.journal;
  for (let i = 0; i < 20; i++) {
    await pass(life, 60_000);
    await send(life, clear);
  }
  assert.equal(life.journal.head, head);
  await send(life, { ...clear, at: (clear.at + 1) as Instant });
  assert.equal(life.journal.head, head + 1);
});

test('a clear after a lease that ran out is an entry: what was assumed is now known', async () => {
  const life = await openLife();
  await send(life, firing(life));
  const { severity: _, ...rest } = alert('web-1');
  const clear = { ...rest, kind: 'clear' as const, at: life.clock.now() };
  await pass(life, LEASE + SEEN_WITHIN_MS);
  const { head } = life.journal;
  await send(life, clear);
  assert.equal(life.journal.head, head + 1);
  const { condition } = life.desk.memory.get('alarms', alert('web-1').id) ?? {};
  assert.equal(condition?.is === 'cleared' && condition.why, 'resource');
});

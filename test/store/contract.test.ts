import assert from 'node:assert/strict';
import type { Episode } from '../../src/domain/alarm/alarm.ts';
import type { AuditWanted, PlacedChange, TurnsAsk } from '../../src/ports/store.ts';
import { claim, found, searchFor } from './kinds.ts';
import {
  aBatch,
  aChange,
  anAlarm,
  anAuditLine,
  at,
  clearedAlarm,
  gathered,
  id,
  NORA,
} from './samples.ts';

const mismatch = { code: 'DATA_MISMATCH' };

claim('is empty at position 0 and belongs to no journal', async (store) => {
  const { journalId, position, deskTime, alarms, rows } = store.load();
  assert.deepEqual(
    { journalId, position, deskTime },
    { journalId: undefined, position: 0, deskTime: 0 },
  );
  assert.deepEqual(await gathered(alarms), []);
  assert.deepEqual(await gathered(rows), []);
});

claim('belongs to one journal, and is never ahead of it', async (store) => {
  await store.bind('journal-a', 0);
  await store.bind('journal-a', 7);
  await assert.rejects(store.bind('journal-b', 7), mismatch);
  await store.write(aBatch(5));
  await store.bind('journal-a', 5);
  await assert.rejects(store.bind('journal-a', 4), mismatch);
  assert.equal(store.load().journalId, 'journal-a');
});

claim('gives back what was written, field by field', async (store) => {
  const full = anAlarm(1, {
    labels: { z: '1', a: 'naïve "quotes" \\ 日本 🚨', __proto__x: '', empty: '' },
    condition: { is: 'cleared', since: at(1), at: at(9), why: 'timeout' },
    handling: {
      is: 'acknowledged',
      by: NORA,
      at: at(3),
      note: 'mine\nnow',
      until: at(99),
      severity: 'minor',
    },
    suppressions: [
      { kind: 'shelf', rule: 'r', by: NORA, since: at(1), until: at(2), reason: 'works' },
    ],
    assignee: NORA,
    ticket: 'https://tickets.example.net/1',
    lease: { until: at(5), length: 5 as never, explicit: true, renewed: true },
    willClear: false,
    byLabels: false,
  });
  const plain = anAlarm(2, { lease: undefined, annotations: {}, labels: {} });
  await store.write(aBatch(3, { alarms: [full, plain] }));
  const { alarms, position, deskTime } = store.load();
  assert.deepEqual(await gathered(alarms), [full, plain]);
  assert.deepEqual([position, deskTime, store.position], [3, at(3), 3]);
  assert.deepEqual(await store.alarm(id(1)), { alarm: full, createdAt: at(1), episodesEver: 1 });
  assert.equal(await store.alarm(id(3)), undefined);
});

claim('gives out copies: nothing shared with what was written', async (store) => {
  const alarm = anAlarm(1);
  await store.write(aBatch(1, { alarms: [alarm] }));
  const [loaded] = await gathered(store.load().alarms);
  assert.deepEqual(loaded, alarm);
  assert.notEqual(loaded, alarm);
  assert.notEqual(loaded?.labels, alarm.labels);
});

claim('keeps one row per alarm, the latest', async (store) => {
  await store.write(aBatch(1, { alarms: [anAlarm(1), anAlarm(2)] }));
  await store.write(aBatch(2, { alarms: [anAlarm(1, { severity: 'critical' })] }));
  const loaded = await gathered(store.load().alarms);
  assert.deepEqual(
    loaded.map((a) => [a.id, a.severity]),
    [
      [id(1), 'critical'],
      [id(2), 'major'],
    ],
  );
});

claim('loads what is in memory only; what was forgotten keeps its row', async (store) => {
  await store.write(aBatch(1, { alarms: [anAlarm(1), anAlarm(2)] }));
  await store.write(aBatch(2, { alarms: [clearedAlarm(2, 50)], forgotten: [id(2), id(9)] }));
  assert.deepEqual(
    (await gathered(store.load().alarms)).map((a) => a.id),
    [id(1)],
  );
  assert.equal((await store.alarm(id(2)))?.alarm.condition.is, 'cleared');
});

claim('an alarm that comes back keeps its first time and all its episodes', async (store) => {
  const third = { episode: 3 as Episode, episodes: 3 };
  await store.write(aBatch(1, { alarms: [anAlarm(1)] }));
  await store.write(aBatch(2, { alarms: [clearedAlarm(1, 50, third)], forgotten: [id(1)] }));
  const back = anAlarm(1, { createdAt: at(1_000) });
  await store.write(aBatch(3, { alarms: [back] }));
  assert.deepEqual(await store.alarm(id(1)), { alarm: back, createdAt: at(1), episodesEver: 4 });
  assert.deepEqual(await gathered(store.load().alarms), [back]);
  const second = { ...back, episode: 2 as Episode, episodes: 2 };
  await store.write(aBatch(4, { alarms: [second] }));
  assert.equal((await store.alarm(id(1)))?.episodesEver, 5);
});

claim("keeps the fold's other tables, row by row", async (store) => {
  const row = (table: string, key: string, json: string | undefined) => ({
    table,
    id: key,
    json,
  });
  const rows = [row('timers', 'b', '{"at":1}'), row('timers', 'a', '2'), row('once', 'a', '"x"')];
  await store.write(aBatch(1, { rows }));
  await store.write(aBatch(2, { rows: [row('timers', 'b', undefined), row('timers', 'a', '3')] }));
  assert.deepEqual(await gathered(store.load().rows), [
    row('once', 'a', '"x"'),
    row('timers', 'a', '3'),
  ]);
});

claim('keeps the last raw event of an alarm', async (store) => {
  const evidence = (ms: number, raw: string) => [{ alarm: id(1), at: at(ms), raw }];
  await store.write(aBatch(1, { alarms: [anAlarm(1)], evidence: evidence(1, 'one') }));
  await store.write(aBatch(2, { evidence: evidence(2, '{"two":"zwei"}') }));
  assert.deepEqual(await store.evidence(id(1)), { at: at(2), raw: '{"two":"zwei"}' });
  assert.equal(await store.evidence(id(2)), undefined);
});

claim('refuses a batch that is not newer than what it has', async (store) => {
  await store.write(aBatch(5));
  await assert.rejects(store.write(aBatch(5)), { name: 'BugError' });
  await assert.rejects(store.write(aBatch(4)), { name: 'BugError' });
  assert.equal(store.position, 5);
});

claim('batches written without waiting arrive in order and apart', async (store) => {
  const many = (from: number) => Array.from({ length: 3_000 }, (_, i) => anAlarm(from + i));
  await Promise.all([
    store.write(aBatch(1, { alarms: many(0) })),
    store.write(aBatch(2, { alarms: many(2_000), audit: [anAuditLine(2)] })),
    store.write(aBatch(3, { forgotten: [id(4_999)] })),
  ]);
  assert.equal((await gathered(store.load().alarms)).length, 4_999);
  assert.equal(store.position, 3);
});

claim('the timeline is read newest first, page by page, while lines are added', async (store) => {
  const changes = [1, 2, 3].flatMap((position) =>
    [0, 1].map((index) => aChange(1, position, { index, text: `${position}.${index}` })),
  );
  const others = [aChange(2, 2, { index: 2 })];
  await store.write(
    aBatch(3, { alarms: [anAlarm(1), anAlarm(2)], changes: [...changes, ...others] }),
  );
  const first = await store.timeline(id(1), undefined, 4);
  assert.deepEqual(first.items, changes.slice(2).reverse());
  assert.equal(first.asOf, 3);
  await store.write(aBatch(4, { changes: [aChange(1, 4, { by: NORA, what: 'commented' })] }));
  const second = await store.timeline(id(1), first.next, 4);
  assert.deepEqual(second.items, changes.slice(0, 2).reverse());
  assert.deepEqual([second.next, second.asOf], [undefined, 4]);
  assert.equal((await store.timeline(id(1), undefined, 1)).items[0]?.by, NORA);
  assert.deepEqual((await store.timeline(id(7), undefined, 4)).items, []);
});

claim('turns leave out what only changed words, and reach back to what stood', async (store) => {
  const line = (position: number, differs: Partial<PlacedChange>): PlacedChange =>
    aChange(1, position, { episode: 1 as Episode, ...differs });
  const second = { episode: 5 as Episode };
  const changes = [
    line(1, { what: 'raised' }),
    line(2, { what: 'severity' }),
    line(3, { what: 'acknowledged', by: NORA, text: 'x'.repeat(400) }),
    line(4, { what: 'cleared', why: 'it is over' }),
    line(5, { what: 'raised', ...second }),
    line(6, { what: 'text', ...second }),
    line(7, { what: 'cleared', ...second }),
    line(8, { what: 'commented', by: NORA, text: 'it was the optic', ...second }),
  ];
  await store.write(aBatch(8, { alarms: [anAlarm(1), anAlarm(2)], changes }));
  const ask = { upTo: undefined, since: at(0), limit: 100 };
  const positions = async (asked: Partial<TurnsAsk>): Promise<string> => {
    const { items, isCut } = await store.turns(id(1), { ...ask, ...asked });
    return items.map((turn) => turn.at - at(0)).join() + (isCut ? ' and older' : '');
  };
  assert.equal(await positions({}), '8,7,5,4,3,2,1');
  assert.equal(await positions({ limit: 7 }), '8,7,5,4,3,2,1');
  assert.equal(await positions({ limit: 3 }), '8,7,5 and older');
  assert.equal(await positions({ since: at(7) }), '8,7,5', 'what stood then is told as well');
  assert.equal(await positions({ since: at(99) }), '8,7');
  assert.equal(await positions({ upTo: 1 as Episode }), '4,3,2,1');
  assert.equal(await positions({ upTo: 4 as Episode }), '4,3,2,1');
  assert.equal(await positions({ upTo: 5 as Episode, limit: 2 }), '8,7 and older');
  const { items, asOf } = await store.turns(id(1), ask);
  assert.equal(asOf, 8);
  assert.deepEqual(items.at(-1), {
    ...{ what: 'raised', episode: 1, at: at(1), severity: 'major', text: '', why: '' },
  });
  assert.equal(items[3]?.why, 'it is over');
  assert.equal(items[4]?.text.length, 300);
  assert.deepEqual([items[0]?.by, items[0]?.text], [NORA, 'it was the optic']);
  assert.deepEqual((await store.turns(id(2), ask)).items, []);
  assert.deepEqual((await store.turns(id(7), ask)).items, []);
});

claim('a page that holds exactly what there is has no next one', async (store) => {
  const audit = [1, 2, 3].map(anAuditLine);
  await store.write(aBatch(3, { audit, alarms: [anAlarm(1), anAlarm(2)] }));
  assert.equal((await store.audit(undefined, 3)).next, undefined);
  assert.equal((await store.search(searchFor({ limit: 2 }))).next, undefined);
  assert.notEqual((await store.search(searchFor({ limit: 1 }))).next, undefined);
});

claim('the audit log is read newest first, page by page', async (store) => {
  await store.write(aBatch(3, { audit: [1, 2, 3].map(anAuditLine) }));
  const first = await store.audit(undefined, 2);
  await store.write(aBatch(4, { audit: [anAuditLine(4)] }));
  const second = await store.audit(first.next, 2);
  assert.deepEqual(first.items, [anAuditLine(3), anAuditLine(2)]);
  assert.deepEqual([second.items, second.next, second.asOf], [[anAuditLine(1)], undefined, 4]);
});

claim(
  'the audit log is searched by who, what, to what and when; all of it must hold',
  async (store) => {
    const audit = [1, 2, 3, 4, 5].map((n) => ({
      ...anAuditLine(n),
      by: n % 2 === 0 ? 'tom' : 'nora',
      verb: n === 3 ? 'silence.set' : 'acknowledge',
      detail: n === 5 ? 'The Carrier digs' : '',
    }));
    await store.write(aBatch(5, { audit }));
    const found = async (wanted: AuditWanted) =>
      (await store.audit(undefined, 10, wanted)).items.map(({ position }) => position);
    assert.deepEqual(await found({ by: 'tom' }), [4, 2]);
    assert.deepEqual(await found({ verb: 'silence' }), [3]);
    assert.deepEqual(await found({ words: 'carrier' }), [5]);
    assert.deepEqual(await found({ words: 'carrier', subjects: [id(2)] }), [5, 2]);
    assert.deepEqual(await found({ since: at(2), until: at(4) }), [3, 2]);
    assert.deepEqual(await found({ until: at(1) }), []);
    assert.deepEqual(await found({ until: at(9), by: 'nora' }), [5, 3, 1]);
    const first = await store.audit(undefined, 1, { by: 'nora' });
    const second = await store.audit(first.next, 5, { by: 'nora' });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ position }) => position),
      [5, 3, 1],
    );
  },
);

claim('a page holds at most 1,000 items, and at least one', async (store) => {
  const lines = Array.from({ length: 1_001 }, (_, i) => anAuditLine(i + 1));
  const alarms = lines.map((_, i) => anAlarm(i));
  await store.write(aBatch(1_001, { audit: lines, alarms }));
  assert.equal((await store.audit(undefined, 5_000)).items.length, 1_000);
  assert.equal((await store.search(searchFor({ limit: 1_001 }))).items.length, 1_000);
  assert.equal((await store.search(searchFor({ limit: 0 }))).items.length, 1);
  assert.equal((await store.audit(undefined, -3)).items.length, 1);
});

claim('forgets what is older: timeline, evidence, and alarms that are over', async (store) => {
  const both = [1, 2, 3, 4].map((n) => aChange(n, 1, { index: n }));
  const evidence = [1, 2, 3, 4].map((n) => ({ alarm: id(n), at: at(1), raw: `raw ${n}` }));
  await store.write(
    aBatch(1, { alarms: [1, 2, 3, 4].map((n) => anAlarm(n)), changes: both, evidence }),
  );
  await store.write(aBatch(20, { alarms: [1, 2, 4].map((n) => clearedAlarm(n, 20)) }));
  await store.write(aBatch(30, { forgotten: [id(1), id(4)] }));
  const late = aChange(4, 150, { what: 'commented', by: NORA, text: 'afterwards' });
  await store.write(aBatch(150, { changes: [late], alarms: [anAlarm(5)] }));

  assert.deepEqual(await store.compact(at(1)), { removed: 0 });
  assert.deepEqual(await store.compact(at(100)), { removed: 9 });
  assert.equal(await store.alarm(id(1)), undefined);
  assert.ok(await store.alarm(id(2)), 'still in memory');
  assert.ok(await store.alarm(id(3)), 'still raised');
  assert.ok(await store.alarm(id(4)), 'somebody wrote about it later');
  assert.deepEqual((await store.timeline(id(4), undefined, 9)).items, [late]);
  assert.deepEqual((await store.timeline(id(3), undefined, 9)).items, []);
  assert.equal(await store.evidence(id(3)), undefined);
  assert.deepEqual(await found(store, { words: 'interface' }), [5, 4, 3, 2].map(id));

  await store.write(aBatch(200, { alarms: [anAlarm(1, { createdAt: at(200) })] }));
  const again = await store.alarm(id(1));
  assert.deepEqual([again?.createdAt, again?.episodesEver], [at(200), 1]);
  assert.deepEqual((await store.timeline(id(1), undefined, 9)).items, []);
});

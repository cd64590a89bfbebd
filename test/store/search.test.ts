import assert from 'node:assert/strict';
import type { Episode } from '../../src/domain/alarm/alarm.ts';
import { claim, found, searchFor } from './kinds.ts';
import { aBatch, aChange, anAlarm, at, clearedAlarm, id, NORA } from './samples.ts';

claim('every alarm is met once while rows change between the pages', async (store) => {
  await store.write(aBatch(1, { alarms: [1, 2, 3, 4, 5, 6].map((n) => anAlarm(n)) }));
  const first = await store.search(searchFor({ limit: 2 }));
  assert.deepEqual(
    first.items.map((s) => s.alarm.id),
    [id(6), id(5)],
  );
  await store.write(
    aBatch(2, { alarms: [clearedAlarm(4, 99), anAlarm(5, { severity: 'minor' }), anAlarm(7)] }),
  );
  const second = await store.search(searchFor({ limit: 2, cursor: first.next }));
  assert.deepEqual(
    second.items.map((s) => s.alarm.id),
    [id(4), id(3)],
  );
  const third = await store.search(searchFor({ limit: 9, cursor: second.next }));
  assert.deepEqual(
    third.items.map((s) => s.alarm.id),
    [id(2), id(1)],
  );
  assert.equal(third.next, undefined);
});

claim('a new episode brings an alarm to the top of the list', async (store) => {
  await store.write(aBatch(1, { alarms: [1, 2].map((n) => anAlarm(n)) }));
  await store.write(aBatch(2, { alarms: [clearedAlarm(1, 9)] }));
  assert.deepEqual(await found(store, {}), [id(2), id(1)]);
  await store.write(aBatch(3, { alarms: [anAlarm(1, { episode: 2 as Episode, episodes: 2 })] }));
  assert.deepEqual(await found(store, {}), [id(1), id(2)]);
  assert.deepEqual(await found(store, { words: 'interface' }), [id(1), id(2)]);
});

claim('search tells raised from cleared', async (store) => {
  await store.write(aBatch(1, { alarms: [anAlarm(1), clearedAlarm(2, 9), anAlarm(3)] }));
  assert.deepEqual(await found(store, { condition: 'raised' }), [id(3), id(1)]);
  assert.deepEqual(await found(store, { condition: 'cleared' }), [id(2)]);
  assert.deepEqual(await found(store, { condition: 'cleared', words: 'down' }), [id(2)]);
  await store.write(aBatch(2, { alarms: [clearedAlarm(3, 9)] }));
  assert.deepEqual(await found(store, { condition: 'raised' }), [id(1)]);
});

claim('labels are compared whole; an absent label equals the empty value', async (store) => {
  const long = `${'word '.repeat(100)}end`;
  const labels = [
    { site: 'oslo' },
    { site: 'oslo 2', job: 'snmp' },
    { site: 'Oslo' },
    { site: long },
    { site: '--' },
    { site: '' },
    { site: '"; drop table alarms' },
  ];
  await store.write(aBatch(1, { alarms: labels.map((l, i) => anAlarm(i, { labels: l })) }));
  const bySite = (site: string) => found(store, { labels: [['site', site]] });
  assert.deepEqual(await bySite('oslo'), [id(0)]);
  assert.deepEqual(await bySite('oslo 2'), [id(1)]);
  assert.deepEqual(await bySite(long), [id(3)]);
  assert.deepEqual(await bySite('--'), [id(4)]);
  assert.deepEqual(await bySite('"; drop table alarms'), [id(6)]);
  assert.deepEqual(
    await found(store, {
      labels: [
        ['site', 'oslo 2'],
        ['job', 'snmp'],
      ],
    }),
    [id(1)],
  );
  assert.deepEqual(
    await found(store, {
      labels: [
        ['site', 'oslo'],
        ['job', 'snmp'],
      ],
    }),
    [],
  );
  assert.deepEqual(await found(store, { labels: [['site', '']] }), [id(5)]);
  assert.equal((await found(store, { labels: [['job', '']] })).length, 6);
  assert.deepEqual(await found(store, { labels: [['constructor', 'x']] }), []);
});

const searchable = aBatch(1, {
  alarms: [
    anAlarm(1, {
      resource: 'core-1.oslo/xe-0/0/3',
      type: 'BgpSessionDown',
      qualifier: '192.0.2.17',
      text: 'Peer Zürich gone: hold timer expired',
      labels: { team: 'backbone', instance: '10.0.0.1:9100' },
      annotations: { runbook: 'https://runbooks.example.net/bgp' },
    }),
    anAlarm(2, { text: 'Disk is 91% full', labels: { instance: '10.0.1.0:9100' } }),
  ],
  changes: [
    aChange(2, 1, { what: 'commented', by: NORA, text: 'Ticket with Fujitsu' }),
    aChange(1, 1, { what: 'raised', index: 1, text: 'machinewords' }),
  ],
});

/** words → which of the two alarms are found. */
const WORDS: readonly (readonly [string, readonly number[]])[] = [
  ['', [2, 1]],
  ['   ', [2, 1]],
  ['oslo', [1]],
  ['bgpsessiondown', [1]],
  ['192.0.2.17', [1]],
  ['zurich', [1]],
  ['ZÜRICH timer', [1]],
  ['timer zürich', [1]],
  ['timer disk', []],
  ['backbone', [1]],
  ['runbooks', [1]],
  ['xe-0/0/3', [1]],
  ['xe-0/3/0', []],
  ['10.0.0.1', [1]],
  ['10.0.1.0', [2]],
  ['91% full', [2]],
  ['fuj', [2]],
  ['fuj ticket', []],
  ['ticket fuj', [2]],
  ['fujitsu disk', [2]],
  ['machinewords', []],
  ['"', []],
  ['*', []],
  ['🚨', []],
  ['🚨 disk', [2]],
  ['disk "', [2]],
  ['"disk', [2]],
  ['dis*', [2]],
  ['NEAR(', []],
  ['NEAR(disk full)', []],
  ['disk OR peer', []],
  ['disk AND full', []],
  ['NOT disk', []],
  ['doc:disk', []],
  ['{doc} : disk', []],
  ['disk)', [2]],
  ['^disk', [2]],
  ['disk + full', [2]],
  ['-disk', [2]],
  ["disk' --", [2]],
  ['di\0sk', []],
  ['disk\0 full', [2]],
  ['\ud800 disk', [2]],
  ['x'.repeat(10_000), []],
  ['disk '.repeat(2_000), [2]],
  ['" '.repeat(5_000), []],
];

claim(
  'finds plain words, all of them, and takes nothing a person types for syntax',
  async (store) => {
    await store.write(searchable);
    for (const [words, wanted] of WORDS) {
      assert.deepEqual(
        await found(store, { words }),
        wanted.map(id),
        JSON.stringify(words.slice(0, 40)),
      );
    }
  },
);

claim(
  'finds an alarm by its text of now, by that of earlier episodes and by what was said',
  async (store) => {
    const second = { episode: 2 as Episode, episodes: 2 };
    await store.write(aBatch(1, { alarms: [anAlarm(1, { text: 'first words' })] }));
    await store.write(aBatch(2, { alarms: [anAlarm(1, { text: 'changed words' })] }));
    assert.deepEqual(await found(store, { words: 'first' }), []);
    assert.deepEqual(await found(store, { words: 'changed' }), [id(1)]);
    const note = aChange(1, 3, { what: 'acknowledged', by: NORA, text: 'splicing crew sent' });
    await store.write(aBatch(3, { changes: [note] }));
    assert.deepEqual(await found(store, { words: 'changed crew' }), [id(1)]);
    await store.write(aBatch(4, { alarms: [anAlarm(1, { text: 'third words', ...second })] }));
    for (const words of ['changed', 'third', 'splicing', 'third crew changed']) {
      assert.deepEqual(await found(store, { words }), [id(1)], words);
    }
    await store.write(aBatch(5, { alarms: [anAlarm(1, { text: 'other', createdAt: at(77) })] }));
    assert.deepEqual(await found(store, { words: 'other third changed splicing' }), [id(1)]);
  },
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeskError } from '../../src/base/errors.ts';
import { hours } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import { decode } from '../../src/desk/codec.ts';
import type { Desk } from '../../src/desk/desk.ts';
import { ENTRY_LIMITS } from '../../src/desk/entry.ts';
import {
  changeBack,
  checkFeedName,
  compareFeed,
  differenceOf,
  type FeedChange,
  putInForce as putBy,
  type Saying,
} from '../../src/desk/inventory-import.ts';
import { UNPREPARED_THINGS_MAX } from '../../src/desk/inventory-index.ts';
import { State } from '../../src/desk/state.ts';
import { HELD_THINGS_MAX, VERSIONS_MAX } from '../../src/desk/verbs/inventory.ts';
import {
  ALARMS_MAX,
  alarmsOn,
  feedsOf,
  NEIGHBOURS_MAX,
  searchThings,
  thingView,
  versionsOf,
} from '../../src/desk/views/inventory.ts';
import type { Sliced } from '../../src/desk/views/merge.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { alertLabels } from '../../src/domain/alarm/as-alert.ts';
import {
  INVENTORY_LIMITS,
  type Part,
  type Thing,
  type ThingKey,
} from '../../src/domain/inventory/thing.ts';
import { readText } from '../../src/inventory/read-text.ts';
import { openLife, turn } from '../support/desk.ts';
import { raise } from '../support/http.ts';
import { saidOf } from '../support/refusals.ts';

const NORA = 'nora' as UserId;

function whole<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const putInForce = (desk: Desk, change: FeedChange, says: Saying) =>
  putBy(desk, change, says, async (work) => whole(work));

async function load(desk: Desk, feed: string, yaml: string, why = 'because') {
  const read = readText({ format: 'yaml', bytes: Buffer.from(yaml), kind: '' }, []);
  assert.ok(read.ok, JSON.stringify(read));
  const change = whole(compareFeed(desk.memory, feed, read.parts));
  return putInForce(desk, change, { by: NORA, from: 'test.yml', why });
}

const OSLO = `
sites: {osl: {region: nordic}}
devices:
  - id: rt1.osl
    site: osl
    addresses: [192.0.2.1]
    ports: [{name: xe-1}, {name: xe-2}]
`;

const about = (desk: Desk, resource: string) => desk.memory.inventory.contextOf(resource, {});

test('a version is seen whole or not at all, and alarms learn from it', async () => {
  const { desk } = await openLife();
  const seen: number[] = [];
  desk.watch(() => seen.push(desk.memory.inventory.graph.count));
  const { made, refused } = await load(desk, 'network', OSLO);
  assert.equal(refused, undefined);
  assert.deepEqual(new Set(seen), new Set([0, 4]));
  assert.deepEqual(about(desk, '192.0.2.1/xe-1'), {
    ...{ device: 'rt1.osl', port: 'xe-1', region: 'nordic', site: 'osl' },
  });
  const [feed] = feedsOf(desk.memory);
  assert.equal(feed?.version.id, made);
  assert.deepEqual(feed?.version.counts, { things: 4, added: 4, changed: 0, removed: 0 });
  assert.equal(
    about(desk, '192.0.2.1/xe-1'),
    about(desk, 'rt1.osl/xe-1'),
    'one object for one thing',
  );
});

test('what was in force is in force after a crash, from the journal alone and from the store', async () => {
  const first = await openLife();
  await load(first.desk, 'network', OSLO);
  const fromJournal = await openLife(first.crash(1_000));
  assert.equal(about(fromJournal.desk, 'rt1.osl').site, 'osl');
  fromJournal.clock.pass(1_000);
  await fromJournal.desk.close();
  const fromStore = await openLife({
    durable: fromJournal.journal.crash(),
    store: fromJournal.store,
    at: fromJournal.clock.now(),
  });
  assert.equal(about(fromStore.desk, 'rt1.osl').site, 'osl');
  assert.equal(versionsOf(fromStore.desk.memory, 'network').length, 1);
});

test('a feed that changed meanwhile refuses a version made from the one before', async () => {
  const { desk } = await openLife();
  const base = whole(compareFeed(desk.memory, 'network', []));
  await load(desk, 'network', OSLO);
  const { refused } = await putInForce(desk, base, { by: NORA, from: 'x', why: 'late' });
  assert.match(saidOf(refused), /was changed meanwhile/);
  assert.equal(desk.memory.inventory.graph.count, 4);
});

test('feeds keep apart, a version is brought back, and an emptied feed can be too', async () => {
  const { desk } = await openLife();
  const first = await load(desk, 'network', OSLO);
  await load(
    desk,
    'people',
    'owners: [noc]\nservices: [{id: dns, dependsOn: device:rt1.osl, owner: noc}]',
  );
  assert.equal(about(desk, 'rt1.osl').service, 'dns');
  await load(
    desk,
    'network',
    OSLO.replace('region: nordic', 'region: arctic').replace('{name: xe-2}', '{name: xe-3}'),
  );
  assert.equal(about(desk, 'rt1.osl').region, 'arctic');
  const [now, before] = versionsOf(desk.memory, 'network');
  assert.deepEqual(now?.counts, { things: 4, added: 1, changed: 1, removed: 1 });
  const changed = differenceOf(desk.memory, before?.parts ?? [], now?.parts ?? []);
  assert.deepEqual(
    changed.removed.map((thing) => thing.key),
    ['port:rt1.osl/xe-2'],
  );
  const back = changeBack(desk.memory, 'network', before ?? { parts: [] });
  await putInForce(desk, back, {
    by: NORA,
    from: first.made ?? '',
    why: 'wrong',
    restores: first.made ?? '',
  });
  assert.equal(about(desk, 'rt1.osl').region, 'nordic');
  assert.equal(about(desk, 'rt1.osl').service, 'dns');
  await putInForce(desk, changeBack(desk.memory, 'network', { parts: [] }), {
    by: NORA,
    from: '',
    why: 'gone',
  });
  assert.equal(about(desk, 'rt1.osl').site, undefined);
  assert.equal(desk.memory.inventory.graph.count, 2);
  assert.equal(versionsOf(desk.memory, 'network').length, 4);
});

test('versions are kept up to their maximum, and parts that none of them uses are forgotten', async () => {
  const { desk, clock } = await openLife();
  for (let n = 0; n <= VERSIONS_MAX; n++) {
    await load(desk, 'network', `devices: [{id: a, note: n${n}}]`);
    if (n === VERSIONS_MAX - 1)
      assert.equal(versionsOf(desk.memory, 'network').length, VERSIONS_MAX);
  }
  assert.equal(versionsOf(desk.memory, 'network').length, VERSIONS_MAX);
  assert.equal(desk.memory.count('inventoryParts'), VERSIONS_MAX + 1, 'an import may be at work');
  clock.pass(hours(1));
  await load(desk, 'network', 'devices: [{id: b}]');
  assert.equal(desk.memory.count('inventoryParts'), VERSIONS_MAX);
});

const part = (id: string, things: number): Part => ({
  id,
  things: Array.from(
    { length: things },
    (_, i): Thing => ({ key: `device:${id}-${i}` as ThingKey }),
  ),
});

test('an entry brings so many things and no more', async () => {
  const { desk } = await openLife();
  const put = (things: number) =>
    desk.act(NORA, { verb: 'inventory.put', feed: 'f', parts: [part('p', things)] });
  assert.equal((await put(ENTRY_LIMITS.things_max)).refused, undefined);
  await assert.rejects(put(ENTRY_LIMITS.things_max + 1), DeskError);
  const says = { feed: 'f', basedOn: '', from: '', why: '', restores: '' };
  const counts = { things: 0, added: 0, changed: 0, removed: 0 };
  const many = (n: number) => Array.from({ length: n }, () => 'p');
  await assert.rejects(
    desk.act(NORA, {
      verb: 'inventory.switch',
      parts: many(ENTRY_LIMITS.parts_max + 1),
      counts,
      ...says,
    }),
    DeskError,
  );
  const missing = await desk.act(NORA, { verb: 'inventory.switch', parts: ['q'], counts, ...says });
  assert.match(saidOf(missing.refused), /not here/);
});

/** The fold alone: so many things would take a desk seconds to journal. */
function foldOf() {
  const state = new State();
  const entry = (act: object) =>
    decode(JSON.stringify({ v: 2, kind: 'act', at: 1_000, by: 'nora', act }));
  return {
    state,
    act: (act: object) => apply(state, state.position + 1, entry(act)).outcome,
  };
}

test('the desk holds so many things in all versions together, and so many in force', () => {
  const { act, state } = foldOf();
  const { things_max } = INVENTORY_LIMITS;
  const pieces = things_max / 1_000;
  const put = (n: number) =>
    act({ verb: 'inventory.put', feed: 'f', parts: [part(`p${n}`, 1_000)] });
  for (let n = 0; n < HELD_THINGS_MAX / 1_000; n++) assert.equal(put(n)?.refused, undefined);
  assert.match(saidOf(put(9_999)?.refused), /and no more/);
  const counts = { things: 0, added: 0, changed: 0, removed: 0 };
  const change = (feed: string, parts: readonly string[]) =>
    act({
      verb: 'inventory.switch',
      feed,
      basedOn: '',
      parts,
      counts,
      from: '',
      why: '',
      restores: '',
    });
  const ids = (from: number, n: number) => Array.from({ length: n }, (_, i) => `p${from + i}`);
  assert.equal(change('a', ids(0, pieces))?.refused, undefined);
  assert.match(saidOf(change('b', ids(pieces, 1))?.refused), /more than/);
  assert.equal(state.count('inventoryFeeds'), 1);
});

test('raised alarms learn of a new version, routing sees it, and the sender’s own label wins', async () => {
  const { desk, clock } = await openLife();
  const own = raise('192.0.2.1', { labels: { site: 'said' } });
  await desk.receive('t', [raise('rt1.osl/xe-1', { labels: {} }), own]);
  const context = () =>
    [...desk.memory.all('alarms')].map(({ context: { device = '', site = '' } }) => [device, site]);
  assert.deepEqual(context(), [
    ['', ''],
    ['', ''],
  ]);
  await load(desk, 'network', OSLO);
  const settled = async () => {
    for (let i = 0; i < 5; i++) {
      clock.pass(1);
      await turn();
    }
  };
  await settled();
  assert.deepEqual(context(), [
    ['rt1.osl', 'osl'],
    ['rt1.osl', 'osl'],
  ]);
  const sites = [...desk.memory.all('alarms')].map((alarm) => alertLabels(alarm).site);
  assert.deepEqual(sites, ['osl', 'said']);
  await desk.receive('t', [raise('rt1.osl/xe-2', { labels: {} })]);
  assert.equal([...desk.memory.all('alarms')].at(-1)?.context.port, 'xe-2');
  await putInForce(desk, changeBack(desk.memory, 'network', { parts: [] }), {
    by: NORA,
    from: '',
    why: 'gone',
  });
  await settled();
  assert.ok(
    [...desk.memory.all('alarms')].every((alarm) => Object.keys(alarm.context).length === 0),
  );
});

test('there are so many feeds and no more, and their names are plain', () => {
  const { act } = foldOf();
  const counts = { things: 0, added: 0, changed: 0, removed: 0 };
  const change = (n: number) =>
    act({
      verb: 'inventory.switch',
      feed: `f${n}`,
      basedOn: '',
      parts: [],
      counts,
      from: '',
      why: '',
      restores: '',
    });
  for (let n = 0; n < INVENTORY_LIMITS.feeds_max; n++) assert.equal(change(n)?.refused, undefined);
  assert.match(saidOf(change(99)?.refused), /no more are taken/);
  checkFeedName('a'.repeat(INVENTORY_LIMITS.feed_chars_max));
  for (const bad of ['', 'A', 'a b', '-a', 'a'.repeat(INVENTORY_LIMITS.feed_chars_max + 1)]) {
    assert.throws(() => checkFeedName(bad), DeskError);
  }
});

test('one thing is shown with its neighbours and what is raised on it or a part of it', async () => {
  const { desk } = await openLife();
  const ports = Array.from({ length: NEIGHBOURS_MAX + 1 }, (_, i) => `{name: p${i}}`);
  await load(
    desk,
    'n',
    `devices: [{id: a, site: s, ports: [${ports}]}, b]\nlinks: [{id: l, ends: [a, b]}]\nservices: [{id: dns, dependsOn: a}]`,
  );
  await desk.receive('t', [raise('a/p1'), raise('b')]);
  const view = thingView(desk.memory, 'device:a' as ThingKey);
  assert.equal(view?.parts.keys.length, NEIGHBOURS_MAX);
  assert.equal(view?.parts.total, NEIGHBOURS_MAX + 1);
  assert.deepEqual(view?.links, [{ link: 'link:l', other: 'device:b' }]);
  assert.deepEqual(view?.dependents.keys, ['service:dns']);
  assert.deepEqual(view?.above, ['site:s']);
  const on = (key: string) => whole(alarmsOn(desk.memory, key as ThingKey));
  assert.deepEqual(
    on('site:s').alarms.map((a) => a.resource),
    ['a/p1'],
  );
  assert.equal(on('port:a/p2').total, 0);
  await desk.receive(
    't',
    Array.from({ length: ALARMS_MAX }, (_, i) => raise(`b/x${i}`)),
  );
  assert.equal(on('device:b').alarms.length, ALARMS_MAX);
  assert.equal(on('device:b').total, ALARMS_MAX + 1);
  assert.equal(thingView(desk.memory, 'device:zzz' as ThingKey), undefined);
});

test('things are found by all of the words, by kind and by feed', async () => {
  const { desk } = await openLife();
  await load(
    desk,
    'a',
    'devices: [{id: rt1, vendor: Juniper, site: osl}, {id: rt2, vendor: Cisco}]',
  );
  await load(desk, 'b', 'sites: [{id: osl, name: Oslo main}]');
  const found = (words: string, more = {}) =>
    whole(searchThings(desk.memory, { words, kind: undefined, feed: undefined, ...more }));
  assert.deepEqual(found('JUNI rt'), ['device:rt1']);
  assert.deepEqual(found('', { kind: 'site' }), ['site:osl']);
  assert.deepEqual(found('', { feed: 'a' }), ['device:rt1', 'device:rt2']);
  assert.deepEqual(found('nothing'), []);
});

test('a large switch is prepared beside what holds, and answers the same as one that was not', async () => {
  const devices = (n: number) => Array.from({ length: n }, (_, i) => `{id: d${i}, site: osl}`);
  for (const [n, wanted] of [
    [UNPREPARED_THINGS_MAX, 0],
    [UNPREPARED_THINGS_MAX + 1, 1],
  ] as const) {
    const life = await openLife();
    await load(life.desk, 'other', 'sites: [{id: osl, region: nordic}]');
    let prepared = 0;
    const { inventory } = life.desk.memory;
    const text = Buffer.from(`devices: [${devices(n)}]`);
    const read = readText({ format: 'yaml', bytes: text, kind: '' }, []);
    assert.ok(read.ok);
    const change = whole(compareFeed(life.desk.memory, 'net', read.parts));
    const says = { by: NORA, from: '', why: '' };
    await putBy(life.desk, change, says, async (work) => {
      prepared++;
      whole(work);
      assert.equal(inventory.contextOf('d7', {}).site, undefined, 'nobody sees it before');
    });
    assert.equal(prepared, wanted);
    assert.deepEqual(inventory.contextOf('d7', {}), {
      device: 'd7',
      region: 'nordic',
      site: 'osl',
    });
    assert.equal(inventory.graph.count, n + 1);
  }
});

test('what was prepared is not taken up when another feed was switched meanwhile', async () => {
  const { desk } = await openLife();
  const { inventory } = desk.memory;
  whole(inventory.prepare('net', []));
  await load(desk, 'other', 'sites: [osl]');
  assert.equal(inventory.graph.count, 1);
  whole(inventory.prepare('net', []));
  await load(desk, 'net', 'devices: [{id: a, site: osl}]');
  assert.deepEqual(inventory.contextOf('a', {}), { device: 'a', site: 'osl' });
  assert.equal(inventory.graph.count, 2);
});

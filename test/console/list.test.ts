import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import type { AlarmAct } from '../../src/desk/entry.ts';
import { ListView } from '../../src/desk/views/list.ts';
import { DEFAULT_QUERY, type ListQuery, SORTS } from '../../src/desk/views/query.ts';
import { openListViews } from '../../src/desk/views/shared.ts';
import { VIEW_LIMITS } from '../../src/desk/views/view-limits.ts';
import { STANDINGS } from '../../src/desk/views/words.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import { SEVERITIES } from '../../src/domain/alarm/severity.ts';
import { type FoldDesk, foldDesk, inMinutes, NORA, says, TOM } from './desk.ts';

/** mulberry32 */
const random = (seed: number) => {
  let state = seed;
  return (n: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
};

const pick = <T>(rng: (n: number) => number, of: readonly T[]): T => of[rng(of.length)] as T;

/** Something a source or a person may do, on few resources, so that the same are hit again. */
function anything(desk: FoldDesk, rng: (n: number) => number): void {
  desk.clock.pass(rng(120_000));
  const said = says(`site-${rng(8)}/if-${rng(2)}`, pick(rng, ['link.down', 'bgp.peer']), {
    kind: rng(3) === 0 ? 'clear' : 'raise',
    severity: pick(rng, SEVERITIES),
    labels: { site: `site-${rng(4)}` },
  });
  if (rng(3) > 0) {
    desk.tell(said);
    return;
  }
  const on = [{ id: pick(rng, [...desk.memory.all('alarms')].map((a) => a.id).concat(said.id)) }];
  const acts: readonly AlarmAct[] = [
    { verb: 'acknowledge', on, note: '' },
    { verb: 'unacknowledge', on, note: '' },
    { verb: 'close', on, note: 'done' },
    { verb: 'reopen', on, note: '' },
    { verb: 'shelve', on, until: inMinutes(desk, 60), reason: 'work' },
    { verb: 'unshelve', on, reason: 'done' },
  ];
  void desk.act(pick(rng, [NORA, TOM]), pick(rng, acts));
}

const anyQuery = (rng: (n: number) => number, after: string): ListQuery => ({
  ...DEFAULT_QUERY,
  filter: '',
  standings: rng(2) ? STANDINGS : STANDINGS.filter((_, i) => i === 0 || rng(2) === 0),
  severities: rng(2) ? SEVERITIES : SEVERITIES.filter((_, i) => i === 0 || rng(2) === 0),
  sort: pick(rng, SORTS),
  size: 1 + rng(3),
  after,
});

const shown = (view: ListView) => {
  const { rows, before, total, next } = view.page();
  const counts = STANDINGS.map((s) => SEVERITIES.map((v) => view.counts.of([s], [v])));
  return { rows: rows.map((a) => `${a.id} ${a.revision}`), before, total, next, counts };
};

test('a view kept by increments shows what a fresh scan shows, after any change', () => {
  let scans = 0;
  for (let seed = 1; seed <= 500; seed++) {
    const rng = random(seed);
    const desk = foldDesk();
    for (let i = 0; i < 20; i++) anything(desk, rng);
    const passes = rng(2) ? (a: Alarm) => a.labels.site !== 'site-1' : undefined;
    const first = new ListView(anyQuery(rng, ''), passes, desk.memory);
    const query = { ...first.query, after: rng(2) ? first.page().next : '' };
    const kept = new ListView(query, passes, desk.memory);
    desk.watch(({ alarms }) => {
      for (const [was, is] of alarms) kept.change(was, is);
    });
    for (let i = 0; i < 120; i++) {
      anything(desk, rng);
      const fresh = new ListView(query, passes, desk.memory);
      assert.deepEqual(shown(kept), shown(fresh), `seed ${seed}, change ${i}`);
    }
    scans += kept.scans;
  }
  assert.ok(scans < 500 * 2, `${scans} scans for 60,000 changes`);
});

test('what was taken, with the ticks after it, is the page: nothing is missed between', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const rng = random(seed);
    const desk = foldDesk();
    for (let i = 0; i < 12; i++) anything(desk, rng);
    const first = new ListView(anyQuery(rng, ''), undefined, desk.memory);
    const query = { ...first.query, size: 1 + rng(8), after: rng(2) ? first.page().next : '' };
    const view = new ListView(query, undefined, desk.memory);
    desk.watch(({ alarms }) => {
      for (const [was, is] of alarms) view.change(was, is);
    });
    const follower = view.follow();
    const revisions = new Map<string, number>();
    let order: readonly string[] = [];
    for (let i = 0; i < 30; i++) {
      const tick = follower.take();
      const away = new Set<string>([...tick.gone, ...tick.put.map(([, id]) => id)]);
      const next = order.filter((id) => !away.has(id));
      for (const [at, id] of tick.put) next.splice(at, 0, id);
      order = next;
      for (const a of tick.drawn) revisions.set(a.id, a.revision);
      const { rows } = view.page();
      assert.deepEqual(
        order,
        rows.map((a) => a.id),
        `seed ${seed}, tick ${i}`,
      );
      for (const a of rows) assert.equal(revisions.get(a.id), a.revision, `seed ${seed}`);
      for (const a of tick.left) assert.ok(tick.gone.includes(a.id) && !order.includes(a.id));
      if (rng(10) === 0) view.rescan();
      for (let n = rng(2) ? rng(3) : rng(12); n > 0; n--) anything(desk, rng);
    }
  }
});

test('a tick names what came, went and moved: not the 2,000 rows that stayed', () => {
  const desk = foldDesk();
  for (let i = 0; i < 2_100; i++) desk.tell(says(`r${i}`, 't', { severity: 'minor' }));
  const view = new ListView({ ...DEFAULT_QUERY, size: 2_000 }, undefined, desk.memory);
  assert.equal(view.page().rows.length, 2_000);
  desk.watch(({ alarms }) => {
    for (const [was, is] of alarms) view.change(was, is);
  });
  const follower = view.follow();
  assert.equal(follower.take().put.length, 2_000, 'first all of it');
  desk.tell(says('r7', 't', { severity: 'critical' }));
  const onPage = new Set(view.page().rows.map((a) => a.resource));
  const below = [...desk.memory.all('alarms')].find((a) => !onPage.has(a.resource));
  desk.tell(says(below?.resource ?? '', 't', { severity: 'minor', text: 'said anew' }));
  const { put, gone, drawn } = follower.take();
  assert.deepEqual([put.length, gone.length, drawn.length], [1, 0, 1]);
  assert.equal(put[0]?.[0], 0);
  desk.tell(says('new', 't', { severity: 'critical' }));
  const pushed = follower.take();
  assert.deepEqual([pushed.put.length, pushed.gone.length], [1, 1], 'the last row gives way');
  assert.deepEqual(pushed.left, [], 'and belongs to the view all the same');
});

test('a change costs no scan until more rows left than the slack holds', () => {
  const desk = foldDesk();
  for (let i = 0; i < 500; i++) desk.tell(says(`r${i}`, 't', { severity: 'minor' }));
  const view = new ListView({ ...DEFAULT_QUERY, size: 25 }, undefined, desk.memory);
  desk.watch(({ alarms }) => {
    for (const [was, is] of alarms) view.change(was, is);
  });
  for (let i = 0; i < 500; i++) {
    desk.tell(says(`r${i}`, 't', { severity: 'major' }));
    view.page();
  }
  assert.equal(view.scans, 1, 'rows that only move cost no scan');
  for (const row of [...desk.memory.all('alarms')].slice(0, 50)) {
    void desk.act(NORA, { verb: 'close', on: [{ id: row.id }], note: 'gone' });
    view.page();
  }
  assert.ok(view.scans <= 2, `${view.scans} scans for 50 rows that left`);
});

test('the next page begins where the last one ended, whatever was raised meanwhile', () => {
  for (const sort of SORTS) {
    const desk = foldDesk();
    for (let i = 0; i < 20; i++) {
      desk.clock.pass(1_000);
      desk.tell(says(`r${String(i).padStart(2, '0')}`, 't'));
    }
    const query: ListQuery = { ...DEFAULT_QUERY, sort, size: 5 };
    const first = new ListView(query, undefined, desk.memory).page();
    desk.clock.pass(1_000);
    for (const r of ['a', 'b', 'z']) desk.tell(says(r, 't', { severity: 'critical' }));
    const second = new ListView({ ...query, after: first.next }, undefined, desk.memory).page();
    const seen = new Set(first.rows.map((a) => a.id));
    assert.ok(!second.rows.some((a) => seen.has(a.id)), `${sort}: no row twice`);
    assert.equal(
      second.before,
      second.total - 15 - (sort === 'resource' ? 1 : sort === 'oldest' ? 3 : 0),
      sort,
    );
  }
});

test('a cursor nobody made leads to the first page', () => {
  const desk = foldDesk();
  desk.tell(says('r1', 't'));
  for (const sort of SORTS) {
    for (const after of ['x', '0123456789abcdef.', '0123456789abcdef.1e999.critical', '..', '~']) {
      if (sort === 'resource' && after.includes('f.')) continue; // any text is a resource
      const view = new ListView({ ...DEFAULT_QUERY, sort, after }, undefined, desk.memory);
      assert.equal(view.page().rows.length, 1, `${sort} ${after}`);
    }
  }
});

test('the same query is one view, scanned once, and is dropped when nobody looks', () => {
  const desk = foldDesk();
  for (let i = 0; i < 10; i++) desk.tell(says(`r${i}`, 't'));
  const views = openListViews(desk);
  const held = [1, 2, 3]
    .map(() => views.hold(DEFAULT_QUERY))
    .flatMap((h) => ('why' in h ? [] : [h]));
  assert.equal(new Set(held.map((h) => h.view)).size, 1);
  assert.equal(held[0]?.view.scans, 1);
  for (const h of held) h.release();
  desk.clock.pass(VIEW_LIMITS.idle_s_max * 1_000 - 1);
  assert.equal(views.size, 1);
  const again = views.hold(DEFAULT_QUERY);
  assert.ok('view' in again && again.view === held[0]?.view, 'whoever comes in time finds it');
  again.release();
  desk.clock.pass(VIEW_LIMITS.idle_s_max * 1_000);
  assert.equal(views.size, 0);
});

test('the first change of a quiet period ticks at once, the rest once in a while', () => {
  const desk = foldDesk();
  const views = openListViews(desk);
  const held = views.hold(DEFAULT_QUERY);
  assert.ok('view' in held);
  let ticks = 0;
  held.onTick(() => ticks++);
  desk.tell(says('r1', 't'));
  desk.clock.pass(0);
  assert.equal(ticks, 1);
  for (let i = 2; i < 200; i++) desk.tell(says(`r${i}`, 't'));
  desk.clock.pass(VIEW_LIMITS.tick_ms_min - 1);
  assert.equal(ticks, 1);
  desk.clock.pass(1);
  assert.equal(ticks, 2, 'one tick for all of them');
  desk.clock.pass(minutes(10));
  desk.tell(says('r500', 't', { severity: 'minor' }));
  desk.clock.pass(0);
  assert.equal(ticks, 3);
  desk.tell(says('r500', 't', { kind: 'clear', severity: 'minor' }));
  desk.clock.pass(100);
  assert.equal(ticks, 4);
});

test('a change outside the filter ticks nobody who filters', () => {
  const desk = foldDesk();
  const views = openListViews(desk);
  const held = views.hold({ ...DEFAULT_QUERY, filter: 'site=a' });
  assert.ok('view' in held);
  let ticks = 0;
  held.onTick(() => ticks++);
  desk.tell(says('r1', 't', { labels: { site: 'b' } }));
  desk.clock.pass(1_000);
  assert.equal(ticks, 0);
  assert.equal(views.counts.of(['waiting']), 1, 'the head counts it all the same');
});

test('beyond the most views that are kept, one is drawn once and not kept', () => {
  const desk = foldDesk();
  const views = openListViews(desk);
  for (let i = 0; i < VIEW_LIMITS.views_max; i++) {
    const held = views.hold({ ...DEFAULT_QUERY, filter: `w${i}` });
    assert.ok('view' in held && held.kept);
  }
  const over = views.hold({ ...DEFAULT_QUERY, filter: 'one more' });
  assert.ok('view' in over && !over.kept);
  assert.equal(views.size, VIEW_LIMITS.views_max);
});

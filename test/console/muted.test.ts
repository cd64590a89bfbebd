import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, millis, minutes } from '../../src/base/time.ts';
import { openBreakdowns } from '../../src/desk/views/breakdowns.ts';
import { MUTED_LIMITS, MutedAlarms } from '../../src/desk/views/muted.ts';
import { DEFAULT_QUERY } from '../../src/desk/views/query.ts';
import { listReading } from '../../src/desk/views/reading.ts';
import { openListViews } from '../../src/desk/views/shared.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { foldDesk, inMinutes, NORA, says } from './desk.ts';

function open() {
  const desk = foldDesk();
  const muted = new MutedAlarms(desk);
  const reading = listReading(desk, () => undefined, muted);
  const views = openListViews(desk, reading, muted);
  const breakdowns = openBreakdowns(desk, reading, muted);
  const view = (filter: string) => {
    const held = views.hold({ ...DEFAULT_QUERY, filter });
    assert.ok(!('why' in held), filter);
    return held.view;
  };
  const counts = breakdowns.hold(DEFAULT_QUERY, ['@muted'], false)?.counts;
  assert.ok(counts);
  while (!counts.prepare());
  let n = 0;
  return {
    desk,
    muted,
    view,
    counted: () => counts.top('@muted', 9).map(({ value, total }) => `${value} ${total}`),
    /** Long enough for every slice that is due. */
    settle: (ms = MUTED_LIMITS.again_ms_min + 100) => {
      for (let at = 0; at < ms; at += 5) desk.clock.pass(millis(5));
    },
    silence: (site: string, from: Instant, to: Instant) =>
      desk.act(NORA, {
        ...{ verb: 'silence.set', newId: `s${++n}` as SilenceId, createdBy: 'nora', comment: 'x' },
        ...{ matchers: [{ name: 'site', op: '=', value: site }], startsAt: from, endsAt: to },
        annotations: {},
      }),
    raise: (...names: readonly string[]) =>
      desk.tell(...names.map((r) => says(r, 'down', { labels: { site: r.slice(0, 3) } }))),
    names: (filter: string) =>
      view(filter)
        .page()
        .rows.map((a) => a.resource)
        .sort(),
  };
}

test('rows say when a silence begins and ends, without a change of the alarm', async () => {
  const d = open();
  d.raise('nbg-1', 'fra-1');
  const follower = d.view('').follow();
  follower.take();
  await d.silence('nbg', inMinutes(d.desk, 1), inMinutes(d.desk, 2));
  d.settle();
  assert.deepEqual(follower.take().drawn, [], 'it has not begun');
  d.desk.clock.pass(minutes(1));
  d.settle();
  assert.deepEqual(
    follower.take().drawn.map((a) => a.resource),
    ['nbg-1'],
  );
  assert.deepEqual([d.names('@muted="silenced"'), d.names('@muted=""')], [['nbg-1'], ['fra-1']]);
  assert.deepEqual(d.counted(), ['silenced 1']);
  d.desk.clock.pass(minutes(1));
  d.settle();
  const { drawn, put } = follower.take();
  assert.deepEqual([drawn.map((a) => a.resource), put], [['nbg-1'], []], 'it stays in its place');
  assert.deepEqual([d.names('@muted="silenced"'), d.counted()], [[], []]);
});

test('what comes while a silence holds is marked, what is over is not, and counts stay exact', async () => {
  const d = open();
  await d.silence('nbg', d.desk.clock.now(), inMinutes(d.desk, 60));
  d.settle();
  d.raise('nbg-1', 'nbg-2', 'fra-1');
  d.settle(30);
  assert.deepEqual(d.counted(), ['silenced 2']);
  d.desk.tell(says('nbg-1', 'down', { kind: 'clear' }));
  d.settle(30);
  assert.deepEqual([d.counted(), d.names('@muted="silenced"')], [['silenced 1'], ['nbg-2']]);
  d.desk.tell(says('nbg-2', 'down', { severity: 'minor', labels: { site: 'fra' } }));
  d.settle(30);
  assert.deepEqual(d.counted(), []);
  assert.equal(d.view('@muted=""').page().total, 2);
  assert.equal(d.view('').page().total, 2);
});

test('an alarm that inhibits marks those that it keeps from being told, until it is over', async () => {
  const d = open();
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  const down = { name: 'site down', source: [], target: [], equal: ['site'] };
  const inhibitions = [
    {
      ...down,
      source: [{ name: '@type', op: '=', value: 'site' }],
      target: [{ name: '@type', op: '=', value: 'down' }],
    },
  ];
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  await d.desk.act(NORA, {
    ...{ verb: 'revision.apply', ...words, plan: { ...plan, inhibitions } },
  } as never);
  d.raise('nbg-1', 'fra-1');
  d.settle();
  assert.deepEqual(d.counted(), []);
  d.desk.tell(says('nbg', 'site', { labels: { site: 'nbg' } }));
  d.settle();
  assert.deepEqual([d.counted(), d.names('@muted="inhibited"')], [['inhibited 1'], ['nbg-1']]);
  d.desk.tell(says('nbg', 'site', { kind: 'clear' }));
  d.settle();
  assert.deepEqual(d.counted(), []);
});

test('all alarms are looked at in slices, and not again before the pause is over', async () => {
  const d = open();
  const { slice_alarms_max, slice_gap_ms, again_ms_min } = MUTED_LIMITS;
  d.raise(...Array.from({ length: slice_alarms_max + 1 }, (_, i) => `nbg-${i}`));
  await d.silence('nbg', d.desk.clock.now(), inMinutes(d.desk, 60));
  d.settle(slice_gap_ms);
  assert.deepEqual(d.counted(), [`silenced ${slice_alarms_max}`]);
  d.settle(slice_gap_ms);
  assert.deepEqual(d.counted(), [`silenced ${slice_alarms_max + 1}`]);
  d.raise('fra-1');
  await d.silence('fra', d.desk.clock.now(), inMinutes(d.desk, 60));
  d.settle(again_ms_min);
  assert.equal(d.muted.of(d.view('site="fra"').page().rows[0]?.id as never)?.is, 'silenced');
});

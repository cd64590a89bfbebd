import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, hours } from '../../src/base/time.ts';
import { openBreakdowns } from '../../src/desk/views/breakdowns.ts';
import {
  type Dimension,
  OVERVIEW_HIDDEN,
  OVERVIEW_NAMES,
  OVERVIEW_OPEN,
  overviewTasks,
  placesIn,
} from '../../src/desk/views/overview.ts';
import { listReading } from '../../src/desk/views/reading.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { alert, type Life, openLife } from '../support/desk.ts';

const NORA = 'nora' as UserId;

const raise = (name: string, labels: Record<string, string>, severity: 'critical' | 'minor') => {
  const event = alert(name, { severity });
  return { ...event, labels: { ...event.labels, ...labels } };
};

/** What a page of the overview holds, with everything counted. */
function countsOf({ desk }: Life) {
  const breakdowns = openBreakdowns(
    desk,
    listReading(desk, () => undefined),
  );
  const open = breakdowns.hold(OVERVIEW_OPEN, OVERVIEW_NAMES, false);
  const hidden = breakdowns.hold(OVERVIEW_HIDDEN, OVERVIEW_NAMES, false);
  assert.ok(open && hidden);
  for (const { counts } of [open, hidden]) while (!counts.prepare());
  const counts = { open: open.counts, hidden: hidden.counts };
  return {
    places: (by: Dimension) => placesIn(desk.memory, by, counts),
    close: () => breakdowns.close(),
  };
}

test('sites, services and teams are counted as alarms change, whenever counting began', async () => {
  const life = await openLife();
  const early = countsOf(life);
  await life.desk.receive('test', [
    raise('a', { site: 'nbg', service: 'mail,web', team: 'net' }, 'minor'),
    raise('b', { site: 'nbg', owner: 'db' }, 'critical'),
    raise('c', {}, 'critical'),
  ]);
  const [, b] = life.desk.memory.all('alarms');
  assert.ok(b);
  const on = [{ id: b.id, episode: b.episode }];
  await life.desk.act(NORA, { verb: 'acknowledge', on, note: '' });
  const late = countsOf(life);
  for (const counts of [early, late]) {
    assert.deepEqual(counts.places('site'), [
      {
        ...{ name: 'nbg', label: 'site', waiting: 1, acknowledged: 1, hidden: 0 },
        ...{ worst: 'minor', held: undefined },
      },
    ]);
    assert.deepEqual(
      counts.places('service').map(({ name }) => name),
      ['mail', 'web'],
    );
    assert.deepEqual(
      counts.places('team').map(({ name, label }) => [name, label]),
      [
        ['db', 'owner'],
        ['net', 'team'],
      ],
    );
  }
  await life.desk.act(NORA, { verb: 'close', on, note: '' });
  assert.equal(early.places('site')[0]?.acknowledged, 0);
  const [a] = life.desk.memory.all('alarms');
  assert.ok(a);
  await life.desk.act(NORA, { verb: 'acknowledge', on: [{ id: a.id }], note: '' });
  const [site] = early.places('site');
  assert.deepEqual([site?.waiting, site?.worst, site?.held], [0, undefined, 'minor']);
  const until = after(life.clock.now(), hours(1));
  await life.desk.act(NORA, { verb: 'shelve', on: [{ id: a.id }], until, reason: 'works' });
  for (const service of early.places('service')) {
    assert.deepEqual([service.hidden, service.acknowledged, service.held], [1, 0, undefined]);
  }
  early.close();
  late.close();
});

test('what a shift has in hand is counted as of now', async () => {
  const life = await openLife();
  const none = overviewTasks(life.desk.memory, life.clock.now());
  assert.deepEqual(none, {
    ...{ duties: [], incidents: [], incidentsTotal: 0, handovers: [], pagesOpen: 0, runsOpen: 0 },
    ...{ silences: 0, works: 0 },
  });
  await life.desk.receive('test', [raise('a', {}, 'minor')]);
  const [a] = life.desk.memory.all('alarms');
  assert.ok(a);
  const words = { title: 'Mail', lead: '' as const, note: '' };
  await life.desk.act(NORA, { verb: 'incident.open', alarms: [a.id], ...words });
  assert.equal(overviewTasks(life.desk.memory, life.clock.now()).incidentsTotal, 1);
});

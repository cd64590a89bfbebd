import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOverviewCounts, overviewTasks } from '../../src/desk/views/overview.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { alert, openLife } from '../support/desk.ts';

const NORA = 'nora' as UserId;

const raise = (name: string, labels: Record<string, string>, severity: 'critical' | 'minor') => {
  const event = alert(name, { severity });
  return { ...event, labels: { ...event.labels, ...labels } };
};

test('sites, services and teams are counted as alarms change, whenever counting began', async () => {
  const life = await openLife();
  const early = openOverviewCounts(life.desk);
  await life.desk.receive('test', [
    raise('a', { site: 'nbg', service: 'mail,web', team: 'net' }, 'minor'),
    raise('b', { site: 'nbg', owner: 'db' }, 'critical'),
    raise('c', {}, 'critical'),
  ]);
  const [, b] = life.desk.memory.all('alarms');
  assert.ok(b);
  const on = [{ id: b.id, episode: b.episode }];
  await life.desk.act(NORA, { verb: 'acknowledge', on, note: '' });
  const late = openOverviewCounts(life.desk);
  for (const counts of [early, late]) {
    assert.deepEqual(counts.places('site'), [
      {
        ...{ name: 'nbg', label: 'site', waiting: 1, acknowledged: 1, hidden: 0 },
        ...{ worst: 'minor', held: 'critical' },
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
  const before = early.changes;
  await life.desk.act(NORA, { verb: 'close', on, note: '' });
  assert.ok(early.changes > before);
  assert.equal(early.places('site')[0]?.held, undefined);
  early.close();
  late.close();
});

test('what a shift has in hand is counted as of now', async () => {
  const life = await openLife();
  const none = overviewTasks(life.desk.memory, life.clock.now());
  assert.deepEqual(none, {
    ...{ duties: [], incidents: [], incidentsTotal: 0, pagesOpen: 0, runsOpen: 0 },
    ...{ silences: 0, works: 0 },
  });
  await life.desk.receive('test', [raise('a', {}, 'minor')]);
  const [a] = life.desk.memory.all('alarms');
  assert.ok(a);
  const words = { title: 'Mail', lead: '' as const, note: '' };
  await life.desk.act(NORA, { verb: 'incident.open', alarms: [a.id], ...words });
  assert.equal(overviewTasks(life.desk.memory, life.clock.now()).incidentsTotal, 1);
});

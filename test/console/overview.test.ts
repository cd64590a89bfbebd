import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overviewParts } from '../../src/console/overview-page.ts';
import { readFilter } from '../../src/desk/views/filter.ts';
import { overviewTasks, type PlaceView } from '../../src/desk/views/overview.ts';
import { readQuery } from '../../src/desk/views/query.ts';
import { openLife } from '../support/desk.ts';
import { raise } from '../support/http.ts';

const place = (label: string, name: string): PlaceView => ({
  ...{ label, name, waiting: 1, acknowledged: 0, hidden: 0, worst: 'minor', held: undefined },
});

test('a tile leads to just its alarms, also where one alarm hits several services', async () => {
  const { desk, clock } = await openLife();
  const site = { prefix: '', name: 'x', asset: (name: string) => name };
  const [now, nameOf] = [clock.now(), (id: string) => id];
  const tasks = overviewTasks(desk.memory, now);
  const labels = ['mail', 'mail,web', 'web, mail', 'mailing', 'a.b', 'axb', 'say "no"\\'];
  for (const [n, service] of labels.entries()) {
    await desk.receive('test', [raise(`r${n}`, { labels: { service, site: service } })]);
  }
  const found = (by: 'site' | 'service', name: string): readonly string[] => {
    const none = { site: [], service: [], team: [] };
    const places = { ...none, [by]: [place(by, name)] };
    const { text } = overviewParts(site, { places, tasks, nameOf, now })[by];
    const href = /href="([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const filter = readFilter(readQuery(new URL(href, 'http://x').searchParams).filter);
    assert.ok(!('why' in filter), href);
    const fits = [...desk.memory.all('alarms')].filter((a) => filter.passes?.(a));
    return fits.map((a) => a.labels[by] ?? '');
  };
  assert.deepEqual(found('service', 'mail'), ['mail', 'mail,web', 'web, mail']);
  assert.deepEqual(found('service', 'a.b'), ['a.b']);
  assert.deepEqual(found('service', 'say "no"\\'), ['say "no"\\']);
  assert.deepEqual(found('site', 'mail'), ['mail']);
});

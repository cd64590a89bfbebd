import assert from 'node:assert/strict';
import { test } from 'node:test';
import { siteMap } from '../../src/console/overview-map.ts';
import { overviewParts } from '../../src/console/overview-page.ts';
import { readFilter } from '../../src/desk/views/filter.ts';
import { liesOf, overviewTasks, type PlaceView } from '../../src/desk/views/overview.ts';
import { readQuery } from '../../src/desk/views/query.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { keyOf, partsOf, type Thing } from '../../src/domain/inventory/thing.ts';
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
    const { text } = overviewParts(site, { places, lies: new Map(), tasks, nameOf, now })[by];
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

const SITES = ['ams', 'fra', 'par', 'far'].map((name) => place('site', name));
const hrefOf = ({ name }: PlaceView): string => `/?q=${name}`;

test('sites that say where they lie stand on a map; each leads to its alarms', () => {
  const lies = new Map([
    ['ams', { lat: 52.37, lon: 4.9 }],
    ['fra', { lat: 50.11, lon: 8.68 }],
    ['par', { lat: 48.86, lon: 2.35 }],
  ]);
  const { text } = siteMap(SITES, lies, hrefOf);
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
  assert.deepEqual(links, ['/?q=ams', '/?q=fra', '/?q=par']);
  assert.match(text, /aria-label="ams: 1 waiting, minor"/);
  const [ams, fra, par] = [...text.matchAll(/translate\((\S+) (\S+)\)/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
  assert.ok(ams && fra && par);
  assert.ok(ams.y < fra.y && fra.y < par.y, 'north is up');
  assert.ok(par.x < ams.x && ams.x < fra.x, 'east is right');
});

test('two places are no map', () => {
  const lies = new Map([
    ['ams', { lat: 52.37, lon: 4.9 }],
    ['fra', { lat: 50.11, lon: 8.68 }],
  ]);
  assert.equal(siteMap(SITES, lies, hrefOf).text, '');
});

test('a site lies where the inventory says, and nowhere when that is no place on earth', async () => {
  const { desk } = await openLife();
  const site = (name: string, attributes: Record<string, string>): Thing => ({
    key: keyOf('site', name),
    attributes,
  });
  const things = [
    site('ams', { lat: '52.37', lon: '4.9' }),
    site('bad', { lat: '152', lon: '4.9' }),
    site('half', { lat: '52' }),
    site('words', { lat: 'north', lon: '' }),
  ];
  const parts = partsOf(things);
  const by = 'ada' as UserId;
  const counts = { things: things.length, added: things.length, changed: 0, removed: 0 };
  await desk.act(by, { verb: 'inventory.put', feed: 'f', parts });
  const ids = parts.map(({ id }) => id);
  const says = { basedOn: '', counts, from: 'test', why: 'places', restores: '' };
  await desk.act(by, { verb: 'inventory.switch', feed: 'f', parts: ids, ...says });
  assert.deepEqual([...liesOf(desk.memory)], [['ams', { lat: 52.37, lon: 4.9 }]]);
});

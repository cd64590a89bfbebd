import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Instant, instantText } from '../../src/base/time.ts';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';

const s = await openApiServer();
after(() => s.close());
await s.desk.receive('test', [raise('core-1')]);

const day = (n: number): string =>
  instantText((s.clock.now() + n * 86_400_000) as Instant).slice(0, 10);

const weekly = (more: object = {}) => ({
  every: 'week',
  from: `${day(1)}T22:00`,
  minutes: 240,
  zone: 'Europe/Vienna',
  ...more,
});

const work = (recurs: object, more: object = {}) => ({
  name: 'Backups',
  matchers: ['alertname="Down"'],
  recurs,
  reason: 'each week',
  ...more,
});

interface Work {
  readonly state: string;
  readonly windowsLeft: number;
  readonly recurs: object | null;
  readonly windows: readonly { readonly from: string; readonly to: string }[];
}

test('work that comes again is tried, planned, and says how it comes and when', async () => {
  const tried = await s.operator.post('/maintenances/try', { recurs: weekly() });
  const { windows } = tried.body as { windows: object[] };
  assert.equal(windows.length, 5);
  assert.deepEqual(await s.viewer.get('/maintenances').then((r) => r.body), {
    items: [],
    next: null,
    asOf: s.desk.memory.position,
  });
  const made = await s.operator.post(
    '/maintenances',
    work(weekly({ except: [`${day(8)}T22:00`] })),
  );
  const { id } = made.body as { id: string };
  const one = (await s.viewer.get(`/maintenances/${id}`)).body as Work;
  const kept = { until: null, times: null, except: [`${day(8)}T22:00`] };
  assert.deepEqual(one.recurs, { ...weekly(), ...kept });
  assert.deepEqual(one.windows[0], windows[0]);
  assert.deepEqual(one.windows[1], windows[2], 'the second is left out');
  assert.equal(one.windowsLeft, 56, 'four hundred days of weeks, without one');
  assert.equal(s.desk.memory.get('maintenances', id)?.goesOn, true);
});

test('an end by day includes that day; so many times are so many', async () => {
  const windows = async (more: object) => {
    const { body } = await s.operator.post('/maintenances', work(weekly(more)));
    const { id } = body as { id: string };
    assert.equal(s.desk.memory.get('maintenances', id)?.goesOn, undefined);
    return ((await s.viewer.get(`/maintenances/${id}`)).body as Work).windows.length;
  };
  assert.equal(await windows({ until: day(8) }), 2);
  assert.equal(await windows({ until: `${day(8)}T21:59` }), 1);
  assert.equal(await windows({ times: 3 }), 3);
});

test('what cannot be read is named, and what never comes is refused', async () => {
  const refused = async (body: object) => {
    const answer = await s.operator.post('/maintenances', body);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    return (answer.body as { errors?: { field: string }[] }).errors?.[0]?.field;
  };
  const windows = [{ from: instantText(s.clock.now()), to: `${day(1)}T00:00:00Z` }];
  assert.equal(await refused(work(weekly({ every: 'year' }))), 'recurs.every');
  assert.equal(await refused(work(weekly({ zone: 'Mars' }))), 'recurs.zone');
  assert.equal(await refused(work(weekly({ from: 'soon' }))), 'recurs.from');
  assert.equal(await refused(work(weekly({ minutes: 90 * 1_440 + 1 }))), 'recurs.minutes');
  assert.equal(await refused(work(weekly({ until: 'later' }))), 'recurs.until');
  assert.equal(await refused(work(weekly({ until: day(9), times: 2 }))), 'recurs.times');
  assert.equal(await refused(work(weekly({ except: ['x'] }))), 'recurs.except');
  assert.equal(await refused(work(weekly({ until: day(-9) }))), 'recurs');
  assert.equal(await refused(work(weekly(), { windows })), 'windows');
  const { recurs: _, ...neither } = work(weekly());
  assert.equal(await refused(neither), 'windows');
  assert.equal(
    await refused(work(weekly({ every: 'day', minutes: 1_440 }))),
    'windows[0]',
    'endless',
  );
});

const notice = (sequence: number, more = ''): string =>
  [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'UID:n1@carrier.example',
    `SEQUENCE:${sequence}`,
    `DTSTART:${day(3).replaceAll('-', '')}T220000Z`,
    'DURATION:PT4H',
    'X-MAINTNOTE-OBJECT-ID:OSL-BGO-1',
    ...(more === '' ? [] : [more]),
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\r\n');

interface Imported {
  readonly events: readonly { readonly outcome: string; readonly id: string | null }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly fault: object | null;
}

test('a calendar is tried, taken, taken again without doubling, and cancelled', async () => {
  const hand = async (text: string, more: object = {}) => {
    const answer = await s.operator.post('/maintenances/import', { text, ...more });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body as Imported;
  };
  const matchers = ['alertname="Down"'];
  const before = s.desk.memory.count('maintenances');
  assert.deepEqual((await hand(notice(1), { matchers, dryRun: true })).counts, { taken: 1 });
  assert.equal(s.desk.memory.count('maintenances'), before);
  const [made] = (await hand(notice(1), { matchers })).events;
  assert.equal(s.desk.memory.get('maintenances', made?.id ?? '')?.windows.length, 1);
  assert.deepEqual((await hand(notice(1), { matchers })).counts, { unchanged: 1 });
  assert.deepEqual((await hand(notice(2, 'STATUS:CANCELLED'))).counts, { ended: 1 });
  assert.equal(s.desk.memory.count('maintenances'), before + 1);
  assert.deepEqual((await hand('x')).fault, { line: 1, why: 'NAME:value expected' });
  assert.equal((await s.viewer.post('/maintenances/import', { text: '' })).status, 403);
  const wrong = await s.operator.post('/maintenances/import', { text: '', zone: 'Mars' });
  assert.equal(wrong.status, 422);
});

test('without matchers its circuits are looked up, and a port on one of them is quiet', async () => {
  const things = [
    { key: 'device:osl-1', names: ['osl-1'] },
    { key: 'port:osl-1/xe-0', partOf: 'device:osl-1' },
    { key: 'device:bgo-1', names: ['bgo-1'] },
    { key: 'port:bgo-1/xe-0', partOf: 'device:bgo-1' },
    { key: 'circuit:4711', names: ['osl-bgo-1'] },
    {
      key: 'link:osl-bgo',
      ends: ['port:osl-1/xe-0', 'port:bgo-1/xe-0'],
      dependsOn: ['circuit:4711'],
    },
  ];
  const by = s.operator.id;
  const part = { id: 'p1', things } as never;
  await s.desk.act(by, { verb: 'inventory.put', feed: 'net', parts: [part] });
  const counts = { things: 6, added: 6, changed: 0, removed: 0 };
  const version = { feed: 'net', basedOn: '', parts: ['p1'], counts, from: 'x', why: 'x' };
  const put = await s.desk.act(by, { verb: 'inventory.switch', ...version, restores: '' });
  assert.equal(put.refused, undefined);
  const text = notice(1).replace('n1@', 'n2@');
  const answer = await s.operator.post('/maintenances/import', { text });
  const [event] = (answer.body as Imported).events;
  assert.equal(event?.outcome, 'taken', JSON.stringify(answer.body));
  assert.deepEqual(s.desk.memory.get('maintenances', event?.id ?? '')?.things, ['circuit:4711']);
  const places = s.desk.memory.inventory.placesOf('osl-1/xe-0', {});
  assert.ok(places.includes('circuit:4711' as never), places.join(' '));
});

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

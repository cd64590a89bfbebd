import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ENTRY_LIMITS } from '../../src/desk/entry.ts';
import { type Alarm, LIMITS } from '../../src/domain/alarm/alarm.ts';
import { openApiServer } from '../support/api.ts';
import { clear, raise } from '../support/http.ts';

const s = await openApiServer();
after(() => s.close());
const { admin, operator, viewer } = s;

interface Listed {
  readonly items: readonly (Alarm & { readonly id: string })[];
  readonly next: string | null;
  readonly total: number | null;
  readonly asOf: number;
}

const DAY_MS = 86_400_000;
const inTime = (ms: number) => new Date(s.clock.now() + ms).toISOString();
const idOf = (resource: string) => raise(resource).id;
const episodeOf = (resource: string) => s.desk.memory.get('alarms', idOf(resource))?.episode;
const list = async (query: string) => (await viewer.get(`/alarms${query}`)).body as Listed;
const names = (page: Listed) => page.items.map((a) => a.resource);

before(async () => {
  for (const [resource, severity] of [
    ['core-1', 'critical'],
    ['core-2', 'minor'],
    ['edge-1', 'major'],
    ['edge-2', 'critical'],
    ['edge-3', 'warning'],
  ] as const) {
    s.clock.pass(1_000);
    await s.desk.receive('test', [
      raise(resource, { severity, labels: { site: resource.slice(0, 4) } }),
    ]);
  }
  await s.desk.receive('test', [raise('gone', { labels: { site: 'gone' } }), clear('gone')]);
  await s.stored();
});

test('raised alarms come worst first, then newest, with their number', async () => {
  const page = await list('');
  assert.deepEqual(names(page), ['edge-2', 'core-1', 'edge-1', 'core-2', 'edge-3']);
  assert.equal(page.total, 5);
  assert.equal(page.next, null);
  assert.equal(page.asOf, s.desk.memory.position);
});

test('filters are matchers, all of which must hold', async () => {
  assert.deepEqual(
    names(await list('?filter=site%3D%22edge%22&filter=%40severity!%3D%22major%22')),
    ['edge-2', 'edge-3'],
  );
  assert.deepEqual(names(await list('?filter=site%3D~%22co.*%22&sort=oldest')), [
    'core-1',
    'core-2',
  ]);
});

test('a bad matcher, order, limit, cursor or parameter says what is wrong', async () => {
  for (const [query, code, title] of [
    ['?filter=site%3D~%22(%22', 'MATCHER_INVALID', /Bad matcher site=~"\("/],
    ['?sort=size', 'FIELD_INVALID', /`sort`/],
    ['?limit=0', 'FIELD_INVALID', /`limit`: must be >= 1/],
    ['?limit=1001', 'FIELD_INVALID', /`limit`: must be <= 1000/],
    ['?limit=ten', 'FIELD_INVALID', /`limit`: must be integer/],
    ['?limit=1&limit=2', 'FIELD_INVALID', /`limit`: one value/],
    ['?cursor=x', 'CURSOR_INVALID', /not one of ours/],
    ['?cursor=m.severity.x', 'CURSOR_INVALID', /not one of ours/],
    ['?sort=newest&cursor=m.severity.x', 'CURSOR_INVALID', /not one of ours/],
    ['?severity=major', 'FIELD_INVALID', /`severity`: is not known here/],
    ['?state=cleared&sort=severity', 'FIELD_INVALID', /`sort`: only `newest` for history/],
  ] as const) {
    const { status, body } = await viewer.get(`/alarms${query}`);
    assert.equal(status, 422, query);
    const problem = body as { code: string; title: string };
    assert.equal(problem.code, code, query);
    assert.match(problem.title, title);
  }
});

test('pages by cursor are stable while alarms come and go', async (t) => {
  const first = await list('?limit=2&sort=oldest');
  assert.deepEqual(names(first), ['core-1', 'core-2']);
  await s.desk.receive('test', [clear('core-1'), raise('late')]);
  t.after(() =>
    s.desk.receive('test', [raise('core-1', { labels: { site: 'core' } }), clear('late')]),
  );
  const second = await list(`?limit=2&sort=oldest&cursor=${first.next}`);
  assert.deepEqual(names(second), ['edge-1', 'edge-2']);
  const third = await list(`?limit=2&sort=oldest&cursor=${second.next}`);
  assert.deepEqual(names(third), ['edge-3', 'late']);
  assert.equal(third.next, null);
});

test('cleared alarms and words come from history, in the version memory has', async () => {
  assert.deepEqual(names(await list('?state=cleared&filter=site%3D%22gone%22')), ['gone']);
  assert.deepEqual(names(await list('?state=any&q=EDGE-2')), ['edge-2']);
  const all = await list('?state=any&limit=3');
  const rest = await list(`?state=any&limit=9&cursor=${all.next}`);
  const both = [...names(all), ...names(rest)];
  assert.equal(new Set(both).size, both.length);
  assert.ok(both.includes('gone') && both.includes('edge-3'));
});

test('what the store has not written yet is found all the same', async () => {
  await s.desk.receive('test', [raise('brand-new')]);
  assert.ok(s.desk.store.position < s.desk.memory.position);
  const page = await list('?state=any&q=brand-new');
  assert.deepEqual(names(page), ['brand-new']);
  assert.ok(page.asOf < s.desk.memory.position);
  await s.desk.receive('test', [clear('brand-new')]);
  assert.deepEqual(names(await list('?state=cleared&q=brand-new')), ['brand-new']);
  await s.stored();
  assert.deepEqual(names(await list('?state=cleared&q=brand-new')), ['brand-new']);
});

test('one alarm has an ETag, and is not sent again while it stands', async () => {
  const first = await viewer.get(`/alarms/${idOf('core-2')}`);
  assert.equal(first.status, 200);
  const etag = first.headers.get('etag') ?? '';
  const { episode, revision } = (first.body as { alarm: Alarm }).alarm;
  assert.equal(etag, `"${revision}-${episode}"`);
  const same = await viewer.get(`/alarms/${idOf('core-2')}`, { 'if-none-match': etag });
  assert.equal(same.status, 304);
  assert.equal(same.headers.get('etag'), etag);
  await operator.post(`/alarms/${idOf('core-2')}/comment`, { note: 'looked at it' });
  const changed = await viewer.get(`/alarms/${idOf('core-2')}`, { 'if-none-match': etag });
  assert.equal(changed.status, 200);
  assert.equal((await viewer.get('/alarms/0000000000000000')).status, 404);
});

test('an action shows the state it made, and the name of who did it', async () => {
  const id = idOf('edge-1');
  const episode = episodeOf('edge-1');
  const done = await operator.post(`/alarms/${id}/acknowledge`, { note: 'mine', episode });
  assert.equal(done.status, 200);
  const [result] = (done.body as { results: Record<string, unknown>[] }).results;
  assert.deepEqual(
    { ...result, revision: 0 },
    { id, ok: true, episode, revision: 0, condition: 'raised', handling: 'acknowledged' },
  );
  const { body, headers } = await viewer.get(`/alarms/${id}`);
  const { alarm } = body as { alarm: Record<string, unknown> & { handling: object } };
  assert.equal(alarm.standing, 'acknowledged');
  assert.deepEqual(
    { ...alarm.handling, at: '' },
    {
      is: 'acknowledged',
      by: { id: operator.by, name: 'operator (token role)' },
      at: '',
      note: 'mine',
      until: null,
      line: 1,
    },
  );
  assert.equal(done.headers.get('etag'), headers.get('etag'));
});

test('an action on an episode that passed is refused: 409, and 412 with If-Match', async () => {
  const id = idOf('flap');
  await s.desk.receive('test', [raise('flap')]);
  const etag = (await viewer.get(`/alarms/${id}`)).headers.get('etag') ?? '';
  const episode = episodeOf('flap');
  await s.desk.receive('test', [clear('flap')]);
  await s.desk.receive('test', [raise('flap')]);
  const body = await operator.post(`/alarms/${id}/acknowledge`, { episode });
  assert.equal(body.status, 409);
  const { code, title } = body.body as { code: string; title: string };
  assert.equal(code, 'EPISODE_PASSED');
  assert.match(title, /raised again since you looked/);
  const header = await operator.post(`/alarms/${id}/acknowledge`, {}, { 'if-match': etag });
  assert.equal(header.status, 412);
  const bad = await operator.post(`/alarms/${id}/acknowledge`, {}, { 'if-match': 'x' });
  assert.equal(bad.status, 422);
  const any = await operator.post(`/alarms/${id}/acknowledge`, {}, { 'if-match': '*' });
  assert.equal(any.status, 200);
});

test('the same key does a thing once and tells the first outcome again; keys are personal', async () => {
  const path = `/alarms/${idOf('edge-3')}/comment`;
  const key = { 'idempotency-key': 'one' };
  const first = await operator.post(path, { note: 'once' }, key);
  const again = await operator.post(path, { note: 'once' }, key);
  const position = (r: typeof first) => (r.body as { position: number }).position;
  assert.equal(position(again), position(first));
  assert.equal((again.body as { repeated: boolean }).repeated, true);
  const hers = await admin.post(path, { note: 'once' }, key);
  assert.equal((hers.body as { repeated: boolean }).repeated, false);
  const { body } = await viewer.get(`/alarms/${idOf('edge-3')}/timeline`);
  const comments = (body as { items: { what: string }[] }).items.filter(
    (c) => c.what === 'commented',
  );
  assert.equal(comments.length, 2);
  const fits = await operator.post(path, { note: 'x' }, { 'idempotency-key': 'k'.repeat(200) });
  assert.equal(fits.status, 200);
  const long = await operator.post(path, { note: 'x' }, { 'idempotency-key': 'k'.repeat(201) });
  assert.equal(long.status, 422);
});

test('a shelf needs a reason and an end within range', async () => {
  const path = `/alarms/${idOf('edge-2')}/shelve`;
  const code = async (body: object) =>
    ((await operator.post(path, body)).body as { code: string }).code;
  assert.equal(await code({ reason: 'works' }), 'FIELD_INVALID');
  assert.equal(await code({ reason: 'works', until: 'tomorrow' }), 'FIELD_INVALID');
  assert.equal(await code({ reason: ' ', until: inTime(60_000) }), 'REASON_MISSING');
  assert.equal(await code({ reason: 'works', until: inTime(0) }), 'END_OUT_OF_RANGE');
  const max = LIMITS.shelf_days_max * DAY_MS;
  assert.equal(await code({ reason: 'works', until: inTime(max + 1) }), 'END_OUT_OF_RANGE');
  const done = await operator.post(path, { reason: 'works', until: inTime(max) });
  assert.equal(done.status, 200);
  const [result] = (done.body as { results: { shelvedUntil: string }[] }).results;
  assert.equal(result?.shelvedUntil, inTime(max));
  assert.equal((await operator.post(`/alarms/${idOf('edge-2')}/unshelve`, {})).status, 200);
});

test('assigning takes a user of this desk, or nobody', async () => {
  const path = `/alarms/${idOf('core-1')}/assign`;
  assert.equal((await operator.post(path, { assignee: viewer.id })).status, 200);
  const { body } = await viewer.get(`/alarms/${idOf('core-1')}`);
  const { alarm } = body as { alarm: { assignee: object } };
  assert.deepEqual(alarm.assignee, { id: viewer.id, name: 'viewer' });
  assert.equal((await operator.post(path, { assignee: 'u_nobody' })).status, 422);
  assert.equal((await operator.post(path, { assignee: '' })).status, 200);
});

test('many alarms at once: each has its own result, up to the limit', async () => {
  const on = [
    { id: idOf('core-1') },
    { id: '0000000000000000' },
    { id: idOf('core-2'), episode: 0 },
  ];
  const { status, body } = await operator.post('/alarms/actions', {
    verb: 'close',
    on,
    note: 'done',
  });
  assert.equal(status, 200);
  const { results } = body as { results: { ok: boolean; code?: string }[] };
  assert.deepEqual(
    results.map((r) => r.code ?? r.ok),
    [true, 'ALARM_NOT_FOUND', 'EPISODE_PASSED'],
  );
  await operator.post(`/alarms/${idOf('core-1')}/reopen`, {});
  const many = (n: number) => ({
    verb: 'comment',
    note: 'x',
    on: Array.from({ length: n }, () => ({ id: '0000000000000000' })),
  });
  const max = ENTRY_LIMITS.targets_max;
  assert.equal((await operator.post('/alarms/actions', many(max))).status, 200);
  assert.equal((await operator.post('/alarms/actions', many(max + 1))).status, 422);
  const unknown = await operator.post('/alarms/actions', { verb: 'clear', on: [{ id: 'x' }] });
  assert.match((unknown.body as { title: string }).title, /`verb`/);
});

test('an action goes to all that match, without those that changed since somebody looked', async () => {
  const looked = inTime(0);
  s.clock.pass(1_000);
  await operator.post(`/alarms/${idOf('edge-2')}/comment`, { note: 'mine' });
  await s.desk.receive('test', [raise('edge-9', { labels: { site: 'edge' } })]);
  const ask = { verb: 'assign', assignee: '', filter: ['site="edge"'], unchangedSince: looked };
  const key = { 'idempotency-key': 'all of edge' };
  const { status, body } = await operator.post('/alarms/actions/matching', ask, key);
  assert.equal(status, 200);
  const { results, changed } = body as { results: { id: string; ok: boolean }[]; changed: number };
  assert.equal(results.length + changed, 4);
  assert.equal(changed, 2);
  assert.ok(results.every(({ ok }) => ok));
  const revisions = () => [...s.desk.memory.all('alarms')].map((a) => a.revision).join();
  const before = revisions();
  assert.equal((await operator.post('/alarms/actions/matching', ask, key)).status, 200);
  assert.equal(revisions(), before, 'sent again, nothing is done again');
  assert.equal((await viewer.post('/alarms/actions/matching', ask)).status, 403);
  const bad = await operator.post('/alarms/actions/matching', { ...ask, filter: ['site=~"("'] });
  assert.equal((bad.body as { code: string }).code, 'MATCHER_INVALID');
  await s.desk.receive('test', [clear('edge-9')]);
});

test('an action that cannot be written is 503: not known, and the same key tells', async () => {
  s.journal.failNext('no space left', Number.POSITIVE_INFINITY);
  const path = `/alarms/${idOf('edge-1')}/comment`;
  const key = { 'idempotency-key': 'hard times' };
  const down = await operator.post(path, { note: 'x' }, key);
  s.journal.failNext('', 0);
  assert.equal(down.status, 503);
  assert.equal((down.body as { code: string }).code, 'JOURNAL_DOWN');
  assert.ok(down.headers.get('retry-after'));
  s.clock.pass(5_000);
  const again = await operator.post(path, { note: 'x' }, key);
  assert.equal((again.body as { repeated: boolean }).repeated, false);
});

test('the timeline is whole, newest first, by pages, before the store has it and after', async () => {
  const id = idOf('timed');
  await s.desk.receive('test', [raise('timed')]);
  await s.stored();
  await operator.post(`/alarms/${id}/comment`, { note: 'first' });
  await operator.post(`/alarms/${id}/acknowledge`, { note: 'second' });
  const lines = async (query = '') =>
    (await viewer.get(`/alarms/${id}/timeline${query}`)).body as {
      items: { id: string; what: string; by: { name: string } | null; why: string }[];
      next: string | null;
    };
  const words = (page: Awaited<ReturnType<typeof lines>>) => page.items.map((c) => c.what);
  const early = await lines();
  assert.deepEqual(words(early), ['acknowledged', 'commented', 'raised']);
  assert.equal(early.items[0]?.by?.name, 'operator (token role)');
  assert.notEqual(early.items[0]?.why, '');
  await s.stored();
  assert.deepEqual(await lines().then((p) => p.items), early.items);
  const first = await lines('?limit=2');
  assert.deepEqual(words(first), ['acknowledged', 'commented']);
  assert.deepEqual(words(await lines(`?limit=2&cursor=${first.next}`)), ['raised']);
  assert.equal((await viewer.get('/alarms/0000000000000000/timeline')).status, 404);
});

test('evidence is what arrived last', async () => {
  await s.desk.receive('test', [raise('raw', { raw: '{"what":"arrived"}' })]);
  await s.stored();
  const { body } = await viewer.get(`/alarms/${idOf('raw')}/evidence`);
  assert.equal((body as { raw: string }).raw, '{"what":"arrived"}');
  assert.equal((await viewer.get(`/alarms/${idOf('flap')}/evidence`)).status, 404);
});

test('the second line takes it from the first, and anybody sees who has it', async () => {
  const id = raise('second-line').id;
  await s.desk.receive('test', [raise('second-line')]);
  await operator.post(`/alarms/${id}/acknowledge`, { note: 'looking' });
  await operator.post(`/alarms/${id}/acknowledge`, { note: 'transmission', line: 2 });
  const { body } = await viewer.get(`/alarms/${id}`);
  assert.equal((body as { alarm: { handling: { line: number } } }).alarm.handling.line, 2);
  const refused = await operator.post(`/alarms/${id}/acknowledge`, { line: 3 });
  assert.equal(refused.status, 422);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Instant, instantText, minutes, seconds } from '../../src/base/time.ts';
import { openApiServer } from '../support/api.ts';
import { clear, raise } from '../support/http.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

const s = await openApiServer();
after(() => s.close());

const words = { text: '', from: 'a.yml', unused: [], why: '' };
const nbg = planRoute({
  id: '{}/{site="nbg"}',
  key: '{}/{site="nbg"}',
  receiver: 'field',
  matchers: terms('site="nbg"'),
  groupWait: seconds(0),
  onAcknowledge: 'stop-all',
});
const plan = planWith(
  { routes: [nbg] },
  {
    receivers: [
      { name: 'ops', ways: [{ kind: 'webhook', index: 0, sendResolved: true }] },
      { name: 'field', ways: [{ kind: 'email', index: 0, sendResolved: false }] },
      { name: 'nobody', ways: [] },
    ],
  },
);

before(async () => {
  await s.desk.act(s.admin.id, { verb: 'revision.apply', ...words, plan });
  await s.desk.receive('test', [raise('core-1'), raise('core-2')]);
});

const at = (ms: number): string => instantText((s.clock.now() + ms) as Instant);

test('the route tree is told with its timers and how many alarms sit in each route', async () => {
  const { status, body } = await s.viewer.get('/routes');
  assert.equal(status, 200);
  const { routes } = body as { routes: readonly Record<string, unknown>[] };
  assert.deepEqual(
    routes.map((r) => [r.depth, r.matchers, r.receiver, r.groupWait, r.raised, r.groups]),
    [
      [0, '{}', 'ops', '30s', 0, 0],
      [1, '{site="nbg"}', 'field', '0s', 2, 1],
    ],
  );
  assert.equal(routes[1]?.onAcknowledge, 'stop-all');
});

test('labels are tried by GET and by POST, with what they would be muted by', async () => {
  const got = await s.viewer.get('/routes/test?label=site%3Dnbg&label=alertname%3DX');
  const posted = await s.viewer.post('/routes/test', { labels: { site: 'nbg', alertname: 'X' } });
  assert.deepEqual(got.body, posted.body);
  const { receivers, groups } = got.body as { receivers: string[]; groups: { key: string }[] };
  assert.deepEqual(receivers, ['field']);
  assert.equal(groups[0]?.key, '{}/{site="nbg"}:{alertname="X"}');
  const other = await s.viewer.get('/routes/test?label=site%3Dosl');
  const { routes } = other.body as { routes: { failed: object | null }[] };
  assert.deepEqual(routes[1]?.failed, { matcher: 'site="nbg"', value: 'osl' });
  assert.equal((await s.viewer.get('/routes/test?label=nbg')).status, 422);
});

const ring = {
  matchers: ['resource="core-1"'],
  endsAt: at(minutes(60)),
  comment: 'works on the ring',
};

interface Made {
  readonly id: string | null;
  readonly hides: number;
  readonly examples: readonly { readonly resource: string }[];
  readonly repeated: boolean;
}

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly state: string;
    readonly hides: number;
    readonly lastEnd: string | null;
    readonly by: { readonly id: string };
  }[];
  readonly next: string | null;
}

const listed = async (query = ''): Promise<Listed> =>
  (await s.viewer.get(`/silences${query}`)).body as Listed;

test('a preview says what a silence would hide, and makes none', async () => {
  const { status, body } = await s.operator.post('/silences', { ...ring, preview: true });
  const { id, hides, examples } = body as Made;
  assert.deepEqual([status, id, hides, examples[0]?.resource], [200, null, 1, 'core-1']);
  assert.deepEqual((await listed()).items, []);
});

test('a silence is made once under a key, listed with what it hides, changed and ended', async () => {
  const once = { 'idempotency-key': 'k1' };
  const first = (await s.operator.post('/silences', ring, once)).body as Made;
  const again = (await s.operator.post('/silences', ring, once)).body as Made;
  assert.deepEqual([again.id, again.repeated], [first.id, true]);
  const [only, ...more] = (await listed()).items;
  assert.deepEqual([only?.id, only?.state, only?.hides, more.length], [first.id, 'active', 1, 0]);
  assert.equal(only?.by.id, s.operator.by);
  await s.desk.receive('test', [clear('core-1')]);
  const quiet = (await listed()).items[0];
  assert.deepEqual([quiet?.hides, quiet?.lastEnd], [0, at(0)]);
  const longer = { ...ring, id: first.id, endsAt: at(minutes(120)) };
  assert.equal(((await s.operator.post('/silences', longer)).body as Made).id, first.id);
  assert.equal((await s.operator.delete(`/silences/${first.id}`)).status, 204);
  assert.equal((await s.operator.delete(`/silences/${first.id}`)).status, 204);
  assert.deepEqual((await listed()).items, []);
  s.clock.pass(1);
  assert.equal((await listed('?state=expired')).items[0]?.state, 'expired');
});

test('a silence without a comment, an end, or matchers that can be read is refused', async () => {
  const code = async (more: object): Promise<string> => {
    const { status, body } = await s.operator.post('/silences', { ...ring, ...more });
    assert.equal(status, 422, JSON.stringify(body));
    return (body as { code: string }).code;
  };
  assert.equal(await code({ comment: ' ' }), 'REASON_MISSING');
  assert.equal(await code({ endsAt: undefined }), 'FIELD_INVALID');
  assert.equal(await code({ endsAt: at(-1) }), 'FIELD_INVALID');
  assert.equal(await code({ matchers: ['site=~"("'] }), 'MATCHER_INVALID');
  assert.equal(await code({ matchers: ['site=~".*"'] }), 'FIELD_INVALID');
  assert.equal((await s.operator.post('/silences', { ...ring, id: 'x' })).status, 404);
  assert.equal((await s.viewer.post('/silences', ring)).status, 403);
  assert.equal((await s.operator.delete('/silences/x')).status, 404);
});

test('a test goes to every way of a receiver, and each try can be asked for', async () => {
  const { body, status } = await s.operator.post('/receivers/ops/test', {});
  assert.equal(status, 200);
  const [id = ''] = (body as { deliveries: string[] }).deliveries;
  const open = (await s.viewer.get('/deliveries')).body as { items: { reason: string }[] };
  assert.ok(open.items.some((d) => d.reason === 'test'));
  const report = { kind: 'delivered', at: s.clock.now(), delivery: id, attempt: 1 } as const;
  await s.desk.report({ ...report, result: 'sent', detail: '200', tookMs: 2 } as never);
  await s.stored();
  const one = (await s.viewer.get(`/deliveries/${id}`)).body as {
    open: null;
    attempts: { result: string }[];
  };
  assert.deepEqual([one.open, one.attempts[0]?.result], [null, 'sent']);
  const { items } = (await s.viewer.get('/receivers')).body as {
    items: { name: string; routes: number; ways: { state: string; sent: number }[] }[];
  };
  assert.deepEqual(
    items.map((r) => [r.name, r.routes, r.ways.map((w) => `${w.state} ${w.sent}`).join()]),
    [
      ['ops', 1, 'delivering 1'],
      ['field', 1, 'never used 0'],
      ['nobody', 0, ''],
    ],
  );
  assert.equal((await s.operator.post('/receivers/gone/test', {})).status, 404);
  assert.equal((await s.operator.post('/receivers/nobody/test', {})).status, 409);
  assert.equal((await s.viewer.post('/receivers/ops/test', {})).status, 403);
});

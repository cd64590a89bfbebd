import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { days, type Instant, instantText, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { openApiServer } from '../support/api.ts';
import { turn } from '../support/desk.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { schedule } from '../support/rota.ts';

const s = await openApiServer();
after(() => s.close());

const HOUR_MS = 3_600_000;
const begin = (Math.floor(s.clock.now() / HOUR_MS) * HOUR_MS) as Instant;
const wall = (hours: number): string => {
  const text = instantText((begin + hours * HOUR_MS) as Instant);
  return `${text.slice(0, 10)} ${text.slice(11, 16)}`;
};
const at = (hours: number): string => instantText((begin + hours * HOUR_MS) as Instant);
const [A, B] = [s.operator.id, s.viewer.id];

const noc = {
  ...schedule(
    'UTC',
    { people: `${A} ${B}`, every: '12 hours', start: wall(-24), until: wall(240) },
    { name: 'gone', people: 'nobody', start: wall(-24), priority: 5 },
  ),
  name: 'noc',
  notices: { atHandover: true, before: minutes(0) },
};

before(async () => {
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  const duty = { policies: [], teams: [], schedules: [noc, { ...schedule('UTC'), name: 'empty' }] };
  await s.desk.act(s.admin.id, { verb: 'revision.apply', ...words, plan, duty });
});

interface Duty {
  readonly schedule: string;
  readonly coverage: string;
  readonly now: readonly { readonly id: UserId }[];
  readonly until: string;
  readonly next: {
    readonly at: string;
    readonly people: readonly { readonly id: UserId }[];
  } | null;
  readonly gapAt: string | null;
}

test('who is on call now and next is told for every schedule, without people who are no users', async () => {
  const { status, body } = await s.viewer.get('/oncall');
  assert.equal(status, 200);
  const told = (body as { items: readonly Duty[] }).items.map((one) => [
    ...[one.schedule, one.coverage, one.now.map(({ id }) => id), one.until],
    ...[one.next?.at, one.next?.people.map(({ id }) => id), one.gapAt],
  ]);
  assert.deepEqual(told, [
    ['noc', 'covered', [A], at(12), at(12), [B], at(240)],
    [
      ...['empty', 'no layers', []],
      instantText((s.clock.now() + days(64)) as Instant),
      ...[undefined, undefined, instantText(s.clock.now())],
    ],
  ]);
});

test('a schedule tells its shifts and gaps between two moments, cut to them', async () => {
  const list = (await s.viewer.get('/schedules')).body as { items: readonly object[] };
  assert.deepEqual(list.items[0], { name: 'noc', zone: 'UTC', layers: 2 });
  const { status, body } = await s.viewer.get(`/schedules/noc?from=${at(222)}&to=${at(250)}`);
  assert.equal(status, 200);
  const { shifts, gaps } = body as {
    shifts: readonly { from: string; to: string; person: { id: string }; layer: string }[];
    gaps: readonly object[];
  };
  assert.deepEqual(
    shifts.map((x) => [x.person.id, x.from, x.to, x.layer]),
    [
      [A, at(222), at(228), 'one'],
      [B, at(228), at(240), 'one'],
    ],
  );
  assert.deepEqual(gaps, [{ from: at(240), to: at(250) }]);
});

test('one who is disabled is not on call: their turn is a gap', async () => {
  await s.desk.act(s.admin.id, { verb: 'user.disable', user: B });
  const { body } = await s.admin.get(`/schedules/noc?from=${at(0)}&to=${at(24)}`);
  assert.deepEqual((body as { gaps: readonly object[] }).gaps, [{ from: at(12), to: at(24) }]);
  await s.desk.act(s.admin.id, { verb: 'user.enable', user: B });
});

test('a span that is too long, too far back or no span, and a schedule that is none, are refused', async () => {
  const asks = (query: string) => s.viewer.get(`/schedules/noc?${query}`);
  assert.equal((await asks(`from=${at(0)}&to=${at(2_400)}`)).status, 200);
  for (const query of [
    `from=${at(0)}&to=${at(2_401)}`,
    `from=${at(-24 * 36)}`,
    `from=${at(5)}&to=${at(5)}`,
    'from=yesterday',
  ])
    assert.equal((await asks(query)).status, 422, query);
  assert.equal((await s.viewer.get('/schedules/none')).status, 404);
});

test('an override is set by logins, told with its reason, seen at once, and removed', async () => {
  const swap = { is: 'replace', person: 'operator', by: 'viewer', to: at(6), reason: 'a wedding' };
  assert.equal((await s.viewer.post('/schedules/noc/overrides', swap)).status, 403);
  const made = await s.operator.post('/schedules/noc/overrides', swap);
  assert.equal(made.status, 200);
  const { id } = made.body as { id: string };
  const twin = { ...swap, from: instantText(s.desk.memory.get('overrides', id)?.from ?? begin) };
  assert.equal((await s.operator.post('/schedules/noc/overrides', twin)).status, 409);
  const { body } = await s.viewer.get(`/schedules/noc?from=${at(0)}&to=${at(8)}`);
  const { overrides, now } = body as { overrides: readonly object[]; now: readonly object[] };
  assert.deepEqual(now, [{ id: B, name: 'viewer', reach: 'no address' }]);
  assert.deepEqual(
    overrides.map((one) => ({ ...one, from: '', madeAt: '' })),
    [
      {
        ...{ id, is: 'replace', from: '', to: at(6), reason: 'a wedding', madeAt: '' },
        person: { id: A, name: 'operator' },
        by: { id: B, name: 'viewer' },
        madeBy: { id: s.operator.by, name: s.accounts.name(s.operator.by as UserId) },
      },
    ],
  );
  assert.equal((await s.operator.delete(`/overrides/${id}`)).status, 422);
  s.clock.pass(60_000);
  assert.equal((await s.operator.delete(`/overrides/${id}?reason=back`)).status, 204);
  assert.equal((await s.operator.delete(`/overrides/${id}?reason=back`)).status, 409);
  assert.equal((await s.operator.delete('/overrides/o0?reason=back')).status, 404);
  const after = (await s.viewer.get('/oncall')).body as { items: readonly Duty[] };
  assert.deepEqual(
    after.items[0]?.now.map((one) => one.id),
    [A],
  );
});

test('an override of nobody, of no schedule, or without a reason is refused by its field', async () => {
  const good = { is: 'add', by: 'viewer', to: at(6), reason: 'x' };
  const asks = async (more: object, name = 'noc') => {
    const { status, body } = await s.operator.post(`/schedules/${name}/overrides`, {
      ...good,
      ...more,
    });
    return `${status} ${JSON.stringify((body as { errors?: unknown }).errors ?? '')}`;
  };
  assert.match(await asks({ by: 'nobody' }), /^422 .*"by"/);
  assert.match(await asks({ reason: ' ' }), /^422 .*"reason"/);
  assert.match(await asks({ is: 'swap' }), /^422 .*"is"/);
  assert.match(await asks({ to: at(-6) }), /^422 .*"to"/);
  assert.match(await asks({}, 'none'), /^404 /);
});

test('the last hand-over of a schedule that tells of them: when, and who was before', async () => {
  const last = async (): Promise<unknown> => {
    s.clock.pass(1_000);
    for (let n = 0; n < 8; n++) await turn();
    const { body } = await s.viewer.get('/schedules/noc');
    return (body as { lastHandover: unknown }).lastHandover;
  };
  await last();
  const span = { from: s.clock.now(), to: (s.clock.now() + HOUR_MS) as Instant };
  const set = { verb: 'override.set' as const, schedule: 'noc', reason: 'ill', ...span };
  await s.desk.act(s.admin.id, { ...set, is: 'take all', by: s.admin.id });
  const name = s.accounts.name(A);
  const at = instantText(s.clock.now());
  assert.deepEqual(await last(), { at, before: [{ id: A, name }] });
});

test('a swap is asked for, taken in part, and becomes an override', async () => {
  const ask = { from: at(30), to: at(34), reason: 'a wedding', person: 'viewer' };
  assert.equal((await s.viewer.post('/schedules/noc/swaps', ask)).status, 403);
  const none = await s.operator.post('/schedules/noc/swaps', { ...ask, from: at(24), to: at(25) });
  assert.equal(none.status, 422, JSON.stringify(none.body));
  const made = await s.operator.post('/schedules/noc/swaps', { ...ask, from: at(12), to: at(16) });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const { id } = made.body as { id: string };
  assert.equal((await s.admin.post(`/swaps/${id}/take`, {})).status, 409, 'is not of the schedule');
  const taken = await s.operator.post(`/swaps/${id}/take`, { from: at(14) });
  assert.equal(taken.status, 200, JSON.stringify(taken.body));
  const { items } = (await s.viewer.get('/swaps?schedule=noc')).body as {
    items: { from: string; to: string; person: object; taken: { override: string } | null }[];
  };
  assert.deepEqual(
    items.map(({ from, to, person, taken: by }) => [from, to, person, by?.override]),
    [
      [at(12), at(14), { id: B, name: 'viewer' }, undefined],
      [at(14), at(16), { id: B, name: 'viewer' }, (taken.body as { id: string }).id],
    ],
  );
  const { body } = await s.viewer.get(`/schedules/noc?from=${at(12)}&to=${at(16)}`);
  const { shifts } = body as { shifts: { person: { id: string }; from: string }[] };
  assert.deepEqual(
    shifts.map(({ person, from }) => [person.id, from]),
    [
      [B, at(12)],
      [A, at(14)],
    ],
  );
  assert.equal((await s.operator.delete('/swaps/sw0?reason=off')).status, 404);
});

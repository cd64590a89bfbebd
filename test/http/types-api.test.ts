import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apply } from '../../src/desk/apply.ts';
import { decode } from '../../src/desk/codec.ts';
import { State } from '../../src/desk/state.ts';
import { TYPE_LIMITS } from '../../src/domain/inventory/alarm-type.ts';
import { openApiServer } from '../support/api.ts';
import { clear, raise } from '../support/http.ts';
import { saidOf } from '../support/refusals.ts';

const s = await openApiServer();
after(() => s.close());

interface View {
  readonly type: string;
  readonly raised: number;
  readonly alarms: number;
  readonly reports: number;
  readonly record: { readonly meaning: string; readonly by: { readonly id: string } } | null;
  readonly special: readonly { readonly id: string }[];
}

const list = async () => ((await s.viewer.get('/types')).body as { items: View[] }).items;
const set = (body: object, who = s.operator) => who.put('/types', { reason: 'review', ...body });

test('types that are seen and that nobody described come first, the most raised before', async () => {
  await s.desk.receive('t', [raise('a'), raise('b'), raise('b'), clear('a')]);
  await s.desk.receive('t', [{ ...raise('a'), type: 'fan.failed', id: 'f'.repeat(16) as never }]);
  assert.equal((await set({ type: 'bgp', meaning: 'a session' })).status, 200);
  const all = (await list()).map((v) => [v.type, v.raised, v.alarms, v.reports, v.record?.meaning]);
  assert.deepEqual(all, [
    ['link.down', 1, 2, 3, undefined],
    ['fan.failed', 1, 1, 1, undefined],
    ['bgp', 0, 0, 0, 'a session'],
  ]);
});

test('what was decided is told with an alarm of the type, and of a more special one', async () => {
  const more = { action: 'look', respondWithin: 900_000, willClear: true, severities: ['major'] };
  assert.equal((await set({ type: 'link', meaning: 'no light', ...more })).status, 200);
  const [alarm] = [...s.desk.memory.all('alarms')];
  const told = (await s.viewer.get(`/alarms/${alarm?.id}`)).body as { described: object };
  const { by: _, at: __, ...described } = told.described as Record<string, unknown>;
  assert.deepEqual(described, {
    ...{ id: 'link', type: 'link', qualifier: '', meaning: 'no light', consequence: '', owner: '' },
    ...{ runbook: '', reason: 'review', ...more },
  });
  await set({ type: 'link.down', qualifier: 'x.*', meaning: 'only x' });
  const view = (await list()).find((v) => v.type === 'link.down');
  assert.equal(view?.record?.meaning, 'no light');
  assert.deepEqual(
    view?.special.map((one) => one.id),
    ['link.down x.*'],
  );
});

test('a viewer decides nothing, and what is no record is refused with the field', async () => {
  assert.equal((await set({ type: 'x', meaning: 'x' }, s.viewer)).status, 403);
  const bad = await set({ type: 'x y', meaning: 'x' });
  assert.equal(bad.status, 422);
  assert.match(JSON.stringify(bad.body), /"type","expected":"1 to/);
  assert.equal((await set({ type: 'x' })).status, 422);
});

test('a record is taken back with a reason, and who did what stands in the audit log', async () => {
  const path = `/types/${encodeURIComponent('link.down x.*')}/remove`;
  assert.equal((await s.operator.post(path, { why: '' })).status, 422);
  assert.equal((await s.operator.post(path, { why: 'no such thing' })).status, 200);
  assert.equal((await s.operator.post(path, { why: 'again' })).status, 404);
  await s.stored();
  const { items } = await s.desk.store.audit(undefined, 100);
  assert.ok(items.some((l) => l.verb === 'type.remove' && l.detail === 'no such thing'));
});

test('there are so many records and no more; one that is there can still be changed', () => {
  const state = new State();
  const put = (type: string) => {
    const texts = { qualifier: '', action: '', consequence: '', owner: '', runbook: '' };
    const record = { type, meaning: 'm', reason: 'r', severities: [], ...texts };
    const act = { verb: 'type.set', record };
    const entry = decode(JSON.stringify({ v: 2, kind: 'act', at: 1_000, by: 'nora', act }));
    return apply(state, state.position + 1, entry).outcome?.refused;
  };
  for (let n = 0; n < TYPE_LIMITS.records_max; n++) assert.equal(put(`t${n}`), undefined);
  assert.match(saidOf(put('one-more')), /no more/);
  assert.equal(put('t0'), undefined);
});

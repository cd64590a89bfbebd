import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { days, instantText } from '../../src/base/time.ts';
import { openApiServer } from '../support/api.ts';
import { clear, raise } from '../support/http.ts';

const s = await openApiServer();
after(() => s.close());

type Json = Record<string, unknown>;

const inDays = (n: number): string =>
  instantText((s.desk.clock.now() + days(n)) as ReturnType<typeof s.desk.clock.now>);
const id = (resource: string): string => raise(resource).id;
const recall = async (resource: string) =>
  (await s.viewer.get(`/alarms/${id(resource)}/recall`)).body as {
    seen: number;
    answers: { rung: string; decision: { id: string; outcome: { is: string; says: string } } }[];
    actions: { id: string; step: string; recurrences: number; says: string }[];
    cautions: { text: string }[];
    incident: { id: string; state: string } | null;
  };
const again = (resource: string) => s.desk.receive('t', [clear(resource), raise(resource)]);

test('a decision is written down in one call and recalled with what became of it', async () => {
  await s.desk.receive('t', [raise('a'), raise('b')]);
  assert.equal((await recall('a')).answers.length, 0);
  const given = { alarm: id('a'), kind: 'restart', reason: 'it helped last year' };
  const made = await s.operator.post('/decisions', given, { 'idempotency-key': 'k1' });
  assert.equal(made.status, 200);
  const same = await s.operator.post('/decisions', given, { 'idempotency-key': 'k1' });
  assert.equal((same.body as Json).repeated, true);
  assert.equal((await recall('b')).answers[0]?.rung, 'same type');
  await again('a');
  const { answers, seen } = await recall('a');
  assert.equal(seen, 2);
  assert.equal(answers[0]?.rung, 'same alarm');
  assert.match(answers[0]?.decision.outcome.says ?? '', /^came back after /);
  const { body } = await s.viewer.get(`/decisions?alarm=${id('a')}`);
  assert.equal((body as { items: Json[] }).items.length, 1);
  const one = (await s.viewer.get(`/decisions/${answers[0]?.decision.id}`)).body as Json;
  assert.equal(one.situation, raise('a').text, 'prefilled with what the alarm says');
});

test('what is no decision is refused with the field, and a viewer decides nothing', async () => {
  const given = { alarm: id('a'), kind: 'accept', reason: 'harmless' };
  assert.equal((await s.viewer.post('/decisions', given)).status, 403);
  assert.equal((await s.operator.post('/decisions', { ...given, kind: 'pray' })).status, 422);
  const none = await s.operator.post('/decisions', { ...given, reason: ' ' });
  assert.equal(none.status, 422);
  assert.match(JSON.stringify(none.body), /"field":"reason"/);
  assert.equal((await s.operator.post('/decisions', { ...given, alarm: 'none' })).status, 404);
  const late = { reviewAt: inDays(500), reason: 'x' };
  const [held] = (await recall('a')).answers;
  const path = `/decisions/${held?.decision.id}/review`;
  assert.equal((await s.operator.post(path, late)).status, 422);
  assert.equal((await s.operator.post(path, { ...late, reviewAt: inDays(40) })).status, 200);
  assert.equal((await s.viewer.get('/decisions/d0')).status, 404);
});

test('an action rises with its alarm and says for how long it has been open', async () => {
  const given = { title: 'Replace it', alarm: id('a'), owner: s.operator.id };
  const { body } = await s.operator.post('/actions', given);
  await again('a');
  const [action] = (await recall('a')).actions;
  assert.deepEqual([action?.id, action?.step, action?.recurrences], [(body as Json).id, 'soon', 1]);
  assert.match(action?.says ?? '', /open for .*came back 1 time meanwhile/);
  const nobody = await s.operator.post('/actions', { ...given, owner: 'u-none' });
  assert.equal(nobody.status, 422);
  const end = `/actions/${action?.id}/end`;
  assert.equal((await s.operator.post(end, { how: 'done', reason: '' })).status, 422);
  assert.equal((await s.operator.post(end, { how: 'done', reason: 'replaced' })).status, 200);
  assert.equal((await s.operator.post(end, { how: 'done', reason: 'replaced' })).status, 409);
  const list = async (query = '') =>
    ((await s.viewer.get(`/actions${query}`)).body as { items: Json[] }).items.length;
  assert.deepEqual([await list(), await list('?state=done')], [0, 1]);
});

test('a caution is told with the alarms of its resource until it is taken down', async () => {
  const given = { resource: 'a', text: 'Call the bank first', reason: 'their line', owner: 'net' };
  const made = await s.operator.post('/cautions', { ...given, reviewAt: inDays(90) });
  assert.equal((await recall('a')).cautions[0]?.text, 'Call the bank first');
  assert.equal((await recall('b')).cautions.length, 0);
  const { items } = (await s.viewer.get('/cautions')).body as { items: Json[] };
  assert.equal(items[0]?.pastReview, false);
  const end = `/cautions/${(made.body as Json).id}/end`;
  assert.equal((await s.operator.post(end, { reason: 'a second line' })).status, 200);
  assert.equal((await recall('a')).cautions.length, 0);
  assert.equal((await s.operator.post(end, { reason: 'again' })).status, 404);
});

test('an incident lives from its alarms to its summary, with one timeline of all', async () => {
  const opened = await s.operator.post('/incidents', { title: 'No light', alarms: [id('a')] });
  const path = `/incidents/${(opened.body as Json).id}`;
  const whole = async () => (await s.viewer.get(path)).body as Json & { timeline: Json[] };
  assert.equal((await s.operator.post(`${path}/join`, { alarms: [id('b')] })).status, 200);
  assert.equal((await s.operator.post(`${path}/join`, { alarms: [id('b')] })).status, 409);
  await s.operator.post(`${path}/note`, { note: 'vendor called' });
  await s.operator.patch(path, { title: 'No light in Paris', lead: s.operator.id });
  const open = await whole();
  assert.deepEqual([open.title, open.alarms, open.raised], ['No light in Paris', 2, 2]);
  const said = open.timeline.map(({ what }) => what);
  for (const what of ['opened', 'joined', 'note', 'lead', 'raised, critical', 'named']) {
    assert.ok(said.includes(what), `${what} is not among ${said.join(', ')}`);
  }
  assert.equal((await recall('b')).incident?.state, 'open');
  assert.equal((await s.operator.post(`${path}/close`, { note: '' })).status, 422);
  assert.equal((await s.operator.post(`${path}/close`, { note: 'optics' })).status, 200);
  assert.equal((await whole()).summary, 'optics');
  await again('b');
  assert.equal((await whole()).state, 'open', 'it was not over');
  const other = await s.operator.post('/incidents', { title: 'x', alarms: [id('a')] });
  assert.equal(other.status, 422, 'each of its alarms is in one already');
  assert.equal((await s.operator.post(`${path}/merge`, { into: 'i0' })).status, 422);
  assert.equal((await s.viewer.post(`${path}/note`, { note: 'x' })).status, 403);
  assert.equal((await s.viewer.get('/incidents/i0')).status, 404);
  const { items } = (await s.viewer.get('/incidents')).body as { items: Json[] };
  assert.equal(items.length, 1);
});

test('an admin tries the rules in force on the alarms in memory; others may not', async () => {
  const refused = await s.operator.post('/incidents/try', {});
  assert.equal(refused.status, 403);
  const tried = await s.admin.post('/incidents/try', {});
  assert.equal(tried.status, 200);
  const { rules, opened, incidents } = tried.body as Json;
  assert.deepEqual([rules, opened, incidents], [0, 0, []]);
});

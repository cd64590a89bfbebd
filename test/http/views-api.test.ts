import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SAVED_VIEW_LIMITS } from '../../src/desk/view-acts.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { openApiServer } from '../support/api.ts';
import { dutyWith, PAGING } from '../support/paging.ts';

type Server = Awaited<ReturnType<typeof openApiServer>>;
type Reader = Server['operator'];

async function served(): Promise<Server> {
  const s = await openApiServer();
  after(() => s.close());
  return s;
}

const save = async (who: Reader, name: string, more: object = {}) => {
  const { status, body } = await who.post('/views', { name, query: 'q=core', ...more });
  return { status, id: (body as { id?: string }).id ?? '', body };
};

const names = async (who: Reader): Promise<readonly string[]> =>
  ((await who.get('/views')).body as { items: { name: string }[] }).items.map((v) => v.name);

/** The operator is in the team; the viewer is not. */
async function inTeam({ desk, operator }: Server, name: string): Promise<void> {
  const said = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
  const duty = {
    ...dutyWith({ steps: [], fallback: [] }),
    teams: [{ name, members: [operator.id] }],
  };
  await desk.act(operator.id as UserId, { ...said, plan: PAGING, duty });
}

test('one sees one’s own views, those of one’s teams, and those for everybody, in that order', async () => {
  const s = await served();
  await inTeam(s, 'noc');
  assert.equal((await save(s.operator, 'zz mine')).status, 201);
  assert.equal((await save(s.operator, 'aa all', { sharedWith: 'shared' })).status, 201);
  assert.equal(
    (await save(s.operator, 'mm team', { sharedWith: 'team', team: 'noc' })).status,
    201,
  );
  assert.deepEqual(await names(s.operator), ['zz mine', 'mm team', 'aa all']);
  assert.deepEqual(await names(s.viewer), ['aa all']);
  const other = await save(s.viewer, 'x', { sharedWith: 'team', team: 'noc' });
  assert.equal(other.status, 422, 'not for a team one is not in');
});

test('what is kept is what the list would write', async () => {
  const s = await served();
  await save(s.operator, 'core', { query: '?size=50&q=core&after=x&nonsense=1&show=waiting' });
  const { items } = (await s.operator.get('/views')).body as { items: { query: string }[] };
  assert.equal(items[0]?.query, 'q=core&show=waiting');
});

test('whoever saved it changes it, an admin too, nobody else', async () => {
  const s = await served();
  const { id } = await save(s.operator, 'core', { sharedWith: 'shared' });
  assert.equal((await save(s.viewer, 'mine now', { id })).status, 409);
  assert.equal((await s.viewer.delete(`/views/${id}`)).status, 409);
  assert.equal((await save(s.operator, 'Core', { id, sharedWith: 'shared' })).status, 200);
  assert.equal((await save(s.operator, 'Core')).status, 422, 'not two of one name');
  assert.equal((await s.admin.delete(`/views/${id}`)).status, 200);
  assert.deepEqual(await names(s.operator), []);
});

test('a list opens with one view, until another is chosen or it is hidden', async () => {
  const s = await served();
  const starts = async (who: Reader): Promise<readonly string[]> =>
    ((await who.get('/views')).body as { items: { name: string; start: boolean }[] }).items
      .filter(({ start }) => start)
      .map(({ name }) => name);
  const one = await save(s.operator, 'one', { sharedWith: 'shared' });
  const two = await save(s.operator, 'two', { sharedWith: 'shared' });
  for (const { id } of [one, two]) await s.viewer.post(`/views/${id}/start`, { on: true });
  assert.deepEqual([await starts(s.viewer), await starts(s.operator)], [['two'], []]);
  await save(s.operator, 'two', { id: two.id, sharedWith: 'mine' });
  await save(s.operator, 'two', { id: two.id, sharedWith: 'shared' });
  assert.deepEqual(await starts(s.viewer), [], 'what was hidden from somebody does not come back');
  const hidden = await save(s.operator, 'hidden');
  assert.equal((await s.viewer.post(`/views/${hidden.id}/start`, { on: true })).status, 404);
});

test('a person keeps at most so many views, and a name is so long at most', async () => {
  const s = await served();
  const { views_per_person_max, name_chars_max } = SAVED_VIEW_LIMITS;
  for (let i = 1; i < views_per_person_max; i++) await save(s.operator, `v${i}`);
  assert.equal((await save(s.operator, 'x'.repeat(name_chars_max + 1))).status, 422);
  assert.equal((await save(s.operator, 'x'.repeat(name_chars_max))).status, 201);
  assert.equal((await save(s.operator, 'one more')).status, 409);
});

test('an erased person leaves no view of their own; what they shared stays', async () => {
  const s = await served();
  await save(s.operator, 'mine');
  await save(s.operator, 'ours', { sharedWith: 'shared' });
  await s.accounts.erase(s.admin.id as UserId, s.operator.id as UserId);
  assert.deepEqual(
    [...s.desk.memory.all('listViews')].map(({ name }) => name),
    ['ours'],
  );
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { instantText } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { openApiServer } from '../support/api.ts';
import { alert } from '../support/desk.ts';

type Server = Awaited<ReturnType<typeof openApiServer>>;
interface Note {
  readonly id: string;
  readonly state: string;
  readonly text: string;
  readonly from: string;
  readonly items: readonly { readonly id: string; readonly words: string; watch: boolean }[];
  readonly accepted: {
    readonly taken: readonly string[];
    readonly left: readonly unknown[];
  } | null;
}

async function served(): Promise<Server> {
  const s = await openApiServer();
  after(() => s.close());
  await s.desk.receive('test', [alert('web-1'), alert('web-2')]);
  const on = [{ id: alert('web-1').id }];
  await s.desk.act(s.operator.id as UserId, { verb: 'acknowledge', on, note: '' });
  return s;
}

const drafted = async (s: Server, body: object = {}): Promise<string> =>
  ((await s.operator.post('/handovers', body)).body as Note).id;

const read = async (s: Server, id: string, who = s.operator): Promise<Note> =>
  (await who.get(`/handovers/${id}`)).body as Note;

test('a draft is made, marked, handed over and accepted; what changed hands is told', async () => {
  const s = await served();
  const id = await drafted(s);
  const [first] = (await read(s, id)).items;
  const marks = [{ id: first?.id, words: 'The vendor calls back', watch: true }];
  assert.equal(
    (await s.operator.post(`/handovers/${id}`, { text: 'Quiet.', items: marks })).status,
    200,
  );
  const note = await read(s, id);
  assert.deepEqual(
    [note.text, note.items[0]?.words, note.items[0]?.watch, note.items.length],
    ['Quiet.', 'The vendor calls back', true, 2],
  );
  assert.equal((await s.admin.get(`/handovers/${id}`)).status, 404, 'a draft is its author’s');
  const to = { person: s.admin.id };
  assert.equal((await s.operator.post(`/handovers/${id}/offer`, to)).status, 200);
  assert.equal((await read(s, id, s.viewer)).state, 'offered');
  assert.equal((await s.admin.post(`/handovers/${id}/accept`, {})).status, 200);
  const { accepted } = await read(s, id);
  assert.deepEqual([accepted?.taken, accepted?.left], [[alert('web-1').id], []]);
  const again = await s.admin.post(`/handovers/${id}/accept`, {});
  assert.equal(again.status, 409);
});

test('an act with a key is done once, however often it is asked for', async () => {
  const s = await served();
  const key = { 'idempotency-key': 'one' };
  const ids = [];
  for (let n = 0; n < 2; n++)
    ids.push(((await s.operator.post('/handovers', {}, key)).body as Note).id);
  assert.equal(ids[0], ids[1]);
});

test('drafted anew it has what is new, and what was said stands where it stood', async () => {
  const s = await served();
  const id = await drafted(s);
  const [first] = (await read(s, id)).items;
  await s.operator.post(`/handovers/${id}`, { items: [{ id: first?.id, words: 'mine' }] });
  await s.desk.receive('test', [alert('web-3')]);
  await s.operator.post(`/handovers/${id}`, { again: true });
  const { items } = await read(s, id);
  assert.deepEqual([items.length, items.find((one) => one.id === first?.id)?.words], [3, 'mine']);
});

test('what is left out is gone; what is no item of the note is refused', async () => {
  const s = await served();
  const id = await drafted(s);
  const [first] = (await read(s, id)).items;
  await s.operator.post(`/handovers/${id}`, { items: [{ id: first?.id, out: true }] });
  assert.equal((await read(s, id)).items.length, 1);
  const { status } = await s.operator.post(`/handovers/${id}`, { items: [{ id: 'alarm/x' }] });
  assert.equal(status, 422);
});

test('a shift begins when it is said, and viewers read but do not write', async () => {
  const s = await served();
  const since = instantText((s.clock.now() - 3_600_000) as ReturnType<typeof s.clock.now>);
  assert.equal((await read(s, await drafted(s, { since }))).from, since);
  assert.equal((await s.viewer.post('/handovers', {})).status, 403);
  assert.equal((await s.viewer.get('/handovers')).status, 200);
});

test('notes are found by state, words and team', async () => {
  const s = await served();
  const id = await drafted(s);
  await s.operator.post(`/handovers/${id}`, { text: 'The vendor calls.' });
  const find = async (query: string): Promise<number> =>
    ((await s.operator.get(`/handovers?${query}`)).body as { total: number }).total;
  assert.deepEqual([await find('show=draft'), await find('')], [1, 0]);
  await s.operator.post(`/handovers/${id}/offer`, { person: s.admin.id });
  assert.deepEqual(
    [await find('words=VENDOR'), await find('words=quiet'), await find('team=noc')],
    [1, 0, 0],
  );
});

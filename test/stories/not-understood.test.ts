import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';

let root = '';
let desk: Program;
before(async () => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-unread-'));
  desk = await startProgram(join(root, 'data'));
});
after(async () => {
  await desk.end('SIGKILL');
  rmSync(root, { recursive: true });
});

const post = async (body: object) =>
  (await fetch(`${desk.url}/in/shop`, { method: 'POST', body: JSON.stringify(body) })).status;

async function api(method: string, path: string, body?: object) {
  const answer = await fetch(`${desk.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${desk.token()}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return (await answer.json()) as never;
}

const RULES = `
- match: '{kind="till"}'
  state: {raise: 'status="down"', clear: 'status="up"'}
  resource: till
  type: =till.silent
`;

test('what nobody understood survives kill -9, and raises once when a mapping is mended', async () => {
  const till = (name: string, status: string) => ({ kind: 'till', till: name, status });
  assert.equal(await post(till('t4', 'down')), 202);
  assert.equal(await post(till('t5', 'down')), 202);
  assert.equal(await post(till('t4', 'up')), 202);
  await desk.end('SIGKILL');
  desk = await startProgram(join(root, 'data'));
  const { items } = await api('GET', '/sources/webhook/unread');
  assert.equal((items as readonly object[]).length, 3);
  await api('PUT', '/sources/webhook/rules', { text: RULES, why: 'the tills speak' });
  const read = await api('POST', '/sources/webhook/unread/read', {});
  assert.deepEqual(read, { read: 3, events: 3, left: 0, stopped: '' });
  await desk.end('SIGKILL');
  desk = await startProgram(join(root, 'data'));
  const again = await api('POST', '/sources/webhook/unread/read', {});
  assert.deepEqual(again, { read: 0, events: 0, left: 0, stopped: '' });
  const filter = encodeURIComponent('@source="webhook"');
  const raised: { items: readonly { resource: string; occurrences: number }[] } = await api(
    'GET',
    `/alarms?filter=${filter}`,
  );
  assert.deepEqual(
    raised.items.map(({ resource, occurrences }) => [resource, occurrences]),
    [['t5', 1]],
    'the clear of t4 came after its raise',
  );
  assert.equal(await post(till('t6', 'down')), 200, 'the saved text outlives the kill');
});

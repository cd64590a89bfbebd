import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Reloaded, reloadRoute } from '../../src/http/reload.ts';
import { openTestServer, signedIn, tokenOf } from '../support/http.ts';

let next: Reloaded = { ok: true };
let count = 0;
const reload = async (): Promise<Reloaded> => {
  count++;
  return next;
};
const s = await openTestServer({ routes: () => [reloadRoute(reload)] });
after(s.close);

const ask = (headers = {}) => fetch(`${s.url}/-/reload`, { method: 'POST', headers });

test('a good file is 200 without a body; a bad one is 500 with what is wrong in it', async () => {
  const good = await ask();
  assert.deepEqual([good.status, await good.text()], [200, '']);
  next = { ok: false, text: 'am.yml:3:5: unknown key `recever`' };
  const bad = await ask();
  const words = 'failed to reload config: am.yml:3:5: unknown key `recever`\n';
  assert.deepEqual([bad.status, await bad.text()], [500, words]);
});

test('nobody reloads from elsewhere, from a page of another site, or without being an admin', async () => {
  const before = count;
  const { id } = await signedIn(s, 'operator');
  const { authorization } = await tokenOf(s, id, 'role');
  assert.equal((await ask({ 'x-forwarded-for': '192.0.2.1' })).status, 401);
  assert.equal((await ask({ origin: 'https://elsewhere.example.net' })).status, 403);
  assert.equal((await ask({ authorization })).status, 403);
  assert.equal((await fetch(`${s.url}/-/reload`)).status, 405);
  assert.equal(count, before);
});

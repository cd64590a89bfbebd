import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestServer } from '../support/http.ts';

test('smoke', async () => {
  const s = await openTestServer();
  try {
    let r = await fetch(`${s.url}/sign-in`);
    assert.equal(r.status, 200);
    r = await fetch(`${s.url}/nowhere`);
    console.log(r.status, await r.text(), r.headers);
    r = await fetch(`${s.url}/sign-in`, { method: 'DELETE' });
    console.log(r.status, await r.text(), r.headers);
    r = await fetch(`${s.url}/sign-in`, { method: 'HEAD' });
    console.log(r.status, await r.text());
  } finally {
    await s.close();
  }
});

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Started } from '../../src/base/started.ts';
import { ADMIN_TOKEN_FILE } from '../../src/cli/admin-token.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { hashToken } from '../../src/http/token.ts';
import { leaveAdminToken } from '../../src/wiring/web.ts';
import { openParts } from '../support/http.ts';

test('each start has a secret of its own, and who acted before it keeps a name', async () => {
  const { desk, accounts } = await openParts();
  after(() => desk.close());
  const dataFolder = mkdtempSync(join(tmpdir(), 'tocsin-token-'));
  after(() => rmSync(dataFolder, { recursive: true }));
  const run = async () => {
    const options = { dataFolder } as Parameters<typeof leaveAdminToken>[0]['options'];
    await leaveAdminToken({ desk, options, started: new Started(silentLog) }, 'http://desk');
    const [token, ...more] = desk.memory.all('tokens');
    assert.ok(token && more.length === 0);
    const [secret = ''] = /tcs_[\w-]+/.exec(
      readFileSync(join(dataFolder, ADMIN_TOKEN_FILE), 'utf8'),
    ) ?? [''];
    assert.equal(hashToken(secret), token.hash, 'the file has the secret that holds');
    return { id: token.id, secret };
  };
  const [first, second] = [await run(), await run()];
  assert.notEqual(first.secret, second.secret);
  assert.notEqual(hashToken(first.secret), desk.memory.get('tokens', second.id)?.hash);
  const by = `token:${first.id}` as UserId;
  assert.equal(accounts.name(by), 'local-admin (token command line on this machine)');
});

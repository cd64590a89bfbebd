import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configurationOf, HOOK, memorySecrets } from '../support/configuration.ts';
import { raise } from '../support/happenings.ts';
import { openNotified } from '../support/notified.ts';

test('the same file read again is no revision, and restarts the groups; a start does neither', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-reload-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, HOOK);
  const secrets = memorySecrets();
  const d = await openNotified();
  const configuration = configurationOf(d.desk, d.clock, file, secrets);
  await configuration.begin();
  await raise(d, 'web-1');
  const nextLook = () => [...d.desk.memory.all('groups')][0]?.nextAt;
  const first = nextLook();
  await d.pass(60_000);
  assert.deepEqual(await configuration.reloadFile(), { ok: true });
  await d.pass(1_000);
  assert.equal(d.desk.memory.count('revisions'), 1);
  assert.equal(nextLook(), (first ?? 0) + 60_000);
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
  configuration.stop();

  const next = await openNotified(undefined, d.crash(2_000));
  const again = configurationOf(next.desk, next.clock, file, secrets);
  await again.begin();
  assert.equal([...next.desk.memory.all('groups')][0]?.nextAt, (first ?? 0) + 60_000);
  again.stop();
});

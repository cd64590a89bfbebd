import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { days } from '../../src/base/time.ts';
import { onCall, rotaOf } from '../../src/desk/rota.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { configurationOf, HOOK, memorySecrets } from '../support/configuration.ts';
import { NORA, openNotified } from '../support/notified.ts';

const ADA = 'ada' as UserId;
const DUTY = `
schedules:
  - name: noc
    time_zone: Europe/London
    layers:
      - {name: weekly, people: [ada], every: 1 week, start: 2020-01-06 09:00}
`;

test('a schedule is in force with its revision; who is no user is refused, but not at a start', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-duty-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, HOOK + DUTY);
  const secrets = memorySecrets();
  const d = await openNotified();
  const configuration = configurationOf(d.desk, d.clock, file, secrets);
  t.after(() => configuration.stop());
  const people = () => {
    const rota = rotaOf(d.desk.memory, 'noc');
    return rota && onCall(rota, d.clock.now()).people;
  };

  await configuration.begin();
  assert.deepEqual(people(), []); // ada stands there, and is nobody yet
  assert.ok(d.desk.memory.get('zones', 'Europe/London'));
  const reloaded = await configuration.reloadFile();
  assert.match(reloaded.ok ? '' : reloaded.text, /:20:33: there is no user "ada" on this desk$/);

  await d.desk.act(NORA, { verb: 'user.add', user: ADA, role: 'operator' });
  assert.deepEqual(await configuration.reloadFile(), { ok: true });
  assert.deepEqual(people(), [ADA]);
  await d.pass(days(1), days(1));

  const held = [...d.desk.memory.all('plans')];
  const next = await openNotified(undefined, d.crash(0));
  assert.deepEqual([...next.desk.memory.all('plans')], held);
  const rota = rotaOf(next.desk.memory, 'noc');
  assert.deepEqual(rota && onCall(rota, next.clock.now()).people, [ADA]);
  const again = configurationOf(next.desk, next.clock, file, secrets);
  t.after(() => again.stop());

  writeFileSync(file, HOOK);
  await again.reloadFile();
  assert.equal(rotaOf(next.desk.memory, 'noc'), undefined);
});

test('a revision with a schedule is restored with it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-duty-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, HOOK + DUTY);
  const d = await openNotified();
  await d.desk.act(NORA, { verb: 'user.add', user: ADA, role: 'operator' });
  const configuration = configurationOf(d.desk, d.clock, file);
  t.after(() => configuration.stop());
  await configuration.begin();
  const [first] = d.desk.memory.all('revisions');
  writeFileSync(file, HOOK);
  await configuration.reloadFile();
  assert.equal(rotaOf(d.desk.memory, 'noc'), undefined);
  const restored = await configuration.restore(first?.id ?? '', NORA, 'on call again');
  assert.ok(restored.ok);
  assert.deepEqual(rotaOf(d.desk.memory, 'noc')?.schedule.layers[0]?.turns, [[ADA]]);
});

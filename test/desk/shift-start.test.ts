import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, minutes } from '../../src/base/time.ts';
import { shiftStart } from '../../src/desk/views/shift-start.ts';
import { openLife } from '../support/desk.ts';
import { ADA, BOB, CYD, does, handed, shift } from '../support/shift.ts';

test('a shift began with one’s own turn by the rota; for others with that of who is on call', async () => {
  const d = await shift();
  const now = d.clock.now();
  const [ada, bob] = [ADA, BOB].map((person) => shiftStart(d.desk.memory, person, now));
  const [mine, other] = ada?.by === 'own' ? [ada, bob] : [bob, ada];
  assert.equal(mine?.by, 'own');
  assert.equal(other?.by, 'on-call', 'who has no turn now reads about the turn that goes on');
  assert.equal(mine?.from, other?.from);
  assert.equal(new Date(mine?.from ?? 0).toISOString().slice(11, 16), '00:00');
});

test('who accepted a hand-over note began then, for a day', async () => {
  const d = await shift();
  const id = await handed(d, { is: 'person', person: CYD });
  assert.equal(shiftStart(d.desk.memory, CYD, d.clock.now()).by, 'on-call');
  await does(d, 'handover.accept', id, CYD);
  const at = d.clock.now();
  d.clock.pass(hours(24));
  const start = shiftStart(d.desk.memory, CYD, d.clock.now());
  assert.deepEqual(start, { by: 'note', note: id, author: ADA, from: at });
  d.clock.pass(minutes(1));
  assert.equal(shiftStart(d.desk.memory, CYD, d.clock.now()).by, 'on-call');
});

test('where nothing says when a shift began it is the last 8 hours', async () => {
  const { desk, clock } = await openLife();
  const start = shiftStart(desk.memory, ADA, clock.now());
  assert.deepEqual(start, { by: 'nothing', from: clock.now() - hours(8) });
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { openApiServer } from '../support/api.ts';
import { alert } from '../support/desk.ts';
import { ran } from './world.ts';

const s = await openApiServer();
after(() => s.close());

const envOf = ({ authorization }: { readonly authorization: string }) => ({
  TOCSIN_TOKEN: authorization.slice('Bearer '.length),
  TOCSIN_URL: s.url,
});
const cli = (...argv: readonly string[]) =>
  ran(['handovers', ...argv], { env: envOf(s.operator), replace: { clock: s.clock } });
const boss = (...argv: readonly string[]) =>
  ran(['handovers', ...argv], { env: envOf(s.admin), replace: { clock: s.clock } });

test('a shift is drafted, written on, handed over, asked about and accepted by command', async () => {
  const id = alert('web-1').id as AlarmId;
  await s.desk.receive('test', [alert('web-1')]);
  await s.desk.act(s.operator.id, { verb: 'acknowledge', on: [{ id }], note: '' });
  assert.equal((await cli('list')).out, 'There is none.\n');
  assert.equal((await cli('draft', '--since', 'soon')).exit, 2);
  const note = (await cli('draft')).out.trim();
  assert.match(note, /^h\d+$/);
  assert.equal((await boss('show', note)).exit, 4, 'a draft is nobody else’s');
  assert.equal((await cli('write', note)).exit, 2, 'it needs a text');
  assert.equal((await cli('write', note, '-t', 'The vendor calls back.')).out, `${note}\n`);
  assert.match((await cli('list', '--drafts')).out, new RegExp(`^${note} +operator`, 'm'));
  assert.equal((await cli('offer', note)).exit, 2, 'it needs somebody');
  assert.equal((await cli('offer', note, '--person', 'admin')).exit, 0);
  const { out } = await boss('show', note);
  assert.match(out, /The vendor calls back\.[\s\S]*- Down on web-1: .*to be taken over/);
  assert.equal((await boss('ask', note, '-t', 'Which vendor?')).exit, 0);
  assert.match((await cli('accept', note)).err, /your own/);
  assert.equal((await boss('accept', note)).out, 'accepted, 1 alarm taken over\n');
  const { handling } = s.desk.memory.get('alarms', id) ?? {};
  assert.equal(handling?.is === 'acknowledged' && handling.by, s.admin.id);
  assert.match((await cli('list', '--accepted', '--words', 'vendor')).out, /admin +admin/);
  assert.equal((await cli('withdraw', note)).exit, 5, 'it stays as it is');
});

test('what is handed over is withdrawn, and then dropped', async () => {
  const note = (await cli('draft')).out.trim();
  await cli('offer', note, '--person', 'admin');
  assert.equal((await cli('withdraw', note)).out, `${note}\n`);
  assert.match((await cli('list', '--drafts')).out, new RegExp(note));
  await cli('withdraw', note);
  assert.equal((await cli('show', note)).exit, 4);
});

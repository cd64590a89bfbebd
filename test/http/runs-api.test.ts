import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { instantText } from '../../src/base/time.ts';
import { readRunbook } from '../../src/config/runbook.ts';
import { identify } from '../../src/domain/alarm/event.ts';
import type { RunbookFile } from '../../src/domain/run/runbook.ts';
import { openApiServer } from '../support/api.ts';
import { openParts, raise } from '../support/http.ts';

const TEXT = `---
name: restart-port
for: ['@type="link.down"']
parameters: {port: {type: number}}
---
# Restart a port
## Look
At the rack.
## Look again
`;

function fileOf(text: string, file: string): RunbookFile {
  const read = readRunbook(text, file);
  return 'faults' in read ? { file, faults: read.faults } : { file, runbook: read };
}

async function opened() {
  const files = [fileOf(TEXT, 'restart-port.md'), fileOf('# no front matter', 'bad.md')];
  const parts = await openParts();
  const s = await openApiServer({ parts: { ...parts, runs: { runbooks: async () => files } } });
  after(() => s.close());
  return s;
}

const itemsOf = (answer: { body: unknown }) =>
  (answer.body as { items: Record<string, unknown>[] }).items;

test('runbooks are listed with their faults, and for an alarm only those for it', async () => {
  const s = await opened();
  const all = itemsOf(await s.viewer.get('/runbooks'));
  assert.deepEqual(
    all.map(({ file, name, for: of }) => [file, name, of]),
    [
      ['restart-port.md', 'restart-port', ['@type="link.down"']],
      ['bad.md', '', []],
    ],
  );
  assert.match(JSON.stringify(all[1]?.['faults']), /"line":1,"why":"the first line is ---/);
  await s.desk.receive('test', [
    raise('sw-1', { since: s.clock.now() }),
    raise('sw-2', { since: s.clock.now(), id: identify('sw-2', 'slow', ''), type: 'slow' }),
  ]);
  const [down, slow] = s.desk.memory.all('alarms');
  assert.equal(itemsOf(await s.viewer.get(`/runbooks?alarm=${down?.id}`)).length, 1);
  assert.equal(itemsOf(await s.viewer.get(`/runbooks?alarm=${slow?.id}`)).length, 0);
  assert.equal((await s.viewer.get('/runbooks?alarm=none')).status, 404);
});

test('an operator starts, ticks and stops; a viewer only looks', async () => {
  const s = await opened();
  const asked = { runbook: 'restart-port', parameters: { port: '7' }, why: 'It hangs' };
  assert.equal((await s.viewer.post('/runs', asked)).status, 403);
  const bad = await s.operator.post('/runs', { ...asked, parameters: { port: 'x', rack: '1' } });
  assert.equal(bad.status, 422);
  assert.match(JSON.stringify(bad.body), /port: a number expected; rack: this runbook has no such/);
  assert.equal((await s.operator.post('/runs', { ...asked, runbook: 'bad' })).status, 404);
  assert.equal(s.desk.memory.count('runs'), 0);
  const key = { 'idempotency-key': 'one' };
  const made = await s.operator.post('/runs', asked, key);
  assert.equal(made.status, 201);
  const { id } = made.body as { id: string };
  const twice = await s.operator.post('/runs', asked, key);
  assert.equal((twice.body as { id: string }).id, id, 'the same key starts one run');
  assert.equal((await s.viewer.post(`/runs/${id}/tick`, { step: 0 })).status, 403);
  const ticked = await s.operator.post(`/runs/${id}/tick`, { step: 0, note: 'is lit' });
  assert.deepEqual([ticked.status, (ticked.body as { step: number }).step], [200, 1]);
  assert.equal((await s.operator.post(`/runs/${id}/tick`, { step: 0 })).status, 409);
  assert.equal((await s.operator.post(`/runs/${id}/stop`, { why: '' })).status, 422);
  assert.equal((await s.viewer.post(`/runs/${id}/stop`, { why: 'x' })).status, 403);
  assert.equal((await s.operator.post(`/runs/${id}/stop`, { why: 'by hand' })).status, 200);
  const { body } = await s.viewer.get(`/runs/${id}`);
  const { is, stopped, by } = body as Record<string, unknown>;
  assert.deepEqual([is, (stopped as { why: string }).why], ['stopped', 'by hand']);
  assert.equal((by as { id: string }).id, s.operator.by);
  assert.equal((await s.viewer.get('/runs/run0')).status, 404);
});

test('the log of runs is searched by runbook, who, state and text', async () => {
  const s = await opened();
  const asked = { runbook: 'restart-port', parameters: { port: '7' }, why: 'It hangs' };
  await s.operator.post('/runs', asked);
  await s.admin.post('/runs', { ...asked, why: 'A drill' });
  const found = async (query: string) =>
    itemsOf(await s.viewer.get(`/runs?${query}`)).map(({ why }) => why);
  assert.deepEqual(await found(''), ['A drill', 'It hangs']);
  assert.deepEqual(await found('limit=1'), ['A drill']);
  assert.deepEqual(await found(`by=${encodeURIComponent(s.operator.by)}`), ['It hangs']);
  assert.deepEqual(await found('text=DRILL'), ['A drill']);
  assert.deepEqual(await found('runbook=other'), []);
  const now = encodeURIComponent(instantText(s.desk.clock.now()));
  assert.deepEqual(await found(`from=${now}`), ['A drill', 'It hangs']);
  assert.deepEqual(await found(`to=${now}`), []);
  assert.equal((await s.viewer.get('/runs?from=yesterday')).status, 422);
  assert.deepEqual(await found('is=done'), []);
  assert.deepEqual(await found('is=running&runbook=restart-port'), ['A drill', 'It hangs']);
});

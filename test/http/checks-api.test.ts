import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { ran } from '../cli/world.ts';
import { openApiServer } from '../support/api.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { openParts } from '../support/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-checks-api-'));
const parts = await openParts();
const checks = openTestChecks(parts, folder);
const s = await openApiServer({ parts: { ...parts, checks } });
after(async () => {
  await checks.stop();
  await s.close();
  rmSync(folder, { recursive: true });
});

writeFileSync(join(folder, 't.csv'), 'id,price\n1,\n2,5\n');
checks.follow(
  documentOf(
    `data_sources: {t: {csv: ${join(folder, 't.csv')}}}
checks:
  prices: {source: t, every: 1h, owner: nora, tests: [{test: not_null, column: price}]}
  idle: {source: t, cron: '0 7 * * *', tests: [{test: rows, min: 1}]}`,
  ),
);
checks.begin();

const env = { TOCSIN_TOKEN: s.admin.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, replace: { clock: s.clock } });

interface Shown {
  readonly name: string;
  readonly runs: number;
  readonly last: { readonly verdict: string; readonly text: string } | null;
  readonly alarms: readonly string[];
}

test('checks are listed, run by an operator, and told with their evidence', async () => {
  const before = (await s.viewer.get('/checks')).body as { items: Shown[] };
  assert.deepEqual(
    before.items.map(({ name, last }) => [name, last]),
    [
      ['idle', null],
      ['prices', null],
    ],
  );
  assert.equal((await s.viewer.post('/checks/prices/run', {})).status, 403);
  assert.equal((await s.operator.post('/checks/gone/run', {})).status, 404);
  const ended = await s.operator.post('/checks/prices/run', {});
  const shown = ended.body as Shown;
  assert.deepEqual([ended.status, shown.last?.verdict, shown.runs], [200, 'failed', 1]);
  assert.equal(shown.last?.text.startsWith('1 test over 2 rows, 1 failed; not_null price:'), true);
  const id = shown.alarms[0] ?? '';
  assert.equal(s.desk.memory.get('alarms', id as AlarmId)?.type, 'check.failed');
  const { items } = (await s.viewer.get('/checks/prices/runs')).body as {
    items: { evidence: { file: string }[] }[];
  };
  const path = `/api/v1/checks/prices/evidence/${items[0]?.evidence[0]?.file}`;
  const get = (authorization: string) => fetch(`${s.url}${path}`, { headers: { authorization } });
  assert.equal((await get(s.viewer.authorization)).status, 403, 'rows are for operators');
  const file = await get(s.operator.authorization);
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename="prices-/);
  assert.equal(await file.text(), 'test,parameters,line,id,price\r\nnot_null price,,2,1,\r\n');
  const { items: listed } = (await s.viewer.get('/checks')).body as { items: Shown[] };
  assert.equal(listed[0]?.name, 'prices', 'what is wrong comes first');
});

test('the command line lists, runs and shows checks', async () => {
  const list = await cli('checks', 'list');
  assert.equal(list.exit, 0, list.err);
  assert.match(list.out, /prices +failed .* 1 +1 +every 1h/);
  assert.match(list.out, /idle +not run .*0 7 \* \* \* UTC/);
  const run = await cli('checks', 'run', 'prices');
  assert.equal(run.exit, 1);
  assert.match(run.out, /^prices failed in \d+ ms: 1 test over 2 rows, 1 failed/);
  assert.equal((await cli('checks', 'run', 'idle')).exit, 0);
  const shown = await cli('checks', 'show', 'prices');
  const [, file = ''] = /(\S+\.csv) \(1\)/.exec(shown.out) ?? [];
  const evidence = await cli('checks', 'show', 'prices', '--evidence', file);
  assert.match(evidence.out, /^test,parameters,line,id,price/);
  assert.equal((await cli('checks', 'show', 'gone')).exit, 4);
});

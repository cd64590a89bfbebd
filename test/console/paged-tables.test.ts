import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { openAccounts } from '../../src/desk/accounts.ts';
import { documentOf, openTestChecks } from '../support/checks.ts';
import { foldDesk } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';
import { plain, postForm, visit } from './visit.ts';

const MANY = 60;

const desk = foldDesk();
const folder = mkdtempSync(join(tmpdir(), 'tocsin-paged-'));
const checks = openTestChecks({ desk, clock: desk.clock, log: silentLog }, folder);
let served: Served;

before(async () => {
  served = await serveConsole(desk, {}, checks);
  const names = Array.from({ length: MANY }, (_, n) => `n${n}`);
  checks.follow(
    documentOf(`data_sources: {metrics: {prometheus: 'http://127.0.0.1:9'}, t: {csv: ${folder}/t.csv}}
checks: {${names.map((n) => `c${n}: {source: t, every: 1d, tests: [{test: not_null, column: x}]}`)}}
slos: {${names.map((n) => `s${n}: {source: metrics, objective: 99, bad: b, total: a}`)}}`),
  );
  const accounts = openAccounts(desk, served.people);
  for (const login of names) {
    await accounts.add('self', { login, name: login, email: '', password: '' }, 'viewer');
  }
});
after(async () => {
  await served.close();
  await checks.stop();
  rmSync(folder, { recursive: true });
});

const rowsIn = (markup: string): number => {
  const [table = ''] = /<table[\s\S]*?<\/table>/.exec(markup) ?? [];
  return table.split('<tr>').length - 2; // the first stands in the head
};

for (const [path, total] of [
  ['/checks', MANY],
  ['/objectives', MANY],
  ['/people', MANY + 3],
] as const) {
  test(`${path} holds 50 rows, and leads to the rest`, async () => {
    const first = (await visit(served, 'nora', path)).text;
    assert.equal(rowsIn(first), 50);
    assert.match(plain(first), new RegExp(`1 to 50 of ${total} Further`));
    const second = (await visit(served, 'nora', `${path}?from=51`)).text;
    assert.equal(rowsIn(second), total - 50);
    assert.match(plain(second), new RegExp(`51 to ${total} of ${total} Back`));
  });
}

test('who changes somebody on the second page of people stays on it', async () => {
  const from = '/people?from=51';
  const [, id] =
    /action="\/people\/([^/]+)\/role"/.exec((await visit(served, 'nora', from)).text) ?? [];
  const path = `/people/${id}/role`;
  const { text } = await postForm(served, 'nora', { path, from, fields: { role: 'operator' } });
  assert.match(plain(text), /51 to 63 of 63/);
  assert.match(text, /href="\/people\?from=1"/);
  assert.match(text, /name="back"\s+value="\/people\?from=51"/);
});

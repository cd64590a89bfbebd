import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readRunbook } from '../../src/config/runbook.ts';
import { csrfOf } from '../../src/http/cookie.ts';
import { openConsole } from '../../src/http/pages.ts';
import { configurationOf } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { openTestServer, raise, signedIn } from '../support/http.ts';
import { asking, NORA } from '../support/runs.ts';

const TEXT = `---
name: restart-port
for: ['@type="link.down"']
parameters: {port: {type: number}, how: {type: choice, choices: [soft, hard]}}
---
# Restart a port
## Look
At the <rack>.
`;

async function opened() {
  const runbook = readRunbook(TEXT, 'a.md');
  assert.ok(!('faults' in runbook));
  const files = [{ file: 'a.md', runbook }];
  const s = await openTestServer({
    routes: (parts) => {
      const site = openConsole({
        ...parts,
        ...{ readFeed, name: 'x', homeUrl: () => '', traps: () => '', listening: () => [] },
        configuration: configurationOf(parts.desk, parts.clock),
        runs: { runbooks: async () => files },
      });
      after(() => site.close());
      return site.routes;
    },
  });
  after(() => s.close());
  const as = async (role: 'operator' | 'viewer') => {
    const { cookie } = await signedIn(s, role);
    const csrf = csrfOf(cookie.split('=')[1] ?? '');
    return async (path: string, form?: Record<string, string>) => {
      const body = form && new URLSearchParams({ csrf, once: 'o'.repeat(16), ...form });
      const sent = body ? { method: 'POST', body } : {};
      const headers = { cookie };
      const answer = await fetch(s.url + path, { ...sent, headers, redirect: 'manual' });
      const to = answer.headers.get('location') ?? '';
      return { status: answer.status, to, text: await answer.text() };
    };
  };
  return { ...s, operator: await as('operator'), viewer: await as('viewer') };
}

test('a run is started from an alarm, ticked, and read without scripts', async () => {
  const s = await opened();
  await s.desk.receive('test', [raise('sw-1', { since: s.clock.now() })]);
  const [alarm] = s.desk.memory.all('alarms');
  const page = await s.operator(`/alarms/${alarm?.id}`);
  assert.ok(page.text.includes(`/runs?alarm=${alarm?.id}`));
  const list = await s.operator(`/runs?alarm=${alarm?.id}`);
  assert.ok(list.text.includes(`/runs/start/restart-port?alarm=${alarm?.id}`));
  const path = '/runs/start/restart-port';
  assert.match((await s.operator(`${path}?alarm=${alarm?.id}`)).text, /name="p\.port"/);
  const form = { alarm: alarm?.id ?? '', 'p.port': 'x', 'p.how': 'soft', why: 'It hangs' };
  const bad = await s.operator(path, form);
  assert.equal(bad.status, 422);
  assert.match(bad.text, /port: a number expected/);
  assert.match(bad.text, /value="It hangs"/, 'what was written stays');
  const made = await s.operator(path, { ...form, 'p.port': '7' });
  assert.equal(made.status, 303);
  const one = await s.operator(made.to);
  assert.match(one.text, /At the &lt;rack&gt;/);
  assert.match(one.text, /Step 1 is done/);
  assert.ok(one.text.includes(`${alarm?.type} on sw-1</a>`), 'the alarm by its name');
  assert.match(one.text, /<span class="tag">now<\/span> 1\. /);
  const ticked = await s.operator(`${made.to}/tick`, { step: '0', how: 'done', note: 'is lit' });
  assert.equal(ticked.status, 303);
  assert.equal((await s.operator(`${made.to}/stop`, { why: 'late' })).status, 409);
  const [run] = s.desk.memory.all('runs');
  assert.deepEqual(
    [run?.is, run?.alarm, run?.parameters],
    ['done', alarm?.id, { port: '7', how: 'soft' }],
  );
  const lists = async (query: string) =>
    (await s.viewer(`/runs?${query}`)).text.includes('There is no such run');
  const day = new Date(s.clock.now()).toISOString().slice(0, 10);
  for (const query of ['text=LIT', 'is=done', `from=${day}`, `to=${day}`, 'from=x&is='])
    assert.equal(await lists(query), false, query);
  for (const query of ['text=none', 'is=stopped', 'from=2099-01-01', 'to=2020-01-01'])
    assert.equal(await lists(query), true, query);
});

test('an alarm that a check raised leads to the check; a label alone leads nowhere', async () => {
  const s = await opened();
  const at = s.desk.clock.now();
  const labels = { check: 'trades' };
  const one = { type: 'check.failed', resource: 'trades', qualifier: 'area=north', text: 'bad' };
  const subjects = [{ ...one, severity: 'minor', labels } as const];
  const said = { check: 'trades', verdict: 'failed', severity: 'minor', text: 'bad' } as const;
  await s.desk.report({ kind: 'check', at, ...said, subjects });
  await s.desk.receive('test', [raise('sw-1', { since: s.clock.now(), labels })]);
  const leads: boolean[] = [];
  for (const { id } of s.desk.memory.all('alarms'))
    leads.push(/href="\/checks\/trades"/.test((await s.viewer(`/alarms/${id}`)).text));
  assert.deepEqual(leads, [true, false]);
});

test('a viewer reads runs, and starts none', async () => {
  const s = await opened();
  assert.doesNotMatch((await s.viewer('/runs')).text, /\/runs\/start/);
  assert.equal((await s.viewer('/runs/start/restart-port')).status, 403);
  assert.equal((await s.viewer('/runs/start/restart-port', { why: 'x' })).status, 403);
  assert.equal((await s.viewer('/runs/run0')).status, 404);
});

test('a run that asks somebody leads to its page, and the page to the run', async () => {
  const s = await opened();
  const id = await asking(s.desk, NORA);
  const run = (await s.viewer(`/runs/${id}`)).text;
  assert.match(run, /waits for an answer<\/span>, step 1 of 1/);
  const [page] = s.desk.memory.all('pages');
  assert.ok(run.includes(`href="/pages/${page?.id}"`));
  const one = (await s.viewer(`/pages/${page?.id}`)).text;
  assert.ok(one.includes(`href="/runs/${id}"`));
  assert.match(one, /Port 7 is dark\./);
  assert.doesNotMatch(one, /\/alarms\/run/);
  assert.equal((await s.operator(`/pages/${page?.id}/answer`, {})).status, 303);
  assert.match((await s.viewer(`/runs/${id}`)).text, /Answered at the desk/);
  assert.equal(s.desk.memory.get('runs', id)?.is, 'done');
});

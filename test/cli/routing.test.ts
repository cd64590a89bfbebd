import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { seconds } from '../../src/base/time.ts';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';
import { ran } from './world.ts';

const s = await openApiServer();
const cwd = mkdtempSync(join(tmpdir(), 'tocsin-routing-'));
after(async () => {
  await s.close();
  rmSync(cwd, { recursive: true });
});

const field = planRoute({
  id: '{}/{site="nbg"}',
  key: '{}/{site="nbg"}',
  receiver: 'field',
  matchers: terms('site="nbg"'),
});
const plan = planWith(
  { groupWait: seconds(30), routes: [field] },
  {
    receivers: [
      { name: 'ops', ways: [{ kind: 'webhook', index: 0, sendResolved: true }] },
      { name: 'field', ways: [] },
    ],
  },
);
const words = { text: '', from: 'a.yml', unused: [], why: '' };
await s.desk.act(s.admin.id, { verb: 'revision.apply', ...words, plan });
const event = raise('core-1', { labels: { site: 'osl' } });
await s.desk.receive('test', [event]);

const env = { TOCSIN_TOKEN: s.operator.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, cwd, replace: { clock: s.clock } });

test('why begins with the answer, and the rest is a story', async () => {
  const { out, err, exit } = await cli('why', event.id);
  assert.equal(exit, 0, err);
  const [first = ''] = out.split('\n');
  assert.match(first, /^Nobody was told yet: a new group waits 30s for others to join it/);
  for (const part of [
    'Group {}:{alertname="link.down"}',
    'ops/webhook[0] was not told of it',
    'it would be told, because it has not been told of this group yet',
    '- {site="nbg"}: no (site="nbg" does not fit "osl")',
    'What was decided and tried, newest first',
  ]) {
    assert.ok(out.replace(/\n +/g, ' ').includes(part), `${part}\n${out}`);
  }
  assert.doesNotMatch(out, /UTC/);
  const json = JSON.parse((await cli('why', event.id, '--json')).out) as { told: boolean };
  assert.equal(json.told, false);
  assert.match((await cli('why', event.id, '--at', '23:59')).out, /\(as it was at /);
  assert.equal((await cli('why', event.id, '--at', 'once')).exit, 2);
  assert.equal((await cli('why', 'ffffffffffffffff')).exit, 4);
});

test('routes are shown and tried, on the desk and in a file', async () => {
  const { out } = await cli('routes', 'show');
  assert.match(out, /^everything -> ops: 1 raised$/m);
  assert.match(out, /^ {2}\{site="nbg"\} -> field \(tells nobody\): 0 raised$/m);
  const tried = await cli('routes', 'test', 'site=nbg');
  assert.equal(tried.out.split('\n')[0], 'field');
  assert.equal((await cli('routes', 'test', '--verify=field', 'site=nbg')).exit, 0);
  const other = await cli('routes', 'test', '--verify=ops', 'site=nbg');
  assert.deepEqual([other.exit, other.err], [1, 'it goes to field, not to ops\n']);
  assert.equal((await cli('routes', 'test', 'nbg')).exit, 2);
  const file = 'route: {receiver: a}\nreceivers: [{name: a}]\n';
  writeFileSync(join(cwd, 'new.yml'), file);
  assert.equal((await cli('routes', 'test', '--config.file=new.yml')).out.split('\n')[0], 'a');
});

test('a silence is previewed, added, listed and expired', async () => {
  const what = ['site=osl', '--for', '2h'];
  const preview = await cli('silence', 'add', ...what, '--preview');
  assert.match(preview.out, /^would keep 1 alarm quiet now\n {2}core-1 {2}core-1 is down\n$/);
  assert.match((await cli('silence', 'list')).out, /^There are no such silences/);
  assert.equal((await cli('silence', 'add', ...what)).exit, 2, 'it needs a comment');
  const added = await cli('silence', 'add', ...what, '-c', 'works on the ring', '-a', 'nora');
  const id = /^([0-9a-f-]{36})\nkeeps 1 alarm quiet now\n$/.exec(added.out)?.[1] ?? '';
  assert.notEqual(id, '', added.out + added.err);
  assert.match((await cli('why', event.id)).out.replace(/\n/g, ' '), /silenced by nora until/);
  assert.match((await cli('silence', 'list')).out, /^active +1 .* nora .*site="osl" +works on/m);
  assert.equal((await cli('silence', 'expire', id)).out, `expired  ${id}\n`);
  assert.match((await cli('silence', 'list', '--expired', '--json')).out, /"state":"expired"/);
});

test('a test notice says for each way how it went', async () => {
  const answer = async (result: 'sent' | 'never', detail: string) => {
    const stop = s.desk.watch(({ deliveries }) => {
      const [delivery] = deliveries;
      if (delivery === undefined || !s.desk.memory.get('deliveries', delivery)) return;
      const report = { kind: 'delivered', at: s.clock.now(), delivery, attempt: 1 } as const;
      void s.desk.report({ ...report, result, detail, tookMs: 2 });
    });
    const ended = cli('notify', 'test', 'ops');
    const timer = setInterval(() => s.clock.pass(250), 1);
    const done = await ended;
    clearInterval(timer);
    stop();
    return done;
  };
  const good = await answer('sent', '200');
  assert.deepEqual([good.exit, good.out], [0, 'arrived  ops/webhook[0]: 200\n']);
  const bad = await answer('never', '404 not found');
  assert.deepEqual([bad.exit, bad.out], [6, 'refused  ops/webhook[0]: 404 not found\n']);
  assert.match((await cli('notify', 'list')).out, /^ops\/webhook\[0\] +1 +1 +0 +failing since/m);
  assert.equal((await cli('notify', 'test', 'gone')).exit, 4);
  assert.equal((await cli('notify', 'test', 'field')).exit, 5, 'it has no way out');
});

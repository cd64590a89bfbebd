import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Value } from 'typebox/value';
import { ADMIN_TOKEN_FILE, adminTokenText } from '../../src/cli/admin-token.ts';
import { openApi } from '../../src/http/api/routes.ts';
import { HTTP_DEFAULTS } from '../../src/http/settings.ts';
import { SOURCES } from '../../src/sources/index.ts';
import { configurationOf } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { openParts, openTestServer, raise, signedIn, tokenOf } from '../support/http.ts';
import { ran } from './world.ts';

/** A real desk behind a real server, and a data folder whose admin.token names it. */
async function openTown() {
  const parts = await openParts();
  let api: ReturnType<typeof openApi> | undefined;
  const served = await openTestServer({
    parts,
    routes: (all) => {
      const configuration = configurationOf(all.desk, all.clock);
      api = openApi({ ...all, homeUrl: () => 'http://desk.example', configuration, readFeed });
      return api.routes;
    },
    sources: SOURCES.filter((s) => s.http && s.name === 'alertmanager').map((source) => ({
      name: source.name,
      settings: Value.Default(source.settings, {}),
      source,
    })),
  });
  const cwd = mkdtempSync(join(tmpdir(), 'tocsin-cli-'));
  const admin = await signedIn(parts, 'admin', 'ada');
  const viewer = await signedIn(parts, 'viewer', 'vera');
  const token = (await tokenOf(parts, admin.id, 'role')).authorization.slice('Bearer '.length);
  const weak = (await tokenOf(parts, viewer.id, 'role')).authorization.slice('Bearer '.length);
  const data = join(cwd, 'd');
  mkdirSync(data);
  writeFileSync(join(data, ADMIN_TOKEN_FILE), adminTokenText({ token, url: served.url }));
  const close = async (): Promise<void> => {
    api?.close();
    const closing = served.close();
    await new Promise((done) => setImmediate(done));
    parts.clock.pass(HTTP_DEFAULTS.limits.close_ms_max); // connections kept alive end then
    await closing;
    rmSync(cwd, { recursive: true });
  };
  const cli = (line: string, ...more: readonly string[]) =>
    ran([...line.split(' '), ...more, '--data', 'd'], { cwd });
  return { parts, cwd, cli, token, weak, url: served.url, close };
}

let town: Awaited<ReturnType<typeof openTown>>;
before(async () => {
  town = await openTown();
});
after(() => town.close());

const ids = (out: string): string[] =>
  out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);

test('an alarm is raised, listed, taken, hidden, shown again and cleared from the shell', async () => {
  const { cli } = town;
  const label = ['-l', 'alertname=DiskFull', '-l', 'instance=db1', '--severity', 'critical'];
  const sent = await cli('send', ...label, '/ is 98 % full');
  assert.equal(sent.exit, 0, sent.err);
  const id = /^raised {2}([0-9a-f]{16})$/m.exec(sent.out)?.[1] ?? '';
  const list = await cli('alarms --filter instance=db1');
  assert.match(list.out, new RegExp(`^critical +\\d+s +${id} +waiting +db1 +/ is 98 % full$`, 'm'));
  const acked = await cli(`ack ${id}`, '-m', 'Have it', '--for', '2h');
  assert.equal(acked.exit, 0, acked.err);
  assert.equal(acked.out, `acknowledged  ${id}\n`);
  assert.equal((await cli(`shelve ${id} --for 8h`, '--reason', 'Being moved')).exit, 0);
  assert.match((await cli('alarms --filter instance=db1')).out, /shelved/);
  assert.equal((await cli(`unshelve ${id}`)).exit, 0);
  assert.equal((await cli(`comment ${id}`, '-m', 'Disk ordered')).exit, 0);
  assert.equal((await cli(`close ${id}`, '-m', 'Done')).exit, 0);
  assert.equal((await cli(`close ${id} --undo`)).exit, 0);
  const shown = await cli(`show ${id}`);
  for (const what of ['Have it', 'Being moved', 'Disk ordered', 'alertname', 'Now', 'Timeline'])
    assert.ok(shown.out.includes(what), `${what}: ${shown.out}`);
  const json = JSON.parse((await cli(`show ${id} --json`)).out);
  assert.equal(json.alarm.id, id);
  assert.ok(json.explain.past.length >= 6);
  assert.equal((await cli('send', ...label, '--clear')).exit, 0);
  const none = await cli('alarms --filter instance=db1');
  assert.match(none.out, /^Nothing/);
});

test('a long list comes page by page, whole, as JSON lines', async () => {
  const { parts, cli } = town;
  const events = Array.from({ length: 1_500 }, (_, i) => raise(`port-${i}`));
  for (let from = 0; from < events.length; from += 500)
    await parts.desk.receive('snmp', events.slice(from, from + 500));
  const all = await cli('alarms --json --limit 5000 --filter site=nbg');
  assert.equal(new Set(ids(all.out)).size, 1_500);
  assert.equal(ids((await cli('alarms --json --limit 3')).out).length, 3);
  const some = await cli('alarms --limit 3 --filter site=nbg');
  assert.match(some.err, /3 of 1500 shown/);
  assert.equal(some.out.trim().split('\n').length, 4);
});

test('ids from a pipe are acted on, more than one request takes', async () => {
  const { parts, cwd, cli } = town;
  const found = ids((await cli('alarms --json --limit 1200 --filter site=nbg')).out);
  const stdin = found.join('\n');
  const { exit, out, err } = await ran(['ack', '-', '--data', 'd', '--json'], { cwd, stdin });
  assert.equal(exit, 0, err);
  assert.equal(ids(out).length, 1_200);
  const acknowledged = [...parts.desk.memory.all('alarms')].filter(
    (a) => a.handling.is === 'acknowledged',
  );
  assert.equal(acknowledged.length, 1_200);
});

test('what the desk refuses ends with the code of the failure, the rest is done', async () => {
  const { parts, cli, cwd, weak, url } = town;
  await parts.desk.receive('snmp', [raise('uplink')]);
  const { id, episode } = [...parts.desk.memory.all('alarms')].find(
    (a) => a.resource === 'uplink',
  ) ?? {
    id: '',
    episode: 0,
  };
  const mixed = await cli(`ack ${id} 0000000000000000`);
  assert.equal(mixed.exit, 4);
  assert.match(mixed.err, /error\[ALARM_NOT_FOUND\]/);
  assert.match(mixed.out, new RegExp(`acknowledged {2}${id}`));
  assert.equal((await cli(`unshelve ${id}`)).exit, 5);
  const passed = await cli(`close ${id} --episode ${episode - 1}`);
  assert.equal(passed.exit, 5);
  assert.match(passed.err, /EPISODE_PASSED/);
  assert.equal((await cli('show 0000000000000000')).exit, 4);
  assert.equal((await cli('alarms --filter', 'a~b')).exit, 2);
  const far = await cli(`shelve ${id} --for 31d --reason x`);
  assert.equal(far.exit, 2);
  assert.match(far.err, /END_OUT_OF_RANGE/);
  const viewer = await ran(['ack', id, '--url', url], { cwd, env: { TOCSIN_TOKEN: weak } });
  assert.equal(viewer.exit, 3);
  assert.match(viewer.err, /NOT_ALLOWED.*operator/);
  const nobody = await ran(['alarms', '--url', url], { cwd });
  assert.equal(nobody.exit, 3);
  assert.match(nobody.err, /NOT_SIGNED_IN/);
});

test('people and tokens are managed from the machine of the desk', async () => {
  const { cli, cwd, url } = town;
  const added = await cli('users add nora --role operator', '--name', 'Nora Lind');
  assert.equal(added.exit, 0, added.err);
  assert.match(added.out, /http:\/\/desk\.example\/welcome\?link=/);
  assert.match((await cli('users list')).out, /^nora +operator +active +Nora Lind /m);
  assert.equal((await cli('users role nora admin')).exit, 0);
  assert.equal((await cli('users disable nora')).exit, 0);
  assert.match((await cli('users list')).out, /^nora +admin +disabled/m);
  assert.equal((await cli('users enable nora')).exit, 0);
  assert.match((await cli('users link nora')).out, /welcome\?link=/);
  assert.equal((await cli('users erase nora --yes')).exit, 0);
  assert.doesNotMatch((await cli('users list')).out, /nora/);
  assert.equal((await cli('users role nora admin')).exit, 4);
  const short = await ran(['users', 'add', 'tom', '--password-file', '-', '--data', 'd'], {
    cwd,
    stdin: 'short\n',
  });
  assert.equal(short.exit, 2);
  assert.match(short.err, /FIELD_INVALID/);

  const made = await cli('tokens add', 'prometheus', '--scope', 'ingest:alertmanager');
  assert.equal(made.exit, 0, made.err);
  assert.match(made.out, /^tcs_\S+\n$/, 'the secret alone, so that it can go into a file');
  writeFileSync(join(cwd, 'token'), made.out);
  const sender = ['--url', url, '--token-file', 'token'];
  const sent = await ran(['send', '-l', 'alertname=X', ...sender], { cwd });
  assert.equal(sent.exit, 0, sent.err);
  assert.equal((await ran(['alarms', ...sender], { cwd })).exit, 3, 'hand in and nothing else');
  const listed = JSON.parse((await cli('tokens list --json')).out) as {
    id: string;
    label: string;
  }[];
  const id = listed.find((t) => t.label === 'prometheus')?.id ?? '';
  assert.equal((await cli(`tokens revoke ${id}`)).exit, 0);
  assert.equal((await ran(['send', '-l', 'alertname=X', ...sender], { cwd })).exit, 3);
});

test('watch shows the list and then every change, until Ctrl-C', async () => {
  const { parts, cwd } = town;
  const stop = new AbortController();
  let out = '';
  const watching = ran(['alarms', '--watch', '--filter', 'resource=watched', '--data', 'd'], {
    cwd,
    signal: stop.signal,
    onOut: (text) => {
      out += text;
    },
  });
  const until = async (what: RegExp): Promise<void> => {
    for (let i = 0; !what.test(out); i++) {
      assert.ok(i < 5_000, `never saw ${what} in ${out}`);
      parts.clock.pass(30);
      await new Promise((done) => setImmediate(done));
    }
  };
  await until(/Nothing/);
  await parts.desk.receive('snmp', [raise('other'), raise('watched')]);
  await until(/raised +critical +waiting +[0-9a-f]{16} {2}watched {2}watched is down/);
  const { severity: _, ...rest } = raise('watched');
  await parts.desk.receive('snmp', [{ ...rest, kind: 'clear', text: 'up' }]);
  await until(/cleared +critical +unseen/);
  stop.abort();
  assert.equal((await watching).exit, 0);
  assert.doesNotMatch(out, /other/);
});

test('nobody there: 6, and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { exit, err } = await ran(['alarms', '--url', `http://127.0.0.1:${port}`]);
  assert.equal(exit, 6);
  assert.match(err, /error\[UNREACHABLE\].*tocsin serve/);
});

test('sources and their devices are listed, also only the silent ones', async () => {
  const { cli, parts } = town;
  const { figures, clock, desk } = parts;
  figures.expect('ups');
  figures.dropped('ups', 'kernel', 4);
  await desk.receive('ups', [raise('core-1/1', { count: 3 }), raise('core-2/1')]);
  const gone = figures.hearing.get('ups')?.devices.get('core-2');
  assert.ok(gone);
  gone.silentSince = clock.now();
  gone.rule = 600_000;
  const all = await cli('sources');
  assert.equal(all.exit, 0, all.err);
  assert.match(all.out, /^SOURCE +STATE +LAST +1MIN +10MIN +1H +REFUSED +SILENT-AFTER +LOST +DEV/);
  assert.match(all.out, /^ups +heard +0s ago +4 +4 +4 +0 +4 +2, 1 silent$/m);
  const devices = await cli('sources ups --limit 1');
  assert.match(devices.out, /^core-2 +silent +0s ago +1 +1 +1 +0 +10m set$/m);
  assert.equal(devices.err, 'and 1 more: --limit, --search\n');
  const found = JSON.parse((await cli('sources ups --search core-1 --json')).out) as object[];
  assert.equal(found.length, 1);
  assert.equal((await cli('sources ups --silent')).out.trim().split('\n').length, 2);
  assert.equal((await cli('sources --silent')).out.trim().split('\n').length, 1);
  assert.equal((await cli('sources nowhere')).exit, 4);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openApi } from '../../src/http/api/routes.ts';
import { configurationOf, HOOK } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { openParts, openTestServer, raise, signedIn, tokenOf } from '../support/http.ts';
import { ran } from './world.ts';

const parts = await openParts();
const cwd = mkdtempSync(join(tmpdir(), 'tocsin-cli-config-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(cwd, name), text);
  return name;
};
const started = join(cwd, file('started.yml', HOOK));
const configuration = configurationOf(parts.desk, parts.clock, started);
const api: { close(): void }[] = [];
const served = await openTestServer({
  parts,
  routes: (all) => {
    const opened = openApi({
      ...all,
      homeUrl: () => 'http://desk.example',
      configuration,
      readFeed,
    });
    api.push(opened);
    return opened.routes;
  },
});
after(async () => {
  for (const one of api) one.close();
  await served.close();
  rmSync(cwd, { recursive: true, force: true });
});
const nora = await signedIn(parts, 'admin', 'nora');
const token = (await tokenOf(parts, nora.id, 'role')).authorization.slice('Bearer '.length);
const env = { TOCSIN_URL: served.url, TOCSIN_TOKEN: token };
const tocsin = (...argv: string[]) => ran(argv, { cwd, env });

/** Somebody edits in the console. */
async function inConsole(text: string): Promise<string> {
  const basedOn = configuration.inForce();
  const saved = await configuration.save({ text, why: 'by hand', basedOn, by: nora.id });
  assert.ok(saved.ok);
  return saved.revision;
}

test('there is no revision at first, and the words say how to make one', async () => {
  assert.match((await tocsin('revisions', 'list')).out, /no revision yet: tocsin apply FILE/);
  assert.equal((await tocsin('revisions', 'show')).exit, 2);
  assert.equal((await tocsin('revisions', 'diff')).exit, 2);
});

test('the first file is applied without a question, and its reason stands in the list', async () => {
  const { exit, out, err } = await tocsin('apply', file('am.yml', HOOK), '--why', 'the first');
  assert.equal(exit, 0, err);
  assert.match(out, /^r\d+ is in force\n$/);
  assert.match(err, /guarded: ops\/webhook\[0\], night\/webhook\[0\]: sent to public addresses/);
  assert.match((await tocsin('revisions', 'list')).out, /r\d+ \* .* apply am\.yml +the first/);
});

test('the text of a revision goes to standard output alone, without its secrets', async () => {
  const { out, err } = await tocsin('revisions', 'show');
  assert.match(out, /^route:\n {2}receiver: ops\n/);
  assert.match(out, /credentials: <secret>\n/);
  assert.match(err, /^r\d+ \(.*, with tocsin apply am\.yml, 0s ago: the first\), in force\n$/);
});

test('the same file again says what changes, and shows no secret', async () => {
  const changed = HOOK.replace('group_wait: 0s', 'group_wait: 5s').replace('hush-hush', 'psst');
  const { exit, out } = await tocsin('apply', file('am.yml', changed), '--why', 'calmer');
  assert.equal(exit, 0);
  assert.match(out, / {4}4 - {3}group_wait: 0s\n {4}4 \+ {3}group_wait: 5s\n/);
  assert.match(out, /1 line added, 1 removed, against r\d+ \(/);
  assert.match(out, /r\d+ is in force; before: r\d+ \(.*: the first\)\n$/);
  assert.doesNotMatch(out, /psst|hush/);
});

test('nothing is overwritten that was saved in the console since', async () => {
  const held = await inConsole(HOOK.replace('group_wait: 0s', 'group_wait: 9s'));
  const refused = await tocsin('apply', 'am.yml', '--why', 'mine');
  assert.equal(refused.exit, 5);
  assert.match(
    refused.err,
    /was saved after this file was applied last: see tocsin revisions diff/,
  );
  assert.match(refused.err, new RegExp(`add --based-on ${held}\\.?\\n`));
  assert.equal(configuration.inForce(), held);
  const stale = await tocsin('apply', 'am.yml', '--why', 'mine', '--based-on', 'r1');
  assert.equal(stale.exit, 5);
  assert.match(stale.err, /CONFIG_CONFLICT/);
  const meant = await tocsin('apply', 'am.yml', '--why', 'mine', '--based-on', held);
  assert.equal(meant.exit, 0, meant.err);
  assert.notEqual(configuration.inForce(), held);
});

test('a restored revision is somebody’s decision: the file does not undo it unasked', async () => {
  const { out } = await tocsin('revisions', 'list', '--json');
  const items = JSON.parse(out) as { readonly id: string; readonly from: string }[];
  const first = items.at(-1)?.id ?? '';
  assert.equal((await tocsin('revisions', 'restore', first)).exit, 2, 'without a reason');
  const restored = await tocsin('revisions', 'restore', first, '--why', 'all came twice');
  assert.equal(restored.exit, 0, restored.err);
  assert.match((await tocsin('revisions', 'list')).out, /restores r\d+: all came twice/);
  const applied = await tocsin('apply', 'am.yml', '--why', 'nightly job');
  assert.equal(applied.exit, 5);
  const diff = await tocsin('revisions', 'diff', first, configuration.inForce());
  assert.match(diff.out, /the same text\n$/);
});

test('a dry run shows, and saves nothing', async () => {
  const held = configuration.inForce();
  const dry = await tocsin('apply', 'am.yml', '--dry-run');
  assert.equal(dry.exit, 0);
  assert.match(dry.out, /1 line added, 1 removed/);
  assert.equal(configuration.inForce(), held);
});

test('every fault is said with file, line and column, and nothing is applied', async () => {
  const bad = file('bad.yml', HOOK.replace('group_wait', 'group_weit').replace('ops', 'opz'));
  for (const line of [
    ['apply', bad, '--why', 'x', '--based-on', 'r1'],
    ['plan', bad],
  ]) {
    const { exit, err } = await tocsin(...line);
    assert.equal(exit, 2);
    assert.match(err, /^bad\.yml:2:13: /m);
    assert.match(err, /^bad\.yml:4:3: .*did you mean group_wait\?$/m);
  }
});

test('reload reads the file of the desk, says what it replaced, and refuses a bad one', async () => {
  const good = await tocsin('reload');
  assert.equal(good.exit, 0, good.err);
  assert.match(good.out, /is in force; before: r\d+ \(.*all came twice\)/);
  assert.match((await tocsin('reload')).out, /^nothing changed: r\d+ says the same/);
  const held = configuration.inForce();
  file('started.yml', 'route: 1\nreceiver: 2\n');
  const bad = await tocsin('reload');
  assert.equal(bad.exit, 2);
  assert.match(
    bad.err,
    /cannot be used \(\d faults\)\. Line 1, column 8: .*\n {2}line 2, column 1/s,
  );
  assert.equal(configuration.inForce(), held);
  const same = await tocsin('apply', 'started.yml', '--why', 'x');
  assert.equal(same.exit, 2, 'a fault comes first');
  file('started.yml', HOOK.replace('0s', '3s'));
  assert.match((await tocsin('apply', 'started.yml', '--why', 'x')).err, /tocsin reload reads it/);
});

test('plan says who would be told differently, with examples, and by exit code when asked', async () => {
  parts.clock.pass(60_000);
  await parts.desk.receive('test', [raise('core-1')]);
  parts.clock.pass(60_000);
  const other = file('other.yml', HOOK.replace('receiver: ops', 'receiver: night'));
  const told = await tocsin('plan', other, '--days', '1');
  assert.equal(told.exit, 0, told.err);
  assert.match(
    told.out,
    /^1 of 1 alarm would be told differently\.\n {6}1 {2}alarm would go to some/,
  );
  assert.match(
    told.out,
    /somebody else {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}core-1 is down\n +ops → night\n/,
  );
  assert.equal((await tocsin('plan', other, '--detailed-exitcode')).exit, 8);
  const same = await tocsin('plan', file('same.yml', HOOK), '--detailed-exitcode');
  assert.equal(same.exit, 0);
  assert.match(same.out, /^Nothing would change: 1 alarm, the same people, the same time\.\n/);
  const { out } = await tocsin('plan', other, '--json');
  assert.equal((JSON.parse(out) as { changes: { moved: number } }).changes.moved, 1);
});

test('days outside of what is kept are refused before anything is asked', async () => {
  for (const days of ['0', '31'])
    assert.equal((await tocsin('plan', 'same.yml', '--days', days)).exit, 2, days);
  assert.equal((await tocsin('plan', 'same.yml', '--days', '30')).exit, 0);
});

test('forty lines of a comparison are shown before a file is applied, and no more', async () => {
  const dry = async (n: number): Promise<string> => {
    const text = `${'# x\n'.repeat(n)}${HOOK}`;
    return (await tocsin('apply', file('long.yml', text), '--dry-run')).out;
  };
  const held = configuration.inForce();
  const same = await configuration.save({ text: HOOK, why: 'x', basedOn: held, by: nora.id });
  assert.ok(same.ok);
  assert.doesNotMatch(await dry(38), /lines more/, '38 added and two of what follows');
  assert.match(await dry(39), /^ {6}and 1 lines more\n39 lines added, 0 removed/m);
});

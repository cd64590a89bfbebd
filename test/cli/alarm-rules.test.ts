import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';
import { ran } from './world.ts';

const s = await openApiServer();
after(() => s.close());
const event = raise('core-1', { labels: { site: 'osl' } });
await s.desk.receive('test', [event]);
await s.stored();

const env = { TOCSIN_TOKEN: s.operator.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, replace: { clock: s.clock } });

/** Timers of the desk that are due at once have fired. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    s.clock.pass(1);
    await new Promise(setImmediate);
  }
}

test('a rule is tried, set, shown, listed and removed', async () => {
  const what = ['site=osl', '--severity', 'minor', '--priority', '2'];
  const tried = await cli('alarm-rules', 'try', ...what);
  assert.match(
    tried.out,
    /^1 open now\n {2}core-1 {2}critical -> minor, priority 2: core-1 is down\n/,
  );
  assert.match(tried.out, /^1 in the last 7 days$/m);
  assert.match((await cli('alarm-rules', 'list')).out, /^There are no rules/);
  const said = ['--name', 'Oslo', '-r', 'rebuilt', '--owner', 'net'];
  assert.equal((await cli('alarm-rules', 'set', ...what)).exit, 2, 'it needs a name');
  const made = await cli('alarm-rules', 'set', ...what, ...said, '--hold', '90s', '--hide');
  const id = made.out.trim();
  assert.match(id, /^u\d+$/, made.err);
  await settled();
  const shown = (await cli('alarm-rules', 'show', id)).out;
  assert.match(shown, /^does +severity minor, priority 2, hides, holds 90 s$/m);
  assert.match(shown, /^because +rebuilt$/m);
  assert.match((await cli('alarm-rules', 'list')).out, new RegExp(`^${id} +on +100 +1 +Oslo`, 'm'));
  const changed = await cli('alarm-rules', 'set', ...what, ...said, '--id', id, '--off');
  assert.equal(changed.out.trim(), id);
  assert.match((await cli('alarm-rules', 'list', '--json')).out, /"state": "off"/);
  assert.equal((await cli('alarm-rules', 'remove', id)).exit, 2, 'it needs a reason');
  assert.equal((await cli('alarm-rules', 'remove', id, '-r', 'done')).out, `removed  ${id}\n`);
  assert.equal((await cli('alarm-rules', 'show', id)).exit, 4);
});

test('work is previewed, planned, listed with what it hides, told by why, and ended', async () => {
  const preview = await cli('maintenance', 'add', 'site=osl', '--preview');
  assert.equal(preview.out, 'would hide 1 alarm now\n  core-1  core-1 is down\n');
  const said = ['--name', 'CHG 1', '-r', 'new card'];
  assert.equal((await cli('maintenance', 'add', 'site=osl', ...said)).exit, 2, 'it needs an end');
  const made = await cli('maintenance', 'add', 'site=osl', ...said, '--for', '4h');
  const [id = ''] = made.out.split('\n');
  assert.match(id, /^m\d+$/, made.err);
  await settled();
  assert.match(
    (await cli('maintenance', 'list')).out,
    new RegExp(`^${id} +running .* 1 +CHG 1`, 'm'),
  );
  assert.equal((await cli('maintenance', 'end', id, '-r', 'done')).out, `ended  ${id}\n`);
  assert.match((await cli('maintenance', 'list')).out, /^There is no such planned work/);
  assert.match((await cli('maintenance', 'list', '--past')).out, /^m\d+ +overran: 1|^m\d+ +past/m);
});

test('work that comes again says when it will be, before and after it is planned', async () => {
  const said = ['--name', 'Backups', '-r', 'each week', '--zone', 'Europe/Vienna'];
  const when = ['--every', 'week', '--from', '22:00', '--for', '4h'];
  const tried = await cli('maintenance', 'add', 'site=osl', ...when, '--preview');
  assert.match(tried.out, /^next\n( {2}\d{4}-\d\d-\d\d \d\d:\d\d to .*\n){5}$/m, tried.err);
  const made = await cli('maintenance', 'add', 'site=osl', ...said, ...when, '--times', '3');
  assert.match(made.out, /^m\d+\n(\d{4}-\d\d-\d\d \d\d:\d\d to .*\n){3}$/, made.err);
  const wrong = async (...more: readonly string[]) =>
    (await cli('maintenance', 'add', 'site=osl', ...said, ...more)).exit;
  assert.equal(await wrong('--for', '4h'), 2, 'a zone goes with --every');
  assert.equal(await wrong('--every', 'week'), 2, 'it needs a length');
  assert.equal(await wrong('--every', 'week', '--for', '4h', '--from', '2026-03-01T22:00:00Z'), 2);
  assert.notEqual(await wrong('--every', 'year', '--for', '4h'), 0);
});

test('a calendar is tried and imported from a file, with a line for each event', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
  const file = join(folder, 'notice.ics');
  const day = new Date(s.clock.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const start = `DTSTART:${day.replaceAll('-', '')}T220000Z`;
  const event = ['BEGIN:VEVENT', 'UID:a@b', 'SUMMARY:Fibre', start, 'DURATION:PT4H', 'END:VEVENT'];
  writeFileSync(file, ['BEGIN:VCALENDAR', ...event, 'END:VCALENDAR'].join('\n'));
  const tried = await cli('maintenance', 'import', file, 'site=osl', '--dry-run');
  assert.match(tried.out, /^2 +taken +c[0-9a-f]{16} .* Fibre/m, tried.err);
  assert.equal(tried.exit, 0);
  assert.equal((await cli('maintenance', 'import', file)).exit, 2, 'it names no circuit');
  assert.match((await cli('maintenance', 'import', file, 'site=osl')).out, /^2 +taken/m);
  assert.match((await cli('maintenance', 'import', file, 'site=osl')).out, /^2 +unchanged/m);
  writeFileSync(file, 'BEGIN:VCALENDAR\nrubbish\n');
  const broken = await cli('maintenance', 'import', file, 'site=osl');
  assert.deepEqual([broken.exit, broken.err], [2, 'notice.ics:2: NAME:value expected\n']);
  rmSync(folder, { recursive: true });
});

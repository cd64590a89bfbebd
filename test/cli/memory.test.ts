import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openApiServer } from '../support/api.ts';
import { clear, raise } from '../support/http.ts';
import { ran } from './world.ts';

const s = await openApiServer();
after(() => s.close());
await s.desk.receive('test', [raise('core-1'), raise('core-2')]);
await s.stored();

const env = { TOCSIN_TOKEN: s.operator.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, replace: { clock: s.clock } });
const [one, two] = [raise('core-1').id, raise('core-2').id];

test('what is decided on the command line is recalled there, with what came of it', async () => {
  assert.match((await cli('recall', one)).out, /^not seen before\nnothing was decided about it/);
  assert.equal((await cli('decide', one, '-k', 'restart')).exit, 2, 'it needs a reason');
  assert.equal(
    (await cli('decide', one, '-k', 'pray', '-r', 'x')).exit,
    2,
    'there is no such kind',
  );
  const said = ['-k', 'restart', '--what', 'card 0', '-r', 'it hung', '--option', 'wait'];
  const { out, err } = await cli('decide', one, ...said, '--follow-up', 'Replace it');
  const [decision = '', action = ''] = out.split('\n');
  assert.match(decision, /^d\d+$/, err);
  await s.desk.receive('test', [clear('core-1'), raise('core-1')]);
  const recalled = (await cli('recall', one)).out;
  assert.match(recalled, /^seen 2 times$/m);
  assert.match(
    recalled,
    new RegExp(`^${decision} {2}same alarm\n {2}restart: card 0: it hung`, 'm'),
  );
  assert.match(recalled, /^ {2}It came back after 0 s; raised 1 time since/m);
  assert.match(recalled, new RegExp(`^${action} {2}soon {2}Replace it: .*open for`, 'm'));
  assert.match((await cli('recall', two)).out, /same type, core-1$/m);
  assert.match((await cli('recall', one, '--json')).out, /"rung": "same alarm"/);
  const listed = (await cli('actions', 'list')).out;
  assert.match(listed, new RegExp(`^${action} +soon +Replace it`, 'm'));
  assert.equal((await cli('actions', 'done', action)).exit, 2, 'it needs a reason');
  assert.equal((await cli('actions', 'done', action, '-r', 'new')).out, `done  ${action}\n`);
  assert.match((await cli('actions', 'list')).out, /^There is no such action/);
  assert.match((await cli('actions', 'list', '--ended')).out, /Replace it/);
});

test('a caution is put up, listed, told with the alarm, and taken down', async () => {
  const said = ['-r', 'their line', '--owner', 'net', '--review'];
  const put = ['caution', 'add', 'core-2', 'Call the bank', ...said];
  assert.equal((await cli(...put, 'soonish')).exit, 2);
  const made = await cli(...put, '2026-02-01');
  const id = made.out.trim();
  assert.match(id, /^c\d+$/, made.err);
  assert.match(
    (await cli('caution', 'list')).out,
    new RegExp(`^${id} +core-2 +Call the bank`, 'm'),
  );
  assert.match((await cli('recall', two)).out, /^Caution: Call the bank \(net\)\n/);
  assert.equal((await cli('caution', 'end', id, '-r', 'over')).out, `ended  ${id}\n`);
  assert.match((await cli('caution', 'list')).out, /nothing to beware of/);
});

test('an incident is opened, joined, noted, shown, closed and merged', async () => {
  assert.equal((await cli('incidents', 'open', one)).exit, 2, 'it needs a title');
  const id = (await cli('incidents', 'open', one, '-t', 'No light')).out.trim();
  assert.match(id, /^i\d+$/);
  assert.equal((await cli('incidents', 'join', id, two)).out, `join  ${id}\n`);
  assert.equal((await cli('incidents', 'leave', id, two, '-m', 'other')).out, `leave  ${id}\n`);
  assert.equal((await cli('incidents', 'note', id, '-m', 'called')).out, `note  ${id}\n`);
  const shown = (await cli('incidents', 'show', id)).out;
  assert.match(shown, /^No light \(open\)\n {2}[0-9a-f]{16} {2}link\.down core-1\n/);
  assert.match(shown, /note by .*: called$/m);
  const other = (await cli('incidents', 'open', two, '-t', 'The same')).out.trim();
  assert.equal((await cli('incidents', 'merge', other, id)).out, `merge  ${other}\n`);
  assert.match((await cli('incidents', 'list')).out, new RegExp(`^${id} +critical +2/2 `, 'm'));
  assert.equal((await cli('incidents', 'close', id, '-m', 'optics')).out, `close  ${id}\n`);
  assert.match((await cli('incidents', 'list')).out, /^There is no such incident/);
  assert.match((await cli('incidents', 'list', '--closed')).out, /No light: optics/);
  assert.equal((await cli('incidents', 'reopen', id, '-m', 'flaps')).out, `reopen  ${id}\n`);
});

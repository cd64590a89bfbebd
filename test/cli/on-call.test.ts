import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Instant, instantText } from '../../src/base/time.ts';
import { whenText } from '../../src/cli/when.ts';
import { openApiServer } from '../support/api.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { schedule } from '../support/rota.ts';
import { ran } from './world.ts';

const s = await openApiServer();
after(() => s.close());

const HOUR_MS = 3_600_000;
const begin = (Math.floor(s.clock.now() / HOUR_MS) * HOUR_MS) as Instant;
const at = (hours: number): Instant => (begin + hours * HOUR_MS) as Instant;
const wall = (hours: number): string => instantText(at(hours)).slice(0, 16).replace('T', ' ');
const people = `${s.operator.id} ${s.viewer.id}`;
const layer = { people, every: '12 hours', start: wall(-24), until: wall(240) };
const duty = { policies: [], teams: [], schedules: [{ ...schedule('UTC', layer), name: 'noc' }] };
const words = { text: '', from: 'a.yml', unused: [], why: '' };
const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});

const env = { TOCSIN_TOKEN: s.operator.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, replace: { clock: s.clock } });

test('without schedules it says where they are written', async () => {
  assert.match((await cli('oncall')).out, /^There are no schedules: write them into/);
  assert.equal((await cli('schedules', 'list')).out, 'There are no schedules.\n');
  await s.desk.act(s.admin.id, { verb: 'revision.apply', ...words, plan, duty });
});

test('who is on call now and next, and when nobody is', async () => {
  const { out } = await cli('oncall');
  const times = [whenText(at(12)), whenText(at(240))];
  assert.match(out, new RegExp(`^noc +operator +${times[0]} +viewer +${times[1]}`, 'm'));
  assert.match((await cli('oncall', '--json')).out, /"coverage": "covered"/);
  assert.equal((await cli('oncall', 'none')).exit, 4);
});

test('a schedule is shown with its gaps; a time that is none is said', async () => {
  assert.match((await cli('schedules', 'list')).out, /^noc +UTC +1$/m);
  const span = ['--from', instantText(at(228)), '--until', instantText(at(250))];
  const { out } = await cli('schedules', 'show', 'noc', ...span);
  const lines = out.trim().split('\n').slice(1);
  assert.match(lines[0] ?? '', / viewer +one$/);
  assert.match(lines[1] ?? '', new RegExp(`^${whenText(at(240))} +${whenText(at(250))} +NOBODY`));
  assert.equal((await cli('schedules', 'show', 'noc', '--from', 'soon')).exit, 2);
});

test('somebody stands in, is shown with the reason, and goes again', async () => {
  const set = (...more: readonly string[]) => cli('override', 'set', 'noc', ...more);
  assert.equal((await set('--for', '2h', '-r', 'x')).exit, 2, 'it needs somebody');
  assert.equal((await set('--by', 'viewer', '-r', 'x')).exit, 2, 'it needs an end');
  assert.equal((await set('--by', 'viewer', '--for', '2h')).exit, 2, 'it needs a reason');
  assert.match(
    (await set('--by', 'nobody', '--for', '2h', '-r', 'x')).err,
    /there is no such user/,
  );
  const swap = ['--person', 'operator', '--by', 'viewer', '--for', '2h', '-r', 'a wedding'];
  const made = await set(...swap);
  const id = made.out.trim();
  assert.match(id, /^o\d+$/, made.err);
  assert.match((await cli('oncall')).out, /^noc +viewer /m);
  const { out } = await cli('schedules', 'show', 'noc');
  assert.match(out, new RegExp(`^${id} {2}replace operator by viewer, .*: a wedding$`, 'm'));
  assert.equal((await cli('override', 'remove', id)).exit, 2, 'it needs a reason');
  assert.equal((await cli('override', 'remove', id, '-r', 'back')).out, `removed  ${id}\n`);
  assert.match((await cli('oncall')).out, /^noc +operator /m);
  assert.equal((await cli('override', 'remove', 'o0', '-r', 'back')).exit, 4);
});

test('an override of the future is as long as it says, from its beginning on', async () => {
  const from = instantText(at(24));
  const made = await cli(
    'override',
    'set',
    'noc',
    '--all',
    '--from',
    from,
    '--for',
    '3h',
    '-r',
    'x',
  );
  assert.match(made.out, /^o\d+$/m, made.err);
  const [kept] = s.desk.memory.all('overrides');
  const all = [...s.desk.memory.all('overrides')].find((one) => one.is === 'take all') ?? kept;
  assert.deepEqual([all?.from, all?.to, all?.by], [at(24), at(27), undefined]);
});

test('a calendar’s address is printed and serves the calendar', async () => {
  const made = await cli('schedules', 'calendar', 'noc');
  assert.match(made.out, /^http:\/\/desk\.example\.org\/calendar\.ics\?token=tcs_\S+\n$/, made.err);
  const path = made.out.trim().slice('http://desk.example.org'.length);
  assert.match(await (await fetch(s.url + path)).text(), /^BEGIN:VCALENDAR\r\n/);
  assert.equal((await cli('schedules', 'calendar', 'none')).exit, 4);
});

test('a swap is asked for, refused to whoever may not take it, and withdrawn', async () => {
  const span = ['--from', instantText(at(2)), '--until', instantText(at(6))];
  const ask = (...more: readonly string[]) => cli('swaps', 'ask', 'noc', ...more);
  assert.equal((await ask(...span)).exit, 2, 'it needs a reason');
  assert.equal((await ask('--from', 'soon', '-r', 'x')).exit, 2);
  assert.equal((await cli('swaps', 'list')).out, 'Nobody asks for a swap.\n');
  const id = (await ask(...span, '-r', 'a wedding')).out.trim();
  assert.match(id, /^sw\d+$/);
  assert.match((await cli('swaps', 'take', id)).err, /your own/);
  const boss = { ...env, TOCSIN_TOKEN: s.admin.authorization.slice('Bearer '.length) };
  const other = await ran(['swaps', 'take', id], { env: boss, replace: { clock: s.clock } });
  assert.match(other.err, /not one of the people of noc/);
  const { out } = await cli('swaps', 'list', 'noc');
  assert.match(out, new RegExp(`^${id} +noc +operator +.* a wedding$`, 'm'));
  const gone = await cli('swaps', 'withdraw', id, '-r', 'off');
  assert.equal(gone.out, `withdrawn  ${id}\n`);
  assert.equal((await cli('swaps', 'withdraw', id, '-r', 'off')).exit, 4);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { wallAt } from '../../src/base/calendar.ts';
import { type Instant, instantText, type Millis } from '../../src/base/time.ts';
import { overridesOf } from '../../src/desk/rota.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { ContactId } from '../../src/domain/escalation/page.ts';
import { wallText } from '../../src/domain/rules/ical-values.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { schedule, zone } from '../support/rota.ts';
import { type FoldDesk, foldDesk, NORA } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';
import { plain, postForm, visit } from './visit.ts';

let desk: FoldDesk;
let served: Served;
let people: readonly UserId[];

const HOUR_MS = 3_600_000;
const LONDON = zone('Europe/London');

const later = (hours: number): Instant => (desk.clock.now() + hours * HOUR_MS) as Instant;
const wall = (hours: number): string => wallText(wallAt(LONDON, later(hours))).replace('T', ' ');

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  people = [...desk.memory.all('users')].map(({ id }) => id);
});
after(() => served.close());

async function apply(until?: string): Promise<void> {
  const layer = { people: people.slice(0, 2).join(' '), every: '12 hours', start: wall(-2) };
  const noc = schedule('Europe/London', { ...layer, ...(until ? { until } : {}) });
  const duty = { policies: [], teams: [], schedules: [{ ...noc, name: 'noc' }] };
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  await desk.act(NORA, { verb: 'revision.apply', ...words, plan, duty, zones: [LONDON] });
}

const page = async (path = '/oncall', login = 'tom'): Promise<string> =>
  (await visit(served, login, path)).text;
const post = (path: string, fields: Record<string, string>, login = 'tom') =>
  postForm(served, login, { path, from: '/oncall', fields });

test('without schedules the page says where they are written', async () => {
  assert.match(plain(await page()), /There are no schedules\. Write schedules: into the config/);
});

test('who is on call now stands large, with who is next and the next gap', async () => {
  await apply(wall(70));
  const text = await page();
  const first = plain(/<p class="on-call-now">([^<]*)/.exec(text)?.[1] ?? '');
  assert.equal(first, 'Nora');
  assert.match(plain(text), /until .{4,40}, then Tom/);
  assert.match(plain(text), /Nobody from .{4,40} to /);
  assert.match(plain(text), /Two weeks by the clock of Europe\/London; 1 gap/);
  assert.match(text, /<svg class="rota"[^>]*role="img"/);
  assert.match(text, /<g class="gap"><title>nobody<\/title>/);
});

test('a viewer sees it all and has no form', async () => {
  const text = await page('/oncall', 'vera');
  assert.match(text, /on-call-now/);
  assert.doesNotMatch(text, /id="override"/);
});

test('somebody stands in by the schedule’s clock, is shown with the reason, and goes again', async () => {
  const [nora = '', tom = ''] = people;
  const form = {
    ...{ schedule: 'noc', is: 'replace', person: nora, by: tom, reason: 'a <wedding>' },
    ...{ from: wall(0).replace(' ', 'T'), to: wall(6).replace(' ', 'T') },
  };
  const refused = await post('/oncall', { ...form, by: nora });
  assert.equal(refused.status, 422);
  assert.match(plain(refused.text), /Who comes: somebody else expected\./);
  assert.match(refused.text, /value="a &lt;wedding&gt;"/); // what was typed is still there
  const done = await post('/oncall', form);
  assert.deepEqual([done.status, done.location], [303, '/oncall?done=set']);
  const [kept] = overridesOf(desk.memory, 'noc');
  assert.equal(instantText(kept?.to ?? (0 as Instant)).slice(11, 16), form.to.slice(11));
  const text = plain(await page('/oncall?done=set'));
  assert.match(text, /The override is set\./);
  assert.match(text, /noc Tom Tom: no address, so pages pass them by\. until/);
  assert.match(text, /Tom for Nora .* a &lt;wedding&gt; Tom/);
  desk.clock.pass(60_000);
  const gone = await post(`/oncall/overrides/${kept?.id}/remove`, { reason: 'back' });
  assert.equal(gone.location, '/oncall?done=removed');
  assert.match(plain(await page()), /noc Nora Nora: no address, so pages pass them by\. until/);
  const again = await post(`/oncall/overrides/${kept?.id}/remove`, { reason: 'back' });
  assert.match(plain(again.text), /It is over already\./);
});

test('a viewer may not set one', async () => {
  const done = await post('/oncall', { schedule: 'noc', is: 'add' }, 'vera');
  assert.equal(done.status, 403);
});

test('whoever cannot be told is named before a page finds out', async () => {
  await apply(wall(70));
  const text = plain(await page());
  assert.match(text, /noc Nora Nora: no address, so pages pass them by\./);
  assert.match(text, /Not sure to be reached: 2 .*Tom : no address/);
  const [nora] = people;
  const contact = 'n1' as ContactId;
  const set = { verb: 'contact.set' as const, contact, kind: 'email' as const, delay: 0 as Millis };
  await desk.act(NORA, { ...set, person: nora as UserId });
  assert.match(plain(await page()), /Nora : not verified/);
  await desk.act(NORA, { verb: 'contact.verify', contact });
  assert.match(plain(await page()), /Not sure to be reached: 1 Tom/);
});

test('a swap is asked for by one, taken by another, and shown', async () => {
  await apply(wall(70));
  const [nora = '', tom = ''] = people;
  const later = (hours: number): string => wall(hours).replace(' ', 'T');
  const mine = { schedule: 'noc', from: later(11), to: later(20), reason: 'a <wedding>' };
  const asked = await post('/oncall/swaps', mine);
  assert.equal(asked.location, '/oncall?done=asked', plain(asked.text).slice(0, 400));
  const [swap] = desk.memory.all('swaps');
  assert.equal(swap?.person, tom);
  const own = await page();
  assert.match(plain(own), /Tom .* a &lt;wedding&gt; nobody yet Withdraw/);
  assert.doesNotMatch(own, /I take it/);
  const refused = await post(`/oncall/swaps/${swap?.id}/take`, {});
  assert.equal(refused.status, 422);
  assert.match(plain(refused.text), /It is your own/);
  assert.match(await page('/oncall', 'nora'), /I take it/);
  const part = { from: mine.from, to: later(15) };
  const taken = await post(`/oncall/swaps/${swap?.id}/take`, part, 'nora');
  assert.equal(taken.location, '/oncall?done=taken');
  assert.match(plain(await page()), /Nora for Tom .* Swap sw\d+: a &lt;wedding&gt;/);
  const left = [...desk.memory.all('swaps')].find((one) => !one.taken);
  const gone = await post(`/oncall/swaps/${left?.id}/withdraw`, { reason: 'off' });
  assert.equal(gone.location, '/oncall?done=withdrawn');
  const nothing = await post('/oncall/swaps', { schedule: 'noc', from: 'x', to: '', reason: 'x' });
  assert.match(plain(nothing.text), /Say from when until when\./);
  assert.equal(nora, [...desk.memory.all('swaps')][0]?.taken?.by);
});

test('nobody on call is said in words', async () => {
  await apply(wall(-1));
  assert.match(plain(await page()), /noc Nobody Nobody is on call now\./);
});

test('a calendar’s address is shown once', async () => {
  const made = await post('/oncall/calendar', { schedule: 'noc' }, 'vera');
  assert.match(made.text, /\/calendar\.ics\?token=tcs_[\w-]{59}/);
  assert.doesNotMatch(await page('/oncall', 'vera'), /calendar\.ics\?token/);
  const [token] = [...desk.memory.all('tokens')].filter(({ scope }) => scope === 'calendar:noc');
  assert.equal(token?.label, 'calendar: noc');
});

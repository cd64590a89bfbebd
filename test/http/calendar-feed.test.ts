import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Instant, instantText, parseInstant } from '../../src/base/time.ts';
import { Draft } from '../../src/desk/draft.ts';
import { whoIsBehind } from '../../src/desk/pages/who.ts';
import { rotaOf, shiftsOf } from '../../src/desk/rota.ts';
import type { State } from '../../src/desk/state.ts';
import { readCalendarText } from '../../src/domain/rules/ical-lines.ts';
import { CALENDAR_EVENTS_MAX } from '../../src/http/calendar-feed.ts';
import { icalText } from '../../src/http/ical.ts';
import { openApiServer } from '../support/api.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { schedule } from '../support/rota.ts';

const s = await openApiServer();
after(() => s.close());

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const begin = (Math.floor(s.clock.now() / HOUR_MS) * HOUR_MS) as Instant;
const at = (hours: number): Instant => (begin + hours * HOUR_MS) as Instant;
const wall = (hours: number): string => instantText(at(hours)).slice(0, 16).replace('T', ' ');
const [A, B] = [s.operator.id, s.viewer.id];
const NAME = 'noc; first, line';

async function apply(every: string): Promise<void> {
  const layer = { people: `${A} ${B}`, every, start: wall(-24), until: wall(240) };
  const duty = { policies: [], teams: [], schedules: [{ ...schedule('UTC', layer), name: NAME }] };
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  await s.desk.act(s.admin.id, { verb: 'revision.apply', ...words, plan, duty });
}
before(() => apply('12 hours'));

interface Made {
  readonly token: string;
  readonly url: string;
}

async function made(body: object, who = s.viewer): Promise<Made> {
  const answer = await who.post('/calendars', body);
  assert.equal(answer.status, 201);
  const { token, url } = answer.body as Made;
  return { token, url: url.replace('http://desk.example.org', s.url) };
}

interface Read {
  readonly uid: string;
  readonly from: string;
  readonly to: string;
  readonly summary: string;
}

/** Read back by the reader that takes other people's calendars. */
function events(text: string): readonly Read[] {
  const read = readCalendarText(text);
  assert.ok(!('fault' in read) || read.fault === undefined, JSON.stringify(read));
  return read.events.map(({ properties }) => {
    const of = (name: string): string => properties.find((p) => p.name === name)?.value ?? '';
    const time = (value: string): string =>
      value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
    return {
      uid: of('UID'),
      from: time(of('DTSTART')),
      to: time(of('DTEND')),
      summary: of('SUMMARY').replace(/\\(.)/g, '$1'),
    };
  });
}

test('a schedule’s calendar is what its resolver says, read back', async () => {
  const { url } = await made({ schedule: NAME });
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8');
  const all = events(await answer.text());
  const today = Math.floor(s.clock.now() / DAY_MS) * DAY_MS;
  const rota = rotaOf(s.desk.memory, NAME);
  assert.ok(rota);
  const span = { from: (today - 14 * DAY_MS) as Instant, to: (today + 90 * DAY_MS) as Instant };
  const want = shiftsOf(rota, span).map(({ from, to, person }) => [
    ...[instantText(from), instantText(to)],
    `${s.accounts.name(person)} (${NAME})`,
  ]);
  const shifts = all.filter(({ summary }) => !summary.startsWith('NOBODY'));
  assert.deepEqual(
    shifts.map(({ from, to, summary }) => [from, to, summary]),
    want,
  );
  assert.equal(want.length, 22);
  const [gap] = all.filter(({ summary }) => summary.startsWith('NOBODY'));
  assert.equal(gap?.from, instantText(at(240)));
});

test('one’s own calendar has one’s own shifts only', async () => {
  const { url } = await made({});
  const all = events(await (await fetch(url)).text());
  assert.equal(all.length, 11);
  assert.ok(all.every(({ summary }) => summary === `viewer (${NAME})`));
  assert.ok(all.every(({ from }) => parseInstant(from) !== undefined));
});

test('the same shift keeps its id, so that programs replace it', async () => {
  const { url } = await made({ schedule: NAME });
  const first = events(await (await fetch(url)).text());
  s.clock.pass(HOUR_MS);
  const second = events(await (await fetch(url)).text());
  assert.deepEqual(
    second.map(({ uid }) => uid),
    first.map(({ uid }) => uid),
  );
  assert.equal(new Set(first.map(({ uid }) => uid)).size, first.length);
});

test('case 50: roster, calendar, API and pager say the same at every instant', async () => {
  const memory = s.desk.memory as State;
  const stands = { from: at(5), to: at(9), is: 'replace' as const, person: A, by: s.admin.id };
  const set = { verb: 'override.set' as const, schedule: NAME, reason: 'away', ...stands };
  assert.equal((await s.desk.act(s.admin.id, set)).refused, undefined);
  const { url } = await made({ schedule: NAME });
  const seen = new Set<string>();
  for (let n = 0; n < 60; n++) {
    s.clock.pass(HOUR_MS / 2);
    const now = s.clock.now();
    const { body } = await s.viewer.get('/oncall');
    const api = (body as { items: { now: { id: string; name: string }[] }[] }).items[0]?.now ?? [];
    const target = [{ is: 'schedule' as const, schedule: NAME }];
    const pager = whoIsBehind(new Draft(memory, memory.position, now), memory, target).people;
    const rota = rotaOf(memory, NAME);
    assert.ok(rota);
    const roster = shiftsOf(rota, { from: at(-12), to: at(72) });
    const onIt = roster.filter(({ from, to }) => from <= now && now < to);
    const feed = events(await (await fetch(url)).text());
    const text = instantText(now);
    const entries = feed.filter(({ from, to }) => from <= text && text < to);
    const ids = api.map(({ id }) => id);
    assert.equal(ids.length, 1);
    assert.deepEqual(
      pager.map(({ person }) => person),
      ids,
      text,
    );
    assert.deepEqual(
      onIt.map(({ person }) => person),
      ids,
      text,
    );
    const names = api.map(({ name }) => `${name} (${NAME})`);
    assert.deepEqual(
      entries.map(({ summary }) => summary),
      names,
      text,
    );
    for (const id of ids) seen.add(id);
  }
  assert.deepEqual([...seen].sort(), [A, B, s.admin.id].sort());
});

test('an address is dead once its token is revoked, its owner disabled, or one letter is wrong', async () => {
  const { url, token } = await made({ schedule: NAME });
  const status = async (of: string) => (await fetch(of)).status;
  assert.equal(await status(url), 200);
  assert.equal(await status(`${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`), 404);
  assert.equal(await status(`${s.url}/calendar.ics`), 404);
  const secret = s.viewer.authorization.slice('Bearer '.length);
  assert.equal(await status(`${s.url}/calendar.ics?token=${secret}`), 404, 'a token of a role');
  await s.desk.act(s.admin.id, { verb: 'user.disable', user: B });
  assert.equal(await status(url), 404);
  await s.desk.act(s.admin.id, { verb: 'user.enable', user: B });
  assert.equal(await status(url), 200);
  await s.desk.act(s.admin.id, { verb: 'token.revoke', token });
  assert.equal(await status(url), 404);
});

test('a calendar’s address opens nothing else', async () => {
  const { url } = await made({ schedule: NAME });
  const authorization = `Bearer ${new URL(url).searchParams.get('token')}`;
  for (const path of ['/api/v1/oncall', '/api/v1/alarms', '/api/v1/schedules'])
    assert.equal((await fetch(s.url + path, { headers: { authorization } })).status, 403, path);
  assert.equal((await s.viewer.post('/calendars', { schedule: 'none' })).status, 404);
});

test('a calendar holds so many events', async () => {
  const many = { people: A, every: '1 hour', start: wall(-24) };
  const names = ['one', 'two', 'three'];
  const schedules = names.map((name) => ({ ...schedule('UTC', many), name }));
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  const duty = { policies: [], teams: [], schedules };
  await s.desk.act(s.admin.id, { verb: 'revision.apply', ...words, plan, duty });
  const { url } = await made({}, s.operator);
  const text = await (await fetch(url)).text();
  assert.equal(text.match(/^BEGIN:VEVENT/gm)?.length, CALENDAR_EVENTS_MAX);
});

test('texts are escaped, long lines folded between characters, lines end with CR LF', () => {
  const summary = `${'ü'.repeat(60)}; a, b\\c\r\nBEGIN:VEVENT\u0007`;
  const event = { uid: 'u@tocsin', from: at(0), to: at(1), summary, description: '' };
  const text = icalText('x', [event], at(0));
  const lines = text.split('\r\n');
  assert.ok(lines.every((line) => Buffer.byteLength(line) <= 75 && !/[\n\r]/.test(line)));
  assert.equal(text.match(/^BEGIN:VEVENT/gm)?.length, 1);
  const [read] = readCalendarText(text).events;
  const value = read?.properties.find(({ name }) => name === 'SUMMARY')?.value;
  assert.equal(value, `${'ü'.repeat(60)}\\; a\\, b\\\\c\\nBEGIN:VEVENT`);
});

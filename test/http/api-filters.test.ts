import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFilter } from '../../src/desk/views/filter.ts';
import { MUTED_LIMITS, MutedAlarms } from '../../src/desk/views/muted.ts';
import { listReading } from '../../src/desk/views/reading.ts';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';

const s = await openApiServer();
const { operator, viewer } = s;
const idOf = (login: string) => s.accounts.people.byLogin(login)?.id;
const muted = new MutedAlarms(s.desk);
const console = listReading(s.desk, idOf, muted);
after(() => {
  muted.close();
  return s.close();
});

const ALARMS = ['nbg-1', 'nbg-2', 'fra-1', 'fra-2'];
const idOfAlarm = (resource: string): string => raise(resource).id;
const inTime = (ms: number) => new Date(s.clock.now() + ms).toISOString();

interface Listed {
  readonly items: readonly { readonly id: string; readonly resource: string }[];
}

/** Resources that the API lists. */
async function listed(filter: string, more = ''): Promise<readonly string[]> {
  const { body } = await viewer.get(`/alarms?filter=${encodeURIComponent(filter)}${more}`);
  return (body as Listed).items.map((a) => a.resource).sort();
}

/** What the filter box of the console finds among the raised ones. */
function shown(text: string): readonly string[] {
  const filter = readFilter(text, console);
  assert.ok(!('why' in filter));
  const raised = [...s.desk.memory.all('alarms')].filter((a) => a.condition.is === 'raised');
  return raised
    .filter((a) => filter.passes?.(a) ?? true)
    .map((a) => a.resource)
    .sort();
}

before(async () => {
  const labelled = (r: string) => raise(r, { labels: { site: r.slice(0, 3) } });
  await s.desk.receive('test', ALARMS.map(labelled));
  await operator.post('/silences', {
    matchers: ['site="nbg"'],
    ...{ endsAt: inTime(3_600_000), comment: 'works' },
  });
  await operator.post(`/alarms/${idOfAlarm('fra-2')}/assign`, { assignee: idOf('operator') });
  s.clock.pass(MUTED_LIMITS.again_ms_min + 100);
  await s.stored();
});

test('a filter of the API finds what the filter box of the console finds', async () => {
  for (const [filter, want] of [
    ['@muted="silenced"', ['nbg-1', 'nbg-2']],
    ['@muted=""', ['fra-1', 'fra-2']],
    ['@muted=~"silenced|inhibited"', ['nbg-1', 'nbg-2']],
    ['@muted!="silenced"', ['fra-1', 'fra-2']],
    ['@incident=""', ALARMS.toSorted()],
    ['@assignee="operator"', ['fra-2']],
  ] as const) {
    assert.deepEqual(await listed(filter), want, filter);
    assert.deepEqual(shown(filter), want, `console: ${filter}`);
  }
});

test('history reads it too: what has cleared is muted by nothing', async () => {
  await s.desk.receive('test', [raise('nbg-9', { kind: 'clear', labels: { site: 'nbg' } })]);
  await s.stored();
  assert.deepEqual(await listed('@muted="silenced"', '&state=any'), ['nbg-1', 'nbg-2']);
  assert.deepEqual(await listed('@muted="silenced"', '&state=cleared'), []);
});

test('an act on all that match goes to those that are silenced, and to no other', async () => {
  const { body } = await operator.post('/alarms/actions/matching', {
    ...{ verb: 'acknowledge', filter: ['@muted="silenced"'] },
  });
  const { results } = body as { readonly results: readonly { readonly id: string }[] };
  assert.deepEqual(results.map(({ id }) => id).sort(), ALARMS.slice(0, 2).map(idOfAlarm).sort());
});

test('the event stream refuses what no event tells of, and names the filter', async () => {
  for (const name of ['@muted', '@incident']) {
    const query = new URLSearchParams({ filter: 'site="nbg"' });
    query.append('filter', `${name}="x"`);
    const { status, body } = await viewer.get(`/events?${query}`);
    assert.equal(status, 422);
    const { code, title, errors } = body as Record<string, unknown>;
    assert.equal(code, 'MATCHER_INVALID');
    assert.match(String(title), new RegExp(`${name} changes while the alarm does not`));
    assert.deepEqual((errors as { field: string }[])[0]?.field, 'filter[1]');
  }
});

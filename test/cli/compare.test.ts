import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Value } from 'typebox/value';
import { type Instant, minutes, seconds } from '../../src/base/time.ts';
import { COMPARE_LIMITS } from '../../src/cli/compare/seen.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { alertmanagerRoutes } from '../../src/http/alertmanager.ts';
import { openApi } from '../../src/http/api/routes.ts';
import { SOURCES } from '../../src/sources/index.ts';
import { manualClock } from '../support/clock.ts';
import { configurationOf } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { clear, openTestServer, raise, signedIn, tokenOf } from '../support/http.ts';
import { oldAlertmanager, oldArgus } from './old-desks.ts';
import { type Ran, ran, type WorldOptions } from './world.ts';

const PROMETHEUS = 'http://prom-1.example.org/graph';

/** This desk, as `tocsin compare` asks it, and an old one of each kind. */
async function openTown() {
  let close = (): void => {};
  const served = await openTestServer({
    routes: (parts) => {
      const configuration = configurationOf(parts.desk, parts.clock);
      const api = openApi({
        ...parts,
        homeUrl: () => 'http://desk.example',
        configuration,
        readFeed,
      });
      close = () => api.close();
      const status = {
        ...{ version: '0.34.0', revision: '', buildDate: '', startedAt: parts.clock.now() },
        ...{ peer: undefined, config: () => '', receivers: () => ['none'] },
      };
      return [...api.routes, ...alertmanagerRoutes({ desk: parts.desk, status })];
    },
    sources: SOURCES.filter(({ name }) => name === 'alertmanager').map((source) => ({
      ...{ name: source.name, settings: Value.Default(source.settings, {}), source },
    })),
  });
  const { id } = await signedIn(served, 'operator', 'nora');
  const { authorization } = await tokenOf(served, id, 'role');
  const env = { TOCSIN_URL: served.url, TOCSIN_TOKEN: authorization.slice('Bearer '.length) };
  const cwd = mkdtempSync(join(tmpdir(), 'tocsin-compare-'));
  writeFileSync(join(cwd, 'token'), '0123abc\n');
  const old = await oldAlertmanager();
  const argus = await oldArgus(2);
  return {
    ...served,
    cwd,
    id,
    old,
    argus,
    ran: (line: string, more: WorldOptions = {}) => {
      const replace = { clock: served.clock, ...more.replace };
      return ran(line.split(' '), { cwd, env, ...more, replace });
    },
    async post(alerts: readonly object[]) {
      const headers = { 'content-type': 'application/json', authorization };
      const body = JSON.stringify(alerts);
      const url = `${served.url}/api/v2/alerts`;
      assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 200);
    },
    async close() {
      close();
      await old.close();
      await argus.close();
      await served.close();
      rmSync(cwd, { recursive: true });
    },
  };
}

let town: Awaited<ReturnType<typeof openTown>>;
before(async () => {
  town = await openTown();
});
after(() => town.close());
beforeEach(() => {
  Object.assign(town.old.now, { alerts: [], silences: [], status: 200 });
  town.argus.now.incidents = [];
});

interface Line {
  readonly is: string;
  readonly name: string;
  readonly differs: string;
  readonly why: string;
}

/** What `compare` finds that is about `name`, without waiting for it to stand. */
async function found(name: string, kind = 'alertmanager', more = ''): Promise<readonly string[]> {
  const url = kind === 'argus' ? town.argus.url : town.old.url;
  const { out, err } = await town.ran(
    `compare ${kind} ${url} --tolerance 0 --json${more === '' ? '' : ` ${more}`}`,
  );
  assert.equal(err, '');
  const lines = out.split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.name.includes(name))
    .map(({ is, differs, why }) => [is, differs, why].filter(Boolean).join(' | '));
}

const labels = (alertname: string, more: Record<string, string> = {}) => ({
  alertname,
  instance: 'db-1',
  ...more,
});

test('what both have is the same: exit 0, and nothing is said but that', async () => {
  await town.post([{ labels: labels('Same'), generatorURL: PROMETHEUS }]);
  town.old.now.alerts = [{ labels: labels('Same') }];
  const { exit, out } = await town.ran(`compare alertmanager ${town.old.url}`);
  assert.deepEqual([exit, out], [0, 'No difference; 1 the same.\n']);
});

test('what never came here is told apart: its sender is unknown, or only this alert is', async () => {
  await town.post([{ labels: labels('Known'), generatorURL: PROMETHEUS }]);
  town.old.now.alerts = [
    { labels: labels('Elsewhere'), generatorURL: 'http://prom-2.example.org/graph' },
    { labels: labels('Lost'), generatorURL: PROMETHEUS },
  ];
  assert.deepEqual(await found('Elsewhere'), [
    'there only | not received: nothing from http://prom-2.example.org is raised here. ' +
      'Does it post to this desk?',
  ]);
  assert.deepEqual(await found('Lost'), [
    'there only | not received: http://prom-1.example.org posts here, but not this',
  ]);
});

test('what was cleared here says when and why, by its source or by silence', async () => {
  const { clock, desk } = town;
  const [told, silent] = [labels('Ended'), labels('Silent')];
  await town.post([{ labels: told }, { labels: silent }]);
  clock.pass(minutes(1));
  await town.post([{ labels: told, endsAt: new Date(clock.now() - 1).toISOString() }]);
  clock.pass(minutes(6));
  const isRaised = () =>
    [...desk.memory.all('alarms')].some((a) => a.type === 'Silent' && a.condition.is === 'raised');
  await until(() => !isRaised());
  town.old.now.alerts = [{ labels: told }, { labels: silent }];
  assert.match(
    (await found('Ended'))[0] ?? '',
    /cleared here 6m ago .*source alertmanager said it/,
  );
  assert.match(
    (await found('Silent'))[0] ?? '',
    /unverified: its source repeated it last .* Is it still/,
  );
});

test('a dropped label shows as another key on both sides', async () => {
  await town.post([{ labels: labels('Dropped') }]);
  town.old.now.alerts = [{ labels: labels('Dropped', { replica: 'a' }) }];
  assert.deepEqual(await found('Dropped'), [
    'there only | here it has another key: replica="a" is missing',
    'here only | there it has another key: replica="a" is added',
  ]);
});

test('what is only here says since when it was not repeated', async () => {
  await town.post([{ labels: labels('Fresh'), generatorURL: 'http://prom-9.example.org/' }]);
  assert.deepEqual(await found('Fresh'), [
    'here only | nothing from http://prom-9.example.org is open there: it posts to this desk only',
  ]);
});

test('alarms of other sources are left aside, unless they are asked for', async () => {
  await town.desk.receive('test', [raise('core-1')]);
  assert.deepEqual(await found('core-1'), []);
  const { out } = await town.ran(`compare alertmanager ${town.old.url} --tolerance 0`);
  assert.match(out, /1 here from other sources are not compared\.$/m);
  assert.equal((await found('core-1', 'alertmanager', '--source test')).length, 1);
  await town.desk.receive('test', [clear('core-1')]);
});

test('silenced, shelved, closed, and another receiver are differences of state, each with why', async () => {
  const { desk, id, clock, old } = town;
  const state = labels('State');
  await town.post([{ labels: state }]);
  const [alarm] = [...desk.memory.all('alarms')].filter(({ type }) => type === 'State');
  assert.ok(alarm);
  const until = new Date(clock.now() + minutes(60)).toISOString();
  const matchers = [{ name: 'alertname', value: 'State', isRegex: false, isEqual: true }];
  const status = { state: 'active' };
  old.now.silences = [
    { id: 's1', status, matchers, endsAt: until, createdBy: 'ada', comment: 'works' },
  ];
  old.now.alerts = [{ labels: state, silencedBy: ['s1'], receivers: ['noc'] }];
  await desk.act(id, {
    verb: 'shelve',
    on: [alarm],
    until: (clock.now() + minutes(5)) as Instant,
    reason: 'known',
  });
  const [first = '', second = '', third = ''] = await found('State instance');
  assert.match(first, /^differs \| goes to noc there, to none here \| the routes differ/);
  assert.match(second, /^differs \| shelved here by nora.* until .*: known$/);
  assert.match(third, /^differs \| silenced there, not here \| works \(ada, until /);
  assert.match((await found('{alertname'))[0] ?? '', /^there only \| silences do not come over/);
  assert.deepEqual(
    await found(
      'State',
      'alertmanager',
      '--leave-out marks --leave-out receivers --leave-out silences',
    ),
    [],
  );
  await desk.act(id, {
    ...{ verb: 'silence.set', newId: '00000000-0000-4000-8000-000000000001' as SilenceId },
    ...{ matchers: [{ name: 'alertname', op: '=', value: 'State' }], startsAt: clock.now() },
    ...{ endsAt: (clock.now() + minutes(60)) as Instant, createdBy: 'ada', comment: 'works' },
    annotations: {},
  });
  assert.deepEqual(await found('{alertname'), [], 'the same silence, under another id');
  assert.equal(
    (await found('State instance')).some((line) => line.includes('silenced')),
    false,
  );
});

/** Turns of the loop, at most; a condition that does not come fails the test. */
async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    assert.ok(turns < 20_000, 'waited in vain');
    await new Promise(setImmediate);
  }
}

test('a race is no difference: what is gone at the second look is not told', async () => {
  const { old } = town;
  const clock = manualClock(town.clock.now());
  await town.post([{ labels: labels('Race') }]);
  const line = `compare alertmanager ${old.url} --filter alertname=Race`;
  const late = async (): Promise<Ran> => {
    const looking = town.ran(line, { replace: { clock } });
    await until(() => clock.next !== undefined); // it has looked once, and waits
    clock.pass(seconds(30));
    return looking;
  };
  assert.match((await late()).out, /^here only .*\n.*\n\n1 difference: /, 'it stood for 30 s');
  const looking = town.ran(line, { replace: { clock } });
  await until(() => clock.next !== undefined);
  old.now.alerts = [{ labels: labels('Race') }];
  clock.pass(seconds(30));
  const { exit, out } = await looking;
  assert.match(out, /^No difference; 1 the same\./);
  assert.equal(exit, 0);
});

test('followed into a file, it tells what came and what went, and outlives an old desk away', async () => {
  const { old } = town;
  const clock = manualClock(town.clock.now());
  const stop = new AbortController();
  const texts: string[] = [];
  const following = town.ran(
    `compare alertmanager ${old.url} --follow --every 10s --tolerance 10s --filter alertname=Gone`,
    { replace: { clock }, signal: stop.signal, onOut: (text) => texts.push(text) },
  );
  const again = async (): Promise<void> => {
    await until(() => clock.next !== undefined);
    clock.pass(seconds(10));
    await until(() => clock.next !== undefined);
  };
  await until(() => clock.next !== undefined);
  assert.match(texts.join(''), /^No difference; 0 the same/);
  old.now.alerts = [{ labels: labels('Gone') }];
  await again();
  await again();
  assert.match(texts.join(''), /\+ there only .* Gone instance="db-1"\n/);
  old.now.status = 503;
  await again();
  old.now.status = 200;
  old.now.alerts = [];
  await again();
  assert.match(texts.join(''), /- there only .* Gone instance="db-1"\n.*\n.*No difference/s);
  stop.abort();
  const { exit, err } = await following;
  assert.match(err, /status 503\. Is it an Alertmanager\? Looking again in 10s\./);
  assert.equal(exit, 0, 'it ended without a difference');
});

test('incidents of an Argus are found by keys, by id, or by their tags; level and ack are told', async () => {
  const { argus, desk } = town;
  await desk.receive('test', [raise('edge-1'), raise('edge-2'), raise('edge-3')]);
  const [id] = [...desk.memory.all('alarms')].flatMap((a) =>
    a.resource === 'edge-3' ? [a.id] : [],
  );
  argus.now.incidents = [
    { pk: 1, tags: ['host=edge-1'], description: 'edge-1 away', level: 2, acked: true },
    { pk: 2, tags: ['host=edge-9'], description: 'edge-9 away', source: 'zino' },
    { pk: 3, tags: ['host=other'], description: 'edge-3 away', source_incident_id: `${id}_1` },
    { pk: 4, tags: ['colour=red'], description: 'no host' },
    { pk: 5, tags: ['host=edge-2'], description: 'old', end_time: '2025-12-31T23:00:00Z' },
  ];
  const keys = '--key host=@resource --source test';
  assert.deepEqual(await found('edge-1', 'argus', keys), [
    'differs | acknowledged there, not here',
    'differs | major there, critical here',
  ]);
  assert.deepEqual(await found('edge-9', 'argus', keys), [
    'there only | not received: nothing of source zino is raised here. ' +
      'Does it report to this desk?',
  ]);
  assert.deepEqual(await found('edge-3', 'argus', keys), [], 'by its id');
  assert.deepEqual(await found('no host', 'argus', keys), [
    'there only | it has no tag host, so nothing here can be the same',
  ]);
  assert.match(
    (await found('edge-2', 'argus', keys))[0] ?? '',
    /^here only \| closed there 1h .*5\)$/,
  );
  assert.ok(
    argus.heard.some(({ path }) => path.includes('cursor=2')),
    'pages are followed',
  );
  argus.now.incidents = [{ pk: 6, tags: ['site=nbg', 'resource=edge-1'] }];
  assert.deepEqual(await found('site="nbg"', 'argus', '--source test'), [], 'by all of its tags');
});

test('each kind of old desk is told who asks in its own manner', async () => {
  const { argus, old, cwd } = town;
  await town.ran(`compare argus ${argus.url} --tolerance 0 --old-token-file token`);
  assert.equal(argus.heard.at(-1)?.authorization, 'Token 0123abc');
  await town.ran(`compare alertmanager ${old.url} --tolerance 0 --old-token-file token`);
  assert.equal(old.heard.at(-1)?.authorization, 'Bearer 0123abc');
  writeFileSync(join(cwd, 'both'), 'nora:secret\n');
  await town.ran(`compare alertmanager ${old.url} --tolerance 0 --old-token-file both`);
  assert.equal(old.heard.at(-1)?.authorization, `Basic ${btoa('nora:secret')}`);
});

test('an old desk that refuses, is none, or is away says so with another exit code than 1', async () => {
  const { old } = town;
  old.now.status = 401;
  const refused = await town.ran(`compare alertmanager ${old.url}`);
  assert.equal(refused.exit, 3);
  assert.match(refused.err, /refused \(status 401\).*--old-token-file/);
  const other = await town.ran(`compare argus ${old.url}`);
  old.now.status = 200;
  assert.equal(other.exit, 3);
  const strange = await town.ran(`compare argus ${old.url}`);
  assert.deepEqual([strange.exit, /Is it an Argus\?/.test(strange.err)], [6, true]);
  assert.equal((await town.ran('compare alertmanager http://127.0.0.1:1')).exit, 6);
  const wrong = ['alertmanager nowhere', `alertmanager ${old.url} --key a=b`, `nagios ${old.url}`];
  for (const line of [...wrong, `argus ${old.url} --key host`, `argus ${old.url} --filter @type=x`])
    assert.equal((await town.ran(`compare ${line}`)).exit, 2, line);
});

test('at the limits it says so and ends, or asks for no more reasons', async () => {
  const { old, argus } = town;
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ labels: { alertname: 'Many', n: String(n) } }));
  const { asked_max, alarms_max, answer_bytes_max } = COMPARE_LIMITS;
  old.now.alerts = many(asked_max + 1);
  let asked = 0;
  const counting: typeof fetch = (url, init) => {
    if (/\/api\/v1\/alarms\/[0-9a-f]{16}$/.test(String(url))) asked++;
    return fetch(url, init);
  };
  const line = `compare alertmanager ${old.url} --tolerance 0 --json`;
  const { out } = await town.ran(line, { replace: { fetch: counting } });
  const missing = out.split('\n').filter((text) => text.includes('Many'));
  assert.deepEqual([missing.length, asked], [asked_max + 1, asked_max]);
  assert.ok(missing.every((text) => text.includes('not received')));

  old.now.alerts = many(alarms_max + 1);
  const tooMany = await town.ran(line);
  assert.match(tooMany.err, /more than 200000 alerts/);
  old.now.alerts = [];

  argus.now.incidents = many(9).map((_, pk) => ({ pk, tags: [] }));
  const endless: typeof fetch = async (url, init) => {
    const isOld = String(url).startsWith(argus.url);
    if (!isOld) return fetch(url, init);
    return Response.json({ next: `${argus.url}/?cursor=1`, results: [] });
  };
  const round = await town.ran(`compare argus ${argus.url}`, { replace: { fetch: endless } });
  assert.deepEqual([round.exit, /more than/.test(round.err)], [6, true]);

  const chunk = new Uint8Array(67_108_864);
  const huge: typeof fetch = async (url, init) => {
    if (!String(url).startsWith(old.url)) return fetch(url, init);
    let left = answer_bytes_max / chunk.length + 1;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void =>
      left-- > 0 ? controller.enqueue(chunk) : controller.close();
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  };
  const flood = await town.ran(line, { replace: { fetch: huge } });
  assert.match(flood.err, /an answer of more than \d+ bytes/);
});

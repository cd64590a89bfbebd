import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { SilenceWatch } from '../../src/desk/health/silence.ts';
import { openApi } from '../../src/http/api/routes.ts';
import { configurationOf } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { openParts, openTestServer, raise, signedIn } from '../support/http.ts';

let town: Awaited<ReturnType<typeof openTown>>;
before(async () => {
  town = await openTown();
});
after(() => town.close());

async function openTown() {
  const parts = await openParts();
  let api: ReturnType<typeof openApi> | undefined;
  const served = await openTestServer({
    parts,
    routes: (all) => {
      const configuration = configurationOf(all.desk, all.clock);
      api = openApi({ ...all, homeUrl: () => '', configuration, readFeed });
      return api.routes;
    },
  });
  const viewer = await signedIn(parts, 'viewer', 'vera');
  return {
    ...served,
    get: async (path: string) => {
      const answer = await fetch(`${served.url}/api/v1${path}`, {
        headers: { cookie: viewer.cookie },
      });
      return { status: answer.status, body: (await answer.json()) as Listed };
    },
    close: async () => {
      api?.close();
      await served.close();
    },
  };
}

interface Listed {
  readonly total: number;
  readonly items: readonly {
    readonly device: string;
    readonly rates: object;
    readonly silentSince: string | null;
  }[];
}

const said = (resource: string, count: number) => raise(resource, { count });

test('devices are listed by trouble: silent, then refused, then loud', async () => {
  const { desk, figures, clock, get } = town;
  figures.expect('snmp');
  await desk.receive('snmp', [said('quiet/1', 1), said('loud/1', 50), said('loud/2', 7)]);
  const fault = new Uint8Array();
  figures.refused('snmp', 'not BER', fault, clock.now(), { from: '192.0.2.9', count: 3 });
  const gone = figures.hearing.get('snmp')?.devices.find('gone', clock.now());
  assert.ok(gone);
  gone.silentSince = clock.now();
  const { body } = await get('/sources/snmp/devices');
  assert.equal(body.total, 4);
  assert.deepEqual(
    body.items.map((d) => d.device),
    ['gone', '192.0.2.9', 'loud', 'quiet'],
  );
  assert.deepEqual(body.items[2], {
    source: 'snmp',
    device: 'loud',
    events: 57,
    refused: 0,
    followedSince: new Date(clock.now()).toISOString(),
    lastEventAt: new Date(clock.now()).toISOString(),
    rates: { minute: 57, tenMinutes: 57, hour: 57 },
    silentSince: null,
    silentAfter: null,
  });
});

test('devices are searched, limited and narrowed to the silent ones', async () => {
  const { get } = town;
  const names = async (query: string) =>
    (await get(`/sources/snmp/devices?${query}`)).body.items.map((d) => d.device);
  assert.deepEqual(await names('q=lou'), ['loud']);
  assert.deepEqual(await names('silent=true'), ['gone']);
  assert.deepEqual(await names('limit=2'), ['gone', '192.0.2.9']);
  assert.equal((await get('/sources/snmp/devices?limit=2')).body.total, 4);
  assert.equal((await get('/sources/snmp/devices?limit=1001')).status, 422);
  assert.equal((await get('/sources/nowhere/devices')).status, 404);
});

test('the first thousand of many devices are those with the most trouble', async () => {
  const { desk, get } = town;
  for (let n = 0; n < 5; n++) {
    const some = Array.from({ length: 1_000 }, (_, i) => said(`d${n * 1_000 + i}`, 1 + i * 5 + n));
    await desk.receive('webhook', some);
  }
  town.figures.expect('webhook');
  const { body } = await get('/sources/webhook/devices?limit=1000');
  assert.equal(body.total, 5_000);
  assert.deepEqual(
    body.items.map(({ rates }) => (rates as { minute: number }).minute),
    Array.from({ length: 1_000 }, (_, i) => 5_000 - i),
  );
});

test('a silent source says since when, and what its limit is', async () => {
  const { desk, figures, clock, get } = town;
  const total = figures.hearing.get('snmp')?.total;
  assert.ok(total);
  total.rule = minutes(10);
  clock.pass(minutes(11));
  new SilenceWatch(figures.hearing, desk.memory).findings(clock.now(), true);
  const { items } = (await get('/sources')).body;
  const { silentSince, silentAfter } = items[0] as unknown as Record<string, unknown>;
  assert.equal(silentSince, new Date(clock.now()).toISOString());
  assert.deepEqual(silentAfter, { seconds: 600, by: 'set' });
});

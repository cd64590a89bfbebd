import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { days, hours, instantText, minutes } from '../../src/base/time.ts';
import { openConsole } from '../../src/http/pages.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { ran } from '../cli/world.ts';
import { openApiServer } from '../support/api.ts';
import { configurationOf } from '../support/configuration.ts';
import { turn } from '../support/desk.ts';
import { readFeed } from '../support/feeds.ts';
import { openParts, openTestServer, raise, signedIn } from '../support/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-kpis-'));
const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
const parts = await openParts(undefined, undefined, store);
const s = await openApiServer({ parts });
after(async () => {
  await s.close();
  rmSync(folder, { recursive: true });
});

/** The store follows the desk within moments; it is a thread, so nobody knows how many. */
async function stored(): Promise<void> {
  const { position } = s.desk.memory;
  for (let i = 0; i < 50_000 && store.position < position; i++) {
    s.clock.pass(1);
    await turn();
  }
  assert.ok(store.position >= position, 'the store came up to the desk');
}

interface Shown {
  readonly days: number;
  readonly since: string;
  readonly figures: readonly { name: string; value: number; verdict: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly acks: { readonly count: number; readonly half: number } | null;
  readonly stale: readonly string[];
  readonly teams: readonly { readonly team: string }[];
}

const figure = (shown: Shown, name: string) => shown.figures.find((one) => one.name === name);

test('what was raised and acknowledged is counted, and judged as far as there is data', async () => {
  const began = s.clock.now();
  const event = raise('web-1', { since: began });
  await s.desk.receive('test', [event]);
  const alarm = event.id;
  s.clock.pass(minutes(4));
  assert.equal(
    (await s.operator.post(`/alarms/${alarm}/acknowledge`, {}, { 'if-match': '*' })).status,
    200,
  );
  await stored();
  const first = (await s.viewer.get('/kpis')).body as Shown;
  assert.deepEqual([first.counts.announced, first.counts.raised], [1, 1]);
  assert.deepEqual([first.acks?.count, first.acks?.half], [1, 300]);
  assert.equal(figure(first, 'per day')?.verdict, 'unknown');
  assert.deepEqual(first.stale, []);
  s.clock.pass(hours(25));
  await stored();
  const later = (await s.viewer.get('/kpis')).body as Shown;
  assert.deepEqual(later.stale, [alarm], 'nobody closed it in a day');
  assert.equal(figure(later, 'stale')?.verdict, 'acceptable', 'what is true now is judged now');
  const all = `from=${encodeURIComponent(instantText(began))}`;
  const whole = (await s.viewer.get(`/kpis?${all}&team=`)).body as Shown;
  assert.equal(whole.counts.announced, 1);
  const none = (await s.viewer.get(`/kpis?${all}&team=net`)).body as Shown;
  assert.equal(none.counts.announced, 0);
  const back = instantText((s.clock.now() - days(400) - hours(1)) as never);
  const refused = await s.viewer.get(`/kpis?from=${encodeURIComponent(back)}`);
  assert.equal(refused.status, 422);
  assert.match(JSON.stringify(refused.body), /before to, by at most 400 days/);
});

test('the page and the command line tell the same', async (t) => {
  const pages = await openTestServer({
    parts,
    routes: (all) => {
      const site = openConsole({
        ...all,
        ...{ readFeed, name: 'x', homeUrl: () => '', traps: () => '', listening: () => [] },
        configuration: configurationOf(all.desk, all.clock),
      });
      t.after(() => site.close());
      return site.routes;
    },
  });
  t.after(() => pages.server.close());
  const { cookie } = await signedIn(pages, 'viewer', 'vera');
  const answer = await fetch(`${pages.url}/kpis?days=90`, { headers: { cookie } });
  const text = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(text, /half within 5 min/);
  assert.match(text, /What stands for over a day<\/h2><p>1 alarm:/);
  assert.match(text, /class="step-1"[^>]*><title>[^<]*1 alarm</);
  const env = { TOCSIN_TOKEN: s.admin.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
  const cli = (...argv: string[]) => ran(argv, { env, replace: { clock: s.clock } });
  const { out, exit } = await cli('kpis', '--days', '90');
  assert.equal(exit, 0);
  assert.match(out, /stale +1 +4 +4 +acceptable/);
  assert.match((await cli('kpis', '--days', '401')).err, /--days: a whole number from 1 to 400/);
});

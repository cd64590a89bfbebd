import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DIFFERENCE_THINGS_MAX, FEED_BYTES_MAX } from '../../src/http/api/inventory-shapes.ts';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';

const s = await openApiServer();
after(() => s.close());

interface Told {
  readonly version: { readonly id: string; readonly why: string; readonly by: object } | null;
  readonly changed: boolean;
  readonly counts: object;
  readonly report: { readonly faults: readonly { readonly line: number }[] };
  readonly difference: readonly { readonly key: string; readonly what: string }[];
  readonly things: number;
  readonly feeds: readonly { readonly feed: string }[];
  readonly items: readonly { readonly key: string; readonly id: string }[];
  readonly total: number;
  readonly next: string | null;
  readonly thing: { readonly key: string } | null;
  readonly context: Readonly<Record<string, string>>;
  readonly alarms: readonly { readonly resource: string }[];
  readonly code: string;
  readonly title: string;
}

async function hand(path: string, body: string, who = s.admin) {
  const headers = { authorization: who.authorization, 'content-type': 'text/plain' };
  const url = `${s.url}/api/v1/inventory/feeds/${path}`;
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, ...((await answer.json()) as Told) };
}

const asked = async (path: string) => {
  const { status, body } = await s.viewer.get(`/inventory${path}`);
  return { status, ...(body as Told) };
};

const CSV = 'id,site,addresses\nrt1,osl,192.0.2.1\nrt2,bgo,192.0.2.2\n';
const DEVICES = 'format=csv&kind=device';

test('a dry run says what would change and changes nothing', async () => {
  const { status, counts, difference } = await hand(`net/compare?${DEVICES}`, CSV);
  assert.equal(status, 200);
  assert.deepEqual(counts, { things: 2, added: 2, changed: 0, removed: 0 });
  assert.deepEqual(
    difference.map((d) => `${d.what} ${d.key}`),
    ['added device:rt1', 'added device:rt2'],
  );
  assert.equal((await asked('')).things, 0);
});

test('an import needs an admin and a reason; the same again is no new version', async () => {
  assert.equal((await hand(`net/import?${DEVICES}&why=x`, CSV, s.operator)).status, 403);
  assert.equal((await hand(`net/import?${DEVICES}&why=+`, CSV)).code, 'REASON_MISSING');
  const first = await hand(`net/import?${DEVICES}&why=the+first&from=devices.csv`, CSV);
  assert.equal(first.changed, true);
  assert.equal(first.version?.why, 'the first');
  const again = await hand(`net/import?${DEVICES}&why=again`, CSV);
  assert.equal(again.changed, false);
  assert.equal(again.version?.id, first.version?.id);
  assert.deepEqual(
    (await asked('')).feeds.map((f) => f.feed),
    ['net'],
  );
});

test('an import made from another version is refused', async () => {
  const late = await hand(`net/import?${DEVICES}&why=x&basedOn=v1`, CSV.replace('bgo', 'trd'));
  assert.equal(late.status, 409);
  assert.equal(late.code, 'FEED_CONFLICT');
});

test('rows that are wrong are told by their lines, and the others are taken', async () => {
  const { report, counts } = await hand(`net/compare?${DEVICES}`, `${CSV},osl,192.0.2.9\n`);
  assert.deepEqual(
    report.faults.map((fault) => fault.line),
    [4],
  );
  assert.deepEqual(counts, { things: 2, added: 0, changed: 0, removed: 0 });
});

test('what cannot be read at all, and what is no feed name, is refused', async () => {
  const bad = await hand('net/compare?format=csv', 'id\n"a');
  assert.equal(bad.status, 422);
  assert.match(bad.title, /Line 2: a quote begins here and does not end/);
  assert.equal((await hand('Net/compare?format=csv', CSV)).code, 'FIELD_INVALID');
  assert.equal((await hand('net/compare?format=doc', CSV)).code, 'FIELD_INVALID');
});

test('a body at the limit is read, a larger one is refused', async () => {
  const filled = (bytes: number) => `${CSV}#${'x'.repeat(bytes - CSV.length - 1)}`;
  assert.equal((await hand(`net/compare?${DEVICES}`, filled(FEED_BYTES_MAX))).status, 200);
  const over = await fetch(`${s.url}/api/v1/inventory/feeds/net/compare?${DEVICES}`, {
    method: 'POST',
    headers: { authorization: s.admin.authorization, 'content-type': 'text/plain' },
    body: filled(FEED_BYTES_MAX + 1),
  }).then(
    (answer) => answer.status,
    () => 413,
  );
  assert.equal(over, 413);
});

test('versions are listed, compared, restored and emptied', async () => {
  const [first] = (await asked('/feeds/net/versions')).items;
  const second = await hand(`net/import?${DEVICES}&why=moved`, CSV.replace('bgo', 'trd'));
  const diff = await asked(`/feeds/net/versions/${second.version?.id}`);
  assert.deepEqual(
    diff.difference.map((d) => `${d.what} ${d.key}`),
    ['changed device:rt2'],
  );
  const path = `/inventory/feeds/net/versions/${first?.id}/restore`;
  const back = (await s.admin.post(path, { why: 'moved back' })).body as Told;
  assert.deepEqual(back.counts, { things: 2, added: 0, changed: 1, removed: 0 });
  await s.admin.post('/inventory/feeds/net/empty', { why: 'gone' });
  assert.equal((await asked('')).things, 0);
  const again = (await s.admin.post(path, { why: 'and back' })).body as Told;
  assert.equal(again.changed, true);
  assert.equal((await asked('')).things, 2);
  assert.equal((await asked('/feeds/none/versions')).status, 404);
  assert.equal((await asked('/feeds/net/versions/v1')).status, 404);
});

test('a thing is searched, found by what an alarm says, and shown with its alarms', async () => {
  assert.deepEqual(
    (await asked('/things?words=192.0.2.2')).items.map((t) => t.key),
    ['device:rt2'],
  );
  assert.equal((await asked('/things?kind=gadget')).code, 'FIELD_INVALID');
  const page = await asked('/things?limit=1');
  assert.equal(page.total, 2);
  const rest = await asked(`/things?limit=1&cursor=${encodeURIComponent(page.next ?? '')}`);
  assert.deepEqual(
    [page.items[0]?.key, rest.items[0]?.key, rest.next],
    ['device:rt1', 'device:rt2', null],
  );
  const found = await asked('/find?resource=x&label=instance=192.0.2.1:9100');
  assert.equal(found.thing?.key, 'device:rt1');
  assert.deepEqual(found.context, { device: 'rt1', site: 'osl' });
  assert.equal((await asked('/find?resource=nobody')).thing, null);
  assert.equal((await asked('/find?label=nopair')).code, 'FIELD_INVALID');
  await s.desk.receive('test', [raise('rt1/xe-1')]);
  const one = await asked(`/things/${encodeURIComponent('site:osl')}`);
  assert.deepEqual(
    one.alarms.map((a) => a.resource),
    ['rt1/xe-1'],
  );
  assert.equal((await asked('/things/device:none')).status, 404);
});

test('a comparison names so many things of a sort and counts them all', async () => {
  const rows = Array.from({ length: DIFFERENCE_THINGS_MAX + 1 }, (_, i) => `d${i},x,y`).join('\n');
  const { difference, counts } = await hand(`other/compare?${DEVICES}`, `id,a,b\n${rows}\n`);
  assert.equal(difference.length, DIFFERENCE_THINGS_MAX);
  assert.deepEqual(counts, {
    things: DIFFERENCE_THINGS_MAX + 1,
    added: DIFFERENCE_THINGS_MAX + 1,
    changed: 0,
    removed: 0,
  });
});

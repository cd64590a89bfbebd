import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSite } from '../support/console-site.ts';
import { openParts, raise, signedIn } from '../support/http.ts';
import { workbook } from '../support/xlsx.ts';

const parts = await openParts();
const { browser } = await openSite({ parts });

async function importer(role: 'admin' | 'viewer') {
  const { get, post } = await browser(role);
  const press = (fields: Record<string, string>) =>
    post('/inventory/import', { feed: 'net', format: 'yaml', kind: '', ...fields });
  return { get, press };
}

const nora = await importer('admin');
const vera = await importer('viewer');

const TEXT = 'devices:\n  - {id: rt1, site: osl, ports: [xe-1]}\n  - {site: nowhere}\n';

test('an empty inventory says what to do, and only an admin is led to the import', async () => {
  assert.match((await nora.get('/inventory')).text, /There is nothing yet.*Import/);
  assert.doesNotMatch((await vera.get('/inventory')).text, /href="\/inventory\/import"/);
  assert.equal((await vera.get('/inventory/import')).status, 403);
});

test('a feed is tried with its faults by line, refused without a reason, and put in force', async () => {
  const tried = await nora.press({ text: TEXT, does: 'try' });
  assert.match(tried.text, /2 things: 2 added, 0 changed, 0 removed/);
  assert.match(tried.text, /1 row of 3 would be left out/);
  assert.match(tried.text, /<td class="number">3<\/td>.*it has no id and no name/);
  assert.match(tried.text, /\{id: rt1, site: osl/, 'the text is kept');
  assert.match((await nora.press({ text: TEXT, does: 'import' })).text, /Why: say it/);
  const done = await nora.press({ text: TEXT, does: 'import', why: 'the first' });
  assert.equal(done.status, 303);
  assert.match((await nora.get(done.to)).text, /v\d+ of net is in force\./);
  assert.match(
    (await nora.press({ text: TEXT, does: 'import', why: 'x' })).text,
    /Nothing would change/,
  );
});

test('what cannot be read is told, with the text kept', async () => {
  const { status, text } = await nora.press({ text: 'gadgets: <b>', does: 'try' });
  assert.equal(status, 422);
  assert.match(text, /Line 1: &quot;gadgets&quot; is no kind of thing/);
  assert.match(text, /gadgets: &lt;b&gt;/);
  assert.match(
    (await nora.press({ feed: 'No!', text: TEXT, does: 'try' })).text,
    /#f-feed">Feed: /,
  );
});

test('a thing is found, and shown with its neighbours and what is raised on it', async () => {
  const found = await vera.get('/inventory?q=rt1&kind=device');
  assert.match(found.text, /href="\/inventory\/thing\?key=device%3Art1"/);
  await parts.desk.receive('t', [raise('rt1/xe-1')]);
  const { text } = await vera.get('/inventory/thing?key=device%3Art1');
  assert.match(text, /1 raised alarm/);
  assert.match(text, /rt1\/xe-1 is down/);
  assert.match(text, /key=site%3Aosl/);
  assert.equal((await vera.get('/inventory/thing?key=device%3Anone')).status, 404);
});

test('the page of an alarm says what it learned, what its type means and what to do', async () => {
  const texts = { qualifier: '', consequence: '', owner: 'noc', severities: [] };
  const record = { type: 'link.down', meaning: 'no <light>', action: 'look', reason: 'review' };
  const runbook = 'https://wiki.example.org/link';
  const { id } = await signedIn(parts, 'admin', 'ada');
  await parts.desk.act(id, { verb: 'type.set', record: { ...texts, ...record, runbook } });
  const [alarm] = [...parts.desk.memory.all('alarms')];
  const { text } = await vera.get(`/alarms/${alarm?.id}`);
  assert.match(text, /What this type means.*no &lt;light&gt;.*look.*href="https:\/\/wiki/);
  assert.match(text, /From the inventory.*<dt>device<\/dt> <dd>rt1<\/dd>/);
});

test('a workbook goes through the form too, by sheet', async () => {
  const rows = [
    ['id', 'site'],
    ['rt9', 'bgo'],
  ];
  const text = workbook({ Notes: [['x']], Devices: rows }).toString('base64');
  const fields = { feed: 'book', format: 'xlsx', kind: 'device', text };
  const first = await nora.press({ ...fields, does: 'try' });
  assert.match(first.text, /0 things|nothing says|no id/, 'its first sheet has no devices');
  const tried = await nora.press({ ...fields, sheet: 'Devices', does: 'try' });
  assert.match(tried.text, /1 thing: 1 added.*\+ device:rt9/);
  assert.match(tried.text, /name="sheet"[^>]*value="Devices"/, 'what was typed is kept');
  const none = await nora.press({ ...fields, sheet: 'No', does: 'try' });
  assert.match(none.text, /there are: Notes, Devices/);
});

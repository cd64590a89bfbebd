import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSite } from '../support/console-site.ts';
import { openParts, raise } from '../support/http.ts';

const parts = await openParts();
const { browser } = await openSite({ parts });

const nora = await browser('operator');
const vera = await browser('viewer');
const { type: TYPE } = raise('rt1');

const FIELDS = [
  ['type', TYPE],
  ['meaning', 'A port lost its <light>'],
  ['action', 'Look at the far end'],
  ['respondWithin', '30'],
  ['willClear', 'no'],
  ['severities', 'major'],
  ['severities', 'critical'],
  ['owner', 'noc'],
  ['onDelay', '2.5'],
  ['offDelay', '60'],
  ['runbook', 'https://wiki.example.net/light'],
  ['reason', 'review of May'],
] as const;

test('a type that is seen waits to be described, and only operators are led to it', async () => {
  assert.match((await nora.get('/types')).text, /No alarm was seen yet/);
  await parts.desk.receive('snmp', [raise('rt1')]);
  assert.match((await nora.get('/types')).text, /1 type not described yet.*Describe/);
  assert.doesNotMatch((await vera.get('/types')).text, /<form method="post" action="\/types"/);
  assert.equal((await vera.post('/types', FIELDS)).status, 403);
  const [alarm] = parts.desk.memory.all('alarms');
  const page = (await nora.get(`/alarms/${alarm?.id}`)).text;
  assert.match(page, /Nobody wrote it down yet.*href="\/types\?type=/);
});

test('a record is written with everything the form asks, shown, and filled in again', async () => {
  const done = await nora.post('/types', FIELDS);
  assert.equal(done.status, 303, done.text.slice(0, 2_000));
  const { by: _, at: __, ...record } = parts.desk.memory.get('types', TYPE) ?? {};
  assert.deepEqual(record, {
    ...{ id: TYPE, type: TYPE, qualifier: '', meaning: 'A port lost its <light>' },
    ...{ action: 'Look at the far end', consequence: '', owner: 'noc', reason: 'review of May' },
    ...{ runbook: 'https://wiki.example.net/light', severities: ['critical', 'major'] },
    ...{ respondWithin: 1_800_000, onDelay: 2_500, offDelay: 60_000, willClear: false },
  });
  const listed = (await nora.get(done.to)).text;
  assert.match(listed, /It is written down/);
  assert.match(listed, /A port lost its &lt;light&gt;.*told when it lasts 2\.5 s/);
  const again = (await nora.get(`/types?type=${TYPE}&qualifier=`)).text;
  assert.match(again, /Change what is said of this type/);
  for (const [name, value] of FIELDS) {
    if (['severities', 'willClear', 'meaning'].includes(name)) continue;
    const field = new RegExp(`name="${name}"[^>]*(?:value="${value}"|>${value}<)`);
    assert.match(again, field, name);
  }
  assert.match(again, /value="no" selected/);
  assert.match(again, /value="major" checked/);
  const [alarm] = parts.desk.memory.all('alarms');
  assert.match((await nora.get(`/alarms/${alarm?.id}`)).text, /Look at the far end.*Change it/);
});

test('what cannot be is said beside what was typed, and nothing is lost of it', async () => {
  const bad = FIELDS.map(([name, value]) => [name, name === 'onDelay' ? '9999' : value] as const);
  const refused = await nora.post('/types', bad);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /<a href="#f-onDelay">Only when it lasts: at most 30 minutes/);
  assert.match(refused.text, /value="9999"/);
  assert.equal(parts.desk.memory.get('types', TYPE)?.onDelay, 2_500);
});

test('a record goes with a reason, and not without', async () => {
  const id = ['id', TYPE] as const;
  assert.equal((await nora.post('/types/remove', [id, ['reason', ' ']])).status, 422);
  assert.equal((await nora.post('/types/remove', [id, ['reason', 'wrong']])).status, 303);
  assert.equal(parts.desk.memory.get('types', TYPE), undefined);
});

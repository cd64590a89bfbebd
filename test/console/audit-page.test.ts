import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FoldDesk, foldDesk, NORA, says, TOM } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

let desk: FoldDesk;
let served: Served;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  desk.tell(says('core-1', 'link.down'));
  const [alarm] = [...desk.memory.all('alarms')];
  assert.ok(alarm);
  const on = [{ id: alarm.id }];
  await desk.act(NORA, { verb: 'acknowledge', on, note: 'on it' });
  await desk.act(TOM, { verb: 'comment', on, note: '=the carrier digs' });
});
after(() => served.close());

async function get(path: string, login = 'nora') {
  const headers = { cookie: served.session(login), accept: 'text/html' };
  const response = await fetch(served.url + path, { headers, redirect: 'manual' });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** The third cell of each line: what was done. */
const verbs = (text: string) =>
  [...text.matchAll(/<td\s+class="nowrap">([^<]+)</g)].map(([, verb]) => verb);

test('the audit log is narrowed by a form that keeps what was asked', async () => {
  assert.deepEqual(verbs((await get('/audit')).text).slice(0, 2), ['comment', 'acknowledge']);
  const { text } = await get('/audit?verb=ack');
  assert.deepEqual(verbs(text), ['acknowledge']);
  assert.match(text, /name="verb" value="ack"/);
  assert.match(text, /href="\/audit\.csv\?verb=ack"/);
  assert.deepEqual(verbs((await get(`/audit?by=${TOM}`)).text), ['comment']);
});

test('a search that finds nothing says so and leads to everything', async () => {
  const { text } = await get('/audit?verb=shelve');
  assert.match(text, /No line fits/);
  assert.match(text, /href="\/audit">Show everything/);
});

test('a time that is none is said beside its field', async () => {
  const { status, text } = await get('/audit?since=yesterday');
  assert.equal(status, 422);
  assert.match(text, /href="#f-since"/);
  assert.equal((await get('/audit.csv?since=yesterday')).status, 422);
});

test('admins save it as CSV, and a spreadsheet runs nothing of it; others do not', async () => {
  const { text, headers } = await get('/audit.csv?verb=comment');
  assert.match(headers.get('content-disposition') ?? '', /audit\.csv/);
  const [head, line, ...rest] = text.split('\r\n');
  assert.equal(head, 'at,by,name,verb,subject,outcome,detail');
  assert.match(line ?? '', /,comment,[0-9a-f]{16},done,'=the carrier digs$/);
  assert.deepEqual(rest, ['']);
  assert.equal((await get('/audit.csv', 'tom')).status, 403);
  assert.doesNotMatch((await get('/audit', 'tom')).text, /audit\.csv/);
});

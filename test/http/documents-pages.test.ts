import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { csrfOf } from '../../src/http/cookie.ts';
import { openDocumentsConsole } from '../support/documents-console.ts';

async function opened() {
  const console = await openDocumentsConsole();
  const { s, cookie } = console;
  const get = async (path: string) => {
    const answer = await fetch(`${s.url}${path}`, { headers: { cookie } });
    return { status: answer.status, body: await answer.text() };
  };
  const post = async (path: string, fields: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({
      csrf: csrfOf(cookie.split('=')[1] ?? ''),
      once: randomUUID(),
      ...fields,
    });
    const headers = { cookie, origin: s.url, 'sec-fetch-site': 'same-origin' };
    const answer = await fetch(`${s.url}${path}`, {
      ...{ method: 'POST', redirect: 'manual', headers, body },
    });
    const location = answer.headers.get('location') ?? '';
    return { status: answer.status, location, body: await answer.text() };
  };
  return { ...console, get, post };
}

test('from the page of an incident to a review: what is missing is told at once, then it is written', async () => {
  const { s, get, post, incident } = await opened();
  const page = await get(`/incidents/${incident}`);
  const href = `/documents/write/review?incident=${incident}`;
  assert.ok(page.body.includes(`href="${href}">Write the review</a>`), page.body);
  const form = await get(href);
  assert.equal(form.status, 200);
  assert.match(form.body, /<dt>Lead<\/dt><dd>operator<\/dd>/);
  assert.match(form.body, /<textarea name="v.impact" aria-required="true"/);
  assert.doesNotMatch(form.body, /missing or wrong/);
  const said = { incident, 'v.summary': 'Cut <b>' };
  const refused = await post('/documents/write/review', said);
  assert.equal(refused.status, 422);
  assert.match(refused.body, /Nothing was written\. 3 things are missing or wrong/);
  assert.match(refused.body, /<a href="#f-impact">Impact<\/a>/);
  assert.match(refused.body, /name="v.impact" aria-invalid="true" aria-errormessage="e-impact"/);
  assert.match(refused.body, />Cut &lt;b&gt;<\/textarea>/);
  assert.equal(s.desk.memory.count('documents'), 0);
  const whole = {
    ...{ ...said, 'v.impact': 'All', 'v.contributing_factors': 'Duct', 'v.went_well': 'Nora' },
  };
  const done = await post('/documents/write/review', whole);
  assert.equal(done.status, 303);
  const one = await get(done.location);
  assert.match(one.body, /Read it<\/a>/);
  const file = await get(`${done.location}/file?format=html&amp;inline=true`.replace('&amp;', '&'));
  assert.match(file.body, /Cut &lt;b&gt;/);
  assert.match((await get(`/incidents/${incident}`)).body, /Post-incident review<\/a>/);
  const gone = await post(`${done.location}/remove`, { why: 'Wrong' });
  assert.deepEqual([gone.status, gone.location], [303, '/documents']);
  assert.equal((await get(done.location)).status, 404);
});

test('a hand-over is asked for like any document; a template at fault is listed', async () => {
  const { get, post } = await opened();
  const list = await get('/documents');
  assert.match(list.body, /href="\/documents\/write\/hand-over"/);
  assert.match(list.body, /bad\.md:1: the first line is ---/);
  assert.match(list.body, /begun on the page of an incident/);
  const form = await get('/documents/write/hand-over');
  assert.match(form.body, /name="since"/);
  const late = await post('/documents/write/hand-over', { since: 'noon', 'v.watch': 'x' });
  assert.equal(late.status, 422);
  assert.match(late.body, /<a href="#f-since">Since<\/a>: a time in the last 31 days/);
  const done = await post('/documents/write/hand-over', { 'v.watch': 'core-1' });
  assert.equal(done.status, 303);
  assert.equal((await get('/documents/write/none')).status, 404);
});

test('what failed says why and can be tried again', async () => {
  const { s, get, post } = await opened();
  const frozen = { body: '{{ .nothing }}', values: {} };
  const { made = '' } = await s.desk.act('nora' as never, {
    ...{ verb: 'document.ask' },
    job: { template: 't', title: 'T', kind: 'other', asked: {}, frozen },
  });
  for (let i = 0; i < 10_000 && s.desk.memory.get('documents', made)?.is === 'wanted'; i++)
    await new Promise((resolve) => setImmediate(resolve));
  assert.match((await get(`/documents/${made}`)).body, /failed: template: .*Try\s+again/s);
  assert.equal((await post(`/documents/${made}/again`, {})).status, 303);
  assert.equal(s.desk.memory.get('documents', made)?.attempt, 2);
});

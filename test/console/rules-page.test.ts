import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSite } from '../support/console-site.ts';
import { openParts } from '../support/http.ts';
import { words } from '../support/words-source.ts';

const parts = await openParts();
parts.rules.add(words);
const { url, browser } = await openSite({ parts, sources: [words] });

const PAGE = '/sources/words/rules';

async function editor(role: 'admin' | 'operator' | 'viewer') {
  const { get, post } = await browser(role);
  return { get, post: (fields: Record<string, string>) => post(PAGE, fields) };
}

const nora = await editor('admin');
const tom = await editor('operator');
const vera = await editor('viewer');
const send = (body: string) => fetch(`${url}/in/words`, { method: 'POST', body });

test('before anything arrived the page has an example, and says what to do', async () => {
  const { status, text } = await nora.get(PAGE);
  assert.equal(status, 200);
  assert.match(text, /Nothing arrived since the desk was started/);
  assert.match(text, /This is an example/);
  assert.match(text, /> down up ignore<\/textarea>/);
  assert.match((await nora.get('/sources')).text, /href="\/sources\/words\/rules">Rules/);
});

test('an input is picked, the text tried, saved with a reason, and what waited read anew', async () => {
  await send('down <r1>');
  await send('odd r2');
  const first = await tom.get(PAGE);
  assert.match(first.text, /2 inputs could not be understood/);
  assert.doesNotMatch(first.text, /<r1>/, 'what a sender says is never markup');
  assert.doesNotMatch(
    first.text,
    /value="save"|value="read"|value="drop"/,
    'an operator only looks',
  );
  const pick =
    /name="pick" value="(u\d+)"[^>]*>(?:(?!<\/button>).)*down &lt;r1/.exec(first.text)?.[1] ?? '';
  const picked = await tom.post({ pick, text: 'mine', on: '' });
  assert.match(picked.text, /> mine<\/textarea>/, 'the text is kept');
  assert.match(picked.text, /Not understood: no such word/);
  const tried = await tom.post({ do: 'try', text: 'down', on: pick });
  assert.match(tried.text, /Nothing is wrong with the text/);
  assert.match(tried.text, /becomes something else/);
  assert.match(tried.text, /<b>Raises<\/b>.*<dt>Resource<\/dt><dd>&lt;r1&gt;<\/dd>/);
  assert.equal((await tom.post({ do: 'save', text: 'down', why: 'x' })).status, 403);
  const nowhy = await nora.post({ do: 'save', text: 'down', on: pick, based_on: '' });
  assert.equal(nowhy.status, 422);
  assert.match(nowhy.text, /Say why/);
  const saved = await nora.post({ do: 'save', text: 'down', why: 'r1', on: pick, based_on: '' });
  assert.match(saved.to, /^\/sources\/words\/rules\?saved=r\d+&on=u\d+$/);
  assert.match((await nora.get(saved.to)).text, /r\d+ is in force from now on/);
  const read = await nora.post({ do: 'read', text: 'down', on: pick });
  assert.match(
    (await nora.get(read.to)).text,
    /1 input understood, 1 event handed in, 1 still not/,
  );
  assert.equal([...parts.desk.memory.all('alarms')][0]?.resource, '<r1>');
});

test('faults are listed with their lines, and the text stays as it was typed', async () => {
  for (const does of ['try', 'save']) {
    const { status, text } = await nora.post({ do: does, text: 'down!', why: 'x' });
    assert.equal(status, 422);
    assert.match(text, /<a href="#line-1">Line 1, column 1<\/a>: no shouting/);
    assert.match(text, /> down!<\/textarea>/);
  }
});

test('who saved meanwhile is not overwritten, and an older text comes back into the form', async () => {
  const based = parts.rules.text('words');
  const [held] = [...parts.desk.memory.all('sourceRules')];
  const id = held?.id.split('/')[1] ?? '';
  await nora.post({ do: 'save', text: 'down up', why: 'theirs', based_on: id });
  const late = await nora.post({ do: 'save', text: 'mine', why: 'late', based_on: id });
  assert.equal(late.status, 409);
  assert.match(late.text, /is saved now; your text was made from .* saving again replaces/);
  assert.match(late.text, /> mine<\/textarea>/);
  const loaded = await nora.post({ load: id, text: 'mine' });
  assert.match(loaded.text, new RegExp(`> ${based}</textarea>`));
});

test('what is no alarm is dropped with a reason', async () => {
  const on = /value="(u\d+)"/.exec((await nora.get(PAGE)).text)?.[1] ?? '';
  assert.match((await nora.post({ do: 'drop', on, drop_why: '' })).text, /needs a reason/);
  const dropped = await nora.post({ do: 'drop', on, drop_why: 'noise' });
  assert.match(dropped.to, /dropped=1/);
  assert.deepEqual(parts.rules.unread('words'), []);
  assert.equal((await nora.post({ do: 'drop', on, drop_why: 'noise' })).status, 404);
});

test('sources without rules have no such page, and viewers do not see what arrived', async () => {
  assert.equal((await nora.get('/sources/snmp/rules')).status, 404);
  assert.equal((await vera.get(PAGE)).status, 403);
  assert.doesNotMatch((await vera.get('/sources')).text, /words\/rules/);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openApiServer } from '../support/api.ts';
import { words } from '../support/words-source.ts';
import { ran } from './world.ts';

const s = await openApiServer({ sources: [words] });
s.rules.add(words);
const cwd = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
after(async () => {
  await s.close();
  rmSync(cwd, { recursive: true });
});

const env = { TOCSIN_TOKEN: s.admin.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, cwd, replace: { clock: s.clock } });
const send = (body: string) => fetch(`${s.url}/in/words`, { method: 'POST', body });
const file = (name: string, text: string) => writeFileSync(join(cwd, name), text);

test('rules are shown, tried, saved, and what waited is read anew', async () => {
  const none = await cli('rules', 'show', 'words');
  assert.deepEqual([none.exit, none.out], [0, '']);
  assert.match(none.err, /--example shows a text/);
  assert.equal((await cli('rules', 'show', 'words', '--example')).out, 'down up ignore');
  await send('down r1');
  await send('odd r2');
  assert.match((await cli('rules', 'unread', 'words')).out, /not understood: no such word/);
  assert.match(
    (await cli('rules', 'seen', 'words')).out,
    /^s\d+ .*\n {2}odd r2\ns\d+ .*\n {2}down r1$/m,
  );
  file('good', 'down');
  const tried = await cli('rules', 'try', 'words', 'good');
  assert.equal(tried.exit, 0, tried.err);
  assert.match(
    tried.out,
    /down r1\n {2}- not understood: no such word\n {2}\+ raise critical link\.down on r1: r1 is down/,
  );
  assert.match(tried.out, /2 inputs become what it becomes now\n$/);
  file('body', 'down r9');
  const more = await cli('rules', 'try', 'words', 'good', '--input', 'body', '--all');
  assert.match(more.out, /^i0 .*\n {2}down r9\n {2}- /);
  assert.equal((await cli('rules', 'save', 'words', 'good')).exit, 2, 'it asks why');
  const saved = await cli('rules', 'save', 'words', 'good', '--why', 'r1 speaks');
  assert.match(saved.out, /^saved as r\d+\n$/);
  assert.match(saved.err, /2 wait to be understood: tocsin rules read words/);
  assert.equal((await cli('rules', 'read', 'words')).out, '1 understood (1 events), 1 still not\n');
  const held = await cli('rules', 'show', 'words');
  assert.equal(held.out, 'down');
  assert.match(held.err, /^r\d+, .*: r1 speaks\n$/);
  const [id = ''] = /u\d+/.exec((await cli('rules', 'unread', 'words')).out) ?? [];
  const dropped = await cli('rules', 'drop', 'words', id, '--why', 'nothing of ours');
  assert.equal(dropped.out, '1 dropped\n');
  assert.equal((await cli('rules', 'unread', 'words')).out, 'nothing\n');
});

test('faults are told by line and column, and nothing is saved', async () => {
  file('bad', 'down!');
  for (const argv of [['try'], ['save', '--why', 'x']]) {
    const [verb = '', ...rest] = argv;
    const { exit, err } = await cli('rules', verb, 'words', 'bad', ...rest);
    assert.deepEqual([exit, err], [2, 'bad:1:1: no shouting\n'], verb);
  }
  assert.equal((await cli('rules', 'show', 'nothing')).exit, 4);
});

test('a text made from an older one is not saved', async () => {
  file('other', 'up');
  const late = await cli('rules', 'save', 'words', 'other', '--why', 'x', '--based-on', 'r1');
  assert.equal(late.exit, 5);
  assert.match(late.err, /is saved now/);
});

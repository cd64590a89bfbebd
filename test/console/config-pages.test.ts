import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { configurationOf, HOOK } from '../support/configuration.ts';
import { openSite } from '../support/console-site.ts';
import { openParts, raise } from '../support/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-config-page-'));
const file = join(folder, 'am.yml');
const parts = await openParts();
const configuration = configurationOf(parts.desk, parts.clock, file);
const site = await openSite({ parts, configuration });
after(() => rmSync(folder, { recursive: true, force: true }));

/** Here the lines of a text count: pages are read as they came. */
async function browser(role: 'admin' | 'operator' | 'viewer', login: string) {
  const { id, get, post } = await site.browser(role, login);
  const read = async (asked: ReturnType<typeof get>) => {
    const said = await asked;
    return { ...said, text: said.markup };
  };
  return {
    id,
    get: (path: string) => read(get(path)),
    post: (path: string, fields: Record<string, string>) => read(post(path, fields)),
  };
}

const nora = await browser('admin', 'Nora');
const ada = await browser('admin', 'Ada');
const vera = await browser('viewer', 'Vera');

const EDIT = '/configuration/edit';
const plain = (page: string): string =>
  page
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
const typed = (page: string): string =>
  /<textarea[^>]*>\n(.*)<\/textarea>/s.exec(page)?.[1] ?? 'no textarea';

/** Presses a button of the form, with the text as a browser sends it. */
const press = (who: typeof nora, what: string, text: string, more: Record<string, string> = {}) =>
  who.post(EDIT, {
    ...{ do: what, text: text.replaceAll('\n', '\r\n'), why: '', days: '7' },
    ...{ based_on: configuration.inForce(), ...more },
  });

test('a desk without a configuration says so, and only an admin is offered to write one', async () => {
  const offered = /href="\/configuration\/edit">Write one/;
  const [mine, hers] = [await nora.get('/configuration'), await vera.get('/configuration')];
  assert.match(plain(hers.text), /There is no configuration yet: nobody is told of anything/);
  assert.match(mine.text, offered);
  assert.doesNotMatch(hers.text, offered);
  assert.equal((await vera.get(EDIT)).status, 403);
  assert.match(typed((await nora.get(EDIT)).text), /^route:\n {2}receiver: team\n/);
});

test('what is offered to begin with is itself a good configuration', async () => {
  const starter = typed((await nora.get(EDIT)).text);
  const { status, text } = await press(nora, 'check', starter);
  assert.equal(status, 200);
  assert.match(plain(text), /Nothing is wrong with it 1 route; receivers: team\. It is not saved/);
});

test('a saved text is in force at once; everybody reads it with numbers and without secrets', async () => {
  const saved = await press(nora, 'save', HOOK, { why: 'the first' });
  assert.equal(saved.status, 303);
  assert.match(saved.to, /^\/configuration\?saved=r\d+$/);
  assert.match(plain((await nora.get(saved.to)).text), /r\d+ is in force\./);
  const { text } = await vera.get('/configuration');
  assert.match(text, /<span class="line" id="line-2"\ndata-n="2"><span> {2}receiver: ops\n/);
  assert.match(text, /credentials: &lt;secret&gt;/);
  assert.doesNotMatch(text, /hush-hush/);
  assert.match(plain(text), /Saved by Nora, .* ago , in the console Why the first/);
  assert.match(plain(text), /Guarded ops\/webhook\[0\], night\/webhook\[0\]: .*allow_private_addr/);
});

test('the form says what <secret> means, and leaving it there changes nothing', async () => {
  const form = await nora.get(EDIT);
  assert.match(plain(form.text), /<secret> stays what it is; to change a secret, write the new/);
  const held = configuration.inForce();
  const shown = typed(form.text).replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  const saved = await press(nora, 'save', shown, { why: 'again' });
  assert.equal(saved.to, `/configuration?saved=${held}`);
});

test('faults are listed first, in focus, each with a link to its line, and the text is kept', async () => {
  const bad = HOOK.replace('group_wait', 'group_weit').replace('receiver: ops', 'receiver: opz');
  for (const button of ['check', 'save', 'try']) {
    const { status, text } = await press(nora, button, bad, { why: 'kept too' });
    assert.equal(status, 422, button);
    assert.match(text, /<title>[^<]*Error: edit the configuration/);
    assert.match(text, /role="alert" tabindex="-1" autofocus><h2>There are 2 faults<\/h2>/);
    assert.match(text, /<a href="#line-4">Line 4, column 3<\/a>: a route has no field/);
    assert.match(text, /class="line at-fault" id="line-4"/);
    assert.match(text, /aria-invalid="true"/);
    assert.match(typed(text), /group_weit/);
    assert.doesNotMatch(typed(text), /\r/);
    assert.match(text, /value="kept too"/);
    assert.equal(/Nothing was saved\./.test(text), button === 'save');
  }
});

test('without a reason nothing is saved, and the link leads to the field', async () => {
  const held = configuration.inForce();
  const { status, text } = await press(nora, 'save', HOOK.replace('0s', '1s'), { why: ' ' });
  assert.equal(status, 422);
  assert.match(text, /<a href="#config-why">Say why/);
  assert.match(text, /<input id="config-why"[^>]*aria-invalid="true"/);
  assert.match(typed(text), /group_wait: 1s/);
  assert.equal(configuration.inForce(), held);
});

test('a check says what would change, and saves nothing', async () => {
  const held = configuration.inForce();
  const { text } = await press(nora, 'check', HOOK.replace('group_wait: 0s', 'group_wait: 2s'));
  assert.match(text, /<ins>\+ {3}group_wait: 2s\n/);
  assert.match(text, /<del>- {3}group_wait: 0s\n/);
  assert.equal(configuration.inForce(), held);
});

test('who was too late sees what was changed meanwhile, keeps the text, and may save after it', async () => {
  const made = configuration.inForce();
  const first = await press(ada, 'save', HOOK.replace('group_wait: 0s', 'group_wait: 3s'), {
    why: 'Ada was quicker',
  });
  assert.equal(first.status, 303);
  const held = configuration.inForce();
  const mine = HOOK.replace('[alertname]', '[instance]');
  const late = await press(nora, 'save', mine, { why: 'mine', based_on: made });
  assert.equal(late.status, 409);
  const said = plain(late.text);
  assert.match(said, new RegExp(`Ada saved ${held} meanwhile Nothing was overwritten`));
  assert.match(said, /Ada was quicker/);
  assert.match(said, /What they changed 1 line added \(\+\), 1 removed/);
  assert.match(said, /What your text would change now/);
  assert.match(typed(late.text), /group_by: \[instance\]/);
  assert.match(late.text, new RegExp(`name="based_on" value="${held}"`));
  assert.equal(configuration.inForce(), held);
  assert.equal((await press(nora, 'save', mine, { why: 'mine' })).status, 303);
});

test('the same form sent twice is one revision', async () => {
  const based_on = configuration.inForce();
  const twice = { why: 'twice', based_on };
  const text = HOOK.replace('group_wait: 0s', 'group_wait: 4s');
  const [one, two] = [
    await press(nora, 'save', text, twice),
    await press(nora, 'save', text, twice),
  ];
  assert.equal(two.status, 303);
  assert.equal(two.to, one.to);
});

test('a trial counts first, then shows who was told and who would be', async () => {
  assert.equal((await press(nora, 'save', HOOK, { why: 'back' })).status, 303);
  parts.clock.pass(60_000);
  await parts.desk.receive('test', [raise('core-1')]);
  parts.clock.pass(60_000);
  const night = HOOK.replace('receiver: ops', 'receiver: night');
  const { status, text } = await press(nora, 'try', night, { days: '3' });
  assert.equal(status, 200);
  const said = plain(text);
  assert.match(said, /Tried on the last 3 days 1 of 1 alarm would be told differently\./);
  assert.match(said, /1 alarm would go to somebody else/);
  assert.match(text, /data-h="As it is"><b>ops<\/b>/);
  assert.match(text, /data-h="With this text"><b>night<\/b>/);
  assert.match(typed(text), /receiver: night/);
  const same = await press(nora, 'try', HOOK);
  assert.match(plain(same.text), /Nothing would change: 1 alarm, the same people, the same time\./);
  for (const days of ['0', '31', 'x', '']) {
    const refused = await press(nora, 'try', HOOK, { days });
    assert.equal(refused.status, 422, days);
    assert.match(refused.text, /<a href="#config-days">Try it on 1 to 30 days/);
  }
});

test('any two revisions are compared; one that is not kept is said to be missing', async () => {
  const { text } = await vera.get('/configuration/revisions');
  const ids = [...text.matchAll(/name="older"\s+value="(r\d+)"/g)].map(([, id]) => id);
  assert.ok(ids.length >= 4);
  const path = `/configuration/revisions?older=${ids[1]}&newer=${ids[0]}`;
  const compared = await vera.get(path);
  assert.match(compared.text, new RegExp(`From ${ids[1]} to ${ids[0]}</h2>`));
  assert.match(compared.text, /<ins>\+ {3}group_wait: 0s/);
  const missing = await vera.get('/configuration/revisions?older=r1&newer=r2');
  assert.equal(missing.status, 404);
  assert.match(plain(missing.text), /One of the two is not kept/);
  assert.equal((await vera.get('/configuration/revisions/r9999')).status, 404);
});

test('a revision is restored with a reason, by admins only', async () => {
  const { text } = await nora.get('/configuration/revisions');
  const [, second] = [...text.matchAll(/name="older"\s+value="(r\d+)"/g)].map(([, id]) => id);
  const path = `/configuration/revisions/${second}`;
  assert.doesNotMatch((await vera.get(path)).text, /Restore it/);
  assert.match((await nora.get(path)).text, /Restore it/);
  assert.equal((await vera.post(`${path}/restore`, { why: 'x' })).status, 403);
  const silent = await nora.post(`${path}/restore`, { why: '' });
  assert.equal(silent.status, 422);
  assert.match(plain(silent.text), /Say why/);
  const restored = await nora.post(`${path}/restore`, { why: 'it was better' });
  assert.equal(restored.status, 303);
  const list = plain((await nora.get('/configuration/revisions')).text);
  assert.match(list, new RegExp(`restores ${second} it was better`));
});

test('the file of the desk is read again; a bad one changes nothing and says its line', async () => {
  writeFileSync(file, HOOK.replace('group_wait: 0s', 'group_wait: 7s'));
  assert.equal((await nora.post('/configuration/reload', {})).status, 303);
  const held = configuration.inForce();
  assert.match((await nora.get('/configuration')).text, /Read the file again/);
  assert.doesNotMatch((await vera.get('/configuration')).text, /Read the file again/);
  writeFileSync(file, 'route: 1\n');
  const bad = await nora.post('/configuration/reload', {});
  assert.equal(bad.status, 422);
  assert.match(plain(bad.text), /Nothing was changed\. Line 1, column 8: /);
  assert.equal(configuration.inForce(), held);
});

test('markup in a text stays text', async () => {
  const text = `# </textarea><script>alert(1)</script>\n${HOOK}`;
  for (const page of [
    await press(nora, 'check', text),
    await press(nora, 'try', `${text}x: 1\n`),
  ]) {
    assert.doesNotMatch(page.text, /<script>alert/);
    assert.match(typed(page.text), /^# &lt;\/textarea&gt;/);
  }
});

test('fifty faults are listed; of more it is said how many', async () => {
  const faults = (n: number): string =>
    Array.from({ length: n }, (_, i) => `  wrong_${i}: 1\n`).join('');
  const page = async (n: number) =>
    (await press(nora, 'check', HOOK.replace('route:\n', `route:\n${faults(n)}`))).text;
  const fifty = await page(50);
  assert.equal([...fifty.matchAll(/<li><a href="#line-/g)].length, 50);
  assert.doesNotMatch(fifty, /and \d+ more/);
  const more = await page(51);
  assert.equal([...more.matchAll(/<li><a href="#line-/g)].length, 50);
  assert.match(more, /and 1 more\./);
});

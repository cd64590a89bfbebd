import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FoldDesk, foldDesk, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

let desk: FoldDesk;
let served: Served;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
});
after(() => served.close());

const as = (login: string) => ({ cookie: served.session(login), accept: 'text/html' });

async function get(path: string, headers: Record<string, string> = as('nora')) {
  const response = await fetch(served.url + path, { headers, redirect: 'manual' });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** The value of a hidden field of the first form that has it. */
const hidden = (text: string, name: string): string =>
  new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(text)?.[1] ?? '';

async function post(
  path: string,
  fields: readonly (readonly [string, string])[],
  headers: Record<string, string>,
) {
  const body = new URLSearchParams(fields.map(([n, v]): [string, string] => [n, v]));
  const response = await fetch(served.url + path, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
  });
  const location = response.headers.get('location') ?? '';
  return { status: response.status, text: await response.text(), location };
}

/** What one posts from the list: the keys of a page that was just loaded, as this person. */
async function keys(login: string, path = '/') {
  const headers = as(login);
  const { text } = await get(path, headers);
  const fields = ['csrf', 'once', 'back'].map((n) => [n, hidden(text, n)] as const);
  return { headers, fields, text };
}

const idOf = (resource: string) => {
  const found = [...desk.memory.all('alarms')].find((a) => a.resource === resource);
  assert.ok(found, `no alarm on ${resource}`);
  return found;
};

const target = (resource: string): string => `${idOf(resource).id}.${idOf(resource).episode}`;

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;

test('an empty desk teaches how to send the first alarm to this very address', async () => {
  const { text } = await get('/');
  assert.match(text, /No alarm has arrived yet/);
  assert.ok(text.includes(`curl -X POST ${served.url}/api/v2/alerts`));
  assert.match(text, /snmptrap -v 2c -c public 127\.0\.0\.1:1162/);
});

test('nothing a sender writes becomes markup, on any page', async () => {
  desk.tell(
    says(`core${HOSTILE}`, `type${HOSTILE}`, {
      text: HOSTILE,
      labels: { [`l${HOSTILE}`]: HOSTILE, link: 'javascript:alert(1)' },
      annotations: { summary: HOSTILE },
      link: 'javascript:alert(2)',
    }),
  );
  const { id } = idOf(`core${HOSTILE}`);
  const note = HOSTILE;
  await desk.act(NORA, { verb: 'comment', on: [{ id }], note });
  await desk.act(NORA, {
    verb: 'shelve',
    on: [{ id }],
    until: (desk.clock.now() + 9e5) as never,
    reason: note,
  });
  served.figures.refused('x', HOSTILE, Buffer.from(HOSTILE), desk.clock.now());
  const filter = encodeURIComponent(HOSTILE);
  for (const path of [
    '/?show=all',
    `/alarms/${id}`,
    '/shelves',
    '/audit',
    '/sources',
    `/?q=${filter}`,
  ]) {
    const { text } = await get(path);
    assert.doesNotMatch(text, /<script>|<img|onerror=alert\(1\)>'?"/, path);
    assert.doesNotMatch(text, /href="javascript:/, path);
    assert.ok(text.includes('&lt;script&gt;') || path === '/audit', `${path} shows it as text`);
  }
  await desk.act(NORA, { verb: 'unshelve', on: [{ id }], reason: '' });
});

const PAGES = [
  ...['/', '/?show=all', '/shelves', '/audit', '/sources', '/people', '/sign-in'],
  ...['/silences', '/routes', '/notifications'],
];

test('no page has an inline script, style or handler, or loads anything from elsewhere', async () => {
  const { id } = idOf(`core${HOSTILE}`);
  for (const path of [...PAGES, `/alarms/${id}`]) {
    const { text } = await get(path);
    assert.doesNotMatch(text, /<style|\sstyle="|<script(?![^>]* src=)|\son\w+="/, path);
    for (const [, src = ''] of text.matchAll(/(?:src|<link[^>]* href)="([^"]+)"/g)) {
      assert.match(src, /^\/static\/[0-9a-f]{12}\/[\w.-]+$/, path);
    }
  }
});

test('every form that posts carries the session’s key, and every action a key of its own', async () => {
  const { id } = idOf(`core${HOSTILE}`);
  const seen = new Set<string>();
  for (const path of [...PAGES, `/alarms/${id}`]) {
    if (path === '/sign-in') continue;
    const { text } = await get(path);
    for (const [form] of text.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)) {
      assert.notEqual(hidden(form, 'csrf'), '', `${path}: ${form.slice(0, 90)}`);
      if (/action="\/(theme|sign-out)"/.test(form)) continue;
      assert.match(hidden(form, 'once'), /^[\w-]{16}$/, path);
      seen.add(hidden(form, 'once'));
    }
  }
  assert.ok(seen.size >= 4, 'each page drew its own');
});

test('every button, link and field has a name that can be read out', async () => {
  const { id } = idOf(`core${HOSTILE}`);
  for (const path of [...PAGES, `/alarms/${id}`]) {
    const { text } = await get(path);
    for (const [all, inner = ''] of text.matchAll(
      /<(?:button|a)\b[^>]*>([\s\S]*?)<\/(?:button|a)>/g,
    )) {
      if (/\shidden[\s>]/.test(all)) continue;
      assert.notEqual(inner.replace(/<[^>]*>/g, '').trim(), '', `${path}: ${all}`);
    }
    const bare = text.replace(/<label\b[\s\S]*?<\/label>/g, (label) =>
      /aria-label=/.test(label) || label.replace(/<[^>]*>/g, '').trim() !== '' ? '' : label,
    );
    for (const [field] of bare.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)) {
      const [, own = ''] = /\bid="([^"]+)"/.exec(field) ?? [];
      if (own !== '' && new RegExp(`<label\\b[^>]* for="${own}">[^<]`).test(text)) continue;
      assert.match(field, /type="hidden"|aria-label="[^"]+"/, `${path}: ${field}`);
    }
  }
});

test('a form posts, leads back, and the page says per alarm what happened', async () => {
  for (const r of ['r1', 'r2', 'r3']) desk.tell(says(r, 'link.down'));
  const on = ['r1', 'r2', 'r3'].map((r) => ['on', target(r)] as const);
  desk.clock.pass(1_000);
  desk.tell(says('r3', 'link.down', { kind: 'clear' }));
  desk.clock.pass(1_000);
  desk.tell(says('r3', 'link.down'));
  const { headers, fields } = await keys('tom', '/?sort=newest');
  const answer = await post(
    '/act',
    [...fields, ['verb', 'acknowledge'], ['note', 'on it'], ...on],
    headers,
  );
  assert.equal(answer.status, 303);
  assert.match(answer.location, /^\/\?sort=newest&told=[0-9a-f]{16}$/);
  const { text } = await get(answer.location, headers);
  assert.match(text, /2 alarms acknowledged, 1 not:/);
  assert.match(text, /link\.down on r3<\/a>: was raised again since you looked/);
  assert.equal(idOf('r1').handling.is, 'acknowledged');
  assert.equal(idOf('r3').handling.is, 'none');
  const others = await get(answer.location, as('nora'));
  assert.doesNotMatch(others.text, /2 alarms acknowledged/, 'told to whoever did it');
});

test('the same form sent twice does it once; another button of the same page is another action', async () => {
  desk.tell(says('once', 't'));
  const { headers, fields } = await keys('tom');
  const comment = [
    ...fields,
    ['verb', 'comment'],
    ['note', 'hello'],
    ['on', target('once')],
  ] as const;
  await post('/act', comment, headers);
  await post('/act', comment, headers);
  await post('/act', [...fields, ['one', `acknowledge.${target('once')}`]], headers);
  const { text } = await get(`/alarms/${idOf('once').id}`);
  assert.equal([...text.matchAll(/<b>comment<\/b>/g)].length, 1);
  assert.equal(idOf('once').handling.is, 'acknowledged');
});

test('a script gets the answer alone, and a refusal says what misses', async () => {
  desk.tell(says('shelf', 't'));
  const { headers, fields } = await keys('tom');
  const part = { ...headers, 'x-part': 'answer' };
  const on = ['on', target('shelf')] as const;
  const bare = await post('/act', [...fields, ['verb', 'shelve'], on], part);
  assert.equal(bare.status, 422);
  assert.match(bare.text, /Nothing was done\.<\/b> shelve needs a reason/);
  const good = await post(
    '/act',
    [...fields, ['verb', 'shelve'], ['note', 'works'], ['for', '30'], on],
    part,
  );
  assert.equal(good.status, 200);
  assert.match(good.text, /^\s*<div class="answer"/);
  const [shelf] = idOf('shelf').suppressions;
  assert.equal(shelf?.until, desk.clock.now() + 30 * 60_000);
  const none = await post('/act', [...fields, ['verb', 'close']], part);
  assert.match(none.text, /No alarm was chosen/);
});

test('a viewer reads and has nothing to act with; a form without the key is refused', async () => {
  const { headers, text } = await keys('vera');
  assert.match(text, /<body class="viewer"/);
  assert.doesNotMatch(text, /action="\/act"/);
  const refused = await post(
    '/act',
    [
      ['verb', 'close'],
      ['on', target('r1')],
    ],
    headers,
  );
  assert.equal(refused.status, 403);
  const tom = as('tom');
  const forged = await post(
    '/act',
    [
      ['verb', 'close'],
      ['on', target('r1')],
    ],
    tom,
  );
  assert.equal(forged.status, 403);
  assert.equal((await get('/people', tom)).status, 403);
});

test('a form never leads to another site', async () => {
  const { headers, fields } = await keys('tom');
  for (const back of ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/ /x']) {
    const sent = [
      ...fields.filter(([n]) => n !== 'back'),
      ['back', back],
      ['verb', 'close'],
    ] as const;
    const { location } = await post('/act', sent, headers);
    assert.match(location, /^\/\?told=/, back);
  }
});

test('a filter that cannot be read is explained in its place and shows nothing', async () => {
  const { status, text } = await get(`/?q=${encodeURIComponent('site="nbg')}`);
  assert.equal(status, 422);
  assert.match(text, /the quote that opens here is never closed/);
  assert.match(text, /site=<mark>&quot;nbg<\/mark>/);
  assert.doesNotMatch(text, /id="rows"/);
});

test('the theme is kept in a cookie, and the page drawn with it', async () => {
  const { headers, fields } = await keys('tom');
  const response = await fetch(`${served.url}/theme`, {
    method: 'POST',
    body: new URLSearchParams([
      ...fields.map(([n, v]): [string, string] => [n, v]),
      ['theme', 'dark'],
    ]),
    headers,
    redirect: 'manual',
  });
  assert.match(response.headers.get('set-cookie') ?? '', /^tocsin_theme=dark;.*HttpOnly/);
  const dark = await get('/', { ...headers, cookie: `${headers.cookie}; tocsin_theme=dark` });
  assert.match(dark.text, /<html lang="en" data-theme="dark">/);
});

test('the timeline shows what the store has not written yet', async () => {
  const late = foldDesk();
  late.tell(says('late', 't'));
  late.holdStore();
  const other = await serveConsole(late);
  try {
    const [alarm] = late.memory.all('alarms');
    assert.ok(alarm);
    await late.act(NORA, { verb: 'comment', on: [{ id: alarm.id }], note: 'newer than the store' });
    const headers = { cookie: other.session('nora') };
    const text = await (await fetch(`${other.url}/alarms/${alarm.id}`, { headers })).text();
    assert.match(text, /newer than the store/);
    assert.match(text, /first report of this alarm/);
  } finally {
    await other.close();
  }
});

test('an icon is there for pages that name none', async () => {
  const answer = await get('/favicon.ico', {});
  assert.equal(answer.status, 200);
  assert.match(answer.text, /^<svg/);
});

test('static files are kept for ever under their hash, and under no other', async () => {
  const { text } = await get('/');
  const path = /src="(\/static\/[0-9a-f]{12}\/main\.js)"/.exec(text)?.[1] ?? '';
  const now = await get(path, {});
  assert.equal(now.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const old = await get(path.replace(/[0-9a-f]{12}/, '000000000000'), {});
  assert.equal(old.headers.get('cache-control'), 'no-cache');
  for (const bad of ['tsconfig.json', '..%2Flayout.ts', '..%2F..%2Fmain.ts']) {
    assert.equal((await get(`/static/x/${bad}`, {})).status, 404, bad);
  }
});

test('an admin adds a person and makes a token; each secret is shown this once', async () => {
  const { headers, fields } = await keys('nora', '/people');
  const added = await post(
    '/people',
    [...fields, ['login', 'olga'], ['role', 'operator']],
    headers,
  );
  assert.match(added.text, /welcome\?link=[\w-]+/);
  const twice = await post(
    '/people',
    [...fields, ['login', 'olga'], ['role', 'operator']],
    headers,
  );
  assert.match(twice.text, /Somebody signs in as olga already/);
  const made = await post(
    '/tokens',
    [...fields, ['label', 'prom'], ['scope', 'ingest:*']],
    headers,
  );
  assert.match(made.text, /tcs_[0-9a-f]{16}/);
  assert.doesNotMatch((await get('/people', headers)).text, /tcs_[0-9a-f]{16}[\w-]{43}/);
});

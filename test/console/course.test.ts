import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { days, type Instant, instantText, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import { type FoldDesk, foldDesk, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

let desk: FoldDesk;
let served: Served;
let nora: UserId;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  nora = [...desk.memory.all('users')].find(({ role }) => role === 'admin')?.id ?? NORA;
});
after(() => served.close());

async function markup(path: string): Promise<string> {
  const headers = { cookie: served.session('nora'), accept: 'text/html' };
  const response = await fetch(served.url + path, { headers });
  assert.equal(response.status, 200, path);
  return response.text();
}

/** What a reader sees: no markup, one space between words. */
const plain = (text: string): string => text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

const part = (page: string, id: string): string =>
  new RegExp(`<section[^>]* id="${id}">[\\s\\S]*?</section>`).exec(page)?.[0] ?? '';

const idOf = (resource: string) => {
  const found = [...desk.memory.all('alarms')].find((a) => a.resource === resource);
  assert.ok(found, resource);
  return found.id;
};

/** One episode that lasts ten minutes. */
function episode(resource: string): void {
  desk.tell(says(resource, 'down'));
  desk.clock.pass(minutes(10));
  desk.tell(says(resource, 'down', { kind: 'clear' }));
  desk.clock.pass(minutes(10));
}

test('the page begins with one sentence: what, how long, who, how often, and what helped', async () => {
  desk.tell(says('lil-1', 'down'));
  const id = idOf('lil-1');
  await desk.act(nora, { verb: 'acknowledge', on: [{ id }], note: '' });
  await desk.act(nora, { verb: 'close', on: [{ id }], note: 'replaced the optic' });
  desk.tell(says('lil-1', 'down', { kind: 'clear' }));
  desk.clock.pass(days(2));
  desk.tell(says('lil-1', 'down'));
  desk.clock.pass(minutes(5));
  assert.match(
    plain(await markup(`/alarms/${id}`)),
    /down on lil-1, critical since [\d: -]+UTC \( 5 min ago \), nobody has it yet; 2nd time in 7 days; last time, 2 d 0 h ago , Nora wrote “replaced the optic”\./,
  );
});

test('the strip draws each range, leads to its episodes, and says the same in words', async () => {
  desk.tell(says('par-1', 'down', { severity: 'minor' }));
  desk.clock.pass(minutes(60));
  desk.tell(says('par-1', 'down', { severity: 'critical' }));
  const id = idOf('par-1');
  const since = instantText(desk.clock.now());
  desk.clock.pass(minutes(60));
  const episodeNow = desk.memory.get('alarms', id)?.episode;
  const strip = part(await markup(`/alarms/${id}`), 'strip');
  assert.match(
    plain(strip),
    /1 episode in 24 hours, raised for 2 h 00 in all, at worst critical\./,
  );
  const href = `/alarms/${id}\\?range=24h&amp;upto=${episodeNow}#e${episodeNow}`;
  assert.match(strip, new RegExp(`<a href="${href}"\\s+tabindex="-1"`));
  assert.match(strip, new RegExp(`data-says="critical" data-from="${since}" data-to=""`));
  assert.match(strip, /<rect class="minor" x="330" y="10"\s+width="15" height="18"\/>/);
  assert.match(strip, /<td\s+data-h="Severity">critical<\/td><td data-h="How long">1 h 00/);
  const quarter = part(await markup(`/alarms/${id}?range=90d`), 'strip');
  assert.match(quarter, /range=90d#strip" aria-current="true">90 days/);
  assert.match(plain(quarter), /1 episode in 90 days/);
  desk.tell(says('par-1', 'down', { kind: 'clear' }));
  desk.clock.pass(days(2));
  const day = part(await markup(`/alarms/${id}?range=24h`), 'strip');
  assert.match(plain(day), /Not raised in these 24 hours\./);
});

test('episodes are told with what was done in each, page by page', async () => {
  for (let n = 0; n < 45; n++) episode('fra-1');
  desk.tell(says('fra-1', 'down'));
  const id = idOf('fra-1');
  await desk.act(nora, { verb: 'acknowledge', on: [{ id }], note: 'on my way' });
  const alarm = desk.memory.get('alarms', id) ?? assert.fail();
  await desk.act(nora, {
    ...{ verb: 'decision.record', about: aboutOf(alarm), situation: 's', options: [] },
    ...{ kind: 'restart', what: 'line card 0', reason: 'it hung' },
    reviewAt: (desk.clock.now() + days(30)) as Instant,
  });
  await desk.act(nora, {
    ...{ verb: 'incident.open', title: 'Frankfurt is down', alarms: [id] },
    ...{ lead: nora, note: '' },
  });
  const first = part(await markup(`/alarms/${id}`), 'episodes');
  const rows = (text: string): readonly string[] =>
    text.match(/<tr id="e\d+">[\s\S]*?<\/tr>/g) ?? [];
  assert.equal(rows(first).length, 20);
  assert.match(
    plain(rows(first)[0] ?? ''),
    /, and lasts critical Nora restart: line card 0 : it hung Nora; it is not known to hold yet Incident Frankfurt is down “on my way” Nora, acknowledged/,
  );
  assert.match(plain(rows(first)[1] ?? ''), / 10 min critical nobody nothing written down/);
  const seen: string[] = [];
  let path: string | undefined = `/alarms/${id}`;
  for (let pages = 0; path !== undefined && pages < 9; pages++) {
    const card = part(await markup(path), 'episodes');
    seen.push(...[...card.matchAll(/<tr id="e(\d+)">/g)].map(([, e = '']) => e));
    path = /href="([^"]+)">Earlier ones/.exec(card)?.[1]?.replace('&amp;', '&');
  }
  assert.equal(seen.length, 46, 'each once, none left out');
  assert.equal(new Set(seen).size, 46);
  const [, , third] = seen;
  const at = part(await markup(`/alarms/${id}?upto=${third}`), 'episodes');
  assert.match(at, new RegExp(`<tbody><tr id="e${third}">`));
  assert.match(at, />Newest<\/a>/);
  assert.doesNotMatch(at, /data-part="episodes"/, 'what is older does not move');
});

test('what cannot be read in the address is as if it were not there', async () => {
  const page = await markup(`/alarms/${idOf('fra-1')}?range=9y&upto=x`);
  assert.match(page, /range=24h#strip" aria-current="true"/);
  assert.match(page, /data-part="episodes"/);
});

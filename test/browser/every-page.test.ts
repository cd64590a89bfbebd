import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { BUT_COLOURS, COLOURS, faultsOn, markNew, NEW, SIZES } from './axe.ts';
import { DESKTOP, openPage } from './browser.ts';
import { furnishedConsole } from './furnished-desk.ts';

const at = furnishedConsole();
const { skip, desk } = at;

const PAGES_MAX = 90;

/** Addresses that differ only in whose page it is, or in what they filter by, are of one shape. */
const shapeOf = (path: string): string =>
  path
    .replace(/#.*/, '')
    .replace(/\/[0-9a-f]{16}(~\d)?|\/[a-z]-?\d+(?=\/|\?|$)|\/[\w-]{20,}/g, '/:id')
    .replace(/\?(.*)/, (_, query) => `?${[...new URLSearchParams(query).keys()].sort()}`)
    .replace(/^\/\?.*/, '/?');

/** Evaluated on the page: what axe does not look at. */
const OWN = `(() => {
  const out = [];
  const say = (what, e) => out.push(what + ': ' + e.outerHTML.slice(0, 140));
  const root = document.documentElement;
  const wide = [...document.querySelectorAll('main *, header *')].find((e) =>
    e.getBoundingClientRect().right > root.clientWidth + 1 &&
    !e.closest('.scroll, pre, .facet, nav, .rail, .unseen-text'));
  if (root.scrollWidth > root.clientWidth) say('scrolls sideways', wide ?? root);
  for (const t of document.querySelectorAll('time:not(#wall-clock)'))
    if (!t.dateTime || !t.title) say('a time without its exact one', t);
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) out.push('twice: #' + id);
  if (document.querySelectorAll('h1').length !== 1) out.push('not one h1');
  for (const { effect } of document.getAnimations())
    if (effect.getComputedTiming().endTime > 5000) say('moves for more than 5 s', effect.target);
  return out;
})()`;

const NARROW = { width: 320, height: 800 };

type Emulated = Parameters<Page['emulateMedia']>[0];

const IN_THE_DARK: Emulated = {
  ...{ colorScheme: 'dark', contrast: 'no-preference' },
  reducedMotion: 'no-preference', // what moves is looked for
};
const SCHEMES = [
  ['in the dark', IN_THE_DARK],
  ['in the light', { colorScheme: 'light', contrast: 'no-preference' }],
  ['in high contrast', { colorScheme: 'dark', contrast: 'more' }],
] as const;

/** Evaluated on the page: done once what follows from its new width was done too. */
const PAINTED = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/** What was already looked at in every scheme: the head of a page is the same on the next. */
const drawn = new Set<number>();

/** Evaluated on the page: each menu, opened alone, lies on the screen. */
const MENUS = `(() => {
  const out = [];
  const root = document.documentElement;
  for (const menu of document.querySelectorAll('main details.how')) {
    menu.open = true;
    if (root.scrollWidth > root.clientWidth) out.push('wider than the screen: ' + menu.innerText);
    menu.open = false;
  }
  return out;
})()`;

/** Opens the page and all that is folded on it; looks at it, at its colours, and at its sizes. */
async function look(page: Page, path: string): Promise<readonly string[]> {
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia(IN_THE_DARK);
  const status = (await page.goto(at.served.url + path))?.status() ?? 0;
  if (status >= 500) return [`${path}: status ${status}`];
  await page.$$eval('main details:not(.how)', (folded) =>
    folded.map((d) => d.setAttribute('open', '')),
  );
  const own = async (where: string) =>
    [...(await page.evaluate<string[]>(OWN)), ...(await page.evaluate<string[]>(MENUS))].map(
      (one) => `${where}: ${one}`,
    );
  const found = [...(await faultsOn(page, path, BUT_COLOURS)), ...(await own(path))];
  const isNew = await markNew(page, drawn);
  for (const [name, media] of isNew ? SCHEMES : []) {
    await page.emulateMedia(media);
    found.push(...(await faultsOn(page, `${path} ${name}`, COLOURS, NEW)));
  }
  await page.emulateMedia(IN_THE_DARK);
  await page.setViewportSize(NARROW);
  await page.evaluate(PAINTED);
  const narrow = `${path} 320 px wide`;
  return [...found, ...(await faultsOn(page, narrow, SIZES)), ...(await own(narrow))];
}

/** Where to begin: what no link of the list's page leads to as it stands. */
function beginnings(): string[] {
  const [incident] = [...desk.memory.all('incidents')];
  const paths = ['/', at.wall, `/alarms/${at.alarm}`, `/incidents/${incident?.id}`, '/?q=site%3D"'];
  paths.push('/?show=cleared&group=site', '/documents/write/hand-over', '/kept');
  paths.push('/configuration/receivers/form?kind=email');
  paths.push(...[...desk.memory.all('handovers')].map(({ id }) => `/hand-overs/${id}`));
  return paths;
}

const linksOn = (page: Page): Promise<string[]> =>
  page.$$eval('a[href^="/"]:not([download])', (links) =>
    links.map((a) => a.getAttribute('href') ?? ''),
  );

test('no page that links lead to breaks WCAG 2.2 AA as far as a program can see, in the dark, in the light, in high contrast and 320 px wide', {
  skip,
}, async () => {
  const queue = beginnings();
  const seen = new Set(queue.map(shapeOf));
  const found: string[] = [];
  const visit = async (page: Page, path: string) => {
    found.push(...(await look(page, path)));
    for (const href of await linksOn(page)) {
      const file = /\.(csv|json|ya?ml|ics|pdf|md|txt)(\?|$)|^\/api\//.test(href);
      if (file || seen.has(shapeOf(href)) || seen.size >= PAGES_MAX) continue;
      seen.add(shapeOf(href));
      queue.push(href.replace(/#.*/, ''));
    }
  };
  const cookie = at.served.session('nora');
  const { page, context, faults } = await openPage(at.browser, at.served.url, { cookie });
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) await visit(page, path);
  found.push(...faults.filter((fault) => !/status of 4\d\d/.test(fault)));
  assert.deepEqual(found, []);
  assert.ok(seen.size > 40, `${seen.size} pages were found`);
  await context.close();
});

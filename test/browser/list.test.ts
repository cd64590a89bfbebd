import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import type { Labels } from '../../src/domain/alarm/event.ts';
import type { Severity } from '../../src/domain/alarm/severity.ts';
import { type FoldDesk, foldDeskWith, says } from '../console/desk.ts';
import { type Served, serveConsole } from '../console/serve.ts';
import { isLive, launch, MISSING, openPage, PHONE, type Watched } from './browser.ts';

let browser: Browser;
let desk: FoldDesk<Clock>;
let served: Served;
let watched: Watched[] = [];

before(async () => {
  if (!MISSING) browser = await launch();
});
after(() => browser?.close());
beforeEach(async () => {
  desk = foldDeskWith(systemClock());
  served = await serveConsole(desk);
  watched = [];
});
afterEach(async () => {
  for (const { context } of watched) await context.close();
  await served.close();
  assert.deepEqual(
    watched.flatMap((w) => w.faults),
    [],
    'no error, no breach of the policy, no request to elsewhere',
  );
});

const skip = MISSING ?? false;

async function open(path: string, options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  const cookie = served.session('tom');
  const opened = await openPage(browser, served.url, { cookie, ...options });
  watched.push(opened);
  await opened.page.goto(served.url + path);
  if (options.javaScriptEnabled !== false) await isLive(opened.page);
  return opened.page;
}

const raise = (resource: string, labels: Labels = {}, severity: Severity = 'critical'): void =>
  desk.tell(says(resource, 'link.down', { severity, labels, text: `Link down on ${resource}` }));

const headings = (page: Page) =>
  page.$$eval('.list th:not(.c-pick)', (all) => all.map((th) => th.textContent?.trim() ?? ''));

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`columns are chosen and ordered in a form, ${how} scripts`, { skip }, async () => {
    raise('core-1', { site: 'nbg' });
    const page = await open('/?q=core', { javaScriptEnabled });
    await page.click('.columns-how summary');
    await page.getByLabel('Count', { exact: true }).uncheck();
    await page.locator('.columns-form').getByLabel('Ticket', { exact: true }).check();
    await page.getByLabel('A label:').fill('site');
    await page.getByLabel(/^compact/).check();
    await page.click('.columns-form button.main');
    await page.waitForURL(/columns=/);
    const seen = ['Severity ▾', 'Standing', 'Resource', 'What', 'Age', 'Who', 'Ticket', 'site'];
    assert.deepEqual(await headings(page), seen);
    assert.equal(await page.locator('#rows td.c-label').innerText(), 'nbg');
    assert.equal(new URL(page.url()).searchParams.get('q'), 'core', 'the filter is still there');
    await page.click('.columns-how summary');
    await page.getByRole('button', { name: 'site: further to the left' }).click();
    await page.waitForURL(/#columns$/);
    assert.deepEqual((await headings(page)).slice(-2), ['site', 'Ticket']);
  });
}

test('readers of the same alarms in different columns each see what changed', {
  skip,
}, async () => {
  raise('core-1', { site: 'nbg' });
  const [plain, other] = [await open('/'), await open('/?columns=@resource,site')];
  raise('core-2', { site: 'fra' });
  for (const page of [plain, other])
    await page.locator('#rows tr', { hasText: 'core-2' }).waitFor();
  assert.deepEqual(await other.locator('#rows td.c-label').allInnerTexts(), ['fra', 'nbg']);
  assert.equal(await plain.locator('#rows td.c-label').count(), 0);
});

test('headings stand over their cells, whatever columns were chosen', { skip }, async () => {
  const long = 'a-very-long-value-of-a-label-that-does-not-fit-anywhere-at-all';
  raise('core-1', { site: long });
  raise('core-2', {}, 'minor');
  const page = await open('/?columns=site,@text,@changed,@who,@severity,@note,@resource,@standing');
  const edges = await page.$$eval('.list tr', (rows) =>
    rows.map((row) =>
      [...row.querySelectorAll('th, td')].map((c) => Math.round(c.getBoundingClientRect().left)),
    ),
  );
  for (const row of edges) assert.deepEqual(row, edges[0]);
});

test('on a phone the chosen columns stand on the card, each with its name', { skip }, async () => {
  raise('core-1', { site: 'nbg' });
  raise('core-2');
  const page = await open('/?columns=@severity,@resource,@text,site', { viewport: PHONE });
  assert.equal(await page.locator('#rows td.c-label:visible').count(), 1, 'an empty one is not');
  const width = await page.evaluate('document.documentElement.scrollWidth');
  assert.equal(width, PHONE.width, 'nothing hangs over the edge');
});

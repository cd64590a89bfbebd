import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Severity } from '../../src/domain/alarm/severity.ts';
import { NORA, says } from '../console/desk.ts';
import { openPage, PHONE } from './browser.ts';
import { freshConsole } from './console-desk.ts';

const WALL = { width: 1920, height: 1080 };

const at = freshConsole();
const { skip } = at;

const raise = (resource: string, severity: Severity, site = 'nbg') =>
  at.desk.tell(
    says(resource, 'link.down', {
      ...{ severity, text: `Link down on ${resource}` },
      labels: { alertname: 'Down', site },
    }),
  );

async function open(url: string, options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  const opened = await openPage(at.browser, at.served.url, options);
  at.watched.push(opened);
  await opened.page.clock.install();
  await opened.page.goto(url);
  return opened.page;
}

const ASKS_MAX = 200;

/** Moves the wall's own clock on, from one question to the next, until `text` stands in `place`. */
async function until(page: Page, place: string, text: string): Promise<void> {
  const shown = page.locator(place, { hasText: text });
  for (let asks = 0; asks < ASKS_MAX && !(await shown.isVisible()); asks++) {
    await page.clock.runFor(2_000);
  }
  await shown.waitFor();
}

/** Makes the address where an admin makes it. */
async function addressFor(label: string): Promise<string> {
  const page = await open(`${at.served.url}/people`, { cookie: at.served.session('nora') });
  await page.fill('input[name="label"]', label);
  await page.selectOption('select[name="scope"]', 'wall');
  await Promise.all([
    page.waitForNavigation(),
    page.getByRole('button', { name: 'Make the token' }).click(),
  ]);
  const address = await page.locator('.card[role="status"] pre').innerText();
  await page.goto(`${at.served.url}/people`);
  assert.equal(await page.locator('.card[role="status"] pre').count(), 0, 'shown this once');
  return address;
}

test('an admin makes the address; it shows the worst first, in letters read from 2 m', {
  skip,
}, async () => {
  raise('edge-2', 'minor');
  raise('core-1', 'critical');
  raise('core-2', 'critical');
  const held = [...at.desk.memory.all('alarms')].find((a) => a.resource === 'core-1');
  assert.ok(held);
  await at.desk.act(NORA, { verb: 'acknowledge', on: [{ id: held.id }], note: '' });
  const page = await open(await addressFor('the wall in room 3'), { viewport: WALL });
  const rows = await page.locator('.wall-res').allInnerTexts();
  assert.deepEqual(rows, ['core-2', 'core-1', 'edge-2'], 'the worst first, what waits before');
  const px = await page
    .locator('.wall-text')
    .first()
    .evaluate((td) => {
      return Number.parseFloat(String(td.computedStyleMap().get('font-size')));
    });
  assert.ok(px >= 28, `${px} px`);
  const cursor = await page
    .locator('body')
    .evaluate((b) => String(b.computedStyleMap().get('cursor')));
  assert.equal(cursor, 'none');
  assert.equal(await page.locator('a, button, input').count(), 0, 'nothing to press');
  await page.locator('#wall-link', { hasText: 'live' }).waitFor();
  raise('core-3', 'critical');
  await until(page, '.wall-res', 'core-3');
  const root = 'document.documentElement';
  assert.equal(await page.evaluate(`${root}.scrollHeight - ${root}.clientHeight`), 0);
});

test('its views take turns, each with its own filter', { skip }, async () => {
  raise('nbg-1', 'major', 'nbg');
  raise('fra-1', 'major', 'fra');
  const views = ['site="nbg"', 'site="fra"'].map(
    (q) => `&view=${encodeURIComponent(`q=${encodeURIComponent(q)}`)}`,
  );
  const page = await open(`${await addressFor('turns')}${views.join('')}&every=5`, {
    viewport: WALL,
  });
  assert.deepEqual(await page.locator('.wall-res').allInnerTexts(), ['nbg-1']);
  await until(page, '.wall-res', 'fra-1');
  assert.deepEqual(await page.locator('.wall-res').allInnerTexts(), ['fra-1']);
  await until(page, '.wall-res', 'nbg-1');
});

test('a lost connection is said in red, with since when; a revoked token too', {
  skip,
}, async () => {
  raise('core-1', 'critical');
  const page = await open(await addressFor('w'), { viewport: WALL });
  await page.locator('#wall-link', { hasText: 'live' }).waitFor();
  const opened = at.watched.at(-1);
  await opened?.context.route('**/wall/part?**', (route) => route.abort());
  await until(page, '.lost #wall-link', 'connection lost since');
  await opened?.context.unrouteAll({ behavior: 'ignoreErrors' });
  await until(page, '#wall-link', 'live');
  const [token] = [...at.desk.memory.all('tokens')];
  await at.desk.act(NORA, { verb: 'token.revoke', token: token?.id ?? '' });
  await until(page, '.lost #wall-link', 'no longer holds');
  opened?.faults.splice(0, Infinity);
});

test('the address lets nobody act or read elsewhere, and nothing is shown without it', {
  skip,
}, async () => {
  raise('core-1', 'critical');
  const address = new URL(await addressFor('w'));
  const token = address.searchParams.get('token') ?? '';
  const asked = async (path: string, init: RequestInit = {}) =>
    (await fetch(at.served.url + path, { redirect: 'manual', ...init })).status;
  assert.equal(await asked('/wall'), 404);
  assert.equal(await asked(`/wall?token=${token.slice(0, -1)}x`), 404);
  assert.equal(await asked(`/wall?token=${token}`), 200);
  const authorization = `Bearer ${token}`;
  assert.equal(await asked('/audit', { headers: { authorization } }), 403);
  const act = { method: 'POST', body: 'verb=acknowledge', headers: { authorization } };
  assert.equal(await asked('/act', act), 403);
});

test('a wall reloads itself when the desk serves another version', { skip }, async () => {
  raise('core-1', 'critical');
  const page = await open(await addressFor('w'), { viewport: WALL });
  await page.locator('#wall-link', { hasText: 'live' }).waitFor();
  const opened = at.watched.at(-1);
  await opened?.context.route('**/wall/part?**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), version: 'another' } });
  });
  const reloaded = page.waitForEvent('load');
  await page.clock.runFor(2_000).catch(() => {}); // the page may go before its clock has moved
  await reloaded;
  await opened?.context.unrouteAll({ behavior: 'ignoreErrors' });
});

test('more than fit are counted; a calm desk says so; a phone shows it too', {
  skip,
}, async () => {
  const address = await addressFor('w');
  const page = await open(address, { viewport: PHONE });
  await page.getByText('Nothing is open.').waitFor();
  for (let n = 0; n < 14; n++) raise(`core-${n}`, 'major');
  await until(page, '#main', 'and 4 more alarms');
  const root = 'document.documentElement';
  assert.equal(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`), 0);
  const bad = await open(`${address}&view=${encodeURIComponent('q=site="')}`);
  await bad.getByText('This view cannot be read').waitFor();
});

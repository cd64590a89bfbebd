import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { foldDeskWith } from '../console/desk.ts';
import { type Served, serveConsole } from '../console/serve.ts';
import { HOOK } from '../support/configuration.ts';
import { launch, MISSING, openPage, PHONE } from './browser.ts';

let browser: Browser;
let served: Served;

before(async () => {
  if (MISSING) return;
  browser = await launch();
  served = await serveConsole(foldDeskWith(systemClock()));
});
after(async () => {
  await browser?.close();
  await served?.close();
});

const skip = MISSING ?? false;
const EDIT = '/configuration/edit';

async function open(path: string, options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  const opened = await openPage(browser, served.url, {
    cookie: served.session('nora'),
    ...options,
  });
  await opened.page.goto(served.url + path);
  return opened.page;
}

const press = (page: Page, button: string) =>
  Promise.all([page.waitForNavigation(), page.click(`button[value="${button}"]`)]);

test('without scripts: a fault is in focus, its link leads to the line, and then it is saved', {
  skip,
}, async () => {
  const page = await open(EDIT, { javaScriptEnabled: false });
  await page.fill('#config-text', HOOK.replace('group_wait', 'group_weit'));
  await press(page, 'check');
  assert.equal(await page.locator('.problem:focus').count(), 1, 'what is wrong has the focus');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#line-4$/);
  assert.equal(await page.locator('.at-fault:target').count(), 1);
  await page.fill('#config-text', HOOK);
  await page.fill('#config-why', 'mended');
  await press(page, 'save');
  assert.match(page.url(), /\/configuration\?saved=r\d+$/);
  assert.match(await page.innerText('[role="status"]'), /is in force/);
  assert.equal(await page.locator('.code .line').count(), HOOK.split('\n').length - 1);
});

test('the browser asks for a reason before it saves, and not before it checks', {
  skip,
}, async () => {
  const page = await open(EDIT);
  await page.click('button[value="save"]');
  assert.equal(await page.locator('#config-why:invalid:focus').count(), 1);
  await press(page, 'check');
  assert.match(await page.innerText('#good'), /Nothing is wrong with it/);
});

test('a text comes back as it was typed, its first empty line and its tabs too', {
  skip,
}, async () => {
  const page = await open(EDIT);
  const text = `\n\n# \t "quoted" & <b> \u00e4\n${HOOK}`;
  await page.fill('#config-text', text);
  await press(page, 'check');
  assert.equal(await page.inputValue('#config-text'), text);
});

test('on a phone nothing is wider than the screen', { skip }, async () => {
  const page = await open(EDIT, { viewport: PHONE });
  const wide = `# ${'x'.repeat(300)}\n`;
  await page.fill('#config-text', `${wide}${HOOK.replace('group_wait', 'group_weit')}`);
  await press(page, 'check');
  for (const path of ['', '/configuration', '/configuration/revisions']) {
    if (path !== '') await page.goto(served.url + path);
    const root = 'document.documentElement';
    const over = await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`);
    assert.equal(over, 0, path);
  }
});

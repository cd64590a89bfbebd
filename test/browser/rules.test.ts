import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import type { Received } from '../../src/ports/source.ts';
import { webhook } from '../../src/sources/webhook/webhook.ts';
import { foldDeskWith } from '../console/desk.ts';
import { type Served, serveConsole } from '../console/serve.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { launch, MISSING, openPage, PHONE } from './browser.ts';

const skip = MISSING ?? false;
const PAGE = '/sources/webhook/rules';

let browser: Browser;
let served: Served;
const clock = systemClock();
const desk = foldDeskWith(clock);

const till = (name: string, status: string): Received => ({
  body: Buffer.from(
    JSON.stringify({
      kind: 'till',
      shop: { id: 7, name: 'Osl-3' },
      events: [{ till: name, status, prio: 1, message: 'no answer' }],
    }),
  ),
  at: clock.now(),
  from: '192.0.2.7',
  contentType: 'application/json',
  params: { name: 'shop' },
});

const TEXT = `- name: tills
  door: shop
  items: events[]
  state: {raise: 'status="down"', clear: 'status="up"'}
  resource: '{$.shop.name}/{till}'
  type: =till.silent
  severity: {from: prio, words: {1: critical}}
  text: '{till}: {message}'
`;

before(async () => {
  if (MISSING) return;
  browser = await launch();
  served = await serveConsole(desk);
  served.rules.add({ name: 'webhook', settings: defaultsOf(webhook.settings), source: webhook });
  for (const input of [till('t4', 'down'), till('t5', 'down'), till('t4', 'up')]) {
    served.rules.note('webhook', input);
    await served.rules.keep('webhook', input, 'no mapping understands it');
  }
});
after(async () => {
  await browser?.close();
  await served?.close();
});

async function open(options: Parameters<typeof openPage>[2] = {}) {
  const opened = await openPage(browser, served.url, {
    cookie: served.session('nora'),
    ...options,
  });
  await opened.page.goto(served.url + PAGE);
  return opened;
}

const press = (page: Page, button: string) =>
  Promise.all([page.waitForNavigation(), page.locator(button).last().click()]);

test('a field is put into the text by its button, at the cursor', { skip }, async () => {
  const { page, faults } = await open();
  await page.fill('#rules-text', '- resource: ');
  await page.locator('[data-insert="events[0].till"]').click();
  assert.equal(await page.inputValue('#rules-text'), '- resource: events[0].till');
  await press(page, 'button[value="try"]');
  assert.equal(await page.locator('.problem:focus').count(), 1, 'what is wrong has the focus');
  assert.match(await page.innerText('.problem'), /lacks type/);
  assert.deepEqual(
    faults.filter((fault) => !fault.includes('422')),
    [],
  );
});

test('on a phone nothing is wider than the screen', { skip }, async () => {
  const { page } = await open({ viewport: PHONE });
  const root = 'document.documentElement';
  assert.equal(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`), 0);
});

test('without scripts: picked, tried, saved, and what waited is read anew', { skip }, async () => {
  const { page } = await open({ javaScriptEnabled: false });
  assert.match(await page.innerText('#unread'), /3 inputs could not be understood/);
  await page.fill('#rules-text', TEXT);
  await press(page, '.inputs li:nth-child(3) button');
  assert.equal(await page.inputValue('#rules-text'), TEXT, 'the text is kept');
  await press(page, 'button[value="try"]');
  assert.match(await page.innerText('.becomes .facts'), /Osl-3\/t4/);
  await page.fill('#rules-why', 'the tills speak');
  await press(page, 'button[value="save"]');
  assert.match(await page.innerText('[role="status"]'), /is in force from now on/);
  await press(page, 'button[value="read"]');
  assert.match(
    await page.innerText('[role="status"]'),
    /3 inputs understood, 3 events handed in, 0/,
  );
  const alarms = [...desk.memory.all('alarms')].map((a) => `${a.resource} ${a.condition.is}`);
  assert.deepEqual(alarms.sort(), ['Osl-3/t4 cleared', 'Osl-3/t5 raised']);
});

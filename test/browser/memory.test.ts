import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { foldDeskWith, says } from '../console/desk.ts';
import { type Served, serveConsole } from '../console/serve.ts';
import { isLive, launch, MISSING, openPage, PHONE } from './browser.ts';

const skip = MISSING ?? false;

let browser: Browser;
let served: Served;
const desk = foldDeskWith(systemClock());
const down = (instance: string, more: Parameters<typeof says>[2] = {}) =>
  desk.tell(says(instance, 'Down', { labels: { alertname: 'Down', role: 'core' }, ...more }));
const idOf = (resource: string): string =>
  [...desk.memory.all('alarms')].find((a) => a.resource === resource)?.id ?? '';

before(async () => {
  if (MISSING) return;
  browser = await launch();
  served = await serveConsole(desk);
  down('core-1');
  down('core-2');
});
after(async () => {
  await browser?.close();
  await served?.close();
});

const open = (options: Parameters<typeof openPage>[2] = {}) =>
  openPage(browser, served.url, { cookie: served.session('tom'), ...options });

test('from the list to a decision by keys alone: j, d, a word, a reason, Enter', {
  skip,
}, async () => {
  const { page, context, faults } = await open();
  await page.goto(`${served.url}/`);
  await isLive(page);
  await page.keyboard.press('j');
  const row = await page.locator('tr.here').getAttribute('data-id');
  await Promise.all([page.waitForURL(/\/decide$/), page.keyboard.press('d')]);
  assert.ok(page.url().includes(`${row}`));
  await page.keyboard.type('restart'); // the field has the focus
  await page.keyboard.press('Tab');
  await page.keyboard.type('card 0');
  await page.keyboard.press('Tab');
  await page.keyboard.type('it hung');
  for (let n = 0; n < 2; n++) await page.keyboard.press('Tab');
  assert.match(await page.locator('[name="situation"]').inputValue(), /Down on core-/);
  await page.locator('[name="followUp"]').fill('Replace it');
  await Promise.all([page.waitForURL(/#recall$/), page.keyboard.press('Enter')]);
  assert.match(await page.locator('#recall').innerText(), /restart: card 0: it hung/);
  assert.match(await page.locator('#recall').innerText(), /planned Replace it/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('what is wrong with a form is in focus, and leads to the field; nothing typed is lost', {
  skip,
}, async () => {
  for (const javaScriptEnabled of [true, false]) {
    const { page, context, faults } = await open({ javaScriptEnabled });
    await page.goto(`${served.url}/alarms/${idOf('core-1')}/decide`);
    await page.fill('[name="what"]', 'card 0');
    await page.selectOption('[name="kind"]', '');
    await page.fill('[name="reason"]', '');
    await page.click('button:has-text("Write it down")');
    const summary = page.locator('.problem');
    await summary.waitFor();
    assert.match(await page.title(), /Error: Decide/);
    assert.equal(await page.locator('.problem:focus').count(), 1);
    await page.click('.problem a:has-text("Say why")');
    assert.equal(await page.locator('#f-reason:focus').count(), 1);
    assert.equal(await page.locator('[name="what"]').inputValue(), 'card 0');
    assert.deepEqual(
      faults.filter((fault) => !/ 422 /.test(fault)),
      [],
    );
    await context.close();
  }
});

test('while the page is open the alarm comes back: the page says that it did not hold', {
  skip,
}, async () => {
  const [decision] = [...desk.memory.all('decisions')];
  assert.ok(decision);
  const { page, context, faults } = await open();
  await page.goto(`${served.url}/alarms/${decision.about.alarm}`);
  await isLive(page);
  down(decision.about.resource, { kind: 'clear' });
  down(decision.about.resource);
  await page.waitForSelector('#recall .outcome.bad');
  assert.match(await page.locator('#recall').innerText(), /It came back after .*raised 1 time/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('who chooses rows is told of the cautions on them before a button is pressed', {
  skip,
}, async () => {
  const { page, context, faults } = await open();
  await page.goto(`${served.url}/cautions?alarm=${idOf('core-2')}`);
  assert.equal(await page.locator('[name="resource"]').inputValue(), 'core-2');
  await page.fill('[name="text"]', 'Call the bank');
  await page.fill('[name="reason"]', 'their line');
  await page.fill('[name="owner"]', 'net');
  await Promise.all([page.waitForNavigation(), page.locator('#new button.main').click()]);
  await page.goto(`${served.url}/`);
  await isLive(page);
  await page.locator(`#a-${idOf('core-2')} input[name="on"]`).check();
  assert.equal(await page.locator('#chosen').innerText(), '1 chosen. Caution: Call the bank');
  await page.locator(`#a-${idOf('core-2')} input[name="on"]`).uncheck();
  assert.equal(await page.locator('#chosen').innerText(), 'Tick rows, then act');
  assert.deepEqual(faults, []);
  await context.close();
});

test('where somebody said what was done, a decision is d and Enter, and so is a close', {
  skip,
}, async () => {
  down('hub-1');
  const on = [{ id: idOf('hub-1') as AlarmId }];
  await desk.act('tom' as UserId, { verb: 'comment', on, note: 'Rolled back to 22.4' });
  const { page, context, faults } = await open();
  await page.goto(`${served.url}/alarms/${idOf('hub-1')}`);
  await isLive(page);
  await Promise.all([page.waitForURL(/\/decide$/), page.keyboard.press('d')]);
  await Promise.all([page.waitForURL(/#recall$/), page.keyboard.press('Enter')]);
  assert.match(await page.locator('#recall').innerText(), /roll back: Rolled back to 22\.4/);
  const opening = { verb: 'incident.open' as const, title: 'Hub', lead: '' as const };
  const { made } = await desk.act('tom' as UserId, {
    ...{ ...opening, alarms: [idOf('hub-1') as AlarmId], note: 'Restarted the card' },
  });
  await page.goto(`${served.url}/incidents/${made}`);
  await isLive(page);
  await Promise.all([page.waitForURL(/\/close$/), page.keyboard.press('d')]);
  await Promise.all([page.waitForURL(/\/incidents\/i\d+$/), page.keyboard.press('Enter')]);
  const text = await page.locator('main').innerText();
  assert.match(text, /Closed by .*Restarted the card/);
  assert.match(text, /restart: Restarted the card/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('decisions are found by words, walked by j and k, opened by Enter, and kept by a review', {
  skip,
}, async () => {
  const { page, context, faults } = await open();
  await page.goto(`${served.url}/`);
  await isLive(page);
  await page.keyboard.press('g');
  await Promise.all([page.waitForURL(/\/decisions$/), page.keyboard.press(',')]);
  await page.fill('[name="q"]', 'hung');
  await Promise.all([page.waitForURL(/q=hung/), page.keyboard.press('Enter')]);
  assert.equal(await page.locator('main tbody tr').count(), 1);
  await isLive(page);
  await page.keyboard.press('j');
  await Promise.all([page.waitForURL(/\/decisions\/d\d+$/), page.keyboard.press('Enter')]);
  assert.match(await page.locator('main').innerText(), /restart: card 0\s+it hung/);
  await page.locator('#review > summary').click();
  await page.fill('#review [name="reason"]', 'looked at it');
  await Promise.all([page.waitForNavigation(), page.locator('#review button.main').click()]);
  await isLive(page);
  await Promise.all([page.waitForURL(/\/decide$/), page.keyboard.press('d')]);
  assert.deepEqual(faults, []);
  await context.close();
});

test('nothing is wider than a phone, with scripts or without', { skip }, async () => {
  const alarm = idOf('core-1');
  const pages = [
    '/decisions',
    '/incidents',
    `/incidents/new?alarm=${alarm}`,
    '/actions',
    '/cautions',
  ];
  for (const javaScriptEnabled of [true, false]) {
    const { page, context, faults } = await open({ viewport: PHONE, javaScriptEnabled });
    const [decision] = [...desk.memory.all('decisions')];
    for (const path of [
      ...pages,
      `/decisions/${decision?.id}`,
      `/alarms/${alarm}`,
      `/alarms/${alarm}/decide`,
    ]) {
      await page.goto(served.url + path);
      const width = await page.locator('body').evaluate((b) => b.scrollWidth);
      assert.ok(width <= PHONE.width, `${path} is ${width} px wide`);
    }
    assert.deepEqual(faults, []);
    await context.close();
  }
});

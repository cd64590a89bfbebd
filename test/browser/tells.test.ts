import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import type { Severity } from '../../src/domain/alarm/severity.ts';
import { says } from '../console/desk.ts';
import { isLive, openPage } from './browser.ts';
import { freshConsole } from './console-desk.ts';

const at = freshConsole();
const { skip } = at;

const raise = (resource: string, severity: Severity = 'critical') =>
  at.desk.tell(says(resource, 'link.down', { severity, text: `Link down on ${resource}` }));

/** Stands in for the loudspeaker and the desktop: counts tones, keeps notices. */
const EARS = `
  window.tones = 0;
  window.notices = [];
  const gain = { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (x) => x };
  window.AudioContext = class {
    state = 'suspended'; currentTime = 0; destination = {};
    resume() { this.state = 'running'; this.onstatechange?.(); return Promise.resolve(); }
    createOscillator() { return { frequency: {}, connect: (x) => x, start() { window.tones++; }, stop() {} }; }
    createGain() { return gain; }
  };
  window.Notification = class {
    static permission = 'granted';
    static requestPermission() { return Promise.resolve('granted'); }
    constructor(title, { body }) { window.notices.push(title + ' | ' + body); }
  };
`;

async function open(path: string): Promise<{ page: Page; context: BrowserContext }> {
  const opened = await openPage(at.browser, at.served.url, { cookie: at.served.session('tom') });
  at.watched.push(opened);
  await opened.context.addInitScript(EARS);
  await opened.page.goto(at.served.url + path);
  await isLive(opened.page);
  return opened;
}

async function chooseThisView(page: Page): Promise<void> {
  await page.locator('.me summary', { hasText: 'Tom' }).click();
  await page.locator('[data-tells]').click();
  await page.getByRole('button', { name: 'Tell me of this view' }).click();
  await page.getByRole('checkbox', { name: 'notice' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
}

const told = (page: Page, what: string) =>
  page.locator(`html[data-told="${what}"]`).waitFor({ state: 'attached' });

test('a chosen view tells by sound and notice what newly waits, and only from its severity on', {
  skip,
}, async () => {
  raise('old-1');
  const { page } = await open('/?severity=critical,major,minor');
  await chooseThisView(page);
  await isLive(page);
  assert.equal(await page.evaluate('window.tones'), 0, 'what waited before is no news');
  raise('minor-1', 'minor');
  raise('core-1');
  raise('core-2', 'major');
  await told(page, '2 critical');
  assert.equal(await page.evaluate('window.tones'), 4);
  assert.deepEqual(await page.evaluate('window.notices'), [
    '2 alarms wait, the worst critical | core-1: Link down on core-1',
  ]);
  raise('core-3');
  await page.locator('#rows tr', { hasText: 'core-3' }).waitFor();
  assert.equal(await page.evaluate('window.tones'), 4, 'not twice within ten seconds');
});

test('it is told on every page, and of several tabs one tells', { skip }, async () => {
  raise('old-1');
  const { page, context } = await open('/');
  await chooseThisView(page);
  const second = await context.newPage();
  await second.goto(`${at.served.url}/audit`);
  await isLive(second);
  raise('core-1');
  await told(page, '1 critical');
  await told(second, '1 critical');
  const notices = [await page.evaluate('notices.length'), await second.evaluate('notices.length')];
  assert.deepEqual(notices, [1, 0]);
  await page.close();
  await second.reload();
  await isLive(second);
  raise('core-2');
  await told(second, '1 critical');
  assert.equal(await second.evaluate('notices.length'), 1, 'the tab that is left takes over');
});

test('until somebody touches the page it says that the sound waits', { skip }, async () => {
  raise('old-1');
  const { page } = await open('/');
  await chooseThisView(page);
  await page.reload();
  await isLive(page);
  await page.locator('#sound-waits').click();
  await page.locator('#sound-waits').waitFor({ state: 'hidden' });
});

test('what came while the connection was lost is told when it is back', { skip }, async () => {
  raise('old-1');
  const { page, context } = await open('/');
  await chooseThisView(page);
  await isLive(page);
  await context.route('**/live?**', (route) => route.abort());
  await page.evaluate(`dispatchEvent(new Event('pagehide'))`);
  await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
  await page.locator('#link-state[data-is="lost"]').waitFor();
  assert.match(await page.locator('#announce').innerText(), /connection is lost/);
  raise('core-1');
  raise('core-2');
  await context.unroute('**/live?**');
  await told(page, '2 critical');
  assert.match((await page.evaluate<string[]>('notices'))[0] ?? '', /did not hear the desk/);
  at.watched[0]?.faults.splice(0, Infinity);
});

test('a screen reader hears of a storm once, with a number; the icon shows the worst', {
  skip,
}, async () => {
  raise('old-1', 'minor');
  const { page } = await open('/');
  assert.match((await page.locator('#icon').getAttribute('href')) ?? '', /icon-minor\.svg$/);
  for (let n = 0; n < 20; n++) raise(`core-${n}`);
  await page
    .locator('#announce', { hasText: /^(20 new alarms on this page\. The first|New): critical/ })
    .waitFor();
  assert.match((await page.locator('#icon').getAttribute('href')) ?? '', /icon-critical\.svg$/);
  const said = await page.locator('#announce').innerText();
  for (let n = 20; n < 30; n++) raise(`core-${n}`);
  await page.locator('#rows tr', { hasText: 'core-29' }).waitFor();
  assert.equal(await page.locator('#announce').innerText(), said, 'nothing more for ten seconds');
});

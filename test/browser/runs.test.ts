import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { foldDeskWith, says } from '../console/desk.ts';
import { serveConsole } from '../console/serve.ts';
import { NO_CHECKS } from '../support/no-checks.ts';
import { openTestRuns } from '../support/runs.ts';
import { isLive, launch, MISSING, openPage, PHONE } from './browser.ts';

const TEXT = `---
name: restart-port
for: ['@type="Down"']
parameters:
  port: {type: number, description: Its number on the switch}
  how: {type: choice, choices: [soft, hard]}
---
# Restart a port that hangs
When its light is dark.

## Look whether somebody works there
Ask the site.
Go on when nobody does.

## Let it come up
\`\`\`wait 1s
\`\`\`

## Look at the light
`;

describe('a run of a runbook', { skip: MISSING }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-runs-browser-'));
  writeFileSync(join(folder, 'restart.md'), TEXT);
  const desk = foldDeskWith(systemClock());
  const runs = openTestRuns({ desk, clock: desk.clock }, folder);
  const served = await serveConsole(desk, {}, NO_CHECKS, runs);
  const browser = await launch();
  after(async () => {
    await browser.close();
    await served.close();
    await runs.stop();
    rmSync(folder, { recursive: true });
  });
  desk.tell(says('sw-1', 'Down'));
  const [alarm] = desk.memory.all('alarms');
  const open = (options: Parameters<typeof openPage>[2] = {}) =>
    openPage(browser, served.url, { cookie: served.session('tom'), ...options });

  test('from the alarm to done: what is wrong is told at its field, and the page follows by itself', async () => {
    const { page, context, faults } = await open();
    await page.goto(`${served.url}/alarms/${alarm?.id}`);
    await page.click('text=Runbooks');
    await page.click('text=restart-port');
    await page.fill('[name="p.port"]', 'seven');
    await page.fill('[name="why"]', 'It hangs');
    await page.click('text=Start it');
    await page.waitForSelector('text=There is a problem');
    await page.click('text=port: a number expected');
    assert.equal(await page.evaluate('document.activeElement.name'), 'p.port');
    assert.equal(await page.locator('[name="p.port"]').getAttribute('aria-invalid'), 'true');
    assert.equal(await page.locator('[name="why"]').inputValue(), 'It hangs');
    await page.fill('[name="p.port"]', '7');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/run\d+$/);
    await isLive(page);
    await page.fill('[name="note"]', 'Nobody is there');
    await page.click('text=Step 1 is done');
    await page.waitForSelector('text=Tom: Nobody is there');
    const before = page.url();
    await page.waitForSelector('button:has-text("Step 3 is done")'); // nobody loaded it again
    await page.click('text=Step 3 is done');
    await page.waitForSelector('.facts .state.good');
    assert.equal(page.url(), before);
    assert.deepEqual(
      faults.filter((fault) => !fault.includes('422')),
      [],
      'the refused form apart',
    );
    await context.close();
  });

  test('who looks on sees it move, and a stop needs a reason', async () => {
    const id = await runs.start('restart-port', { port: '8', how: 'hard' });
    const looks = await open({ cookie: served.session('vera') });
    await looks.page.goto(`${served.url}/runs/${id}`);
    await isLive(looks.page);
    assert.equal(await looks.page.locator('button.main').count(), 0, 'vera looks on');
    const { page, context, faults } = await open();
    await page.goto(`${served.url}/runs/${id}`);
    await page.click('text=Stop the run');
    await page.waitForSelector('[role="alert"]:has-text("why")');
    await page.fill('[name="note"]', 'Wrong port');
    await page.click('text=Stop the run');
    await page.waitForSelector('.facts .state.expired');
    await looks.page.waitForSelector('text=Tom: Wrong port');
    assert.deepEqual([...looks.faults, ...faults.filter((one) => !one.includes('422'))], []);
    await looks.context.close();
    await context.close();
  });

  test('it works without scripts, on a phone', async () => {
    const { page, context, faults } = await open({ viewport: PHONE, javaScriptEnabled: false });
    await page.goto(`${served.url}/runs?alarm=${alarm?.id}`);
    await page.click('text=restart-port');
    await page.fill('[name="p.port"]', '9');
    await page.fill('[name="why"]', 'It hangs again');
    await page.click('text=Start it');
    await page.waitForURL(/\/runs\/run\d+$/);
    const button = page.locator('button', { hasText: 'Step 1 is done' });
    const box = await button.boundingBox();
    assert.ok(box && box.height >= 40 && box.x + box.width <= PHONE.width, JSON.stringify(box));
    const scrolls = await page.locator('html').evaluate((e) => e.scrollWidth > e.clientWidth);
    assert.equal(scrolls, false, 'nothing is wider than the phone');
    await button.click();
    await page.waitForSelector('text=done');
    assert.deepEqual(faults, []);
    await context.close();
  });
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openDocumentsConsole } from '../support/documents-console.ts';
import { launch, MISSING, openPage, PHONE } from './browser.ts';

const skip = MISSING ?? false;

let browser: Browser;
const opened = MISSING ? undefined : await openDocumentsConsole();
before(async () => {
  if (!MISSING) browser = await launch();
});
after(() => browser?.close());

for (const [how, options] of [
  ['with scripts', {}],
  ['on a phone without scripts', { javaScriptEnabled: false, viewport: PHONE }],
] as const) {
  test(`${how}: from the incident to a review; what is missing is told at once, each with a way to its field`, {
    skip,
  }, async () => {
    const { s, cookie, incident } = opened ?? assert.fail();
    const { page, context, faults } = await openPage(browser, s.url, { cookie, ...options });
    await page.goto(`${s.url}/incidents/${incident}`);
    await page.click('text=Write the review');
    await page.fill('[name="v.summary"]', 'The fibre was cut <b>');
    await page.click('button:has-text("Write it")');
    const lacks = page.locator('#lacks');
    assert.match(await lacks.innerText(), /Nothing was written\. 3 things are missing or wrong/);
    await lacks.locator('a:has-text("Impact")').click();
    assert.match(page.url(), /#f-impact$/);
    assert.equal(await page.inputValue('[name="v.summary"]'), 'The fibre was cut <b>');
    await page.fill('[name="v.impact"]', 'No voice in Bergen');
    await page.fill('[name="v.contributing_factors"]', 'One fibre\nOne duct');
    await page.fill('[name="v.went_well"]', 'The vendor was quick');
    await Promise.all([
      page.waitForURL(/\/documents\/doc\d+$/),
      page.click('button:has-text("Write it")'),
    ]);
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth + 1');
    assert.equal(wide, false, 'the page is wider than the screen');
    await page.click('text=Read it');
    assert.match(await page.locator('h1').innerText(), /^Review: Bergen is dark$/);
    assert.match(await page.locator('main').innerText(), /The fibre was cut <b>/);
    // The refusal itself is one: the browser tells every status of 400 and more.
    const others = faults.filter((fault) => !fault.includes('status of 422'));
    assert.deepEqual(others, []);
    await context.close();
  });
}

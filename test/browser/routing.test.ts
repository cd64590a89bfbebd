import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { foldDeskWith, NORA, says } from '../console/desk.ts';
import { serveConsole } from '../console/serve.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';
import { DESKTOP, isLive, launch, MISSING, openPage, PHONE } from './browser.ts';

const skip = MISSING ?? false;
const desk = foldDeskWith(systemClock());
const served = await serveConsole(desk);
let browser: Browser;

before(async () => {
  if (!MISSING) browser = await launch();
  const nbg = { id: 'n', key: 'n', receiver: 'field', matchers: terms('site="nbg"') };
  const receivers = ['ops', 'field'].map((name) => ({ name, ways: [] }));
  const plan = planWith({ routes: [planRoute(nbg)] }, { receivers });
  const revision = { text: '', from: 'a.yml', unused: [], why: '', plan } as const;
  await desk.act(NORA, { verb: 'revision.apply', ...revision });
  const labels = { alertname: 'Down', site: 'nbg' };
  desk.tell(says('core-1', 'Down', { labels }), says('core-2', 'Down', { labels }));
});
after(async () => {
  await browser?.close();
  await served.close();
});

async function on(
  path: string,
  options: Parameters<typeof openPage>[2],
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const cookie = served.session('tom');
  const { page, context, faults } = await openPage(browser, served.url, { cookie, ...options });
  await page.goto(served.url + path);
  await work(page);
  await context.close();
  assert.deepEqual(faults, [], 'no error, no breach of the policy, no request to elsewhere');
}

test('ticked rows lead to a silence of what they have in common', { skip }, () =>
  on('/', {}, async (page) => {
    await isLive(page);
    const boxes = page.locator('#rows input[name="on"]');
    for (const n of [0, 1]) await boxes.nth(n).check();
    await page.locator('#acts summary').click();
    await page.getByRole('button', { name: 'Silence …' }).click();
    await page.waitForURL(/\/silences\?alarm=.*&alarm=.*#silence$/);
    const text = await page.locator('textarea[name="matchers"]').inputValue();
    assert.equal(text, 'alertname="Down"\nsite="nbg"');
    await page.fill('input[name="comment"]', 'works on the ring');
    await page.locator('button[value="preview"]').click();
    await page.getByText('Nobody would be notified of 2 alarms now').waitFor();
    await page.locator('button[value="save"]').click();
    await page.getByText('The silence is made').waitFor();
  }),
);

test('without scripts the path of a label set is lit all the same', { skip }, () =>
  on('/routes', { javaScriptEnabled: false }, async (page) => {
    await page.fill('input[name="labels"]', 'site="nbg"');
    await page.press('input[name="labels"]', 'Enter');
    await page.getByText('It would go to field').waitFor();
    assert.equal(await page.locator('.took .step').innerText(), '✓ takes it');
  }),
);

for (const viewport of [DESKTOP, PHONE]) {
  test(`nothing is wider than a screen of ${viewport.width} px`, { skip }, async () => {
    for (const path of ['/routes?labels=site%3Dosl', '/silences', '/notifications']) {
      await on(path, { viewport }, async (page) => {
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        assert.ok(Number(wide) <= viewport.width, `${path} is ${String(wide)} px wide`);
      });
    }
  });
}

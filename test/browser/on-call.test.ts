import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type Instant, instantText } from '../../src/base/time.ts';
import { foldDeskWith, NORA } from '../console/desk.ts';
import { serveConsole } from '../console/serve.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { schedule, zone } from '../support/rota.ts';
import { launch, MISSING, openPage, PHONE } from './browser.ts';

describe('the page of who is on call', { skip: MISSING }, async () => {
  const desk = foldDeskWith(systemClock());
  const served = await serveConsole(desk);
  const browser = await launch();
  after(async () => {
    await browser.close();
    await served.close();
  });
  const [nora, tom, vera] = [...desk.memory.all('users')].map(({ id }) => id);
  const wall = (days: number): string =>
    instantText((desk.clock.now() + days * 86_400_000) as Instant).slice(0, 10);
  const week = { every: '3 days', start: `${wall(-2)} 09:00`, until: `${wall(9)} 17:00` };
  const office = {
    every: '1 week',
    start: `${wall(-7)} 00:00`,
    on: 'mon,tue,wed,thu,fri 09:00-17:00',
  };
  const schedules = [
    {
      ...schedule('Europe/London', { people: `${nora} ${tom} ${vera}`, ...week }),
      name: 'noc-first',
    },
    {
      ...schedule(
        'Europe/London',
        { people: `${nora}+${vera}`, ...office, name: 'office' },
        {
          people: `${tom}`,
          every: '1 week',
          start: `${wall(-7)} 00:00`,
          priority: 0,
          on: 'daily 17:00-09:00',
        },
      ),
      name: 'data-desk',
    },
  ];
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  const zones = [zone('Europe/London')];
  const duty = { policies: [], teams: [], schedules };
  await desk.act(NORA, { verb: 'revision.apply', ...words, plan, duty, zones });

  test('somebody is put on call by the keyboard alone, and seen at once', async () => {
    const cookie = served.session('tom');
    const { page, context, faults } = await openPage(browser, served.url, { cookie });
    await page.goto(`${served.url}/oncall`);
    await page.locator('#override summary').focus();
    await page.keyboard.press('Enter');
    await page.selectOption('select[name="is"]', 'add');
    await page.selectOption('select[name="by"]', { label: 'Vera' });
    await page.fill('input[name="reason"]', 'Big change');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=The override is set.');
    const now = await page.locator('.on-call-now').first().textContent();
    assert.match(now ?? '', /Vera/);
    const size = "parseFloat(getComputedStyle(document.querySelector('.on-call-now')).fontSize)";
    assert.ok(Number(await page.evaluate(size)) >= 40, 'readable from 2 m');
    assert.ok((await page.locator('svg.rota .gap').count()) > 0);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('on a phone nothing but the band is wider than the screen', async () => {
    const cookie = served.session('vera');
    const { page, context, faults } = await openPage(browser, served.url, {
      cookie,
      viewport: PHONE,
      javaScriptEnabled: false,
    });
    await page.goto(`${served.url}/oncall`);
    assert.ok(((await page.locator('main').boundingBox())?.width ?? 0) <= PHONE.width);
    assert.ok((await page.locator('svg.rota').count()) === 2);
    assert.deepEqual(faults, []);
    await context.close();
  });
});

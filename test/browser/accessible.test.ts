import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { after as afterwards, hours } from '../../src/base/time.ts';
import { begunNote } from '../../src/desk/handovers.ts';
import type { HandoverNoteId } from '../../src/domain/handover/note.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { foldDeskWith, says } from '../console/desk.ts';
import { type Served, serveConsole } from '../console/serve.ts';
import { DESKTOP, isLive, launch, MISSING, openPage, PHONE } from './browser.ts';

const skip = MISSING ?? false;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 AA, and what axe's makers call best practice where it is a fault to a reader. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let browser: Browser;
let served: Served;
let alarm = '';
const desk = foldDeskWith(systemClock());

before(async () => {
  if (MISSING) return;
  browser = await launch();
  served = await serveConsole(desk);
  const severities = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const;
  for (let n = 0; n < 10; n++) {
    const severity = severities[n % 5] ?? 'minor';
    desk.tell(says(`edge-${n}`, 'link.down', { severity, text: `Link down on edge-${n}` }));
  }
  const [first, second, third] = [...desk.memory.all('alarms')];
  const nora = [...desk.memory.all('users')].find(({ role }) => role === 'admin')?.id;
  assert.ok(first && second && third && nora);
  alarm = first.id;
  const until = afterwards(desk.clock.now(), hours(2));
  await desk.act(nora, { verb: 'acknowledge', on: [{ id: first.id }], note: 'on my way' });
  await desk.act(nora, { verb: 'shelve', on: [{ id: second.id }], until, reason: 'works' });
  await desk.act(nora, {
    ...{ verb: 'incident.open', title: 'Edge is down', alarms: [third.id] },
    ...{ lead: nora, note: '' },
  });
  await desk.act(nora, {
    ...{ verb: 'silence.set', newId: 's-1' as SilenceId, comment: 'works', createdBy: 'Nora' },
    ...{ matchers: [{ name: 'alertname', op: '=', value: 'x' }], annotations: {} },
    ...{ startsAt: desk.clock.now(), endsAt: until },
  });
  const tom = [...desk.memory.all('users')].find(({ role }) => role === 'operator')?.id;
  assert.ok(tom);
  for (const to of [undefined, { is: 'person' as const, person: tom }]) {
    const { made = '' } = await desk.act(nora, await begunNote(desk, nora));
    const handover = made as HandoverNoteId;
    if (to) await desk.act(nora, { verb: 'handover.offer', person: nora, handover, to });
    const person = tom;
    if (to) await desk.act(tom, { verb: 'handover.ask', person, handover, text: 'Why?' });
  }
});
after(async () => {
  await browser?.close();
  await served?.close();
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** One line for each fault on the page as it stands. */
async function faultsOn(page: Page, where: string): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: TAGS } });
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    `axe.run(document, ${options})`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => {
      const why = failureSummary.split('\n').slice(1, 2).join(' ').trim();
      return `${where}: ${id}: ${html.slice(0, 160)} (${why.slice(0, 200)})`;
    }),
  );
}

/** Every page the head leads to, and those behind them that have a shape of their own. */
async function paths(page: Page): Promise<readonly string[]> {
  await page.goto(`${served.url}/`);
  const all = await page.$$eval('.head nav a', (links) =>
    links.map((a) => a.getAttribute('href') ?? ''),
  );
  const [incident] = [...desk.memory.all('incidents')];
  const more = [
    `/alarms/${alarm}`,
    `/alarms/${alarm}/decide`,
    `/incidents/${incident?.id}`,
    ...[...desk.memory.all('handovers')].map(({ id }) => `/hand-overs/${id}`),
    `/silences?alarm=${alarm}`,
    '/configuration/edit',
    '/configuration/receivers',
    '/configuration/receivers/form?kind=email',
    '/configuration/revisions',
    '/inventory/import',
    '/?q=site%3D"',
    '/?show=cleared',
  ];
  return [...new Set([...all, ...more])];
}

for (const [name, scheme, theme, viewport] of [
  ['dark', 'dark', 'auto', DESKTOP],
  ['light', 'light', 'auto', DESKTOP],
  ['high contrast', 'dark', 'contrast', DESKTOP],
  ['a phone in light', 'light', 'auto', PHONE],
] as const) {
  test(`no page breaks WCAG 2.2 AA as far as axe can see: ${name}`, { skip }, async () => {
    const cookie = served.session('nora');
    const { page, context } = await openPage(browser, served.url, { cookie, viewport });
    await context.addCookies([{ name: 'tocsin_theme', value: theme, url: served.url }]);
    await page.emulateMedia({ colorScheme: scheme });
    const found: string[] = [];
    for (const path of await paths(page)) {
      await page.goto(served.url + path);
      found.push(...(await faultsOn(page, path)));
    }
    assert.deepEqual(found, []);
    await context.close();
  });
}

test('nor do the dialogs, the answer to an act, the sign-in and the wall', { skip }, async () => {
  const cookie = served.session('nora');
  const { page, context } = await openPage(browser, served.url, { cookie });
  await page.goto(`${served.url}/`);
  await isLive(page);
  const found: string[] = [];
  for (const [name, ...keys] of [
    ['keys', '?'],
    ['palette', ':', 'a', 'c'],
    ['g', 'g'],
    ['answer', 'j', 'j', 'j', 'j', 'a'],
  ] as const) {
    for (const key of keys) await page.keyboard.press(key);
    if (name === 'answer') await page.locator('.answer').waitFor();
    found.push(...(await faultsOn(page, name)));
    await page.keyboard.press('Escape');
  }
  await page.locator('.me summary', { hasText: 'Nora' }).click();
  const root = 'document.documentElement';
  const over = await page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`);
  assert.ok(over <= 0, `${over} px beyond the screen`);
  await page.locator('[data-tells]').click();
  await page.getByRole('button', { name: 'Tell me of this view' }).click();
  found.push(...(await faultsOn(page, 'sound and notices')));
  await context.clearCookies();
  await page.goto(`${served.url}/sign-in`);
  found.push(...(await faultsOn(page, 'sign-in')));
  assert.deepEqual(found, []);
  await context.close();
});

test('Tab goes first over the skip link to the content, then through the head in its order', {
  skip,
}, async () => {
  const { page, context } = await openPage(browser, served.url, { cookie: served.session('tom') });
  await page.goto(`${served.url}/audit`);
  await page.keyboard.press('Tab');
  assert.equal(await page.locator(':focus').innerText(), 'Skip to the content');
  const box = await page.locator(':focus').boundingBox();
  assert.ok(box && box.x >= 0 && box.y >= 0, 'it is seen while it has the focus');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('main:focus').count(), 1);
  await page.reload();
  const order: string[] = [];
  for (let n = 0; n < 4; n++) {
    await page.keyboard.press('Tab');
    order.push(await page.locator(':focus').innerText());
  }
  assert.deepEqual(order.slice(1, 3), ['Tocsin', 'Alarms']);
  await context.close();
});

test('high contrast is chosen by a switch, and by the system', { skip }, async () => {
  const { page, context } = await openPage(browser, served.url, { cookie: served.session('tom') });
  const ground = () =>
    page.locator('body').evaluate((b) => String(b.computedStyleMap().get('background-color')));
  await page.goto(`${served.url}/audit`);
  assert.equal(await ground(), 'rgb(13, 17, 23)');
  await page.locator('.me summary', { hasText: 'Tom' }).click();
  await Promise.all([page.waitForNavigation(), page.locator('button[value="contrast"]').click()]);
  assert.equal(await ground(), 'rgb(0, 0, 0)');
  await context.clearCookies({ name: 'tocsin_theme' });
  await page.emulateMedia({ contrast: 'more', colorScheme: 'light' });
  await page.reload();
  assert.equal(await ground(), 'rgb(255, 255, 255)');
  await context.close();
});

test('with forced colours what is chosen and where one is stays visible', { skip }, async () => {
  const { page, context } = await openPage(browser, served.url, { cookie: served.session('tom') });
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(`${served.url}/`);
  await isLive(page);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const outline = await page
    .locator('tr.here')
    .evaluate((tr) => String(tr.computedStyleMap().get('outline-style')));
  assert.equal(outline, 'solid');
  await context.close();
});

test('what is wrong with a form is in focus, and leads to the field, without scripts too', {
  skip,
}, async () => {
  const options = { cookie: served.session('nora'), javaScriptEnabled: false };
  const { page, context } = await openPage(browser, served.url, options);
  const cases = [
    ['/silences?alarm=none', '#silence', { matchers: 'site', comment: 'x' }, 'matchers'],
    [`/silences?alarm=${alarm}`, '#silence', { comment: ' ' }, 'comment'],
    ['/people', 'form[action$="/tokens"]', { label: ' ' }, 'label'],
    ['/people', 'form[action$="/people"]', { login: 'tom' }, 'login'],
  ] as const;
  for (const [path, form, fields, at] of cases) {
    await page.goto(served.url + path);
    await page.locator(`${form}`).evaluate((f) => {
      for (const one of f.querySelectorAll('[required]')) one.removeAttribute('required');
    });
    for (const [name, value] of Object.entries(fields)) {
      await page.locator(`${form} [name="${name}"]`).fill(value);
    }
    await Promise.all([page.waitForNavigation(), page.locator(`${form} button.main`).click()]);
    assert.equal(await page.locator('#fault:focus').count(), 1, `${path}: the fault has the focus`);
    await page.locator('#fault a').click();
    const field = page.locator(':target');
    assert.equal(await field.getAttribute('name'), at);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
  }
  await context.close();
});

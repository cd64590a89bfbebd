import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOn } from './axe.ts';
import { DESKTOP, isLive, openPage, PHONE } from './browser.ts';
import { furnishedConsole } from './furnished-desk.ts';

const at = furnishedConsole();
const { skip, desk } = at;

test('nor do the dialogs, the answer to an act, the sign-in and the wall', { skip }, async () => {
  const cookie = at.served.session('nora');
  const { page, context } = await openPage(at.browser, at.served.url, { cookie });
  await page.goto(`${at.served.url}/`);
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
  await page.goto(`${at.served.url}/sign-in`);
  found.push(...(await faultsOn(page, 'sign-in')));
  assert.deepEqual(found, []);
  await context.close();
});

test('Tab goes first over the skip link to the content, then through the head in its order', {
  skip,
}, async () => {
  const { page, context } = await openPage(at.browser, at.served.url, {
    cookie: at.served.session('tom'),
  });
  await page.goto(`${at.served.url}/audit`);
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

/** Evaluated on the page: whatever can have the focus shows it, and lies under nothing. */
const FOCUS = `(() => {
  const out = [];
  const all = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
  for (const e of [...all, ...all.toReversed()]) {
    const { width } = e.getBoundingClientRect();
    if (width < 2 || e.disabled || e.tabIndex < 0) continue;
    e.focus({ focusVisible: true });
    if (document.activeElement !== e) continue;
    const ring = getComputedStyle(e);
    const what = e.outerHTML.slice(0, 120);
    const px = ring.outlineStyle === 'none' ? 0 : parseFloat(ring.outlineWidth);
    if (px < 2) out.push('no ring: ' + what);
    const isSeen = [...e.getClientRects()].some((r) =>
      [[r.left + 3, r.top + 3], [r.left + r.width / 2, r.top + r.height / 2],
       [r.right - 3, r.bottom - 3]].some(([x, y]) => {
        const hit = document.elementFromPoint(x, y);
        return hit && (e.contains(hit) || hit.contains(e) || hit.closest('label')?.contains(e));
      }));
    if (!isSeen) out.push('under something: ' + what);
  }
  return out;
})()`;

/** WCAG 1.4.12: a reader's own spacing takes nothing away. */
const SPACED = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; ' +
    'word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = [sheet];
  const root = document.documentElement;
  return root.scrollWidth - root.clientWidth;
})()`;

test('the focus is seen wherever it is, and own spacing breaks no page', { skip }, async () => {
  const found: string[] = [];
  for (const viewport of [DESKTOP, PHONE]) {
    const cookie = at.served.session('nora');
    const { page, context } = await openPage(at.browser, at.served.url, { cookie, viewport });
    for (const path of [
      '/',
      `/alarms/${at.alarm}`,
      '/silences',
      '/configuration/edit',
      '/people',
    ]) {
      await page.goto(at.served.url + path);
      const lost = await page.evaluate<string[]>(FOCUS);
      found.push(...lost.map((one) => `${path}: ${one}`));
      const over = await page.evaluate<number>(SPACED);
      if (over > 0) found.push(`${path}: ${over} px beyond the screen when spaced`);
    }
    await context.close();
  }
  assert.deepEqual(found, []);
});

test('high contrast is chosen by a switch, and by the system', { skip }, async () => {
  const { page, context } = await openPage(at.browser, at.served.url, {
    cookie: at.served.session('tom'),
  });
  const ground = () =>
    page.locator('body').evaluate((b) => String(b.computedStyleMap().get('background-color')));
  await page.goto(`${at.served.url}/audit`);
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
  const { page, context } = await openPage(at.browser, at.served.url, {
    cookie: at.served.session('tom'),
  });
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(`${at.served.url}/`);
  await isLive(page);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const outline = await page
    .locator('tr.here')
    .evaluate((tr) => String(tr.computedStyleMap().get('outline-style')));
  assert.equal(outline, 'solid');
  await context.close();
});

/** Each form, what is typed into it, and the field that is to blame. */
const wrongForms = () => {
  const [incident] = [...desk.memory.all('incidents')];
  return [
    ['/silences?alarm=none', '#silence', { matchers: 'site', comment: 'x' }, 'matchers'],
    [`/silences?alarm=${at.alarm}`, '#silence', { comment: ' ' }, 'comment'],
    ['/people', 'form[action$="/tokens"]', { label: ' ' }, 'label'],
    ['/people', 'form[action$="/people"]', { login: 'tom' }, 'login'],
    [`/actions?alarm=${at.alarm}`, '#new', { title: ' ' }, 'title'],
    [`/cautions?alarm=${at.alarm}`, '#new', { text: 'x', reviewOn: '' }, 'reviewOn'],
    [`/incidents/new?alarm=${at.alarm}`, 'form.card.form >> nth=0', { title: ' ' }, 'title'],
    [`/incidents/${incident?.id}/close`, 'form.card.form', { note: ' ' }, 'note'],
    [`/maintenance?alarm=${at.alarm}`, '#work', { name: 'works', reason: ' ' }, 'reason'],
    ['/maintenance/import', 'form.card', { matchers: 'a="b"', text: ' ' }, 'text'],
    [`/rules?alarm=${at.alarm}`, '#rule', { name: ' ' }, 'name'],
    ['/types?type=link.down&qualifier=', '#type', { meaning: 'x', reason: ' ' }, 'reason'],
  ] as const;
};

test('what is wrong with a form is in focus, and leads to the field, without scripts too', {
  skip,
}, async () => {
  const options = { cookie: at.served.session('nora'), javaScriptEnabled: false };
  const { page, context } = await openPage(at.browser, at.served.url, options);
  for (const [path, form, fields, blamed] of wrongForms()) {
    await page.goto(at.served.url + path);
    const place = page.locator(form);
    await place.evaluate((f) => {
      for (const one of f.querySelectorAll('[required]')) one.removeAttribute('required');
      for (let d = f.closest('details'); d; d = null) d.setAttribute('open', '');
      (f.closest('form') ?? f.querySelector('form'))?.setAttribute('novalidate', '');
    });
    for (const [name, value] of Object.entries(fields)) {
      await place.locator(`[name="${name}"]`).first().fill(value);
    }
    const [answer] = await Promise.all([
      page.waitForNavigation(),
      place.locator('button.main').click(),
    ]);
    assert.match(`${answer?.status()}`, /^4(09|22)$/, path);
    assert.match(await page.title(), /^Error: /, path);
    assert.equal(await page.locator('.problem:focus').count(), 1, `${path}: it has the focus`);
    await page.locator('.problem a').first().click();
    const field = page.locator(':target');
    assert.equal(await field.getAttribute('name'), blamed, path);
    assert.equal(await field.getAttribute('aria-invalid'), 'true', path);
    const [[name = '', value = ''] = []] = Object.entries(fields);
    const now = await place.locator(`[name="${name}"]`).first().inputValue();
    assert.equal(now.trim(), value.trim(), `${path}: what was typed is kept`);
  }
  await context.close();
});

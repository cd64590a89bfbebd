import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Instant, minutes } from '../../src/base/time.ts';
import type { Severity } from '../../src/domain/alarm/severity.ts';
import { NORA, says } from '../console/desk.ts';
import { PHONE } from './browser.ts';
import { freshConsole } from './console-desk.ts';

const at = freshConsole();
const { skip } = at;

/** Raised and cleared so many minutes ago; without an end it lasts. */
function episode(severity: Severity, from: number, to?: number): void {
  const ago = (m: number): Instant => (at.desk.clock.now() - minutes(m)) as Instant;
  at.desk.tell({ ...says('par-1', 'down', { severity, since: ago(from) }), at: ago(from) });
  if (to === undefined) return;
  at.desk.tell({ ...says('par-1', 'down', { severity, kind: 'clear' }), at: ago(to) });
}

const alarm = () => [...at.desk.memory.all('alarms')][0] ?? assert.fail('no alarm');

async function open(more = '', options = {}): Promise<Page> {
  episode('minor', 4 * 1_440, 4 * 1_440 - 300);
  episode('major', 600, 420);
  episode('critical', 60);
  return at.open(`/alarms/${alarm().id}${more}`, options);
}

test('the strip tells what lies under the pointer, and a press leads to the episode', {
  skip,
}, async () => {
  const page = await open();
  const spans = page.locator('.strip a');
  assert.equal(await spans.count(), 2, 'what was before is not in these 24 hours');
  await spans.first().hover();
  const says = page.locator('.strip-says');
  assert.match(await says.innerText(), /^major, \w.* – .* \(3 h 00\)$/);
  assert.equal(await page.locator('.strip title').first().evaluate(textOf), await says.innerText());
  await page.evaluate('window.same = true');
  await spans.first().click();
  const row = page.locator('.episodes tr:target');
  assert.match(await row.innerText(), /3 h 00\s+major/);
  assert.equal(await page.evaluate('window.same'), true, 'without a new page');
});

const textOf = (element: { textContent: string | null }): string | null => element.textContent;

test('a longer range is a link away, by keys too, and the address holds it', { skip }, async () => {
  const page = await open();
  await page.locator('.ranges a', { hasText: '7 days' }).focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.match(page.url(), /\?range=7d#strip$/);
  assert.equal(await page.locator('.strip a').count(), 3);
  await page.locator('#strip summary').focus();
  await page.keyboard.press('Enter');
  const rows = page.locator('#strip tbody tr');
  assert.match(await rows.last().innerText(), /minor\s+5 h 00/);
  await rows.last().locator('a').focus();
  await page.keyboard.press('Enter');
  assert.match(await page.locator('.episodes tr:target').innerText(), /5 h 00\s+minor/);
});

test('the strip and the episodes move with the alarm, and nothing on the page jumps', {
  skip,
}, async () => {
  const page = await open();
  await page.locator('#strip summary').click();
  const place = () => page.locator('#episodes').evaluate((e) => e.getBoundingClientRect().y);
  const before = await place();
  at.desk.tell(says('par-1', 'down', { severity: 'critical', kind: 'clear' }));
  await page.locator('.episodes', { hasText: 'and lasts' }).waitFor({ state: 'detached' });
  assert.match(await page.locator('#strip tbody tr').first().innerText(), /critical\s+1 h 00/);
  assert.equal(await place(), before);
});

test('without scripts the strip is there, and its links lead to the episode', {
  skip,
}, async () => {
  const page = await open('?range=7d', { javaScriptEnabled: false });
  const href = (await page.locator('.strip a').first().getAttribute('href')) ?? '';
  await page.goto(at.served.url + href);
  assert.match(await page.locator('.episodes tr:target').innerText(), /minor/);
  assert.equal(await page.locator('.episodes tbody tr').count(), 1);
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Newest' }).click()]);
  assert.equal(await page.locator('.episodes tbody tr').count(), 3);
});

test('on a phone what one needs first comes first, and nothing is wider than it', {
  skip,
}, async () => {
  const page = await open('', { viewport: PHONE });
  await at.desk.act(NORA, { verb: 'comment', on: [{ id: alarm().id }], note: 'I look' });
  await page.locator('.timeline', { hasText: 'I look' }).waitFor();
  const tops = await page.evaluate<readonly number[]>(
    `['.alarm-head', '#acts', '#recall', '#strip', '#why', '#episodes', '.timeline'].map(
      (one) => document.querySelector(one).getBoundingClientRect().y)`,
  );
  assert.deepEqual(
    tops,
    [...tops].sort((a, b) => a - b),
  );
  const root = 'document.documentElement';
  assert.ok((await page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`)) <= 0);
});

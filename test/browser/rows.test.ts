import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { ListView } from '../../src/desk/views/list.ts';
import { DEFAULT_QUERY } from '../../src/desk/views/query.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { says } from '../console/desk.ts';
import { freshConsole } from './console-desk.ts';

const at = freshConsole();

const { skip } = at;

const ROWS = 2_000;

const many = (severity: AlarmEvent['severity'] = 'minor'): AlarmEvent[] =>
  Array.from({ length: ROWS }, (_, i) => says(`core-${i}`, 'link.down', { severity }));

/** What the page says without a look at what a row is made of: names in order. */
const shown = (page: Page): Promise<string[]> =>
  page.$$eval('.list tbody .c-res', (cells) => cells.map((c) => c.textContent ?? ''));

interface Here {
  readonly number: number;
  readonly inSight: boolean;
}

const hereIs = (page: Page): Promise<Here> =>
  page.evaluate(`(() => {
    const row = document.querySelector('.list tr.here');
    const number = [...document.querySelectorAll('.list tbody tr')].indexOf(row) + 1;
    return { number, inSight: row.getBoundingClientRect().bottom <= innerHeight };
  })()`);

/** Rows that were put into the list or taken out of it since this was called, twice when moved. */
const countMoves = (page: Page): Promise<unknown> =>
  page.evaluate(`window.moves = 0; new MutationObserver((all) => {
    for (const { addedNodes, removedNodes } of all)
      moves += [...addedNodes, ...removedNodes].filter((node) => node.nodeName === 'TR').length;
  }).observe(document.querySelector('.list'), { childList: true, subtree: true })`);

test('2,000 rows: keys reach every one of them, choosing all is at once, a reader hears how many', {
  skip,
}, async () => {
  at.desk.tell(...many());
  const page = await at.open(`/?size=${ROWS}`);
  assert.equal((await shown(page)).length, ROWS);
  await page.keyboard.press('Shift+G');
  assert.deepEqual(await hereIs(page), { number: ROWS, inSight: true });
  await page.keyboard.type('1500gg');
  assert.deepEqual(await hereIs(page), { number: 1_500, inSight: true });
  await page.keyboard.type('gg');
  assert.deepEqual(await hereIs(page), { number: 1, inSight: true });
  const took: number = await page.evaluate(`(() => {
    const from = performance.now();
    document.getElementById('pick-all').click();
    return performance.now() - from;
  })()`);
  assert.ok(took < 1_000, `${took} ms`);
  assert.match(await page.locator('#chosen').innerText(), /2000 chosen/);
  await page.keyboard.type('1500gg');
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  assert.equal(nodes.filter(({ role }) => role?.value === 'table').length, 1);
  assert.equal(await page.locator('.list').getAttribute('aria-rowcount'), `${ROWS + 1}`);
  const { here, before } = (await page.evaluate(`(() => {
    const here = document.querySelector('.list tr.here');
    const before = here.previousElementSibling ?? here.parentElement.previousElementSibling.lastElementChild;
    return { here: here.getAttribute('aria-rowindex'), before: before.getAttribute('aria-rowindex') };
  })()`)) as Record<string, string>;
  assert.deepEqual([here, before], ['1501', '1500'], 'which of how many, below the headings');
});

test('among 2,000 rows only those that changed are touched, and each stands where it belongs', {
  skip,
}, async () => {
  at.desk.tell(...many());
  const page = await at.open(`/?size=${ROWS}`);
  await countMoves(page);
  at.desk.tell(says('core-1999', 'link.down', { severity: 'critical' }));
  at.desk.tell(says('core-7', 'link.down', { kind: 'clear' }));
  at.desk.tell(says('fresh', 'link.down', { severity: 'major' }));
  await page.locator('.list tbody tr', { hasText: 'fresh' }).waitFor();
  await page.locator('.list tbody tr.leaving').waitFor({ state: 'detached' });
  const names = await shown(page);
  assert.deepEqual(names.slice(0, 2), ['core-1999', 'fresh']);
  assert.equal(names.length, ROWS);
  assert.ok(!names.includes('core-7'));
  assert.ok(((await page.evaluate('moves')) as number) <= 4, 'no row but these');
  at.desk.tell(...many('major'));
  await page.locator('.list tbody tr.minor').first().waitFor({ state: 'detached' });
  const view = new ListView({ ...DEFAULT_QUERY, size: ROWS }, undefined, at.desk.memory);
  assert.deepEqual(
    await shown(page),
    view.page().rows.map((a) => a.resource),
  );
});

test('blocks of rows are cut and joined as rows come and go; one out of sight has its true height', {
  skip,
}, async () => {
  at.desk.tell(...many());
  const page = await at.open(`/?size=${ROWS}`);
  const lead = (from: number, to: number, kind: 'raise' | 'clear') =>
    Array.from({ length: to - from }, (_, i) =>
      says(`lead-${from + i}`, 'link.down', { severity: 'critical', kind }),
    );
  const blocks = (): Promise<readonly [rows: number, height: number][]> =>
    page.$$eval('.list tbody', (all) =>
      all.map((b) => [b.childElementCount, b.getBoundingClientRect().height]),
    );
  for (let n = 0; n < 240; n += 60) {
    at.desk.tell(...lead(n, n + 60, 'raise'));
    await page.locator('.list tr', { hasText: `lead-${n + 59}` }).waitFor();
  }
  const full = await blocks();
  assert.ok(
    full.every(([rows]) => rows > 0 && rows <= 100),
    JSON.stringify(full),
  );
  at.desk.tell(...lead(0, 239, 'clear'));
  await page.locator('.list tr.critical').nth(1).waitFor({ state: 'detached' });
  await page
    .locator('.list tbody tr')
    .nth(ROWS - 1)
    .waitFor({ state: 'attached' });
  const after = await blocks();
  const row = (await page.locator('.list tbody tr').first().boundingBox())?.height ?? 0;
  for (const [rows, height] of after) assert.equal(height, rows * row);
  assert.equal(await page.locator('#rows tr').first().locator('.c-res').innerText(), 'lead-239');
  assert.equal((await shown(page)).length, ROWS);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { says } from '../console/desk.ts';
import { freshConsole } from './console-desk.ts';

const c = freshConsole();
const { skip } = c;

/** An alarm that took so long to acknowledge, by what was measured. */
function took(name: string, ms: number): string {
  c.desk.tell(says(name, 'link.down', { text: `Link down on ${name}` }));
  const alarm = [...c.desk.memory.all('alarms')].find(({ resource }) => resource === name);
  assert.ok(alarm);
  const now = c.desk.clock.now();
  c.served.times.since('acknowledged', alarm.id, (now - ms) as never, now);
  return alarm.id;
}

test('dragging over cells lists the alarms behind them, and one leads to its timeline', {
  skip,
}, async () => {
  took('edge-fast', 10_000);
  const slow = took('edge-slow', 1_800_000);
  const page = await c.open('/desk/times?span=1h');
  const cell = page.locator('#acknowledged rect', { hasText: ': 1' }).last();
  await cell.scrollIntoViewIfNeeded();
  const box = await cell.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 30, box.y + box.height / 2 - 30, { steps: 3 });
  await page.mouse.up();
  const link = page.locator('#acknowledged table a').first();
  await link.waitFor();
  assert.match(
    (await page.locator('#acknowledged tbody').first().textContent()) ?? '',
    /edge-slow/,
  );
  assert.equal(await page.locator('#acknowledged tbody a').count(), 1, 'the fast one is not in it');
  await link.click();
  await page.waitForURL(`**/alarms/${slow}**`);
  await page.locator('#then.marked').waitFor();
});

test('the same goes by keys alone', { skip }, async () => {
  took('edge-1', 10_000);
  const page = await c.open('/desk/times?span=1h');
  await page.locator('#acknowledged [data-brush]').focus();
  for (let n = 0; n < 60; n++) await page.keyboard.press('Shift+ArrowUp');
  await page.getByText(/UTC, more than 0 ms/).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Link down on edge-1').waitFor();
});

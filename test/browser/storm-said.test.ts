import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { says } from '../console/desk.ts';
import { isLive, openPage } from './browser.ts';
import { freshConsole } from './console-desk.ts';

const at = freshConsole();
const { skip } = at;

/**
 * Alarms that come at once, and how often in the minute that is moved through: well within the
 * shortest pause, as real time goes on besides and a slow machine takes seconds for a burst.
 */
const BURST = 500;
const BURSTS = 12;
/** A screen reader speaks for some seconds each time: more than this in a minute is babble. */
const SAID_PER_MINUTE_MAX = 4;

/** Keeps every text that a live region of the page takes on or is given again. */
const EARS = `
  window.said = [];
  addEventListener('DOMContentLoaded', () => {
    const live = '[role=status], [role=alert], [role=log], [aria-live]';
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
        if (region && !region.closest('[hidden]')) said.push(region.id + ': ' + region.textContent);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
`;

/** A page whose clock can be moved, with an ear at everything it says aloud. */
async function listened(): Promise<Page> {
  const opened = await openPage(at.browser, at.served.url, { cookie: at.served.session('tom') });
  at.watched.push(opened);
  const { page, context } = opened;
  await context.clock.install();
  await context.addInitScript(EARS);
  await page.goto(at.served.url);
  await isLive(page);
  await page.evaluate('said.splice(0)');
  return page;
}

function burst(n: number): void {
  const all = Array.from({ length: BURST }, (_, i) =>
    says(`core-${n}-${i}`, 'link.down', { severity: i % 10 === 0 ? 'critical' : 'minor' }),
  );
  at.desk.tell(...all);
}

test(`a storm of ${BURST * BURSTS} alarms in a minute is said ${SAID_PER_MINUTE_MAX} times at most, as a sum`, {
  skip,
}, async () => {
  at.desk.tell(says('old-1', 'link.down', { severity: 'warning' }));
  const page = await listened();
  for (let n = 1; n <= BURSTS; n++) {
    burst(n);
    const critical = ((n * BURST) / 10).toLocaleString('en');
    await page
      .locator(`[data-count="head.critical"]`, { hasText: new RegExp(`^${critical}$`) })
      .first()
      .waitFor();
    await page.clock.runFor(60_000 / BURSTS);
  }
  const said = await page.evaluate<string[]>('said');
  assert.ok(said.length >= 2, `it hears of the storm, and that it goes on: ${said.join('\n')}`);
  assert.ok(said.length <= SAID_PER_MINUTE_MAX, `${said.length} times:\n${said.join('\n')}`);
  assert.match(
    said.at(-1) ?? '',
    /^announce: \d+ new alarms on this page\. The first: \w+, core-\d+-\d+, link\.down: .* Waiting now: \d+ critical, \d+ minor, 1 warning\.$/,
  );
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { PASSWORD } from '../../src/demo/people.ts';
import { DESKTOP, isLive, launch, PHONE } from './browser.ts';

/**
 * Takes the pictures `console-*` of docs/images that are of the demo, for whoever has to look at
 * them: `node test/browser/shots.ts docs/images`. It starts a demo of its own and ends it.
 */
const [folder = 'docs/images'] = process.argv.slice(2);

/** The demo settles: pages go out, checks run, trouble comes. */
const SETTLES_MS = 60_000;

type Look = 'dark' | 'light' | 'phone';

const LOOKS: Readonly<Record<Look, Parameters<Browser['newPage']>[0]>> = {
  dark: { viewport: DESKTOP, colorScheme: 'dark' },
  light: { viewport: DESKTOP, colorScheme: 'light' },
  phone: { viewport: PHONE, colorScheme: 'dark' },
};

/** What is taken of which page; each is shown in a guide. */
const SHOTS: readonly (readonly [what: string, path: string, looks: readonly Look[]])[] = [
  ['list', '/', ['dark', 'light', 'phone']],
  ['alarm', '/', ['dark', 'phone']],
  ['overview', '/overview', ['dark', 'light', 'phone']],
  ['pages', '/pages', ['dark', 'phone']],
  ['on-call', '/oncall', ['light']],
  ['maintenance', '/maintenance', ['light']],
  ['actions', '/actions', ['phone']],
  ['checks', '/checks', ['dark']],
  ['audit', '/audit', ['light']],
];

async function take(page: Page, url: string, look: Look): Promise<void> {
  for (const [what, path, looks] of SHOTS) {
    if (!looks.includes(look)) continue;
    await page.goto(url + path);
    if (what === 'alarm') {
      await page.locator('#rows td.c-res a').first().click();
      await page.waitForSelector('.alarm-head');
    }
    await isLive(page);
    await page.screenshot({ path: join(folder, `console-${what}-${look}.png`) });
  }
}

async function signedIn(browser: Browser, url: string, look: Look): Promise<Page> {
  const page = await browser.newPage(LOOKS[look]);
  await page.goto(`${url}/`);
  await page.fill('input[name="login"]', 'nora');
  await page.fill('input[name="password"]', PASSWORD);
  await page.click('button.main');
  await isLive(page);
  return page;
}

/** Where the console is, once the demo says so. */
async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, url] = /^console\s+(http:\S+?)\/?\s*$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the demo ended before it said where it is');
}

mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'tocsin-shots-'));
const off = ['--snmp.listen-address', '', '--syslog.listen-address', ''];
const args = ['src/main.ts', 'demo', '--storage.path', data, '--web.listen-address', '127.0.0.1:0'];
const demo = spawn(process.execPath, [...args, ...off], { stdio: ['ignore', 'pipe', 'ignore'] });
const url = await addressIn(createInterface({ input: demo.stdout }));
const browser = await launch();
try {
  await new Promise((settled) => setTimeout(settled, SETTLES_MS));
  for (const look of ['dark', 'light', 'phone'] as const)
    await take(await signedIn(browser, url, look), url, look);
} finally {
  await browser.close();
  const ended = once(demo, 'exit');
  demo.kill();
  await ended;
  rmSync(data, { recursive: true, force: true });
}

import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { DESKTOP, launch, PHONE } from './browser.ts';

/**
 * Takes the pictures of docs/images from a running demo, for whoever has to look at them:
 * `node test/browser/shots.ts http://127.0.0.1:9093 docs/images`.
 */
const [url = 'http://127.0.0.1:9093', folder = 'docs/images', login = 'nora', password = ''] =
  process.argv.slice(2);

interface Shot {
  readonly name: string;
  readonly theme: 'dark' | 'light';
  readonly width: number;
  readonly height: number;
}

const SHOTS: readonly Shot[] = [
  { name: 'dark', theme: 'dark', ...DESKTOP },
  { name: 'light', theme: 'light', ...DESKTOP },
  { name: 'phone', theme: 'dark', ...PHONE },
];

async function shoot(browser: Browser, { name, theme, ...viewport }: Shot): Promise<void> {
  const page = await browser.newPage({ viewport, colorScheme: theme });
  const save = async (what: string) => {
    await page.screenshot({ path: `${folder}/console-${what}-${name}.png` });
  };
  await page.goto(`${url}/`);
  await save('sign-in');
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', password);
  await page.click('button.main');
  await page.waitForSelector('#link-state[data-is="live"]');
  await save('list');
  const boxes = page.locator('#rows input[name="on"]');
  if (name === 'dark') {
    for (const n of [1, 2, 4]) await boxes.nth(n).check();
    await save('chosen');
  }
  await page.locator('#rows td.c-res a').first().click();
  await page.waitForSelector('.timeline li');
  await save('alarm');
  for (const place of ['shelves', 'audit', 'sources']) {
    await page.goto(`${url}/${place}`);
    await save(place);
  }
  await page.close();
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const shot of SHOTS) await shoot(browser, shot);
await browser.close();

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/**
 * The first that is there. The shell is the same engine without the window around a page, which
 * takes Chromium longer to make than most pages take to draw.
 */
const CHROMIUM = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync);

/** Why these tests cannot run here; undefined when they can. */
export const MISSING = CHROMIUM
  ? undefined
  : "There is no Chromium: install Debian's package chromium-headless-shell, or chromium";

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ ...(CHROMIUM && { executablePath: CHROMIUM }), args: FLAGS });

/** What a wait on a page may take before it has failed: a slow machine is not a fault. */
const PATIENCE_MS = 120_000;

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A page, and everything that must not have happened on it. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, page errors, breaches of the policy, requests to elsewhere. */
  readonly faults: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: { viewport?: typeof DESKTOP; cookie?: string; javaScriptEnabled?: boolean } = {},
): Promise<Watched> {
  const { viewport = DESKTOP, cookie, javaScriptEnabled = true } = options;
  // Nothing moves: a program that draws each step of it sees no more, and is slower.
  const still = { colorScheme: 'dark', reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ viewport, javaScriptEnabled, ...still });
  context.setDefaultTimeout(PATIENCE_MS);
  if (cookie) {
    const [name = '', value = ''] = cookie.split('=');
    await context.addCookies([{ name, value, url }]);
  }
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') faults.push(`console: ${m.text()}`);
  });
  page.on('pageerror', (e) => faults.push(`error: ${e.message}`));
  page.on('request', (r) => {
    if (!r.url().startsWith(url) && !r.url().startsWith('data:'))
      faults.push(`request: ${r.url()}`);
  });
  return { page, context, faults };
}

export const isLive = (page: Page) => page.waitForSelector('#link-state[data-is="live"]');

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { launch, MISSING } from '../test/browser/browser.ts';
import { type Program, startProgram } from '../test/crash/program.ts';

/**
 * What somebody at the screen waits for: a whole desk in a process of its own with 100,000 open
 * alarms, a sender in another, a real Chromium. One line for each figure, with what it must be.
 *
 *   npm run bench -- screen [--rows=50] [--seconds=60] [--minutes=0] [--rate=1000] [--storm=50000]
 *
 * `--minutes=60` watches the memory of the browser for that long instead, at `--rate` changes a
 * second; garbage is collected before each reading. `--short` is a tenth of the alarms and seconds.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '50' },
    alarms: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '0' },
    rate: { type: 'string', default: '1000' },
    storm: { type: 'string', default: '50000' },
    short: { type: 'boolean', default: false },
  },
});
const { short } = values;
const RATE = Number(values.rate);
const ALARMS = Number(values.alarms) / (short ? 10 : 1);
const SECONDS = short ? 5 : Number(values.seconds);
const PASSWORD = 'correct horse battery';
const PAINTS = short ? 3 : 15;
const KEY_GAP_MS = 100;
/** So many that the slowest of a hundred is the third or fourth of all. */
const KEYS = short ? 20 : 360;
/** Keys wait when the machine is busy: the sender goes on until all are pressed. */
const KEYS_S_MAX = 600;
const [WHEELS, WHEEL_PX, WHEEL_GAP_MS] = [100, 300, 30];
const VIEWPORT = { width: 1280, height: 900 };

const MUST = {
  first_paint_ms: 300,
  visible_ms: 100,
  visible_storm_ms: 1_000,
  input_ms: 50,
  /** A frame later than this is a freeze. */
  freeze_ms: 1_000,
} as const;

const SENDER = fileURLToPath(new URL('screen.sender.ts', import.meta.url));
const PAGE_SCRIPT = fileURLToPath(new URL('screen.page.js', import.meta.url));

const round = (n: number): number => Math.round(n * 10) / 10;

/** One line: the figure, what it must be, and how busy the machine was meanwhile. */
function say(what: string, figure: number, must: number | undefined, more: object = {}): void {
  const verdict = must === undefined ? '' : figure < must ? 'met' : 'MISSED';
  const line = { bench: 'screen', what, figure: round(figure), must, verdict, ...more };
  const machine = {
    rows: Number(values.rows),
    load: round(loadavg()[0] ?? 0),
    cpus: cpus().length,
  };
  process.stdout.write(`${JSON.stringify({ ...line, ...machine })}\n`);
}

const quantile = (all: readonly number[], q: number): number =>
  [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))] ??
  Number.NaN;

interface Sent {
  readonly sent: number;
  readonly refused: number;
  readonly per_s: number;
  readonly late_ms: number;
  readonly took_ms_max: number;
}

function send(desk: Program, what: string, more: Record<string, string | number>) {
  const flags = { to: desk.url, do: what, alarms: ALARMS, ...more };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [SENDER, ...args], { stdio: ['ignore', 'pipe', 2] });
  const ended = (async (): Promise<Sent> => {
    let said = '';
    for await (const chunk of child.stdout ?? []) said += chunk;
    return JSON.parse(said || '{}') as Sent; // nothing was said by one that failed
  })();
  return { ended, stop: () => child.kill() };
}

/** What the script in the page saw since it was last asked. */
interface Seen {
  readonly shown: readonly number[];
  readonly keys: readonly number[];
  /** Between two frames. */
  readonly gaps: readonly number[];
  readonly tasks: number;
  readonly rows: number;
}

/** Down, a tick and its end, up again: what a shift does all night. */
const KEYS_PRESSED = [...'jjjjjjjjxxkkkkkkkkxx'];

/** Milliseconds of the processor that the page's main thread had since it was loaded. */
async function mainThread(cdp: CDPSession) {
  const { metrics } = (await cdp.send('Performance.getMetrics')) as Metrics;
  const of = (name: string) => (metrics.find((m) => m.name === name)?.value ?? Number.NaN) * 1_000;
  const [all, script, layout] = [of('TaskDuration'), of('ScriptDuration'), of('LayoutDuration')];
  return { all, script, layout, styles: of('RecalcStyleDuration') };
}

const taken = (page: Page): Promise<Seen> => page.evaluate('benchTake()');

/** Signs in as people do, so that the page has what a session brings. */
async function signIn(desk: Program, page: Page): Promise<void> {
  const headers = {
    authorization: `Bearer ${desk.token()}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ login: 'nora', role: 'operator', password: PASSWORD });
  const made = await fetch(`${desk.url}/api/v1/users`, { method: 'POST', headers, body });
  if (!made.ok) throw new Error(`no user: ${made.status} ${await made.text()}`);
  await page.goto(`${desk.url}/sign-in`);
  await page.fill('[name="login"]', 'nora');
  await page.fill('[name="password"]', PASSWORD);
  await page.click('main button');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

const isLive = (page: Page) => page.waitForSelector('#link-state[data-is="live"]');

const openList = async (desk: Program, page: Page): Promise<void> => {
  await page.goto(`${desk.url}/?show=open&size=${values.rows}`);
  await isLive(page);
};

/** From the navigation to the first contentful paint, while changes go on. */
async function firstPaint(desk: Program, page: Page): Promise<void> {
  const [paints, rows]: [number[], number[]] = [[], []];
  for (let n = 0; n <= PAINTS; n++) {
    await openList(desk, page);
    const times = (await page.evaluate(`({
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      rows: performance.getEntriesByType('navigation')[0].domInteractive,
    })`)) as { paint: number; rows: number };
    if (n === 0) continue; // the first one scans memory for all others
    paints.push(times.paint);
    rows.push(times.rows);
  }
  const more = { p50: round(quantile(paints, 0.5)), pages: PAINTS };
  say('first contentful paint, p95 ms', quantile(paints, 0.95), MUST.first_paint_ms, more);
  say('all rows read, p95 ms', quantile(rows, 0.95), undefined);
}

/** A key every moment; tells what the page's main thread was busy with meanwhile. */
async function press(page: Page, what: string, keys: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const [before, from] = [await mainThread(cdp), performance.now()];
  for (let n = 0; n < keys; n++) {
    await page.keyboard.press(KEYS_PRESSED[n % KEYS_PRESSED.length] ?? 'j');
    await rest(KEY_GAP_MS);
  }
  const [now, took_s] = [await mainThread(cdp), (performance.now() - from) / 1_000];
  const perS = (name: keyof typeof now) => round((now[name] - before[name]) / took_s);
  await cdp.detach();
  say(
    `${what}main thread of the page while keys are pressed, ms of the processor a second`,
    perS('all'),
    undefined,
    {
      ...{ script: perS('script'), layout: perS('layout'), styles: perS('styles') },
      keys_per_s: round(keys / took_s),
    },
  );
}

/** Keys and rows by turns: while keys are pressed no row comes, goes or moves, by design. */
async function under(desk: Program, page: Page, load: string, rate: number): Promise<void> {
  const isStorm = load === 'storm';
  const seconds = SECONDS / 2 + 2 + KEYS_S_MAX;
  const sender = send(desk, load, { rate, seconds, name: isStorm ? 's' : 'c' });
  await rest(2_000);
  await taken(page);
  await rest((SECONDS * 1_000) / 2);
  const shown = await taken(page);
  const what = isStorm ? 'storm: ' : '';
  await press(page, what, isStorm ? KEYS / 4 : KEYS);
  const keyed = await taken(page);
  sender.stop();
  const sent = await sender.ended;
  const must = isStorm ? MUST.visible_storm_ms : MUST.visible_ms;
  const p50 = (all: readonly number[]) => ({ p50: round(quantile(all, 0.5)), seen: all.length });
  const done = { per_s: sent.per_s, refused: sent.refused, sender_late_ms: sent.late_ms };
  const visible = { ...p50(shown.shown), ...done };
  say(`${what}event → visible, p99 ms`, quantile(shown.shown, 0.99), must, visible);
  const input = isStorm ? undefined : MUST.input_ms;
  say(`${what}key → painted, p99 ms`, quantile(keyed.keys, 0.99), input, p50(keyed.keys));
  const longest = Math.max(...shown.gaps, ...keyed.gaps);
  const tasks = { longest_task_ms: Math.max(shown.tasks, keyed.tasks) };
  say(`${what}longest gap between frames, ms`, longest, MUST.freeze_ms, tasks);
}

/** Down a long page by the wheel while changes go on. */
async function scroll(page: Page): Promise<void> {
  await page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height / 2);
  await taken(page);
  for (let n = 0; n < WHEELS; n++) {
    await page.mouse.wheel(0, WHEEL_PX);
    await rest(WHEEL_GAP_MS);
  }
  const { gaps } = await taken(page);
  await page.mouse.move(0, 0);
  await page.evaluate('scrollTo(0, 0)'); // where new ones come
  say('scrolling: gap between frames, p95 ms', quantile(gaps, 0.95), undefined, {
    p50: round(quantile(gaps, 0.5)),
    frames: gaps.length,
  });
}

interface Metrics {
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
}

async function memory(cdp: CDPSession) {
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = (await cdp.send('Performance.getMetrics')) as Metrics;
  const of = (name: string) => metrics.find((m) => m.name === name)?.value ?? Number.NaN;
  return { heap: of('JSHeapUsedSize') / 1_048_576, nodes: of('Nodes') };
}

async function watchMemory(desk: Program, page: Page, minutes: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const sender = send(desk, 'changes', { rate: RATE, seconds: minutes * 120 + 60, name: 'm' });
  const heaps: number[] = [];
  for (let minute = 0; minute <= minutes; minute++) {
    await rest(minute === 0 ? 30_000 : 60_000);
    const { heap, nodes } = await memory(cdp);
    heaps.push(heap);
    const { shown } = await taken(page);
    const more = { minute, nodes, visible_p50: round(quantile(shown, 0.5)), seen: shown.length };
    say('browser heap after collection, MiB', heap, undefined, more);
  }
  sender.stop();
  const sent = await sender.ended;
  const part = Math.max(1, Math.floor(heaps.length / 4));
  const mean = (all: readonly number[]) => all.reduce((a, b) => a + b, 0) / all.length;
  const first = mean(heaps.slice(1, 1 + part));
  const last = mean(heaps.slice(-part));
  say(`browser heap, last quarter of ${minutes} min against the first, MiB more`, last - first, 1, {
    first: round(first),
    last: round(last),
    rate: RATE,
    per_s: sent.per_s,
    refused: sent.refused,
  });
}

async function main(): Promise<void> {
  if (MISSING) throw new Error(MISSING);
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const desk = await startProgram(folder);
  const browser = await launch();
  try {
    const { per_s } = await send(desk, 'fill', {}).ended;
    process.stderr.write(`${ALARMS} alarms raised, ${per_s} a second\n`);
    const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: 'dark' });
    await context.addInitScript({ path: PAGE_SCRIPT });
    const page = await context.newPage();
    await signIn(desk, page);
    await openList(desk, page);
    if (Number(values.minutes) > 0) return await watchMemory(desk, page, Number(values.minutes));
    const sender = send(desk, 'changes', { rate: RATE, seconds: 600, name: 'p' });
    await firstPaint(desk, page);
    await scroll(page);
    sender.stop();
    await under(desk, page, 'changes', RATE);
    await under(desk, page, 'storm', Number(values.storm));
  } finally {
    await browser.close();
    await desk.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();

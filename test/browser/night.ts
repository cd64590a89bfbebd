import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Program, startProgram } from '../crash/program.ts';
import { DESKTOP, launch, PHONE } from './browser.ts';

/**
 * The night of docs/guide/one-night.md, once for real, with its pictures: a router's trap, a page
 * that climbs, the answer from the message, a runbook, a decision, the review; and a week later the
 * same trap. Needs Debian's chromium, snmp and faketime: `node test/browser/night.ts docs/images`.
 */
const [folder = 'docs/images'] = process.argv.slice(2);
const WITHIN_MS = 120_000;
const PASSWORD = 'a long night of work';
const A_DAY = '8640000';
const root = mkdtempSync(join(tmpdir(), 'tocsin-night-'));

const config = (phone: string): string => `route: {receiver: noc, group_wait: 1s}
receivers: [{name: noc, escalation_configs: [{policy: noc}]}]
schedules:
  - name: noc-first
    time_zone: Europe/Oslo
    layers: [{name: weekly, people: [ada], every: 1 week, start: 2026-01-05 09:00}]
escalation_policies:
  - name: noc
    steps:
      - {targets: [{schedule: noc-first}], wait: 1m}
      - {targets: [{person: bob}], wait: 10m}
runbooks: {folder: runbooks, secrets: {switch: ${'a-token-of-the-switch'}}}
# The switch of this story stands at ${phone}
`;

const runbook = (far: string): string => `---
name: restart-port
for: ['@type=~"link.*"']
parameters: {port: {type: number, description: Its number on the switch}}
---
# Restart a port that hangs

## Look whether somebody works there
Ask the site. Go on when nobody does.

## Restart it
\`\`\`http
POST ${far}/ports/{{port}}/restart
Authorization: Bearer {{secret.switch}}
\`\`\`

## Let it come up
\`\`\`wait 3s
\`\`\`

## Look at the light
`;

/** What rings in people's pockets, and the switch: it keeps what it was sent. */
async function farSide() {
  const heard: { readonly path: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      heard.push({ path: request.url ?? '', body });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, heard, close: () => server.close() };
}

type Far = Awaited<ReturnType<typeof farSide>>;

async function until<T>(what: string, find: () => T | undefined): Promise<T> {
  const giveUpAt = performance.now() + WITHIN_MS;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(`it did not come: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function trap(desk: Program, is: 'down' | 'up'): void {
  const to = /udp (127\.0\.0\.1:\d+)/.exec(desk.log())?.[1] ?? '';
  const oid = is === 'down' ? '1.3.6.1.6.3.1.1.5.3' : '1.3.6.1.6.3.1.1.5.4';
  const port = ['1.3.6.1.2.1.2.2.1.1.7', 'i', '7'];
  const args = ['-v', '2c', '-c', 'public', to, A_DAY, oid, ...port];
  const { status, stderr } = spawnSync('snmptrap', args, { env: { ...process.env, MIBS: '' } });
  if (status !== 0) throw new Error(`snmptrap: ${stderr}`);
}

async function api(desk: Program, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${desk.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${desk.token()}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text.startsWith('{') ? JSON.parse(text) : text;
}

async function addPeople(desk: Program, far: Far): Promise<void> {
  for (const [login, name] of [
    ['ada', 'Ada Marek'],
    ['bob', 'Bob Lund'],
  ] as const) {
    const user = { login, name, role: 'operator', password: PASSWORD };
    const made = (await api(desk, 'POST', '/api/v1/users', user)) as { user: { id: string } };
    const address = `${far.url}/phone/${login}`;
    const contact = { person: made.user.id, kind: 'webhook', address };
    await api(desk, 'POST', '/api/v1/contacts', contact);
  }
  await api(desk, 'POST', '/-/reload');
}

async function signedIn(browser: Browser, desk: Program, login: string): Promise<Page> {
  const page = await browser.newPage({ viewport: DESKTOP, colorScheme: 'dark' });
  await page.goto(desk.url);
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', PASSWORD);
  await page.click('button.main');
  await page.waitForSelector('#link-state[data-is="live"]');
  return page;
}

const shoot = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: join(folder, `night-${name}.png`) });

/** Nobody is home at Ada's; Bob answers on his phone, in bed. */
async function answered(browser: Browser, far: Far): Promise<void> {
  const to = (login: string) => far.heard.find(({ path }) => path === `/phone/${login}`);
  await until('the page to Ada', () => to('ada'));
  const { body } = await until('the page to Bob', () => to('bob'));
  const link = /https?:\/\/[^"\s\\]+\/answer\/[^"\s\\]+/.exec(body)?.[0];
  if (!link) throw new Error(`no link in ${body}`);
  const phone = await browser.newPage({ viewport: PHONE, colorScheme: 'dark' });
  await phone.goto(link);
  await shoot(phone, '1-message');
  await phone.click('button:has-text("I have it")');
  await phone.waitForSelector('text=Bob Lund has it');
  await phone.close();
}

async function openAlarm(page: Page, desk: Program): Promise<void> {
  await page.goto(desk.url);
  await page.locator('#rows td.c-res a').first().click();
  await page.waitForSelector('h2:has-text("What we know")');
}

async function runTheBook(page: Page, far: Far): Promise<void> {
  await page.click('main a:has-text("Runbooks")');
  await page.click('a:has-text("restart-port")');
  await page.fill('input[name="p.port"]', '7');
  await page.fill('[name="why"]', 'The port hangs since 02:14');
  await page.click('button:has-text("Start it")');
  await page.fill('[name="note"]', 'Nobody is there');
  await page.click('button:has-text("Step 1 is done")');
  await until('the request to the switch', () =>
    far.heard.find(({ path }) => path === '/ports/7/restart'),
  );
  await page.waitForSelector('button:has-text("Step 4 is done")');
  await page.fill('[name="note"]', 'The light is green');
  await shoot(page, '2-runbook');
  await page.click('button:has-text("Step 4 is done")');
  await page.waitForSelector('text=Bob Lund: The light is green');
}

async function decide(page: Page, desk: Program): Promise<void> {
  await openAlarm(page, desk);
  await page.keyboard.press('d');
  await page.selectOption('select[name="kind"]', 'restart');
  await page.fill('[name="what"]', 'port 7');
  await page.fill('[name="reason"]', 'The optics lost their light; a restart was the quickest');
  await page.fill('[name="followUp"]', 'Replace the optics of port 7');
  await shoot(page, '3-decision');
  await page.click('button:has-text("Write it down")');
  await page.waitForSelector('text=restart');
}

mkdirSync(folder, { recursive: true });
mkdirSync(join(root, 'runbooks'));
const far = await farSide();
writeFileSync(join(root, 'desk.yml'), config(far.url));
writeFileSync(join(root, 'runbooks', 'restart-port.md'), runbook(far.url));
writeFileSync(
  join(root, 'tocsin.yml'),
  'notifications: {allow_private_addresses: [127.0.0.0/8]}\n',
);
const flags = [
  `--config.file=${join(root, 'desk.yml')}`,
  `--settings=${join(root, 'tocsin.yml')}`,
  '--snmp.listen-address=127.0.0.1:0',
];
const browser = await launch();
const desks: Program[] = [];

/** The incident, closed, and its review: what is missing is told at once, then it is written. */
async function review(page: Page, desk: Program): Promise<void> {
  await openAlarm(page, desk);
  await page.click('a:has-text("Open an incident"), button:has-text("Open an incident")');
  await page.fill('input[name="title"]', 'Port 7 of the core switch went dark');
  await page.click('button:has-text("Open it")');
  await page.waitForSelector('h1:has-text("Port 7")');
  trap(desk, 'up');
  await page.fill('textarea[name="note"]', 'The port was restarted; its light is back.');
  await page.click('button[value="close"]');
  await page.click('a:has-text("Write the review")');
  await page.click('button:has-text("Write it")');
  await page.waitForSelector('main [role="alert"]');
  await shoot(page, '4-missing');
  for (const [name, text] of [
    ['summary', 'Port 7 of the core switch lost its light and was restarted.'],
    ['impact', 'No traffic to one customer for six minutes.'],
    ['contributing_factors', 'Old optics\nNo second link'],
    ['went_well', 'The second on duty answered from bed'],
  ] as const) {
    await page.fill(`[name="v.${name}"]`, text);
  }
  await page.click('button:has-text("Write it")');
  for (let n = 0; n < 60 && !(await page.isVisible('a[href*="format=pdf"]')); n++) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  const href = await page.getAttribute('a[href*="format=html"]', 'href');
  await page.goto(new URL(href ?? '', desk.url).href);
  await shoot(page, '5-review');
}

/** The first night, until everything is written down. */
async function firstNight(): Promise<void> {
  const desk = await startProgram(join(root, 'data'), flags);
  desks.push(desk);
  await addPeople(desk, far);
  trap(desk, 'down');
  await answered(browser, far);
  const page = await signedIn(browser, desk, 'bob');
  await openAlarm(page, desk);
  await runTheBook(page, far);
  await decide(page, desk);
  await review(page, desk);
  await page.close();
  await desk.end('SIGTERM');
}

/** The same trap, seven days on by the clock. */
async function aWeekLater(): Promise<void> {
  const desk = await startProgram(join(root, 'data'), flags, { by: ['faketime', '-f', '+7d'] });
  desks.push(desk);
  const page = await signedIn(browser, desk, 'bob');
  trap(desk, 'down');
  await page.waitForSelector('#rows td.c-res a');
  const woken = () => far.heard.filter(({ path }) => path === '/phone/ada').length;
  await until('Ada to be woken again', () => (woken() > 1 ? true : undefined));
  await openAlarm(page, desk);
  await page.waitForSelector('text=nobody has answered');
  await shoot(page, '6-again');
  await page.close();
  await desk.end('SIGTERM');
}

try {
  await firstNight();
  await aWeekLater();
} finally {
  for (const desk of desks) await desk.end('SIGKILL');
  await browser.close();
  far.close();
  rmSync(root, { recursive: true });
}

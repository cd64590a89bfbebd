import assert from 'node:assert/strict';
import { after } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { notificationSettings } from '../../src/cli/notification-settings.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { csrfOf } from '../../src/http/cookie.ts';
import { openConsole } from '../../src/http/pages.ts';
import { openWayTrial } from '../../src/wiring/way-trial.ts';
import { configurationOf, memorySecrets } from './configuration.ts';
import { readFeed } from './feeds.ts';
import { openParts, openTestServer, signedIn } from './http.ts';

/** A console over a configuration, and browsers in front of it. It closes when the tests end. */
export async function openConfigConsole() {
  const parts = await openParts();
  const { desk, clock } = parts;
  const secrets = memorySecrets();
  const configuration = configurationOf(desk, clock, undefined, secrets);
  const ways = {
    ...{ secrets, version: '0', homeUrl: () => '', proxies: { http: '', https: '', none: '' } },
    settings: { ...notificationSettings(undefined), allowedNetworks: ['127.0.0.0/8'] },
  };
  const tryWay = openWayTrial({ core: { desk, clock, log: silentLog }, configuration, ways });
  const sites: { close(): void }[] = [];
  const s = await openTestServer({
    parts,
    routes: (all) => {
      const site = openConsole({
        readFeed,
        ...{ ...all, configuration, tryWay, name: 'Tocsin', homeUrl: () => '' },
        traps: () => '',
        listening: () => [],
      });
      sites.push(site);
      return site.routes;
    },
  });
  after(async () => {
    for (const site of sites) site.close();
    await s.close();
  });
  const apply = async (by: UserId, text: string) => {
    const saved = await configuration.save({
      text,
      by,
      why: 'x',
      basedOn: configuration.inForce(),
    });
    assert.ok(saved.ok, JSON.stringify(saved));
  };
  const inForce = (): string => desk.memory.get('revisions', configuration.inForce())?.text ?? '';
  const browser = async (role: 'admin' | 'operator', login: string) => {
    const { id, cookie } = await signedIn(parts, role, login);
    return { id, ...browserOf(s.url, cookie) };
  };
  return { parts, configuration, secrets, url: s.url, apply, inForce, browser };
}

const LIST = '/configuration/receivers';

function browserOf(url: string, cookie: string) {
  const csrf = csrfOf(cookie.replace('tocsin_session=', ''));
  const headers = { cookie, accept: 'text/html' };
  const said = async (response: Response) => {
    const markup = await response.text();
    const to = response.headers.get('location') ?? '';
    return { status: response.status, to, markup, text: plain(markup) };
  };
  const get = async (path: string) => said(await fetch(`${url}${path}`, { headers }));
  /** What a form of that page says it was made from. */
  const markOf = async (path: string): Promise<string> =>
    /name="from"\s+value="([^"]*)"/.exec((await get(path)).markup)?.[1] ?? '';
  const post = async (path: string, fields: Record<string, string>) =>
    said(
      await fetch(`${url}${path}`, {
        ...{ method: 'POST', redirect: 'manual', headers },
        body: new URLSearchParams({ csrf, from: await markOf(LIST), ...fields }),
      }),
    );
  return { get, post, markOf };
}

/** What a page says. */
export const plain = (page: string): string =>
  page
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');

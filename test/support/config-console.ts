import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { notificationSettings } from '../../src/cli/notification-settings.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { openWayTrial } from '../../src/wiring/way-trial.ts';
import { configurationOf, memorySecrets } from './configuration.ts';
import { openSite } from './console-site.ts';
import { openParts } from './http.ts';

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
  const site = await openSite({ parts, configuration, tryWay });
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
  const browser = async (role: 'admin' | 'operator', login: string) =>
    formsOf(await site.browser(role, login));
  return { parts, configuration, secrets, url: site.url, apply, inForce, browser };
}

const LIST = '/configuration/receivers';

type Browser = Awaited<ReturnType<Awaited<ReturnType<typeof openSite>>['browser']>>;

/** The same browser, reading what pages say and posting forms with the mark they were made from. */
function formsOf({ id, ...browser }: Browser) {
  const read = <T extends { readonly markup: string }>(said: T) => ({
    ...said,
    text: plain(said.markup),
  });
  const get = async (path: string) => read(await browser.get(path));
  /** What a form of that page says it was made from. */
  const markOf = async (path: string): Promise<string> =>
    /name="from"\s+value="([^"]*)"/.exec((await get(path)).markup)?.[1] ?? '';
  const post = async (path: string, fields: Record<string, string>) =>
    read(await browser.post(path, { from: await markOf(LIST), ...fields }));
  return { id, get, post, markOf };
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

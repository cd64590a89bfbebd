import { after } from 'node:test';
import type { Role } from '../../src/desk/entry.ts';
import { csrfOf } from '../../src/http/cookie.ts';
import { openConsole } from '../../src/http/pages.ts';
import { configurationOf } from './configuration.ts';
import { readFeed } from './feeds.ts';
import { openTestServer, type Parts, signedIn, type TestServerOptions } from './http.ts';

type Configuration = ReturnType<typeof configurationOf>;

interface SiteOptions {
  readonly parts: Parts;
  readonly configuration?: Configuration;
  readonly tryWay?: Parameters<typeof openConsole>[0]['tryWay'];
  readonly sources?: TestServerOptions['sources'];
}

/** A console over these parts, and browsers in front of it. It closes when the tests end. */
export async function openSite({ parts, tryWay, sources = [], ...more }: SiteOptions) {
  const configuration = more.configuration ?? configurationOf(parts.desk, parts.clock);
  const sites: { close(): void }[] = [];
  const s = await openTestServer({
    ...{ parts, sources },
    routes: (all) => {
      const site = openConsole({
        ...{ ...all, readFeed, configuration, name: 'Tocsin', homeUrl: () => '' },
        ...{ traps: () => '', listening: () => [] },
        ...(tryWay ? { tryWay } : {}),
      });
      sites.push(site);
      return site.routes;
    },
  });
  after(async () => {
    for (const site of sites) site.close();
    await s.close();
  });
  const browser = async (role: Role, login: string = role) => {
    const { id, cookie } = await signedIn(parts, role, login);
    return { id, ...browserOf(s.url, cookie) };
  };
  return { url: s.url, browser };
}

type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

const pairsOf = (fields: Fields): [string, string][] =>
  (Array.isArray(fields) ? fields : Object.entries(fields)) as [string, string][];

function browserOf(url: string, cookie: string) {
  const csrf = csrfOf(cookie.replace('tocsin_session=', ''));
  const headers = { cookie, accept: 'text/html' };
  /** `markup` is as it came; in `text` what lies between words is one space. */
  const said = async (response: Response) => {
    const markup = await response.text();
    const to = response.headers.get('location') ?? '';
    return { status: response.status, to, markup, text: markup.replace(/\s+/g, ' ') };
  };
  return {
    get: async (path: string) => said(await fetch(`${url}${path}`, { headers })),
    post: async (path: string, fields: Fields) =>
      said(
        await fetch(`${url}${path}`, {
          ...{ method: 'POST', redirect: 'manual', headers },
          body: new URLSearchParams([['csrf', csrf], ...pairsOf(fields)]),
        }),
      ),
  };
}

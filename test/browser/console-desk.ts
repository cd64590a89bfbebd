import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { type FoldDesk, foldDeskWith } from '../console/desk.ts';
import { type Served, serveConsole } from '../console/serve.ts';
import { isLive, launch, MISSING, openPage, type Watched } from './browser.ts';

export type OpenOptions = Parameters<typeof openPage>[2] & { login?: string };

/**
 * One browser for the tests of a file, and for each a fresh desk with its console. A test has
 * failed when its pages saw an error, a breach of the policy or a request to elsewhere.
 */
export function freshConsole(login = 'tom') {
  const all: { browser?: Browser; desk?: FoldDesk<Clock>; served?: Served } = {};
  let watched: Watched[] = [];
  before(async () => {
    if (!MISSING) all.browser = await launch();
  });
  after(() => all.browser?.close());
  beforeEach(async () => {
    all.desk = foldDeskWith(systemClock());
    all.served = await serveConsole(all.desk);
    watched = [];
  });
  afterEach(async () => {
    for (const { context } of watched) await context.close();
    await all.served?.close();
    assert.deepEqual(
      watched.flatMap((w) => w.faults),
      [],
      'no error, no breach of the policy, no request to elsewhere',
    );
  });
  return {
    skip: MISSING ?? false,
    get browser(): Browser {
      return all.browser ?? assert.fail('no browser yet');
    },
    get desk(): FoldDesk<Clock> {
      return all.desk ?? assert.fail('no desk yet');
    },
    get served(): Served {
      return all.served ?? assert.fail('no console yet');
    },
    get watched(): Watched[] {
      return watched;
    },
    /** The same desk behind another console: what a console keeps for itself is gone. */
    async serveAgain(): Promise<void> {
      await this.served.close();
      all.served = await serveConsole(this.desk);
    },
    /** A page of somebody who is signed in, once it is live. */
    async open(path: string, options: OpenOptions = {}): Promise<Page> {
      const cookie = this.served.session(options.login ?? login);
      const opened = await openPage(this.browser, this.served.url, { cookie, ...options });
      watched.push(opened);
      await opened.page.goto(this.served.url + path);
      if (options.javaScriptEnabled !== false) await isLive(opened.page);
      return opened.page;
    },
  };
}

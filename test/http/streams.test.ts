import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Route } from '../../src/http/route.ts';
import { openServer } from '../../src/http/server.ts';
import { HTTP_DEFAULTS } from '../../src/http/settings.ts';
import { openParts, openTestServer, signedIn } from '../support/http.ts';

const OPEN = { need: 'nothing' } as const;

test('what is being answered is finished before the server closes, and streams end', async () => {
  let finish = () => {};
  const held = new Promise<void>((done) => {
    finish = done;
  });
  const slow: Route = {
    method: 'GET',
    path: '/slow',
    access: OPEN,
    summary: 'Takes its time.',
    handle: async () => {
      await held;
      return { status: 200, body: 'done' };
    },
  };
  const stream: Route = {
    method: 'GET',
    path: '/stream',
    access: OPEN,
    summary: 'Never ends by itself.',
    handle: ({ raw: { response } }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('hello');
      return { status: 200, taken: true };
    },
  };
  const parts = await openParts();
  const settings = { ...HTTP_DEFAULTS, port: 0 };
  const server = await openServer({ ...parts, settings, routes: [slow, stream], sources: [] });
  const streaming = await fetch(`${server.url}/stream`);
  assert.equal(streaming.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(server.streamsOpen(), 1);
  const answering = fetch(`${server.url}/slow`);
  await once(connect(server.port, '127.0.0.1').end(), 'close'); // the request above is there by now
  const closing = server.close();
  assert.equal(await streaming.text(), 'hello');
  finish();
  assert.equal(await (await answering).text(), 'done');
  await closing;
  await assert.rejects(fetch(`${server.url}/slow`));
});

test('a stream ends within seconds when its reader may read no longer', async () => {
  const stream: Route = {
    method: 'GET',
    path: '/stream',
    access: { need: 'role', role: 'viewer' },
    summary: 'Never ends by itself.',
    handle: ({ raw: { response } }) => {
      response.writeHead(200);
      response.write('hello');
      return { status: 200, taken: true };
    },
  };
  const own = await openTestServer({ routes: () => [stream] });
  await signedIn(own, 'admin');
  const viewer = await signedIn(own, 'viewer');
  const response = await fetch(`${own.url}/stream`, { headers: { cookie: viewer.cookie } });
  await own.accounts.setDisabled(viewer.id, viewer.id, true);
  own.clock.pass(2_000);
  assert.equal(await response.text(), 'hello');
  await own.close();
});

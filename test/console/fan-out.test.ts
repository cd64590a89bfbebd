import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { foldDesk, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

/** One console: what it heard, event by event, until its stream ends. */
async function listen(served: Served, cookie: string, path: string, last = '') {
  const headers = { cookie, ...(last && { 'last-event-id': last }) };
  const response = await fetch(served.url + path, { headers });
  const chunks = response.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let text = '';
  const block = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const { value, done } = (await chunks?.next()) ?? { done: true };
      if (done) throw new Error('the stream ended');
      text += value;
    }
  };
  return {
    async next(event: string): Promise<{ readonly id: string; readonly block: string }> {
      for (;;) {
        const found = await block();
        if (!found.includes(`event: ${event}\n`)) continue;
        return { id: /^id: (.*)$/m.exec(found)?.[1] ?? '', block: found };
      }
    },
    ended: async () => {
      await assert.rejects(async () => {
        for (;;) await block();
      });
    },
  };
}

test('consoles of a process that died get what they missed when they come again, as those who stayed', async () => {
  const desk = foldDesk();
  desk.tell(says('first', 't', { severity: 'minor' }));
  const served = await serveConsole(desk, { fanOutProcesses: 2 });
  const cookie = served.session('nora');
  const page = await (await fetch(`${served.url}/`, { headers: { cookie } })).text();
  const path = (/data-live="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
  const both = [await listen(served, cookie, path), await listen(served, cookie, path)];
  desk.tell(says('core-1', 'link.down'));
  desk.clock.pass(50);
  const [seen, same] = await Promise.all(both.map((one) => one.next('tick')));
  assert.equal(seen?.block, same?.block, 'the same bytes from both processes');
  assert.match(seen?.block ?? '', /core-1/);
  const pids = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ');
  process.kill(Number(pids[0]), 'SIGKILL');
  const [lost, stays] = both;
  await lost?.ended();
  while (served.streamsOpen() > 1) await new Promise(setImmediate);
  desk.tell(says('core-2', 'link.down'));
  desk.clock.pass(50);
  const missed = await stays?.next('tick');
  const again = await listen(served, cookie, path, seen?.id ?? '');
  assert.equal((await again.next('tick')).block, missed?.block, 'the very same event');
  await served.close();
});

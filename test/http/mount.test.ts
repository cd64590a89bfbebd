import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MountedSource } from '../../src/http/mount.ts';
import { openTestServer, raise } from '../support/http.ts';

const asked: unknown[] = [];
const shouting: MountedSource = {
  name: 'shout/a',
  settings: { path: '/in/a' },
  source: {
    summary: 'Raises one alarm for each word; a number is refused.',
    translate(input, settings) {
      asked.push({ ...input, body: Buffer.from(input.body).toString(), settings });
      const words = Buffer.from(input.body).toString().split(' ');
      const bad = words.filter((word) => /\d/.test(word));
      return {
        events: words.filter((word) => !bad.includes(word)).map((word) => raise(word)),
        refused: bad.map((field) => ({ field, why: 'a number' })),
      };
    },
    http: {
      method: 'POST',
      path: (settings) => (settings as { path: string }).path,
      bodyBytesMax: 10,
      answer: ({ refused }, delivered) => ({
        status: delivered === undefined ? 400 : delivered.ok ? 200 : 503,
        body: `${refused.length} refused`,
      }),
    },
  },
};

test('a source on the server is read, translated, delivered, answered and counted', async (t) => {
  const own = await openTestServer({ sources: [shouting] });
  t.after(own.close);
  const send = (body: string) => fetch(`${own.url}/in/a`, { method: 'POST', body });
  const response = await send('up 7');
  assert.equal(response.status, 200);
  assert.equal(await response.text(), '1 refused');
  assert.deepEqual(asked.at(-1), {
    body: 'up 7',
    at: own.clock.now(),
    from: '127.0.0.1',
    contentType: 'text/plain',
    params: {},
    settings: { path: '/in/a' },
  });
  assert.equal([...own.desk.memory.all('alarms')][0]?.resource, 'up');
  assert.equal((await send('9')).status, 400);
  assert.equal((await send('0123456789a')).status, 413);
  const [figures] = own.figures.all();
  assert.equal(figures?.events, 1);
  assert.equal(figures?.refused, 3);
  assert.deepEqual(
    figures?.samples.map(({ why, sample }) => [why, sample]),
    [
      ['7: a number', 'up 7'],
      ['9: a number', '9'],
      ['larger than 10 bytes', ''],
    ],
  );
  own.journal.failNext('no space left', Number.POSITIVE_INFINITY);
  const down = await send('down');
  assert.equal(down.status, 503);
  assert.equal(own.figures.all()[0]?.counted['turned away'], 1);
  assert.match(down.headers.get('retry-after') ?? '', /^\d+$/);
  own.journal.failNext('', 0);
});

test('the same key hands the same events in once', async (t) => {
  const own = await openTestServer({ sources: [shouting] });
  t.after(own.close);
  const send = () =>
    fetch(`${own.url}/in/a`, { method: 'POST', body: 'up', headers: { 'idempotency-key': 'k' } });
  await send();
  await send();
  assert.equal([...own.desk.memory.all('alarms')][0]?.occurrences, 1);
});

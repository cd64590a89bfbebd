import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventRing, eventBytes, STREAM_LIMITS, writeTo } from '../../src/http/live-stream.ts';
import { HereRoom } from '../../src/http/reader.ts';
import { foldDesk, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: {
    readonly order?: readonly string[];
    readonly rows?: Readonly<Record<string, string>>;
    readonly left?: Readonly<Record<string, string>>;
    readonly figures?: Readonly<Record<string, string>>;
    readonly parts?: Readonly<Record<string, string>>;
    readonly worst?: string;
    readonly title?: string;
  };
}

interface Listener {
  next(event: string): Promise<Heard>;
  /** Everything heard so far, as it came. */
  readonly text: string;
  close(): void;
}

async function listen(served: Served, path: string, last = ''): Promise<Listener> {
  const abort = new AbortController();
  const headers = {
    cookie: served.session('nora'),
    ...(last && { 'last-event-id': last }),
  };
  const response = await fetch(served.url + path, { headers, signal: abort.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const chunks = response.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  assert.ok(chunks);
  let [text, read] = ['', 0];
  const take = (): Heard | undefined => {
    const end = text.indexOf('\n\n', read);
    if (end < 0) return undefined;
    const block = text.slice(read, end);
    read = end + 2;
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    return { event: field('event'), id: field('id'), data: JSON.parse(field('data') || '{}') };
  };
  return {
    get text() {
      return text;
    },
    async next(event) {
      for (;;) {
        for (let found = take(); found; found = take()) if (found.event === event) return found;
        const { value, done } = await chunks.next();
        assert.ok(!done, `the stream ended before ${event}`);
        text += value;
      }
    },
    close: () => abort.abort(),
  };
}

const livePath = async (served: Served, path = '/'): Promise<string> => {
  const headers = { cookie: served.session('nora') };
  const text = await (await fetch(served.url + path, { headers })).text();
  return (/data-live="([^"]*)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&');
};

const withDesk = async (
  body: (desk: ReturnType<typeof foldDesk>, served: Served) => Promise<void>,
) => {
  const desk = foldDesk();
  desk.tell(says('first', 't', { severity: 'minor' }));
  const served = await serveConsole(desk);
  try {
    await body(desk, served);
  } finally {
    await served.close();
  }
};

test('an alarm raised after the page was drawn is told, with its row as the page draws it', () =>
  withDesk(async (desk, served) => {
    const stream = await listen(served, await livePath(served));
    await stream.next('head');
    desk.tell(says('core-1', 'link.down'));
    desk.clock.pass(0);
    const { data } = await stream.next('tick');
    const id = data.order?.[0] ?? '';
    assert.equal(data.order?.length, 2);
    assert.match(data.rows?.[id] ?? '', /core-1/);
    assert.equal(data.figures?.range, '2 alarms');
    stream.close();
  }));

test('what happened between the page and the stream is not missed', () =>
  withDesk(async (desk, served) => {
    const path = await livePath(served);
    desk.tell(says('between', 't'));
    desk.clock.pass(1_000);
    const stream = await listen(served, path);
    const { data } = await stream.next('full');
    assert.equal(data.order?.length, 2);
    stream.close();
  }));

test('who comes again gets what was missed, or everything when that is no longer kept', () =>
  withDesk(async (desk, served) => {
    const path = await livePath(served);
    const stays = await listen(served, path);
    desk.tell(says('a', 't'));
    desk.clock.pass(100);
    const seen = await stays.next('tick');
    desk.tell(says('b', 't'));
    desk.clock.pass(100);
    const missed = await stays.next('tick');
    const again = await listen(served, path, seen.id);
    const told = await again.next('tick');
    assert.deepEqual(told, missed, 'the very same event');
    const stranger = await listen(served, path, 'nobody.7');
    assert.equal((await stranger.next('full')).data.order?.length, 3);
    for (let i = 0; i <= STREAM_LIMITS.ring_events_max; i++) {
      desk.tell(says('b', 't', { severity: i % 2 ? 'major' : 'minor' }));
      desk.clock.pass(100);
      await stays.next('tick');
    }
    const late = await listen(served, path, seen.id);
    assert.equal((await late.next('full')).data.order?.length, 3);
    for (const s of [stays, again, stranger, late]) s.close();
  }));

test('everybody on a view gets the same bytes', () =>
  withDesk(async (desk, served) => {
    const path = await livePath(served);
    const both = [await listen(served, path), await listen(served, path)];
    for (let i = 0; i < 5; i++) {
      desk.tell(says(`r${i}`, 't'));
      desk.clock.pass(100);
      for (const s of both) await s.next('tick');
    }
    const ticks = both.map(({ text }) =>
      text.split('\n\n').filter((b) => b.includes('event: tick')),
    );
    assert.equal(ticks[0]?.length, 5);
    assert.deepEqual(ticks[0], ticks[1]);
    for (const s of both) s.close();
  }));

test('a row that leaves the view is told once more, as it is now', () =>
  withDesk(async (desk, served) => {
    const stream = await listen(served, await livePath(served));
    await stream.next('head');
    desk.tell(says('first', 't', { kind: 'clear' }));
    desk.clock.pass(100);
    const { data } = await stream.next('tick');
    assert.deepEqual(data.order, []);
    assert.match(Object.values(data.left ?? {})[0] ?? '', /unseen/);
    stream.close();
  }));

test('the head of every page follows the worst that waits', () =>
  withDesk(async (desk, served) => {
    const stream = await listen(served, '/live/head');
    assert.equal((await stream.next('head')).data.worst, 'minor');
    desk.tell(says('x', 't'));
    desk.clock.pass(0);
    const { data } = await stream.next('head');
    assert.equal(data.worst, 'critical');
    assert.equal(data.title, '(1 critical) ');
    stream.close();
  }));

test('the page of one alarm is told its parts when it changes', () =>
  withDesk(async (desk, served) => {
    const [alarm] = desk.memory.all('alarms');
    assert.ok(alarm);
    const stream = await listen(served, `/live/alarms/${alarm.id}`);
    await stream.next('alarm');
    await desk.act(NORA, { verb: 'acknowledge', on: [{ id: alarm.id }], note: 'mine now' });
    desk.clock.pass(100);
    const { parts } = (await stream.next('alarm')).data;
    assert.match(parts?.timeline ?? '', /mine now/);
    assert.match(parts?.verbs ?? '', /value="unacknowledge"/);
    stream.close();
  }));

test('the desk beats, so that silence is a loss', () =>
  withDesk(async (desk, served) => {
    const stream = await listen(served, '/live/head');
    await stream.next('head');
    desk.clock.pass(STREAM_LIMITS.beat_s * 1_000);
    await stream.next('beat');
    stream.close();
  }));

test('the overview is drawn anew while somebody looks, at most once a second', () =>
  withDesk(async (desk, served) => {
    const page = await fetch(`${served.url}/overview`, {
      headers: { cookie: served.session('vera') },
    });
    assert.match(await page.text(), /data-live="\/live\/overview"/);
    const overview = await listen(served, '/live/overview');
    assert.match(
      (await overview.next('alarm')).data.parts?.['site'] ?? '',
      /No alarm names a site/,
    );
    desk.tell(says('r1', 't', { labels: { site: 'nbg' } }));
    desk.clock.pass(0);
    const drawn = await overview.next('alarm');
    assert.match(drawn.data.parts?.['site'] ?? '', /<b>nbg<\/b>.*1 waiting/s);
    desk.tell(says('r2', 't', { labels: { site: 'nbg' } }));
    desk.clock.pass(999);
    desk.tell(says('r3', 't', { labels: { site: 'nbg' } }));
    desk.clock.pass(1);
    const second = await overview.next('alarm');
    assert.match(second.data.parts?.['site'] ?? '', /3 waiting/, 'both at once');
    overview.close();
  }));

test('a stream needs a session, and a view that cannot be read has none', () =>
  withDesk(async (_desk, served) => {
    assert.equal((await fetch(`${served.url}/live`)).status, 401);
    const headers = { cookie: served.session('vera') };
    assert.equal((await fetch(`${served.url}/live?q=%22`, { headers })).status, 422);
  }));

test('the ring keeps the newest events, at most so many and so much', () => {
  const ring = new EventRing();
  const { ring_events_max, ring_bytes_max } = STREAM_LIMITS;
  for (let i = 1; i <= ring_events_max; i++) ring.push(eventBytes('e', i));
  assert.ok(ring.covers(0), 'exactly full');
  ring.push(eventBytes('e', 'one more'));
  assert.ok(!ring.covers(0));
  assert.ok(ring.covers(1));
  assert.equal(String(ring.since(1)[0]), String(eventBytes('e', 2)));
  assert.deepEqual(ring.since(ring.head), []);
  ring.push(Buffer.alloc(ring_bytes_max));
  assert.ok(!ring.covers(ring.head - 2));
  assert.ok(ring.covers(ring.head - 1));
  ring.skip();
  assert.ok(!ring.covers(ring.head - 1));
});

/** As much of a response as a writer looks at. */
const reader = (waiting: number) => {
  const seen = { written: 0, destroyed: false };
  const response = {
    writableEnded: false,
    destroyed: false,
    writableLength: waiting,
    write: () => ++seen.written > 0,
    destroy: () => {
      seen.destroyed = true;
    },
  };
  return { seen, response: response as unknown as Parameters<typeof writeTo>[0] };
};

test('a reader with more waiting than the maximum is cut off; one at the maximum is not', () => {
  const { waiting_bytes_max: max } = STREAM_LIMITS;
  const at = reader(max);
  assert.ok(writeTo(at.response, Buffer.from('x')));
  assert.deepEqual(at.seen, { written: 1, destroyed: false });
  const over = reader(max + 1);
  assert.ok(!writeTo(over.response, Buffer.from('x')));
  assert.deepEqual(over.seen, { written: 0, destroyed: true });
});

/** Somebody in a room who keeps what is said. */
const keeper = () => {
  const heard: string[] = [];
  const write = (bytes: Buffer) => heard.push(String(bytes)) > 0;
  return { heard, write, outlet: { room: () => new HereRoom() }, onClose() {}, end() {} };
};

test('many readers are written to in slices, with room for other work between', async () => {
  const max = STREAM_LIMITS.slice_readers_max;
  const [room, all] = [new HereRoom(), Array.from({ length: 2 * max + 1 }, keeper)];
  for (const reader of all) room.add(reader);
  const reached = () => all.filter(({ heard }) => heard.length > 0).length;
  const done = Promise.withResolvers<void>();
  room.tell(Buffer.from('x'), done.resolve);
  assert.equal(reached(), max, 'one slice at once');
  await done.promise;
  assert.equal(reached(), 2 * max + 1);
});

test('told twice in a row, everybody hears both in order, whoever comes or goes between', async () => {
  const max = STREAM_LIMITS.slice_readers_max;
  const [room, all] = [new HereRoom(), Array.from({ length: max + 10 }, keeper)];
  for (const reader of all) room.add(reader);
  const done = Promise.withResolvers<void>();
  room.tell(Buffer.from('1'), () => {});
  const [late, gone] = [keeper(), all.shift()];
  room.add(late);
  if (gone) room.delete(gone);
  room.tell(Buffer.from('2'), done.resolve);
  await done.promise;
  assert.deepEqual(late.heard, ['2'], 'not what was told before it came');
  for (const { heard } of all) assert.deepEqual(heard, ['1', '2']);
});

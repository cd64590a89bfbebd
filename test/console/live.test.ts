import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STREAM_LIMITS } from '../../src/http/live-stream.ts';
import { foldDesk, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: {
    readonly order?: readonly string[];
    readonly gone?: readonly string[];
    readonly put?: readonly (readonly [at: number, id: string])[];
    readonly size?: number;
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
    const [at, id = ''] = data.put?.[0] ?? [];
    assert.deepEqual([at, data.put?.length, data.size], [0, 1, 2], 'first of two rows');
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
    assert.deepEqual([data.gone?.length, data.size], [1, 0]);
    assert.match(Object.values(data.left ?? {})[0] ?? '', /unseen/);
    stream.close();
  }));

test('a change that moves no row names no row but its own', () =>
  withDesk(async (desk, served) => {
    const stream = await listen(served, await livePath(served));
    await stream.next('head');
    desk.tell(says('first', 't', { severity: 'minor', text: 'said anew' }));
    desk.clock.pass(100);
    const { data } = await stream.next('tick');
    assert.equal(Object.keys(data.rows ?? {}).length, 1);
    assert.deepEqual([data.put, data.gone, data.size], [undefined, undefined, undefined]);
    stream.close();
  }));

/** As a browser keeps it: order and rows, after whatever it heard. */
const screen = () => {
  const rows = new Map<string, string>();
  let order: string[] = [];
  return {
    take({ data }: Heard): void {
      const away = new Set([...(data.gone ?? []), ...(data.put ?? []).map(([, id]) => id)]);
      order = [...(data.order ?? order.filter((id) => !away.has(id)))];
      for (const [at, id] of data.put ?? []) order.splice(at, 0, id);
      for (const [id, row] of Object.entries(data.rows ?? {})) rows.set(id, row);
      if (data.size !== undefined) assert.equal(order.length, data.size);
    },
    get shown(): readonly string[] {
      return order.map((id) => rows.get(id) ?? '');
    },
  };
};

test('a page of 2,000 rows comes in blocks, and ticks go on from it', () =>
  withDesk(async (desk, served) => {
    for (let i = 0; i < 2_100; i++) desk.tell(says(`r${i}`, 't'));
    await livePath(served, '/?size=2000');
    const stream = await listen(served, '/live?size=2000&mark=nobody.1');
    const seen = screen();
    const first = await stream.next('full');
    assert.equal(first.data.order?.length, 2_000);
    assert.equal(Object.keys(first.data.rows ?? {}).length, STREAM_LIMITS.block_rows);
    assert.equal(first.id, '', 'who loses it here begins anew');
    seen.take(first);
    const blocks = 2_000 / STREAM_LIMITS.block_rows;
    let last = first;
    for (let n = 1; n < blocks; n++) {
      last = await stream.next('more');
      seen.take(last);
    }
    assert.notEqual(last.id, '');
    assert.ok(seen.shown.every((row) => row.includes('<tr')));
    desk.clock.pass(1_000);
    desk.tell(says('newest', 't'));
    desk.clock.pass(0);
    const tick = await stream.next('tick');
    assert.ok(JSON.stringify(tick.data).length < 4_000, 'one row, not the order of 2,000');
    seen.take(tick);
    assert.equal(seen.shown.length, 2_000);
    assert.ok(seen.shown.some((row) => row.includes('newest')));
    stream.close();
  }));

test('when more rows changed than a tick holds, everybody is sent the page, then it is quiet', () =>
  withDesk(async (desk, served) => {
    const { tick_rows_max: max, row_ms } = STREAM_LIMITS;
    const stream = await listen(served, await livePath(served, '/?size=500'));
    await stream.next('head');
    for (let i = 0; i < max; i++) desk.tell(says(`r${i}`, 't'));
    desk.clock.pass(0);
    const at = await stream.next('tick');
    assert.equal(Object.keys(at.data.rows ?? {}).length, max, 'at the limit');
    desk.clock.pass(1_000);
    for (let i = 0; i <= max; i++) desk.tell(says(`s${i}`, 't'));
    desk.clock.pass(0);
    const { data } = await stream.next('full');
    assert.equal(data.order?.length, 500);
    desk.tell(says('late', 't'));
    desk.clock.pass(500 * row_ms - 1);
    assert.doesNotMatch(stream.text, /late/);
    desk.clock.pass(1);
    assert.match(JSON.stringify((await stream.next('tick')).data), /late/);
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

test('how an alarm went is drawn a second after it changed, whatever came in it, and each minute', () =>
  withDesk(async (desk, served) => {
    const [alarm] = desk.memory.all('alarms');
    assert.ok(alarm);
    const stream = await listen(served, `/live/alarms/${alarm.id}?range=7d`);
    const course = async (): Promise<string> => {
      for (;;) {
        const { parts } = (await stream.next('alarm')).data;
        if (parts?.['strip'] !== undefined) return `${parts['strip']} ${parts['episodes']}`;
      }
    };
    await stream.next('alarm');
    desk.clock.pass(1_000);
    assert.match(await course(), /1 episode in 7 days/);
    await desk.act(NORA, { verb: 'acknowledge', on: [{ id: alarm.id }], note: 'mine' });
    desk.clock.pass(999);
    await desk.act(NORA, { verb: 'comment', on: [{ id: alarm.id }], note: 'the optic' });
    desk.clock.pass(1);
    assert.match(await course(), /somebody had it[\s\S]*“mine”[\s\S]*“the optic”/, 'both at once');
    desk.clock.pass(60_000);
    assert.match(await course(), /raised for 1 min in all/);
    stream.close();
  }));

test('the desk beats, so that silence is a loss', () =>
  withDesk(async (desk, served) => {
    const paths = ['/live/head', await livePath(served), '/live?mark=nobody.1'];
    const streams = await Promise.all(paths.map((path) => listen(served, path)));
    for (const stream of streams) await stream.next('beat'); // the first one greets
    desk.clock.pass(STREAM_LIMITS.beat_s * 1_000);
    for (const stream of streams) {
      await stream.next('beat');
      stream.close();
    }
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headView } from '../../src/console/layout.ts';
import { openBreakdowns } from '../../src/desk/views/breakdowns.ts';
import { readQuery } from '../../src/desk/views/query.ts';
import { listReading } from '../../src/desk/views/reading.ts';
import { openListViews } from '../../src/desk/views/shared.ts';
import { openFeed } from '../../src/http/list-feed.ts';
import { openHead } from '../../src/http/live-head.ts';
import { type ChannelParts, ListChannel } from '../../src/http/live-list.ts';
import { figuresGap, STREAM_LIMITS } from '../../src/http/live-stream.ts';
import { HereRoom, type Reader } from '../../src/http/reader.ts';
import { type FoldDesk, foldDesk, says } from './desk.ts';

/** What a channel needs besides a head. */
const partsOf = ({ clock, memory }: FoldDesk): Omit<ChannelParts, 'head'> => ({
  clock,
  rowContext: () => ({
    site: { prefix: '' } as never,
    nameOf: (id) => id,
    loginOf: (id) => id,
    now: clock.now(),
    memory,
    mutedOf: () => undefined,
  }),
  times: undefined,
  position: () => memory.position,
  ended: () => {},
});

/** Critical alarms, looked at by so many consoles in one room; all they are told is kept once. */
function channel(readers: number) {
  const desk = foldDesk();
  const views = openListViews(desk);
  const query = readQuery(new URLSearchParams('severity=critical'));
  const breakdowns = openBreakdowns(
    desk,
    listReading(desk, () => undefined),
  );
  const feed = openFeed(query, { views, breakdowns });
  assert.ok(!('why' in feed));
  const state = { head: 'event: head\ndata: 0\n\n' };
  const made = new ListChannel(feed, { ...partsOf(desk), head: () => state.head });
  const rooms: Reader['outlet'] = { room: () => new HereRoom() };
  const heard: string[] = [];
  const mark = made.mark();
  for (let n = 0; n < readers; n++) {
    const write = (bytes: Buffer) => n > 0 || heard.push(String(bytes)) > 0;
    made.add({ outlet: rooms, write, onClose() {}, end() {} }, mark);
  }
  const say = (head: string) => {
    state.head = `event: head\ndata: ${head}\n\n`;
    made.headSays(state.head);
  };
  const close = () => made.close();
  return { desk, say, close, take: () => heard.splice(0, Infinity) };
}

/** In one slice: they are written to at once. */
const READERS = STREAM_LIMITS.slice_readers_max;
const VIEWS = 300;

test('a new head goes along with rows, in one write; by itself when its time has come', () => {
  const { desk, say, take, close } = channel(READERS);
  desk.tell(says('core-1', 't'));
  say('1');
  desk.clock.pass(0);
  const [first = '', ...more] = take();
  assert.deepEqual(more, []);
  assert.match(first, /^id: .*\nevent: tick\n.*core-1.*\n\nevent: head\ndata: 1\n\n$/s);
  say('2');
  say('3');
  desk.clock.pass(figuresGap(READERS) - 1);
  assert.deepEqual(take(), [], 'not before its time');
  desk.clock.pass(1);
  assert.deepEqual(take(), ['event: head\ndata: 3\n\n'], 'the newest, without a number');
  close();
});

test('rows do not wait for figures: neither those told just now nor those that wait', () => {
  const { desk, say, take, close } = channel(READERS);
  say('1');
  assert.equal(take().length, 1, 'at once when nothing was told');
  say('2');
  desk.tell(says('core-1', 't'));
  desk.clock.pass(0);
  const [tick = ''] = take();
  assert.match(tick, /core-1.*data: 2/s);
  desk.clock.pass(1_000);
  assert.deepEqual(take(), [], 'nothing twice');
  close();
});

test('figures alone wait longer the more read them, up to the maximum', () => {
  const { figures_ms_max: max, figures_readers_per_ms: each } = STREAM_LIMITS;
  assert.equal(figuresGap(20), 2);
  assert.equal(figuresGap(max * each), max);
  assert.equal(figuresGap(max * each * 2), max);
});

test('with hundreds of views that tick at once the head is drawn once for all of them', () => {
  const desk = foldDesk();
  const views = openListViews(desk);
  const breakdowns = openBreakdowns(
    desk,
    listReading(desk, () => undefined),
  );
  let drawn = 0;
  const { now: head } = openHead(
    () => headView(views.counts, '', ''),
    ({ waiting }) => {
      drawn++;
      return `event: head\ndata: ${waiting.critical}\n\n`;
    },
  );
  const told: string[] = [];
  const channels = Array.from({ length: VIEWS }, (_, n) => {
    const query = readQuery(new URLSearchParams(`q=number!="${n}"`));
    const feed = openFeed(query, { views, breakdowns });
    assert.ok(!('why' in feed));
    const made = new ListChannel(feed, { ...partsOf(desk), head });
    const write = (bytes: Buffer) => told.push(String(bytes)) > 0;
    const room: Reader['outlet'] = { room: () => new HereRoom() };
    made.add({ outlet: room, write, onClose() {}, end() {} }, made.mark());
    return made;
  });
  views.onTick(() => {
    for (const one of channels) one.headSays(head());
  });
  for (let tick = 1; tick <= 5; tick++) {
    [drawn, told.length] = [0, 0];
    desk.tell(says(`core-${tick}`, 't', { severity: 'critical' }));
    desk.clock.pass(1_000);
    assert.equal(told.filter((text) => text.endsWith(`data: ${tick}\n\n`)).length, VIEWS);
    assert.equal(drawn, 1);
  }
  for (const one of channels) one.close();
});

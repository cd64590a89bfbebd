import type { Clock } from '../base/clock.ts';
import { after, type Instant, seconds } from '../base/time.ts';
import { headView } from '../console/layout.ts';
import type { RowContext } from '../console/row.ts';
import type { Site } from '../console/site.ts';
import type { Desk } from '../desk/desk.ts';
import type { OwnTimes } from '../desk/own-times.ts';
import type { Breakdowns } from '../desk/views/breakdowns.ts';
import type { FilterFault, Reading } from '../desk/views/filter.ts';
import type { MutedAlarms } from '../desk/views/muted.ts';
import { type ListQuery, queryText, readQuery } from '../desk/views/query.ts';
import type { RecentChanges } from '../desk/views/recent.ts';
import type { ListViews } from '../desk/views/shared.ts';
import { rangeNamed } from '../desk/views/strip.ts';
import type { NameOf } from '../desk/views/words.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { Audience } from './audience.ts';
import { type ListFeed, openFeed } from './list-feed.ts';
import { LiveAlarms } from './live-alarms.ts';
import { openHead } from './live-head.ts';
import { ListChannel } from './live-list.ts';
import { openNews } from './live-news.ts';
import { type PartsFeed, PartsReaders } from './live-parts.ts';
import { type RunReaders, runReaders } from './live-runs.ts';
import { eventBytes, figuresGap, STREAM_LIMITS } from './live-stream.ts';
import type { Reader } from './reader.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface LiveParts {
  readonly desk: Desk;
  readonly views: ListViews;
  readonly breakdowns: Breakdowns;
  readonly muted: MutedAlarms;
  readonly recent: RecentChanges;
  /** How the views that a reader is told of are read: for single alarms, as they come. */
  readonly readingNow: Reading;
  readonly site: Site;
  readonly nameOf: NameOf;
  readonly loginOf: (id: string) => string;
  readonly clock: Clock;
  readonly times?: Pick<OwnTimes, 'shown'> | undefined;
  /** Pages whose parts everybody sees alike. */
  readonly feeds: readonly PartsFeed[];
}

/** A list that is about to be drawn, and the mark with which its page takes up the stream. */
export interface LivePage {
  readonly feed: ListFeed;
  /** Asked for right before the rows are drawn: they and the mark are of one moment. */
  mark(): string;
}

export interface Live {
  readonly routes: readonly Route[];
  /** Everything of the page is counted when it resolves. */
  page(query: ListQuery): Promise<LivePage | FilterFault>;
  rowContext(): RowContext;
  /** Everybody who listens, to lists, alarms and heads. */
  readonly readers: number;
  close(): void;
}

const VIEWER = { need: 'role', role: 'viewer' } as const;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'x-accel-buffering': 'no',
} as const;
/** Browsers come again after this; half of it at random, in the script. */
const RETRY = Buffer.from('retry: 1000\n\n');

export function openLive(parts: LiveParts): Live {
  const { views, clock, desk, site, nameOf } = parts;
  const readers = new Set<Reader>();
  /** All but those of lists, who are told heads and beats among their rows. */
  const others = new Audience();
  const head = openHead(() => headView(views.counts, desk.figures().journalDown, ''));
  const lists = listChannels(parts, head.now);
  const alarms = new LiveAlarms(parts);
  const runs = runReaders(desk, () => ({ site, nameOf, now: clock.now() }));
  const news = openNews(parts);
  const feeds = parts.feeds.map((feed) => new PartsReaders(feed));
  const heads = headTelling(others, clock, head.news);
  const tick = (): void => {
    heads.tell();
    lists.headSays(head.now());
    alarms.tick();
  };
  const stopTicks = views.onTick(tick);
  const stopBeats = every(clock, STREAM_LIMITS.beat_s, () => {
    const beat = eventBytes('beat', { at: clock.now() });
    for (const all of [others, lists]) all.tell(beat);
    tick(); // trouble of the journal changes no alarm
  });
  const beginList = ({ stream, query }: Asked): Reader => {
    const reader = stream(HEADERS);
    reader.write(RETRY);
    reader.write(head.greeting());
    reader.write(eventBytes('beat', { at: clock.now() })); // ages are by the desk's clock
    readers.add(reader);
    reader.onClose(() => readers.delete(reader));
    news.add(query.getAll('watch'), reader);
    return reader;
  };
  const begin = (asked: Asked): Reader => {
    const reader = beginList(asked);
    others.add(reader);
    return reader;
  };
  return {
    routes: [
      listRoute(lists, beginList),
      ...liveRoutes(alarms, runs, begin),
      ...feeds.map((feed) => feedRoute(feed, begin)),
    ],
    rowContext: lists.rowContext,
    async page(query) {
      const found = lists.open(query);
      if ('why' in found) return found;
      const feed = found instanceof ListChannel ? found.feed : found;
      await feed.ready();
      if (found instanceof ListChannel) return { feed, mark: () => found.mark() };
      feed.rows.take(lists.rowContext());
      return { feed, mark: () => '' };
    },
    get readers() {
      return readers.size;
    },
    close() {
      stopTicks();
      stopBeats();
      heads.stop();
      alarms.close();
      runs.close();
      news.close();
      for (const feed of feeds) feed.close();
      lists.close();
      for (const reader of readers) reader.end();
    },
  };
}

const isHead = ({ raw }: Asked): boolean => raw.request.method === 'HEAD';

const listRoute = (
  lists: ReturnType<typeof listChannels>,
  begin: (asked: Asked) => Reader,
): Route => ({
  method: 'GET',
  path: '/live',
  access: VIEWER,
  summary: 'A list view as it changes: server-sent events with rows as they are drawn.',
  handle: async (asked) => {
    const found = lists.open(readQuery(asked.query));
    if (!(found instanceof ListChannel)) return { status: 422 };
    await found.feed.ready();
    if (!isHead(asked)) found.add(begin(asked), markOf(asked));
    return TAKEN;
  },
});

function liveRoutes(
  alarms: LiveAlarms,
  runs: RunReaders,
  begin: (asked: Asked) => Reader,
): Route[] {
  return [
    {
      method: 'GET',
      path: '/live/head',
      access: VIEWER,
      summary: 'The head of every page as it changes, for pages without a list.',
      handle: (asked) => {
        if (!isHead(asked)) begin(asked);
        return TAKEN;
      },
    },
    {
      method: 'GET',
      path: '/live/alarms/:id',
      access: VIEWER,
      summary: 'One alarm as it changes: the parts of its page as they are drawn.',
      handle: (asked) => {
        const id = (asked.params.id ?? '') as AlarmId;
        const range = rangeNamed(asked.query.get('range') ?? '');
        if (!isHead(asked)) alarms.add(id, range, begin(asked));
        return TAKEN;
      },
    },
    {
      method: 'GET',
      path: '/live/runs/:id',
      access: VIEWER,
      summary: 'One run as it goes on: the parts of its page as they are drawn.',
      handle: (asked) => {
        if (!isHead(asked)) runs.add(asked.params.id ?? '', begin(asked));
        return TAKEN;
      },
    },
  ];
}

const feedRoute = (readers: PartsReaders, begin: (asked: Asked) => Reader): Route => ({
  method: 'GET',
  path: readers.feed.path,
  access: VIEWER,
  summary: readers.feed.summary,
  handle: (asked) => {
    if (!isHead(asked)) readers.add(begin(asked));
    return TAKEN;
  },
});

/** One channel for each view that is looked at, or was a moment ago. */
function listChannels(parts: LiveParts, head: () => string) {
  const { desk, clock, site, nameOf, loginOf, times } = parts;
  const channels = new Map<string, ListChannel>();
  const { memory } = desk;
  const mutedOf: RowContext['mutedOf'] = (id) => parts.muted.of(id);
  const position = (): number => memory.position;
  const rowContext = (): RowContext => ({
    site,
    nameOf,
    loginOf,
    now: clock.now(),
    memory,
    mutedOf,
  });
  return {
    rowContext,
    /** The feed alone where there are too many views: drawn once, and to be released. */
    open(query: ListQuery): ListChannel | FilterFault | ListFeed {
      const key = queryText(query);
      const found = channels.get(key);
      if (found) return found;
      const feed = openFeed(query, parts);
      if ('why' in feed || !feed.kept) return feed;
      const ended = () => void channels.delete(key);
      const made = new ListChannel(feed, { clock, rowContext, times, position, head, ended });
      channels.set(key, made);
      return made;
    },
    tell(bytes: Buffer): void {
      for (const channel of channels.values()) channel.tell(bytes);
    },
    headSays(said: string): void {
      for (const channel of channels.values()) channel.headSays(said);
    },
    close(): void {
      for (const channel of channels.values()) channel.close();
    },
  };
}

const TAKEN: Answer = { status: 200, taken: true };

/** A browser that comes again says so in a header; a page loaded anew says so in its query. */
function markOf({ headers, query }: Asked): string {
  const last = headers['last-event-id'];
  return (typeof last === 'string' && last !== '' ? last : query.get('mark')) ?? '';
}

/**
 * Tells the head by itself: not before the last one was written to all, and the more read it the
 * less often.
 */
function headTelling(readers: Audience, clock: Clock, news: () => Buffer | undefined) {
  let earliest = 0 as Instant;
  let cancel: (() => void) | undefined;
  const tellNow = (): void => {
    const bytes = news();
    if (!bytes) return;
    earliest = after(clock.now(), figuresGap(readers.size));
    readers.tell(bytes);
  };
  const tell = (): void => {
    if (cancel) return;
    if (clock.now() >= earliest) return readers.whenTold(tellNow);
    cancel = clock.at(earliest, () => {
      cancel = undefined;
      readers.whenTold(tellNow);
    });
  };
  return { tell, stop: () => cancel?.() };
}

function every(clock: Clock, period_s: number, task: () => void): () => void {
  let cancel = () => {};
  const arm = () => {
    cancel = clock.at(after(clock.now(), seconds(period_s)), () => {
      task();
      arm();
    });
  };
  arm();
  return () => cancel();
}

import { after, type Instant, parseInstant, seconds } from '../base/time.ts';
import { deskBody, deskParts } from '../console/desk-page.ts';
import type { Site } from '../console/site.ts';
import { type BehindRow, timesBody } from '../console/times-page.ts';
import { readTook } from '../console/took.ts';
import type { Desk } from '../desk/desk.ts';
import type { OwnTimes } from '../desk/own-times.ts';
import {
  type Brush,
  type Named,
  STAGES,
  TIME_SPANS,
  type TimeSpan,
} from '../domain/slo/own-times.ts';
import { VIEWER } from './api/parts.ts';
import type { PartsFeed } from './live-parts.ts';
import type { OwnDoor } from './own-door.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';

export type DeskPageParts = Pick<RoutingPageParts, 'desk' | 'site' | 'draw'> & {
  readonly own: OwnDoor;
};

/** The entry in the navigation that both belong to. */
const AT = '/desk';
const LIVE = '/live/desk';
const SPAN_DEFAULT: TimeSpan = '24h';

/** How often the page is drawn anew while somebody looks. */
const DRAWN_EVERY = seconds(2);

/** The desk's health as it changes, drawn once for all who look. */
export const deskFeed = ({ clock }: Pick<Desk, 'clock'>, site: Site, own: OwnDoor): PartsFeed => ({
  path: LIVE,
  summary: 'How the desk itself is, as it changes: its parts as they are drawn.',
  hold() {
    let cancel = () => {};
    return {
      ready: () => Promise.resolve(),
      draw: () => deskParts(site, own.health(), clock.now()),
      onTick(listener) {
        const tick = (): void => {
          listener();
          cancel = clock.at(after(clock.now(), DRAWN_EVERY), tick);
        };
        cancel = clock.at(after(clock.now(), DRAWN_EVERY), tick);
      },
      release: () => cancel(),
    };
  },
});

/** The desk itself: how it is, and how long it takes. */
export const deskPages = (parts: DeskPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'How the desk itself is, line by line, with what to do.',
    handle: (asked) => {
      const { desk, own, site, draw } = parts;
      const title = { title: 'This desk', at: AT, live: LIVE };
      return draw(asked, title, () => deskBody(site, own.health(), desk.clock.now()));
    },
  },
  {
    method: 'GET',
    path: `${AT}/times`,
    access: VIEWER,
    summary: 'How long the desk takes from event to person, as heat maps.',
    handle: (asked) => timesPage(parts, asked),
  },
];

const isSpan = (text: string): text is TimeSpan => Object.hasOwn(TIME_SPANS, text);

async function timesPage(parts: DeskPageParts, asked: Asked): Promise<Answer> {
  const { desk, own, site, draw } = parts;
  const wanted = asked.query.get('span') ?? '';
  const span = isSpan(wanted) ? wanted : SPAN_DEFAULT;
  const times = own.times.maps(span);
  const read = brushIn(asked.query);
  const { brush, fault } = read ?? { brush: undefined, fault: '' };
  const behind = brush && fault === '' ? await behindIt(parts, own.times, span, brush) : undefined;
  const now = desk.clock.now();
  const title = { title: 'How long the desk takes', at: AT };
  return draw(asked, { ...title, status: fault === '' ? 200 : 422 }, () =>
    timesBody(site, { span, times, brush, behind, fault, now }),
  );
}

/** Minutes are those of a field, in UTC. */
const momentIn = (text: string): Instant | undefined =>
  parseInstant(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00Z` : text);

/** What was asked about; undefined when nothing was. What cannot be read is told. */
export function brushIn(
  query: URLSearchParams,
): { readonly brush: Brush; readonly fault: string } | undefined {
  const stage = STAGES.find((one) => one === query.get('of'));
  if (stage === undefined) return undefined;
  const [from, to] = [momentIn(query.get('from') ?? ''), momentIn(query.get('to') ?? '')];
  const [low, high] = [query.get('least') || '0ms', query.get('most') ?? ''];
  const least = readTook(low);
  const most = high === '' ? Infinity : readTook(high);
  const brush: Brush = {
    stage,
    from: from ?? (0 as Instant),
    to: to ?? (0 as Instant),
    least: least ?? 0,
    most: most ?? Infinity,
  };
  return { brush, fault: faultOf({ from, to, least, most }) };
}

function faultOf(read: Readonly<Record<'from' | 'to' | 'least' | 'most', number | undefined>>) {
  const { from, to, least, most } = read;
  if (from === undefined || to === undefined)
    return 'Give both moments like 2026-03-01T02:14, in UTC.';
  if (to <= from) return 'The end must come after the begin.';
  if (least === undefined || most === undefined)
    return 'Give lengths like 64 ms, 1.5 s, 10 min or 2 h.';
  return most <= least ? 'The upper length must be more than the lower one.' : '';
}

async function behindIt(
  { desk }: DeskPageParts,
  times: OwnTimes,
  span: TimeSpan,
  brush: Brush,
): Promise<{ readonly observed: number; readonly rows: readonly BehindRow[] }> {
  const { observed, named } = times.behind(span, brush);
  const row = async ({ alarm: id, at, tookMs }: Named): Promise<BehindRow> => {
    const alarm = desk.memory.get('alarms', id) ?? (await desk.store.alarm(id))?.alarm;
    return { id, at, tookMs, alarm };
  };
  return { observed, rows: await Promise.all(named.map(row)) };
}

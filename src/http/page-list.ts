import { type Html, html, trusted } from '../base/html.ts';
import { type Refusal, refusalFailure } from '../base/refusal.ts';
import type { Assignable } from '../console/act-bar.ts';
import { type Doors, firstAlarm } from '../console/empty.ts';
import { type ListPageView, listBody } from '../console/list-page.ts';
import type { Reader, Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { openBreakdowns } from '../desk/views/breakdowns.ts';
import { movedColumn, readColumns } from '../desk/views/columns.ts';
import { Counts, type ListPage } from '../desk/views/list.ts';
import { MutedAlarms } from '../desk/views/muted.ts';
import { DENSITIES, type ListQuery, queryPath, queryText, readQuery } from '../desk/views/query.ts';
import { listReading, readingNow } from '../desk/views/reading.ts';
import { openListViews } from '../desk/views/shared.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { seeOther } from './answer.ts';
import { VIEWER } from './api/parts.ts';
import { type Live, type LiveParts, openLive } from './live.ts';
import { type Completions, completeRoute, openCompletions } from './page-complete.ts';
import { type OverviewParts, overviewFeed } from './page-overview.ts';
import { remembering, restored, savedViews, viewForms } from './page-views.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';

interface Drawn {
  readonly title: string;
  readonly at: string;
  readonly live?: string;
  readonly status?: number;
}

export interface ListPageParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly settings: HttpSettings;
  readonly site: Site;
  readonly live: Live;
  readonly labels: Completions;
  readonly homeUrl: () => string;
  readonly traps: () => string;
  readonly draw: (asked: Asked, drawn: Drawn, body: (reader: Reader) => Html) => Answer;
}

type Made = 'views' | 'muted' | 'breakdowns' | 'readingNow' | 'nameOf' | 'loginOf' | 'feeds';

/** The views of the list that somebody looks at, and the streams that tell of them. */
export function openLists(
  parts: Omit<LiveParts, Made> & {
    readonly accounts: Accounts;
    /** Pages besides the overview whose parts everybody sees alike. */
    readonly others: LiveParts['feeds'];
  },
) {
  const { desk, accounts } = parts;
  const muted = new MutedAlarms(desk);
  const idOf = (login: string) => accounts.people.byLogin(login)?.id;
  const reading = listReading(desk, idOf, muted);
  const views = openListViews(desk, reading, muted);
  const breakdowns = openBreakdowns(desk, reading, muted);
  const nameOf = (id: UserId): string => accounts.name(id);
  const loginOf = (id: string): string => accounts.find(id as UserId)?.login ?? id;
  const overview: OverviewParts = { desk, accounts, site: parts.site, breakdowns };
  const feeds = [overviewFeed(overview), ...parts.others];
  const labels = openCompletions(desk);
  const read = { views, breakdowns, muted, readingNow: readingNow(desk, idOf) };
  const live = openLive({ ...parts, ...read, nameOf, loginOf, feeds });
  return {
    live,
    views,
    overview,
    /** For the filter box. */
    complete: completeRoute({ breakdowns, labels }),
    labels,
    reading,
    close(): void {
      labels.close();
      muted.close();
      live.close();
      views.close();
      breakdowns.close();
    },
  };
}

/** The alarm list, and the forms that lead to another view of it. */
export function listPages(parts: ListPageParts): Route[] {
  const get = (
    path: string,
    summary: string,
    handle: (parts: ListPageParts, asked: Asked) => Promise<Answer> | Answer,
  ): Route => ({
    method: 'GET',
    path,
    access: VIEWER,
    summary,
    handle: (asked) => handle(parts, asked),
  });
  return [
    get('/', 'The alarm list.', listPage),
    get('/columns', 'Chooses the columns of the list, and leads to it.', columnsPage),
    get('/by', 'Chooses what the list is grouped or counted by, and leads to it.', byPage),
    ...viewForms(parts, (asked, refused) => listPage(parts, asked, refused)),
  ];
}

const EMPTY_PAGE: ListPage = { rows: [], before: 0, total: 0, next: '' };

async function listPage(
  pages: ListPageParts,
  asked: Asked,
  viewRefused?: Refusal,
): Promise<Answer> {
  const { desk, site, accounts, draw, live } = pages;
  pages.labels.warm(); // whoever sees the list may filter it
  if (desk.memory.count('alarms') === 0 && asked.query.size === 0) return emptyDesk(pages, asked);
  const back = restored(pages, asked);
  if (back) return back;
  const query = readQuery(asked.query);
  const found = await live.page(query);
  const saved = savedViews(pages, asked, viewRefused);
  const people = assignable(accounts);
  const drawn = {
    title: 'Alarms',
    at: '/',
    status: viewRefused === undefined ? 200 : refusalFailure(viewRefused).status,
  };
  if ('why' in found) {
    const nothing = { rows: [], page: EMPTY_PAGE, counts: new Counts(), figures: {}, hints: [] };
    const view = {
      query,
      ...nothing,
      rail: undefined,
      fault: found,
      people,
      now: desk.clock.now(),
      saved,
      kept: true,
      crowded: false,
    };
    return draw(asked, { ...drawn, status: 422 }, (reader) => listBody(site, reader, view));
  }
  const { feed } = found;
  const mark = found.mark();
  const context = live.rowContext();
  const { order, draw: drawRows } = feed.rows.whole(context);
  const rows = drawRows(0, order.length);
  const view: ListPageView = {
    query,
    rows: order.map((id) => trusted(rows[id] ?? '')),
    page: feed.page(),
    counts: feed.counts,
    figures: feed.figures(),
    rail: feed.rail(context),
    fault: undefined,
    hints: feed.hints,
    people,
    now: context.now,
    saved,
    kept: feed.kept,
    crowded: feed.crowded,
  };
  const listens = feed.kept ? livePath(query, mark) : '/live/head';
  const answer = draw(asked, { ...drawn, live: listens }, (reader) => listBody(site, reader, view));
  if (!feed.kept) feed.release();
  return remembering(pages, asked, queryText({ ...query, after: '' }), answer);
}

/** The form of the columns: what it asks for becomes a view, and every view is a URL. */
function columnsPage({ site }: ListPageParts, { query: form }: Asked): Answer {
  const query = readQuery(new URLSearchParams(form.get('view') ?? ''));
  const columns = readColumns([...form.getAll('columns'), form.get('label') ?? '']);
  const density = DENSITIES.find((d) => d === form.get('rows')) ?? query.density;
  const [, way, name = ''] = /^(up|down)\.(.*)$/s.exec(form.get('do') ?? '') ?? [];
  const moved = way === undefined ? columns : movedColumn(columns, name, way === 'up' ? -1 : 1);
  const path = queryPath({ ...query, columns: moved, density });
  return seeOther(`${site.prefix}${path}${way === undefined ? '' : '#columns'}`);
}

/** Names a label to group by, or one to count by besides the others. */
function byPage({ site }: ListPageParts, { query: form }: Asked): Answer {
  const query = readQuery(new URLSearchParams(form.get('view') ?? ''));
  const [group, facet] = [form.get('group')?.trim(), form.get('facet')?.trim()];
  const facets = facet ? [facet, ...query.facets.filter((f) => f !== facet)] : query.facets;
  const next = group ? { ...query, group, open: [], after: '' } : { ...query, facets };
  return seeOther(site.prefix + queryPath(next));
}

const livePath = (query: ListQuery, mark: string): string => {
  const text = queryText(query);
  return `/live?${text}${text && '&'}mark=${mark}`;
};

/** The first alarm ever changes this page: it listens to the list, and loads it when it comes. */
function emptyDesk(pages: ListPageParts, asked: Asked): Answer {
  const doors: Doors = {
    url: pages.homeUrl(),
    traps: pages.traps(),
    openFromHere: pages.settings.ingestWithoutToken !== 'nobody',
  };
  const body = html`<h1 class="unseen-text">Alarms</h1>
<div data-reload="first">${firstAlarm(doors)}</div>`;
  return pages.draw(asked, { title: 'Alarms', at: '/' }, () => body);
}

/** Who can be given an alarm. */
export const assignable = (accounts: Accounts): readonly Assignable[] =>
  accounts.list().flatMap(({ id, name, disabled }) => (disabled ? [] : [{ id, name }]));

import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import { type Html, html } from '../base/html.ts';
import { type Instant, parseInstant } from '../base/time.ts';
import { accountPages } from '../console/account-pages.ts';
import { alarmBody } from '../console/alarm-page.ts';
import { page as drawPage, ERROR, headView } from '../console/layout.ts';
import { pagedPanel } from '../console/paged-panel.ts';
import { stretch } from '../console/pager.ts';
import { relatedPart } from '../console/related-panel.ts';
import { type Reader, type Site, THEMES } from '../console/site.ts';
import { shelvesBody } from '../console/tables.ts';
import { whyPanel } from '../console/why-panel.ts';
import type { Accounts } from '../desk/accounts.ts';
import { openContacts } from '../desk/contacts.ts';
import type { Desk } from '../desk/desk.ts';
import type { SourceFigures } from '../desk/source-figures.ts';
import type { SourceRulesDesk } from '../desk/source-rules.ts';
import { alarmView } from '../desk/views/alarm.ts';
import { checkBehind } from '../desk/views/checks.ts';
import { courseView } from '../desk/views/course.ts';
import type { Reading } from '../desk/views/filter.ts';
import type { Counts } from '../desk/views/list.ts';
import { pagesAbout } from '../desk/views/pages.ts';
import { shadowBanner } from '../desk/views/receivers.ts';
import { openRecentChanges, type RecentChanges } from '../desk/views/recent.ts';
import { relatedTo } from '../desk/views/related.ts';
import { rangeNamed } from '../desk/views/strip.ts';
import { describedBy } from '../desk/views/types.ts';
import { why } from '../desk/views/why.ts';
import type { OutboxView } from '../desk/views/why-groups.ts';
import { whyMe } from '../desk/views/why-me.ts';
import { type Alarm, type Episode, isSuppressed, type UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { ReadFeedText } from '../domain/inventory/feed.ts';
import { page, seeOther } from './answer.ts';
import { byOf, VIEWER } from './api/parts.ts';
import type { ChecksDoor } from './checks-door.ts';
import type { ConfigDoor } from './config-door.ts';
import { setCookie } from './cookie.ts';
import type { DocumentsDoor } from './documents-door.ts';
import type { KeptForms } from './kept-forms.ts';
import type { Live } from './live.ts';
import type { OwnDoor } from './own-door.ts';
import { openActs, ownBack, type PageActs } from './page-acts.ts';
import { answerLinkRoutes } from './page-answer.ts';
import { auditPages } from './page-audit.ts';
import { checksPages } from './page-checks.ts';
import type { Completions } from './page-complete.ts';
import { configPages } from './page-config.ts';
import { deskFeed, deskPages } from './page-desk.ts';
import { documentsPages } from './page-documents.ts';
import { findRoute } from './page-find.ts';
import { handoverPages } from './page-handovers.ts';
import { inventoryPages } from './page-inventory.ts';
import { keptPages } from './page-kept.ts';
import { formKeyRoute } from './page-key.ts';
import { kpiPages } from './page-kpis.ts';
import { assignable, listPages, openLists } from './page-list.ts';
import { memoryPages } from './page-memory.ts';
import { onCallPages } from './page-on-call.ts';
import { overviewPages } from './page-overview.ts';
import { pagesPages } from './page-pages.ts';
import { peoplePages } from './page-people.ts';
import { field, readerOf, THEME_COOKIE } from './page-reader.ts';
import { routingPages } from './page-routing.ts';
import { rulesPages } from './page-rules.ts';
import { runsPages } from './page-runs.ts';
import { slosPages } from './page-slos.ts';
import { sourcesPages } from './page-sources.ts';
import { openTour } from './page-tour.ts';
import { typePages } from './page-types.ts';
import { wallRoutes } from './page-wall.ts';
import type { HttpPages } from './pages-contract.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { RunsDoor } from './runs-door.ts';
import type { HttpSettings } from './settings.ts';
import { openStatic } from './static.ts';
import type { TryWay } from './way-trial.ts';

export interface ConsoleParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly figures: SourceFigures;
  readonly rules: SourceRulesDesk;
  readonly settings: HttpSettings;
  readonly clock: Clock;
  /** What the head calls this desk: the organisation's name, or the product's. */
  readonly name: string;
  /** Where people reach the desk, prefix included, no slash at the end. */
  readonly homeUrl: () => string;
  /** `127.0.0.1:1162`: where traps are taken; '' when nowhere. */
  readonly traps: () => string;
  /** Where sources listen, for the sources page. */
  readonly listening: () => readonly string[];
  /** Sources that could not start, and why. */
  readonly notStarted?: () => readonly { readonly name: string; readonly why: string }[];
  readonly configuration: ConfigDoor;
  readonly readFeed: ReadFeedText;
  readonly checks: ChecksDoor;
  readonly runs: RunsDoor;
  readonly documents: DocumentsDoor;
  /** Sends a test through a way as it was typed; absent where nothing sends. */
  readonly tryWay?: TryWay;
  /** What sends notices; absent where nothing does. */
  readonly outbox?: () => OutboxView;
  /** What the desk knows of itself; absent where nothing is measured. */
  readonly own?: OwnDoor;
  /** Forms that came after their session had ended; absent where none is kept. */
  readonly kept?: KeptForms;
}

/** The console: its routes, the pages the HTTP side shows itself, and its streams. */
export interface Console {
  readonly routes: readonly Route[];
  readonly pages: HttpPages;
  /** How the list reads a filter, for whoever else takes one. */
  readonly reading: Reading;
  readonly streamsOpen: () => number;
  /** Ends the streams. Call it before the server's close. */
  close(): void;
}

/** What the page handlers share. */
interface Pages extends ConsoleParts {
  readonly site: Site;
  readonly live: Live;
  readonly labels: Completions;
  readonly acts: PageActs;
  readonly recent: RecentChanges;
  readonly counts: Counts;
  readonly draw: Draw;
}

interface Drawn {
  readonly title: string;
  readonly at: string;
  readonly live?: string;
  readonly status?: number;
}

type Draw = (asked: Asked, drawn: Drawn, body: (reader: Reader) => Html) => Answer;

const THEME_SECONDS = 400 * 86_400;

export function openConsole(parts: ConsoleParts): Console {
  const { desk, accounts, settings, clock } = parts;
  const files = openStatic(settings.routePrefix);
  const site: Site = { prefix: settings.routePrefix, name: parts.name, asset: files.asset };
  const recent = openRecentChanges(desk);
  const { own } = parts;
  const others = own ? [deskFeed(desk, site, own)] : [];
  const lists = openLists({ desk, accounts, recent, site, clock, times: own?.times, others });
  const { live, views, labels } = lists;
  const { counts } = views;
  const acts = openActs({ desk, accounts, site, clock, reading: lists.reading });
  const tour = openTour({ desk, accounts, settings, site });
  const draw: Draw = (asked, { title, at, live: listens, status = 200 }, body) => {
    const reader = readerOf(asked, accounts, settings);
    const newcomers = at === '/' && title === 'Alarms' && tour.box(asked, reader);
    const isEmpty = desk.memory.count('alarms') === 0; // then what to do first goes first
    const whole = html`${acts.told(asked)}${isEmpty && newcomers}${body(reader)}${
      !isEmpty && newcomers
    }`;
    const didNot = status >= 400 && !title.startsWith(ERROR);
    const head = headView(counts, desk.figures().journalDown, shadowBanner(desk.memory));
    return page(
      drawPage(site, reader, {
        ...{ title: didNot ? ERROR + title : title, at, body: whole, head },
        live: listens ?? '/live/head',
      }),
      status,
    );
  };
  const shown = accountPages(site);
  const pages: Pages = { ...parts, site, live, labels, acts, recent, counts, draw };
  return {
    routes: [
      ...listPages(pages),
      lists.complete,
      ...readRoutes(pages),
      themeRoute(pages),
      formKeyRoute(accounts),
      ...acts.routes,
      ...tour.routes,
      ...subjectRoutes(parts, { site, draw, recent }),
      ...overviewPages(lists.overview, draw),
      ...wallRoutes({ desk, accounts, views, site, clock }),
      ...answerLinkRoutes({ desk, accounts, site, pages: shown }),
      ...files.routes,
      ...live.routes,
    ],
    pages: shown,
    reading: lists.reading,
    streamsOpen: () => live.readers,
    close() {
      lists.close();
      tour.close();
      recent.close();
    },
  };
}

/** The pages of everything that has one of its own. */
function subjectRoutes(
  parts: ConsoleParts,
  { site, draw, recent }: Pick<Pages, 'site' | 'draw' | 'recent'>,
): Route[] {
  const { desk, accounts, clock } = parts;
  const people = peoplePages({
    ...parts,
    draw: (asked, title, body, status = 200) =>
      draw(asked, { title, at: '/people', status }, (reader) => body(site, reader)),
  });
  const configuration = configPages({
    ...parts,
    prefix: site.prefix,
    draw: (asked, title, body, status = 200) =>
      draw(asked, { title, at: '/configuration', status }, (reader) => body(site, reader)),
  });
  return [
    ...people,
    ...configuration,
    ...rulesPages({ desk, accounts, rules: parts.rules, clock, site, draw }),
    ...sourcesPages({ ...parts, site, draw }),
    ...inventoryPages({
      ...{ desk, accounts, site, outbox: parts.outbox, draw },
      readFeed: parts.readFeed,
    }),
    ...memoryPages({ desk, accounts, site, recent, draw }),
    ...typePages({ desk, accounts, site, draw }),
    ...routingPages({ desk, accounts, site, outbox: parts.outbox, draw }),
    ...onCallPages({ desk, accounts, site, draw, homeUrl: parts.homeUrl }),
    ...handoverPages({ desk, accounts, site, draw }),
    ...checksPages({ desk, accounts, site, draw, checks: parts.checks }),
    ...slosPages({ desk, accounts, site, draw, checks: parts.checks }),
    ...kpiPages({ desk, accounts, site, draw }),
    ...(parts.kept ? keptPages(parts.kept, { ...parts, site, draw }) : []),
    ...(parts.own ? deskPages({ desk, site, draw, own: parts.own }) : []),
    ...runsPages({ desk, accounts, site, draw, runs: parts.runs }),
    ...documentsPages({ desk, accounts, site, recent, draw, documents: parts.documents }),
    ...pagesPages({ desk, accounts, site, draw, contacts: openContacts(desk, accounts.people) }),
  ];
}

function readRoutes(pages: Pages): Route[] {
  const get = (
    path: string,
    summary: string,
    handle: (pages: Pages, asked: Asked) => Promise<Answer> | Answer,
  ): Route => ({
    method: 'GET',
    path,
    access: VIEWER,
    summary,
    handle: (asked) => handle(pages, asked),
  });
  return [
    get('/alarms/:id', 'One alarm.', alarmPage),
    get('/shelves', 'What is hidden, by whom, why, and until when.', shelvesPage),
    ...auditPages(pages),
    findRoute(pages),
  ];
}

const themeRoute = ({ site, settings }: Pages): Route => ({
  method: 'POST',
  path: '/theme',
  access: VIEWER,
  summary: 'Chooses light or dark colours for this browser.',
  form: true,
  handle: ({ json }) => {
    const theme = THEMES.find((t) => t === field(json, 'theme')) ?? 'auto';
    const cookie = setCookie(THEME_COOKIE, theme, settings, THEME_SECONDS);
    return seeOther(site.prefix + ownBack(field(json, 'back')), { 'set-cookie': cookie });
  },
});

async function alarmPage(pages: Pages, asked: Asked): Promise<Answer> {
  const { desk, recent, accounts, site, clock, draw } = pages;
  const id = (asked.params.id ?? '') as AlarmId;
  const before = asked.query.get('before') ?? undefined;
  const nameOf = (user: UserId): string => accounts.name(user);
  const at = momentIn(asked.query.get('at') ?? '');
  const range = rangeNamed(asked.query.get('range') ?? '');
  const upTo = episodeIn(asked.query.get('upto') ?? '');
  const [view, told, course] = await Promise.all([
    alarmView({ desk, recent, nameOf }, id, before),
    why({ desk, nameOf, outbox: pages.outbox }, id, at),
    courseView({ desk, recent }, { id }, { range, upTo }),
  ]);
  if (!view) throw new DeskError('ALARM_NOT_FOUND', { id });
  const title = `${view.alarm.resource} · ${view.alarm.type}`;
  const isNow = before === undefined && at === undefined; // a past moment stands still
  const listens = isNow ? `/live/alarms/${id}?range=${range}` : '/live/head';
  const now = clock.now();
  return draw(asked, { title, at: '/', live: listens }, (reader) => {
    const about = pagesAbout(desk.memory, id);
    const person = byOf(asked.actor);
    const mine =
      told && !told.past ? { memory: desk.memory, person, pages: about, why: told } : undefined;
    const me = mine ? whyMe({ ...mine, nameOf, now }) : [];
    const panel = told && whyPanel(site, reader, told, me, now);
    const near = relatedTo(desk.memory, view.alarm, now);
    const related = relatedPart(site, near, now);
    const described = describedBy(desk.memory, view.alarm);
    const check = checkBehind(desk.memory, view.alarm);
    const paged = pagedPanel(site, about, nameOf, now);
    const people = assignable(accounts);
    const beside = { people, why: panel, paged, described, check, course, related, moment: at };
    return alarmBody({ site, nameOf, now, memory: desk.memory }, reader, view, beside);
  });
}

const episodeIn = (text: string): Episode | undefined =>
  /^\d{1,15}$/.test(text) ? (Number(text) as Episode) : undefined;

/** What a field for a minute holds: `2026-03-01T02:14`, in UTC. */
const momentIn = (text: string): Instant | undefined =>
  parseInstant(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00Z` : text);

function shelvesPage({ desk, site, accounts, clock, draw }: Pages, asked: Asked): Answer {
  const found: Alarm[] = [];
  for (const alarm of desk.memory.all('alarms')) if (isSuppressed(alarm)) found.push(alarm);
  const end = (a: Alarm): Instant => a.suppressions[0]?.until ?? (0 as Instant);
  found.sort((a, b) => end(a) - end(b));
  const nameOf = (id: UserId): string => accounts.name(id);
  const view = {
    alarms: stretch(found, asked.query),
    nameOf,
    now: clock.now(),
  };
  return draw(asked, { title: 'Shelved', at: '/shelves' }, (reader) =>
    shelvesBody(site, reader, view),
  );
}

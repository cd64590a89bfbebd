import { refusalFailure, refusalText } from '../base/refusal.ts';
import { type AttemptRow, notificationsBody, type TestRow } from '../console/notifications-page.ts';
import { routesBody } from '../console/routes-page.ts';
import { readLabelText } from '../desk/views/label-set.ts';
import { DEFAULT_QUERY, queryPath } from '../desk/views/query.ts';
import { openDeliveries, receiverRows } from '../desk/views/receivers.ts';
import { routeMap, tryRoute } from '../desk/views/route-map.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { labelsText } from '../domain/routing/label-text.ts';
import { type DeliveryId, type GroupId, wayText } from '../domain/routing/notice.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { alarmRulePages } from './page-alarm-rules.ts';
import { calendarPages } from './page-calendar.ts';
import { maintenancePages } from './page-maintenance.ts';
import { field } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import { silencePages } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

const OPEN_SHOWN_MAX = 100;
const ATTEMPTS_SHOWN_MAX = 50;
/** Deliveries of a test whose outcome a page shows: a receiver has at most so many ways. */
const TESTS_SHOWN_MAX = 100;

/** Who is told: the tree, the silences, the ways out. */
export const routingPages = (parts: RoutingPageParts): Route[] => [
  {
    method: 'GET',
    path: '/routes',
    access: VIEWER,
    summary: 'The route tree, with the path of a label set lit.',
    handle: (asked) => routesPage(parts, asked),
  },
  ...silencePages(parts),
  ...alarmRulePages(parts),
  ...maintenancePages(parts),
  ...calendarPages(parts),
  {
    method: 'GET',
    path: '/notifications',
    access: VIEWER,
    summary: 'Receivers, how their ways do, and what is on its way.',
    handle: (asked) => notificationsPage(parts, asked, ''),
  },
  {
    method: 'POST',
    path: '/notifications/test',
    access: OPERATOR,
    summary: 'Sends a test notice to every way of a receiver.',
    form: true,
    handle: (asked) => sendTest(parts, asked),
  },
];

function routesPage({ desk, site, accounts, draw }: RoutingPageParts, asked: Asked): Answer {
  const { memory, clock } = desk;
  const text = (asked.query.get('labels') ?? '').trim();
  const now = clock.now();
  const map = routeMap(memory, now);
  const nameOf = (id: UserId): string => accounts.name(id);
  const set = text === '' ? undefined : readLabelText(text);
  const fault = set && 'why' in set ? set.why : '';
  const trial = set && 'labels' in set ? tryRoute(memory, set.labels, now, nameOf) : undefined;
  const drawn = { title: 'Routes', at: '/routes', status: fault === '' ? 200 : 422 };
  return draw(asked, drawn, () => routesBody(site, { map, text, fault, trial }));
}

async function notificationsPage(
  parts: RoutingPageParts,
  asked: Asked,
  fault: string,
  status = 200,
): Promise<Answer> {
  const { desk, site, outbox, draw } = parts;
  const { memory, clock, store } = desk;
  const tested = (asked.query.get('test') ?? '').split(',').filter((id) => id !== '');
  const [tried, tests] = await Promise.all([
    store.attempts({ cursor: undefined, limit: ATTEMPTS_SHOWN_MAX }),
    Promise.all(tested.slice(0, TESTS_SHOWN_MAX).map((id) => testRow(parts, id as DeliveryId))),
  ]);
  const attempts = tried.items.map(
    (a): AttemptRow => ({ ...a, way: wayText(a.to), ...aboutGroup(parts, a.group) }),
  );
  const figures = outbox?.();
  const view = {
    receivers: receiverRows(memory, figures),
    open: openDeliveries(memory, figures, OPEN_SHOWN_MAX),
    attempts,
    tests,
    fault,
    now: clock.now(),
  };
  const drawn = { title: 'Notifications', at: '/notifications', status };
  return draw(asked, drawn, (reader) => notificationsBody(site, reader, view));
}

/** What a group holds in words, and the list of it; a group that is over is forgotten. */
function aboutGroup({ desk, site }: RoutingPageParts, id: GroupId) {
  const group = desk.memory.get('groups', id);
  if (!group) return { about: 'a group that is over', href: '' };
  const about = labelsText(group.labels).slice(1, -1);
  if (about === '') return { about: 'all of its route', href: '' };
  return { about, href: site.prefix + queryPath({ ...DEFAULT_QUERY, filter: about }) };
}

async function testRow({ desk, outbox }: RoutingPageParts, id: DeliveryId): Promise<TestRow> {
  const row = desk.memory.get('deliveries', id);
  const { items } = await desk.store.attempts({ delivery: id, cursor: undefined, limit: 1 });
  const [last] = items;
  const to = row?.notice.to ?? last?.to;
  const way = to ? wayText(to) : id;
  if (row) {
    const why = outbox?.().whyOpen(id) ?? [];
    const says = why.length > 0 ? why : ['is on its way'];
    return { id, way, says, is: 'open' };
  }
  if (!last) return { id, way, says: ['has ended; how is not written down yet'], is: 'open' };
  const isSent = last.result === 'sent';
  const says = [`${isSent ? 'arrived' : 'did not arrive'}: ${last.detail}`];
  return { id, way, says, is: isSent ? 'sent' : 'failed' };
}

async function sendTest(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const receiver = field(asked.json, 'receiver');
  const act = { verb: 'notify.test', receiver, labels: {} } as const;
  const once = formOnce(asked, ['test', receiver]);
  const { refused, made = '' } = await desk.act(byOf(asked.actor), act, once);
  if (refused !== undefined)
    return notificationsPage(parts, asked, refusalText(refused), refusalFailure(refused).status);
  return seeOther(`${site.prefix}/notifications?test=${encodeURIComponent(made)}`);
}

import { after, hours, type Millis } from '../base/time.ts';
import {
  type OverviewView,
  overviewBody,
  overviewParts,
  SHIFT_HOURS,
} from '../console/overview-page.ts';
import type { Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { kpisView } from '../desk/views/kpis.ts';
import { type OverviewCounts, overviewTasks } from '../desk/views/overview.ts';
import { VIEWER } from './api/parts.ts';
import type { PartsFeed } from './live-parts.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import type { Route } from './route.ts';

export interface OverviewParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly site: Site;
  readonly counts: OverviewCounts;
}

const LIVE = '/live/overview';

function viewOf({ desk, accounts, counts }: OverviewParts): OverviewView {
  const now = desk.clock.now();
  return {
    places: {
      site: counts.places('site'),
      service: counts.places('service'),
      team: counts.places('team'),
    },
    tasks: overviewTasks(desk.memory, now),
    nameOf: (id) => accounts.name(id),
    now,
  };
}

export const overviewFeed = (parts: OverviewParts): PartsFeed => ({
  path: LIVE,
  summary: 'The overview as it changes: its parts as they are drawn.',
  stamp: () => parts.counts.changes,
  draw: () => overviewParts(parts.site, viewOf(parts)),
});

/** Who is in trouble now. It works without scripts. */
export const overviewPages = (
  parts: OverviewParts,
  draw: RoutingPageParts['draw'],
): readonly Route[] => [
  {
    method: 'GET',
    path: '/overview',
    access: VIEWER,
    summary: 'Who is in trouble now, by site, service and team, and what the shift has in hand.',
    handle: async (asked) => {
      const { desk, site } = parts;
      const now = desk.clock.now();
      const from = after(now, -hours(SHIFT_HOURS) as Millis);
      const shift = await kpisView(desk, { from, to: now });
      const drawn = { title: 'Overview', at: '/overview', live: LIVE };
      return draw(asked, drawn, () => overviewBody(site, viewOf(parts), shift));
    },
  },
];

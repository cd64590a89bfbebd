import { after, days as daysOf, type Millis } from '../base/time.ts';
import { KPI_SPANS, kpisBody } from '../console/kpis-page.ts';
import { kpisView } from '../desk/views/kpis.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { KPI_LIMITS } from '../domain/kpi/tally.ts';
import { VIEWER } from './api/parts.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import type { Route } from './route.ts';

const DAYS_DEFAULT = 30;

/** What the desk asked of people. It works without scripts. */
export const kpiPages = (parts: Omit<RoutingPageParts, 'outbox'>): Route[] => [
  {
    method: 'GET',
    path: '/kpis',
    access: VIEWER,
    summary: 'Key figures of alarm management, with hours, floods, top ten, teams and shifts.',
    handle: async (asked) => {
      const { desk, accounts, site, draw } = parts;
      const now = desk.clock.now();
      const wanted = Number(asked.query.get('days'));
      const days = KPI_SPANS.includes(wanted) ? wanted : DAYS_DEFAULT;
      const team = asked.query.get('team')?.slice(0, KPI_LIMITS.team_chars_max);
      const period = { from: after(now, -daysOf(days) as Millis), to: now };
      const view = await kpisView(desk, { ...period, ...(team !== undefined && { team }) });
      const nameOf = (id: UserId): string => accounts.name(id);
      return draw(asked, { title: 'Key figures', at: '/kpis' }, () =>
        kpisBody(site, { view, days, now, nameOf }),
      );
    },
  },
];

import { readingNow } from '../../desk/views/reading.ts';
import { calendarRoute } from '../calendar-feed.ts';
import type { Route } from '../route.ts';
import { actionRoutes } from './actions.ts';
import { matchingRoute } from './actions-matching.ts';
import { alarmRuleRoutes } from './alarm-rules.ts';
import { checkRoutes } from './checks.ts';
import { configRoutes } from './config.ts';
import { contactRoutes } from './contacts.ts';
import { factsRoute } from './document-facts.ts';
import { documentRoutes } from './documents.ts';
import { deskFeed, eventsRoute } from './events.ts';
import { explainRoute } from './explain.ts';
import { handoverRoutes } from './handovers.ts';
import { heatRoutes } from './heat-maps.ts';
import { incidentTrialRoutes } from './incident-trial.ts';
import { incidentRoutes } from './incidents.ts';
import { inventoryRoutes } from './inventory.ts';
import { kpiRoutes } from './kpis.ts';
import { labelRuleRoutes } from './label-rules.ts';
import { listRoute } from './list.ts';
import { maintenanceRoutes } from './maintenances.ts';
import { memoryRoutes } from './memory.ts';
import { notificationRoutes } from './notifications.ts';
import { onCallRoutes } from './on-call.ts';
import { oneRoutes } from './one.ts';
import { overrideRoutes } from './overrides.ts';
import { ownRoutes } from './own.ts';
import { pageRoutes } from './pages.ts';
import type { ApiParts } from './parts.ts';
import { watchRecent } from './recent.ts';
import { routingRoutes } from './routes-test.ts';
import { rulesRoutes } from './rules.ts';
import { runRoutes } from './runs.ts';
import { silenceRoutes } from './silences.ts';
import { sloRoutes } from './slos.ts';
import { sourceRoutesOf } from './sources.ts';
import { swapRoutes } from './swaps.ts';
import { tokenRoutes } from './tokens.ts';
import { typeRoutes } from './types.ts';
import { userRoutes } from './users.ts';
import { viewRoutes } from './views.ts';
import { watchRoutes } from './watch.ts';
import { whyRoute } from './why.ts';

/** Everything below /api/v1 but the document that describes it. */
export interface Api {
  readonly routes: readonly Route[];
  readonly streamsOpen: () => number;
  /** Ends the event streams. Call it before the server's close. */
  close(): void;
}

/** Without a reading each alarm is looked at when it is asked for: see `readingNow`. */
export function openApi(
  given: Omit<ApiParts, 'recent' | 'reading'> & Partial<Pick<ApiParts, 'reading'>>,
): Api {
  const recent = watchRecent(given.desk);
  const { desk, accounts } = given;
  const reading = given.reading ?? readingNow(desk, (login) => accounts.people.byLogin(login)?.id);
  const parts: ApiParts = { ...given, recent, reading };
  const feed = deskFeed(parts);
  return {
    routes: [
      listRoute(parts),
      ...actionRoutes(parts),
      matchingRoute(parts),
      ...oneRoutes(parts),
      explainRoute(parts),
      whyRoute(parts),
      ...routingRoutes(parts),
      ...silenceRoutes(parts),
      ...alarmRuleRoutes(parts),
      ...maintenanceRoutes(parts),
      ...notificationRoutes(parts),
      eventsRoute(feed, reading),
      ...userRoutes(parts),
      ...tokenRoutes(parts),
      ...watchRoutes(parts),
      ...sourceRoutesOf(parts),
      ...configRoutes(parts),
      ...rulesRoutes(parts),
      ...labelRuleRoutes(parts),
      ...inventoryRoutes(parts),
      ...typeRoutes(parts),
      ...onCallRoutes(parts),
      ...incidentRoutes(parts),
      ...incidentTrialRoutes(parts),
      ...memoryRoutes(parts),
      ...checkRoutes(parts),
      ...sloRoutes(parts),
      ...heatRoutes(parts),
      ...overrideRoutes(parts),
      ...swapRoutes(parts),
      ...handoverRoutes(parts),
      calendarRoute(parts),
      ...pageRoutes(parts),
      ...contactRoutes(parts),
      ...viewRoutes(parts),
      ...runRoutes(parts),
      ...kpiRoutes(parts),
      ...(parts.own ? ownRoutes(parts.own) : []),
      ...documentRoutes(parts),
      factsRoute(parts),
    ],
    streamsOpen: () => feed.readers,
    close() {
      feed.close();
      recent.close();
    },
  };
}

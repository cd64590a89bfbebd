import { setImmediate as pause } from 'node:timers/promises';
import { DeskError } from '../base/errors.ts';
import { after, later, minutes } from '../base/time.ts';
import { type OverviewView, overviewBody, overviewParts } from '../console/overview-page.ts';
import type { Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import type { Breakdowns } from '../desk/views/breakdowns.ts';
import { kpisView } from '../desk/views/kpis.ts';
import {
  liesOf,
  OVERVIEW_HIDDEN,
  OVERVIEW_NAMES,
  OVERVIEW_OPEN,
  type OverviewCounts,
  overviewTasks,
  placesIn,
} from '../desk/views/overview.ts';
import { shiftStart } from '../desk/views/shift-start.ts';
import { byOf, VIEWER } from './api/parts.ts';
import type { HeldParts, PartsFeed } from './live-parts.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface OverviewParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly site: Site;
  readonly breakdowns: Breakdowns;
}

const LIVE = '/live/overview';

function viewOf({ desk, accounts }: OverviewParts, counts: OverviewCounts): OverviewView {
  const { memory } = desk;
  const now = desk.clock.now();
  return {
    places: {
      site: placesIn(memory, 'site', counts),
      service: placesIn(memory, 'service', counts),
      team: placesIn(memory, 'team', counts),
    },
    lies: liesOf(memory),
    tasks: overviewTasks(memory, now),
    nameOf: (id) => accounts.name(id),
    now,
  };
}

/** The counts while somebody looks; built in slices when nobody did. */
function hold(parts: OverviewParts): (HeldParts & { view(): OverviewView }) | undefined {
  const { breakdowns, site } = parts;
  const open = breakdowns.hold(OVERVIEW_OPEN, OVERVIEW_NAMES, false);
  const hidden = breakdowns.hold(OVERVIEW_HIDDEN, OVERVIEW_NAMES, false);
  const held = [open, hidden].flatMap((one) => one ?? []);
  const release = (): void => {
    for (const one of held) one.release();
  };
  if (!open || !hidden) {
    release();
    return undefined;
  }
  const stops: (() => void)[] = [];
  const view = (): OverviewView => viewOf(parts, { open: open.counts, hidden: hidden.counts });
  return {
    view,
    draw: () => overviewParts(site, view()),
    ready: async () => {
      for (const { counts } of held) while (!counts.prepare()) await pause();
    },
    onTick: (listener) => {
      for (const one of held) stops.push(one.onTick(listener));
    },
    release: () => {
      for (const stop of stops.splice(0)) stop();
      release();
    },
  };
}

export const overviewFeed = (parts: OverviewParts): PartsFeed => ({
  path: LIVE,
  summary: 'The overview as it changes: its parts as they are drawn.',
  hold: () => hold(parts),
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
    handle: (asked) => overviewPage(parts, draw, asked),
  },
];

async function overviewPage(
  parts: OverviewParts,
  draw: RoutingPageParts['draw'],
  asked: Asked,
): Promise<Answer> {
  const { desk, site } = parts;
  const held = hold(parts);
  if (!held) throw new DeskError('BUSY', { why: 'too much is counted for others already' });
  try {
    await held.ready();
    const now = desk.clock.now();
    const start = shiftStart(desk.memory, byOf(asked.actor), now);
    // Who has just begun sees the minute in which they did.
    const to = later(now, after(start.from, minutes(1)));
    const shift = { start, kpis: await kpisView(desk, { from: start.from, to }) };
    const drawn = { title: 'Overview', at: '/overview', live: LIVE };
    return draw(asked, drawn, () => overviewBody(site, held.view(), shift));
  } finally {
    held.release();
  }
}

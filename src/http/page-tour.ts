import { DeskError } from '../base/errors.ts';
import type { Html } from '../base/html.ts';
import type { Reader, Site } from '../console/site.ts';
import { TOUR_STEPS, type TourStep, tourBox } from '../console/tour.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { schedulesIn } from '../desk/rota.ts';
import { DEFAULT_QUERY, queryPath } from '../desk/views/query.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { type AlarmEvent, identify } from '../domain/alarm/event.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import { page, seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { readCookie, setCookie } from './cookie.ts';
import { field, readerOf } from './page-reader.ts';
import type { Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';

const TOUR_COOKIE = 'tocsin_tour';
const AWAY_SECONDS = 400 * 86_400;
/** Lines of the audit log that are looked through for what was done before this start. */
const AUDIT_LINES_MAX = 500;
const SOURCE = 'examples';
const TRIED_ON_ALARMS: readonly TourStep[] = ['acknowledge', 'shelve', 'silence'];

export interface TourParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly settings: HttpSettings;
  readonly site: Site;
}

const example = (
  resource: string,
  type: string,
  severity: Severity,
  text: string,
): readonly [string, string, Severity, string] => [resource, type, severity, text];

const EXAMPLES = [
  example('core-1/xe-0/0/3', 'link.down', 'critical', 'Link to Paris is down'),
  example('core-1', 'fan.failed', 'major', 'Fan tray 2 does not turn'),
  example('dns-2/resolver', 'service.slow', 'minor', 'Answers take 800 ms'),
  example('feed/prices', 'data.late', 'warning', 'The file of 06:00 has not come'),
  example('backup/nightly', 'job.failed', 'indeterminate', 'Exit 3; nobody knows why yet'),
];

const eventOf = (
  kind: 'raise' | 'clear',
  [resource, type, severity, text]: (typeof EXAMPLES)[number],
): AlarmEvent => ({
  ...{ kind, id: identify(resource, type, ''), resource, type, qualifier: '', text },
  ...(kind === 'raise' ? { severity } : {}),
  labels: { alertname: type },
});

/** The checklist for newcomers below the list: what the desk saw done is ticked, for everybody. */
export function openTour({ desk, accounts, settings, site }: TourParts) {
  const seen = new Set<TourStep>();
  const see = (verb: string): void => {
    if (verb === 'acknowledge' || verb === 'acknowledged') seen.add('acknowledge');
    if (verb === 'shelve' || verb === 'shelved') seen.add('shelve');
    if (verb === 'silence.set') seen.add('silence');
  };
  const unwatch = desk.watch(({ changes }) => {
    if (seen.size < TOUR_STEPS.length) for (const { what } of changes) see(what);
  });
  const past = lookBack(desk, see);
  const box = (asked: Asked, reader: Reader): Html | undefined => {
    const { memory } = desk;
    if (memory.count('alarms') > 0) seen.add('send');
    if (memory.count('silences') > 0) seen.add('silence');
    if (schedulesIn(memory).length > 0) seen.add('on call');
    const isAway = readCookie(asked.headers.cookie, TOUR_COOKIE, settings) !== '';
    const examples = examplesOn(desk).length;
    if (reader.role === 'viewer' || (examples === 0 && isAway)) return undefined;
    if (examples === 0 && seen.size === TOUR_STEPS.length) return undefined;
    // A first alarm is over in minutes unless it is sent again: what is left to try needs others.
    const tried = TRIED_ON_ALARMS.every((step) => seen.has(step));
    const offers = examples === 0 && !tried && memory.count('revisions') === 0;
    return tourBox(site, reader, { seen, offers, examples });
  };
  const routes: readonly Route[] = [
    {
      method: 'GET',
      path: '/tour',
      access: VIEWER,
      summary: 'The checklist for newcomers as it is now; empty when there is none.',
      handle: async (asked) => {
        await past;
        return page(box(asked, readerOf(asked, accounts, settings)) ?? '');
      },
    },
    {
      method: 'POST',
      path: '/tour/away',
      access: OPERATOR,
      summary: 'Puts the checklist away on this browser.',
      form: true,
      handle: () =>
        seeOther(`${site.prefix}/`, {
          'set-cookie': setCookie(TOUR_COOKIE, 'away', settings, AWAY_SECONDS),
        }),
    },
    {
      method: 'POST',
      path: '/examples',
      access: OPERATOR,
      summary: 'Puts five example alarms on a desk that tells nobody, or removes them.',
      form: true,
      handle: async (asked) => {
        if (field(asked.json, 'does') === 'remove') await removeExamples(desk, asked);
        else await putExamples(desk);
        // The plain list: the view one was in may show none of them.
        return seeOther(site.prefix + queryPath(DEFAULT_QUERY));
      },
    },
  ];
  return { routes, box, close: unwatch };
}

/** What was done before this start, as far back as the audit log is looked through. */
async function lookBack({ store }: Desk, see: (verb: string) => void): Promise<void> {
  try {
    for (const { verb } of (await store.audit(undefined, AUDIT_LINES_MAX)).items) see(verb);
  } catch {} // the store's weather: then only what happens from now on ticks
}

function examplesOn({ memory }: Desk): readonly Alarm[] {
  const ids = EXAMPLES.map(([resource, type]) => identify(resource, type, ''));
  return ids
    .flatMap((id) => memory.get('alarms', id) ?? [])
    .filter(({ source, condition }) => source === SOURCE && condition.is === 'raised');
}

/** Throws ACTION_REFUSED where people would be told of them. */
async function putExamples(desk: Desk): Promise<void> {
  if (desk.memory.count('revisions') > 0)
    throw new DeskError('ACTION_REFUSED', {
      why: 'A configuration is in force: people would be told of the examples.',
    });
  await desk.receive(
    SOURCE,
    EXAMPLES.map((one) => eventOf('raise', one)),
  );
}

/** Their source says that it is over, and what hid them goes with them. */
async function removeExamples(desk: Desk, { actor }: Asked): Promise<void> {
  const all = examplesOn(desk);
  if (all.length === 0) return;
  const shelved = all.filter(({ suppressions }) => suppressions.some((s) => s.kind === 'shelf'));
  const on = shelved.map(({ id, episode }) => ({ id, episode }));
  if (on.length > 0) await desk.act(byOf(actor), { verb: 'unshelve', on, reason: 'an example' });
  const ids = new Set(all.map(({ id }) => id as string));
  const events = EXAMPLES.map((one) => eventOf('clear', one)).filter(({ id }) => ids.has(id));
  await desk.receive(SOURCE, events);
}

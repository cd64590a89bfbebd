import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { refusalText } from '../base/refusal.ts';
import { after, days, hours, type Instant, minutes } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { NO_LABELS, type UserId } from '../domain/alarm/alarm.ts';
import { type Difference, difference, partsOf } from '../domain/inventory/thing.ts';
import { type About, aboutOf, classOf } from '../domain/memory/about.ts';
import { demoThings } from './plant.ts';
import { SERVICE_FAULTS } from './trouble.ts';

type Act = Parameters<Desk['act']>[1];
type PersonOf = (login: string) => UserId;

/** The inventory, before anything is raised: alarms take their site and service from it. */
export async function bringInventory({ desk }: { readonly desk: Desk }, by: UserId): Promise<void> {
  const feed = 'northnet';
  const things = demoThings();
  const parts = partsOf(things);
  const { added }: Difference = difference([], things);
  const counts = { things: things.length, added: added.length, changed: 0, removed: 0 };
  await desk.act(by, { verb: 'inventory.put', feed, parts });
  await desk.act(by, {
    ...{ verb: 'inventory.switch', feed, basedOn: '', counts, restores: '' },
    ...{ parts: parts.map(({ id }) => id), from: 'demo', why: 'The network as it was drawn up.' },
  });
}

interface Deeds {
  readonly desk: Desk;
  readonly log: Log;
  readonly personOf: PersonOf;
}

/** What a NOC leaves behind in a week: work planned, decisions, follow-up, warnings, a run. */
export async function leaveTraces({ desk, log, personOf }: Deeds, now: Instant): Promise<void> {
  const [ada, nora] = [personOf('ada'), personOf('nora')];
  const raisedOn = (resource: string): About | undefined => {
    const found = [...desk.memory.all('alarms')].find((a) => a.resource === resource);
    return found && aboutOf(found);
  };
  const acts: readonly (readonly [UserId, Act])[] = [
    ...planned(now).map((act) => [ada, act] as const),
    ...decided(raisedOn, now, nora).map((act) => [nora, act] as const),
    [ada, caution(now)],
  ];
  for (const [by, act] of acts) {
    try {
      const outcome = await desk.act(by, act);
      if ('refused' in outcome && outcome.refused !== undefined)
        log.warn('demo.refused', { code: refusalText(outcome.refused) });
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      log.warn('demo.refused', { code: error.code });
    }
  }
}

const work = (name: string, thing: string, from: Instant, to: Instant, reason: string): Act => ({
  ...{ verb: 'maintenance.set', name, matchers: [], things: [thing], windows: [{ from, to }] },
  ...{ recurs: '', reason, owner: 'noc' },
});

const planned = (now: Instant): readonly Act[] => [
  work(
    'Osl: new power feed',
    'site:osl',
    after(now, -minutes(20) as never),
    after(now, hours(2)),
    'Electricians on site; both feeds are moved, one after the other.',
  ),
  work(
    'Ams core: line card swap',
    'device:ams-core-1',
    after(now, hours(19)),
    after(now, hours(22)),
    'Card 3 shows parity errors; traffic is moved to fra and cph before.',
  ),
];

type DecisionIn = Extract<Act, { verb: 'decision.record' }>;

/** Decisions in the order they were made: what is decided later takes the place of the earlier. */
function decided(
  raisedOn: (resource: string) => About | undefined,
  now: Instant,
  owner: UserId,
): readonly Act[] {
  const fan = raisedOn('gdn-access-1');
  const radar = raisedOn('feed/precip-radar');
  const cut = raisedOn('fra-core-1/et-0/0/9');
  const decisions = [
    [fan, 'call vendor', 'a spare fan tray', 2, FAN],
    [raisedOn('opo-access-1'), 'call vendor', 'look at the inlet filter', 20, WARM],
    [raisedOn('opo-access-1'), 'raise threshold', 'inlet limit to 42 °C', 60, WARM_NOW],
    [radar, 'accept', 'late radar images', 30, RADAR],
    [lately('wiki.northnet.example:443'), 'restart', 'php-fpm on wiki-2', 30, WIKI],
    [
      lately('tickets.northnet.example:443'),
      'roll back',
      'release 4.12 of the tickets',
      14,
      TICKETS,
    ],
    [lately('relay-2.northnet.example:25'), 'change', 'greylist the new relay', 90, RELAY],
  ] as const;
  const acts: Act[] = decisions.flatMap(([about, kind, what, review, said]): DecisionIn[] =>
    about === undefined
      ? []
      : [
          {
            ...said,
            verb: 'decision.record',
            about,
            kind,
            what,
            reviewAt: after(now, days(review)),
          },
        ],
  );
  if (fan) acts.push(followUp(fan, 'Swap fan tray 1 of gdn-access-1', 'soon', days(1), owner, now));
  if (cut) acts.push(followUp(cut, 'Second path from fra to mil', 'planned', days(60), owner, now));
  if (radar)
    acts.push(followUp(radar, 'Alarm only after two late images', 'someday', days(20), owner, now));
  return acts;
}

/** A trouble that is over for now; while the demo runs it comes back, and its decision with it. */
function lately(resource: string): About | undefined {
  const event = SERVICE_FAULTS.find((fault) => fault.event.resource === resource)?.event;
  if (!event) return undefined;
  const { id, type, labels, severity = 'major', text } = event;
  const alike = classOf(labels, NO_LABELS);
  return { alarm: id, resource, type, class: alike, severity, text };
}

type Said = Pick<DecisionIn, 'situation' | 'options' | 'reason'>;

const FAN: Said = {
  situation: 'Tray 1 stands still; the router stays below 60 °C with the other two.',
  options: ['Swap it tonight', 'Swap it tomorrow when the spare is there'],
  reason: 'Nobody is at risk tonight, and the spare comes tomorrow morning.',
};
const RADAR: Said = {
  situation: 'The supplier restarts the compositor by hand each time.',
  options: ['Accept until the contract is renewed', 'Another supplier'],
  reason: 'Forecasters have the satellite images; the contract ends in spring.',
};
const WARM: Said = {
  situation: 'Inlet at 40 °C every afternoon since Thursday.',
  options: ['Wait for the weather'],
  reason: 'The filter was due in spring; the campus looks at it.',
};
const WARM_NOW: Said = {
  situation: 'The filter is clean. The room is warmer than its sensors since the sun blinds broke.',
  options: ['A fan in front of the rack'],
  reason: 'The vendor allows 45 °C; the blinds are mended next month.',
};
const WIKI: Said = {
  situation: '5xx between 1 and 3 %, all from wiki-2; its workers wait on one lock.',
  options: ['Take wiki-2 out until the morning'],
  reason: 'A restart takes ten seconds and helped twice last month.',
};
const TICKETS: Said = {
  situation: 'Jobs wait since the release of Tuesday; each takes four times as long.',
  options: ['More workers'],
  reason: 'The index the release needs is not built; 4.11 runs without it.',
};
const RELAY: Said = {
  situation: 'A university moved its mail; its new relay has no name in the DNS yet.',
  options: [],
  reason: 'They mend the DNS this week; until then its mail is only late.',
};

const followUp = (
  about: About,
  title: string,
  step: 'soon' | 'planned' | 'someday',
  due: ReturnType<typeof days>,
  owner: UserId,
  now: Instant,
): Act => ({
  ...{ verb: 'action.set', title, detail: '', owner, step, about, dueAt: after(now, due) },
});

const caution = (now: Instant): Act => ({
  verb: 'caution.set',
  resource: 'gdn-access-1',
  text: 'Do not restart it: it comes back without its licence. Call the vendor first.',
  reason: 'It took the campus offline for three hours last year.',
  owner: 'noc',
  reviewAt: after(now, days(180)),
});

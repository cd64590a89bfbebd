import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { after, days, hours, type Instant, minutes } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { type Difference, difference, partsOf } from '../domain/inventory/thing.ts';
import { type About, aboutOf } from '../domain/memory/about.ts';
import { demoThings } from './plant.ts';

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
        log.warn('demo.refused', { code: outcome.refused });
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

function decided(
  raisedOn: (resource: string) => About | undefined,
  now: Instant,
  owner: UserId,
): readonly Act[] {
  const fan = raisedOn('gdn-access-1');
  const radar = raisedOn('feed/precip-radar');
  const cut = raisedOn('fra-core-1/et-0/0/9');
  const acts: Act[] = [];
  if (fan)
    acts.push({
      ...{ verb: 'decision.record', about: fan, kind: 'call vendor', what: 'a spare fan tray' },
      situation: 'Tray 1 stands still; the router stays below 60 °C with the other two.',
      options: ['Swap it tonight', 'Swap it tomorrow when the spare is there'],
      reason: 'Nobody is at risk tonight, and the spare comes tomorrow morning.',
      reviewAt: after(now, days(2)),
    });
  if (radar)
    acts.push({
      ...{ verb: 'decision.record', about: radar, kind: 'accept', what: 'late radar images' },
      situation: 'The supplier restarts the compositor by hand each time.',
      options: ['Accept until the contract is renewed', 'Another supplier'],
      reason: 'Forecasters have the satellite images; the contract ends in spring.',
      reviewAt: after(now, days(30)),
    });
  if (fan) acts.push(followUp(fan, 'Swap fan tray 1 of gdn-access-1', 'soon', days(1), owner, now));
  if (cut) acts.push(followUp(cut, 'Second path from fra to mil', 'planned', days(60), owner, now));
  if (radar)
    acts.push(followUp(radar, 'Alarm only after two late images', 'someday', days(20), owner, now));
  return acts;
}

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

import { DAY_MINUTES, dateOf, firstShown, wallAt, weekdayOf } from '../base/calendar.ts';
import { refusalText } from '../base/refusal.ts';
import { after, days, type Instant } from '../base/time.ts';
import { fieldLabels } from '../console/form-errors.ts';
import {
  type DutyView,
  OVERRIDE_FIELDS,
  type OverrideForm,
  onCallBody,
  type Strip,
} from '../console/on-call-page.ts';
import type { Desk } from '../desk/desk.ts';
import {
  coverage,
  gapsOf,
  nextOnCall,
  onCall,
  overridesOf,
  peopleIn,
  type Rota,
  rotaOf,
  schedulesIn,
  shiftsOf,
} from '../desk/rota.ts';
import type { RotaAct, SwapAct } from '../desk/rota-acts.ts';
import { REACH, reachOf } from '../desk/views/pages.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Override } from '../domain/rota/schedule.ts';
import { readWall, wallText } from '../domain/rules/ical-values.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, ownerOf, VIEWER } from './api/parts.ts';
import { addCalendar } from './calendar-link.ts';
import { field } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import { FORM_BYTES_MAX, sentence } from './page-silences.ts';
import { swapPages, swapsOfRota } from './page-swaps.ts';
import type { Answer, Asked, Route } from './route.ts';

const STRIP_DAYS = 14;
const FORM_HOURS = 8;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const DONE: Readonly<Record<string, string>> = {
  set: 'The override is set.',
  removed: 'The override is removed.',
  asked: 'It is asked. Until somebody takes it nothing changes.',
  taken: 'It is yours: an override says so.',
  withdrawn: 'It is not asked for any more.',
};

export interface OnCallPageParts extends RoutingPageParts {
  readonly homeUrl: () => string;
}

/** The page of who is on call, its form of overrides, and calendars to take along. */
export const onCallPages = (parts: OnCallPageParts): Route[] => [
  {
    method: 'GET',
    path: '/oncall',
    access: VIEWER,
    summary: 'Who is on call now and next, and the next two weeks.',
    handle: (asked) => show(parts, asked, {}),
  },
  {
    method: 'POST',
    path: '/oncall',
    access: OPERATOR,
    summary: 'Puts somebody on call for a time, or takes somebody off.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    kept: { labels: fieldLabels(OVERRIDE_FIELDS) },
    handle: (asked) => set(parts, asked),
  },
  {
    method: 'POST',
    path: '/oncall/overrides/:id/remove',
    access: OPERATOR,
    summary: 'Removes an override, or ends it now.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: (asked) => remove(parts, asked),
  },
  ...swapPages({ desk: parts.desk, does: (asked, act, done) => swap(parts, asked, act, done) }),
  {
    method: 'POST',
    path: '/oncall/calendar',
    access: VIEWER,
    summary: 'Makes the address of a schedule’s calendar.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: async (asked) => {
      const schedule = field(asked.json, 'schedule');
      const made = await addCalendar(parts, {
        by: byOf(asked.actor),
        owner: ownerOf(asked.actor),
        schedule,
      });
      return show(parts, asked, { calendar: made.url });
    },
  },
];

interface Shown {
  readonly form?: OverrideForm;
  readonly fault?: string;
  readonly calendar?: string;
}

function show(
  parts: OnCallPageParts,
  asked: Asked,
  { form, fault = '', calendar = '' }: Shown,
): Answer {
  const { desk, site, accounts, draw } = parts;
  const { memory, clock } = desk;
  const now = clock.now();
  const duties = schedulesIn(memory).flatMap(({ name }) => {
    const rota = rotaOf(memory, name);
    return rota ? [dutyOf(parts, rota, ownerOf(asked.actor), now)] : [];
  });
  const users = accounts
    .list()
    .flatMap(({ id, name, disabled }) => (disabled ? [] : [{ id, name }]));
  const view = {
    duties,
    users,
    form: form ?? blank(parts, now),
    isFormOpen: form !== undefined,
    done: DONE[asked.query.get('done') ?? ''] ?? '',
    fault,
    calendar,
    nameOf: (id: UserId): string => accounts.name(id),
    now,
  };
  const status = fault !== '' || (form && form.fault !== '') ? 422 : 200;
  const drawn = { title: 'On call', at: '/oncall', status };
  return draw(asked, drawn, (reader) => onCallBody(site, reader, view));
}

function dutyOf({ desk }: OnCallPageParts, rota: Rota, me: UserId, now: Instant): DutyView {
  const { schedule } = rota;
  const { people, until } = onCall(rota, now);
  const strip = stripOf(rota, now);
  return {
    name: schedule.name,
    zone: schedule.zone,
    coverage: coverage(rota, { from: now, to: strip.to }).is,
    people,
    until,
    next: nextOnCall(rota, now),
    strip,
    ...(schedule.notices ? { notices: schedule.notices } : {}),
    roster: desk.memory.get('rosters', schedule.name),
    swaps: swapsOfRota(desk, rota, me, now),
    unsure: unsureIn(desk, schedule.name),
    overrides: overridesOf(desk.memory, schedule.name).filter(({ to }) => to > now),
  };
}

/** People of a schedule who cannot be told for sure: those without an address first. */
const unsureIn = ({ memory }: Desk, schedule: string): DutyView['unsure'] =>
  [...peopleIn(memory, schedule)]
    .map((person) => ({ person, reach: reachOf(memory, person) }))
    .filter(({ person, reach }) => reach !== 'verified' && memory.get('users', person))
    .sort((a, b) => REACH.indexOf(a.reach) - REACH.indexOf(b.reach));

/** From midnight of today in the schedule's zone on. */
function stripOf(rota: Rota, now: Instant): Strip {
  const { zone } = rota;
  const today = Math.floor(wallAt(zone, now) / DAY_MINUTES);
  const midnights = Array.from({ length: STRIP_DAYS + 1 }, (_, n) => ({
    at: firstShown(zone, (today + n) * DAY_MINUTES),
    words: `${WEEKDAYS[weekdayOf(today + n)]} ${dateOf(today + n).day}`,
  }));
  const from = midnights[0]?.at ?? now;
  const to = midnights.at(-1)?.at ?? after(now, days(STRIP_DAYS));
  const span = { from, to };
  const gaps = gapsOf(rota, span).filter((gap) => gap.to > now);
  return { ...span, days: midnights.slice(0, -1), shifts: shiftsOf(rota, span), gaps };
}

function blank({ desk }: OnCallPageParts, now: Instant): OverrideForm {
  const [first] = schedulesIn(desk.memory);
  const zone = first && desk.memory.get('zones', first.zone);
  const wall = wallAt(zone, now);
  return {
    schedule: first?.name ?? '',
    is: 'replace',
    person: '',
    by: '',
    from: wallText(wall),
    to: wallText(wall + FORM_HOURS * 60),
    reason: '',
    fault: '',
  };
}

async function set(parts: OnCallPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const [schedule, from, to] = ['schedule', 'from', 'to'].map((name) => field(asked.json, name));
  const form: OverrideForm = {
    ...{ schedule: schedule ?? '', from: from ?? '', to: to ?? '', fault: '' },
    is: field(asked.json, 'is'),
    person: field(asked.json, 'person'),
    by: field(asked.json, 'by'),
    reason: field(asked.json, 'reason').trim(),
  };
  const act = actOf(parts, form);
  if (typeof act === 'string') return show(parts, asked, { form: { ...form, fault: act } });
  const once = formOnce(asked, Object.values(form));
  const { refused } = await desk.act(byOf(asked.actor), act, once);
  if (refused !== undefined)
    return show(parts, asked, { form: { ...form, fault: sentence(refusalText(refused)) } });
  return seeOther(`${site.prefix}/oncall?done=set`);
}

const KINDS: readonly Override['is'][] = ['add', 'remove', 'replace', 'take all'];

/** What was meant, or what is wrong with it. Times are of the schedule's clock. */
function actOf({ desk }: OnCallPageParts, form: OverrideForm): RotaAct | string {
  const schedule = schedulesIn(desk.memory).find(({ name }) => name === form.schedule);
  const is = KINDS.find((one) => one === form.is);
  if (!schedule || !is) return schedule ? 'is: choose one' : 'schedule: choose one';
  const zone = desk.memory.get('zones', schedule.zone);
  const [from, to] = [readWall(form.from), readWall(form.to)];
  if (from === undefined) return 'from: a time expected';
  if (to === undefined) return 'to: a time expected';
  const [goes, comes] = [is === 'remove' || is === 'replace', is !== 'remove'];
  return {
    verb: 'override.set',
    schedule: schedule.name,
    is,
    from: firstShown(zone, from),
    to: firstShown(zone, to),
    ...(goes && form.person !== '' ? { person: form.person as UserId } : {}),
    ...(comes && form.by !== '' ? { by: form.by as UserId } : {}),
    reason: form.reason,
  };
}

async function remove(parts: OnCallPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const override = asked.params.id ?? '';
  const reason = field(asked.json, 'reason').trim();
  const once = formOnce(asked, ['remove', override, reason]);
  const act = { verb: 'override.remove' as const, override, reason };
  const { refused } = await desk.act(byOf(asked.actor), act, once);
  if (refused === undefined) return seeOther(`${site.prefix}/oncall?done=removed`);
  const form = { ...blank(parts, desk.clock.now()), fault: sentence(refusalText(refused)) };
  return show(parts, asked, { form });
}

async function swap(
  parts: OnCallPageParts,
  asked: Asked,
  act: SwapAct | string,
  done: string,
): Promise<Answer> {
  const { desk, site } = parts;
  const blankWith = (fault: string): Answer => show(parts, asked, { fault: sentence(fault) });
  if (typeof act === 'string') return blankWith(act);
  const once = formOnce(asked, [JSON.stringify(act)]);
  const { refused } = await desk.act(byOf(asked.actor), act, once);
  return refused === undefined
    ? seeOther(`${site.prefix}/oncall?done=${done}`)
    : blankWith(refusalText(refused));
}

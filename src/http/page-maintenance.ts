import { refusalText } from '../base/refusal.ts';
import { hours, type Instant, instantText } from '../base/time.ts';
import { fieldLabels } from '../console/form-errors.ts';
import {
  type CalendarLine,
  type MaintenanceForm,
  maintenancesBody,
  WORK_FIELDS,
} from '../console/maintenance-page.ts';
import { stretch } from '../console/pager.ts';
import { TABLE_ROWS_MAX } from '../console/tables.ts';
import { whyNotMatchers } from '../desk/verbs/rule.ts';
import {
  listMaintenances,
  type MaintenanceView,
  maintenanceState,
  maintenancesOn,
  overruns,
  touchedNow,
} from '../desk/views/maintenances.ts';
import { touchedBy } from '../desk/views/rules.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { matcherText } from '../domain/alarm/matcher.ts';
import type { ThingKey } from '../domain/inventory/thing.ts';
import { readWall, wallText } from '../domain/rules/ical-values.ts';
import {
  MAINTENANCE_LIMITS,
  type Maintenance,
  type MaintenanceId,
} from '../domain/rules/maintenance.ts';
import { everyText, readRecurrence } from '../domain/rules/recurrence-text.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { chosen } from './page-alarm-rules.ts';
import { field } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import { ALARMS_MAX, FORM_BYTES_MAX, inCommon, readLines, sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';
import { momentIn, readTimes, saidOf, timesOf, type WorkTimes } from './work-times.ts';

const CALENDAR_DAYS = 14;
const WINDOWS_SHOWN = 5;
const DAY_MS = 86_400_000;

const DONE: Readonly<Record<string, string>> = {
  made: 'The work is planned.',
  changed: 'The plan is changed.',
  ended: 'The work is over: what is still raised is told with the next look at its group.',
};

/** The page of planned work and its forms. */
export const maintenancePages = (parts: RoutingPageParts): Route[] => [
  {
    method: 'GET',
    path: '/maintenance',
    access: VIEWER,
    summary: 'Planned work: what runs, what is to come, and what was left behind.',
    handle: (asked) => show(parts, asked, formOf(parts, asked)),
  },
  {
    method: 'POST',
    path: '/maintenance',
    access: OPERATOR,
    summary: 'Plans work or changes a plan, or shows what it would hide.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    kept: { labels: fieldLabels(WORK_FIELDS) },
    handle: (asked) => save(parts, asked),
  },
  {
    method: 'POST',
    path: '/maintenance/from',
    access: OPERATOR,
    summary: 'Begins a plan with what the chosen alarms have in common.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: (asked) => seeOther(`${parts.site.prefix}/maintenance?${chosen(asked)}#work`),
  },
  {
    method: 'POST',
    path: '/maintenance/:id/end',
    access: OPERATOR,
    summary: 'Ends planned work now.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: (asked) => end(parts, asked),
  },
];

async function end(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const maintenance = (asked.params.id ?? '') as MaintenanceId;
  const reason = field(asked.json, 'reason').trim();
  const fault = (why: string) => show(parts, asked, { ...blank(parts), fault: sentence(why) }, 422);
  if (reason === '') return fault('say why it ends now');
  const act = { verb: 'maintenance.end', maintenance, reason } as const;
  const once = formOnce(asked, ['end', maintenance, reason]);
  const { refused } = await parts.desk.act(byOf(asked.actor), act, once);
  if (refused !== undefined) return fault(refusalText(refused));
  return seeOther(`${parts.site.prefix}/maintenance?done=ended`);
}

async function show(
  { desk, site, accounts, draw, ...rest }: RoutingPageParts,
  asked: Asked,
  form: MaintenanceForm | undefined,
  status = 200,
): Promise<Answer> {
  const { memory, clock } = desk;
  const now = clock.now();
  const shows = asked.query.get('show') === 'past' ? 'past' : 'current';
  const current = listMaintenances(memory, now, ['running', 'planned']);
  const past = listMaintenances(memory, now, ['past']);
  const works = stretch(shows === 'past' ? past : current, asked.query);
  const view = {
    shows,
    counts: { current: current.length, past: past.length },
    works,
    hides: await runSliced(touchedBy(memory, maintenancesOn)),
    overran: await runSliced(overruns(memory, now)),
    calendar: calendarOf(current, now),
    form,
    blank: blank({ desk, site, accounts, draw, ...rest }),
    done: DONE[asked.query.get('done') ?? ''] ?? '',
    nameOf: (id: UserId): string => accounts.name(id),
    now,
  } as const;
  const drawn = { title: 'Maintenance', at: '/maintenance', status };
  return draw(asked, drawn, (reader) => maintenancesBody(site, reader, view));
}

/** The next days on which any work holds, with all that holds on each. */
function calendarOf(works: readonly MaintenanceView[], now: Instant) {
  const today = now - (now % DAY_MS);
  const found = new Map<Instant, CalendarLine[]>();
  for (let n = 0; n < CALENDAR_DAYS; n++) {
    const [from, to] = [today + n * DAY_MS, today + (n + 1) * DAY_MS];
    const lines = works.flatMap(({ maintenance: { id, name, windows } }) =>
      windows.filter((w) => w.from < to && w.to > from).map((w) => ({ id, name, ...w })),
    );
    const first = lines.sort((a, b) => a.from - b.from).slice(0, TABLE_ROWS_MAX);
    if (first.length > 0) found.set(from as Instant, first);
  }
  return [...found];
}

const minuteOf = (at: Instant): string => instantText(at).slice(0, 16);

function blank({ desk }: RoutingPageParts): MaintenanceForm {
  const now = desk.clock.now();
  return {
    id: '',
    name: '',
    matchers: '',
    things: '',
    from: minuteOf(now),
    to: minuteOf((now + hours(4)) as Instant),
    zone: 'UTC',
    unit: '',
    interval: '1',
    on: '',
    last: '',
    times: '',
    reason: '',
    owner: '',
    fault: '',
    preview: undefined,
  };
}

/** `?alarm=ID` begins with what these alarms have in common, `?edit=ID` with a plan. */
function formOf(parts: RoutingPageParts, asked: Asked): MaintenanceForm | undefined {
  const { memory, clock } = parts.desk;
  const empty = blank(parts);
  const edit = asked.query.get('edit');
  if (edit !== null) {
    const work = memory.get('maintenances', edit);
    if (!work) return { ...empty, fault: 'That plan is no longer kept.' };
    return filled(empty, work, clock.now());
  }
  const ids = asked.query.getAll('alarm').slice(0, ALARMS_MAX);
  if (ids.length === 0) return undefined;
  const alarms = ids.flatMap((id) => memory.get('alarms', id) ?? []);
  const matchers = inCommon(alarms).join('\n');
  const fault = matchers === '' ? 'These alarms have no label in common: write what fits.' : '';
  return { ...empty, matchers, fault };
}

function filled(empty: MaintenanceForm, work: Maintenance, now: Instant): MaintenanceForm {
  const isPast = maintenanceState(work, now) === 'past';
  const window = work.windows.find(({ to }) => to > now);
  return {
    ...empty,
    id: isPast ? '' : work.id,
    name: work.name,
    matchers: work.matchers.map(matcherText).join('\n'),
    things: work.things.join('\n'),
    ...(window ? { from: minuteOf(window.from), to: minuteOf(window.to) } : {}),
    ...againOf(work),
    reason: work.reason,
    owner: work.owner,
  };
}

/** The fields of work that comes again: times are its first, by its own clock. */
function againOf({ recurs }: Maintenance): Partial<MaintenanceForm> {
  const of = recurs === '' ? undefined : readRecurrence(recurs);
  if (!of || of.every === 'once') return {};
  const [, on = ''] = everyText(of).split(' on ');
  return {
    from: wallText(of.start),
    to: wallText(of.start + of.lasts),
    zone: of.zone,
    unit: of.every,
    interval: String(of.interval),
    on,
    last: of.until === undefined ? '' : wallText(of.until).slice(0, 10),
    times: of.count === 0 ? '' : String(of.count),
  };
}

function typed(parts: RoutingPageParts, { json }: Asked): MaintenanceForm {
  const text = (name: string): string => field(json, name).trim();
  return {
    ...blank(parts),
    id: text('id'),
    name: text('name'),
    matchers: text('matchers'),
    things: text('things'),
    from: text('from'),
    to: text('to'),
    zone: text('zone') || 'UTC',
    unit: text('unit'),
    interval: text('interval') || '1',
    on: text('on'),
    last: text('last'),
    times: text('times'),
    reason: text('reason'),
    owner: text('owner'),
  };
}

async function save(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const { memory, clock } = desk;
  const form = typed(parts, asked);
  const faulty = (fault: string) => show(parts, asked, { ...form, fault }, 422);
  const matchers = readLines(form.matchers);
  if (typeof matchers === 'string') return faulty(`matchers: ${matchers}`);
  const terms = matchers.map(({ name, op, value }) => ({ name, op, value }));
  const things = form.things.split(/\s+/).filter((key) => key !== '');
  const stranger = things.find((key) => !memory.inventory.graph.node(key as ThingKey));
  if (stranger !== undefined) return faulty(`things: the inventory knows no ${stranger}`);
  const old = form.id === '' ? undefined : memory.get('maintenances', form.id);
  const times = timesTyped(form, old, clock.now());
  if (typeof times === 'string') return faulty(times);
  if (field(asked.json, 'does') === 'preview') {
    const refused =
      things.length > 0 && terms.length === 0
        ? undefined
        : whyNotMatchers(terms, MAINTENANCE_LIMITS.matchers_max);
    if (refused !== undefined) return faulty(sentence(refusalText(refused)));
    const found = await runSliced(touchedNow(memory, { matchers: terms, things }));
    const windows = times.windows.slice(0, WINDOWS_SHOWN);
    return show(parts, asked, { ...form, preview: { ...found, windows, zone: form.zone } });
  }
  const said = { matchers: terms, things, ...times };
  const { name, reason, owner } = form;
  const id = form.id === '' ? {} : { maintenance: form.id as MaintenanceId };
  const act = { verb: 'maintenance.set' as const, ...id, name, reason, owner, ...said };
  const once = formOnce(asked, [JSON.stringify(act)]);
  const { refused } = await desk.act(byOf(asked.actor), act, once);
  if (refused !== undefined) return faulty(sentence(refusalText(refused)));
  return seeOther(`${site.prefix}/maintenance?done=${form.id === '' ? 'made' : 'changed'}`);
}

/** What the form says of when, or what is wrong with it. */
function timesTyped(
  form: MaintenanceForm,
  old: Maintenance | undefined,
  now: Instant,
): WorkTimes | string {
  const { zone, unit } = form;
  if (unit !== '') return againTyped(form, old, now);
  const [from, to] = [momentIn(zone, form.from), momentIn(zone, form.to)];
  if (from === undefined || to === undefined) {
    const field = from === undefined ? 'from' : 'to';
    return `${field}: a time by the clock of a zone such as Europe/Vienna expected`;
  }
  const isOnce = !old || saidOf(old) === undefined;
  return { recurs: '', windows: windowsFor(isOnce ? old : undefined, { from, to }, now) };
}

const AFTER_FROM = ' minutes after From';

function againTyped(
  form: MaintenanceForm,
  old: Maintenance | undefined,
  now: Instant,
): WorkTimes | string {
  const { unit, interval, on, from, to, zone, last: until } = form;
  const every = `${interval} ${unit}${on === '' ? '' : ` on ${on}`}`;
  const minutes = (readWall(to) ?? 0) - (readWall(from) ?? 0);
  const times = form.times === '' ? 0 : Number(form.times);
  const read = readTimes({ every, from, minutes, zone, until, times, except: [] });
  if ('field' in read)
    return `${read.field}: ${read.expected}${read.field === 'minutes' ? AFTER_FROM : ''}`;
  // What was left out or moved stays so, as long as it comes at the same times.
  const was = old ? readRecurrence(old.recurs) : undefined;
  const kept = was ? { except: was.except, extra: was.extra } : {};
  const found = timesOf({ ...read, ...kept }, now);
  return found.windows.length > 0 ? found : 'It would never be done: no time lies ahead.';
}

/** The form holds one window: the one that runs or comes next. The others stay as they are. */
function windowsFor(
  old: Maintenance | undefined,
  window: { readonly from: Instant; readonly to: Instant },
  now: Instant,
): Maintenance['windows'] {
  const at = old?.windows.findIndex(({ to }) => to > now) ?? -1;
  return old && at >= 0 ? old.windows.with(at, window) : [window];
}

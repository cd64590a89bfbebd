import { hours, type Instant, instantText, parseInstant } from '../base/time.ts';
import {
  type CalendarLine,
  type MaintenanceForm,
  maintenancesBody,
} from '../console/maintenance-page.ts';
import { TABLE_ROWS_MAX } from '../console/tables.ts';
import { whyNotMatchers } from '../desk/verbs/rule.ts';
import {
  listMaintenances,
  type MaintenanceView,
  maintenanceState,
  maintenancesOn,
  overruns,
} from '../desk/views/maintenances.ts';
import { fitting, fittingNow } from '../desk/views/rule-trial.ts';
import { touchedBy } from '../desk/views/rules.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { matcherText } from '../domain/alarm/matcher.ts';
import type { ThingKey } from '../domain/inventory/thing.ts';
import {
  MAINTENANCE_LIMITS,
  type Maintenance,
  type MaintenanceId,
} from '../domain/rules/maintenance.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { chosen } from './page-alarm-rules.ts';
import { field } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import { ALARMS_MAX, FORM_BYTES_MAX, inCommon, readLines, sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

const CALENDAR_DAYS = 14;
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
  if (refused !== undefined) return fault(refused);
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
  const works = (shows === 'past' ? past : current).slice(0, TABLE_ROWS_MAX);
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
const readMinute = (text: string): Instant | undefined =>
  parseInstant(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00Z` : text);

function blank({ desk }: RoutingPageParts): MaintenanceForm {
  const now = desk.clock.now();
  return {
    id: '',
    name: '',
    matchers: '',
    things: '',
    from: minuteOf(now),
    to: minuteOf((now + hours(4)) as Instant),
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
    reason: work.reason,
    owner: work.owner,
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
  if (typeof matchers === 'string') return faulty(matchers);
  const terms = matchers.map(({ name, op, value }) => ({ name, op, value }));
  if (field(asked.json, 'does') === 'preview') {
    const refused = whyNotMatchers(terms, MAINTENANCE_LIMITS.matchers_max);
    if (refused !== undefined) return faulty(sentence(refused));
    const preview = await runSliced(fittingNow(memory, fitting(matchers)));
    return show(parts, asked, { ...form, preview });
  }
  const things = form.things.split(/\s+/).filter((key) => key !== '');
  const stranger = things.find((key) => !memory.inventory.graph.node(key as ThingKey));
  if (stranger !== undefined) return faulty(`The inventory knows no ${stranger}.`);
  const [from, to] = [readMinute(form.from), readMinute(form.to)];
  if (from === undefined || to === undefined) return faulty('Say from when until when, in UTC.');
  const old = form.id === '' ? undefined : memory.get('maintenances', form.id);
  const windows = windowsFor(old, { from, to }, clock.now());
  const said = { matchers: terms, things, windows, recurs: old?.recurs ?? '' };
  const { name, reason, owner } = form;
  const id = form.id === '' ? {} : { maintenance: form.id as MaintenanceId };
  const act = { verb: 'maintenance.set' as const, ...id, name, reason, owner, ...said };
  const once = formOnce(asked, [JSON.stringify(act)]);
  const { refused } = await desk.act(byOf(asked.actor), act, once);
  if (refused !== undefined) return faulty(sentence(refused));
  return seeOther(`${site.prefix}/maintenance?done=${form.id === '' ? 'made' : 'changed'}`);
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

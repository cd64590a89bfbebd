import type { Static } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { byState, refusalFailure } from '../../base/refusal.ts';
import { type Instant, instantText, parseInstant } from '../../base/time.ts';
import { offsetsOf } from '../../base/zones.ts';
import type { Memory } from '../../desk/desk.ts';
import {
  listMaintenances,
  type MaintenanceView,
  maintenancesOn,
  maintenanceView,
  type Overrun,
  overruns,
} from '../../desk/views/maintenances.ts';
import { fitting, fittingNow } from '../../desk/views/rule-trial.ts';
import { touchedBy } from '../../desk/views/rules.ts';
import { matcherText } from '../../domain/alarm/matcher.ts';
import type { ThingKey } from '../../domain/inventory/thing.ts';
import type { Maintenance, MaintenanceId, Window } from '../../domain/rules/maintenance.ts';
import { RECURRENCE_LIMITS } from '../../domain/rules/recurrence.ts';
import { json } from '../answer.ts';
import { CALENDAR_BYTES_MAX, handIn } from '../calendar-door.ts';
import { readQuery } from '../check.ts';
import { fieldsRefused, refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { runSliced } from '../sliced.ts';
import { readTimes, saidOf, timesOf, type WorkTimes } from '../work-times.ts';
import { placeIn, readMatchers } from './alarm-rules.ts';
import { doneShape, reasonBody } from './alarm-rules-shapes.ts';
import { alarmJson } from './drawn.ts';
import {
  alarmsShape,
  importBody,
  importedShape,
  listQuery,
  maintenanceShape,
  type RecursBody,
  setBody,
  tryBody,
  tryShape,
  wholeShape,
} from './maintenances-shapes.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { pageOf } from './shapes.ts';

const MAINTENANCES = `${API}/maintenances`;

const WINDOWS_SHOWN = 5;
/** Of each list of one answer. */
const ALARMS_MAX = 1_000;

export const maintenanceRoutes = (parts: ApiParts): Route[] => [
  ...readRoutes(parts),
  {
    method: 'POST',
    path: MAINTENANCES,
    access: OPERATOR,
    summary: 'Plans work or changes a plan: what it touches is quiet in its windows.',
    bodySchema: setBody,
    answerSchema: doneShape,
    handle: (asked) => set(parts, asked),
  },
  {
    method: 'POST',
    path: `${MAINTENANCES}/import`,
    access: OPERATOR,
    summary: 'Plans work from a calendar: by UID and SEQUENCE, so that it may be sent again.',
    bodyBytesMax: CALENDAR_BYTES_MAX,
    bodySchema: importBody,
    answerSchema: importedShape,
    handle: (asked) => imported(parts, asked),
  },
  {
    method: 'POST',
    path: `${MAINTENANCES}/:id/end`,
    access: OPERATOR,
    summary: 'Ends it now and for good; what is still raised is told as new.',
    bodySchema: reasonBody,
    answerSchema: doneShape,
    handle: (asked) => end(parts, asked),
  },
];

const readRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: MAINTENANCES,
    access: VIEWER,
    summary: 'Planned work: what runs, the next to end first, then what is to come, then past.',
    querySchema: listQuery,
    answerSchema: pageOf(maintenanceShape),
    handle: (asked) => list(parts, asked),
  },
  {
    method: 'POST',
    path: `${MAINTENANCES}/try`,
    access: OPERATOR,
    summary: 'Says what matchers would hide now, and when it would be. Changes nothing.',
    bodySchema: tryBody,
    answerSchema: tryShape,
    handle: (asked) => tried(parts, asked),
  },
  {
    method: 'GET',
    path: `${MAINTENANCES}/:id`,
    access: VIEWER,
    summary: 'One piece of planned work with all its windows.',
    answerSchema: wholeShape,
    handle: async (asked) => {
      const view = maintenanceView(maintenanceOf(parts, asked), parts.desk.clock.now());
      const drawn = maintenanceJson(parts, view, await figuresOf(parts));
      return json(200, { ...drawn, windows: view.maintenance.windows.map(windowJson) });
    },
  },
  {
    method: 'GET',
    path: `${MAINTENANCES}/:id/alarms`,
    access: VIEWER,
    summary: 'Alarms under planned work: hidden now, and left behind when it was over.',
    answerSchema: alarmsShape,
    handle: (asked) => alarmsUnder(parts, asked),
  },
];

async function tried({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof tryBody>;
  const matchers = readMatchers(given.matchers ?? []);
  const fits = matchers.length === 0 ? () => false : fitting(matchers);
  const { count, examples } = await runSliced(fittingNow(desk.memory, fits));
  const times = given.recurs && recurring(given.recurs, desk.clock.now());
  const windows = (times?.windows ?? []).slice(0, WINDOWS_SHOWN).map(windowJson);
  const named = examples.map(({ id, resource, type, text }) => ({ id, resource, type, text }));
  return json(200, { hides: count, examples: named, windows });
}

/** Throws FIELD_INVALID for what cannot be read, and for what never comes. */
function recurring(given: RecursBody, now: Instant): WorkTimes {
  const { until = '', times = 0, except = [], zone = 'UTC', ...said } = given;
  const read = readTimes({ ...said, until, times, except, zone });
  if ('field' in read) {
    throw fieldsRefused([{ field: `recurs.${read.field}`, expected: read.expected }]);
  }
  const found = timesOf(read, now);
  if (found.windows.length > 0) return found;
  const expected = `a time within the next ${RECURRENCE_LIMITS.ahead_days_max} days`;
  throw fieldsRefused([{ field: 'recurs', expected }]);
}

function timesIn({ windows, recurs }: Static<typeof setBody>, now: Instant): WorkTimes {
  if ((windows === undefined) === (recurs === undefined)) {
    throw fieldsRefused([{ field: 'windows', expected: 'either windows or recurs' }]);
  }
  if (recurs) return recurring(recurs, now);
  const read = (windows ?? []).map(({ from, to }) => ({
    from: parseInstant(from) ?? (0 as Instant),
    to: parseInstant(to) ?? (0 as Instant),
  }));
  return { recurs: '', windows: read };
}

function maintenanceOf({ desk }: ApiParts, asked: Asked): Maintenance {
  const found = desk.memory.get('maintenances', asked.params.id ?? '');
  if (!found) throw new DeskError('NOT_FOUND', { what: 'such maintenance' });
  return found;
}

interface Figures {
  readonly hides: ReadonlyMap<string, number>;
  readonly overran: ReadonlyMap<string, Overrun>;
}

async function figuresOf({ desk }: ApiParts): Promise<Figures> {
  const { memory, clock } = desk;
  const hides = await runSliced(touchedBy(memory, maintenancesOn));
  return { hides, overran: await runSliced(overruns(memory, clock.now())) };
}

async function list(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { state, limit, cursor } = readQuery(listQuery, asked.query);
  const { memory, clock } = parts.desk;
  const all = listMaintenances(memory, clock.now(), state ?? ['running', 'planned']);
  const { from, to, next } = placeIn(all.length, cursor, limit);
  const shown = all.slice(from, to);
  const figures =
    shown.length > 0 ? await figuresOf(parts) : { hides: new Map(), overran: new Map() };
  const items = shown.map((view) => maintenanceJson(parts, view, figures));
  return json(200, { items, next, asOf: memory.position });
}

const windowJson = ({ from, to }: Window) => ({ from: instantText(from), to: instantText(to) });

function recursJson(work: Maintenance) {
  const said = saidOf(work);
  if (!said) return null;
  const { until, times } = said;
  return { ...said, until: until === '' ? null : until, times: times === 0 ? null : times };
}

function maintenanceJson(
  { accounts, desk }: ApiParts,
  { maintenance: m, state, window }: MaintenanceView,
  { hides, overran }: Figures,
) {
  const now = desk.clock.now();
  const left = overran.get(m.id);
  return {
    id: m.id,
    name: m.name,
    state,
    matchers: m.matchers.map(matcherText),
    things: m.things,
    window: window ? windowJson(window) : null,
    recurs: recursJson(m),
    windowsLeft: m.windows.filter(({ to }) => to > now).length,
    reason: m.reason,
    owner: m.owner,
    by: { id: m.by, name: accounts.name(m.by) },
    madeAt: instantText(m.madeAt),
    changedAt: instantText(m.changedAt),
    hides: hides.get(m.id) ?? 0,
    overran: left ? { since: instantText(left.since), alarms: left.alarms.length } : null,
  };
}

async function alarmsUnder(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { id } = maintenanceOf(parts, asked);
  const { memory, clock } = parts.desk;
  const hidden = [];
  for (const one of memory.all('alarms')) {
    if (hidden.length === ALARMS_MAX) break;
    if (one.condition.is === 'raised' && maintenancesOn(one).includes(id)) hidden.push(one);
  }
  const left = (await runSliced(overruns(memory, clock.now()))).get(id)?.alarms ?? [];
  return json(200, {
    hidden: hidden.map((one) => alarmJson(parts, one)),
    overran: left.slice(0, ALARMS_MAX).map((one) => alarmJson(parts, one)),
    asOf: memory.position,
  });
}

async function set({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof setBody>;
  const { things = [] } = given;
  checkThings(desk.memory, things);
  const by = byOf(asked.actor);
  const act = {
    verb: 'maintenance.set' as const,
    ...(given.id === undefined ? {} : { maintenance: given.id as MaintenanceId }),
    name: given.name,
    matchers: readMatchers(given.matchers ?? []).map(({ name, op, value }) => ({
      name,
      op,
      value,
    })),
    things,
    ...timesIn(given, desk.clock.now()),
    reason: given.reason,
    owner: given.owner ?? '',
  };
  const { refused, made, position, repeated } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined || made === undefined)
    throw refusalFailure(refused ?? byState('Nothing was done.'));
  return json(200, { id: made, position, repeated });
}

/** Throws FIELD_INVALID for a thing that the inventory does not know. */
function checkThings({ inventory }: Pick<Memory, 'inventory'>, things: readonly string[]): void {
  const faults = things.flatMap((key, n) => {
    if (inventory.graph.node(key as ThingKey)) return [];
    return [{ field: `things[${n}]`, expected: 'a thing of the inventory, as `device:core-1`' }];
  });
  if (faults.length > 0) throw fieldsRefused(faults);
}

async function imported({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof importBody>;
  const { text, things = [], zone = 'UTC', owner = '', dryRun = false } = given;
  checkThings(desk.memory, things);
  const matchers = readMatchers(given.matchers ?? []).map(({ name, op, value }) => {
    return { name, op, value };
  });
  if (!offsetsOf(zone)) {
    throw fieldsRefused([{ field: 'zone', expected: 'a time zone such as Europe/Vienna' }]);
  }
  const wanted = { matchers, things, owner };
  const { reports, fault } = await handIn(desk, { text, zone, wanted }, byOf(asked.actor), dryRun);
  const events = reports.map(({ line, uid, name, outcome, why, work, windows: [next] }) => {
    const id = work === '' ? null : work;
    return { line, uid, name, outcome, why, id, window: next ? windowJson(next) : null };
  });
  const counts: Record<string, number> = {};
  for (const { outcome } of events) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return json(200, { events, counts, fault: fault ?? null, dryRun });
}

async function end(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { id } = maintenanceOf(parts, asked);
  const { reason } = asked.json as Static<typeof reasonBody>;
  if (reason.trim() === '') throw refusal('REASON_MISSING', { verb: 'Ending planned work' });
  const by = byOf(asked.actor);
  const act = { verb: 'maintenance.end', maintenance: id, reason } as const;
  const { refused, position, repeated } = await parts.desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined) throw refusalFailure(refused);
  return json(200, { id, position, repeated });
}

import { BugError, unreachable } from '../base/errors.ts';
import { byState, type Did } from '../base/refusal.ts';
import { type Instant, later } from '../base/time.ts';
import type { Change } from '../domain/alarm/change.ts';
import { type AlarmId, identify } from '../domain/alarm/event.ts';
import { firstRaise } from '../domain/alarm/report.ts';
import { act } from './act.ts';
import { noteAttachable } from './attach.ts';
import { Draft } from './draft.ts';
import type { Entry } from './entry.ts';
import { gather, isGathered } from './gather.ts';
import { delivered } from './notify/delivered.ts';
import { flush } from './notify/flush.ts';
import { regroup, regroupAll } from './notify/groups.ts';
import { toldAgain } from './outcome.ts';
import { followPages } from './pages/course.ts';
import { armHandovers } from './pages/handover.ts';
import { isRemembered, remember } from './remember.ts';
import type { State } from './state.ts';
import type { TableName, Tables } from './tables.ts';
import { checked } from './verbs/check.ts';
import { documented } from './verbs/document.ts';
import { expire, renew } from './verbs/lease.ts';
import { receive } from './verbs/receive.ts';
import { stepped } from './verbs/run.ts';
import { start } from './verbs/start.ts';
import { fire } from './verbs/timer.ts';
import { keepUnread } from './verbs/unread.ts';

/** Version of what `apply` does. Changed behaviour asks for the number the start entry carries. */
export const BEHAVIOUR = 2;

/**
 * What one entry does to the desk. Deterministic: reads nothing but state and entry. Total: an
 * entry that throws changes nothing, is set aside and raises an alarm of the desk's own.
 */
export function apply(state: State, position: number, entry: Entry): Draft {
  if (position !== state.position + 1) {
    throw new BugError(`entry ${position} follows ${state.position}`);
  }
  return applyAt(state, position, entry);
}

/** The same at any position after the last one: a replay for trial puts its own entries between. */
export function applyAt(state: State, position: number, entry: Entry): Draft {
  const at = later(state.time, entry.at);
  let draft = new Draft(state, position, at);
  try {
    does(draft, state, entry);
    armHandovers(draft, state);
    noteAttachable(draft, state);
  } catch (error) {
    draft = setAside(new Draft(state, position, at), entry, error);
  }
  draft.armSweep();
  state.routing.begin();
  install(state, draft);
  if (isRemembered(state, draft.changes)) draft.join(next(state, draft, entry, remember));
  if (isGathered(state, draft.changes)) draft.join(next(state, draft, entry, gather));
  const isPlanned = draft.writes.has('plans');
  if (isPlanned || (draft.was.size > 0 && state.routing.tree)) {
    draft.join(route(state, draft, entry, isPlanned));
  }
  return draft;
}

/**
 * What the entry means for what people wrote down, and for the incidents that rules open. Steps of
 * their own, as the next one is.
 */
function next(state: State, done: Draft, entry: Entry, does: Following): Draft {
  const { position, at } = done.now;
  let draft = new Draft(state, position, at, done.delivered);
  try {
    does(draft, state, done.changes);
    noteAttachable(draft, state);
  } catch (error) {
    draft = setAside(new Draft(state, position, at, done.delivered), entry, error);
  }
  draft.armSweep();
  install(state, draft);
  return draft;
}

type Following = (draft: Draft, state: State, changes: readonly Change[]) => void;

/**
 * Who is to be told of what the entry did. A step of its own, so that a fault in it costs no alarm:
 * it is set aside alone.
 */
function route(state: State, done: Draft, entry: Entry, isPlanned: boolean): Draft {
  const { position, at } = done.now;
  let draft = new Draft(state, position, at, done.delivered);
  try {
    if (isPlanned) regroupAll(draft, state);
    const due = regroup(draft, state, done.was, done.effects);
    for (const group of due) flush(draft, state, group);
    followPages(draft, state, done.was.keys() as Iterable<AlarmId>);
  } catch (error) {
    draft = setAside(new Draft(state, position, at, done.delivered), entry, error);
  }
  install(state, draft);
  return draft;
}

function does(draft: Draft, state: State, entry: Entry): void {
  switch (entry.kind) {
    case 'start':
      return start(draft, state, entry);
    case 'events':
      return once(draft, entry.once, () => {
        receive(draft, entry);
        return { results: [] };
      });
    case 'renewals':
      return renew(draft, entry);
    case 'expiry':
      return expire(draft, entry);
    case 'act':
      return once(draft, entry.once, () => act(draft, state, entry));
    case 'timer':
      return fire(draft, state, entry);
    case 'check':
      return checked(draft, entry);
    case 'step':
      return stepped(draft, state, entry);
    case 'document':
      return documented(draft, entry);
    case 'delivered':
      return delivered(draft, state, entry);
    case 'zones':
      for (const table of entry.tables) draft.put('zones', table.id, table);
      return;
    case 'unread':
      return once(draft, entry.once, () => keepUnread(draft, state, entry));
    default:
      return unreachable(entry);
  }
}

type Doing = Did &
  Pick<Tables['outcomes'], 'results'> & {
    /** Refused for want of room: a retry under the same key may find some. */
    readonly notNow?: true;
  };

/** Does it, unless it was done before under the same key: then the first outcome is told again. */
function once(draft: Draft, key: string | undefined, does: () => Doing): void {
  const position = draft.now.position;
  if (key === undefined) {
    const { notNow: _, ...did } = does();
    draft.outcome = { position, ...did, repeated: false };
    return;
  }
  const first = draft.get('outcomes', key);
  if (first) {
    const { id: _id, at: _at, refused, ...told } = first;
    const again = refused === undefined ? {} : { refused: toldAgain(refused) };
    draft.outcome = { ...told, ...again, repeated: true };
    return;
  }
  const { notNow = false, ...did } = does();
  if (!notNow) draft.put('outcomes', key, { id: key, at: draft.now.at, position, ...did });
  draft.outcome = { position, ...did, repeated: false };
}

/** Keeps what is needed to find the fault: the entry itself stays in the journal. */
function setAside(draft: Draft, entry: Entry, error: unknown): Draft {
  const { position, at } = draft.now;
  const why = error instanceof Error ? error.message : String(error);
  const id = `f${position}`;
  draft.put('faults', id, { id, position, at, kind: entry.kind, error: why });
  const text = `Entry ${position} (${entry.kind}) could not be applied and was set aside: ${why}`;
  const event = {
    kind: 'occurrence' as const,
    id: identify('desk', 'desk.fault', ''),
    resource: 'desk',
    type: 'desk.fault',
    qualifier: '',
    severity: 'major' as const,
    text,
    labels: { alertname: 'desk.fault' },
  };
  const held = draft.get('alarms', event.id);
  if (held === undefined) {
    const first = firstRaise(event, 'desk', draft.now, undefined);
    draft.put('alarms', event.id, first.alarm);
    draft.changes.push(...first.changes);
  } else {
    receive(draft, { kind: 'events', at, source: 'desk', events: [event] });
  }
  draft.outcome = { position, results: [], refused: byState(why), repeated: false };
  return draft;
}

function install(state: State, draft: Draft): void {
  state.time = draft.now.at as Instant;
  for (const id of draft.writes.get('alarms')?.keys() ?? []) {
    draft.was.set(id, state.get('alarms', id));
  }
  for (const [table, rows] of draft.writes) {
    for (const [id, row] of rows) state.set(table, id, row as Tables[TableName] | undefined);
  }
  state.position = draft.now.position;
}

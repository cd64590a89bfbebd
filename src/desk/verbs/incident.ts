import { unreachable } from '../../base/errors.ts';
import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import {
  type Doing,
  INCIDENT_LIMITS,
  type Incident,
  type IncidentId,
  joined,
  left,
  lined,
  type Member,
} from '../../domain/incident/incident.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { IncidentAct } from '../memory-acts.ts';
import { free } from '../remember.ts';
import type { State } from '../state.ts';

const most = INCIDENT_LIMITS;

/** Opens an incident, or does to one what people do to incidents. */
export function onIncident(draft: Draft, state: State, by: UserId, act: IncidentAct): Did {
  if (act.verb === 'incident.open') return open(draft, state, by, act);
  const held = draft.get('incidents', act.incident);
  if (!held) return { refused: absent('such incident') };
  const done = { at: draft.now.at, by };
  const is = changed(draft, state, held, act, done);
  if ('kind' in is) return { refused: is };
  draft.put('incidents', is.id, is);
  return { made: is.id };
}

type Opening = Extract<IncidentAct, { verb: 'incident.open' }>;

function open(draft: Draft, state: State, by: UserId, act: Opening): Did {
  const refused = titleFault(act.title) ?? noteFault(act.note, false) ?? makeRoom(draft, state);
  if (refused !== undefined) return { refused };
  const seat = act.group === undefined ? undefined : state.routing.seat(act.group);
  const inGroup = [...(seat?.members ?? [])].sort();
  const wanted = [...new Set([...act.alarms, ...inGroup])];
  const found = takeable(draft, state, wanted);
  if ('kind' in found) return { refused: found };
  const [first, ...rest] = found;
  if (!first) return { refused: atField('alarms', 'at least one that the desk holds expected') };
  const { position, at } = draft.now;
  const id = `i${position}` as IncidentId;
  const empty: Incident = {
    id,
    position,
    title: act.title.trim(),
    lead: act.lead === '' ? undefined : act.lead,
    state: { is: 'open' },
    openedAt: at,
    by,
    members: [],
    worst: first.severity,
    lines: [],
  };
  const left = wanted.length - found.length;
  const out = left === 0 ? '' : `; ${left} left out: in another incident, or not held`;
  const text = `with ${found.length} of its alarms${out}`;
  const opened = lined(joined(empty, [first, ...rest]), { at, by }, 'opened', text);
  const said = act.note === '' ? opened : lined(opened, { at, by }, 'note', act.note);
  draft.put('incidents', id, said);
  return { made: id };
}

type Changing = Exclude<IncidentAct, Opening>;

/** What it is then, or why it stays as it is. */
function changed(
  draft: Draft,
  state: State,
  held: Incident,
  act: Changing,
  done: Doing,
): Incident | Refusal {
  const isOpen = held.state.is === 'open';
  if (held.state.is === 'merged') return byState(`It is part of ${held.state.into} now.`);
  if (!isOpen && act.verb !== 'incident.reopen' && act.verb !== 'incident.note') {
    return byState('It is closed: reopen it first.');
  }
  switch (act.verb) {
    case 'incident.join':
      return join(draft, state, held, act, done);
    case 'incident.leave': {
      const alarms = new Set(act.alarms.filter((id) => held.members.some((m) => m.alarm === id)));
      if (alarms.size === 0) return byState('None of these alarms is part of it.');
      return lined(takenOut(draft, held, alarms), done, 'left', words(alarms.size, act.note));
    }
    case 'incident.set':
      return set(held, act, done);
    case 'incident.note':
      return noteFault(act.note, true) ?? fullFault(held) ?? lined(held, done, 'note', act.note);
    case 'incident.close': {
      const closed = { is: 'closed' as const, ...done, summary: act.note };
      const fault = noteFault(act.note, true);
      return fault ?? lined({ ...held, state: closed }, done, 'closed', act.note);
    }
    case 'incident.reopen': {
      if (isOpen) return byState('It is open.');
      const members = free(draft, state, held);
      const again = { ...held, members, state: { is: 'open' as const } };
      return noteFault(act.note, true) ?? lined(again, done, 'reopened', act.note);
    }
    case 'incident.merge':
      return merge(draft, state, held, act, done);
    default:
      return unreachable(act);
  }
}

/** No rule takes them in again while they stand. */
function takenOut(draft: Draft, held: Incident, alarms: ReadonlySet<AlarmId>): Incident {
  const news = [...alarms].flatMap((id) => {
    const alarm = draft.get('alarms', id);
    return alarm ? [{ alarm: id, episode: alarm.episode }] : [];
  });
  const out = [...(held.out ?? []), ...news].slice(-most.out_max);
  return { ...left(held, alarms), ...(out.length === 0 ? {} : { out }) };
}

const words = (count: number, note: string): string =>
  `${count} ${count === 1 ? 'alarm' : 'alarms'}${note === '' ? '' : `: ${note}`}`;

function join(
  draft: Draft,
  state: State,
  held: Incident,
  act: { readonly alarms: readonly AlarmId[]; readonly note: string },
  done: Doing,
): Incident | Refusal {
  const found = takeable(draft, state, act.alarms, held);
  if ('kind' in found) return found;
  if (found.length === 0)
    return byState('Each of these alarms is part of an incident, or not held.');
  const fault = noteFault(act.note, false);
  return fault ?? lined(joined(held, found), done, 'joined', words(found.length, act.note));
}

/** Those that the desk holds and no open incident has. */
function takeable(
  draft: Draft,
  state: State,
  alarms: readonly AlarmId[],
  into?: Incident,
): readonly (Member & { readonly severity: Severity })[] | Refusal {
  const free = alarms.filter((id) => state.remembered.openIncidentOf(id) === undefined);
  if (free.length + (into?.members.length ?? 0) > most.members_max) {
    return atField('alarms', `at most ${most.members_max} in one incident`);
  }
  return free.flatMap((id) => {
    const alarm = draft.get('alarms', id);
    if (!alarm) return [];
    const { resource, type, severity } = alarm;
    return [{ alarm: id, resource, type, joinedAt: draft.now.at, severity }];
  });
}

function set(
  held: Incident,
  { title, lead }: Extract<IncidentAct, { verb: 'incident.set' }>,
  done: Doing,
): Incident | Refusal {
  let is = held;
  if (title !== undefined && title.trim() !== held.title) {
    const fault = titleFault(title);
    if (fault !== undefined) return fault;
    is = lined({ ...is, title: title.trim() }, done, 'titled', title.trim());
  }
  if (lead !== undefined && lead !== (held.lead ?? '')) {
    is = lined({ ...is, lead: lead === '' ? undefined : lead }, done, 'led', lead);
  }
  return is;
}

function merge(
  draft: Draft,
  state: State,
  held: Incident,
  { into: id, note }: Extract<IncidentAct, { verb: 'incident.merge' }>,
  done: Doing,
): Incident | Refusal {
  const into = draft.get('incidents', id);
  if (!into || id === held.id) return atField('into', 'another incident expected');
  if (into.state.is !== 'open') return byState(`${id} is not open.`);
  if (into.members.length + held.members.length > most.members_max) {
    return byState(`Together they have more than ${most.members_max} alarms.`);
  }
  const fault = noteFault(note, false);
  if (fault !== undefined) return fault;
  const all = held.members.map((member) => ({ ...member, severity: held.worst }));
  draft.put('incidents', id, lined(joined(into, all), done, 'took in', `${held.id} ${held.title}`));
  for (const action of state.remembered.actionsOf(held.id)) {
    const row = draft.get('actions', action);
    if (row) draft.put('actions', action, { ...row, incident: id });
  }
  const merged = { ...held, state: { is: 'merged' as const, at: done.at, into: id } };
  return lined(merged, done, 'merged', note === '' ? `into ${id}` : `into ${id}: ${note}`);
}

const titleFault = (title: string): Refusal | undefined =>
  title.trim() === '' || title.length > most.title_chars_max
    ? atField('title', `1 to ${most.title_chars_max} characters expected`)
    : undefined;

function noteFault(note: string, isNeeded: boolean): Refusal | undefined {
  if (isNeeded && note.trim() === '')
    return atField('note', 'some words for the next shift expected');
  const isLong = note.length > most.note_chars_max;
  return isLong ? atField('note', `at most ${most.note_chars_max} characters`) : undefined;
}

const fullFault = ({ lines }: Incident): Refusal | undefined =>
  lines.length >= most.lines_max
    ? byState(`It has ${most.lines_max} lines, and no more notes are taken.`)
    : undefined;

/**
 * At the limit the incident that was over first goes; the audit log says so. `fresh` were opened by
 * this entry before.
 */
export function makeRoom(draft: Draft, state: State, fresh = 0): Refusal | undefined {
  const gone = [...(draft.writes.get('incidents')?.values() ?? [])].filter((row) => !row).length;
  if (state.count('incidents') + fresh - gone < most.incidents_max) return undefined;
  let oldest: Incident | undefined;
  for (const one of state.all('incidents')) {
    if (!draft.get('incidents', one.id)) continue;
    if (one.state.is !== 'open' && (!oldest || overAt(one) < overAt(oldest))) oldest = one;
  }
  if (!oldest) return byState(`There are ${most.incidents_max} open incidents: close some.`);
  draft.remove('incidents', oldest.id);
  const [verb, detail] = ['incident.forgotten', `${oldest.title}; ${summaryOf(oldest)}`];
  draft.audit.push({ by: THE_DESK, verb, subject: oldest.id, outcome: 'done', detail });
  return undefined;
}

const summaryOf = ({ state }: Incident): string => (state.is === 'closed' ? state.summary : '');

/** When it was over, then its position: two that ended at once are told apart. */
const overAt = ({ state, position }: Incident): number =>
  state.is === 'open' ? Infinity : state.at + position / 1e12;

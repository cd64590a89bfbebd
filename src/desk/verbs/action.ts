import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import { days } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { type About, aboutOf } from '../../domain/memory/about.ts';
import {
  ACTION_LIMITS,
  type Action,
  type ActionId,
  STEPS,
  teamOf,
} from '../../domain/memory/action.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { FollowUpAct } from '../memory-acts.ts';
import type { State } from '../state.ts';

const most = ACTION_LIMITS;

/** Opens follow-up work, changes it, or ends it. */
export function followUp(draft: Draft, state: State, by: UserId, act: FollowUpAct): Did {
  const old = act.action === undefined ? undefined : draft.get('actions', act.action);
  if (act.action !== undefined && !old) return { refused: absent('such action') };
  if (old?.ended) return { refused: byState(`It is ${old.ended.how} already.`) };
  const { at } = draft.now;
  if (act.verb === 'action.end') {
    if (act.reason.trim() === '' || act.reason.length > most.reason_chars_max) {
      return { refused: atField('reason', `1 to ${most.reason_chars_max} characters expected`) };
    }
    const ended = { how: act.how, at, by, reason: act.reason };
    if (old) draft.put('actions', old.id, { ...old, ended });
    return { made: act.action };
  }
  const refused = whyNot(draft, act) ?? (old ? undefined : makeRoom(draft, state));
  if (refused !== undefined) return { refused };
  const action = set(draft, old, by, act);
  draft.put('actions', action.id, action);
  return { made: action.id };
}

type Setting = Extract<FollowUpAct, { verb: 'action.set' }>;

function set(draft: Draft, old: Action | undefined, by: UserId, act: Setting): Action {
  const { position, at } = draft.now;
  const { detail, owner, dueAt, step } = act;
  const said = {
    title: act.title.trim(),
    detail,
    owner: owner === '' ? undefined : owner,
    dueAt,
    step,
  };
  if (old) return { ...old, ...said };
  const about = aboutFor(draft, act);
  return {
    ...said,
    id: `a${position}` as ActionId,
    position,
    ...(about === undefined ? {} : { about }),
    ...(act.decision === undefined ? {} : { decision: act.decision }),
    ...(act.incident === undefined ? {} : { incident: act.incident }),
    by,
    at,
    recurrences: 0,
    raisedAt: undefined,
    roseAt: undefined,
    ended: undefined,
  };
}

/** The alarm it follows from: its own, or that of its decision. */
function aboutFor(draft: Draft, { about, decision }: Setting): About | undefined {
  if (about) {
    const alarm = draft.get('alarms', about.alarm);
    return alarm ? aboutOf(alarm) : about;
  }
  return decision === undefined ? undefined : draft.get('decisions', decision)?.about;
}

function whyNot(draft: Draft, act: Setting): Refusal | undefined {
  const { title, detail, owner, dueAt, step, decision, incident } = act;
  const team = teamOf(owner);
  const teams = draft.get('duties', 'duty')?.duty.teams ?? [];
  if (team !== undefined && !teams.some(({ name }) => name === team)) {
    return atField('owner', `there is no team "${team}" in the configuration`);
  }
  if (title.trim() === '' || title.length > most.title_chars_max) {
    return atField('title', `1 to ${most.title_chars_max} characters expected`);
  }
  if (detail.length > most.detail_chars_max) {
    return atField('detail', `at most ${most.detail_chars_max} characters`);
  }
  if (!STEPS.includes(step)) return atField('step', `one of ${STEPS.join(', ')} expected`);
  if (dueAt !== undefined && Math.abs(dueAt - draft.now.at) > days(most.due_days_max)) {
    return atField('dueAt', `a time within ${most.due_days_max} days expected`);
  }
  if (decision !== undefined && !draft.get('decisions', decision)) {
    return atField('decision', 'there is no such decision');
  }
  const isThere = incident === undefined || draft.get('incidents', incident);
  return isThere ? undefined : atField('incident', 'there is no such incident');
}

/** At the limit the action that ended first goes; the audit log has it. */
function makeRoom(draft: Draft, state: State): Refusal | undefined {
  if (state.count('actions') < most.actions_max) return undefined;
  let oldest: Action | undefined;
  for (const one of state.all('actions')) {
    if (one.ended && (!oldest || endedAt(one) < endedAt(oldest))) oldest = one;
  }
  if (!oldest) return byState(`There are ${most.actions_max} open actions: end some.`);
  draft.remove('actions', oldest.id);
  const [verb, subject] = ['action.forgotten', oldest.id];
  const detail = `${oldest.title}; ${oldest.ended?.how}: ${oldest.ended?.reason}`;
  draft.audit.push({ by: THE_DESK, verb, subject, outcome: 'done', detail });
  return undefined;
}

/** Two that ended at once are told apart by their position. */
const endedAt = ({ ended, position }: Action): number => (ended?.at ?? 0) + position / 1e12;

import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Draft } from '../draft.ts';
import type { State } from '../state.ts';
import {
  SAVED_VIEW_LIMITS,
  type SavedView,
  type SavedViewId,
  SHARED_WITH,
  type ViewAct,
} from '../view-acts.ts';
import { isMember, maySee } from '../views/saved-views.ts';

const most = SAVED_VIEW_LIMITS;

/** Keeps a view of the list under a name, drops it, or opens somebody's list with it. */
export function changeView(draft: Draft, state: State, act: ViewAct): Did {
  const by = act.person;
  if (act.verb === 'view.start') return startWith(draft, state, by, act.view);
  const old = act.view === undefined ? undefined : draft.get('listViews', act.view);
  if (act.view !== undefined && !old) return { refused: absent('such view') };
  if (old && old.owner !== by && draft.get('users', by)?.role !== 'admin') {
    return { refused: byState('It is a view of somebody else.') };
  }
  if (act.verb === 'view.remove') {
    draft.remove('listViews', act.view);
    return { made: act.view };
  }
  const refused = whyNot(state, old?.owner ?? by, act, old);
  if (refused !== undefined) return { refused };
  const { position, at } = draft.now;
  const id = old?.id ?? (`v${position}` as SavedViewId);
  const { query, sharedWith } = act;
  const said = { id, name: act.name.trim(), query, sharedWith, changedAt: at };
  const row: SavedView = {
    ...said,
    position: old?.position ?? position,
    owner: old?.owner ?? by,
    team: sharedWith === 'team' ? act.team : '',
    startOf: old?.startOf ?? [],
  };
  // Whom it is no longer shared with, it no longer opens for.
  const startOf = row.startOf.filter((person) => maySee(state, person, row));
  draft.put('listViews', id, { ...row, startOf });
  return { made: id };
}

type Setting = Extract<ViewAct, { verb: 'view.set' }>;

function whyNot(
  state: State,
  owner: UserId,
  act: Setting,
  old: SavedView | undefined,
): Refusal | undefined {
  const name = act.name.trim();
  if (name === '' || name.length > most.name_chars_max) {
    return atField('name', `1 to ${most.name_chars_max} characters expected`);
  }
  if (act.query.length > most.query_chars_max) {
    return atField('query', `at most ${most.query_chars_max} characters expected`);
  }
  if (!SHARED_WITH.includes(act.sharedWith)) {
    return atField('sharedWith', `one of ${SHARED_WITH.join(', ')} expected`);
  }
  if (act.sharedWith === 'team' && act.team !== old?.team && !isMember(state, owner, act.team)) {
    return atField('team', 'a team of yours expected');
  }
  let own = 0;
  for (const view of state.all('listViews')) {
    if (view.owner !== owner || view.id === old?.id) continue;
    own++;
    if (view.name === name) return atField('name', `you have a view "${name}" already`);
  }
  if (own >= most.views_per_person_max) {
    return byState(`A person has at most ${most.views_per_person_max} views: remove some.`);
  }
  return !old && state.count('listViews') >= most.views_max
    ? byState(`There are ${most.views_max} views, and no more are taken.`)
    : undefined;
}

function startWith(draft: Draft, state: State, by: UserId, id: SavedViewId | ''): Did {
  const chosen = id === '' ? undefined : draft.get('listViews', id);
  if (id !== '' && !(chosen && maySee(state, by, chosen))) {
    return { refused: absent('such view') };
  }
  for (const view of [...state.all('listViews')]) {
    const opens = view.startOf.includes(by);
    if (opens === (view.id === id)) continue;
    const startOf = opens ? view.startOf.filter((p) => p !== by) : [...view.startOf, by];
    draft.put('listViews', view.id, { ...view, startOf });
  }
  return { made: id };
}

import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import { LIMITS, type UserId } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import {
  HANDOVER_LIMITS,
  type HandoverNote,
  type HandoverNoteId,
  type LeftAlarm,
  type LeftWhy,
  type NoteItem,
  noteFault,
  type Receiver,
  takenItems,
} from '../../domain/handover/note.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { TargetResult } from '../entry.ts';
import type { HandoverAct } from '../handover-acts.ts';
import { tellAccepted, tellAsked, tellHanded, unsaid } from '../pages/shift-told.ts';
import { rotaOf } from '../rota.ts';
import type { State } from '../state.ts';
import { receives } from '../views/handovers.ts';
import { acknowledge } from './acknowledge.ts';
import { assign } from './assign.ts';

const most = HANDOVER_LIMITS;

type Doing<V extends HandoverAct['verb']> = Extract<HandoverAct, { verb: V }>;

/** A shift is written down, handed over, asked about, and taken over. */
export function handOver(draft: Draft, state: State, by: UserId, act: HandoverAct): Did {
  const { handover: id, person } = act;
  const held = id === '' ? undefined : draft.get('handovers', id);
  if (id !== '' && !(held && maySee(held, person))) {
    return { refused: absent('such hand-over note') };
  }
  if (act.verb === 'handover.save') return save(draft, state, held, act);
  if (!held) return { refused: atField('handover', 'say which hand-over note') };
  switch (act.verb) {
    case 'handover.offer':
      return offer(draft, state, held, act);
    case 'handover.withdraw':
      return withdraw(draft, held, person);
    case 'handover.ask':
      return ask(draft, state, held, act);
    case 'handover.accept':
      return accept(draft, state, by, held, person);
  }
}

/** What is written and not handed over is its author's alone. */
const maySee = ({ author, state }: HandoverNote, person: UserId): boolean =>
  state.is !== 'draft' || author === person;

function save(
  draft: Draft,
  state: State,
  held: HandoverNote | undefined,
  act: Doing<'handover.save'>,
): Did {
  if (held && held.state.is !== 'draft') {
    return { refused: byState('It is handed over already: withdraw it, then change it.') };
  }
  const refused = noteFault(act) ?? (held ? undefined : whyNoMore(draft, state, act.person));
  if (refused !== undefined) return { refused };
  const { position, at } = draft.now;
  const { from, to, text, items, more } = act;
  const id = held?.id ?? (`h${position}` as HandoverNoteId);
  draft.put('handovers', id, {
    ...{ id, position: held?.position ?? position, author: act.person },
    ...{ from, to, text, items, more, changedAt: at },
    state: { is: 'draft' },
    talk: held?.talk ?? [],
    told: [],
  });
  return { made: id };
}

function whyNoMore(draft: Draft, state: State, person: UserId): Refusal | undefined {
  let drafts = 0;
  for (const one of state.all('handovers')) {
    if (one.state.is === 'draft' && one.author === person) drafts++;
  }
  if (drafts >= most.drafts_max) {
    return byState(`You have ${most.drafts_max} drafts: hand one over, or drop it.`);
  }
  return makeRoom(draft, state);
}

/** At the limit the note that was accepted first goes; the audit log has it. */
function makeRoom(draft: Draft, state: State): Refusal | undefined {
  if (state.count('handovers') < most.notes_max) return undefined;
  let oldest: HandoverNote | undefined;
  for (const one of state.all('handovers')) {
    if (one.state.is === 'accepted' && (!oldest || one.position < oldest.position)) oldest = one;
  }
  if (!oldest) return byState(`There are ${most.notes_max} hand-over notes that nobody accepted.`);
  draft.remove('handovers', oldest.id);
  const [verb, subject] = ['handover.forgotten', oldest.id];
  draft.audit.push({ by: THE_DESK, verb, subject, outcome: 'done', detail: '' });
  return undefined;
}

function offer(draft: Draft, state: State, held: HandoverNote, act: Doing<'handover.offer'>): Did {
  if (held.state.is !== 'draft') return { refused: byState('It is handed over already.') };
  const refused = whyNot(draft, state, held, act.to);
  if (refused !== undefined) return { refused };
  const { at } = draft.now;
  keep(draft, tellHanded(draft, state, { ...held, state: { is: 'offered', to: act.to, at } }));
  return { made: held.id };
}

function whyNot(draft: Draft, state: State, held: HandoverNote, to: Receiver): Refusal | undefined {
  if (to.is === 'person') {
    if (to.person === held.author) return atField('to', 'somebody else than yourself expected');
    const role = draft.get('users', to.person);
    if (role?.disabled !== false) return atField('to', 'there is no such user');
    return role.role === 'viewer' ? atField('to', 'somebody who may act expected') : undefined;
  }
  if (to.is === 'schedule') {
    return rotaOf(state, to.schedule)
      ? undefined
      : atField('to', `there is no schedule "${to.schedule}"`);
  }
  const teams = draft.get('duties', 'duty')?.duty.teams ?? [];
  return teams.some(({ name }) => name === to.team)
    ? undefined
    : atField('to', `there is no team "${to.team}" in the configuration`);
}

/** An admin takes back what somebody left lying who is not here any more. */
function withdraw(draft: Draft, held: HandoverNote, person: UserId): Did {
  if (held.state.is === 'accepted')
    return { refused: byState('It is accepted: it stays as it is.') };
  if (held.author !== person && draft.get('users', person)?.role !== 'admin') {
    return { refused: byState('It is a note of somebody else.') };
  }
  const quiet = unsaid(draft, held);
  if (held.state.is === 'draft') draft.remove('handovers', held.id);
  else keep(draft, { ...quiet, state: { is: 'draft' } });
  return { made: held.id };
}

function ask(draft: Draft, state: State, held: HandoverNote, act: Doing<'handover.ask'>): Did {
  const { person } = act;
  const text = act.text.trim();
  if (held.state.is === 'draft') return { refused: byState('It is not handed over yet.') };
  const { to } = held.state;
  if (held.author !== person && !receives(state, to, person, draft.now.at)) {
    return { refused: byState('It is handed to somebody else.') };
  }
  if (text === '' || text.length > most.talk_chars_max) {
    return { refused: atField('text', `1 to ${most.talk_chars_max} characters expected`) };
  }
  if (held.talk.length >= most.talk_max) {
    return {
      refused: byState(`A note has at most ${most.talk_max} questions and answers: call them.`),
    };
  }
  const said = { by: person, at: draft.now.at, text };
  keep(draft, tellAsked(draft, state, { ...held, talk: [...held.talk, said] }));
  return { made: held.id };
}

function accept(draft: Draft, state: State, by: UserId, held: HandoverNote, person: UserId): Did {
  if (held.state.is === 'draft') return { refused: byState('It is not handed over yet.') };
  if (held.state.is === 'accepted') return { refused: byState('It is accepted already.') };
  if (held.author === person)
    return { refused: byState('It is your own: somebody else accepts it.') };
  const { to } = held.state;
  const { at } = draft.now;
  if (!receives(state, to, person, at))
    return { refused: byState('It is handed to somebody else.') };
  const taken: AlarmId[] = [];
  const left: LeftAlarm[] = [];
  for (const item of takenItems(held)) {
    const alarm = item.subject as AlarmId;
    const why = takeOver(draft, { by, person, held, item });
    if (why === undefined) taken.push(alarm);
    else left.push({ alarm, ...why });
  }
  const accepted = { is: 'accepted', to, at, by: person, taken, left } as const;
  keep(draft, tellAccepted(draft, state, { ...held, state: accepted }));
  return { made: held.id };
}

interface Taking {
  readonly by: UserId;
  readonly person: UserId;
  readonly held: HandoverNote;
  readonly item: NoteItem;
}

/** Who had it has it no more; why not, where it is not as the note says. */
function takeOver(
  draft: Draft,
  { by, person, held, item }: Taking,
): Pick<LeftAlarm, 'why' | 'who'> | undefined {
  const id = item.subject as AlarmId;
  const alarm = draft.get('alarms', id);
  const no = (why: LeftWhy): { readonly why: LeftWhy } => ({ why });
  if (!alarm) return no('gone');
  if (item.episode !== undefined && item.episode !== alarm.episode) return no('raised again');
  if (alarm.condition.is === 'cleared') return no('cleared');
  const { handling, assignee, episode } = alarm;
  if (handling.is === 'closed') return no('closed');
  const on = [{ id, episode }];
  const said = `Taken over with hand-over note ${held.id}.`;
  const results: TargetResult[] = [];
  if (handling.is === 'acknowledged') {
    if (handling.by !== held.author && handling.by !== person) {
      return { why: 'another has it', who: handling.by };
    }
    const { until, line } = handling;
    const note = [handling.note, said].filter(Boolean).join(' ').slice(-LIMITS.note_chars_max);
    const asBefore = { ...(until && { until }), ...(line && { line }) };
    const act = { verb: 'acknowledge', on, note, by: person, ...asBefore } as const;
    if (handling.by !== person) results.push(...acknowledge(draft, act));
  }
  if (handling.is === 'none' || assignee === held.author) {
    if (handling.is === 'none' && assignee !== undefined && assignee !== held.author) {
      if (assignee !== person) return { why: 'another has it', who: assignee };
    }
    const act = { verb: 'assign', on, assignee: person, note: said, by: person } as const;
    results.push(...assign(draft, act));
  }
  for (const result of results) {
    const outcome = result.ok ? 'done' : result.why;
    draft.audit.push({ by, verb: 'handover.take', subject: id, outcome, detail: held.id });
  }
  return results.every(({ ok }) => ok) ? undefined : no('not possible');
}

const keep = (draft: Draft, note: HandoverNote): void =>
  draft.put('handovers', note.id, { ...note, changedAt: draft.now.at });

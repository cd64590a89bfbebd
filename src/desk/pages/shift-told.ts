import { after, minutes } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import {
  HANDOVER_LIMITS,
  type HandoverNote,
  type HandoverNoteId,
  type Receiver,
  takenItems,
} from '../../domain/handover/note.ts';
import type { NoticeShift } from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import { nextOnCall, onCall, rotaOf } from '../rota.ts';
import type { State } from '../state.ts';
import { tellOne } from './handover.ts';

/** A shift that nobody has accepted for so long is told of once more, to its author too. */
const WAITS = minutes(30);

const timerOf = (id: HandoverNoteId): string => `handover.waits/${id}`;

/**
 * Whom a note is told to: the person, or who is on call and who is next there. A team is not
 * woken as a whole: its members see it on the overview.
 */
function toldOf(draft: Draft, state: State, to: Receiver, author: UserId): readonly UserId[] {
  if (to.is === 'person') return [to.person];
  const rota = to.is === 'schedule' ? rotaOf(state, to.schedule) : undefined;
  if (!rota) return [];
  const { at } = draft.now;
  const people = new Set([...onCall(rota, at).people, ...(nextOnCall(rota, at)?.people ?? [])]);
  people.delete(author);
  return [...people].slice(0, HANDOVER_LIMITS.told_max);
}

type About = Pick<NoticeShift, 'is' | 'by'>;

/** The note with the messages that tell of it. */
function told(
  draft: Draft,
  state: State,
  note: HandoverNote,
  people: readonly UserId[],
  about: About,
): HandoverNote {
  const alarms = takenItems(note).length;
  const ids = people.flatMap((person) => {
    const shift = { note: note.id, person, alarms, ...about };
    return tellOne(draft, state, person, `shift/${note.id}`, { shift });
  });
  const open = note.told.filter((id) => draft.get('deliveries', id));
  return { ...note, told: [...open, ...ids] };
}

/** It is handed over: its receiver hears of it, and again while nobody accepts it. */
export function tellHanded(draft: Draft, state: State, note: HandoverNote): HandoverNote {
  if (note.state.is !== 'offered') return note;
  const at = after(draft.now.at, WAITS);
  draft.setTimer(timerOf(note.id), at, { is: 'handover.waits', handover: note.id });
  const people = toldOf(draft, state, note.state.to, note.author);
  return told(draft, state, note, people, { is: 'handed', by: note.author });
}

/** A question is told to the author; an answer to whoever asked last. */
export function tellAsked(draft: Draft, state: State, note: HandoverNote): HandoverNote {
  const said = note.talk.at(-1);
  if (!said) return note;
  const asker = note.talk.findLast(({ by }) => by !== note.author)?.by;
  const to = said.by === note.author ? asker : note.author;
  return to === undefined ? note : told(draft, state, note, [to], { is: 'asked', by: said.by });
}

/** Nothing waits any more; its author hears who has the shift. */
export function tellAccepted(draft: Draft, state: State, note: HandoverNote): HandoverNote {
  const quiet = unsaid(draft, note);
  if (note.state.is !== 'accepted') return quiet;
  const about = { is: 'accepted', by: note.state.by } as const;
  return told(draft, state, quiet, [note.author], about);
}

/** What was not sent of it yet is void. */
export function unsaid(draft: Draft, note: HandoverNote): HandoverNote {
  draft.cancelTimer(timerOf(note.id));
  for (const id of note.told) if (draft.get('deliveries', id)) draft.undeliver(id);
  return { ...note, told: [] };
}

export function remindHandover(draft: Draft, state: State, id: HandoverNoteId): void {
  const note = draft.get('handovers', id);
  if (note?.state.is !== 'offered') return;
  const people = [...toldOf(draft, state, note.state.to, note.author), note.author];
  const about = { is: 'waits', by: note.author } as const;
  draft.put('handovers', id, told(draft, state, note, people, about));
}

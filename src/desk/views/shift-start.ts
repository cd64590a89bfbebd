import { after, days, hours, type Instant, type Millis } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { HandoverNoteId } from '../../domain/handover/note.ts';
import type { Memory } from '../desk.ts';
import { onCall, rotaOf, schedulesIn } from '../rota.ts';
import { ownShift, SHIFT_DEFAULT } from './handover-draft.ts';

/** Who is on call for longer has no shift that begins anywhere near. */
const SHIFT_MAX: Millis = days(8);

/** A note accepted longer ago began a shift that is over. */
const NOTE_MAX: Millis = hours(24);

/** When the shift began that somebody reads about, and how the desk knows. */
export type ShiftStart = { readonly from: Instant } & (
  | { readonly by: 'own'; readonly schedule: string }
  | { readonly by: 'note'; readonly note: HandoverNoteId; readonly author: UserId }
  | { readonly by: 'on-call'; readonly schedule: string; readonly person: UserId }
  | { readonly by: 'nothing' }
);

/**
 * One's own turn by the rota, else since one accepted a hand-over note, whichever began last; else
 * the turn of whoever is on call in the first schedule that has somebody; else 8 hours.
 */
export function shiftStart(memory: Memory, person: UserId, now: Instant): ShiftStart {
  const found = [own(memory, person, now), accepted(memory, person, now)]
    .flatMap((one) => one ?? [])
    .sort((a, b) => b.from - a.from);
  return found[0] ?? ofOthers(memory, now) ?? { by: 'nothing', from: back(now, SHIFT_DEFAULT) };
}

const back = (now: Instant, span: Millis): Instant => after(now, -span as Millis);

function own(memory: Memory, person: UserId, now: Instant): ShiftStart | undefined {
  const shift = ownShift(memory, person, now);
  if (!shift || shift.from < back(now, SHIFT_MAX)) return undefined;
  return { by: 'own', schedule: shift.schedule, from: shift.from };
}

function accepted(memory: Memory, person: UserId, now: Instant): ShiftStart | undefined {
  let last: ShiftStart | undefined;
  for (const { id, author, state } of memory.all('handovers')) {
    if (state.is !== 'accepted' || state.by !== person) continue;
    if (state.at < back(now, NOTE_MAX) || state.at <= (last?.from ?? 0)) continue;
    last = { by: 'note', note: id, author, from: state.at };
  }
  return last;
}

function ofOthers(memory: Memory, now: Instant): ShiftStart | undefined {
  for (const { name: schedule } of schedulesIn(memory)) {
    const rota = rotaOf(memory, schedule);
    const [person] = rota ? onCall(rota, now).people : [];
    const shift = person && ownShift(memory, person, now);
    if (!shift || shift.schedule !== schedule || shift.from < back(now, SHIFT_MAX)) continue;
    return { by: 'on-call', schedule, person, from: shift.from };
  }
  return undefined;
}

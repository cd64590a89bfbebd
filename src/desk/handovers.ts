import { after, type Instant, type Millis } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { type HandoverNote, redrafted } from '../domain/handover/note.ts';
import type { Desk } from './desk.ts';
import type { HandoverAct } from './handover-acts.ts';
import {
  draftedShift,
  figuresText,
  nextShiftEnd,
  ownShift,
  SHIFT_DEFAULT,
} from './views/handover-draft.ts';
import { kpisView } from './views/kpis.ts';

type Parts = Pick<Desk, 'memory' | 'store' | 'clock'>;
type Saving = Extract<HandoverAct, { verb: 'handover.save' }>;

/** The end of the shift after theirs. */
const nextEnd = ({ memory }: Parts, person: UserId, now: Instant): Instant =>
  nextShiftEnd(memory, ownShift(memory, person, now)?.schedule, now);

/** A new note of somebody's shift; since its begin by the rota, else eight hours, unless said. */
export async function begunNote(desk: Parts, person: UserId, since?: Instant): Promise<Saving> {
  const now = desk.clock.now();
  const own = since === undefined ? ownShift(desk.memory, person, now)?.from : since;
  const from = own ?? after(now, -SHIFT_DEFAULT as Millis);
  const next = nextEnd(desk, person, now);
  const { items, more, text } = draftedShift(desk.memory, { author: person, from, now, next });
  // A store that does not answer costs a line of figures, never the note.
  const counted = kpisView(desk, { from, to: now }).then(figuresText, () => '');
  const figures = from < now ? await counted : '';
  const said = { text: [text, figures].filter(Boolean).join('\n'), items, more };
  return { verb: 'handover.save', person, handover: '', from, to: now, ...said };
}

/** A draft with what is true now, and with what was said of it before; its text stays as it is. */
export function renewedNote(desk: Parts, note: HandoverNote): Saving {
  const { author, from, text, id } = note;
  const now = desk.clock.now();
  const next = nextEnd(desk, author, now);
  const { items, more } = draftedShift(desk.memory, { author, from, now, next });
  const said = { text, items: redrafted(note.items, items), more };
  return { verb: 'handover.save', person: author, handover: id, from, to: now, ...said };
}

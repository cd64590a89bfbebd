import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { HandoverNoteId, NoteItem, Receiver } from '../domain/handover/note.ts';

/**
 * handover.save      a draft is kept; a new one gets `h<position>`
 * handover.offer     it is handed over: from now on it is the receiver's turn
 * handover.withdraw  it is a draft again; a draft is dropped
 * handover.ask       the receiver asks back, or its author answers
 * handover.accept    the shift is taken over, and with it the alarms chosen
 *
 * `person` is who does it, behind a token too.
 */
export type HandoverAct =
  | {
      readonly verb: 'handover.save';
      readonly person: UserId;
      /** '' for a new one. */
      readonly handover: HandoverNoteId | '';
      readonly from: Instant;
      readonly to: Instant;
      readonly text: string;
      readonly items: readonly NoteItem[];
      readonly more: number;
    }
  | {
      readonly verb: 'handover.offer';
      readonly person: UserId;
      readonly handover: HandoverNoteId;
      readonly to: Receiver;
    }
  | {
      readonly verb: 'handover.withdraw' | 'handover.accept';
      readonly person: UserId;
      readonly handover: HandoverNoteId;
    }
  | {
      readonly verb: 'handover.ask';
      readonly person: UserId;
      readonly handover: HandoverNoteId;
      readonly text: string;
    };

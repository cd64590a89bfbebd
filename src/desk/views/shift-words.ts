import type { NoticeShift } from '../../domain/routing/notice.ts';
import { counted, type NameOf } from './words.ts';

/** What a person reads of a hand-over note. */
export function shiftWords(
  { is, by, person, alarms }: NoticeShift,
  nameOf: NameOf,
): { readonly subject: string; readonly text: string } {
  const who = nameOf(by);
  const goes = alarms === 0 ? '' : ` ${counted(alarms, 'alarm')} will be yours with it.`;
  switch (is) {
    case 'handed':
      return {
        subject: `${who} hands a shift over to you`,
        text: `Read it, ask back, and accept it.${goes}`,
      };
    case 'waits':
      return by === person
        ? {
            subject: 'Nobody has accepted your shift yet',
            text: 'It is still yours: call whoever should have it, or hand it to somebody else.',
          }
        : {
            subject: `The shift of ${who} still waits for you`,
            text: `Nobody has accepted it yet.${goes}`,
          };
    case 'asked':
      return {
        subject: `${who} writes about a hand-over`,
        text: 'There is a question, or an answer.',
      };
    case 'accepted':
      return {
        subject: `${who} has your shift`,
        text: 'It is accepted: what it says is theirs now.',
      };
  }
}

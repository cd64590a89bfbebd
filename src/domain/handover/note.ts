import { atField, type Refusal } from '../../base/refusal.ts';
import type { Instant } from '../../base/time.ts';
import type { Episode, UserId } from '../alarm/alarm.ts';
import type { AlarmId } from '../alarm/event.ts';
import { SEVERITIES, type Severity } from '../alarm/severity.ts';
import type { DeliveryId } from '../routing/notice.ts';

/** `h<position>` */
export type HandoverNoteId = string & { readonly __brand: 'HandoverNoteId' };

/** What an item of a hand-over note is about, in the order in which it is read. */
export const ITEM_KINDS = [
  'alarm',
  'incident',
  'page',
  'run',
  'hidden',
  'source',
  'objective',
  'decision',
  'action',
] as const;

export type ItemKind = (typeof ITEM_KINDS)[number];

/** What became of an alarm that was to be taken over, where it was not. */
export const LEFT_WHY = [
  'gone',
  'cleared',
  'raised again',
  'closed',
  'another has it',
  'not possible',
] as const;

export type LeftWhy = (typeof LEFT_WHY)[number];

/**
 * One thing the desk found, as it stood when the note was drafted, and what its author says of it.
 * No name is in its texts: people are named by id.
 */
export interface NoteItem {
  /** `alarm/<id>`: once in a note, and the same when it is drafted anew. */
  readonly id: string;
  readonly kind: ItemKind;
  /** Id of what it is about; `shelf/<alarm>`, `silence/<id>`; a decision: `<alarm>/<id>`. */
  readonly subject: string;
  readonly title: string;
  /** How it stands, in a few words. */
  readonly says: string;
  readonly severity?: Severity;
  /** Whose it is: holder, lead, whoever answered, decided, began or owns it. */
  readonly who?: UserId;
  readonly at?: Instant;
  /** When it ends, or is due. */
  readonly until?: Instant;
  /** Of an alarm: what was seen. */
  readonly episode?: Episode;
  /** What the author adds. */
  readonly words: string;
  /** To be looked at first. */
  readonly watch: boolean;
  /** An alarm whose holder changes when the note is accepted. */
  readonly take: boolean;
}

/** To whom a shift is handed: one of them accepts. */
export type Receiver =
  | { readonly is: 'person'; readonly person: UserId }
  | { readonly is: 'team'; readonly team: string }
  | { readonly is: 'schedule'; readonly schedule: string };

/** An alarm that did not change hands, and why. */
export interface LeftAlarm {
  readonly alarm: AlarmId;
  readonly why: LeftWhy;
  /** Who has it, where another has. */
  readonly who?: UserId;
}

/**
 * draft     its author writes it; nobody else sees it
 * offered   it is handed over; its receiver reads it, asks back or accepts
 * accepted  somebody has taken the shift over
 */
export type NoteState =
  | { readonly is: 'draft' }
  | { readonly is: 'offered'; readonly to: Receiver; readonly at: Instant }
  | {
      readonly is: 'accepted';
      readonly to: Receiver;
      readonly at: Instant;
      readonly by: UserId;
      /** Alarms whose holder they are since. */
      readonly taken: readonly AlarmId[];
      readonly left: readonly LeftAlarm[];
    };

/** A question about a note, or the answer. */
export interface NoteTalk {
  readonly by: UserId;
  readonly at: Instant;
  readonly text: string;
}

/** What one shift tells the next. */
export interface HandoverNote {
  readonly id: HandoverNoteId;
  readonly position: number;
  readonly author: UserId;
  /** The shift it tells of. */
  readonly from: Instant;
  readonly to: Instant;
  readonly text: string;
  readonly items: readonly NoteItem[];
  /** Things found that have no room here. */
  readonly more: number;
  readonly state: NoteState;
  readonly talk: readonly NoteTalk[];
  readonly changedAt: Instant;
  /** Messages of it: what is not sent when it is taken back or accepted is void. */
  readonly told: readonly DeliveryId[];
}

export const HANDOVER_LIMITS = {
  /** At it the note that was accepted first goes; with none accepted no more are taken. */
  notes_max: 2_000,
  /** Drafts one person may have. */
  drafts_max: 3,
  items_max: 200,
  items_per_kind_max: 50,
  text_chars_max: 16_384,
  /** Of a title or a state, as the desk writes it. */
  title_chars_max: 512,
  words_chars_max: 1_024,
  /** Of all texts of a note together. */
  note_chars_max: 65_536,
  talk_max: 50,
  talk_chars_max: 2_048,
  /** People one note is told to. */
  told_max: 10,
  /** The longest shift. */
  shift_days_max: 31,
} as const;

const most = HANDOVER_LIMITS;

type Said = Pick<HandoverNote, 'text' | 'items' | 'from' | 'to'>;

/** Why a note cannot be kept as it is; undefined when it can. */
export function noteFault({ text, items, from, to }: Said): Refusal | undefined {
  if (!(from < to)) return atField('from', 'before the end of the shift expected');
  if (to - from > most.shift_days_max * 86_400_000) {
    return atField('from', `at most ${most.shift_days_max} days before the end expected`);
  }
  if (text.length > most.text_chars_max) {
    return atField('text', `at most ${most.text_chars_max} characters expected`);
  }
  if (items.length > most.items_max) return atField('items', `at most ${most.items_max} expected`);
  if (new Set(items.map(({ id }) => id)).size < items.length)
    return atField('items', 'each once expected');
  for (const item of items) {
    const fault = itemFault(item);
    if (fault !== undefined) return atField('items', fault);
  }
  return charsOf(text, items) > most.note_chars_max
    ? atField(
        'text',
        `at most ${most.note_chars_max} characters in all expected, items too: leave some out`,
      )
    : undefined;
}

function itemFault({ id, kind, subject, title, says, words, severity, take }: NoteItem) {
  if (!ITEM_KINDS.includes(kind)) return `${id} is of no known kind`;
  if (severity !== undefined && !SEVERITIES.includes(severity)) return `${id} has no severity`;
  if ([id, subject, title, says].some((one) => one.length > most.title_chars_max)) {
    return `${id} has more than ${most.title_chars_max} characters in a text`;
  }
  if (words.length > most.words_chars_max) {
    return `your words on "${title}": at most ${most.words_chars_max} characters expected`;
  }
  return take && kind !== 'alarm' ? `${id} is no alarm: nobody takes it over` : undefined;
}

const charsOf = (text: string, items: readonly NoteItem[]): number =>
  items.reduce(
    (sum, { id, subject, title, says, words }) =>
      sum + id.length + subject.length + title.length + says.length + words.length,
    text.length,
  );

/** Alarms that change hands when the note is accepted. */
export const takenItems = ({ items }: Pick<HandoverNote, 'items'>): readonly NoteItem[] =>
  items.filter(({ take }) => take);

/** What the author said of an item goes with it when the note is drafted anew. */
export function redrafted(
  held: readonly NoteItem[],
  found: readonly NoteItem[],
): readonly NoteItem[] {
  const known = new Map(held.map((item) => [item.id, item]));
  return found.map((item) => {
    const old = known.get(item.id);
    if (!old || old.episode !== item.episode) return item;
    return { ...item, words: old.words, watch: old.watch, take: old.take };
  });
}

/** What is to be watched first, then by kind; else as it was found. */
export const inReadingOrder = (items: readonly NoteItem[]): readonly NoteItem[] =>
  [...items].sort(
    (a, b) =>
      Number(b.watch) - Number(a.watch) || ITEM_KINDS.indexOf(a.kind) - ITEM_KINDS.indexOf(b.kind),
  );

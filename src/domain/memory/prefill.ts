import type { Change, ChangeKind } from '../alarm/change.ts';
import { DECISION_LIMITS, type Decision, type DecisionKind, hasFailed } from './decision.ts';

/** What a form for a decision begins with. */
export interface Prefilled {
  readonly kind: DecisionKind | '';
  readonly what: string;
  readonly reason: string;
  /** Where it was taken from, in words; '' when it is empty. */
  readonly from: string;
}

/** A line of a timeline: what a person did, and said. */
export type Said = Pick<Change, 'text' | 'by'> & { readonly what: ChangeKind | 'note' };

/** Lines in which people say what they do about it. */
const WORDS: ReadonlySet<Said['what']> = new Set([
  'acknowledged',
  'commented',
  'closed',
  'shelved',
  'note',
]);

/** How people speak of what they do; the first that fits counts. */
const SPOKEN: readonly (readonly [RegExp, DecisionKind])[] = [
  [/\broll(ed|ing|s)?[ -]?back\b|\brevert/i, 'roll back'],
  [/\b(restart|reboot|reset|reload|power[ -]?cycl|bounc)/i, 'restart'],
  [/\b(vendor|carrier|supplier|manufacturer|rma|their ticket)\b/i, 'call vendor'],
  [/\bthreshold/i, 'raise threshold'],
  [/\b(silenc|suppress)/i, 'suppress until'],
  [/\b(shelv)/i, 'shelve'],
  [/\b(accept|known issue|by design|expected|ignor)/i, 'accept'],
  [/\b(replac|swap|chang|config|patch|upgrad|repair|splic|fix)/i, 'change'],
];

/**
 * What was decided, as far as the timeline tells: the newest words of a person, and the kind they
 * speak of; else what was decided the last time, if that is not known to have failed. `lines` are
 * of this episode, newest first. No guess where nobody said anything.
 */
export function prefilled(lines: readonly Said[], last: Decision | undefined): Prefilled {
  const said = lines.filter(
    ({ what, text, by }) =>
      by !== undefined && WORDS.has(what) && text.trim() !== '' && !text.startsWith('Decided ('),
  );
  const [newest] = said;
  if (newest) {
    const spoken = said.flatMap((line) => kindOf(line) ?? [])[0];
    const reason = newest.text.trim().slice(0, DECISION_LIMITS.reason_chars_max);
    return { kind: spoken ?? '', what: '', reason, from: 'the last words in its timeline' };
  }
  if (!last || hasFailed(last)) return { kind: '', what: '', reason: '', from: '' };
  const { kind, what, reason, id } = last;
  return { kind, what, reason, from: `what was decided last (${id})` };
}

function kindOf({ what, text }: Said): DecisionKind | undefined {
  if (what === 'shelved') return 'shelve';
  return SPOKEN.find(([pattern]) => pattern.test(text))?.[1];
}

import { type Instant, instantText } from '../../base/time.ts';
import type {
  Alarm,
  ClearReason,
  Standing,
  Suppression,
  UserId,
} from '../../domain/alarm/alarm.ts';
import type { ChangeKind } from '../../domain/alarm/change.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import type { AlarmVerb } from '../entry.ts';

/** A moment inside a sentence. Drawn as an age or as a clock time, in the reader's zone. */
export interface Moment {
  readonly at: Instant;
  /** ago: "3 h ago"; left: "in 40 min"; clock: the time itself. */
  readonly as: 'ago' | 'left' | 'clock';
}

/** A sentence with moments in it. The console draws it; the command line may as well. */
export type Phrase = readonly (string | Moment)[];

/** What a name on the desk stands for. Names live outside the fold and may be gone. */
export type NameOf = (id: UserId) => string;

export const STANDINGS: readonly Standing[] = [
  'waiting',
  'acknowledged',
  'unseen',
  'closed',
  'shelved',
  'cleared',
];

/** What one word on a screen means, in one line. */
export const STANDING_SAYS: Readonly<Record<Standing, string>> = {
  waiting: 'raised, and nobody has it',
  acknowledged: 'raised, and somebody has it',
  unseen: 'cleared before anybody acknowledged it',
  closed: 'closed by a person while the source still reports it',
  shelved: 'hidden for a time, with a reason',
  cleared: 'cleared, and it had been seen',
};

export const SEVERITY_SAYS: Readonly<Record<Severity, string>> = {
  critical: 'out of service: act at once',
  major: 'service badly affected: act soon',
  minor: 'no service lost yet: act before it gets worse',
  warning: 'a fault is coming, or may be',
  indeterminate: 'the source did not say how bad it is',
};

export const CHANGE_WORDS: Readonly<Record<ChangeKind, string>> = {
  raised: 'raised',
  severity: 'severity changed',
  text: 'text changed',
  cleared: 'cleared',
  late: 'came late',
  acknowledged: 'acknowledged',
  unacknowledged: 'acknowledgement taken back',
  closed: 'closed',
  reopened: 'reopened',
  commented: 'comment',
  assigned: 'assigned',
  ticketed: 'ticket',
  shelved: 'shelved',
  unshelved: 'unshelved',
  suppressed: 'hidden',
  unsuppressed: 'shown again',
};

/** How a verb is said before it is done, and after. */
export const VERB_WORDS: Readonly<
  Record<AlarmVerb, { readonly ask: string; readonly done: string }>
> = {
  acknowledge: { ask: 'Acknowledge', done: 'acknowledged' },
  unacknowledge: { ask: 'Take back acknowledgement', done: 'no longer acknowledged' },
  close: { ask: 'Close', done: 'closed' },
  reopen: { ask: 'Reopen', done: 'reopened' },
  comment: { ask: 'Comment', done: 'commented' },
  assign: { ask: 'Assign', done: 'assigned' },
  ticket: { ask: 'Set ticket', done: 'given the ticket' },
  shelve: { ask: 'Shelve', done: 'shelved' },
  unshelve: { ask: 'Unshelve', done: 'unshelved' },
};

/** `timeout` is never called a recovery: nobody said that it is well again. */
export const CLEAR_SAYS: Readonly<Record<ClearReason, string>> = {
  resource: 'the source says it is over',
  timeout: 'the source went silent: unverified',
};

export const SUPPRESSION_WORDS: Readonly<Record<Suppression['kind'], string>> = {
  shelf: 'shelved',
  maintenance: 'in maintenance',
  parent: 'hidden behind its parent',
  flapping: 'held while it flaps',
  design: 'hidden by a rule',
  hold: 'waiting whether it stays',
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The two largest units, short enough for a column: `45 s`, `12 min`, `3 h 12`, `2 d 4 h`. */
export function ageText(ms: number): string {
  const age = Math.max(0, ms);
  if (age < MINUTE) return `${Math.floor(age / 1000)} s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) {
    const rest = Math.floor((age % HOUR) / MINUTE);
    return `${Math.floor(age / HOUR)} h ${String(rest).padStart(2, '0')}`;
  }
  const whole = Math.floor(age / DAY);
  return whole < 10 ? `${whole} d ${Math.floor((age % DAY) / HOUR)} h` : `${whole} d`;
}

/** `2026-03-01 02:14:09 UTC`: what is shown where no script runs, and always on hover. */
export const utcText = (at: Instant): string =>
  `${instantText(at).slice(0, 19).replace('T', ' ')} UTC`;

/** A phrase as plain text. Without `now` every moment is absolute: true however long it stands. */
export function phraseText(phrase: Phrase, now?: Instant): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return part;
      if (now === undefined || part.as === 'clock') return utcText(part.at);
      return part.as === 'ago' ? `${ageText(now - part.at)} ago` : `in ${ageText(part.at - now)}`;
    })
    .join('');
}

/** What the source says, as a sentence without its full stop. */
export function conditionPhrase(a: Alarm): Phrase {
  const { condition } = a;
  if (condition.is === 'raised') return ['raised ', { at: condition.since, as: 'ago' }];
  const said: Phrase = ['cleared ', { at: condition.at, as: 'ago' }];
  return [...said, condition.why === 'resource' ? '' : `: ${CLEAR_SAYS.timeout}`];
}

/** What people did about it, as a sentence without its full stop. */
export function handlingPhrase(a: Alarm, nameOf: NameOf): Phrase {
  const { handling } = a;
  if (handling.is === 'none') {
    return [a.condition.is === 'raised' ? 'nobody has it yet' : 'nobody acknowledged it'];
  }
  const line = handling.is === 'acknowledged' && handling.line === 2 ? ' for the second line' : '';
  const did: Phrase = [
    `${handling.is} by ${nameOf(handling.by)}${line} `,
    { at: handling.at, as: 'ago' },
  ];
  if (handling.is === 'closed' || handling.until === undefined) return did;
  return [...did, ', until ', { at: handling.until, as: 'clock' }];
}

/** Why and for how long it is hidden; empty when it is not. */
export function suppressionPhrase(s: Suppression, nameOf: NameOf): Phrase {
  return [
    `${SUPPRESSION_WORDS[s.kind]} by ${nameOf(s.by)} until `,
    { at: s.until, as: 'clock' },
    ' (',
    { at: s.until, as: 'left' },
    `): ${s.reason}`,
  ];
}

/** `1 alarm`, `14 alarms`. Words that take more than an s are given whole. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${grouped(n)} ${n === 1 ? one : many}`;

/** Digits in threes, with a space that does not break: 12 345. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');

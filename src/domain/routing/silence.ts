import { absent, atField, type Refusal } from '../../base/refusal.ts';
import { type Instant, later } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { Labels } from '../alarm/event.ts';
import { makeMatcher } from '../alarm/matcher.ts';
import type { Term } from '../alarm/matcher-syntax.ts';
import { goQuoted } from './label-text.ts';
import { MatcherIndex } from './matcher-index.ts';
import type { Subject } from './subject.ts';
import { compileTerms } from './tree.ts';

/** UUID, as Alertmanager's clients want it. Made by the caller of the act: it is in its entry. */
export type SilenceId = string & { readonly __brand: 'SilenceId' };

/** Alarms that match all matchers notify nobody while it holds. */
export interface Silence {
  readonly id: SilenceId;
  readonly matchers: readonly Term[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly updatedAt: Instant;
  /** The author as the client says it; shown as it is. */
  readonly createdBy: string;
  /** Who did it, as the door knows them. */
  readonly by: UserId;
  readonly comment: string;
  readonly annotations: Labels;
}

export type SilenceState = 'expired' | 'active' | 'pending';

export function silenceState(silence: Silence, now: Instant): SilenceState {
  if (now >= silence.endsAt) return 'expired';
  return now < silence.startsAt ? 'pending' : 'active';
}

export const SILENCE_LIMITS = {
  silences_max: 100_000,
  matchers_max: 64,
  comment_chars_max: 4_096,
  author_chars_max: 256,
  annotations_max: 64,
  /** How long an expired silence stays listed. */
  expired_days_max: 5,
} as const;

/** A silence as somebody wants it. */
export interface WantedSilence {
  /** The one to change; absent for a new one. */
  readonly silence?: SilenceId;
  /** Id for the one that is made, if one is made. */
  readonly newId: SilenceId;
  readonly matchers: readonly Term[];
  /** Before the year 1 ends it counts as not given, as Go's zero time: it starts now. */
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly createdBy: string;
  readonly by: UserId;
  readonly comment: string;
  readonly annotations: Labels;
  /** Only names of the old form (`[a-zA-Z_][a-zA-Z0-9_]*`), as in Alertmanager's classic mode. */
  readonly classicNames?: boolean;
}

export type SilenceChange =
  | {
      readonly ok: true;
      /** What is to be kept: the old one expired first, where a new one takes its place. */
      readonly puts: readonly Silence[];
      /** The id to answer with. */
      readonly id: SilenceId;
    }
  | { readonly ok: false; readonly refused: Refusal };

/**
 * Makes or changes a silence by Alertmanager's rules, in the words its clients look for. What
 * would change the past (other matchers; an active one's start; an end before now; one expired)
 * makes a new silence and expires the old one.
 */
export function changeSilence(
  old: Silence | undefined,
  wanted: WantedSilence,
  now: Instant,
): SilenceChange {
  const startsAt = wanted.startsAt < UNSET_BEFORE ? now : wanted.startsAt;
  const refused = whyNot({ ...wanted, startsAt }, now);
  if (refused !== undefined) return { ok: false, refused };
  if (wanted.silence !== undefined && !old) return { ok: false, refused: absent('such silence') };
  const { newId, silence: _, classicNames: __, ...said } = wanted;
  if (old && canUpdate(old, said.matchers, startsAt, now)) {
    const silence: Silence = { ...said, id: old.id, startsAt, updatedAt: now };
    return { ok: true, puts: [silence], id: old.id };
  }
  const made = { ...said, id: newId, startsAt: later(startsAt, now), updatedAt: now };
  const expired = old && silenceState(old, now) !== 'expired' ? [expireSilence(old, now)] : [];
  return { ok: true, puts: [...expired, made], id: newId };
}

/** 0002-01-01: what is before it is Go's zero time. */
const UNSET_BEFORE = -62_104_060_800_000;

/** Ends a silence now; one that has ended stays as it is. */
export function expireSilence(silence: Silence, now: Instant): Silence {
  const state = silenceState(silence, now);
  if (state === 'expired') return silence;
  const startsAt = state === 'pending' ? now : silence.startsAt;
  return { ...silence, startsAt, endsAt: now, updatedAt: now };
}

function canUpdate(
  old: Silence,
  matchers: readonly Term[],
  startsAt: Instant,
  now: Instant,
): boolean {
  if (!sameMatchers(old.matchers, matchers)) return false;
  const state = silenceState(old, now);
  if (state === 'pending') return startsAt >= now;
  return state === 'active' && second(startsAt) === second(old.startsAt);
}

const second = (at: Instant): number => Math.floor(at / 1_000);

const sameMatchers = (a: readonly Term[], b: readonly Term[]): boolean =>
  a.length === b.length &&
  a.every(({ name, op, value }, i) => {
    const other = b[i];
    return name === other?.name && op === other.op && value === other.value;
  });

function whyNot(wanted: WantedSilence, now: Instant): Refusal | undefined {
  if (wanted.startsAt >= wanted.endsAt) {
    return atField('endsAt', 'start time must be before end time');
  }
  if (wanted.endsAt < now) return atField('endsAt', "end time can't be in the past");
  const why = whyNotMatchers(wanted.matchers, wanted.classicNames ?? false);
  return why === undefined ? whyTooLarge(wanted) : atField('matchers', why);
}

function whyNotMatchers(matchers: readonly Term[], classic: boolean): string | undefined {
  if (matchers.length === 0) return 'at least one matcher required';
  if (matchers.length > SILENCE_LIMITS.matchers_max) {
    return `more than ${SILENCE_LIMITS.matchers_max} matchers`;
  }
  let matchesNothing = true;
  for (const [i, term] of matchers.entries()) {
    const matcher = makeMatcher(term.name, term.op, term.value);
    if (!isName(term.name, classic)) {
      return `invalid label matcher ${i}: invalid label name ${goQuoted(term.name)}`;
    }
    if ('error' in matcher) {
      const pattern = goQuoted(term.value);
      return `invalid label matcher ${i}: invalid regular expression ${pattern}: ${matcher.error}`;
    }
    if (!term.value.isWellFormed()) {
      return `invalid label matcher ${i}: invalid label value ${goQuoted(term.value)}`;
    }
    // As Alertmanager has it: `!=` and `!~` never count as matching the empty text.
    const negative = term.op === '!=' || term.op === '!~';
    matchesNothing &&= !negative && matcher.matches('');
  }
  return matchesNothing ? 'at least one matcher must not match the empty string' : undefined;
}

const isName = (name: string, classic: boolean): boolean =>
  classic ? /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) : name !== '' && name.isWellFormed();

function whyTooLarge({ comment, createdBy, annotations }: WantedSilence): Refusal | undefined {
  const { comment_chars_max, author_chars_max, annotations_max } = SILENCE_LIMITS;
  if (comment.length > comment_chars_max) {
    return atField('comment', `at most ${comment_chars_max} characters`);
  }
  if (createdBy.length > author_chars_max) {
    return atField('createdBy', `at most ${author_chars_max} characters`);
  }
  const count = Object.keys(annotations).length;
  return count > annotations_max ? atField('annotations', `at most ${annotations_max}`) : undefined;
}

/** All silences, whatever their state, by what they match. */
export class SilenceIndex {
  readonly #index = new MatcherIndex<Silence>();

  /** One whose pattern does not compile hides nothing. */
  set(silence: Silence): void {
    const matchers = compileTerms(silence.matchers);
    if ('error' in matchers) this.#index.delete(silence.id);
    else this.#index.set(silence.id, matchers, silence);
  }

  delete(id: SilenceId): void {
    this.#index.delete(id);
  }

  /** Those that match, by id; the caller looks at their state. */
  matching(subject: Subject): readonly Silence[] {
    return this.#index.matching((name) => subject.value(name));
  }
}

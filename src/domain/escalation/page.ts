import { after, type Instant, type Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { DeliveryId, GroupId, NotifiedAlert, WayRef } from '../routing/notice.ts';
import type { Place, Policy } from './policy.ts';

/** `pg<position>.<index>`: journal position and place in it. */
export type PageId = string & { readonly __brand: 'PageId' };

/** Id of one address of one person; the address itself is kept outside the journal. */
export type ContactId = string & { readonly __brand: 'ContactId' };

export const PAGE_LIMITS = {
  /** Alarms one page speaks of; what comes on top is counted. */
  alarms_max: 1_000,
  /** Messages a page remembers; beyond it the oldest are forgotten, and nobody is left out. */
  told_max: 1_000,
  /** Ended pages kept to be looked at. */
  ended_max: 10_000,
  contacts_per_person_max: 10,
  contacts_max: 100_000,
  contact_delay_hours_max: 24,
  /** Pages that one message tells of; the rest are told of in the next. */
  bundle_pages_max: 500,
} as const;

/**
 * open        somebody is being waited for
 * answered    a person has taken all of it
 * ended       what it was about is over, or hidden by a person or by plan
 * unanswered  everybody was told as often as promised, and nobody answered
 */
export type PageIs = 'open' | 'answered' | 'ended' | 'unanswered';

/** One trouble that wants an answer, on its way up an escalation policy. */
export interface Page {
  readonly id: PageId;
  readonly at: Instant;
  readonly group: GroupId;
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly routeLabels: Readonly<Record<string, string>>;
  /** The way that led here: `{receiver, kind: 'escalation', index}`. */
  readonly to: WayRef;
  /** As it was when the page began; later changes are for later pages. */
  readonly policy: Policy;
  /** What it was last about. */
  readonly alerts: readonly NotifiedAlert[];
  /** Alarms beyond `PAGE_LIMITS.alarms_max`. */
  readonly moreAlerts: number;
  /** A step of a run asks, not an alarm; then `alerts` has one line that says so. */
  readonly run?: PageRun;
  readonly is: PageIs;
  /** The place it reached. */
  readonly place: Place;
  /** When it climbs; undefined when it is over. */
  readonly climbsAt: Instant | undefined;
  readonly told: readonly Told[];
  /** Steps that had nobody to tell, newest last. */
  readonly empty: readonly (Place & { readonly at: Instant; readonly why: string })[];
  readonly answer: PageAnswer | undefined;
  readonly endedAt: Instant | undefined;
}

/** The try of a run's step that waits for the answer. */
export interface PageRun {
  readonly id: string;
  readonly step: number;
  readonly attempt: number;
}

/** One message to one person. */
export interface Told extends Place {
  readonly at: Instant;
  readonly person: UserId;
  readonly contact: ContactId;
  /** Undefined: held back. */
  readonly delivery: DeliveryId | undefined;
  /** Why this person: `on call in noc-first`. */
  readonly why: string;
  readonly is: 'open' | 'held' | 'sent' | 'failed' | 'withdrawn';
  /** When it goes, with all others that are held back then. */
  readonly heldUntil?: Instant;
}

export interface PageAnswer {
  readonly by: UserId;
  readonly at: Instant;
  /** From a message's link, or anywhere at the desk. */
  readonly how: 'message' | 'desk';
}

/** One address of one person, without the address. */
export interface Contact {
  readonly id: ContactId;
  readonly person: UserId;
  /** Name of a channel: email, webhook, telegram, ntfy. */
  readonly kind: ContactKind;
  /** Where it stands among the person's: the position of the entry that added it. */
  readonly n: number;
  /** Told so long after the page reached the person. */
  readonly delay: Millis;
  /** Since when it is known that they read what arrives there. */
  readonly verifiedAt?: Instant;
}

export const CONTACT_KINDS = ['email', 'webhook', 'telegram', 'ntfy'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

/** A page that has not climbed so long after it should have is stuck. */
export const CLIMB_GRACE = 60_000 as Millis;

export const isOpen = (page: Page): boolean => page.is === 'open';

/**
 * Does the page do what its policy promised? What it does not, in words for the alarm; undefined:
 * all is well. Asked from outside the fold, for every open page, so it looks at the page alone.
 */
export function brokenPromise(page: Page, now: Instant): string | undefined {
  if (!isOpen(page)) return undefined;
  const { climbsAt, told, empty, place } = page;
  if (climbsAt === undefined) return 'it is open and will never climb';
  if (after(climbsAt, CLIMB_GRACE) <= now) return 'it should have climbed and has not';
  const isHere = (p: Place): boolean => p.round === place.round && p.step === place.step;
  if (!told.some(isHere) && !empty.some(isHere)) return 'nobody was told at the step it is at';
  if (told.some((one) => isOverdue(one, now))) return 'a message that was held back has not gone';
  return undefined;
}

const isOverdue = ({ is, heldUntil }: Told, now: Instant): boolean =>
  is === 'held' && (heldUntil === undefined || after(heldUntil, CLIMB_GRACE) <= now);

/** Those that are used: who has verified ones is told there, who has none is told everywhere. */
export function usedOf(contacts: readonly Contact[]): readonly Contact[] {
  const verified = contacts.filter(({ verifiedAt }) => verifiedAt !== undefined);
  return verified.length > 0 ? verified : contacts;
}

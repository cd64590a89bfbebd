import type { Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import { matcherText, parseMatchers } from '../alarm/matcher.ts';
import type { Term } from '../alarm/matcher-syntax.ts';

/** `c<position>` */
export type CautionId = string & { readonly __brand: 'CautionId' };

/**
 * A standing warning on a resource: what one must know before touching it. It never goes away in
 * silence: past its review it is still shown, and says that nobody looked at it since.
 */
export interface Caution {
  readonly id: CautionId;
  readonly position: number;
  /**
   * The resource as alarms name it, with all that is part of it; or a thing: `device:core-1`; ''
   * where matchers say it.
   */
  readonly resource: string;
  /** The alarms it holds for: all match. Absent where a resource says it. */
  readonly matchers?: readonly Term[];
  readonly text: string;
  readonly reason: string;
  /** Who answers for it: a team or a person, as the author wrote it. */
  readonly owner: string;
  readonly by: UserId;
  readonly at: Instant;
  readonly reviewAt: Instant;
}

export const CAUTION_LIMITS = {
  cautions_max: 10_000,
  /** Of them by matchers: some must be tried with every alarm that is told. */
  by_matchers_max: 1_000,
  /** Shown of one alarm, the newest first, and said in its notifications. */
  shown_max: 5,
  /** Of the resource, or of the matchers as they are written. */
  place_chars_max: 1_024,
  text_chars_max: 512,
  reason_chars_max: 4_096,
  owner_chars_max: 256,
  review_days_max: 800,
} as const;

/** The resource itself and all it is part of by name: `r1/slot 2/port 1`, `r1/slot 2`, `r1`. */
export function* upwards(resource: string): Generator<string> {
  yield resource;
  for (let at = resource.lastIndexOf('/'); at > 0; at = resource.lastIndexOf('/', at - 1)) {
    yield resource.slice(0, at);
  }
}

/** What a caution is on, as a person writes it: a resource, or matchers in braces. */
export type CautionPlace = Pick<Caution, 'resource' | 'matchers'>;

export function cautionPlace(text: string): CautionPlace | { readonly error: string } {
  const written = text.trim();
  if (!written.startsWith('{')) return { resource: written };
  const read = parseMatchers(written);
  if ('error' in read) return read;
  return { resource: '', matchers: read.map(({ name, op, value }) => ({ name, op, value })) };
}

export const placeText = ({ resource, matchers }: CautionPlace): string =>
  matchers === undefined ? resource : `{${matchers.map(matcherText).join(', ')}}`;

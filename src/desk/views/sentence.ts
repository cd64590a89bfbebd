import type { Instant } from '../../base/time.ts';
import { days } from '../../base/time.ts';
import type { Alarm, UserId } from '../../domain/alarm/alarm.ts';
import type { Course, EpisodeCourse } from '../../domain/alarm/course.ts';
import type { Decision } from '../../domain/memory/decision.ts';
import { decidedText } from './recall.ts';
import {
  ageText,
  CLEAR_SAYS,
  handlingPhrase,
  type NameOf,
  type Phrase,
  suppressionPhrase,
} from './words.ts';

/** Words of somebody that stand in the sentence. */
const QUOTED_CHARS_MAX = 120;

const RECENT = days(7);

/** What the sentence at the top of an alarm's page is made of. */
export interface SentenceFacts {
  readonly alarm: Alarm;
  /** Its newest turns; the last episode is the one that stands. */
  readonly course: Course;
  /** There are older turns than the course was made of. */
  readonly isCut: boolean;
  /** Episodes ever, as far as the desk knows. */
  readonly seen: number;
  /** What was decided about this very alarm, the newest first. */
  readonly decisions: Iterable<Decision>;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/**
 * What it is, how long, who has it, how often it was, and what helped the last time, in one
 * sentence: what is read first at three in the morning.
 */
export function sentenceOf(facts: SentenceFacts): Phrase {
  const { alarm, nameOf } = facts;
  const hidden = alarm.suppressions[0];
  return [
    `${alarm.type} on ${alarm.resource}, ${alarm.severity} `,
    ...standsPhrase(alarm),
    ', ',
    ...handlingPhrase(alarm, nameOf),
    ...(hidden ? ['; ', ...suppressionPhrase(hidden, nameOf)] : []),
    ...timesPhrase(facts),
    ...lastPhrase(facts),
    '.',
  ];
}

function standsPhrase(alarm: Alarm): Phrase {
  const { condition } = alarm;
  const { since } = condition;
  if (condition.is === 'raised') {
    return ['since ', { at: since, as: 'clock' }, ' (', { at: since, as: 'ago' }, ')'];
  }
  const silent = condition.why === 'timeout' ? ` (${CLEAR_SAYS.timeout})` : '';
  const after = ` after ${ageText(condition.at - since)}${silent}`;
  return ['until it cleared ', { at: condition.at, as: 'ago' }, after];
}

/** `; 3rd time in 7 days`: counted from its episodes, so it is right whatever was renewed. */
function timesPhrase({ course, isCut, seen, now }: SentenceFacts): Phrase {
  const from = now - RECENT;
  const recent = course.episodes.filter((one) => one.from >= from);
  if (recent.length > 1) {
    const all = recent.length === course.episodes.length && isCut;
    return [
      all
        ? `; more than ${recent.length} times in 7 days`
        : `; ${nth(recent.length)} time in 7 days`,
    ];
  }
  if (seen > 1) return [`; ${nth(seen)} time, the first in 7 days`];
  return seen === 1 && !isCut ? ['; for the first time'] : [];
}

/** `1st`, `2nd`, `3rd`, `11th` */
export function nth(n: number): string {
  const isTeen = Math.floor(n / 10) % 10 === 1;
  return `${n}${(isTeen ? undefined : (['th', 'st', 'nd', 'rd'] as const)[n % 10]) ?? 'th'}`;
}

interface Done {
  readonly at: Instant;
  readonly by: UserId;
  readonly says: string;
}

/** What was done in the newest episode before this one of which anything is known. */
function lastPhrase({ alarm, course, decisions, nameOf }: SentenceFacts): Phrase {
  const { since } = alarm.condition;
  const decided = decidedBefore(decisions, since);
  const said = saidBefore(course.episodes.slice(0, -1));
  const last = decided && (!said || decided.at >= said.from) ? decided : said?.done;
  if (!last) return [];
  const { at, by, says } = last;
  return ['; last time, ', { at, as: 'ago' }, `, ${nameOf(by)} ${says}`];
}

function decidedBefore(decisions: Iterable<Decision>, since: Instant): Done | undefined {
  for (const decision of decisions) {
    if (decision.at >= since) continue;
    const { at, by, outcome } = decision;
    const held =
      outcome.is === 'held'
        ? ', and it held'
        : outcome.is === 'came back'
          ? ', and it came back'
          : '';
    return { at, by, says: `decided ${quoted(decidedText(decision))}${held}` };
  }
  return undefined;
}

/** Who closed it knows best, then who wrote last. */
function saidBefore(
  episodes: readonly EpisodeCourse[],
): { readonly from: Instant; readonly done: Done } | undefined {
  const one = episodes.findLast(({ said }) => said.length > 0);
  if (!one) return undefined;
  const best = one.said.findLast(({ what }) => what === 'closed') ?? one.said.at(-1);
  if (!best) return undefined;
  const { at, by, text } = best;
  return { from: one.from, done: { at, by, says: `wrote ${quoted(text)}` } };
}

/** One line, without the full stop that ends the sentence, and not longer than a breath. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  const short =
    line.length > QUOTED_CHARS_MAX ? `${line.slice(0, QUOTED_CHARS_MAX).trimEnd()}…` : line;
  return `“${short}”`;
}

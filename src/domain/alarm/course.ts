import type { Instant } from '../../base/time.ts';
import type { Episode, UserId } from './alarm.ts';
import type { Change, ChangeKind } from './change.ts';
import { rank, type Severity } from './severity.ts';
import { SILENT_WHY } from './step.ts';

/** Lines of a timeline that turn the course of an alarm, and what people said on the way. */
export const TURNS: readonly ChangeKind[] = [
  'raised',
  'severity',
  'cleared',
  'acknowledged',
  'unacknowledged',
  'closed',
  'reopened',
  'commented',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
];

export type Turn = Omit<Change, 'alarm'>;

/** A stretch of time; without `to` it lasts. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant | undefined;
}

/** A stretch of one severity. */
export interface Stay extends Stretch {
  readonly severity: Severity;
}

/** What a person did or said in an episode. */
export interface SaidThen {
  readonly at: Instant;
  readonly by: UserId;
  readonly what: ChangeKind;
  readonly text: string;
}

/** How an episode ended. `unverified`: its source went silent. `raised anew`: after a close. */
export type EpisodeEnd = 'lasts' | 'cleared' | 'unverified' | 'raised anew';

/** One raised-to-cleared period, from the lines of the timeline. */
export interface EpisodeCourse extends Stretch {
  readonly episode: Episode;
  /** False: its raise is not among the lines; `from` is the first thing known of it. */
  readonly isWhole: boolean;
  readonly end: EpisodeEnd;
  /** Its source confirmed later that it was over. */
  readonly verifiedAt: Instant | undefined;
  readonly worst: Severity;
  /** In order, without gaps and without overlaps. */
  readonly stays: readonly Stay[];
  /** Somebody had it, or had closed it. */
  readonly held: readonly Stretch[];
  /** Who took or closed it, the first one first. */
  readonly holders: readonly UserId[];
  /** Oldest first. */
  readonly said: readonly SaidThen[];
}

/** Everything known of an alarm's course. */
export interface Course {
  /** Oldest first. */
  readonly episodes: readonly EpisodeCourse[];
  /** When it was hidden, by whatever; oldest first. `from` is 0 where its beginning is lost. */
  readonly hidden: readonly Stretch[];
}

/** The course of one alarm from its turns, oldest first, in the order in which the desk heard. */
export function courseOf(turns: readonly Turn[]): Course {
  const lines = new Map<Episode, Turn[]>();
  for (const turn of turns) {
    const of = lines.get(turn.episode);
    if (of) of.push(turn);
    else lines.set(turn.episode, [turn]);
  }
  const inOrder = [...lines].sort(([a], [b]) => a - b);
  const episodes: EpisodeCourse[] = [];
  for (const [i, [episode, own]] of inOrder.entries()) {
    const next = inOrder[i + 1]?.[1].find(({ what }) => what === 'raised')?.at;
    const isLast = i === inOrder.length - 1;
    episodes.push(episodeOf(episode, own, { notBefore: episodes.at(-1)?.to, next, isLast }));
  }
  return { episodes, hidden: hiddenIn(turns) };
}

interface Around {
  /** The end of the episode before: its times are its source's, and may be anything. */
  readonly notBefore: Instant | undefined;
  /** When the next one was raised. */
  readonly next: Instant | undefined;
  readonly isLast: boolean;
}

function episodeOf(episode: Episode, turns: readonly Turn[], around: Around): EpisodeCourse {
  const { notBefore = 0, next, isLast } = around;
  const raised = turns.find(({ what }) => what === 'raised');
  const from = Math.max(notBefore, raised?.at ?? turns[0]?.at ?? 0) as Instant;
  const clears = turns.filter(({ what }) => what === 'cleared');
  const [first, confirmed] = clears;
  const isSilent = first?.why === SILENT_WHY;
  const over = first?.at ?? (isLast ? undefined : (next ?? turns.at(-1)?.at));
  const to = over === undefined ? undefined : (Math.max(from, over) as Instant);
  const stays = staysOf(turns, from, to);
  return {
    episode,
    from,
    to,
    isWhole: raised !== undefined,
    end: first ? (isSilent ? 'unverified' : 'cleared') : isLast ? 'lasts' : 'raised anew',
    verifiedAt: isSilent ? confirmed?.at : undefined,
    worst: stays.reduce((a, { severity: b }) => (rank(b) > rank(a) ? b : a), worstOf(turns)),
    stays,
    held: heldIn(turns, from, to),
    holders: holdersIn(turns),
    said: saidIn(turns),
  };
}

const worstOf = (turns: readonly Turn[]): Severity => turns[0]?.severity ?? 'indeterminate';

/** A severity holds until the next one; times that go back count as the one before. */
function staysOf(turns: readonly Turn[], from: Instant, to: Instant | undefined): Stay[] {
  const stays: Stay[] = [];
  const begin = (at: Instant, severity: Severity): void => {
    const last = stays.at(-1);
    if (last?.severity === severity) return;
    if (last && at <= last.from) stays[stays.length - 1] = { ...last, severity };
    else {
      if (last) stays[stays.length - 1] = { ...last, to: at };
      stays.push({ from: at, to, severity });
    }
  };
  begin(from, worstOf(turns));
  for (const { what, at, severity } of turns) {
    if (what !== 'severity') continue;
    const inside = Math.min(Math.max(at, from), to ?? at) as Instant;
    begin(inside, severity);
  }
  return stays.filter((stay) => stay.to === undefined || stay.to > stay.from || stays.length === 1);
}

/** From when somebody took it until it was given back, or until it was over. */
function heldIn(turns: readonly Turn[], from: Instant, to: Instant | undefined): Stretch[] {
  const held: Stretch[] = [];
  let since: Instant | undefined;
  const end = (at: Instant | undefined): void => {
    if (since !== undefined && (at === undefined || at > since)) held.push({ from: since, to: at });
    since = undefined;
  };
  for (const { what, at } of turns) {
    const inside = Math.min(Math.max(at, from), to ?? at) as Instant;
    if (what === 'acknowledged' || what === 'closed') since ??= inside;
    else if (what === 'unacknowledged' || what === 'reopened') end(inside);
  }
  end(to);
  return held;
}

function holdersIn(turns: readonly Turn[]): readonly UserId[] {
  const holders = new Set<UserId>();
  for (const { what, by } of turns) {
    if (by !== undefined && (what === 'acknowledged' || what === 'closed')) holders.add(by);
  }
  return [...holders];
}

const SPOKEN: readonly ChangeKind[] = ['acknowledged', 'unacknowledged', 'closed', 'commented'];

const saidIn = (turns: readonly Turn[]): readonly SaidThen[] =>
  turns.flatMap(({ at, by, what, text }) =>
    by !== undefined && text !== '' && SPOKEN.includes(what) ? [{ at, by, what, text }] : [],
  );

/** Hidden while anything hides it: a shelf is one thing, whatever else hides it is counted. */
function hiddenIn(turns: readonly Turn[]): readonly Stretch[] {
  const hidden: Stretch[] = [];
  let isShelved = false;
  let others = 0;
  let since: Instant | undefined;
  for (const { what, at } of turns) {
    const isEnd = what === 'unshelved' || what === 'unsuppressed';
    if (what === 'shelved') isShelved = true;
    else if (what === 'unshelved') isShelved = false;
    else if (what === 'suppressed') others++;
    else if (what === 'unsuppressed') others = Math.max(0, others - 1);
    else continue;
    if (isShelved || others > 0) since ??= at;
    else {
      // Its beginning is not among the lines: it was hidden all the time before.
      if (since !== undefined || isEnd) hidden.push({ from: since ?? (0 as Instant), to: at });
      since = undefined;
    }
  }
  if (since !== undefined) hidden.push({ from: since, to: undefined });
  return hidden;
}

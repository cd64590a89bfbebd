import type { Instant } from '../../base/time.ts';
import type { Alarm, Episode } from '../../domain/alarm/alarm.ts';
import {
  type Course,
  courseOf,
  type EpisodeCourse,
  TURNS,
  type Turn,
} from '../../domain/alarm/course.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Decision } from '../../domain/memory/decision.ts';
import type { Run } from '../../domain/run/run.ts';
import { TURNS_MAX, type TurnsAsk } from '../../ports/store.ts';
import type { Desk, Memory } from '../desk.ts';
import type { RecentChanges } from './recent.ts';
import { rangeStart, type Strip, type StripRange, stripOf } from './strip.ts';

export const COURSE_LIMITS = {
  /** Episodes of one page of the table. */
  episodes_shown: 20,
  /** Turns read for one page of it: an episode of more is told without its beginning. */
  turns_read_max: 2_000,
} as const;

export interface CourseParts {
  readonly desk: Pick<Desk, 'memory' | 'store' | 'clock'>;
  readonly recent: RecentChanges;
}

/** The newest turns that are asked for, with what the store has not written yet. */
export async function readCourse(
  { desk, recent }: CourseParts,
  id: AlarmId,
  ask: TurnsAsk,
): Promise<{ readonly course: Course; readonly isCut: boolean }> {
  const { items, isCut, asOf } = await desk.store.turns(id, ask);
  const { upTo = Infinity } = ask;
  const isWanted = ({ what, episode }: Turn): boolean => TURNS.includes(what) && episode <= upTo;
  const news = recent.of(id, asOf).changes.filter(isWanted);
  return { course: courseOf([...news, ...items].reverse()), isCut };
}

/** An episode with what was done in it. */
export interface EpisodeView extends EpisodeCourse {
  /** The newest first. */
  readonly decisions: readonly Decision[];
  readonly incidents: readonly Incident[];
  readonly runs: readonly Run[];
}

export interface EpisodesView {
  /** The newest first. */
  readonly episodes: readonly EpisodeView[];
  /** The newest of the next page; undefined when there is none. */
  readonly older: Episode | undefined;
  /** False: there are newer ones than these. */
  readonly isNewest: boolean;
}

/** How an alarm went: the strip of a range, and a page of its episodes. */
export interface CourseView {
  readonly strip: Strip;
  readonly episodes: EpisodesView;
}

export interface CourseAsk {
  readonly range: StripRange;
  /** The newest episode of the table; undefined: the newest there is. */
  readonly upTo: Episode | undefined;
}

export async function courseView(
  parts: CourseParts,
  alarm: Pick<Alarm, 'id'>,
  { range, upTo }: CourseAsk,
): Promise<CourseView> {
  const now = parts.desk.clock.now();
  const since = rangeStart(range, now);
  const ever = 0 as Instant;
  const [drawn, told] = await Promise.all([
    readCourse(parts, alarm.id, { upTo: undefined, since, limit: TURNS_MAX }),
    readCourse(parts, alarm.id, { upTo, since: ever, limit: COURSE_LIMITS.turns_read_max }),
  ]);
  return {
    strip: stripOf(drawn.course, range, now, drawn.isCut),
    episodes: episodesOf(parts.desk.memory, alarm.id, upTo, told),
  };
}

function episodesOf(
  memory: Memory,
  id: AlarmId,
  upTo: Episode | undefined,
  { course, isCut }: { readonly course: Course; readonly isCut: boolean },
): EpisodesView {
  const all = course.episodes;
  // The oldest one may have lost its beginning; the next page has it whole.
  const whole = isCut && all.length > 1 ? all.slice(1) : all;
  const shown = whole.slice(-COURSE_LIMITS.episodes_shown);
  const [oldest] = shown;
  const hasMore = isCut || shown.length < all.length;
  const done = doneOn(memory, id, oldest?.from ?? (0 as Instant));
  return {
    episodes: shown.map((one, i) => withDone(one, shown[i + 1]?.from, done)).reverse(),
    older: hasMore && oldest ? ((oldest.episode - 1) as Episode) : undefined,
    isNewest: upTo === undefined,
  };
}

interface Done extends Pick<EpisodeView, 'decisions' | 'runs'> {
  readonly incidents: readonly { readonly incident: Incident; readonly joinedAt: Instant }[];
}

function doneOn(memory: Memory, alarm: AlarmId, since: Instant): Done {
  const { remembered } = memory;
  const decisions: Decision[] = [];
  for (const decision of remembered.byAlarm({ alarm })) {
    if (decision.at < since) break;
    decisions.push(decision);
  }
  const incidents = remembered.incidentsOf(alarm).map((incident) => {
    const member = incident.members.find((one) => one.alarm === alarm);
    return { incident, joinedAt: member?.joinedAt ?? incident.openedAt };
  });
  const runs = [...memory.all('runs')].filter((run) => run.alarm === alarm);
  return { decisions, incidents, runs };
}

/** What was done until the next raise belongs to the episode, also after it was over. */
function withDone(one: EpisodeCourse, next = Infinity as Instant, done: Done): EpisodeView {
  const isThen = (at: Instant): boolean => at >= one.from && at < next;
  const decisions = done.decisions.filter(({ at }) => isThen(at));
  // A decision stands in the timeline as a comment too: it is told once.
  const isDecision = (text: string): boolean =>
    decisions.some(({ id }) => text.startsWith(`Decided (${id})`));
  return {
    ...one,
    decisions,
    said: one.said.filter(({ text }) => !isDecision(text)),
    incidents: done.incidents.flatMap((of) => (isThen(of.joinedAt) ? [of.incident] : [])),
    runs: done.runs.filter(({ startedAt }) => isThen(startedAt)),
  };
}

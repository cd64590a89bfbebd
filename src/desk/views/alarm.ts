import type { Instant } from '../../base/time.ts';
import { type Alarm, type Episode, type Standing, standing } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import type { PlacedChange, TurnsAsk } from '../../ports/store.ts';
import type { Desk, Memory } from '../desk.ts';
import { lateClear } from '../verbs/receive.ts';
import { readCourse } from './course.ts';
import { type Muted, mutedNow } from './muted.ts';
import { type RecallView, recallView } from './recall.ts';
import type { RecentChanges } from './recent.ts';
import { sentenceOf } from './sentence.ts';
import { nameIn } from './why-mutes.ts';
import {
  CHANGE_WORDS,
  CLEAR_SAYS,
  conditionPhrase,
  counted,
  handlingPhrase,
  type NameOf,
  type Phrase,
  suppressionPhrase,
} from './words.ts';

export const ALARM_VIEW_LIMITS = {
  timeline_lines_max: 200,
  /** Turns that the sentence at the top is made of. */
  turns_read_max: 500,
} as const;

const NEWEST_TURNS: TurnsAsk = {
  upTo: undefined,
  since: 0 as Instant,
  limit: ALARM_VIEW_LIMITS.turns_read_max,
};

/** A line of the page: what is told, and what is said about it. */
export type Fact = readonly [term: string, says: Phrase];

/** One line of the timeline, in words. */
export interface TimelineLine {
  readonly at: Instant;
  /** Set when the desk heard of it more than a minute after it happened. */
  readonly heardAt: Instant | undefined;
  readonly what: string;
  readonly severity: Severity;
  readonly by: string;
  readonly text: string;
  readonly why: string;
  /** Set on the newest line of each episode. */
  readonly episode: Episode | undefined;
}

/** Everything the alarm page says. */
export interface AlarmView {
  readonly alarm: Alarm;
  readonly standing: Standing;
  /** What it is, in one sentence. */
  readonly summary: Phrase;
  readonly facts: readonly Fact[];
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly annotations: readonly (readonly [name: string, value: string])[];
  readonly link: string;
  readonly timeline: readonly TimelineLine[];
  /** The cursor of older lines; undefined when these are all that is kept. */
  readonly older: string | undefined;
  /** Changes too new for the store and too many for memory: the timeline misses some. */
  readonly gap: boolean;
  readonly evidence: { readonly at: Instant; readonly raw: string } | undefined;
  /** False when it left memory: it can be read, not acted on. */
  readonly inMemory: boolean;
  /** What was decided about it or its like, and what to beware of. */
  readonly recall: RecallView;
  /** Why nobody is told of it now; undefined while somebody would be. */
  readonly muted: Muted | undefined;
}

export interface AlarmViewParts {
  readonly desk: Pick<Desk, 'memory' | 'store' | 'deadline' | 'clock'>;
  readonly recent: RecentChanges;
  readonly nameOf: NameOf;
}

/** Undefined when neither memory nor history knows the alarm. */
export async function alarmView(
  { desk, recent, nameOf }: AlarmViewParts,
  id: AlarmId,
  older?: string,
): Promise<AlarmView | undefined> {
  const [stored, evidence, page, { course, isCut }] = await Promise.all([
    desk.store.alarm(id),
    desk.store.evidence(id),
    desk.store.timeline(id, older, ALARM_VIEW_LIMITS.timeline_lines_max),
    readCourse({ desk, recent }, id, NEWEST_TURNS),
  ]);
  const held = desk.memory.get('alarms', id); // after the reads: the newest there is
  const alarm = held ?? stored?.alarm;
  if (!alarm) return undefined;
  const news = older === undefined ? recent.of(id, page.asOf) : { changes: [], complete: true };
  const remembers = await recallView(desk, alarm);
  const { seen } = remembers;
  const decisions = desk.memory.remembered.byAlarm({ alarm: id });
  const now = desk.clock.now();
  return {
    alarm,
    standing: standing(alarm),
    summary: sentenceOf({ alarm, course, isCut, seen, decisions, nameOf, now }),
    facts: [
      ...factsOf(alarm, desk.deadline(id), stored?.episodesEver, nameOf),
      ...endFacts(alarm, desk.memory),
      ...ruledFacts(alarm, desk.memory),
    ],
    labels: pairs(alarm.labels),
    annotations: pairs(alarm.annotations),
    link: alarm.link,
    timeline: linesOf([...news.changes, ...page.items], nameOf),
    older: page.next,
    gap: !news.complete,
    evidence,
    inMemory: held !== undefined,
    recall: remembers,
    muted: held && mutedNow(desk.memory, held, now),
  };
}

function factsOf(
  a: Alarm,
  deadline: Instant | undefined,
  episodesEver: number | undefined,
  nameOf: NameOf,
): readonly Fact[] {
  const facts: Fact[] = [
    ['Condition', conditionPhrase(a)],
    ['Handling', handlingPhrase(a, nameOf)],
  ];
  if (a.handling.is !== 'none' && a.handling.note !== '') facts.push(['Note', [a.handling.note]]);
  for (const s of a.suppressions) facts.push(['Hidden', suppressionPhrase(s, nameOf)]);
  if (a.flap !== undefined && a.flap.changes > 1) {
    facts.push(['Changes', [`${a.flap.changes}, each soon after the last`]]);
  }
  if (a.condition.is === 'cleared') {
    const { since, at, why } = a.condition;
    facts.push(['Cleared because', [CLEAR_SAYS[why]]]);
    facts.push(['Lasted from', [{ at: since, as: 'clock' }, ' to ', { at, as: 'clock' }]]);
  }
  if (a.assignee !== undefined) facts.push(['Assigned to', [nameOf(a.assignee)]]);
  const until = deadline ?? a.lease?.until;
  if (until !== undefined && a.condition.is === 'raised') {
    facts.push([
      'Holds until',
      [{ at: until, as: 'clock' }, ', unless the source repeats it; then it clears, unverified'],
    ]);
  }
  if (!a.willClear) facts.push(['Ends', ['the source cannot clear it: verify, then close it']]);
  const episodes = Math.max(episodesEver ?? 0, a.episodes);
  const wordless = a.unkept > 0 ? `, ${a.unkept} of them counted without their words` : '';
  facts.push(
    [
      'Reports',
      [`${counted(a.occurrences, 'report')} in ${counted(episodes, 'episode')}${wordless}`],
    ],
    ['This episode', [counted(a.occurrencesThisEpisode, 'report')]],
    ['First raised', [{ at: a.createdAt, as: 'clock' }]],
    ['Last change', [{ at: a.changedAt, as: 'ago' }]],
    ['Last heard of', [{ at: a.heardAt, as: 'ago' }]],
    ['Source', [a.source]],
    ['Id', [a.id]],
  );
  if (a.qualifier !== '') facts.push(['Qualifier', [a.qualifier]]);
  return facts;
}

/** Its source said that it is over, and the off-delay of its type waits. */
function endFacts({ id }: Alarm, memory: Pick<Memory, 'get'>): readonly Fact[] {
  const timer = memory.get('timers', lateClear(id));
  if (timer?.does.is !== 'clear.late') return [];
  const heard = { at: timer.does.heardAt, as: 'clock' as const };
  const ends = { at: timer.at, as: 'clock' as const };
  return [['Ends', ['over, said its source at ', heard, '; cleared at ', ends, ' if it stays so']]];
}

/** What rules and planned work made of it, and what its source had said. */
function ruledFacts({ ruled, suppressions }: Alarm, memory: Pick<Memory, 'get'>): readonly Fact[] {
  const facts: Fact[] = suppressions.flatMap((s) => {
    const name = nameIn(memory, s);
    if (name === '') return [];
    const what = s.kind === 'maintenance' ? 'Planned work' : 'Rule';
    return [[`${what} that hides it`, [name.trim()]] as const];
  });
  if (!ruled) return facts;
  const { rules, priority, severity, text } = ruled;
  const names = rules.map((id) => memory.get('rules', id)?.name ?? id);
  if (priority !== undefined) facts.push(['Priority', [`${priority} of 5, given by a rule`]]);
  facts.push([rules.length === 1 ? 'Rule' : 'Rules', [names.join(', ')]]);
  if (severity !== undefined) facts.push(['Severity at the source', [severity]]);
  if (text !== undefined) facts.push(['Text at the source', [text]]);
  return facts;
}

const pairs = (of: Readonly<Record<string, string>>): (readonly [string, string])[] =>
  Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));

const LATE_MS = 60_000;

function linesOf(changes: readonly PlacedChange[], nameOf: NameOf): readonly TimelineLine[] {
  return changes.map((c, i) => ({
    at: c.at,
    heardAt: c.receivedAt - c.at > LATE_MS ? c.receivedAt : undefined,
    what: CHANGE_WORDS[c.what],
    severity: c.severity,
    by: c.by === undefined ? '' : nameOf(c.by),
    text: c.text,
    why: c.why,
    episode: changes[i - 1]?.episode === c.episode ? undefined : c.episode,
  }));
}

import { after, days, hours, type Instant, type Millis } from '../../base/time.ts';
import type { Alarm, UserId } from '../../domain/alarm/alarm.ts';
import { matcherText } from '../../domain/alarm/matcher.ts';
import { rank } from '../../domain/alarm/severity.ts';
import { HANDOVER_LIMITS, type ItemKind, type NoteItem } from '../../domain/handover/note.ts';
import { silenceState } from '../../domain/routing/silence.ts';
import { type Run, waitsFor } from '../../domain/run/run.ts';
import type { Memory } from '../desk.ts';
import { onCall, rotaOf, schedulesIn, shiftsOf } from '../rota.ts';
import { incidentView } from './incidents.ts';
import type { KpisView } from './kpis.ts';
import { pageTitle } from './pages.ts';
import { decidedText } from './recall.ts';
import { ageText, counted, SUPPRESSION_WORDS } from './words.ts';

/** A shift of which nobody knows when it began. */
export const SHIFT_DEFAULT: Millis = hours(8);

/** How far back a shift of the rota is looked for. */
const LOOK_BACK: Millis = days(HANDOVER_LIMITS.shift_days_max);

/** A turn that ended so long ago is still the one that is handed over. */
const JUST_ENDED: Millis = hours(4);

/** The next shift, where nobody knows how long it is. */
const NEXT_DEFAULT: Millis = hours(12);

const most = HANDOVER_LIMITS;

type Rows = Pick<Memory, 'all' | 'get'>;

export interface ShiftAsked {
  readonly author: UserId;
  readonly from: Instant;
  readonly now: Instant;
  /** When the next shift is over: what ends until then is its business. */
  readonly next: Instant;
}

/** Items of a note as they are found, and how many more there would be. */
export interface Drafted {
  readonly items: readonly NoteItem[];
  readonly more: number;
  /** In a few lines, for the author to go on from. */
  readonly text: string;
}

/** Somebody's own shift by the rota: the one that goes on, or has just ended. */
export interface OwnShift {
  readonly schedule: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** The latest of them that began; undefined when the rota has none of theirs. */
export function ownShift(memory: Rows, person: UserId, now: Instant): OwnShift | undefined {
  let found: OwnShift | undefined;
  for (const { name: schedule } of schedulesIn(memory)) {
    const rota = rotaOf(memory, schedule);
    if (!rota) continue;
    const span = { from: after(now, -LOOK_BACK as Millis), to: after(now, days(1)) };
    const all = shiftsOf(rota, span).filter((one) => one.person === person && one.from <= now);
    const last = joined(all);
    if (!last || last.to < now - JUST_ENDED) continue;
    if (!found || last.from > found.from) found = { schedule, ...last };
  }
  return found;
}

/** Turns that touch are one shift. */
function joined(shifts: readonly { readonly from: Instant; readonly to: Instant }[]) {
  let last: { readonly from: Instant; readonly to: Instant } | undefined;
  for (const { from, to } of shifts) {
    last = last && from <= last.to && to > last.to ? { from: last.from, to } : { from, to };
  }
  return last;
}

/** When those who come next go again: the end of the turn that follows in that schedule. */
export function nextShiftEnd(memory: Rows, schedule: string | undefined, now: Instant): Instant {
  const rota = schedule === undefined ? undefined : rotaOf(memory, schedule);
  if (!rota) return after(now, NEXT_DEFAULT);
  const { until } = onCall(rota, now);
  const end = onCall(rota, until).until;
  return end > after(now, days(7)) ? after(now, days(7)) : end;
}

/**
 * What somebody who takes over must know, from what the desk holds now. Pure. Work: the alarms in
 * memory and what else people wrote down, once.
 */
export function draftedShift(memory: Memory, asked: ShiftAsked): Drafted {
  const alarms = alarmItems(memory, asked);
  const lists: readonly (readonly NoteItem[])[] = [
    alarms.items,
    incidentItems(memory),
    pageItems(memory, asked),
    runItems(memory, asked),
    hiddenItems(memory, asked),
    decisionItems(memory, asked),
    actionItems(memory, asked),
  ];
  let more = alarms.more;
  const items: NoteItem[] = [];
  for (const list of lists) {
    const room = Math.min(most.items_max - items.length, most.items_max);
    const kept = list.slice(0, Math.max(0, room));
    more += list.length - kept.length;
    items.push(...kept);
  }
  return { items, more, text: summary(lists.flat(), alarms) };
}

type Found = Omit<NoteItem, 'id' | 'words' | 'watch' | 'take'> & { readonly take?: boolean };

const cut = (text: string): string => text.slice(0, most.title_chars_max);

const item = ({ kind, subject, title, says, ...more }: Found): NoteItem => ({
  ...{ id: `${kind}/${subject}`, kind, subject, title: cut(title), says: cut(says) },
  ...{ words: '', watch: false, take: false, ...more },
});

interface AlarmItems {
  readonly items: readonly NoteItem[];
  readonly more: number;
  readonly open: number;
  readonly waiting: number;
  readonly own: number;
}

/** One's own first, then the worst that wait, then the rest; each kind no more than has room. */
function alarmItems(memory: Rows, { author }: ShiftAsked): AlarmItems {
  const best: Record<AlarmKind, Best> = { alarm: best0(), source: best0(), objective: best0() };
  let [open, waiting, own] = [0, 0, 0];
  for (const alarm of memory.all('alarms')) {
    const { condition, handling, suppressions } = alarm;
    if (condition.is !== 'raised' || handling.is === 'closed' || suppressions.length > 0) continue;
    open++;
    const holder = holderOf(alarm);
    if (holder === undefined) waiting++;
    if (holder === author) own++;
    offer(best[kindOf(alarm)], alarm, holder === author ? 2 : holder === undefined ? 1 : 0);
  }
  const kinds = Object.entries(best) as [AlarmKind, Best][];
  const items = kinds.flatMap(([kind, { found }]) =>
    sorted(found)
      .slice(0, most.items_per_kind_max)
      .map(({ alarm }) => alarmItem(kind, alarm, author)),
  );
  return { items, more: open - items.length, open, waiting, own };
}

type AlarmKind = Extract<ItemKind, 'alarm' | 'source' | 'objective'>;

const kindOf = ({ type }: Alarm): AlarmKind =>
  type === 'source.silent' ? 'source' : type.startsWith('slo.') ? 'objective' : 'alarm';

const holderOf = ({ handling, assignee }: Alarm): UserId | undefined =>
  handling.is === 'none' ? assignee : handling.by;

interface Best {
  found: { readonly alarm: Alarm; readonly of: number }[];
}
const best0 = (): Best => ({ found: [] });

/** Now and then what will not be kept is dropped: nobody sorts a hundred thousand. */
function offer(best: Best, alarm: Alarm, of: number): void {
  best.found.push({ alarm, of });
  if (best.found.length < most.items_per_kind_max * 20) return;
  best.found = sorted(best.found).slice(0, most.items_per_kind_max);
}

const sorted = (found: Best['found']): Best['found'] =>
  [...found].sort(
    (a, b) =>
      b.of - a.of ||
      rank(b.alarm.severity) - rank(a.alarm.severity) ||
      a.alarm.condition.since - b.alarm.condition.since ||
      (a.alarm.id < b.alarm.id ? -1 : 1),
  );

function alarmItem(kind: AlarmKind, alarm: Alarm, author: UserId): NoteItem {
  const { id, type, resource, severity, condition, handling, episode, text } = alarm;
  const who = holderOf(alarm);
  return item({
    ...{ kind, subject: id, title: `${type} on ${resource}`, severity, episode },
    says: handling.is === 'none' && who === undefined ? `nobody has it: ${text}` : text,
    at: condition.since,
    ...(who === undefined ? {} : { who }),
    take: kind === 'alarm' && who === author,
  });
}

function incidentItems(memory: Memory): readonly NoteItem[] {
  return [...memory.all('incidents')]
    .filter(({ state }) => state.is === 'open')
    .sort((a, b) => b.position - a.position)
    .slice(0, most.items_per_kind_max)
    .map((incident) => {
      const { id, title, worst, lead, openedAt } = incident;
      const { severity, raised } = incidentView(memory, incident);
      return item({
        ...{ kind: 'incident', subject: id, title, severity: severity ?? worst, at: openedAt },
        says: `${counted(raised, 'alarm')} raised${lead === undefined ? ', nobody leads' : ''}`,
        ...(lead === undefined ? {} : { who: lead }),
      });
    });
}

function pageItems(memory: Rows, { from }: ShiftAsked): readonly NoteItem[] {
  return [...memory.all('pages')]
    .filter((page) => page.at >= from || page.is === 'open')
    .sort((a, b) => Number(b.is === 'open') - Number(a.is === 'open') || b.at - a.at)
    .slice(0, most.items_per_kind_max)
    .map((page) => {
      const people = new Set(page.told.map(({ person }) => person)).size;
      return item({
        ...{ kind: 'page', subject: page.id, title: pageTitle(page), at: page.at },
        says: `${page.is}; ${counted(people, 'person', 'people')} told`,
        ...(page.answer ? { who: page.answer.by } : {}),
      });
    });
}

/** Those that go on first; of those that ended, what came of them. */
function runItems(memory: Rows, { from }: ShiftAsked): readonly NoteItem[] {
  return [...memory.all('runs')]
    .filter(({ is, startedAt }) => is === 'running' || startedAt >= from)
    .sort(
      (a, b) =>
        Number(b.is === 'running') - Number(a.is === 'running') || b.startedAt - a.startedAt,
    )
    .slice(0, most.items_per_kind_max)
    .map((run) =>
      item({
        ...{ kind: 'run', subject: run.id, title: run.title ?? run.runbook, at: run.startedAt },
        says: runSays(run),
        ...(run.by === undefined ? {} : { who: run.by }),
      }),
    );
}

function runSays(run: Run): string {
  if (run.is !== 'running') return run.is;
  const where = `step ${run.step + 1} of ${run.stepsTotal}`;
  return waitsFor(run) === 'person' ? `waits for a person at ${where}` : `goes on, ${where}`;
}

/** What the store counted of the shift, as one more line of its text. */
export function figuresText({ period, acks }: KpisView): string {
  const { rates, counts } = period;
  const { half } = acks ?? {};
  const said = [
    `${counted(rates.announced, 'alarm')} announced`,
    `${counts.cleared} cleared`,
    ...(rates.tenMax > 0 ? [`${rates.tenMax} at most in ten minutes`] : []),
    ...(half === undefined ? [] : [`half acknowledged within ${ageText(half * 1000)}`]),
  ];
  return `- Figures: ${said.join(', ')}.`;
}

/** What is hidden or kept quiet and ends with the next shift, and planned work that begins. */
function hiddenItems(memory: Rows, { now, next }: ShiftAsked): readonly NoteItem[] {
  const found: NoteItem[] = [];
  for (const alarm of memory.all('alarms')) {
    for (const { kind, by, until, reason, since } of alarm.suppressions) {
      if (kind !== 'shelf' || until <= now || until > next) continue;
      const title = `${alarm.type} on ${alarm.resource}`;
      const says = `${SUPPRESSION_WORDS[kind]}: ${reason}`;
      const { severity } = alarm;
      const subject = `shelf/${alarm.id}`;
      found.push(
        item({ kind: 'hidden', subject, title, says, severity, who: by, at: since, until }),
      );
    }
  }
  for (const one of memory.all('silences')) {
    if (silenceState(one, now) !== 'active' || one.endsAt > next) continue;
    const title = one.matchers.map(matcherText).join(', ');
    const says = `silence: ${one.comment}`;
    const { by: who, startsAt: at, endsAt: until } = one;
    const subject = `silence/${one.id}`;
    found.push(item({ kind: 'hidden', subject, title, says, who, at, until }));
  }
  for (const one of memory.all('maintenances')) {
    const window = one.windows.find(({ from, to }) => to > now && from < next);
    if (!window) continue;
    const says = `${window.from > now ? 'planned work to come' : 'in maintenance'}: ${one.reason}`;
    const { name: title, by: who } = one;
    const subject = `maintenance/${one.id}`;
    const [at, until] = [window.from, window.to];
    found.push(item({ kind: 'hidden', subject, title, says, who, at, until }));
  }
  return found
    .sort((a, b) => (a.until ?? 0) - (b.until ?? 0) || (a.id < b.id ? -1 : 1))
    .slice(0, most.items_per_kind_max);
}

function decisionItems(memory: Rows, { from }: ShiftAsked): readonly NoteItem[] {
  return [...memory.all('decisions')]
    .filter(({ at }) => at >= from)
    .sort((a, b) => b.position - a.position)
    .slice(0, most.items_per_kind_max)
    .map((one) =>
      item({
        ...{ kind: 'decision', subject: `${one.about.alarm}/${one.id}`, who: one.by, at: one.at },
        title: `${decidedText(one)}: ${one.about.type} on ${one.about.resource}`,
        says: one.reason,
      }),
    );
}

/** Late ones, and those due before the next shift is over. */
function actionItems(memory: Rows, { next }: ShiftAsked): readonly NoteItem[] {
  return [...memory.all('actions')]
    .filter(({ ended, dueAt }) => ended === undefined && dueAt !== undefined && dueAt <= next)
    .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || a.position - b.position)
    .slice(0, most.items_per_kind_max)
    .map(({ id, title, owner, dueAt, step }) =>
      item({
        ...{ kind: 'action', subject: id, title, says: step },
        ...(owner === undefined ? {} : { who: owner }),
        ...(dueAt === undefined ? {} : { until: dueAt }),
      }),
    );
}

function summary(items: readonly NoteItem[], { open, waiting, own }: AlarmItems): string {
  const count = (kind: ItemKind): number => items.filter((one) => one.kind === kind).length;
  const said = (kind: ItemKind, one: string, many?: string): readonly string[] =>
    count(kind) === 0 ? [] : [counted(count(kind), one, many)];
  const rest = [
    ...said('incident', 'open incident'),
    ...said('page', 'page'),
    ...said('run', 'run'),
    ...said('decision', 'decision'),
  ];
  const are = open === 1 ? 'is' : 'are';
  const alarms =
    open === 0
      ? 'No alarm is open.'
      : `${counted(open, 'alarm')} ${are} open; nobody has ${waiting} of them, ${own} I hand over.`;
  return [
    `- ${alarms}`,
    ...(rest.length === 0 ? [] : [`- In this shift: ${rest.join(', ')}.`]),
  ].join('\n');
}

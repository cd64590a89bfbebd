import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import { labelValue } from '../../domain/alarm/matcher.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { aboutOf } from '../../domain/memory/about.ts';
import { type Action, compareActions } from '../../domain/memory/action.ts';
import type { Caution } from '../../domain/memory/caution.ts';
import type { Decision, Made } from '../../domain/memory/decision.ts';
import { type Recalled, type Rung, recall, type Stale } from '../../domain/memory/recall.ts';
import type { PlacedChange } from '../../ports/store.ts';
import type { Desk, Memory } from '../desk.ts';
import type { Revision } from '../tables.ts';
import { ageText, counted, type NameOf, type Phrase } from './words.ts';

/** Lines of the timeline looked through for the raise before this one. */
const LINES_LOOKED_AT = 100;

/** What the desk remembers of an alarm, unasked. */
export interface RecallView {
  /** Episodes ever, as far as the desk knows. */
  readonly seen: number;
  /** The raise before the one that stands; undefined when it is the first, or long forgotten. */
  readonly lastAt: Instant | undefined;
  readonly answers: readonly Recalled[];
  /** The open incident it is part of, else the last one that was closed. */
  readonly incident: Incident | undefined;
  /** Open ones, the most pressing first. */
  readonly actions: readonly Action[];
  readonly cautions: readonly Caution[];
}

export async function recallView(
  { memory, store, clock }: Pick<Desk, 'memory' | 'store' | 'clock'>,
  alarm: Alarm,
): Promise<RecallView> {
  const [stored, lines] = await Promise.all([
    store.alarm(alarm.id),
    store.timeline(alarm.id, undefined, LINES_LOOKED_AT),
  ]);
  const { remembered } = memory;
  const last = remembered.lastOn(alarm.id);
  const known = last ? last.seen + last.recurrences : 0;
  const at = last?.raisedBeforeAt ?? raiseBefore(alarm, lines.items);
  return {
    seen: Math.max(stored?.episodesEver ?? 0, alarm.episodes, known),
    lastAt: at !== undefined && at < alarm.condition.since ? at : undefined,
    answers: recall(remembered, aboutOf(alarm), clock.now(), ({ at }) =>
      isChanged(memory, alarm, at),
    ),
    incident: incidentOf(memory, alarm.id),
    actions: actionsOn(memory, alarm.id),
    cautions: remembered.cautionsOn(alarm, memory.inventory),
  };
}

/** The sections of the configuration whose entries raise alarms with their name as `check`. */
const RAISE: readonly string[] = ['checks', 'figures', 'data_sets'];

/** Whether the check, figure or data set that raises an alarm is another one than it was then. */
function isChanged(memory: Pick<Memory, 'all'>, { labels }: Alarm, then: Instant): boolean {
  const name = labelValue(labels, 'check');
  if (name === '') return false;
  let [old, now]: (Revision | undefined)[] = [];
  for (const one of memory.all('revisions')) {
    if (one.at <= then && (!old || isLater(one, old))) old = one;
    if (!now || isLater(one, now)) now = one;
  }
  return old !== undefined && old !== now && entryText(old, name) !== entryText(now, name);
}

const isLater = (a: Revision, b: Revision): boolean =>
  Number(a.id.slice(1)) > Number(b.id.slice(1));

const entryText = (revision: Revision | undefined, name: string): string =>
  JSON.stringify(
    RAISE.map((section) => {
      const all = revision?.document?.sections?.[section];
      const isThere = typeof all === 'object' && all !== null && Object.hasOwn(all, name);
      return isThere ? Reflect.get(all, name) : null;
    }),
  );

/** A raise that is older than the episode there is. */
const raiseBefore = ({ condition }: Alarm, lines: readonly PlacedChange[]): Instant | undefined =>
  lines.find(({ what, at }) => what === 'raised' && at < condition.since)?.at;

export function incidentOf(
  memory: Pick<Memory, 'remembered' | 'get'>,
  alarm: string,
): Incident | undefined {
  const { remembered } = memory;
  const open = remembered.openIncidentOf(alarm);
  return open === undefined ? remembered.lastClosedOf(alarm) : memory.get('incidents', open);
}

/** Open actions about an alarm or an incident. */
export const actionsOn = (
  memory: Pick<Memory, 'remembered' | 'get'>,
  about: string,
): readonly Action[] =>
  memory.remembered
    .actionsOf(about)
    .flatMap((id) => memory.get('actions', id) ?? [])
    .sort(compareActions);

export const RUNG_SAYS: Readonly<Record<Rung, string>> = {
  'same alarm': 'this very alarm',
  'same type': 'the same type on a resource of the same class',
  'same resource': 'another type on the same resource',
};

export const STALE_SAYS: Readonly<Record<Stale, string>> = {
  'past its review': 'its review is past, and nobody looked at it again',
  'replaced since': 'another thing stands in its place now',
  'threshold changed since': 'what raises this alarm was changed since',
  'another class now': 'the resource is of another class now',
  'another severity now': 'it was of another severity then',
};

const MADE_SAYS: Readonly<Record<Made['is'], string>> = {
  shelf: 'shelved',
  silence: 'silenced',
};

/** `restart: line card 0` */
export const decidedText = ({ kind, what }: Decision): string =>
  what === '' ? kind : `${kind}: ${what}`;

/** Whether it held, as a sentence without its subject and its full stop. */
export function outcomePhrase(decision: Decision): Phrase {
  const { outcome, recurrences, raisedAt, supersededBy = '', made } = decision;
  const again = (n: number): Phrase =>
    n === 0 ? [] : [`; raised ${counted(n, 'time')} since, last `, { at: raisedAt, as: 'ago' }];
  switch (outcome.is) {
    case 'open':
      return made === undefined
        ? ['is not known to hold yet']
        : [
            `is ${MADE_SAYS[made.is]} until `,
            { at: made.until, as: 'clock' },
            ...again(recurrences),
          ];
    case 'lifted':
      return ['was ended by hand ', { at: outcome.at, as: 'ago' }, ', before its review'];
    case 'came back':
      return [`came back after ${ageText(outcome.after)}`, ...again(recurrences)];
    case 'held':
      return ['held until its review ', { at: outcome.at, as: 'ago' }, ...again(recurrences)];
    case 'stood':
      return ['was still raised at its review ', { at: outcome.at, as: 'ago' }];
    case 'superseded':
      return [`gave way to ${supersededBy} before that was known`];
  }
}

/** `seen 4 times, last on …` */
export function seenPhrase({ seen, lastAt }: RecallView, alarm: Alarm): Phrase {
  if (seen <= 1) return ['Not seen before'];
  const last: Phrase =
    lastAt === undefined ? [] : [', before this on ', { at: lastAt, as: 'clock' }];
  const now = isRaised(alarm) ? ' with this one' : '';
  return [`Seen ${counted(seen, 'time')}${now}`, ...last];
}

/** For how long an action has been open, and how often its alarm came back meanwhile. */
export function openPhrase(
  { at, recurrences, raisedAt, ended, owner }: Action,
  now: Instant,
  nameOf: NameOf,
): Phrase {
  const who = owner === undefined ? 'nobody has it' : nameOf(owner);
  if (ended) {
    const by = `${ended.how} by ${nameOf(ended.by)} `;
    return [by, { at: ended.at, as: 'ago' }, `: ${ended.reason}`];
  }
  const again: Phrase =
    raisedAt === undefined
      ? []
      : [
          `; its alarm came back ${counted(recurrences, 'time')} meanwhile, last `,
          { at: raisedAt, as: 'ago' },
        ];
  return [`${who}; open for ${ageText(now - at)}`, ...again];
}

import type { Desk } from '../desk/desk.ts';
import type { AlarmAct, AlarmVerb, Target, TargetResult } from '../desk/entry.ts';
import type { Alarm, Suppression, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';

/** The opposite of what was done, for exactly those it was done to. */
export interface Undo {
  readonly verb: AlarmVerb;
  readonly on: readonly Target[];
  /** Fields of the form that does it. */
  readonly fields: Readonly<Record<string, string>>;
  /** Done, and left out: the opposite would not make them what they were before. */
  readonly left: number;
}

type Memory = Pick<Desk['memory'], 'get'>;
type Fields = Readonly<Record<string, string>>;

/** The alarms as they are before something is done to them. */
export const before = (memory: Memory, on: readonly Target[]): ReadonlyMap<AlarmId, Alarm> =>
  new Map(on.flatMap(({ id }) => memory.get('alarms', id) ?? []).map((a) => [a.id, a] as const));

const shelfOf = (alarm: Alarm) => alarm.suppressions.find(({ kind }) => kind === 'shelf');

/** What stood between was put there with an end, or without one: by that it is known again. */
const endText = (until: number | undefined): string => String(until ?? 'open');

/** Stands in the timeline: whoever reads it later sees that it was a slip. */
const UNDONE = 'Undone';

type Way = readonly [AlarmVerb, Fields];

/** The acknowledgement that was, with its end and its line. */
function acknowledgeAgain(own: Alarm['handling'] | undefined, set: string): Way | undefined {
  if (own?.is !== 'acknowledged') return undefined;
  const { note, until, line } = own;
  const ends: Fields = until === undefined ? {} : { until: String(until) };
  const lines: Fields = line === undefined ? {} : { line: String(line) };
  return ['acknowledge', { note, ...ends, ...lines, set }];
}

/** The shelf that was, to its end and for its reason; in the name of whoever undoes. */
const shelveAgain = ({ reason, until }: Suppression, set: string): Way => [
  'shelve',
  { note: reason, until: String(until), set },
];

/**
 * What makes this alarm again what it was; undefined when one verb cannot. Somebody else's
 * acknowledgement that was taken over is not given back in their name.
 */
function opposite(act: AlarmAct, was: Alarm, by: UserId): Way | undefined {
  const none = was.handling.is === 'none';
  const own = was.handling.is !== 'none' && was.handling.by === by ? was.handling : undefined;
  const shelf = shelfOf(was);
  switch (act.verb) {
    case 'acknowledge':
      return none ? ['unacknowledge', { note: UNDONE }] : acknowledgeAgain(own, endText(act.until));
    case 'close':
      return none ? ['reopen', { note: UNDONE }] : undefined;
    case 'shelve':
      return shelf ? shelveAgain(shelf, endText(act.until)) : ['unshelve', { note: UNDONE }];
    case 'unshelve':
      return shelf && shelveAgain(shelf, '');
    case 'unacknowledge':
      return acknowledgeAgain(own, '');
    case 'reopen':
      return own ? ['close', { note: own.note }] : undefined;
    case 'assign':
      return ['assign', { assignee: was.assignee ?? '', set: act.assignee }];
    case 'ticket':
      return ['ticket', { ticket: was.ticket, set: act.ticket }];
    default:
      return undefined; // words that were said stay said
  }
}

/** Undefined when nothing of it can be undone. Of several ways back the first one is taken. */
export function undoOf(
  act: AlarmAct,
  by: UserId,
  was: ReadonlyMap<AlarmId, Alarm>,
  results: readonly TargetResult[],
): Undo | undefined {
  const on: Target[] = [];
  let way: Way | undefined;
  let left = 0;
  for (const result of results) {
    if (!result.ok) continue;
    const alarm = was.get(result.id);
    const back = alarm && opposite(act, alarm, by);
    way ??= back;
    if (back && JSON.stringify(back) === JSON.stringify(way)) {
      on.push({ id: result.id, episode: result.episode });
    } else left++;
  }
  return way && { verb: way[0], fields: way[1], on, left };
}

/** True while the alarm is as the one who undoes left it. `set` is what was set then. */
function isAsLeft(verb: AlarmVerb, alarm: Alarm, by: UserId, set: string): boolean {
  const { handling, assignee = '', ticket } = alarm;
  switch (verb) {
    case 'unacknowledge':
      return handling.is === 'acknowledged' && handling.by === by;
    case 'reopen':
      return handling.is === 'closed' && handling.by === by;
    case 'unshelve':
      return shelfOf(alarm)?.by === by;
    case 'shelve':
      return isShelfLeft(shelfOf(alarm), by, set);
    case 'acknowledge':
      return set === ''
        ? handling.is === 'none'
        : handling.is === 'acknowledged' && handling.by === by && endText(handling.until) === set;
    case 'assign':
      return assignee === set;
    case 'ticket':
      return ticket === set;
    default:
      return handling.is === 'none';
  }
}

const isShelfLeft = (shelf: Suppression | undefined, by: UserId, set: string): boolean =>
  set === '' ? shelf === undefined : shelf?.by === by && endText(shelf.until) === set;

const CHANGED_WHY = 'somebody changed it since: it is left as it is';

/** Those of an undo that are still as they were left, and a refusal for each other one. */
export function stillAsLeft(
  memory: Memory,
  act: AlarmAct,
  by: UserId,
  set: string,
): { readonly on: readonly Target[]; readonly refused: readonly TargetResult[] } {
  const isLeft = ({ id }: Target): boolean => {
    const alarm = memory.get('alarms', id);
    return alarm === undefined || isAsLeft(act.verb, alarm, by, set);
  };
  const refused = act.on
    .filter((target) => !isLeft(target))
    .map(({ id }) => ({ id, ok: false, code: 'ACTION_REFUSED', why: CHANGED_WHY }) as const);
  return { on: act.on.filter(isLeft), refused };
}

import { DeskError } from '../base/errors.ts';
import { fingerprint } from '../base/fingerprint.ts';
import type { Instant } from '../base/time.ts';
import { type AllView, type AnswerView, REFUSED_SHOWN_MAX } from '../console/answer.ts';
import type { Desk } from '../desk/desk.ts';
import type { AlarmAct, AlarmVerb, Target, TargetResult } from '../desk/entry.ts';
import type { Reading } from '../desk/views/filter.ts';
import { readQuery } from '../desk/views/query.ts';
import { viewTest } from '../desk/views/reading.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { actOnMatching, type MatchingDone, matching, type SliceDone } from './act-matching.ts';
import { byOf } from './api/parts.ts';
import { field } from './page-reader.ts';
import type { Asked } from './route.ts';
import { stillAsLeft, type Undo, undoOf } from './undo.ts';

export const VIEW_ACT_LIMITS = {
  /** Acts on whole views whose undo is kept; the oldest makes room. */
  undos_max: 32,
} as const;

/** What was done to a whole view, for its undo and for whoever sends the same form again. */
interface Kept {
  readonly by: UserId;
  readonly answer: Promise<AnswerView>;
  undo: Undo | undefined;
}

type ActOn = (on: readonly Target[]) => AlarmAct;

interface ViewAct {
  readonly asked: Asked;
  readonly verb: AlarmVerb;
  readonly actOn: ActOn;
  /** Under which it is kept. */
  readonly key: string;
}

/** Acts on all alarms that match a view, none of which is named. */
export interface ViewActs {
  /** Null: the form names its alarms. */
  act(asked: Asked, verb: AlarmVerb, actOn: ActOn): Promise<AnswerView> | null;
}

export function openViewActs(parts: {
  readonly desk: Desk;
  /** How the list reads what somebody typed. */
  readonly reading: Reading;
}): ViewActs {
  const kept = new Map<string, Kept>();
  const keep = (key: string, one: Kept): Promise<AnswerView> => {
    kept.set(key, one);
    const [oldest] = kept.keys();
    if (kept.size > VIEW_ACT_LIMITS.undos_max && oldest !== undefined) kept.delete(oldest);
    one.answer.catch(() => kept.delete(key)); // not known whether it was done: asked again, it is
    return one.answer;
  };
  return {
    act(asked, verb, actOn) {
      const by = byOf(asked.actor);
      const of = field(asked.json, 'undo-of');
      const whole = field(asked.json, 'whole');
      if (of === '' && (whole === '' || field(asked.json, 'one') !== '')) return null;
      const key = fingerprint([by, verb, field(asked.json, 'once'), of, whole]);
      const known = kept.get(key);
      if (known) return known.answer;
      if (of !== '') {
        const undo = kept.get(of)?.by === by ? kept.get(of)?.undo : undefined;
        return keep(key, {
          by,
          answer: undone(parts.desk, asked, verb, actOn, undo),
          undo: undefined,
        });
      }
      const answer = acted(parts, { asked, verb, actOn, key }, (undo) => {
        const one = kept.get(key);
        if (one) one.undo = undo;
      });
      return keep(key, { by, answer, undo: undefined });
    },
  };
}

/** The same button of the same page is the same act, sent again or not. */
const onceFor = ({ actor, json }: Asked, verb: AlarmVerb): string | undefined => {
  const once = field(json, 'once');
  return /^[\w-]{8,64}$/.test(once) ? `view:${byOf(actor)}:${once}:${verb}` : undefined;
};

async function acted(
  { desk, reading }: { readonly desk: Desk; readonly reading: Reading },
  { asked, verb, actOn, key }: ViewAct,
  keepUndo: (undo: Undo | undefined) => void,
): Promise<AnswerView> {
  const query = readQuery(new URLSearchParams(field(asked.json, 'view')));
  const holds = viewTest(query, reading);
  if ('why' in holds) throw new DeskError('ACTION_REFUSED', { why: `The filter: ${holds.why}.` });
  const by = byOf(asked.actor);
  const { seen, count } = lookIn(field(asked.json, 'whole'));
  const found = await matching(desk.memory, { holds, seen });
  const undo = gathered(by);
  const given = { by, actOn, holds, once: onceFor(asked, verb), each: undo.take };
  const done = await actOnMatching(desk, found.alarms, given);
  keepUndo(undo.all());
  const before = found.alarms.length + found.changed;
  const left = { changed: found.came + found.changed, gone: Math.max(0, count - before) };
  return answerOf(desk, verb, done, left, { isUndo: false, undo: undo.all(), key });
}

/** `1732250000000.3214`: when somebody took all that match, and how many those were. */
function lookIn(text: string): { readonly seen: Instant | undefined; readonly count: number } {
  const [, at, n = ''] = /^(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  return at === undefined
    ? { seen: undefined, count: 0 }
    : { seen: Number(at) as Instant, count: Number(n) };
}

/** The opposite of each slice as one: of several ways back that of the first slice is taken. */
function gathered(by: UserId) {
  let first: Undo | undefined;
  const on: Target[] = [];
  let left = 0;
  return {
    take: ({ act, was, results }: SliceDone): void => {
      const undo = undoOf(act, by, was, results);
      first ??= undo;
      const isSame = undo && first && undo.verb === first.verb && sameFields(undo, first);
      if (isSame) {
        on.push(...undo.on);
        left += undo.left;
      } else left += results.filter(({ ok }) => ok).length;
    },
    all: (): Undo | undefined => first && { ...first, on, left },
  };
}

const sameFields = (a: Undo, b: Undo): boolean =>
  JSON.stringify(a.fields) === JSON.stringify(b.fields);

const NOT_KEPT =
  'What to undo is kept no longer: the desk was started again, or much was done since.';

/** The opposite, once, for those that are still as they were left. */
async function undone(
  desk: Desk,
  asked: Asked,
  verb: AlarmVerb,
  actOn: ActOn,
  undo: Undo | undefined,
): Promise<AnswerView> {
  if (!undo) throw new DeskError('ACTION_REFUSED', { why: NOT_KEPT });
  const by = byOf(asked.actor);
  const set = field(asked.json, 'set');
  const targets = new Map(undo.on.map((one) => [one.id, one] as const));
  const alarms = undo.on.flatMap(({ id }) => desk.memory.get('alarms', id) ?? []);
  const isLeft = (alarm: Alarm): boolean => {
    const on = targets.get(alarm.id);
    if (!on || on.episode !== alarm.episode) return false;
    return stillAsLeft(desk.memory, actOn([on]), by, set).on.length > 0;
  };
  const done = await actOnMatching(desk, alarms, {
    ...{ by, actOn, once: onceFor(asked, verb), holds: isLeft },
  });
  const changed = undo.on.length - alarms.length + done.gone;
  const left = { changed, gone: 0 };
  return answerOf(desk, verb, { ...done, gone: 0 }, left, { isUndo: true, undo: undefined });
}

function answerOf(
  desk: Desk,
  verb: AlarmVerb,
  done: MatchingDone,
  left: { readonly changed: number; readonly gone: number },
  how: { readonly isUndo: boolean; readonly undo: Undo | undefined; readonly key?: string },
): AllView {
  const refused = done.results.flatMap((r) => (r.ok ? [] : [r]));
  const shown: readonly (TargetResult & { readonly ok: false })[] = refused.slice(
    0,
    REFUSED_SHOWN_MAX,
  );
  const alarms = new Map<AlarmId, Alarm>();
  for (const { id } of shown) {
    const alarm = desk.memory.get('alarms', id);
    if (alarm) alarms.set(id, alarm);
  }
  const { undo, key = '', isUndo } = how;
  return {
    ...{ is: 'all', verb, isUndo, alarms, refused: shown, refusedTotal: refused.length },
    done: done.results.length - refused.length,
    changed: left.changed,
    gone: left.gone + done.gone,
    ...{ stopped: done.stopped, left: done.left },
    undo: undo && {
      verb: undo.verb,
      fields: { ...undo.fields, 'undo-of': key },
      ...{ on: [], count: undo.on.length, left: undo.left },
    },
  };
}

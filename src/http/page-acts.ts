import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import { fingerprint } from '../base/fingerprint.ts';
import type { Html } from '../base/html.ts';
import { after, type Instant, minutes } from '../base/time.ts';
import { SHELF_MINUTES_DEFAULT } from '../console/act-bar.ts';
import { type AnswerView, answerBox } from '../console/answer.ts';
import type { Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import {
  type ActOutcome,
  ALARM_VERBS,
  type AlarmAct,
  type AlarmVerb,
  ENTRY_LIMITS,
  type Target,
} from '../desk/entry.ts';
import type { Reading } from '../desk/views/filter.ts';
import type { Episode, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { page, seeOther } from './answer.ts';
import { byOf, OPERATOR } from './api/parts.ts';
import { openViewActs, type ViewActs } from './page-act-view.ts';
import { field, fields, withoutTold } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import { before, stillAsLeft, undoOf } from './undo.ts';

/** Answers kept for the page that a form leads back to. The oldest makes room. */
export const TOLD_MAX = 1_000;
const FORM_BYTES_MAX = 262_144;

export interface ActParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly site: Site;
  readonly clock: Clock;
  readonly reading: Reading;
}

/** Actions from the console's forms, and what came of them until the next page shows it. */
export interface PageActs {
  readonly routes: readonly Route[];
  /** What came of the action under this key, if this person asked for it. */
  told(asked: Asked): Html | undefined;
}

export function openActs(parts: ActParts): PageActs {
  const onViews = openViewActs(parts);
  const kept = new Map<string, { readonly by: UserId; readonly view: AnswerView }>();
  const keep = (key: string, by: UserId, view: AnswerView): void => {
    kept.set(key, { by, view });
    if (kept.size <= TOLD_MAX) return;
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  };
  return {
    routes: [
      {
        method: 'POST',
        path: '/act',
        access: OPERATOR,
        summary: 'Does to the chosen alarms what the pressed button says.',
        form: true,
        bodyBytesMax: FORM_BYTES_MAX,
        handle: async (asked) => {
          const view = await actOn(parts, onViews, asked);
          return answered(parts, asked, view, keep);
        },
      },
    ],
    told(asked) {
      const found = kept.get(asked.query.get('told') ?? '');
      if (found === undefined || found.by !== byOf(asked.actor)) return undefined;
      const url = asked.raw.request.url ?? '/';
      return answerBox(parts.site, found.view, boxKeys(asked, withoutTold(url)));
    },
  };
}

/** A script gets the answer alone; a plain form goes back to its page, which shows it. */
function answered(
  { site }: ActParts,
  asked: Asked,
  view: AnswerView,
  keep: (key: string, by: UserId, view: AnswerView) => void,
): Answer {
  const back = ownBack(field(asked.json, 'back'));
  if (asked.headers['x-part'] === 'answer') {
    const status = view.is === 'refused' ? 422 : 200;
    return page(answerBox(site, view, boxKeys(asked, site.prefix + back, back)), status);
  }
  const key = fingerprint([byOf(asked.actor), field(asked.json, 'once'), view.is]);
  keep(key, byOf(asked.actor), view);
  return seeOther(`${site.prefix}${back}${back.includes('?') ? '&' : '?'}told=${key}`);
}

/** What the form of an undo carries, for whoever reads the box. */
const boxKeys = ({ actor }: Asked, shut: string, back = '/') => ({
  shut,
  back,
  csrf: actor.is === 'user' ? actor.csrf : '',
  once: randomBytes(12).toString('base64url'),
});

/** A path of this desk, whatever the form says. */
export function ownBack(back: string): string {
  const plain = /^\/(?![/\\])[^\s\\]*$/.test(back) && URL.canParse(back, 'http://desk.invalid');
  return plain ? withoutTold(back) : '/';
}

async function actOn(parts: ActParts, onViews: ViewActs, asked: Asked): Promise<AnswerView> {
  const { desk } = parts;
  try {
    const verb = readVerb(asked.json);
    const now = parts.clock.now();
    const make = (on: readonly Target[]): AlarmAct => actOf(verb, on, asked.json, now);
    checkAssignee(parts, make([]));
    const whole = await onViews.act(asked, verb, make);
    if (whole) return whole;
    const act = make(readTargets(asked.json));
    if (field(asked.json, 'undo') !== '') return await undo(desk, asked, act);
    const was = before(desk.memory, act.on);
    const by = byOf(asked.actor);
    const outcome = await desk.act(by, act, onceOf(asked, act));
    return { ...viewOf(desk, act.verb, outcome), undo: undoOf(act, by, was, outcome.results) };
  } catch (error) {
    if (!(error instanceof DeskError) || error.status >= 500) throw error;
    return { is: 'refused', why: error.message };
  }
}

function checkAssignee({ accounts }: ActParts, act: AlarmAct): void {
  if (act.verb !== 'assign' || act.assignee === '' || accounts.find(act.assignee)) return;
  throw new DeskError('FIELD_INVALID', { field: 'assignee', expected: 'a person of this desk' });
}

/** The opposite, once, for those that are still as they were left; an undo has no undo. */
async function undo(desk: Desk, asked: Asked, act: AlarmAct): Promise<AnswerView> {
  const by = byOf(asked.actor);
  const { on, refused } = stillAsLeft(desk.memory, act, by, field(asked.json, 'set'));
  const none = { results: [] };
  const done = on.length > 0 ? await desk.act(by, { ...act, on }, onceOf(asked, act)) : none;
  return viewOf(desk, act.verb, { results: [...done.results, ...refused] }, true);
}

function viewOf(
  desk: Desk,
  verb: AlarmVerb,
  { results }: Pick<ActOutcome, 'results'>,
  isUndo = false,
): Extract<AnswerView, { is: 'done' }> {
  const alarms = new Map(
    results.flatMap(({ id }) => {
      const alarm = desk.memory.get('alarms', id);
      return alarm ? [[id as string, alarm] as const] : [];
    }),
  );
  return { is: 'done', verb, results, alarms, isUndo, undo: undefined };
}

/**
 * The page's key with what is done under it: two buttons of one page are two actions, and the same
 * button sent twice is one.
 */
function onceOf(asked: Asked, act: AlarmAct): string | undefined {
  const once = field(asked.json, 'once');
  if (!/^[\w-]{8,64}$/.test(once)) return undefined;
  const { verb, on, ...rest } = act;
  const targets = on.map((t) => `${t.id}.${t.episode ?? ''}`).sort();
  const text = 'until' in rest ? JSON.stringify({ ...rest, until: 0 }) : JSON.stringify(rest);
  return `page:${byOf(asked.actor)}:${once}:${fingerprint([verb, text, ...targets])}`;
}

const TARGET = /^([0-9a-f]{16}(?:~\d)?)\.(\d{1,15})$/;
const NOTHING_CHOSEN = 'No alarm was chosen: tick some rows first.';

/** `one` is a button of a row, `verb.id.episode`; undefined when another one was pressed. */
function rowButton(json: unknown): readonly string[] | undefined {
  const one = field(json, 'one').split('.');
  return one.length === 3 ? one : undefined;
}

function readVerb(json: unknown): AlarmVerb {
  const [said] = rowButton(json) ?? [field(json, 'verb')];
  const verb = ALARM_VERBS.find((v) => v === said);
  if (verb !== undefined) return verb;
  throw new DeskError('FIELD_INVALID', { field: 'verb', expected: ALARM_VERBS.join(', ') });
}

/** That of the button's row, else every ticked `on`. */
function readTargets(json: unknown): readonly Target[] {
  const one = rowButton(json);
  const chosen = one ? [one.slice(1).join('.')] : [...new Set(fields(json, 'on'))];
  const on = chosen.map(readTarget);
  if (on.length === 0) throw new DeskError('ACTION_REFUSED', { why: NOTHING_CHOSEN });
  if (on.length > ENTRY_LIMITS.targets_max) {
    const why = `At most ${ENTRY_LIMITS.targets_max} alarms at once; you chose ${on.length}.`;
    throw new DeskError('ACTION_REFUSED', { why });
  }
  return on;
}

function readTarget(text: string): Target {
  const [, id, episode] = TARGET.exec(text) ?? [];
  if (id === undefined) {
    throw new DeskError('FIELD_INVALID', { field: 'on', expected: 'an alarm and its episode' });
  }
  return { id: id as AlarmId, episode: Number(episode) as Episode };
}

/** An undo brings back an end that was; whoever acts says how long. */
const untilIn = (json: unknown): Instant | undefined =>
  field(json, 'undo') !== '' && /^\d{1,16}$/.test(field(json, 'until'))
    ? (Number(field(json, 'until')) as Instant)
    : undefined;

function actOf(verb: AlarmVerb, on: readonly Target[], json: unknown, now: Instant): AlarmAct {
  const note = field(json, 'note').trim();
  const span = Number(field(json, 'for'));
  const until = untilIn(json) ?? (span > 0 ? after(now, minutes(span)) : undefined);
  switch (verb) {
    case 'acknowledge':
      return {
        ...{ verb, on, note },
        ...(until === undefined ? {} : { until }),
        ...(field(json, 'line') === '2' ? { line: 2 as const } : {}),
      };
    case 'shelve': {
      const end = until ?? after(now, minutes(SHELF_MINUTES_DEFAULT));
      return { verb, on, until: end, reason: note };
    }
    case 'unshelve':
      return { verb, on, reason: note };
    case 'assign':
      return { verb, on, assignee: field(json, 'assignee') as UserId | '', note };
    case 'ticket':
      return { verb, on, ticket: field(json, 'ticket').trim(), note };
    default:
      return { verb, on, note };
  }
}

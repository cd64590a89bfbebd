import type { Instant } from '../../base/time.ts';
import { after, type Millis } from '../../base/time.ts';
import {
  type Alarm,
  isHidden,
  isRaised,
  NO_LABELS,
  type Ruled,
  type Suppression,
  type SuppressionKind,
  type UserId,
} from '../alarm/alarm.ts';
import type { Change, Effect } from '../alarm/change.ts';
import { type AlarmEvent, type Labels, type Passing, sameLabels } from '../alarm/event.ts';
import { line, type Moment, type Stepped } from '../alarm/report.ts';
import type { Severity } from '../alarm/severity.ts';
import type { Maintenance, Window } from './maintenance.ts';
import { HOLD_MAX, isPastReview, type Rule } from './rule.ts';

/** What the inventory and people's rules have to say of one alarm. */
export interface Found {
  readonly context: Labels;
  /** In the order in which they are asked. */
  readonly rules: readonly Rule[];
  readonly maintenances: readonly { readonly maintenance: Maintenance; readonly window: Window }[];
  /** What the source says may be over by itself; `by` is who holds it for that. */
  readonly passing?: Passing & { readonly by: UserId };
  /** The on-delay of its type, and who decided it why. */
  readonly delayed?: Passing & { readonly by: UserId };
}

/** What the source said itself. */
export interface Said {
  readonly severity: Severity;
  readonly text: string;
}

const NOTHING_FOUND: Found = { context: NO_LABELS, rules: [], maintenances: [] };

/** The event as the rules want it seen. `value` says what a name stands for, '' for nothing. */
export function spoken(
  event: AlarmEvent,
  said: Said,
  found: Found,
  value: (name: string) => string,
): AlarmEvent {
  const severity = firstOf(found.rules, ({ does }) => does.severity) ?? said.severity;
  const pattern = firstOf(found.rules, ({ does }) => does.text);
  const text = pattern === undefined ? said.text : filled(pattern, said.text, value);
  return severity === event.severity && text === event.text ? event : { ...event, severity, text };
}

/**
 * The alarm with what was found: context, what rules changed, what hides it. `said` is what the
 * source said of it last. A hold is begun by a new episode only.
 */
export function ruled(
  alarm: Alarm,
  said: Said,
  found: Found | undefined,
  now: Moment,
  isNewEpisode: boolean,
): Stepped {
  const { context, rules, maintenances, passing, delayed } = found ?? NOTHING_FOUND;
  const holds = [
    heldBy(rules, now.at),
    waitedFor(PASSING, passing, now.at),
    waitedFor(ON_DELAY, delayed, now.at),
  ];
  const wanted = [
    ...rules.flatMap((rule) => hiddenBy(alarm, rule, now.at)),
    ...maintenances.map(({ maintenance, window }) => quietBy(alarm, maintenance, window, now.at)),
    ...held(alarm, isNewEpisode ? holds : [], now.at),
  ];
  const is: Alarm = {
    ...alarm,
    context: sameLabels(alarm.context, context) ? alarm.context : context,
    ruled: marks(alarm, said, rules),
    suppressions: [...alarm.suppressions.filter(({ kind }) => !OURS.has(kind)), ...wanted],
  };
  if (isSame(alarm, is)) return { alarm, changes: [], effects: [] };
  return told(alarm, { ...is, revision: now.position }, now);
}

/** The hold of an alarm reached its end: if it is still raised, it is told now. */
export function unheld(alarm: Alarm, now: Moment): Stepped {
  const left = alarm.suppressions.filter((s) => s.kind !== 'hold' || s.until > now.at);
  if (left.length === alarm.suppressions.length) return { alarm, changes: [], effects: [] };
  return told(alarm, { ...alarm, suppressions: left, revision: now.position }, now);
}

/** Kinds that rules and maintenances make, and take away again. */
const OURS: ReadonlySet<SuppressionKind> = new Set(['design', 'maintenance', 'hold']);

function firstOf<T>(rules: readonly Rule[], of: (rule: Rule) => T | undefined): T | undefined {
  for (const rule of rules) {
    const value = of(rule);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Stands for a rule where the source itself says that a state may pass. */
const PASSING = 'passing';

/** The same where it is decided for its type. */
const ON_DELAY = 'on-delay';

const PLACE = /\{(@?[\w.:-]+)\}/g;

const filled = (pattern: string, text: string, value: (name: string) => string): string =>
  pattern.replace(PLACE, (_, name: string) => (name === 'text' ? text : value(name)));

function marks(alarm: Alarm, said: Said, rules: readonly Rule[]): Ruled | undefined {
  if (rules.length === 0) return undefined;
  const priority = firstOf(rules, ({ does }) => does.priority);
  return {
    rules: rules.map(({ id }) => id),
    ...(priority === undefined ? {} : { priority }),
    ...(said.severity === alarm.severity ? {} : { severity: said.severity }),
    ...(said.text === alarm.text ? {} : { text: said.text }),
  };
}

function hiddenBy(alarm: Alarm, rule: Rule, now: Instant): readonly Suppression[] {
  if (!rule.does.hide || isPastReview(rule, now)) return [];
  return [suppression(alarm, 'design', rule, rule.reviewAt, now)];
}

const quietBy = (
  alarm: Alarm,
  maintenance: Maintenance,
  { to }: Window,
  now: Instant,
): Suppression => suppression(alarm, 'maintenance', maintenance, to, now);

/** One hold at a time: the one begun before, or of those that begin now the longest. */
function held(
  alarm: Alarm,
  begun: readonly (Suppression | undefined)[],
  now: Instant,
): readonly Suppression[] {
  if (begun.length === 0)
    return alarm.suppressions.filter((s) => s.kind === 'hold' && s.until > now);
  if (!isRaised(alarm)) return [];
  const holds = begun.filter((s) => s !== undefined).sort((a, b) => b.until - a.until);
  return holds.slice(0, 1);
}

function heldBy(rules: readonly Rule[], now: Instant): Suppression | undefined {
  const rule = rules.find((r) => !isPastReview(r, now) && r.does.hold !== undefined);
  const length = rule?.does.hold;
  if (!rule || !length) return undefined;
  const { id, by, reason } = rule;
  return { kind: 'hold', rule: id, by, since: now, until: after(now, length), reason };
}

function waitedFor(rule: string, wait: Found['passing'], now: Instant): Suppression | undefined {
  if (!wait) return undefined;
  const length = Math.min(wait.for, HOLD_MAX) as Millis;
  const { by, why: reason } = wait;
  return { kind: 'hold', rule, by, since: now, until: after(now, length), reason };
}

/** The same object as before where it says the same: since when it holds is kept. */
function suppression(
  alarm: Alarm,
  kind: SuppressionKind,
  { id, by, reason }: Pick<Rule | Maintenance, 'id' | 'by' | 'reason'>,
  until: Instant,
  now: Instant,
): Suppression {
  const was = alarm.suppressions.find((s) => s.kind === kind && s.rule === id);
  if (was && was.until === until && was.reason === reason) return was;
  return { kind, rule: id, by, since: was?.since ?? now, until, reason };
}

function isSame(was: Alarm, is: Alarm): boolean {
  return (
    was.context === is.context &&
    JSON.stringify(was.ruled) === JSON.stringify(is.ruled) &&
    was.suppressions.length === is.suppressions.length &&
    was.suppressions.every((s, i) => s === is.suppressions[i])
  );
}

const BEGUN: Readonly<Partial<Record<SuppressionKind, string>>> = {
  design: 'a rule hides it; its state moves on underneath',
  maintenance: 'planned work began; its state moves on underneath',
  hold: 'it is told only if it stays',
};

const ENDED: Readonly<Partial<Record<SuppressionKind, string>>> = {
  design: 'no rule hides it any more',
  maintenance: 'the planned work is over for it',
  hold: 'it stayed until the end of the wait',
};

/** Lines for what hides it now and what does no more; somebody hears of it if nothing does. */
function told(was: Alarm, is: Alarm, now: Moment): Stepped {
  const key = ({ kind, rule }: Suppression): string => `${kind} ${rule}`;
  const before = new Set(was.suppressions.map(key));
  const after = new Set(is.suppressions.map(key));
  const changes: Change[] = [];
  const effects: Effect[] = [];
  for (const s of is.suppressions) {
    if (before.has(key(s))) continue;
    changes.push({ ...line(is, 'suppressed', now.at, s.reason, BEGUN[s.kind] ?? ''), by: s.by });
  }
  for (const s of was.suppressions) {
    if (after.has(key(s))) continue;
    const why =
      s.kind === 'hold' && !isRaised(is) ? 'it was over before anybody was told' : ENDED[s.kind];
    changes.push({ ...line(is, 'unsuppressed', now.at, '', why ?? ''), by: s.by });
  }
  const isShown = isHidden(was) && !isHidden(is);
  if (isShown && isRaised(is) && is.handling.is === 'none') {
    const isHold = was.suppressions.every(({ kind }) => kind === 'hold');
    effects.push({ do: 'announce', why: isHold ? 'hold ended' : 'shown again' });
  }
  const alarm = changes.length === 0 ? is : { ...is, changedAt: now.at };
  return { alarm, changes, effects };
}

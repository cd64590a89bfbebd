import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import { after, days, type Instant, type Millis } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { identify } from '../../domain/alarm/event.ts';
import { makeMatcher } from '../../domain/alarm/matcher.ts';
import type { Term } from '../../domain/alarm/matcher-syntax.ts';
import {
  HOLD_MAX,
  isIdle,
  isPastReview,
  REVIEW_NOTICE,
  RULE_KEPT,
  RULE_LIMITS,
  type Rule,
  type RuleId,
} from '../../domain/rules/rule.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import { refresh } from '../refresh.ts';
import type { RuleAct } from '../standing-acts.ts';
import { receive } from './receive.ts';

/** The type of alarm that says a review comes near, or is past. */
export const RULE_REVIEW = 'rule.review';

const turnTimer = (id: RuleId): string => `rule.turn/${id}`;

/** Sets or removes an operators' rule; whatever stands is looked at again. */
export function setRule(draft: Draft, by: UserId, act: RuleAct, count: number): Did {
  const old = act.rule === undefined ? undefined : draft.get('rules', act.rule);
  if (act.rule !== undefined && !old) return { refused: absent('such rule') };
  if (act.verb === 'rule.remove') {
    if (act.reason.trim() === '') return { refused: atField('reason', 'say why it goes') };
    if (old) remove(draft, old);
    return {};
  }
  const refused = whyNot(act, draft.now.at);
  if (refused !== undefined) return { refused };
  if (!old && count >= RULE_LIMITS.rules_max) {
    return { refused: byState(`There are ${count} rules, and no more are taken: remove some.`) };
  }
  const { verb: _, rule: __, ...said } = act;
  const id = old?.id ?? (`u${draft.now.position}` as RuleId);
  const madeAt = old?.madeAt ?? draft.now.at;
  const rule: Rule = { ...said, id, by, madeAt, changedAt: draft.now.at };
  draft.put('rules', id, rule);
  reviewed(draft, rule);
  refresh(draft);
  return { made: id };
}

function remove(draft: Draft, rule: Rule, news = 'removed.'): void {
  draft.remove('rules', rule.id);
  draft.cancelTimer(turnTimer(rule.id));
  say(draft, rule, undefined, news);
  refresh(draft);
}

/**
 * Its review comes near, or is past: somebody must hear of it. One that has long done nothing
 * goes; the audit log keeps who made it and why.
 */
export function turnRule(draft: Draft, id: RuleId): void {
  const rule = draft.get('rules', id);
  if (!rule) return;
  const goneAt = after(rule.reviewAt, RULE_KEPT);
  if (goneAt <= draft.now.at) {
    const news = 'it did nothing since its review, and is gone; the audit log has it.';
    if (isIdle(rule, draft.now.at)) remove(draft, rule, news);
    return;
  }
  if (isPastReview(rule, draft.now.at)) {
    draft.setTimer(turnTimer(id), goneAt, { is: 'rule.turn', rule: id });
    const stops = rule.does.hide || rule.does.hold ? ' It neither hides nor holds any more.' : '';
    say(draft, rule, { severity: 'major', text: `Its review is past.${stops}` });
    refresh(draft);
    return;
  }
  const left = Math.ceil((rule.reviewAt - draft.now.at) / days(1));
  say(draft, rule, { severity: 'warning', text: `Its review is due in ${left} days.` });
  draft.setTimer(turnTimer(id), rule.reviewAt, { is: 'rule.turn', rule: id });
}

/** It was looked at: what was said of its review is over, until the next one comes near. */
function reviewed(draft: Draft, rule: Rule): void {
  say(draft, rule, undefined);
  const noticeAt = (rule.reviewAt - REVIEW_NOTICE) as Instant;
  const at = noticeAt > draft.now.at ? noticeAt : draft.now.at;
  draft.setTimer(turnTimer(rule.id), at, { is: 'rule.turn', rule: rule.id });
}

/** Raises or clears the desk's own alarm about a rule; what was never raised is not cleared. */
function say(
  draft: Draft,
  { id: rule, name, owner }: Rule,
  news: { readonly severity: 'warning' | 'major'; readonly text: string } | undefined,
  over = 'reviewed.',
): void {
  const [resource, type] = [`rule/${rule}`, RULE_REVIEW];
  const id = identify(resource, type, '');
  if (!news && draft.get('alarms', id) === undefined) return;
  const about = { id, resource, type, qualifier: '', labels: { rule: name, owner } };
  const text = `Rule "${name}" of ${owner}: ${news?.text ?? over}`;
  const event = news
    ? { ...about, kind: 'raise' as const, severity: news.severity, text }
    : { ...about, kind: 'clear' as const, text };
  receive(draft, { kind: 'events', at: draft.now.at, source: THE_DESK, events: [event] });
}

type Wanted = Extract<RuleAct, { verb: 'rule.set' }>;

function whyNot(act: Wanted, now: Instant): Refusal | undefined {
  const { name, owner, reason, matchers, order, reviewAt } = act;
  const most = RULE_LIMITS;
  if (name.trim() === '' || name.length > most.name_chars_max) {
    return atField('name', `1 to ${most.name_chars_max} characters expected`);
  }
  if (owner.trim() === '' || owner.length > most.owner_chars_max) {
    return atField(
      'owner',
      `1 to ${most.owner_chars_max} characters expected; somebody answers for a rule`,
    );
  }
  if (reason.trim() === '' || reason.length > most.reason_chars_max) {
    return atField('reason', `1 to ${most.reason_chars_max} characters expected`);
  }
  if (!Number.isInteger(order) || Math.abs(order) > most.order_max) {
    return atField('order', `a whole number from ${-most.order_max} to ${most.order_max} expected`);
  }
  const last = after(now, days(most.review_days_max));
  if (!(reviewAt > now && reviewAt <= last)) {
    return atField('reviewAt', `a time within the next ${most.review_days_max} days expected`);
  }
  return whyNotMatchers(matchers, most.matchers_max) ?? whyNotDoes(act);
}

function whyNotDoes({ does }: Wanted): Refusal | undefined {
  const { severity, text, priority, hide, hold } = does;
  const isIdle = [severity, text, priority, hide, hold].every((part) => part === undefined);
  if (isIdle)
    return atField('does', 'at least one of severity, text, priority, hide, hold expected');
  if (text !== undefined && (text === '' || text.length > RULE_LIMITS.text_chars_max)) {
    return atField('does.text', `1 to ${RULE_LIMITS.text_chars_max} characters expected`);
  }
  const isHold = hold === undefined || (hold >= 1_000 && hold <= HOLD_MAX);
  return isHold ? undefined : atField('does.hold', `1 s to ${minutesOf(HOLD_MAX)} min expected`);
}

const minutesOf = (length: Millis): number => length / 60_000;

/** A list that matches everything is refused: it would touch what nobody thought of. */
export function whyNotMatchers(matchers: readonly Term[], max: number): Refusal | undefined {
  if (matchers.length === 0 || matchers.length > max) {
    return atField('matchers', `1 to ${max} expected`);
  }
  let isAll = true;
  for (const [i, { name, op, value }] of matchers.entries()) {
    if (name === '') return atField(`matchers[${i}]`, `a label name expected before ${op}`);
    const matcher = makeMatcher(name, op, value);
    if ('error' in matcher)
      return atField(`matchers[${i}]`, `this pattern cannot be read: ${matcher.error}`);
    isAll &&= matcher.matches('') && (op === '=' || op === '=~');
  }
  return isAll
    ? atField('matchers', 'at least one that does not match everything expected')
    : undefined;
}

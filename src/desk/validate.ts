import { DeskError } from '../base/errors.ts';
import { days, type Instant } from '../base/time.ts';
import { LIMITS } from '../domain/alarm/alarm.ts';
import { type Act, type AlarmAct, ENTRY_LIMITS } from './entry.ts';
import type { SourceAct } from './standing-acts.ts';
import { RULES_LIMITS } from './verbs/source-rules.ts';

/**
 * What can be said of an action without knowing the alarms. Throws DeskError naming the field;
 * what depends on the alarms' state is decided by `apply` alone.
 */
export function validateAct(act: Act, once: string | undefined, now: Instant): void {
  if (once !== undefined && (once === '' || once.length > ENTRY_LIMITS.once_chars_max)) {
    const expected = `1 to ${ENTRY_LIMITS.once_chars_max} characters`;
    throw new DeskError('FIELD_INVALID', { field: 'Idempotency-Key', expected });
  }
  if ('on' in act) validateAlarmAct(act, now);
  if (act.verb === 'source.rules') validateRules(act);
  if (act.verb === 'source.unread') {
    if (act.inputs.length === 0 || act.inputs.length > ENTRY_LIMITS.unread_max) {
      const expected = `1 to ${ENTRY_LIMITS.unread_max} kept inputs`;
      throw new DeskError('FIELD_INVALID', { field: 'inputs', expected });
    }
    if (act.how === 'dropped') checkReason('Dropping what was not understood', act.why);
    else checkText('why', act.why);
  } else if (act.verb === 'inventory.put') {
    const things = act.parts.reduce((sum, part) => sum + part.things.length, 0);
    checkCount('parts', things, ENTRY_LIMITS.things_max, 'things');
  } else if (act.verb === 'inventory.switch') {
    checkCount('parts', act.parts.length, ENTRY_LIMITS.parts_max, 'parts');
    checkText('why', act.why);
  }
}

function validateRules(act: Extract<SourceAct, { verb: 'source.rules' }>): void {
  checkReason('Saving rules', act.why);
  if (act.text.length <= RULES_LIMITS.text_chars_max && act.text.isWellFormed()) return;
  const expected = `text of at most ${RULES_LIMITS.text_chars_max} characters`;
  throw new DeskError('FIELD_INVALID', { field: 'text', expected });
}

function validateAlarmAct(act: AlarmAct, now: Instant): void {
  if (act.on.length === 0 || act.on.length > ENTRY_LIMITS.targets_max) {
    const expected = `1 to ${ENTRY_LIMITS.targets_max} alarms`;
    throw new DeskError('FIELD_INVALID', { field: 'on', expected });
  }
  if (act.verb === 'shelve') {
    checkEnd(act.until, now, LIMITS.shelf_days_max);
    checkReason(act.verb, act.reason);
  } else if (act.verb === 'unshelve') {
    checkText('reason', act.reason);
  } else {
    checkText('note', act.note);
  }
  if (act.verb === 'comment' && act.note.trim() === '') {
    throw new DeskError('FIELD_INVALID', { field: 'note', expected: 'a comment says something' });
  }
  if (act.verb === 'acknowledge' && act.until !== undefined) {
    checkEnd(act.until, now, LIMITS.acknowledgement_days_max);
  }
  if (act.verb === 'ticket') checkTicket(act.ticket);
}

function checkCount(field: string, count: number, max: number, what: string): void {
  if (count > max)
    throw new DeskError('FIELD_INVALID', { field, expected: `at most ${max} ${what}` });
}

function checkEnd(until: Instant, now: Instant, daysMax: number): void {
  if (until > now && until <= now + days(daysMax)) return;
  const asked = Number.isFinite(until) ? `${Math.round((until - now) / 60_000)} min ahead` : 'none';
  throw new DeskError('END_OUT_OF_RANGE', { max: `${daysMax} days`, asked });
}

function checkReason(verb: string, reason: string): void {
  if (reason.trim() === '') throw new DeskError('REASON_MISSING', { verb });
  checkText('reason', reason);
}

function checkText(field: string, text: string): void {
  if (text.length <= LIMITS.note_chars_max) return;
  const expected = `at most ${LIMITS.note_chars_max} characters`;
  throw new DeskError('FIELD_INVALID', { field, expected });
}

function checkTicket(link: string): void {
  const fits = link.length <= LIMITS.ticket_chars_max;
  if (fits && (link === '' || /^https?:\/\/[^\s]+$/i.test(link))) return;
  const expected = `an http or https address of at most ${LIMITS.ticket_chars_max} characters`;
  throw new DeskError('FIELD_INVALID', { field: 'ticket', expected });
}

import {
  absent,
  atField,
  byState,
  type Did,
  type Refusal,
  refusalText,
} from '../../base/refusal.ts';
import { after, days, type Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { isRaised, LIMITS, NO_LABELS } from '../../domain/alarm/alarm.ts';
import { alertLabels } from '../../domain/alarm/as-alert.ts';
import { type About, aboutOf } from '../../domain/memory/about.ts';
import {
  DECISION_KINDS,
  DECISION_LIMITS,
  type Decision,
  type DecisionId,
  lifted,
  MAKES,
  type Made,
  reviewed,
  superseded,
} from '../../domain/memory/decision.ts';
import type { SilenceId } from '../../domain/routing/silence.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { DecisionAct } from '../memory-acts.ts';
import type { State } from '../state.ts';
import { shelve } from './shelve.ts';
import { silence } from './silence.ts';
import { onEach } from './targets.ts';

const reviewTimer = (id: DecisionId): string => `decision.review/${id}`;

const most = DECISION_LIMITS;

/** Writes down what was decided, or that it was looked at again. */
export function decide(draft: Draft, state: State, by: UserId, act: DecisionAct): Did {
  return act.verb === 'decision.review' ? review(draft, act) : record(draft, state, by, act);
}

type Recording = Extract<DecisionAct, { verb: 'decision.record' }>;

function record(draft: Draft, state: State, by: UserId, act: Recording): Did {
  const { position, at } = draft.now;
  const refused = whyNot(act, at) ?? whyNoIncident(draft, act);
  if (refused !== undefined) return { refused };
  const alarm = draft.get('alarms', act.about.alarm);
  const about: About = alarm ? aboutOf(alarm) : act.about;
  const last = state.remembered.lastOn(about.alarm);
  const made = act.does === undefined ? undefined : make(draft, state, by, act);
  if (made !== undefined && 'kind' in made) return { refused: made };
  makeRoom(draft, state);
  const { situation, options, kind, what, reason, reviewAt, incident } = act;
  const known = last === undefined ? 0 : last.seen + last.recurrences;
  const id = `d${position}` as DecisionId;
  const decision: Decision = {
    id,
    position,
    about,
    ...(incident === undefined ? {} : { incident }),
    situation,
    options,
    kind,
    what,
    reason,
    by,
    at,
    reviewAt,
    outcome: { is: 'open' },
    ...(made === undefined ? {} : { made }),
    recurrences: 0,
    seen: Math.max(alarm?.episodes ?? 1, known),
    raisedAt: alarm?.condition.since ?? last?.raisedAt ?? at,
    ...(last && last.raisedAt < (alarm?.condition.since ?? 0)
      ? { raisedBeforeAt: last.raisedAt }
      : last?.raisedBeforeAt === undefined
        ? {}
        : { raisedBeforeAt: last.raisedBeforeAt }),
  };
  draft.put('decisions', id, decision);
  arm(draft, decision);
  if (last && draft.get('decisions', last.id)) {
    draft.put('decisions', last.id, superseded(last, id, at));
    draft.cancelTimer(reviewTimer(last.id));
  }
  if (alarm) {
    const note = `Decided (${id}): ${kind}${what === '' ? '' : `, ${what}`}. ${reason}`;
    onEach(draft, [{ id: alarm.id }], { is: 'commented', by, note: note.slice(0, NOTE_CHARS) });
  }
  return { made: id };
}

/** Does what was decided: all of it, or nothing is written down either. */
function make(draft: Draft, state: State, by: UserId, act: Recording): Made | Refusal {
  const { kind, about, reason, reviewAt, does } = act;
  const alarm = draft.get('alarms', about.alarm);
  if (MAKES[kind] === undefined || !does) {
    return atField('does', `only with ${Object.keys(MAKES).join(' or ')}`);
  }
  if (!alarm) return atField('does', 'the alarm left the desk’s memory; nothing can be done to it');
  const { at } = draft.now;
  if (MAKES[kind] === 'shelf') {
    const until = Math.min(reviewAt, after(at, days(LIMITS.shelf_days_max))) as Instant;
    const [did] = shelve(draft, { verb: 'shelve', by, on: [{ id: alarm.id }], until, reason });
    return did?.ok === false ? atField('does', unstopped(did.why)) : { is: 'shelf', until };
  }
  const matchers = Object.entries(alertLabels(alarm)).flatMap(([name, value]) =>
    value === '' ? [] : [{ name, op: '=' as const, value }],
  );
  const { silence: newId, createdBy } = does;
  const set = { verb: 'silence.set' as const, newId, matchers, startsAt: at, endsAt: reviewAt };
  const said = { ...set, createdBy, comment: reason, annotations: NO_LABELS };
  const { refused, made } = silence(draft, by, said, state.count('silences'));
  if (made === undefined) {
    const why = refused === undefined ? 'it could not be silenced' : refusalText(refused);
    return atField('does', unstopped(why));
  }
  return { is: 'silence', silence: made as SilenceId, until: reviewAt };
}

/** A sentence as the end of another one. */
const unstopped = (text: string): string => text.replace(/\.$/, '');

/** A silence was expired by hand: the decision that made it is over before its time. */
export function liftSilence(draft: Draft, state: State, id: SilenceId, by: UserId): void {
  const decision = state.remembered.ofSilence(id);
  if (decision) draft.put('decisions', decision.id, lifted(decision, by, draft.now.at));
}

/** What a comment may hold, see LIMITS.note_chars_max of the alarm. */
const NOTE_CHARS = 4_096;

function review(draft: Draft, act: Extract<DecisionAct, { verb: 'decision.review' }>): Did {
  const held = draft.get('decisions', act.decision);
  if (!held) return { refused: absent('such decision') };
  if (held.supersededBy !== undefined) {
    return { refused: byState(`${held.supersededBy} took its place: review that.`) };
  }
  if (act.reason.trim() === '' || act.reason.length > most.reason_chars_max) {
    return { refused: atField('reason', `1 to ${most.reason_chars_max} characters expected`) };
  }
  const fault = whyNotThen(act.reviewAt, draft.now.at);
  if (fault !== undefined) return { refused: fault };
  const decision = { ...held, reviewAt: act.reviewAt };
  draft.put('decisions', held.id, decision);
  arm(draft, decision);
  return { made: held.id };
}

/** The day of its review came: what became of it is known now. */
export function turnDecision(draft: Draft, id: DecisionId): void {
  const held = draft.get('decisions', id);
  if (!held) return;
  const alarm = draft.get('alarms', held.about.alarm);
  draft.put('decisions', id, reviewed(held, alarm !== undefined && isRaised(alarm), draft.now.at));
}

function arm(draft: Draft, { id, reviewAt, outcome }: Decision): void {
  if (outcome.is !== 'open') return;
  draft.setTimer(reviewTimer(id), reviewAt, { is: 'decision.review', decision: id });
}

/** At the limit the oldest that was superseded goes, else the oldest; the audit log tells it. */
function makeRoom(draft: Draft, state: State): void {
  if (state.count('decisions') < most.decisions_max) return;
  let oldest: Decision | undefined;
  for (const one of state.all('decisions')) {
    if (!oldest || age(one) < age(oldest)) oldest = one;
  }
  if (!oldest) return;
  draft.remove('decisions', oldest.id);
  draft.cancelTimer(reviewTimer(oldest.id));
  const { about, kind, what, reason, outcome } = oldest;
  const detail = `${about.type} on ${about.resource}: ${kind} ${what}; ${reason}; ${outcome.is}`;
  const [verb, subject] = ['decision.forgotten', oldest.id];
  draft.audit.push({ by: THE_DESK, verb, subject, outcome: 'done', detail });
}

const age = ({ position, supersededBy }: Decision): number =>
  supersededBy === undefined ? position + Number.MAX_SAFE_INTEGER / 2 : position;

function whyNot(act: Recording, now: Instant): Refusal | undefined {
  const { situation, options, kind, what, reason, reviewAt } = act;
  if (!DECISION_KINDS.includes(kind))
    return atField('kind', `one of ${DECISION_KINDS.join(', ')} expected`);
  if (reason.trim() === '' || reason.length > most.reason_chars_max) {
    return atField(
      'reason',
      `1 to ${most.reason_chars_max} characters expected; it is what counts later`,
    );
  }
  if (situation.length > most.situation_chars_max) {
    return atField('situation', `at most ${most.situation_chars_max} characters`);
  }
  if (what.length > most.what_chars_max)
    return atField('what', `at most ${most.what_chars_max} characters`);
  if (options.length > most.options_max)
    return atField('options', `at most ${most.options_max} expected`);
  const long = options.findIndex((o) => o.length > most.option_chars_max);
  if (long >= 0) return atField(`options[${long}]`, `at most ${most.option_chars_max} characters`);
  return whyNotThen(reviewAt, now);
}

const whyNotThen = (reviewAt: Instant, now: Instant): Refusal | undefined =>
  reviewAt > now && reviewAt - now <= days(most.review_days_max)
    ? undefined
    : atField('reviewAt', `a time within the next ${most.review_days_max} days expected`);

const whyNoIncident = (draft: Draft, { incident }: Recording): Refusal | undefined =>
  incident !== undefined && !draft.get('incidents', incident)
    ? atField('incident', 'there is no such incident')
    : undefined;

import { instantText } from '../../base/time.ts';
import type { IncidentView } from '../../desk/views/incidents.ts';
import { openPhrase, outcomePhrase } from '../../desk/views/recall.ts';
import { phraseText } from '../../desk/views/words.ts';
import type { Action } from '../../domain/memory/action.ts';
import { type Caution, placeText } from '../../domain/memory/caution.ts';
import type { Decision } from '../../domain/memory/decision.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import type { ApiParts } from './parts.ts';

type Parts = Pick<ApiParts, 'accounts' | 'desk'>;

export function decisionJson(parts: Parts, d: Decision) {
  const { outcome } = d;
  return {
    id: d.id,
    about: d.about,
    incident: d.incident ?? null,
    situation: d.situation,
    options: d.options,
    kind: d.kind,
    what: d.what,
    reason: d.reason,
    by: somebodyJson(parts, d.by),
    at: instantText(d.at),
    reviewAt: instantText(d.reviewAt),
    outcome: {
      is: outcome.is,
      at: outcome.is === 'open' ? null : instantText(outcome.at),
      afterMs: outcome.is === 'came back' ? outcome.after : null,
      says: phraseText(outcomePhrase(d)),
    },
    made: d.made
      ? {
          is: d.made.is,
          silence: d.made.is === 'silence' ? d.made.silence : null,
          until: instantText(d.made.until),
        }
      : null,
    recurrences: d.recurrences,
    raisedAt: instantText(d.raisedAt),
    supersededBy: d.supersededBy ?? null,
  };
}

export function actionJson(parts: Parts, a: Action) {
  const now = parts.desk.clock.now();
  const { ended } = a;
  return {
    id: a.id,
    title: a.title,
    detail: a.detail,
    owner: somebodyJson(parts, a.owner),
    dueAt: maybeText(a.dueAt),
    overdue: ended === undefined && a.dueAt !== undefined && a.dueAt <= now,
    about: a.about ?? null,
    decision: a.decision ?? null,
    incident: a.incident ?? null,
    step: a.step,
    by: somebodyJson(parts, a.by),
    at: instantText(a.at),
    recurrences: a.recurrences,
    raisedAt: maybeText(a.raisedAt),
    ended: ended
      ? { ...ended, at: instantText(ended.at), by: somebodyJson(parts, ended.by) }
      : null,
    says: phraseText(openPhrase(a, now, (id) => parts.accounts.name(id))),
  };
}

export const cautionJson = (parts: Parts, c: Caution) => ({
  id: c.id,
  resource: placeText(c),
  text: c.text,
  reason: c.reason,
  owner: c.owner,
  by: somebodyJson(parts, c.by),
  at: instantText(c.at),
  reviewAt: instantText(c.reviewAt),
  pastReview: parts.desk.clock.now() >= c.reviewAt,
});

export function incidentJson(parts: Parts, { incident: i, severity, raised }: IncidentView) {
  const { state } = i;
  return {
    id: i.id,
    title: i.title,
    lead: somebodyJson(parts, i.lead),
    state: state.is,
    stateAt: state.is === 'open' ? null : instantText(state.at),
    summary: state.is === 'closed' ? state.summary : '',
    into: state.is === 'merged' ? state.into : null,
    openedAt: instantText(i.openedAt),
    by: somebodyJson(parts, i.by),
    severity: severity ?? null,
    worst: i.worst,
    alarms: i.members.length,
    raised,
    rule: i.rule ? { name: i.rule.name, values: i.rule.values, beyond: i.rule.beyond } : null,
  };
}

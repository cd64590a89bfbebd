import { type Alarm, isHidden, isRaised, saidSeverity, saidText } from '../domain/alarm/alarm.ts';
import type { AlarmEvent } from '../domain/alarm/event.ts';
import { labelValue } from '../domain/alarm/matcher.ts';
import { line, type Moment, type Stepped } from '../domain/alarm/report.ts';
import { rank, type Severity } from '../domain/alarm/severity.ts';
import { type Found, ruled, type Said, spoken } from '../domain/rules/ruled.ts';
import type { Draft } from './draft.ts';
import type { Asked } from './enrichment.ts';
import type { State } from './state.ts';
import type { Timer } from './tables.ts';

type RefreshTimer = Extract<Timer['does'], { is: 'refresh' }>;

/** With no more alarms than this all are looked at in one go. */
const AT_ONCE_MAX = 1_000;
/** Else by the first two digits of their ids, one timer after another. */
const SLICES = 256;

export const saidOf = (alarm: Alarm): Said => ({
  severity: saidSeverity(alarm),
  text: saidText(alarm),
});

/** What rules may ask of an event: the state of its alarm is no part of it. */
export function asked(
  event: Pick<AlarmEvent, 'resource' | 'type' | 'labels' | 'byLabels' | 'id'>,
  source: string,
  { severity, text }: { readonly severity?: Severity; readonly text: string },
): Asked {
  const { resource, type, labels } = event;
  return {
    resource,
    labels,
    value: (name) => {
      const label = labelValue(labels, name);
      if (label !== '') return label;
      switch (name) {
        case '@severity':
          return severity ?? '';
        case '@resource':
          return resource;
        case '@type':
          return type;
        case '@source':
          return source;
        case '@text':
          return text;
        case '@id':
          return event.id;
        case 'alertname':
          return event.byLabels ? '' : type;
        case 'instance':
          return event.byLabels ? '' : resource;
        default:
          return '';
      }
    },
  };
}

/**
 * Rules, planned work or the inventory changed: every alarm that stands is looked at again. A look
 * that is under way goes on where it is and comes round: changes that follow each other for long
 * keep no alarm from its turn.
 */
export function refresh(draft: Draft): void {
  const under = draft.get('timers', 'refresh')?.does;
  const slice = under?.is === 'refresh' ? under.slice : 0;
  draft.setTimer('refresh', draft.now.at, { is: 'refresh', slice, left: SLICES });
}

/** One part of that look; the next is due at once. */
export function refreshSlice(draft: Draft, state: State, { slice, left }: RefreshTimer): void {
  // An older program began at the first and ended at the last.
  const more = (left ?? SLICES - slice) - 1;
  const isWhole = state.count('alarms') <= AT_ONCE_MAX;
  const prefix = slice.toString(16).padStart(2, '0');
  const mine: Alarm[] = [];
  for (const alarm of state.all('alarms')) {
    if (isWhole || alarm.id.startsWith(prefix)) mine.push(alarm);
  }
  // By id: rows stand in another order after a restart, and deliveries are numbered in this one.
  mine.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const alarm of mine) reconsider(draft, state, alarm);
  if (isWhole || more <= 0) return;
  const next = (slice + 1) % SLICES;
  draft.setTimer('refresh', draft.now.at, { is: 'refresh', slice: next, left: more });
}

function reconsider(draft: Draft, state: State, was: Alarm): void {
  if (!isRaised(was) && was.suppressions.length === 0) return;
  const about = askedOf(was);
  const done = dressed(was, about, state.enrichment.find(about, draft.now.at), draft.now);
  if (done.alarm === was) return;
  draft.take(was, { ...done, ...severityTold(was, done.alarm, draft.now, done) });
}

/** What rules may ask of an alarm that stands: what its source said of it last. */
export const askedOf = (alarm: Alarm): Asked => asked(alarm, alarm.source, saidOf(alarm));

/** An alarm that stands, as `found` wants it seen. */
export function dressed(was: Alarm, about: Asked, found: Found, now: Moment): Stepped {
  const said = saidOf(was);
  const event: AlarmEvent = { kind: 'raise', ...plain(was), ...said };
  const { severity = said.severity, text } = spoken(event, said, found, about.value);
  const changed = severity === was.severity && text === was.text ? was : { ...was, severity, text };
  return ruled(changed, said, found, now, false);
}

const plain = ({ id, resource, type, qualifier, labels }: Alarm) => ({
  id,
  resource,
  type,
  qualifier,
  labels,
});

function severityTold(was: Alarm, is: Alarm, now: Moment, done: Stepped): Partial<Stepped> {
  if (was.severity === is.severity) {
    return is === was ? {} : { alarm: { ...is, revision: now.position } };
  }
  const alarm = { ...is, revision: now.position, changedAt: now.at };
  const rose = rank(is.severity) > rank(was.severity);
  const why = `a rule of the desk ${rose ? 'raised' : 'lowered'} the severity from ${was.severity}`;
  const changes = [...done.changes, line(alarm, 'severity', now.at, alarm.text, why)];
  const isNews = rose && isRaised(alarm) && !isHidden(alarm);
  const effects = isNews
    ? [...done.effects, { do: 'announce' as const, why: 'severity rose' as const }]
    : done.effects;
  return { alarm, changes, effects };
}

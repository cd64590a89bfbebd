import { after, type Instant, type Millis } from '../../base/time.ts';
import { type Alarm, isFlapping, isRaised } from '../../domain/alarm/alarm.ts';
import { type AlarmEvent, type AlarmId, hasLabels } from '../../domain/alarm/event.ts';
import { FLAP_LOOK, flapped } from '../../domain/alarm/flap.ts';
import { firstRaise, ownTime, type Stepped, supersedes } from '../../domain/alarm/report.ts';
import { step } from '../../domain/alarm/step.ts';
import type { TypeRecord } from '../../domain/inventory/alarm-type.ts';
import { type Found, ruled, type Said, spoken } from '../../domain/rules/ruled.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { EventsEntry } from '../entry.ts';
import { asked, saidOf } from '../refresh.ts';
import { locate } from '../state.ts';
import type { Timer } from '../tables.ts';

/** Folds what a source reported into alarms. */
export function receive(draft: Draft, entry: EventsEntry): void {
  for (const event of entry.events) receiveOne(draft, entry.source, event);
}

function receiveOne(draft: Draft, source: string, event: AlarmEvent): void {
  const { id, alarm } = locate(draft, event);
  if (event.raw !== undefined) draft.evidence.set(id, event.raw);
  if (alarm && isPutOff(draft, event, alarm)) return;
  const isPlain = draft.enrichment.isIdle && !isMarked(alarm) && event.passing === undefined;
  if (!isPlain && event.kind !== 'clear') return receiveRuled(draft, source, event, id, alarm);
  if (alarm) return reported(draft, alarm, event);
  const remembered = draft.get('clears', id);
  if (event.kind === 'clear') {
    const at = ownTime(event, draft.now.at) ?? draft.now.at;
    const last = remembered && remembered.at > at ? remembered.at : at;
    draft.put('clears', id, { id, at: last, heardAt: draft.now.at });
    return;
  }
  const named = id === event.id ? event : { ...event, id };
  keepFirst(draft, firstRaise(named, source, draft.now, remembered?.at));
}

function reported(draft: Draft, alarm: Alarm, event: AlarmEvent): void {
  const stepped = step(alarm, { is: 'reported', event }, draft.now);
  if (stepped.ok) keep(draft, alarm, stepped);
}

/** The timer of a clear that waits to see whether it lasts. */
export const lateClear = (id: AlarmId): string => `clear.late/${id}`;

/**
 * An off-delay: a clear of an alarm that stands is put off, and is as if never said when the alarm
 * is reported again meanwhile. The first clear counts.
 */
function isPutOff(draft: Draft, event: AlarmEvent, alarm: Alarm): boolean {
  const { id } = alarm;
  const waiting = draft.get('timers', lateClear(id));
  if (draft.enrichment.delays.isIdle && !waiting) return false;
  if (event.kind !== 'clear') {
    if (!isOlder(event, waiting, draft.now.at)) draft.cancelTimer(lateClear(id));
    return false;
  }
  const { offDelay = 0 } = draft.enrichment.delays.of(alarm.type, alarm.qualifier) ?? {};
  if (offDelay === 0 || !isRaised(alarm) || !supersedes(alarm, event, draft.now.at)) return false;
  if (waiting) return true;
  const { raw: _, ...said } = event;
  const does = { is: 'clear.late' as const, alarm: id, event: said, heardAt: draft.now.at };
  draft.setTimer(lateClear(id), after(draft.now.at, offDelay as Millis), does);
  return true;
}

/** A report that happened before the clear that waits, and came after it. */
function isOlder(event: AlarmEvent, waiting: Timer | undefined, now: Instant): boolean {
  if (waiting?.does.is !== 'clear.late') return false;
  const [own, over] = [ownTime(event, now), ownTime(waiting.does.event, now)];
  return own !== undefined && over !== undefined && own <= over;
}

/** A clear that was put off has lasted. */
export function clearLate(draft: Draft, id: AlarmId, event: AlarmEvent): void {
  const alarm = draft.get('alarms', id);
  if (alarm) reported(draft, alarm, event);
}

function keepFirst(draft: Draft, first: Stepped): void {
  const { id } = first.alarm;
  draft.put('alarms', id, first.alarm);
  for (const change of first.changes) draft.changes.push(change);
  for (const effect of first.effects) draft.effects.push([id, effect]);
  draft.removeIfThere('clears', id);
}

/**
 * Something was added to it: that is looked at again although nothing is on the books any more.
 * Work that is over is on them until its turn, and after a restart not even so long.
 */
const isMarked = (alarm: Alarm | undefined): boolean =>
  alarm !== undefined &&
  (alarm.ruled !== undefined ||
    hasLabels(alarm.context) ||
    alarm.suppressions.some(({ kind }) => kind !== 'shelf' && kind !== 'flapping'));

/** The same where the inventory or a rule may have a word in it. */
function receiveRuled(
  draft: Draft,
  source: string,
  event: AlarmEvent,
  id: AlarmId,
  alarm: Alarm | undefined,
): void {
  const { now, enrichment } = draft;
  const before = alarm && saidOf(alarm);
  const said: Said = {
    severity: event.severity ?? before?.severity ?? 'indeterminate',
    text: event.text,
  };
  const about = asked({ ...event, id }, alarm?.source ?? source, said);
  const { passing } = event;
  const known = enrichment.find(about, now.at);
  const delayed = onDelayOf(enrichment.delays.of(event.type, event.qualifier));
  const found: Found = {
    ...known,
    ...(passing ? { passing: { ...passing, by: THE_DESK } } : {}),
    ...(delayed ? { delayed } : {}),
  };
  const heard = { ...spoken(event, said, found, about.value), id };
  if (!alarm) {
    const first = firstRaise(heard, source, now, draft.get('clears', id)?.at);
    keepFirst(draft, joined(first, ruled(first.alarm, said, found, now, true)));
    return armHold(draft, id);
  }
  const stepped = step(alarm, { is: 'reported', event: heard }, now);
  if (!stepped.ok) return;
  const isTaken = supersedes(alarm, heard, now.at);
  const isNew = stepped.alarm.episode !== alarm.episode;
  const last = isTaken ? said : (before ?? said);
  keep(draft, alarm, joined(stepped, ruled(stepped.alarm, last, found, now, isNew)));
  if (isNew) armHold(draft, id);
}

const onDelayOf = (record: TypeRecord | undefined): Found['delayed'] =>
  record?.onDelay ? { for: record.onDelay, by: record.by, why: record.reason } : undefined;

/** Takes over what became of an alarm, and follows it when it begins to flap. */
function keep(draft: Draft, was: Alarm, done: Stepped): void {
  const counted = flapped(was, done, THE_DESK, draft.now);
  draft.take(was, counted);
  if (isFlapping(counted.alarm) && !isFlapping(was)) armFlapLook(draft, was.id);
}

export function armFlapLook(draft: Draft, id: AlarmId): void {
  const at = after(draft.now.at, FLAP_LOOK);
  draft.setTimer(`flap.look/${id}`, at, { is: 'flap.look', alarm: id });
}

function armHold(draft: Draft, id: AlarmId): void {
  const hold = draft.get('alarms', id)?.suppressions.find(({ kind }) => kind === 'hold');
  if (hold) draft.setTimer(`hold.end/${id}`, hold.until, { is: 'hold.end', alarm: id });
}

/** What two steps did in turn. */
const joined = (first: Stepped, then: Stepped): Stepped => ({
  alarm: then.alarm,
  changes: [...first.changes, ...then.changes],
  effects: [...first.effects, ...then.effects],
});

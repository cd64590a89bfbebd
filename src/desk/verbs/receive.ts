import type { AlarmEvent } from '../../domain/alarm/event.ts';
import { firstRaise, ownTime } from '../../domain/alarm/report.ts';
import { step } from '../../domain/alarm/step.ts';
import type { Draft } from '../draft.ts';
import type { EventsEntry } from '../entry.ts';
import { locate } from '../state.ts';

/** Folds what a source reported into alarms. */
export function receive(draft: Draft, entry: EventsEntry): void {
  for (const event of entry.events) receiveOne(draft, entry.source, event);
}

function receiveOne(draft: Draft, source: string, event: AlarmEvent): void {
  const { id, alarm } = locate(draft, event);
  if (event.raw !== undefined) draft.evidence.set(id, event.raw);
  if (alarm) {
    const stepped = step(alarm, { is: 'reported', event }, draft.now);
    if (stepped.ok) draft.take(alarm, stepped);
    return;
  }
  const remembered = draft.get('clears', id);
  if (event.kind === 'clear') {
    const at = ownTime(event, draft.now.at) ?? draft.now.at;
    const last = remembered && remembered.at > at ? remembered.at : at;
    draft.put('clears', id, { id, at: last, heardAt: draft.now.at });
    return;
  }
  const named = id === event.id ? event : { ...event, id };
  const first = firstRaise(named, source, draft.now, remembered?.at);
  draft.put('alarms', id, first.alarm);
  for (const change of first.changes) draft.changes.push(change);
  for (const effect of first.effects) draft.effects.push([id, effect]);
  if (remembered) draft.remove('clears', id);
}

import { unreachable } from '../../base/errors.ts';
import { isFlapping } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { calmed, stillFlapping } from '../../domain/alarm/flap.ts';
import { type Happening, step } from '../../domain/alarm/step.ts';
import { unheld } from '../../domain/rules/ruled.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { TimerEntry } from '../entry.ts';
import { late } from '../notify/delivered.ts';
import { flush } from '../notify/flush.ts';
import { sweepNotices } from '../notify/sweep.ts';
import { climb } from '../pages/course.ts';
import { lookAtHandover } from '../pages/handover.ts';
import { release } from '../pages/held.ts';
import { remindHandover } from '../pages/shift-told.ts';
import { refreshSlice } from '../refresh.ts';
import type { State } from '../state.ts';
import { turnDecision } from './decision.ts';
import { turnMaintenance } from './maintenance.ts';
import { goes } from './override.ts';
import { armFlapLook, clearLate } from './receive.ts';
import { turnRule } from './rule.ts';
import { swapGoes } from './swap.ts';

/** Rows one sweep takes out of memory; what is left is swept by the next one. */
export const SWEEP_ROWS_MAX = 1_000;

/** A timer fired. One that was moved or cancelled since does nothing. */
export function fire(draft: Draft, state: State, entry: TimerEntry): void {
  const timer = draft.get('timers', entry.timer);
  if (!timer || timer.generation !== entry.generation) return;
  draft.remove('timers', timer.id);
  switch (timer.does.is) {
    case 'shelf.end':
      return end(draft, timer.does.alarm, { is: 'shelf ended', by: THE_DESK });
    case 'acknowledgement.end':
      return end(draft, timer.does.alarm, { is: 'acknowledgement ended', by: THE_DESK });
    case 'sweep':
      return sweep(draft, state);
    case 'group.flush':
      return flush(draft, state, timer.does.group);
    case 'delivery.late':
      return late(draft, state, timer.does.delivery);
    case 'notify.sweep':
      return sweepNotices(draft, state);
    case 'flap.look':
      return lookAtFlap(draft, timer.does.alarm);
    case 'hold.end':
      return endHold(draft, timer.does.alarm);
    case 'clear.late':
      return clearLate(draft, timer.does.alarm, timer.does.event);
    case 'rule.turn':
      return turnRule(draft, timer.does.rule);
    case 'maintenance.turn':
      return turnMaintenance(draft, timer.does.maintenance);
    case 'override.gone':
      return goes(draft, timer.does.override);
    case 'swap.gone':
      return swapGoes(draft, timer.does.swap);
    case 'page.climb':
      return climb(draft, state, timer.does.page);
    case 'page.release':
      return release(draft, state, timer.does.contact);
    case 'handover.look':
      return lookAtHandover(draft, state, timer.does.schedule);
    case 'handover.waits':
      return remindHandover(draft, state, timer.does.handover);
    case 'refresh':
      return refreshSlice(draft, state, timer.does);
    case 'decision.review':
      return turnDecision(draft, timer.does.decision);
    default:
      return unreachable(timer.does);
  }
}

function end(draft: Draft, id: AlarmId, happening: Happening): void {
  const alarm = draft.get('alarms', id);
  if (!alarm) return;
  const stepped = step(alarm, happening, draft.now);
  if (stepped.ok) draft.take(alarm, stepped);
}

/** A flapping alarm that has calmed is told of; else it is looked at again. */
function lookAtFlap(draft: Draft, id: AlarmId): void {
  const alarm = draft.get('alarms', id);
  if (!alarm || !isFlapping(alarm)) return;
  const calm = calmed(alarm, THE_DESK, draft.now);
  if (calm) return draft.take(alarm, calm);
  draft.put('alarms', id, stillFlapping(alarm, draft.now));
  armFlapLook(draft, id);
}

function endHold(draft: Draft, id: AlarmId): void {
  const alarm = draft.get('alarms', id);
  if (alarm) draft.take(alarm, unheld(alarm, draft.now));
}

/** Takes faded rows out of memory; their history stays in the store. */
function sweep(draft: Draft, state: State): void {
  const gone = state.fading.due(draft.now.at, SWEEP_ROWS_MAX);
  for (const { table, id } of gone) {
    draft.remove(table, id);
    if (table === 'alarms') draft.cancelTimer(`acknowledgement.end/${id}`);
  }
  const next = state.fading.next(gone);
  if (next !== undefined) draft.setTimer('sweep', next, { is: 'sweep' });
}

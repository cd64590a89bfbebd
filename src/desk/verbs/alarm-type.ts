import { absent, atField, byState, type Did } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { recordFault, recordId, TYPE_LIMITS } from '../../domain/inventory/alarm-type.ts';
import type { Draft } from '../draft.ts';
import type { TypeAct } from '../inventory-act.ts';

/** Writes down what was decided about a type, or takes it back. */
export function decideType(draft: Draft, by: UserId, act: TypeAct, count: number): Did {
  if (act.verb === 'type.remove') {
    if (!draft.get('types', act.id)) return { refused: absent('such record') };
    if (act.reason.trim() === '') return { refused: atField('reason', 'say why it goes') };
    draft.remove('types', act.id);
    return { made: act.id };
  }
  const fault = recordFault(act.record);
  if (fault !== undefined) return { refused: fault };
  const id = recordId(act.record.type, act.record.qualifier);
  if (!draft.get('types', id) && count >= TYPE_LIMITS.records_max) {
    return { refused: byState(`There are ${count} records, and no more are taken.`) };
  }
  draft.put('types', id, { ...act.record, id, by, at: draft.now.at });
  return { made: id };
}

import { absent, byState, type Did } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { changeSilence, expireSilence, SILENCE_LIMITS } from '../../domain/routing/silence.ts';
import type { Draft } from '../draft.ts';
import type { SilenceAct } from '../entry.ts';
import { armNoticeSweep } from '../notify/sweep.ts';

/** Sets, updates or expires a silence, by Alertmanager's rules and in its words. */
export function silence(draft: Draft, by: UserId, act: SilenceAct, count: number): Did {
  const old = act.silence === undefined ? undefined : draft.get('silences', act.silence);
  if (act.silence !== undefined && !old) return { refused: absent('such silence') };
  const now = draft.now.at;
  if (act.verb === 'silence.expire') {
    if (old) draft.put('silences', old.id, expireSilence(old, now));
    return {};
  }
  const changed = changeSilence(old, { ...act, by }, now);
  if (!changed.ok) return { refused: changed.refused };
  const isNew = !draft.get('silences', changed.id);
  if (isNew && count >= SILENCE_LIMITS.silences_max) {
    return { refused: byState(`There are ${count} silences, and no more are taken: expire some.`) };
  }
  for (const row of changed.puts) draft.put('silences', row.id, row);
  armNoticeSweep(draft);
  return { made: changed.id };
}

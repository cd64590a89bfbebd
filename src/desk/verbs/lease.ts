import { step } from '../../domain/alarm/step.ts';
import type { Draft } from '../draft.ts';
import type { ExpiryEntry, RenewalsEntry } from '../entry.ts';

/** A source repeated a raise for the first time: from now on its renewals stay in memory. */
export function renew(draft: Draft, entry: RenewalsEntry): void {
  for (const { id, until } of entry.alarms) {
    const alarm = draft.get('alarms', id);
    if (!alarm) continue;
    const stepped = step(alarm, { is: 'renewed', until }, draft.now);
    if (stepped.ok) draft.take(alarm, stepped);
  }
}

/** Leases ran out. An alarm that changed since it was looked at is left alone. */
export function expire(draft: Draft, entry: ExpiryEntry): void {
  for (const { id, revision, until } of entry.alarms) {
    const alarm = draft.get('alarms', id);
    if (!alarm) continue;
    const stepped = step(alarm, { is: 'expired', revision, until }, draft.now);
    if (stepped.ok) draft.take(alarm, stepped);
  }
}

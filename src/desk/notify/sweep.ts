import { after, days, hours } from '../../base/time.ts';
import { SILENCE_LIMITS } from '../../domain/routing/silence.ts';
import type { Draft } from '../draft.ts';
import type { State } from '../state.ts';

/** Rows one sweep takes out; what is left is swept by the next one. */
export const NOTICE_SWEEP_ROWS_MAX = 1_000;

const SWEEP_EVERY = hours(1);
const TIMER = 'notify.sweep';

/** Sees to it that old silences and log rows are swept some day. */
export function armNoticeSweep(draft: Draft): void {
  if (draft.get('timers', TIMER)) return;
  draft.setTimer(TIMER, after(draft.now.at, SWEEP_EVERY), { is: 'notify.sweep' });
}

/** Takes out silences long expired, and log rows that no group needs any more. */
export function sweepNotices(draft: Draft, state: State): void {
  const now = draft.now.at;
  const old: (readonly ['silences' | 'logs', string])[] = [];
  const kept = days(SILENCE_LIMITS.expired_days_max);
  for (const { id, endsAt } of state.all('silences')) {
    if (after(endsAt, kept) <= now) old.push(['silences', id]);
  }
  for (const { id, group, expiresAt } of state.all('logs')) {
    if (expiresAt <= now && !draft.get('groups', group)) old.push(['logs', id]);
  }
  old.sort(([a, x], [b, y]) => (`${a}/${x}` < `${b}/${y}` ? -1 : 1));
  for (const [table, id] of old.slice(0, NOTICE_SWEEP_ROWS_MAX)) draft.remove(table, id);
  if (state.count('silences') + state.count('logs') > 0) armNoticeSweep(draft);
}

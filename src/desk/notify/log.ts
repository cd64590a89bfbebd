import { after, type Instant, type Millis } from '../../base/time.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { logAfter } from '../../domain/routing/dedup.ts';
import { type GroupId, type WayRef, wayText } from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';

/** The notification log after a way was told: what fires, what is resolved, and until when. */
export function logged(
  draft: Draft,
  group: GroupId,
  to: WayRef,
  said: { readonly firing: readonly AlarmId[]; readonly resolved: readonly AlarmId[] },
  repeatInterval: Millis,
): void {
  const id = `${group}/${wayText(to)}`;
  const now: Instant = draft.now.at;
  const expiresAt = after(now, (2 * repeatInterval) as Millis);
  const is = logAfter(draft.get('logs', id), said.firing, said.resolved);
  draft.put('logs', id, { id, group, to, at: now, expiresAt, ...is });
}

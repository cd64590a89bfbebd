import { after, type Instant, type Millis } from '../../base/time.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { logAfter } from '../../domain/routing/dedup.ts';
import { type GroupId, type WayRef, wayText } from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import type { LogRow, LogSaid } from '../tables.ts';

/** The notification log after a way was told: what fires, what is resolved, and until when. */
export function logged(
  draft: Draft,
  group: GroupId,
  to: WayRef,
  said: { readonly firing: readonly AlarmId[]; readonly resolved: readonly AlarmId[] },
  repeatInterval: Millis,
  isShadow = false,
): void {
  const id = `${group}/${wayText(to)}`;
  const now: Instant = draft.now.at;
  const expiresAt = after(now, (2 * repeatInterval) as Millis);
  const was = draft.get('logs', id);
  const is = { at: now, expiresAt, ...logAfter(was, said.firing, said.resolved) };
  const shadow = isShadow ? { shadow: was?.shadow ?? { before: was ? saidIn(was) : null } } : {};
  draft.put('logs', id, { id, group, to, ...is, ...shadow });
}

const saidIn = ({ at, firing, resolved, withdrawn, expiresAt }: LogRow): LogSaid => ({
  at,
  firing,
  resolved,
  withdrawn,
  expiresAt,
});

import type { Draft } from '../draft.ts';
import type { NotifyRules } from '../entry.ts';
import type { State } from '../state.ts';
import { finish } from './delivered.ts';

/** What is decided for this receiver is rendered and written down, and not sent. */
export const isShadowed = (rules: NotifyRules | undefined, receiver: string): boolean => {
  const shadow = rules?.shadow;
  return shadow === true || (Array.isArray(shadow) && shadow.includes(receiver));
};

/**
 * The desk started, and some receivers are in shadow mode no more. What they would have been told
 * they never heard: the log says again what they really were told, so that what fires then is news
 * at the next look. What was decided for them and is still open is withdrawn: it would come late.
 *
 * Work: the rows of the log and of the outbox, once for each time the mode is left.
 */
export function leaveShadow(draft: Draft, state: State, was: NotifyRules, is: NotifyRules): void {
  const left = (receiver: string): boolean =>
    isShadowed(was, receiver) && !isShadowed(is, receiver);
  for (const { id, group, to, shadow } of [...state.all('logs')]) {
    if (!shadow || isShadowed(is, to.receiver)) continue;
    const { before } = shadow;
    if (before && before.expiresAt > draft.now.at)
      draft.put('logs', id, { id, group, to, ...before });
    else draft.remove('logs', id);
  }
  const open = [...state.all('deliveries')].filter(
    ({ notice: { reason, to } }) => reason !== 'test' && left(to.receiver),
  );
  for (const { id, attempts, notice } of open.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    draft.undeliver(id);
    const { group, to } = notice;
    const ended = { result: 'withdrawn', detail: 'decided in shadow mode', tookMs: 0 } as const;
    draft.attempts.push({ delivery: id, group, to, attempt: attempts + 1, ...ended });
    finish(draft, state, notice, true);
  }
}

import { DeskError } from '../base/errors.ts';
import { refusalFailure } from '../base/refusal.ts';
import type { Desk } from '../desk/desk.ts';
import { schedulesIn } from '../desk/rota.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { TOKENS_MAX } from './api/tokens.ts';
import { newToken } from './token.ts';

/** Below the route prefix. The secret is in the query, which no log has. */
export const CALENDAR_PATH = '/calendar.ics';

export interface CalendarWanted {
  readonly by: UserId;
  readonly owner: UserId;
  /** '' for the owner's own shifts on all schedules. */
  readonly schedule: string;
}

/**
 * Makes the secret address of a calendar: a token that lets nobody do anything but read it. Throws
 * NOT_FOUND, ACTION_REFUSED.
 */
export async function addCalendar(
  { desk, homeUrl }: { readonly desk: Desk; readonly homeUrl: () => string },
  { by, owner, schedule }: CalendarWanted,
): Promise<{ readonly token: string; readonly url: string }> {
  if (schedule !== '' && !schedulesIn(desk.memory).some(({ name }) => name === schedule))
    throw new DeskError('NOT_FOUND', { what: 'such schedule' });
  if (desk.memory.count('tokens') >= TOKENS_MAX)
    throw new DeskError('ACTION_REFUSED', { why: `There are ${TOKENS_MAX} tokens. Revoke some.` });
  const { id, secret, hash } = newToken();
  const label = schedule === '' ? 'calendar: own shifts' : `calendar: ${schedule}`;
  const scope = `calendar:${schedule}` as const;
  const { refused } = await desk.act(by, {
    verb: 'token.add',
    token: id,
    hash,
    label,
    owner,
    scope,
  });
  if (refused !== undefined) throw refusalFailure(refused);
  return { token: id, url: `${homeUrl()}${CALENDAR_PATH}?token=${secret}` };
}

import { after, type Instant, minutes } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';

/** Told as the end of an alarm that holds until it is cleared: clients want one. */
const NO_LEASE = minutes(5);
const MINUTE = minutes(1);

/** Alarms without a lease are told an end that moves once a minute, so that pages can be kept. */
export function endsOf(desk: Pick<Desk, 'clock' | 'deadline'>): (alarm: Alarm) => Instant {
  const minute = (Math.ceil(desk.clock.now() / MINUTE) * MINUTE) as Instant;
  const held = after(minute, NO_LEASE);
  return ({ id, lease }) => (lease ? (desk.deadline(id) ?? lease.until) : held);
}

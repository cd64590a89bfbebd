import type { Instant, Millis } from '../base/time.ts';
import { type Alarm, isHidden, isRaised, type UserId } from '../domain/alarm/alarm.ts';
import type { Memory } from './desk.ts';
import type { Finding } from './self-watch.ts';
import type { NameOf } from './views/words.ts';
import { counted } from './views/words.ts';

/** Of a person's alarms that are named in a reminder. */
const NAMED_MAX = 3;

/**
 * Alarms that were acknowledged long ago and are still raised: one reminder for each person who
 * acknowledged some, or to whom they were given. A new acknowledgement begins the time anew; one
 * with an end of its own needs none.
 */
export function acknowledgementReminders(
  memory: Pick<Memory, 'all'>,
  now: Instant,
  after: Millis,
  nameOf: NameOf,
): readonly Finding[] {
  if (after === 0) return [];
  const byHolder = new Map<UserId, Alarm[]>();
  for (const alarm of memory.all('alarms')) {
    const holder = holderOf(alarm, now, after);
    if (holder === undefined) continue;
    const held = byHolder.get(holder);
    if (held) held.push(alarm);
    else byHolder.set(holder, [alarm]);
  }
  return [...byHolder].map(([holder, alarms]) => {
    const first = alarms.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, NAMED_MAX);
    const named = first.map(({ type, resource }) => `${type} on ${resource}`).join(', ');
    const more = alarms.length > first.length ? ' and others' : '';
    const are = alarms.length === 1 ? 'is' : 'are';
    const text =
      `${counted(alarms.length, 'alarm')} in the hands of ${nameOf(holder)}, acknowledged long ` +
      `ago, ${are} still raised: ${named}${more}. Acknowledge again, hand over, or close.`;
    const resource = `desk/person/${holder}`;
    const labels = { alertname: TYPE, instance: resource, holder: nameOf(holder) };
    return { type: TYPE, resource, severity: 'warning', text, labels, follows: true };
  });
}

const TYPE = 'acknowledgement.reminder';

function holderOf(alarm: Alarm, now: Instant, after: Millis): UserId | undefined {
  const { handling } = alarm;
  const isOwn = alarm.type === TYPE;
  if (isOwn || !isRaised(alarm) || isHidden(alarm)) return undefined;
  if (handling.is !== 'acknowledged') return undefined;
  const isDue = handling.until === undefined && now - handling.at >= after;
  return isDue ? (alarm.assignee ?? handling.by) : undefined;
}

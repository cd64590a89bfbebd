import { type Instant, later } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { type DeliveryId, type Notice, wayText } from '../domain/routing/notice.ts';
import type { Desk, Memory } from './desk.ts';
import { THE_DESK } from './draft.ts';
import type { OwnTimes } from './own-times.ts';

/** Alarms of one open delivery whose time is taken: of a storm the first ones stand for all. */
export const TIMED_PER_DELIVERY_MAX = 100;

interface Raised {
  readonly alarm: AlarmId;
  readonly at: Instant;
}

interface Untold {
  readonly way: string;
  readonly alarms: readonly Raised[];
}

/** Takes the times of whatever the desk applies. The returned function ends it. */
export function watchTimes(
  desk: Pick<Desk, 'memory' | 'watch'>,
  times: Pick<OwnTimes, 'applied' | 'since'>,
): () => void {
  const { memory } = desk;
  /** Of each open delivery, the alarms that its way has not been told of before. */
  const untold = new Map<DeliveryId, Untold>();
  const note = (id: DeliveryId, notice: Notice): void => {
    untold.set(id, { way: wayText(notice.to), alarms: newsOf(memory, notice) });
  };
  for (const { id, notice } of memory.all('deliveries')) note(id, notice);
  const follow = (id: DeliveryId, at: Instant): void => {
    const open = memory.get('deliveries', id);
    if (open) return note(id, open.notice);
    const news = untold.get(id);
    untold.delete(id);
    // Withdrawn, given up or in shadow: nobody was told.
    if (!news || memory.get('ways', news.way)?.lastSentAt !== at) return;
    for (const { alarm, at: raised } of news.alarms) times.since('notified', alarm, raised, at);
  };
  return desk.watch(({ position, at, deliveries, changes }) => {
    times.applied(position);
    for (const id of deliveries) follow(id, at);
    for (const { what, alarm, by } of changes) {
      if (what !== 'acknowledged' || by === undefined || by === THE_DESK) continue;
      const found = memory.get('alarms', alarm);
      if (found) times.since('acknowledged', alarm, raisedAt(found), at);
    }
  });
}

/** A start that its source puts long before the desk heard of it is none of the desk's time. */
const raisedAt = ({ condition, createdAt }: Alarm): Instant => later(condition.since, createdAt);

/** What a notice tells its way for the first time: repeats and tests take no time. */
function newsOf(memory: Memory, { reason, group, to, page, alerts }: Notice): readonly Raised[] {
  if (reason === 'test' || reason === 'fallback' || reason === 'hand-over') return [];
  if (page && memory.get('pages', page.id)?.told.some(({ is }) => is === 'sent')) return [];
  const log = page ? undefined : memory.get('logs', `${group}/${wayText(to)}`);
  const told = new Set(log?.firing);
  const news: Raised[] = [];
  for (const { alarm, status } of alerts) {
    const found = status === 'firing' && !told.has(alarm) && memory.get('alarms', alarm);
    if (!found) continue;
    news.push({ alarm, at: raisedAt(found) });
    if (news.length === TIMED_PER_DELIVERY_MAX) break;
  }
  return news;
}

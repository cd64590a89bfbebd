import type { Instant } from '../../src/base/time.ts';
import type { Applied, Desk } from '../../src/desk/desk.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { firstRaise, report } from '../../src/domain/alarm/report.ts';
import { manualClock } from './clock.ts';

/** As much of a desk as a list of alarms reads: events go straight into memory. */
export function alertDesk(now: Instant) {
  const clock = manualClock(now);
  const alarms = new Map<string, Alarm>();
  const listeners = new Set<(applied: Applied) => void>();
  const deadlines = new Map<string, Instant>();
  let position = 0;

  const tell = (pairs: Applied['alarms']): void => {
    const applied = { position, at: clock.now(), alarms: pairs, changes: [], effects: [] };
    for (const listener of listeners) listener(applied);
  };
  const put = (alarm: Alarm): void => {
    const was = alarms.get(alarm.id);
    alarms.set(alarm.id, alarm);
    tell([[was, alarm]]);
  };

  return {
    clock,
    alarms,
    deadlines,
    put,
    hears(event: AlarmEvent, source = 'alertmanager'): Alarm {
      const was = alarms.get(event.id);
      const moment = { position: ++position, at: clock.now() };
      const { alarm } = was
        ? report(was, event, moment)
        : firstRaise(event, source, moment, undefined);
      put(alarm);
      return alarm;
    },
    forgets(id: string): void {
      const was = alarms.get(id);
      alarms.delete(id);
      tell([[was, undefined]]);
    },
    get watchers(): number {
      return listeners.size;
    },
    desk: {
      clock,
      memory: {
        position: 0,
        time: now,
        get: (_table: string, id: string) => alarms.get(id),
        all: () => alarms.values(),
        count: () => alarms.size,
      } as unknown as Desk['memory'],
      watch(listener: (applied: Applied) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      deadline: (id: string) => deadlines.get(id) ?? alarms.get(id)?.lease?.until,
    },
  };
}

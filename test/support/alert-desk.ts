import type { Instant } from '../../src/base/time.ts';
import type { Applied, Desk } from '../../src/desk/desk.ts';
import { RoutingIndex } from '../../src/desk/notify/routing-index.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { firstRaise, report } from '../../src/domain/alarm/report.ts';
import type { RoutingPlan } from '../../src/domain/routing/plan.ts';
import type { Silence } from '../../src/domain/routing/silence.ts';
import { manualClock } from './clock.ts';
import { NOTHING_NOTIFIED } from './desk.ts';

/** As much of a desk as a list of alarms reads: events go straight into memory. */
export function alertDesk(now: Instant) {
  const clock = manualClock(now);
  const alarms = new Map<string, Alarm>();
  const listeners = new Set<(applied: Applied) => void>();
  const deadlines = new Map<string, Instant>();
  const silences = new Map<string, Silence>();
  const plans = new Map<string, { readonly id: string; readonly plan: RoutingPlan }>();
  const routing = new RoutingIndex();
  let position = 0;

  const tell = (pairs: Applied['alarms']): void => {
    routing.begin();
    for (const [was, is] of pairs) routing.noteAlarm(was, is);
    const said = { changes: [], effects: [], ...NOTHING_NOTIFIED };
    const applied = { position, at: clock.now(), alarms: pairs, ...said };
    for (const listener of listeners) listener(applied);
  };
  const rows = (table: string): ReadonlyMap<string, unknown> => {
    if (table === 'alarms') return alarms;
    if (table === 'silences') return silences;
    return table === 'plans' ? plans : new Map();
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
    /** Routes from now on as the plan says. */
    follows(plan: RoutingPlan): void {
      plans.set('plan', { id: 'plan', plan });
      routing.follow(plan, alarms.values());
    },
    silences(silence: Silence): void {
      silences.set(silence.id, silence);
      routing.noteSilence(silence.id, silence);
    },
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
        routing,
        get: (table: string, id: string) => rows(table).get(id),
        all: (table: string) => rows(table).values(),
        count: (table: string) => rows(table).size,
      } as unknown as Desk['memory'],
      watch(listener: (applied: Applied) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      act: () => Promise.reject(new Error('nobody acts on this desk')),
      deadline: (id: string) => deadlines.get(id) ?? alarms.get(id)?.lease?.until,
    },
  };
}

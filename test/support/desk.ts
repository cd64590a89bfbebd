import { silentLog } from '../../src/base/log.ts';
import type { Instant } from '../../src/base/time.ts';
import { decode } from '../../src/desk/codec.ts';
import type { Entry, FoldRules } from '../../src/desk/entry.ts';
import { type DeskParts, openDesk, RULES_DEFAULT } from '../../src/desk/open.ts';
import type { Change } from '../../src/domain/alarm/change.ts';
import { type AlarmEvent, identifyLabels } from '../../src/domain/alarm/event.ts';
import { manualClock } from './clock.ts';
import { memoryJournal } from './journal.ts';
import { memoryStore } from './store.ts';

/** What one life of a desk leaves to the next. */
export interface Remains {
  readonly durable: ReturnType<ReturnType<typeof memoryJournal>['crash']>;
  readonly store: ReturnType<typeof memoryStore>;
  readonly at: Instant;
}

export type Life = Awaited<ReturnType<typeof openLife>>;

/** A whole desk on a manual clock, a journal and a store in memory; `crash` ends it at once. */
export async function openLife(
  remains?: Remains,
  rules: FoldRules = RULES_DEFAULT,
  heard: NonNullable<DeskParts['heard']> = () => {},
) {
  const clock = manualClock(remains?.at);
  const journal = memoryJournal(remains ? { durable: remains.durable } : {});
  const store = remains?.store ?? memoryStore();
  const desk = await openDesk({
    clock,
    log: silentLog,
    journal,
    store,
    boot: 'test',
    rules,
    heard,
  });
  const changes: Change[] = [];
  desk.watch((applied) => changes.push(...applied.changes));
  return {
    clock,
    journal,
    store,
    desk,
    /** Every line of the timeline since the start. */
    changes,
    /** The entries after position `from`. */
    entries: async (from: number): Promise<readonly Entry[]> => {
      const found: Entry[] = [];
      for await (const { first, text } of journal.read(from + 1)) {
        text.split('\n').forEach((line, i) => {
          if (first + i > from) found.push(decode(line));
        });
      }
      return found;
    },
    /** The power goes now and comes back `ms` later. */
    crash: (ms: number): Remains => ({
      durable: journal.crash(),
      store: store.crash(),
      at: (clock.now() + ms) as Instant,
    }),
  };
}

/** What an entry that notifies nobody tells those who watch. */
export const NOTHING_NOTIFIED = { deliveries: [], decisions: [], tables: new Set<never>() };

/** Lets everything run that waits for nothing but its turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An alert as API v2 makes it: its labels are its identity. */
export function alert(instance: string, more: Partial<AlarmEvent> = {}): AlarmEvent {
  const labels = { alertname: 'Down', instance };
  return {
    kind: 'raise',
    id: identifyLabels(labels),
    byLabels: true,
    resource: instance,
    type: 'Down',
    qualifier: '',
    severity: 'critical',
    text: `${instance} is down`,
    labels,
    annotations: { summary: `${instance} is down` },
    link: 'http://prometheus.example.net/graph',
    ...more,
  };
}

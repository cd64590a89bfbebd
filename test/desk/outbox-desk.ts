import { silentLog } from '../../src/base/log.ts';
import { after, type Instant, seconds } from '../../src/base/time.ts';
import type { DeliveredEntry } from '../../src/desk/entry.ts';
import { Outbox, type OutboxDesk, type Ways } from '../../src/desk/outbox.ts';
import type { OpenWay } from '../../src/desk/outbox-try.ts';
import type { Delivery } from '../../src/desk/tables.ts';
import type { DeliveryId, GroupId, Notice, WayRef } from '../../src/domain/routing/notice.ts';
import { manualClock } from '../support/clock.ts';
import { turn } from '../support/desk.ts';

/** A pause without a Retry-After, as the fold might choose it. */
export const RETRY_MS = 10_000;

export const wayOf = (receiver: string): WayRef => ({ receiver, kind: 'fake', index: 0 });
export const idOf = (n: number): DeliveryId => `d${n}.0` as DeliveryId;

/** The part of the desk an outbox sees: rows, and what a result does to them. */
export function deliveryDesk(rows = new Map<string, Delivery>(), shadow?: true | string[]) {
  const deskRow = shadow && { id: 'desk', rules: { notify: { shadow } } };

  const listeners = new Set<(applied: { deliveries: readonly DeliveryId[] }) => void>();
  const entries: DeliveredEntry[] = [];
  let down = '';
  let setsAside = false;
  let calls = 0;
  const tell = (id: DeliveryId) => {
    for (const listener of listeners) listener({ deliveries: [id] });
  };
  const apply = (entry: DeliveredEntry): void => {
    entries.push(entry);
    const row = rows.get(entry.delivery);
    if (setsAside || row?.attempts !== entry.attempt - 1) return;
    if (entry.result === 'later') {
      const dueAt = after(entry.at, entry.retryAfter ?? seconds(RETRY_MS / 1000));
      rows.set(row.id, { ...row, attempts: entry.attempt, dueAt });
    } else rows.delete(row.id);
    tell(row.id);
  };
  const desk: OutboxDesk = {
    memory: {
      get: ((table: string, id: string) =>
        table === 'desk' ? deskRow : rows.get(id)) as OutboxDesk['memory']['get'],
      all: (() => rows.values()) as unknown as OutboxDesk['memory']['all'],
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async report(entry) {
      calls++;
      await Promise.resolve(); // the commit
      if (down !== '') return { ok: false, why: down, retryAfterSeconds: 1 };
      apply(entry);
      return { ok: true, position: entries.length };
    },
  };
  return {
    desk,
    rows,
    /** Results in the order they were committed. */
    entries,
    /** How often it was asked to take a result. */
    calls: () => calls,
    /** Changes a row as an entry would; undefined removes it. */
    put(id: DeliveryId, row: Delivery | undefined): void {
      if (row) rows.set(id, row);
      else rows.delete(id);
      tell(id);
    },
    setDown: (why: string) => {
      down = why;
    },
    setAside: (on: boolean) => {
      setsAside = on;
    },
  };
}

export interface Born {
  readonly to?: string;
  readonly group?: string;
  readonly dueInMs?: number;
  readonly attempts?: number;
  readonly reason?: Notice['reason'];
}

export function delivery(n: number, now: Instant, born: Born = {}): Delivery {
  const id = idOf(n);
  const group = (born.group ?? `g${n}`) as GroupId;
  const to = wayOf(born.to ?? 'ops');
  const notice = {
    id,
    to,
    reason: born.reason ?? ('first' as const),
    at: now,
    group,
    groupKey: '{}:{}',
    groupLabels: {},
    routeLabels: {},
    alerts: [],
  };
  const dueAt = (now + (born.dueInMs ?? 0)) as Instant;
  const attempts = born.attempts ?? 0;
  return { id, notice, attempts, dueAt, since: now, stale: false, late: false };
}

/** An outbox on a manual clock; `ways` by the receiver's name. */
export function openOutbox(
  ways: Readonly<Record<string, OpenWay>>,
  remains: {
    rows?: Map<string, Delivery>;
    clock?: ReturnType<typeof manualClock>;
    shadow?: true | string[];
  } = {},
) {
  const clock = remains.clock ?? manualClock();
  const own = deliveryDesk(remains.rows, remains.shadow);
  const waysOf =
    (all: Readonly<Record<string, OpenWay>>): Ways =>
    ({ receiver }) =>
      all[receiver];
  const outbox = new Outbox({ desk: own.desk, clock, log: silentLog, ways: waysOf(ways) });
  outbox.begin();
  return {
    ...own,
    clock,
    outbox,
    follow: (all: Readonly<Record<string, OpenWay>>) => outbox.follow(waysOf(all)),
    /** These deliveries are born now, each in an entry of its own. */
    born(numbers: readonly number[], born: Born = {}): void {
      for (const n of numbers) own.put(idOf(n), delivery(n, clock.now(), born));
    },
    /** What is due now happens first. */
    async pass(ms: number): Promise<void> {
      await turn();
      clock.pass(ms);
      await turn();
    },
    way: (name: string) => outbox.figures().ways.find((w) => w.way === `${name}/fake[0]`),
  };
}

export type Opened = ReturnType<typeof openOutbox>;

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** What the journal was told, one line a result. */
export const results = ({ entries }: Opened): string[] =>
  entries.map((e) => `${e.delivery} ${e.attempt} ${e.result}: ${e.detail}`);

/** So many deliveries are born and tried, one after the other. */
export async function fail(own: Opened, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    own.born([n]);
    await turn();
  }
}

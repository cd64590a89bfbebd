import type { Clock } from '../../src/base/clock.ts';
import { after, type Instant, minutes } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import type { Applied, Desk, DeskFigures, Memory } from '../../src/desk/desk.ts';
import type { Act, Entry, FoldRules } from '../../src/desk/entry.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import { State } from '../../src/desk/state.ts';
import { validateAct } from '../../src/desk/validate.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identify, type Labels } from '../../src/domain/alarm/event.ts';
import type { Severity } from '../../src/domain/alarm/severity.ts';
import type { KpiPeriod } from '../../src/domain/kpi/period.ts';
import { ratesOf } from '../../src/domain/kpi/rates.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type {
  AuditLine,
  NoticeSearch,
  PlacedAttempt,
  PlacedChange,
  PlacedDecision,
  Store,
} from '../../src/ports/store.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { NOTHING_NOTIFIED } from '../support/desk.ts';
import { turnsAmong } from '../support/store-turns.ts';

/** The real fold without journal and disk: what is told is applied at once. */
export interface FoldDesk<C extends Clock = ManualClock> extends Desk {
  readonly clock: C;
  tell(...events: readonly AlarmEvent[]): void;
  /** Puts the store behind: it knows nothing after what it has now. */
  holdStore(): void;
}

export const NORA = 'u_nora' as UserId;
export const TOM = 'u_tom' as UserId;

export const foldDesk = (rules?: FoldRules): FoldDesk => foldDeskWith(manualClock(), rules);

/** The same under any clock: the browser tests live in real time. */
export function foldDeskWith<C extends Clock>(clock: C, rules = RULES_DEFAULT): FoldDesk<C> {
  const state = new State();
  const watchers = new Set<(applied: Applied) => void>();
  const kept = {
    changes: [] as PlacedChange[],
    audit: [] as AuditLine[],
    decisions: [] as PlacedDecision[],
    attempts: [] as PlacedAttempt[],
    held: -1,
  };
  const tell = (entry: Entry) => {
    const draft = apply(state, state.position + 1, entry);
    const { position, at } = draft.now;
    const { changes, effects } = draft;
    changes.forEach((c, index) => {
      kept.changes.push({ ...c, position, index, receivedAt: at });
    });
    for (const a of draft.audit) kept.audit.push({ ...a, position, at });
    draft.decisions.forEach((d, index) => {
      kept.decisions.push({ ...d, position, index, at });
    });
    for (const a of draft.attempts) kept.attempts.push({ ...a, position, at });
    const alarms = [...draft.was].map(([id, was]) => [was, state.get('alarms', id)] as const);
    const tables = new Set(draft.writes.keys());
    for (const watcher of watchers)
      watcher({ position, at, alarms, changes, effects, ...NOTHING_NOTIFIED, tables });
    return draft;
  };
  tell({ kind: 'start', at: clock.now(), boot: 'b', behaviour: 1, rules });
  const events = (source: string, list: readonly AlarmEvent[]) => {
    tell({ kind: 'events', at: clock.now(), source, events: list });
    return Promise.resolve({ ok: true as const, position: state.position });
  };
  return {
    clock,
    memory: state as Memory,
    journal: { id: 'j', head: 0, tail: 1 } as unknown as Journal,
    store: fakeStore(state, kept),
    tell: (...list) => void events('test', list),
    holdStore: () => {
      kept.held = state.position;
    },
    receive: events,
    receiveText: (source, text) => events(source, JSON.parse(text) as AlarmEvent[]),
    async act(by: UserId, act: Act, once?: string) {
      validateAct(act, once, clock.now());
      const key = once === undefined ? {} : { once };
      const { outcome } = tell({ kind: 'act', at: clock.now(), by, act, ...key });
      if (!outcome) throw new Error('set aside');
      return outcome;
    },
    report: (entry) => {
      tell(entry);
      return Promise.resolve({ ok: true, position: state.position });
    },
    deadline: () => undefined,
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    figures: () => figures(state),
    close: () => Promise.resolve(),
  };
}

interface Kept {
  readonly changes: readonly PlacedChange[];
  readonly audit: readonly AuditLine[];
  readonly decisions: readonly PlacedDecision[];
  readonly attempts: readonly PlacedAttempt[];
  readonly held: number;
}

const nothingCounted = (from: number, to: number): KpiPeriod => ({
  since: undefined,
  rates: ratesOf([], from, to),
  counts: { raised: 0, hidden: 0, cleared: 0, fleeting: 0, alone: 0 },
  severities: { critical: 0, major: 0, minor: 0, warning: 0, indeterminate: 0 },
  ...{ teams: [], hours: [], acks: [], acksByHour: [], acksByTeam: [], frequent: [] },
  chattering: 0,
});

/** What the pages read of a store; anything else is not there and would throw. */
function fakeStore(state: State, kept: Kept): Store {
  const asOf = () => (kept.held < 0 ? state.position : kept.held);
  const page = <T extends { position: number }>(
    all: readonly T[],
    cursor: string | undefined,
    limit: number,
  ) => {
    const newest = all.filter((x) => x.position <= asOf()).reverse();
    const from = Number(cursor ?? 0);
    const next = newest.length > from + limit ? String(from + limit) : undefined;
    return Promise.resolve({ items: newest.slice(from, from + limit), next, asOf: asOf() });
  };
  const about = (alarm: string | undefined): readonly PlacedDecision[] =>
    kept.decisions.filter(
      (d) =>
        alarm === undefined ||
        d.alarms.some((id) => id === alarm) ||
        d.muted.some((m) => m.alarm === alarm),
    );
  const store: Pick<
    Store,
    | 'position'
    | 'alarm'
    | 'evidence'
    | 'timeline'
    | 'turns'
    | 'search'
    | 'audit'
    | 'decisions'
    | 'attempts'
    | 'kpis'
  > = {
    get position() {
      return asOf();
    },
    alarm: () => Promise.resolve(undefined),
    kpis: ({ from, to }) => Promise.resolve(nothingCounted(from, to)),
    evidence: (id) =>
      Promise.resolve({ at: state.time, raw: `raw evidence of ${id} <script>alert(1)</script>` }),
    timeline: (id, cursor, limit) =>
      page(
        kept.changes.filter((c) => c.alarm === id),
        cursor,
        limit,
      ),
    turns: (id, ask) => {
      const lines = kept.changes.filter((c) => c.alarm === id && c.position <= asOf());
      return Promise.resolve(turnsAmong({ items: lines.reverse(), asOf: asOf() }, ask));
    },
    search: () => Promise.resolve({ items: [], next: undefined, asOf: asOf() }),
    audit: (cursor, limit, { by, verb = '' } = {}) => {
      const fits = (l: AuditLine) => (by ?? l.by) === l.by && l.verb.startsWith(verb);
      return page(kept.audit.filter(fits), cursor, limit);
    },
    decisions: ({ alarm, until, cursor, limit }: NoticeSearch) =>
      page(
        about(alarm).filter((d) => until === undefined || d.at <= until),
        cursor,
        limit,
      ),
    attempts: ({ alarm, delivery, until, cursor, limit }: NoticeSearch) => {
      const named = new Set(about(alarm).map((d) => d.delivery));
      const wanted = kept.attempts
        .filter((a) => alarm === undefined || named.has(a.delivery))
        .filter((a) => delivery === undefined || a.delivery === delivery)
        .filter((a) => until === undefined || a.at <= until);
      return page(wanted, cursor, limit);
    },
  };
  return store as Store;
}

const figures = (state: State): DeskFigures => ({
  position: state.position,
  storePosition: state.position,
  alarmsInMemory: state.count('alarms'),
  entriesWaiting: 0,
  floods: new Map(),
  storeLagChanges: 0,
  entriesCommitted: state.position,
  blocksCommitted: state.position,
  renewals: 0,
  faults: 0,
  journalDown: '',
  storeDown: '',
  committedAt: undefined,
  commitMs: [],
});

export interface Said {
  readonly kind?: AlarmEvent['kind'];
  readonly severity?: Severity;
  readonly text?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly since?: Instant;
  readonly qualifier?: string;
  readonly link?: string;
}

/** An event in a few words: what, where, and whatever differs from a critical raise. */
export function says(resource: string, type: string, said: Said = {}): AlarmEvent {
  const qualifier = said.qualifier ?? '';
  return {
    kind: 'raise',
    id: identify(resource, type, qualifier),
    resource,
    type,
    severity: 'critical',
    text: `${type} on ${resource}`,
    labels: { alertname: type },
    ...said,
    qualifier,
  };
}

export const inMinutes = (desk: Pick<Desk, 'clock'>, n: number): Instant =>
  after(desk.clock.now(), minutes(n));

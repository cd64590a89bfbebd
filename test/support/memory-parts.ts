import type { Instant } from '../../src/base/time.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import type { Appended, Block, Journal } from '../../src/ports/journal.ts';
import type {
  AuditLine,
  Page,
  PlacedChange,
  Store,
  StoreBatch,
  StoredAlarm,
} from '../../src/ports/store.ts';

/** A journal in an array. `refuse` makes it fail with that reason until it is '' again. */
export function memoryJournal(): Journal & { refuse: string } {
  const blocks: Block[] = [];
  const journal = {
    id: 'memory',
    head: 0,
    tail: 1,
    refuse: '',
    async append(block: Block): Promise<Appended> {
      if (journal.refuse !== '') return { is: 'failed', why: journal.refuse };
      blocks.push(block);
      journal.head = block.first + block.count - 1;
      return { is: 'committed', fsyncMs: 0.1 };
    },
    async *read(from: number) {
      for (const block of blocks) if (block.first + block.count > from) yield block;
    },
    retain: async () => ({ removedFiles: 0, tail: 1 }),
    copyTo: async () => {},
    close: async () => {},
  };
  return journal;
}

/** A store in maps, with the answers of the real one for small numbers of alarms. */
export function memoryStore(): Store {
  const alarms = new Map<AlarmId, StoredAlarm>();
  const changes: PlacedChange[] = [];
  const audit: AuditLine[] = [];
  const evidence = new Map<AlarmId, { at: Instant; raw: string }>();
  const store = {
    position: 0,
    bind: async () => {},
    load: () => ({
      journalId: undefined,
      position: 0,
      deskTime: 0 as Instant,
      alarms: nothing(),
      rows: nothing(),
    }),
    async write(batch: StoreBatch) {
      for (const alarm of batch.alarms) {
        const createdAt = alarms.get(alarm.id)?.createdAt ?? alarm.createdAt;
        alarms.set(alarm.id, { alarm, createdAt, episodesEver: alarm.episodes });
      }
      changes.push(...batch.changes);
      audit.push(...batch.audit);
      for (const { alarm, at, raw } of batch.evidence) evidence.set(alarm, { at, raw });
      store.position = batch.position;
    },
    alarm: async (id: AlarmId) => alarms.get(id),
    evidence: async (id: AlarmId) => evidence.get(id),
    timeline: async (id: AlarmId, cursor: string | undefined, limit: number) =>
      paged(changes.filter((c) => c.alarm === id).sort(newestFirst), cursor, limit, store.position),
    async search(search: Parameters<Store['search']>[0]) {
      const found = [...alarms.values()]
        .filter(
          ({ alarm }) => search.condition === 'any' || alarm.condition.is === search.condition,
        )
        .filter(({ alarm }) => search.labels.every(([n, v]) => alarm.labels[n] === v))
        .filter(({ alarm }) => hasWords(JSON.stringify(alarm), search.words))
        .sort((a, b) => b.alarm.condition.since - a.alarm.condition.since);
      return paged(found, search.cursor, search.limit, store.position);
    },
    audit: async (cursor: string | undefined, limit: number) =>
      paged([...audit].reverse(), cursor, limit, store.position),
    compact: async () => ({ removed: 0 }),
    copyTo: async () => {},
    close: async () => {},
  };
  return store;
}

async function* nothing(): AsyncGenerator<never> {}

const newestFirst = (a: PlacedChange, b: PlacedChange): number =>
  b.position - a.position || b.index - a.index;

const hasWords = (text: string, words: string): boolean =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));

function paged<T>(
  all: readonly T[],
  cursor: string | undefined,
  limit: number,
  asOf: number,
): Page<T> {
  const from = Number(cursor ?? 0);
  const items = all.slice(from, from + limit);
  const next = from + limit < all.length ? String(from + limit) : undefined;
  return { items, next, asOf };
}

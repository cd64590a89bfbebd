import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from 'node:sqlite';
import { BugError, DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Instant } from '../base/time.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { KpiAsk, KpiPeriod } from '../domain/kpi/period.ts';
import type {
  AlarmSearch,
  AuditLine,
  AuditWanted,
  NoticeSearch,
  Page,
  PlacedAttempt,
  PlacedChange,
  PlacedDecision,
  Store,
  StoreBatch,
  StoreCheckpoint,
  StoredAlarm,
  Turns,
  TurnsAsk,
} from '../ports/store.ts';
import { type BatchHead, partsOf } from './batches.ts';
import { readCheckpoint, wholeAlarm } from './checkpoint.ts';
import { type PageText, readCursor } from './cursor.ts';
import type { ReaderAsk } from './reader.worker.ts';
import { type Meta, openForReading, readMeta } from './schema.ts';
import { Thread } from './thread.ts';
import { type TurnRow, type TurnsText, unpacked } from './turn-reads.ts';
import type { WriterAsk } from './writer.worker.ts';

export const STORE_FILE = 'store.db';

/** Items of one page; a larger wish gets this many. */
export const PAGE_ITEMS_MAX = 1_000;

export const READERS_MAX = 8;

/** Parts packed before the loop may turn: some 2 ms of the main thread. */
const PARTS_PER_TURN_MAX = 8;

/** Pages that one step of a backup copies: 4 MiB. */
const BACKUP_PAGES = 1_024;

export interface EmbeddedStoreSettings {
  /** Where `store.db` lies; made if it is not there. */
  readonly folder: string;
  /** Threads that read; 1 to READERS_MAX. */
  readonly readers: number;
  readonly log: Log;
}

/**
 * The store in one SQLite file: one thread writes, others read, none of them the desk's own.
 * Rejects with DATA_MISMATCH when the file is newer than this program or no store at all.
 */
export async function openEmbeddedStore(settings: EmbeddedStoreSettings): Promise<Store> {
  mkdirSync(settings.folder, { recursive: true });
  const file = join(settings.folder, STORE_FILE);
  const writer = new Thread(new URL('./writer.worker.ts', import.meta.url), { file }, settings.log);
  try {
    const meta = await writer.ask<Meta>({ do: 'open' } satisfies WriterAsk);
    return new EmbeddedStore(settings, file, writer, meta);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

class EmbeddedStore implements Store {
  readonly #folder: string;
  readonly #file: string;
  readonly #log: Log;
  readonly #writer: Thread;
  readonly #readers: readonly Thread[];
  readonly #loads = new Set<() => void>();
  #journalId: string | undefined;
  #position: number;
  #batches = 0;
  /** Parts of two batches must not mix. */
  #packing: Promise<void> = Promise.resolve();

  constructor(settings: EmbeddedStoreSettings, file: string, writer: Thread, meta: Meta) {
    this.#folder = settings.folder;
    this.#file = file;
    this.#log = settings.log;
    this.#writer = writer;
    this.#journalId = meta.journalId;
    this.#position = meta.position;
    const readers = Math.min(Math.max(settings.readers, 1), READERS_MAX);
    const code = new URL('./reader.worker.ts', import.meta.url);
    this.#readers = Array.from({ length: readers }, () => new Thread(code, { file }, settings.log));
  }

  get position(): number {
    return this.#position;
  }

  async bind(journalId: string, journalHead: number): Promise<void> {
    if (this.#journalId !== undefined && this.#journalId !== journalId) {
      throw this.#mismatch('the store follows another journal. Restore both from one backup');
    }
    if (this.#position > journalHead) {
      throw this.#mismatch(
        `the store is at ${this.#position}, ahead of its journal at ${journalHead}. ` +
          'Restore both from one backup',
      );
    }
    if (this.#journalId === journalId) return;
    await this.#ask({ do: 'bind', journalId });
    this.#journalId = journalId;
  }

  load(): StoreCheckpoint {
    const { checkpoint, close } = readCheckpoint(this.#file);
    this.#loads.add(close);
    return checkpoint;
  }

  /** The batch must not change before the promise settles: it is packed in several turns. */
  async write(batch: StoreBatch): Promise<void> {
    if (batch.position <= this.#position) {
      throw new BugError(`the store is at ${this.#position}; a batch came at ${batch.position}`);
    }
    const sent = this.#packing.then(() => this.#send(batch));
    this.#packing = sent.then(nothing, nothing);
    const { answer } = await sent;
    const { orphans } = await answer;
    if (orphans > 0) this.#log.warn('store.orphans-skipped', { position: batch.position, orphans });
    this.#position = Math.max(this.#position, batch.position);
  }

  async alarm(id: AlarmId): Promise<StoredAlarm | undefined> {
    const json = await this.#read<string | undefined>({ read: 'alarm', id });
    return json === undefined ? undefined : storedAlarm(JSON.parse(json) as StoredAlarm);
  }

  evidence(id: AlarmId): Promise<{ readonly at: Instant; readonly raw: string } | undefined> {
    return this.#read({ read: 'evidence', id });
  }

  async timeline(
    id: AlarmId,
    cursor: string | undefined,
    limit: number,
  ): Promise<Page<PlacedChange>> {
    const [position = FROM_THE_NEWEST, index = FROM_THE_NEWEST] =
      cursor === undefined ? [] : readCursor('timeline', cursor, 2);
    const ask = { read: 'timeline', id, position, index, limit: pageSize(limit) } as const;
    return pageOf<PlacedChange>(await this.#read<PageText>(ask));
  }

  async turns(id: AlarmId, ask: TurnsAsk): Promise<Turns> {
    const told = await this.#read<TurnsText>({ read: 'turns', id, ask });
    return { ...told, items: (JSON.parse(told.items) as TurnRow[]).map(unpacked) };
  }

  async search(search: AlarmSearch): Promise<Page<StoredAlarm>> {
    const { cursor, ...rest } = search;
    const [before = FROM_THE_NEWEST] = cursor === undefined ? [] : readCursor('search', cursor, 1);
    const asked = { ...rest, limit: pageSize(search.limit) };
    const page = await this.#read<PageText>({ read: 'search', search: asked, before });
    const { items, next, asOf } = pageOf<StoredAlarm>(page);
    return { items: items.map(storedAlarm), next, asOf };
  }

  async audit(
    cursor: string | undefined,
    limit: number,
    wanted: AuditWanted = {},
  ): Promise<Page<AuditLine>> {
    const [before = FROM_THE_NEWEST] = cursor === undefined ? [] : readCursor('audit', cursor, 1);
    const ask = { before, limit: pageSize(limit), wanted };
    return pageOf<AuditLine>(await this.#read<PageText>({ read: 'audit', ask }));
  }

  decisions(search: NoticeSearch): Promise<Page<PlacedDecision>> {
    return this.#notices<PlacedDecision>('decisions', search);
  }

  attempts(search: NoticeSearch): Promise<Page<PlacedAttempt>> {
    return this.#notices<PlacedAttempt>('attempts', search);
  }

  kpis(ask: KpiAsk): Promise<KpiPeriod> {
    return this.#read({ read: 'kpis', ask });
  }

  copyCheckpoint(file: string): Promise<number> {
    return this.#read({ read: 'checkpoint', to: file });
  }

  async compact(before: Instant): Promise<{ readonly removed: number }> {
    const removed = await this.#ask<number>({ do: 'compact', before });
    return { removed };
  }

  /** Copies one moment, however much is written meanwhile: the copy reads one transaction. */
  async copyTo(file: string, progress: (done: number) => void): Promise<void> {
    const part = `${file}.part`;
    rmSync(part, { force: true });
    const db = openForReading(this.#file);
    try {
      db.exec('begin');
      readMeta(db);
      await backup(db, part, {
        rate: BACKUP_PAGES,
        progress: ({ totalPages, remainingPages }) => progress(1 - remainingPages / totalPages),
      });
      renameSync(part, file);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    } finally {
      db.close();
    }
    progress(1);
  }

  async close(): Promise<void> {
    await this.#packing;
    for (const closeLoad of this.#loads) closeLoad();
    await Promise.all(this.#readers.map((reader) => reader.close()));
    try {
      await this.#ask({ do: 'close' });
    } finally {
      await this.#writer.close();
    }
  }

  async #notices<T>(list: 'decisions' | 'attempts', search: NoticeSearch): Promise<Page<T>> {
    const { cursor, ...rest } = search;
    const [before = FROM_THE_NEWEST] = cursor === undefined ? [] : readCursor(list, cursor, 1);
    const ask = { ...rest, limit: pageSize(search.limit), before };
    return pageOf<T>(await this.#read<PageText>({ read: list, ask }));
  }

  /** In an object: a bare promise would be waited for before the next batch may be packed. */
  async #send(batch: StoreBatch): Promise<{ answer: Promise<{ readonly orphans: number }> }> {
    const number = ++this.#batches;
    let parts = 0;
    for (const part of partsOf(batch)) {
      const ask: WriterAsk = { do: 'part', batch: number, part };
      this.#writer.tell(ask, [part.numbers.buffer]);
      if (++parts % PARTS_PER_TURN_MAX === 0) await nextTurn();
    }
    const head: BatchHead = { position: batch.position, deskTime: batch.deskTime };
    return { answer: this.#ask({ do: 'write', batch: number, parts, head }) };
  }

  #ask<T>(ask: WriterAsk): Promise<T> {
    return this.#writer.ask<T>(ask);
  }

  /** The reader with the fewest questions takes the next one. */
  #read<T>(ask: ReaderAsk): Promise<T> {
    const least = this.#readers.reduce((a, b) => (b.asked < a.asked ? b : a));
    return least.ask<T>(ask);
  }

  #mismatch(why: string): DeskError {
    return new DeskError('DATA_MISMATCH', { folder: this.#folder, why });
  }
}

const FROM_THE_NEWEST = Number.MAX_SAFE_INTEGER;

const nothing = (): void => {};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const pageSize = (limit: number): number =>
  Math.min(Math.max(Math.trunc(limit) || 1, 1), PAGE_ITEMS_MAX);

const pageOf = <T>(page: PageText): Page<T> => ({
  items: JSON.parse(page.items) as T[],
  next: page.next,
  asOf: page.asOf,
});

const storedAlarm = (stored: StoredAlarm): StoredAlarm => ({
  alarm: wholeAlarm(stored.alarm),
  createdAt: stored.createdAt,
  episodesEver: stored.episodesEver,
});

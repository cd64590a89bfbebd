import { BugError, DeskError } from '../../src/base/errors.ts';
import type { Instant } from '../../src/base/time.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import type {
  AlarmSearch,
  AuditLine,
  AuditWanted,
  Page,
  PlacedChange,
  Store,
  StoreBatch,
  StoreCheckpoint,
  StoredAlarm,
} from '../../src/ports/store.ts';
import { cursorAt, readCursor } from '../../src/store/cursor.ts';
import { docOf, hasLabels, isSpoken, sayMore, wordsIn } from '../../src/store/words.ts';
import {
  attemptsFor,
  decisionsFor,
  forgetNotices,
  type Notices,
  namedBy,
  noNotices,
  type Placed,
} from './store-notices.ts';
import { turnsAmong } from './store-turns.ts';

/** What a test may do to the store in memory. */
export interface StoreFaults {
  /** Called before each write: throw to refuse it, await to hold it up. */
  beforeWrite: (batch: StoreBatch) => void | Promise<void>;
}

export interface MemoryStore extends Store {
  readonly faults: StoreFaults;
  /** The store as the next process finds it: only what was written; writes under way are lost. */
  crash(): MemoryStore;
  /** The store as it is now, as one of its own. */
  copy(): MemoryStore;
  /** Everything that is stored, as text that two stores can be compared by. */
  dump(): string;
}

interface Row {
  n: number;
  id: AlarmId;
  live: boolean;
  place: number;
  placedAt: number;
  createdAt: Instant;
  episodesBefore: number;
  said: string;
  state: string;
}

/** All of it is text: whoever reads gets copies, as from a disk. */
interface Disk {
  journalId: string | undefined;
  position: number;
  deskTime: number;
  n: number;
  place: number;
  alarms: Map<AlarmId, Row>;
  changes: string[];
  evidence: Map<AlarmId, string>;
  audit: string[];
  notices: Notices;
  rows: Map<string, string>;
}

const emptyDisk = (): Disk => ({
  journalId: undefined,
  position: 0,
  deskTime: 0,
  n: 0,
  place: 0,
  alarms: new Map(),
  changes: [],
  evidence: new Map(),
  audit: [],
  notices: noNotices(),
  rows: new Map(),
});

const PAGE_ITEMS_MAX = 1_000;
const LOAD_ROWS_MAX = 100;

/** The store's port in memory: deterministic, and able to fail. What it gives out are copies. */
export const memoryStore = (): MemoryStore => storeOn(emptyDisk());

function storeOn(start: Disk): MemoryStore {
  const disk = start;
  let isCrashed = false;
  const faults: StoreFaults = { beforeWrite: () => {} };
  let turn: Promise<unknown> = Promise.resolve();

  const writeNow = async (batch: StoreBatch): Promise<void> => {
    await faults.beforeWrite(batch);
    if (isCrashed) throw new Error('this store has crashed');
    if (batch.position <= disk.position) {
      throw new BugError(`the store is at ${disk.position}; a batch came at ${batch.position}`);
    }
    put(disk, batch);
  };

  return {
    faults,
    get position() {
      return disk.position;
    },
    async bind(journalId, journalHead) {
      const refuse = (why: string) => new DeskError('DATA_MISMATCH', { folder: 'memory', why });
      if (disk.journalId !== undefined && disk.journalId !== journalId) {
        throw refuse('the store follows another journal');
      }
      if (disk.position > journalHead) throw refuse('the store is ahead of its journal');
      disk.journalId = journalId;
    },
    load: () => checkpointOf(disk),
    write(batch) {
      const written = turn.then(() => writeNow(batch));
      turn = written.catch(() => {});
      return written;
    },
    async alarm(id) {
      const row = disk.alarms.get(id);
      return row && storedAlarm(row);
    },
    async evidence(id) {
      const text = disk.evidence.get(id);
      return text === undefined ? undefined : JSON.parse(text);
    },
    timeline: async (id, cursor, limit) => timelineOf(disk, id, cursor, limit),
    turns: async (id, ask) => turnsAmong(timelineOf(disk, id, undefined, PAGE_ITEMS_MAX), ask),
    search: async (search) => searchIn(disk, search),
    audit: async (cursor, limit, wanted) => auditOf(disk, cursor, limit, wanted),
    decisions: async (search) =>
      noticePage(disk, 'decisions', decisionsFor(disk.notices, search), search.limit),
    attempts: async (search) =>
      noticePage(disk, 'attempts', attemptsFor(disk.notices, search), search.limit),
    copyCheckpoint: noFile,
    async kpis() {
      throw new Error('a store in memory counts nothing');
    },
    async compact(before) {
      return { removed: forget(disk, before) };
    },
    copyTo: noFile,
    async close() {
      await turn;
    },
    crash() {
      isCrashed = true;
      return storeOn(structuredClone(disk));
    },
    copy: () => storeOn(structuredClone(disk)),
    dump: () =>
      JSON.stringify(disk, (_, value) => (value instanceof Map ? [...value].sort(byKey) : value)),
  };
}

const noFile = () => Promise.reject(new Error('a store in memory has no file to copy'));

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : 1;

function put(disk: Disk, batch: StoreBatch): void {
  const said = new Map<AlarmId, string[]>();
  for (const c of batch.changes) {
    if (c.by === undefined || c.text === '' || !isSpoken(c.what)) continue;
    said.set(c.alarm, [...(said.get(c.alarm) ?? []), c.text]);
  }
  for (const alarm of batch.alarms) putAlarm(disk, alarm, batch.deskTime);
  for (const [id, lines] of said) {
    const row = disk.alarms.get(id);
    if (row) row.said = lines.reduce((all, line) => sayMore(all, line), row.said);
  }
  for (const c of batch.changes) {
    if (disk.alarms.has(c.alarm)) disk.changes.push(JSON.stringify(c));
  }
  for (const { alarm, at, raw } of batch.evidence) {
    if (disk.alarms.has(alarm)) disk.evidence.set(alarm, JSON.stringify({ at, raw }));
  }
  for (const id of batch.forgotten) {
    const row = disk.alarms.get(id);
    if (row) row.live = false;
  }
  for (const line of batch.audit) disk.audit.push(JSON.stringify(line));
  putNotices(disk, batch);
  for (const { table, id, json } of batch.rows) {
    const key = JSON.stringify([table, id]);
    if (json === undefined) disk.rows.delete(key);
    else disk.rows.set(key, json);
  }
  disk.position = batch.position;
  disk.deskTime = batch.deskTime;
}

function putNotices({ alarms, notices }: Disk, batch: StoreBatch): void {
  for (const decision of batch.decisions) {
    const names = namedBy(decision).filter((id) => alarms.has(id));
    notices.decisions.push({ seq: ++notices.seq, json: JSON.stringify(decision), names });
  }
  for (const attempt of batch.attempts) {
    notices.attempts.push({ seq: ++notices.seq, json: JSON.stringify(attempt) });
  }
}

function putAlarm(disk: Disk, alarm: Alarm, deskTime: number): void {
  const state = JSON.stringify(alarm);
  const row = disk.alarms.get(alarm.id);
  if (!row) {
    disk.alarms.set(alarm.id, {
      n: ++disk.n,
      id: alarm.id,
      live: true,
      place: ++disk.place,
      placedAt: deskTime,
      createdAt: alarm.createdAt,
      episodesBefore: 0,
      said: '',
      state,
    });
    return;
  }
  const old = JSON.parse(row.state) as Alarm;
  const isBack = old.createdAt !== alarm.createdAt;
  if (isBack) row.episodesBefore += old.episodes;
  if (isBack || old.episode !== alarm.episode) {
    row.place = ++disk.place;
    row.placedAt = deskTime;
    const isTextNew = old.text !== '' && old.text !== alarm.text;
    if (isTextNew) row.said = sayMore(row.said, old.text);
  }
  row.live = true;
  row.state = state;
}

const wholeAlarm = (state: string): Alarm => {
  const stored = JSON.parse(state) as Alarm;
  return {
    ...stored,
    assignee: stored.assignee,
    ruled: stored.ruled,
    lease: stored.lease,
    flap: stored.flap,
  };
};

const storedAlarm = (row: Row): StoredAlarm => {
  const alarm = wholeAlarm(row.state);
  return {
    alarm,
    createdAt: row.createdAt,
    episodesEver: row.episodesBefore + alarm.episodes,
  };
};

function checkpointOf(disk: Disk): StoreCheckpoint {
  const live = [...disk.alarms.values()].filter((row) => row.live).sort((a, b) => a.n - b.n);
  const states = live.map((row) => row.state);
  const rows = [...disk.rows].sort(byKey).map(([key, json]) => {
    const [table, id] = JSON.parse(key) as [string, string];
    return { table, id, json };
  });
  return {
    journalId: disk.journalId,
    position: disk.position,
    deskTime: disk.deskTime as Instant,
    alarms: inPages(states, wholeAlarm),
    rows: inPages(rows, (row) => row),
  };
}

async function* inPages<A, B>(all: readonly A[], make: (one: A) => B): AsyncGenerator<B[]> {
  for (let i = 0; i < all.length; i += LOAD_ROWS_MAX) {
    yield all.slice(i, i + LOAD_ROWS_MAX).map(make);
  }
}

const pageSize = (limit: number): number =>
  Math.min(Math.max(Math.trunc(limit) || 1, 1), PAGE_ITEMS_MAX);

/** The first `limit` of a list that is sorted newest first already. */
function page<T>(
  disk: Disk,
  all: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): Page<T> {
  const items = all.slice(0, pageSize(limit));
  const last = items.at(-1);
  const next = last && all.length > items.length ? cursorOf(last) : undefined;
  return { items, next, asOf: disk.position };
}

function timelineOf(
  disk: Disk,
  id: AlarmId,
  cursor: string | undefined,
  limit: number,
): Page<PlacedChange> {
  const [position = Infinity, index = Infinity] =
    cursor === undefined ? [] : readCursor('timeline', cursor, 2);
  const older = disk.changes
    .map((text) => JSON.parse(text) as PlacedChange)
    .filter((c) => c.alarm === id)
    .filter((c) => c.position < position || (c.position === position && c.index < index))
    .sort((a, b) => b.position - a.position || b.index - a.index);
  return page(disk, older, limit, (c) => cursorAt('timeline', c.position, c.index));
}

function noticePage<T>(
  disk: Disk,
  list: string,
  found: readonly Placed<T>[],
  limit: number,
): Page<T> {
  const placed = page(disk, found, limit, ({ seq }) => cursorAt(list, seq));
  return { ...placed, items: placed.items.map(({ item }) => item) };
}

function isWanted(line: AuditLine, wanted: AuditWanted): boolean {
  const { by = line.by, verb = '', words = '', subjects = [] } = wanted;
  const { since = -Infinity, until = Infinity } = wanted;
  const says = `${line.subject} ${line.detail}`.toLowerCase().includes(words.toLowerCase());
  const fits = line.by === by && line.verb.startsWith(verb) && line.at >= since && line.at < until;
  return fits && (says || subjects.includes(line.subject));
}

function auditOf(
  disk: Disk,
  cursor: string | undefined,
  limit: number,
  wanted: AuditWanted = {},
): Page<AuditLine> {
  const [before = Infinity] = cursor === undefined ? [] : readCursor('audit', cursor, 1);
  const older = disk.audit
    .map((text, i) => ({ seq: i + 1, line: JSON.parse(text) as AuditLine }))
    .filter(({ seq, line }) => seq < before && isWanted(line, wanted))
    .reverse();
  const found = page(disk, older, limit, ({ seq }) => cursorAt('audit', seq));
  return { ...found, items: found.items.map(({ line }) => line) };
}

function searchIn(disk: Disk, search: AlarmSearch): Page<StoredAlarm> {
  const [before = Infinity] =
    search.cursor === undefined ? [] : readCursor('search', search.cursor, 1);
  const words = wordsIn(search.words);
  const isHopeless = words.length === 0 && search.words.trim() !== '';
  const rows = [...disk.alarms.values()]
    .filter((row) => !isHopeless && row.place < before && fits(row, words, search))
    .sort((a, b) => b.place - a.place);
  const found = page(disk, rows, search.limit, (row) => cursorAt('search', row.place));
  return { ...found, items: found.items.map(storedAlarm) };
}

function fits(row: Row, words: readonly string[], search: AlarmSearch): boolean {
  const alarm = wholeAlarm(row.state);
  if (search.condition !== 'any' && search.condition !== alarm.condition.is) return false;
  if (!hasLabels(alarm, search.labels)) return false;
  const doc = ` ${tokensOf(`${docOf(alarm)}\n${row.said}`).join(' ')} `;
  return words.every((word, i) => {
    const phrase = ` ${tokensOf(word).join(' ')}`;
    return doc.includes(i === words.length - 1 ? phrase : `${phrase} `);
  });
}

/** As FTS5's unicode61 cuts text: letters and digits, without case and accents. */
const tokensOf = (text: string): readonly string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{Co}]+/u)
    .filter((token) => token !== '');

function forget(disk: Disk, before: number): number {
  const changes = disk.changes.filter((text) => JSON.parse(text).receivedAt >= before);
  let removed = disk.changes.length - changes.length;
  disk.changes = changes;
  for (const [id, text] of disk.evidence) {
    if (JSON.parse(text).at >= before) continue;
    disk.evidence.delete(id);
    removed++;
  }
  removed += forgetNotices(disk.notices, before);
  const named = new Set(changes.map((text) => JSON.parse(text).alarm as AlarmId));
  for (const { names } of disk.notices.decisions) for (const id of names) named.add(id);
  for (const [id, row] of disk.alarms) {
    const alarm = wholeAlarm(row.state);
    const isOver = alarm.condition.is === 'cleared' && !row.live && alarm.changedAt < before;
    if (!isOver || named.has(id) || row.placedAt >= before) continue;
    disk.alarms.delete(id);
    disk.evidence.delete(id);
    removed++;
  }
  return removed;
}

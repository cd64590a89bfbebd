import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TURNS, type Turn } from '../domain/alarm/course.ts';
import { TURNS_MAX, type TurnsAsk } from '../ports/store.ts';

/** Lines looked at for one answer: texts that change all the time are not turns. */
const VISITS_MAX = 2 * TURNS_MAX;

/** What somebody said is told this far. */
const SAID_CHARS_MAX = 300;

export const TURN_SQL = {
  /** By the unique index on id. */
  turnsKey: 'select n from alarms where id = ?',
  /**
   * Where the episode after `?2` begins. By changes_by_alarm, forwards from the position the
   * episode is named after: over the lines of one episode.
   */
  turnsNext: `
    select position, idx from changes
     where alarm = ?1 and position > ?2 and change like '%"what":"raised"%'
     order by position, idx limit 1`,
  /** By changes_by_alarm, backwards. */
  turns: `
    select received_ms, change from changes
     where alarm = ? and (position, idx) < (?, ?)
     order by position desc, idx desc limit ?`,
} as const;

interface LineRow {
  received_ms: number;
  change: string;
}

type Packed<K extends keyof Turn> = Exclude<Turn[K], undefined>;

/** One turn on its way; '' where nobody did it. */
export type TurnRow = readonly [
  what: Packed<'what'>,
  episode: Packed<'episode'>,
  at: Packed<'at'>,
  severity: Packed<'severity'>,
  by: Packed<'by'> | '',
  text: string,
  why: string,
];

/** As it crosses: text is quicker than ten thousand lists one by one. */
export interface TurnsText {
  readonly items: string;
  readonly isCut: boolean;
  readonly asOf: number;
}

interface Found {
  readonly items: readonly TurnRow[];
  readonly isCut: boolean;
}

/** The turns of one alarm, as short as they can be told. */
export class TurnReads {
  readonly #key: StatementSync;
  readonly #next: StatementSync;
  readonly #turns: StatementSync;

  constructor(db: DatabaseSync) {
    this.#key = db.prepare(TURN_SQL.turnsKey);
    this.#next = db.prepare(TURN_SQL.turnsNext);
    this.#turns = db.prepare(TURN_SQL.turns);
  }

  turns(id: string, ask: TurnsAsk): Found {
    const key = this.#key.get(id)?.n;
    if (key === undefined) return { items: [], isCut: false };
    const { upTo, since } = ask;
    const limit = Math.min(Math.max(Math.trunc(ask.limit) || 1, 1), TURNS_MAX);
    const next = upTo === undefined ? undefined : this.#next.get(Number(key), upTo);
    const from = [Number(next?.position ?? AFTER_ALL), Number(next?.idx ?? AFTER_ALL)] as const;
    const rows = this.#turns.iterate(Number(key), ...from, VISITS_MAX);
    const items: TurnRow[] = [];
    let visits = 0;
    for (const row of rows as unknown as Iterable<LineRow>) {
      visits++;
      const change = JSON.parse(row.change) as Turn;
      if (!TURNS.includes(change.what) || (upTo !== undefined && change.episode > upTo)) continue;
      if (items.length === limit) return { items, isCut: true };
      items.push(packed(change));
      const isEdge = change.what === 'raised' || change.what === 'cleared';
      if (row.received_ms < since && isEdge) return { items, isCut: false };
    }
    return { items, isCut: visits === VISITS_MAX };
  }
}

const AFTER_ALL = Number.MAX_SAFE_INTEGER;

/** A list instead of an object with names: ten thousand cross to the main thread in 3 ms. */
function packed({ what, episode, at, severity, by, text, why }: Turn): TurnRow {
  const said = by === undefined ? '' : text.slice(0, SAID_CHARS_MAX);
  return [what, episode, at, severity, by ?? '', said, what === 'cleared' ? why : ''];
}

export const unpacked = ([what, episode, at, severity, by, text, why]: TurnRow): Turn => ({
  ...{ what, episode, at, severity, text, why },
  ...(by === '' ? {} : { by }),
});

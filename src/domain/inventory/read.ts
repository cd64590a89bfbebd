import { LookupRows } from './lookup-row.ts';
import { References } from './references.ts';
import { type Draft, type Row, type RowFault, RowFaults } from './row.ts';
import { draftOf } from './sort-row.ts';
import type { Thing, ThingKey } from './thing.ts';

/** What became of the rows of a feed. */
export interface ReadFeed {
  readonly things: readonly Thing[];
  readonly rows: number;
  /** At most ROW_FAULTS_MAX, in the order of the rows. */
  readonly faults: readonly RowFault[];
  readonly faultsTotal: number;
  /** Rows that are not in `things`. */
  readonly leftOut: number;
}

/**
 * Makes things of rows. A row that cannot be one is left out, a field that cannot be used is; each
 * with what was wrong and what was expected. `others` are keys that other feeds hold.
 */
export function readFeed(rows: readonly Row[], others: ReadonlySet<string>): ReadFeed {
  const faults = new RowFaults();
  const lookups = new LookupRows();
  const drafts = new Map<ThingKey, Draft>();
  for (const row of rows) {
    const draft = draftOf(row, lookups, faults);
    const first = draft && drafts.get(draft.key);
    if (first) {
      faults.say({
        ...{ line: row.line, thing: first.key },
        wrong: `the same thing stands in line ${first.line}`,
        ...{ expected: 'each thing once', done: 'left out' },
      });
    } else if (draft) drafts.set(draft.key, draft);
  }
  const left = rows.length - drafts.size;
  const references = new References([...drafts.values()], others, faults);
  const things = references.things();
  return {
    things,
    rows: rows.length,
    faults: faults.told.sort((a, b) => a.line - b.line),
    faultsTotal: faults.total,
    leftOut: left,
  };
}

import { setImmediate as pause } from 'node:timers/promises';
import type { Html } from '../base/html.ts';
import { facetRail } from '../console/list-facets.ts';
import { listFigures } from '../console/list-page.ts';
import type { RowContext } from '../console/row.ts';
import type { Breakdowns, HeldBreakdown } from '../desk/views/breakdowns.ts';
import type { FilterFault } from '../desk/views/filter.ts';
import type { Counts, ListPage } from '../desk/views/list.ts';
import type { ListQuery } from '../desk/views/query.ts';
import type { HeldList, ListViews } from '../desk/views/shared.ts';
import { alarmRows, type DrawnRows, groupRows } from './list-rows.ts';

/** Everything a page of the list shows and a stream tells of: rows, figures, counts by value. */
export interface ListFeed {
  readonly query: ListQuery;
  readonly hints: readonly string[];
  /** False when there are too many views: this one was drawn once and does not move. */
  readonly kept: boolean;
  /** True when too much is counted by value already: nothing is here. */
  readonly crowded: boolean;
  readonly rows: DrawnRows;
  page(): ListPage;
  readonly counts: Counts;
  figures(): Record<string, string>;
  /** What stands beside the list; undefined when nothing does. */
  rail(context: RowContext): Html | undefined;
  /** Resolves when everything is counted: in slices, for others have their turn in between. */
  ready(): Promise<void>;
  onTick(listener: () => void): () => void;
  release(): void;
}

export interface FeedParts {
  readonly views: ListViews;
  readonly breakdowns: Breakdowns;
}

export function openFeed(query: ListQuery, parts: FeedParts): ListFeed | FilterFault {
  const { views, breakdowns } = parts;
  const held = views.hold({ ...query, open: [] });
  if ('why' in held) return held;
  const grouped = query.group === '' ? undefined : breakdowns.hold(query, [query.group], true);
  const facets =
    query.facets.length === 0 ? undefined : breakdowns.hold(query, query.facets, false);
  const all: (HeldList | HeldBreakdown)[] = [held];
  const counted: HeldBreakdown[] = [];
  for (const one of [grouped, facets]) if (one) counted.push(one);
  all.push(...counted);
  const rows = grouped
    ? groupRows(query, views, grouped.counts, (member) => all.push(member))
    : alarmRows(query, held);
  const ready = async (): Promise<void> => {
    for (const { counts } of counted) while (!counts.prepare()) await pause();
  };
  return {
    query,
    hints: held.hints,
    kept: held.kept,
    rows,
    crowded:
      (query.group !== '' && grouped === undefined) ||
      (query.facets.length > 0 && facets === undefined),
    page: () => (grouped ? { ...held.view.page(), next: '' } : held.view.page()),
    counts: held.view.counts,
    figures: () => listFigures(query, held.view.page(), held.view.counts, grouped?.counts),
    rail: (context) => facets && facetRail(context, query, facets.counts),
    ready,
    onTick(listener) {
      const stops = all.map((one) =>
        one.onTick(() => {
          if ('counts' in one) void ready().then(listener);
          else listener();
        }),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
    release() {
      rows.release();
      for (const one of all) one.release();
    },
  };
}

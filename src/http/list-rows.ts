import { groupId, groupRow, moreId, moreRow } from '../console/list-groups.ts';
import { alarmRow, type RowContext } from '../console/row.ts';
import type { Breakdown, ValueCount } from '../desk/views/breakdown.ts';
import { withTerm } from '../desk/views/filter.ts';
import type { ListFollower } from '../desk/views/list.ts';
import type { ListQuery } from '../desk/views/query.ts';
import type { HeldList, ListViews } from '../desk/views/shared.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';

export const GROUP_LIMITS = {
  /** Roll-up lines on a page. */
  lines_max: 200,
  /** Rows of an open group; the rest is a link to them as a plain list. */
  rows_max: 50,
} as const;

/** What changed among the rows of a page since it was last asked. */
export interface RowsTick {
  readonly moved: boolean;
  readonly order: readonly string[];
  /** Markup by id. */
  readonly drawn: Readonly<Record<string, string>>;
  readonly left: Readonly<Record<string, string>>;
}

/** The rows of one view as markup, and what changes of them. */
export interface DrawnRows {
  /** Everything, in order. */
  whole(context: RowContext): {
    readonly order: readonly string[];
    readonly rows: RowsTick['drawn'];
  };
  take(context: RowContext): RowsTick;
  release(): void;
}

/** A plain list: one row for each alarm. */
export function alarmRows(query: ListQuery, held: HeldList): DrawnRows {
  const follower = held.view.follow();
  const draw = drawing(query);
  return {
    whole(context) {
      const { rows } = held.view.page();
      return { order: rows.map((a) => a.id), rows: draw(context, rows) };
    },
    take(context) {
      const { page, drawn, left, moved } = follower.take();
      const order = page.rows.map((a) => a.id);
      return { moved, order, drawn: draw(context, drawn), left: draw(context, left) };
    },
    release: () => {},
  };
}

const drawing =
  ({ columns }: ListQuery) =>
  (context: RowContext, alarms: readonly Alarm[]): Record<string, string> =>
    Object.fromEntries(alarms.map((a) => [a.id, alarmRow(context, a, columns).text]));

interface Open {
  readonly held: HeldList;
  follower: ListFollower;
}

/** Roll-up lines, and the rows of those that are open. */
export function groupRows(
  query: ListQuery,
  views: ListViews,
  counts: Breakdown,
  onTick: (held: HeldList) => void,
): DrawnRows {
  const opened = new Map<string, Open>();
  for (const value of query.open) {
    const filter = withTerm(query.filter, query.group, value);
    const plain = { ...query, filter, group: '', open: [], after: '', facets: [] };
    const held = views.hold({ ...plain, size: GROUP_LIMITS.rows_max });
    if ('why' in held) continue; // no room for one more term: its rows stay folded in
    opened.set(value, { held, follower: held.view.follow() });
    if (held.kept) onTick(held);
  }
  const draw = drawing(query);
  let before: ReadonlyMap<string, string> = new Map();
  const lines = (): readonly ValueCount[] => counts.worst(query.group, GROUP_LIMITS.lines_max);
  const rowsOf = (line: ValueCount): readonly Alarm[] =>
    opened.get(line.value)?.held.view.page().rows ?? [];

  /** Lines and the ends of open groups, as markup by id, with the ids of the rows between. */
  const items = (context: RowContext): readonly (readonly [id: string, markup: string])[] =>
    lines().flatMap((line) => {
      const rows = rowsOf(line);
      const more = opened.has(line.value) ? line.total - rows.length : 0;
      return [
        [groupId(line.value), groupRow(context, query, line).text] as const,
        ...rows.map((a) => [a.id, ''] as const),
        ...(more > 0 && rows.length > 0
          ? [[moreId(line.value), moreRow(context.site, query, line.value, more).text] as const]
          : []),
      ];
    });

  return {
    whole(context) {
      const all = items(context);
      const alarms = lines().flatMap(rowsOf);
      const rows = { ...Object.fromEntries(all), ...draw(context, alarms) };
      return { order: all.map(([id]) => id), rows };
    },
    take(context) {
      const all = new Map(items(context));
      const shown = new Set(lines().map(({ value }) => value));
      const [drawn, left]: [Record<string, string>, Record<string, string>] = [{}, {}];
      for (const [id, markup] of all) {
        if (markup !== '' && before.get(id) !== markup) drawn[id] = markup;
      }
      for (const [value, open] of opened) {
        // Rows of a line that went are drawn again when it comes back.
        if (!shown.has(value)) open.follower = open.held.view.follow();
        else {
          const tick = open.follower.take();
          Object.assign(drawn, draw(context, tick.drawn));
          Object.assign(left, draw(context, tick.left));
        }
      }
      const order = [...all.keys()];
      const moved = order.join() !== [...before.keys()].join();
      before = all;
      return { moved, order, drawn, left };
    },
    release() {
      for (const { held } of opened.values()) held.release();
    },
  };
}

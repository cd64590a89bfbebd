import { groupId, groupRow, moreId, moreRow } from '../console/list-groups.ts';
import { alarmRow, type RowContext } from '../console/row.ts';
import type { Breakdown, ValueCount } from '../desk/views/breakdown.ts';
import { withTerm } from '../desk/views/filter.ts';
import type { ListFollower } from '../desk/views/list-follower.ts';
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
  readonly gone: readonly string[];
  /** Rows that came or moved, by rising place; all others kept their order. */
  readonly put: readonly (readonly [at: number, id: string])[];
  /** Rows on the page now. */
  readonly size: number;
  /** Draws what is new or changed, as markup by id; called at most once. */
  readonly draw: () => Drawn;
  /** How many rows that would be. */
  readonly toDraw: number;
  /** The alarms among them that are on the page. */
  readonly alarms: readonly Alarm[];
}

export interface Drawn {
  readonly rows: Readonly<Record<string, string>>;
  /** Were on the page and no longer belong to the view. */
  readonly left: Readonly<Record<string, string>>;
}

/** The page as it was last taken. It stays what it is while it is drawn part by part. */
export interface WholeRows {
  readonly order: readonly string[];
  /** Markup by id of the rows from one place to before another. */
  draw(from: number, to: number): Readonly<Record<string, string>>;
}

/** The rows of one view as markup, and what changes of them. */
export interface DrawnRows {
  /** Whoever is shown this is told all that is different by the next tick. */
  whole(context: RowContext): WholeRows;
  take(context: RowContext): RowsTick;
  release(): void;
}

/** A plain list: one row for each alarm. */
export function alarmRows(query: ListQuery, held: HeldList): DrawnRows {
  const follower = held.view.follow();
  const draw = drawing(query);
  return {
    whole(context) {
      const { rows } = follower;
      return {
        order: rows.map((a) => a.id),
        draw: (from, to) => draw(context, rows.slice(from, to)),
      };
    },
    take(context) {
      const { gone, put, drawn, left } = follower.take();
      return {
        gone,
        put,
        size: follower.rows.length,
        draw: () => ({ rows: draw(context, drawn), left: draw(context, left) }),
        toDraw: drawn.length + left.length,
        alarms: drawn,
      };
    },
    release: () => follower.release(),
  };
}

const drawing =
  ({ columns }: ListQuery) =>
  (context: RowContext, alarms: readonly Alarm[]): Record<string, string> =>
    Object.fromEntries(alarms.map((a) => [a.id, alarmRow(context, a, columns).text]));

interface Open {
  readonly held: HeldList;
  readonly follower: ListFollower;
}

/** Roll-up lines, and the rows of those that are open. */
export function groupRows(
  query: ListQuery,
  views: ListViews,
  counts: Breakdown,
  onTick: (held: HeldList) => void,
): DrawnRows {
  const opened = openedGroups(query, views, onTick);
  const draw = drawing(query);
  /** As they were last taken: the lines as markup, the alarms below them. */
  let [before, alarms]: [ReadonlyMap<string, string>, readonly Alarm[]] = [new Map(), []];
  const lines = (): readonly ValueCount[] => counts.worst(query.group, GROUP_LIMITS.lines_max);

  /** Lines and the ends of open groups, as markup by id, with the ids of the rows between. */
  const items = (context: RowContext, shown: readonly ValueCount[]) =>
    shown.flatMap((line): (readonly [id: string, markup: string])[] => {
      const rows = opened.get(line.value)?.follower.rows ?? [];
      const more = opened.has(line.value) ? line.total - rows.length : 0;
      return [
        [groupId(line.value), groupRow(context, query, line).text],
        ...rows.map((a) => [a.id, ''] as const),
        ...(more > 0 && rows.length > 0
          ? [[moreId(line.value), moreRow(context.site, query, line.value, more).text] as const]
          : []),
      ];
    });

  return {
    whole(context) {
      const [all, byId] = [[...before], new Map(alarms.map((a) => [a.id as string, a]))];
      return {
        order: all.map(([id]) => id),
        draw(from, to) {
          const some = all.slice(from, to);
          const rows = some.flatMap(([id]) => byId.get(id) ?? []);
          return { ...Object.fromEntries(some), ...draw(context, rows) };
        },
      };
    },
    take(context) {
      const shown = lines();
      const values = new Set(shown.map(({ value }) => value));
      const [drawn, left]: [Alarm[], Alarm[]] = [[], []];
      for (const [value, { follower }] of opened) {
        // Rows of a line that went are drawn again when it comes back.
        if (!values.has(value)) follower.forget();
        else {
          const tick = follower.take();
          drawn.push(...tick.drawn);
          left.push(...tick.left);
        }
      }
      const all = new Map(items(context, shown));
      const changed = [...all].filter(([id, text]) => text !== '' && before.get(id) !== text);
      const moves = movesBetween([...before.keys()], [...all.keys()]);
      before = all;
      alarms = shown.flatMap(({ value }) => opened.get(value)?.follower.rows ?? []);
      return {
        ...moves,
        size: all.size,
        draw: () => ({
          rows: { ...Object.fromEntries(changed), ...draw(context, drawn) },
          left: draw(context, left),
        }),
        toDraw: changed.length + drawn.length + left.length,
        alarms: drawn,
      };
    },
    release() {
      for (const { held, follower } of opened.values()) {
        follower.release();
        held.release();
      }
    },
  };
}

function openedGroups(query: ListQuery, views: ListViews, onTick: (held: HeldList) => void) {
  const opened = new Map<string, Open>();
  for (const value of query.open) {
    const filter = withTerm(query.filter, query.group, value);
    const plain = { ...query, filter, group: '', open: [], after: '', facets: [] };
    const held = views.hold({ ...plain, size: GROUP_LIMITS.rows_max });
    if ('why' in held) continue; // no room for one more term: its rows stay folded in
    opened.set(value, { held, follower: held.view.follow() });
    if (held.kept) onTick(held);
  }
  return opened;
}

/** Few lines, which seldom move: all between the first and the last that differ is put anew. */
function movesBetween(was: readonly string[], is: readonly string[]) {
  let from = 0;
  while (from < is.length && was[from] === is[from]) from++;
  let behind = 0;
  const most = Math.min(was.length, is.length) - from;
  while (behind < most && was.at(-1 - behind) === is.at(-1 - behind)) behind++;
  const here = new Set(is);
  return {
    gone: was.filter((id) => !here.has(id)),
    put: is.slice(from, is.length - behind).map((id, i) => [from + i, id] as const),
  };
}

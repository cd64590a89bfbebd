import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { wayText } from '../../src/domain/routing/notice.ts';
import type { NoticeSearch, PlacedAttempt, PlacedDecision } from '../../src/ports/store.ts';
import { readCursor } from '../../src/store/cursor.ts';

/** Decisions and attempts of a store in memory. All of it is text: whoever reads gets copies. */
export interface Notices {
  seq: number;
  /** `names`: the alarms the store had a row of when the decision was written. */
  decisions: { seq: number; json: string; names: AlarmId[] }[];
  attempts: { seq: number; json: string }[];
}

export const noNotices = (): Notices => ({ seq: 0, decisions: [], attempts: [] });

export const namedBy = (d: PlacedDecision): AlarmId[] => [
  ...d.alarms,
  ...d.muted.map((m) => m.alarm),
];

export interface Placed<T> {
  readonly seq: number;
  readonly item: T;
}

/** All that fit, newest first, from the cursor on. */
export function decisionsFor(
  all: Notices,
  search: NoticeSearch,
): readonly Placed<PlacedDecision>[] {
  return all.decisions
    .map(({ seq, json, names }) => ({ seq, names, item: JSON.parse(json) as PlacedDecision }))
    .filter((d) => search.alarm === undefined || d.names.includes(search.alarm))
    .filter((d) => isWanted('decisions', d, search))
    .reverse();
}

export function attemptsFor(all: Notices, search: NoticeSearch): readonly Placed<PlacedAttempt>[] {
  const { alarm } = search;
  const told = new Set(
    all.decisions
      .filter(({ names }) => alarm !== undefined && names.includes(alarm))
      .map(({ json }) => (JSON.parse(json) as PlacedDecision).delivery),
  );
  return all.attempts
    .map(({ seq, json }) => ({ seq, item: JSON.parse(json) as PlacedAttempt }))
    .filter(({ item }) => alarm === undefined || told.has(item.delivery))
    .filter((a) => isWanted('attempts', a, search))
    .reverse();
}

function isWanted(
  list: string,
  { seq, item }: Placed<PlacedDecision | PlacedAttempt>,
  { alarm, group, delivery, way, until, cursor }: NoticeSearch,
): boolean {
  const [before = Infinity] = cursor === undefined ? [] : readCursor(list, cursor, 1);
  if (seq >= before || (until !== undefined && item.at > until)) return false;
  if (alarm !== undefined) return true;
  if (group !== undefined) return item.group === group;
  if (delivery !== undefined) return item.delivery === delivery;
  return way === undefined || wayText(item.to) === way;
}

/** How many went. */
export function forgetNotices(all: Notices, before: number): number {
  const isOld = ({ json }: { json: string }): boolean => JSON.parse(json).at < before;
  const was = all.decisions.length + all.attempts.length;
  all.decisions = all.decisions.filter((d) => !isOld(d));
  all.attempts = all.attempts.filter((a) => !isOld(a));
  return was - all.decisions.length - all.attempts.length;
}

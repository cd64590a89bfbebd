import { setImmediate as pause } from 'node:timers/promises';
import type { Desk } from '../desk/desk.ts';
import type { Breakdowns } from '../desk/views/breakdowns.ts';
import { DEFAULT_QUERY, QUERY_LIMITS } from '../desk/views/query.ts';
import { INCIDENT, MUTED } from '../desk/views/reading.ts';
import { ValueCounts } from '../desk/views/value-counts.ts';
import { grouped, STANDINGS } from '../desk/views/words.ts';
import { matcherText, OWN_NAMES } from '../domain/alarm/matcher.ts';
import type { MatcherOp } from '../domain/alarm/matcher-syntax.ts';
import { json } from './answer.ts';
import { VIEWER } from './api/parts.ts';
import type { Asked, Route } from './route.ts';

/** What the list knows besides of an alarm, though it is not in the alarm. */
const LIST_NAMES: readonly string[] = [...OWN_NAMES, INCIDENT, MUTED];

const COMPLETE_LIMITS = { items_max: 12 } as const;

interface Parts {
  readonly breakdowns: Breakdowns;
  readonly labels: Completions;
}

/** What labels the alarms have, counted from the first list that somebody opens on. */
export interface Completions {
  readonly counts: ValueCounts;
  /** Counts in slices, for others have their turn in between; at once when that is done. */
  warm(): void;
  close(): void;
}

export function openCompletions(desk: Pick<Desk, 'memory' | 'watch'>): Completions {
  const counts = new ValueCounts(desk);
  let [isWarming, isOpen] = [false, true];
  const warm = async (): Promise<void> => {
    isWarming = true;
    while (isOpen && !counts.prepare()) await pause();
    isWarming = false;
  };
  return {
    counts,
    warm: () => {
      if (!isWarming) void warm();
    },
    close() {
      isOpen = false;
      counts.close();
    },
  };
}

/** One thing that may stand where the caret is. */
interface Item {
  /** Replaces the text from `from` to the caret. */
  readonly insert: string;
  readonly shown: string;
  readonly says: string;
}

const VALUE = /(?:^|[\s,{])((?:"(?:[^"\\]|\\.)*"|[^\s,"=!~{}]+)\s*(=~|!~|!=|=)\s*"?([^"]*))$/;
const NAME = /(?:^|[\s,{])([^\s,"=!~{}]+)$/;

/** What may be typed next in the filter box: names of labels, then their values. */
export const completeRoute = (parts: Parts): Route => ({
  method: 'GET',
  path: '/complete',
  access: VIEWER,
  summary: 'What may stand next in the filter box, for the text before the caret.',
  handle: async ({ query }: Asked) => {
    parts.labels.warm();
    const text = (query.get('text') ?? '').slice(0, QUERY_LIMITS.filter_chars_max);
    const value = VALUE.exec(text);
    if (value) {
      const [, whole = '', op = '=', typed = ''] = value;
      const name = whole.slice(0, whole.indexOf(op)).trim().replace(/^"|"$/g, '');
      const items = await values(parts, name, op as MatcherOp, typed);
      return json(200, { from: text.length - whole.length, items });
    }
    const [, typed = ''] = NAME.exec(text) ?? [];
    const items = typed === '' ? [] : names(parts, typed);
    return json(200, { from: text.length - typed.length, items });
  },
});

/** What the desk itself says has few values, counted while they are asked for. */
async function values(
  { breakdowns, labels }: Parts,
  name: string,
  op: MatcherOp,
  typed: string,
): Promise<readonly Item[]> {
  const { items_max } = COMPLETE_LIMITS;
  const item = (value: string, n: number): Item => ({
    insert: `${matcherText({ name, op, value })} `,
    shown: value,
    says: grouped(n),
  });
  if (!name.startsWith('@')) {
    return labels.counts.values(name, typed, items_max).map((one) => item(one.text, one.count));
  }
  const all = { ...DEFAULT_QUERY, standings: STANDINGS };
  const held = breakdowns.hold(all, [name], false);
  if (!held) return [];
  while (!held.counts.prepare()) await pause();
  const found = held.counts.matching(name, typed, items_max);
  held.release();
  return found.map(({ value, total }) => item(value, total));
}

function names({ labels }: Parts, typed: string): readonly Item[] {
  const { items_max } = COMPLETE_LIMITS;
  const wanted = typed.toLowerCase();
  const found = labels.counts.names(typed, items_max);
  const of = found.map(({ text }) => ({ shown: text, says: 'label' }));
  const own = LIST_NAMES.filter((name) => name.startsWith(wanted) || name.startsWith(`@${wanted}`));
  const desks = own.map((shown) => ({ shown, says: 'what the desk says' }));
  return [...of, ...desks].slice(0, items_max).map((item) => ({
    ...item,
    insert: matcherText({ name: item.shown, op: '=', value: '' }).slice(0, -1),
  }));
}

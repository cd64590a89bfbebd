import { setImmediate as pause } from 'node:timers/promises';
import type { Desk } from '../desk/desk.ts';
import type { Breakdowns } from '../desk/views/breakdowns.ts';
import { DEFAULT_QUERY, QUERY_LIMITS } from '../desk/views/query.ts';
import { grouped, STANDINGS } from '../desk/views/words.ts';
import { matcherText, OWN_NAMES } from '../domain/alarm/matcher.ts';
import type { MatcherOp } from '../domain/alarm/matcher-syntax.ts';
import { json } from './answer.ts';
import { VIEWER } from './api/parts.ts';
import type { Asked, Route } from './route.ts';

const COMPLETE_LIMITS = {
  items_max: 12,
  /** Alarms looked at for names of labels: about 3 ms. */
  alarms_max: 5_000,
} as const;

interface Parts {
  readonly desk: Desk;
  readonly breakdowns: Breakdowns;
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

async function values(
  { breakdowns }: Parts,
  name: string,
  op: MatcherOp,
  typed: string,
): Promise<readonly Item[]> {
  const all = { ...DEFAULT_QUERY, standings: STANDINGS };
  const held = breakdowns.hold(all, [name], false);
  if (!held) return [];
  while (!held.counts.prepare()) await pause();
  const found = held.counts.matching(name, typed, COMPLETE_LIMITS.items_max);
  held.release();
  return found.map(({ value, total }) => ({
    insert: `${matcherText({ name, op, value })} `,
    shown: value,
    says: grouped(total),
  }));
}

function names({ desk }: Parts, typed: string): readonly Item[] {
  const found = new Map<string, number>();
  let looked = 0;
  for (const { labels, context } of desk.memory.all('alarms')) {
    if (++looked > COMPLETE_LIMITS.alarms_max) break;
    for (const name in labels) found.set(name, (found.get(name) ?? 0) + 1);
    for (const name in context) if (!(name in labels)) found.set(name, (found.get(name) ?? 0) + 1);
  }
  const wanted = typed.toLowerCase();
  const fits = [...found].filter(([name]) => name.toLowerCase().startsWith(wanted));
  fits.sort(([v, a], [w, b]) => b - a || (v < w ? -1 : 1));
  const labels = fits.map(([name]) => ({ shown: name, says: 'label' }));
  const own = OWN_NAMES.filter((name) => name.startsWith(wanted) || name.startsWith(`@${wanted}`));
  const desks = own.map((shown) => ({ shown, says: 'what the desk says' }));
  return [...labels, ...desks].slice(0, COMPLETE_LIMITS.items_max).map((item) => ({
    ...item,
    insert: matcherText({ name: item.shown, op: '=', value: '' }).slice(0, -1),
  }));
}

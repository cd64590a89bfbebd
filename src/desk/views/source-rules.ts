import type { Memory } from '../desk.ts';
import type { SourceText, Unread } from '../tables.ts';

type Tables = Pick<Memory, 'all'>;

/** The texts of rules that are kept for a source, the one that holds first. */
export function textsOf(memory: Tables, source: string): readonly SourceText[] {
  const found: SourceText[] = [];
  for (const row of memory.all('sourceRules')) if (row.source === source) found.push(row);
  return found.sort((a, b) => b.position - a.position);
}

/** People's own rules of a source; '' when there are none. */
export const rulesTextOf = (memory: Tables, source: string): string =>
  textsOf(memory, source)[0]?.text ?? '';

/** What nobody understood, in the order in which it came last. */
export function unreadOf(memory: Tables, source: string): readonly Unread[] {
  const found: Unread[] = [];
  for (const row of memory.all('unread')) if (row.source === source) found.push(row);
  return found.sort((a, b) => a.position - b.position);
}

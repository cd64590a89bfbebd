import { TURNS, type Turn } from '../../src/domain/alarm/course.ts';
import type { Page, PlacedChange, Turns, TurnsAsk } from '../../src/ports/store.ts';

/** The turns among lines, newest first, as the embedded store tells them. */
export function turnsAmong(
  { items: lines, asOf }: Pick<Page<PlacedChange>, 'items' | 'asOf'>,
  { upTo = Infinity as never, since, limit }: TurnsAsk,
): Turns {
  const items: Turn[] = [];
  for (const c of lines) {
    if (!TURNS.includes(c.what) || c.episode > upTo) continue;
    if (items.length === limit) return { items, isCut: true, asOf };
    const { alarm: _, position: __, index: ___, receivedAt, ...turn } = c;
    const text = c.by === undefined ? '' : c.text.slice(0, 300);
    items.push({ ...turn, text, why: c.what === 'cleared' ? c.why : '' });
    if (receivedAt < since && (c.what === 'raised' || c.what === 'cleared')) break;
  }
  return { items, isCut: false, asOf };
}

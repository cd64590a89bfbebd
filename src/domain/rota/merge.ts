import type { Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { Override, Shift, Span } from './schedule.ts';

/** One turn of one layer, as far as a window lets it. */
export interface Piece extends Span {
  readonly people: readonly UserId[];
  readonly layer: string;
  readonly turn: number;
}

/** A layer's pieces are in order and do not overlap. */
export interface Stacked {
  readonly priority: number;
  readonly pieces: readonly Piece[];
}

/** Somebody on call, and what makes them so: what goes on without a break is one shift. */
interface Claim {
  readonly key: string;
  readonly person: UserId;
  readonly layer: string;
}

/**
 * Layers laid over each other, then overrides: walks from one boundary to the next, between which
 * nothing changes. Everything given lies at least partly within `span`.
 */
export function stack(
  layers: readonly Stacked[],
  overrides: readonly Override[],
  span: Span,
): readonly Shift[] {
  const moments = momentsOf(layers, overrides, span);
  const cursors = layers.map(() => 0);
  const open = new Map<string, { shift: Shift; at: number }>();
  const shifts: Shift[] = [];
  for (const [i, from] of moments.entries()) {
    const to = moments[i + 1];
    if (to === undefined) break;
    const based = top(layers, cursors, from);
    for (const { key, person, layer } of overridden(based, overrides, from)) {
      const last = open.get(key);
      if (last && last.shift.to === from) {
        last.shift = { ...last.shift, to };
        shifts[last.at] = last.shift;
      } else {
        const shift = { from, to, person, layer };
        open.set(key, { shift, at: shifts.length });
        shifts.push(shift);
      }
    }
  }
  return shifts;
}

function momentsOf(
  layers: readonly Stacked[],
  overrides: readonly Override[],
  { from, to }: Span,
): readonly Instant[] {
  const moments = new Set<Instant>([from, to]);
  const add = (span: Span): void => {
    if (span.from > from) moments.add(span.from);
    if (span.to < to) moments.add(span.to);
  };
  for (const { pieces } of layers) pieces.forEach(add);
  overrides.forEach(add);
  return [...moments].sort((a, b) => a - b);
}

/** The pieces of the highest priority that has any people. Moves the cursors on. */
function top(layers: readonly Stacked[], cursors: number[], at: Instant): readonly Claim[] {
  let best = Number.NEGATIVE_INFINITY;
  let claims: Claim[] = [];
  for (const [i, { priority, pieces }] of layers.entries()) {
    let cursor = cursors[i] ?? 0;
    while ((pieces[cursor]?.to ?? Number.POSITIVE_INFINITY) <= at) cursor++;
    cursors[i] = cursor;
    const piece = pieces[cursor];
    if (!piece || piece.from > at || piece.people.length === 0 || priority < best) continue;
    if (priority > best) claims = [];
    best = priority;
    for (const person of piece.people)
      claims.push({ key: `${i}/${piece.turn}/${person}`, person, layer: piece.layer });
  }
  return claims;
}

/** What the overrides of that moment make of it. Each looks at `based` alone: none cascades. */
function overridden(
  based: readonly Claim[],
  overrides: readonly Override[],
  at: Instant,
): readonly Claim[] {
  const now = overrides.filter(({ from, to }) => from <= at && at < to);
  if (now.length === 0) return based;
  const claim = ({ id, by }: Override): readonly Claim[] =>
    by === undefined ? [] : [{ key: `override/${id}`, person: by, layer: 'override' }];
  const all = now.filter(({ is }) => is === 'take all');
  if (all.length > 0) return inOrder(all).flatMap(claim);
  const gone = new Set(
    now.filter(({ is }) => is === 'remove' || is === 'replace').map(({ person }) => person),
  );
  const here = new Set(based.map(({ person }) => person));
  const comes = now.filter(
    ({ is, person }) =>
      is === 'add' || (is === 'replace' && person !== undefined && here.has(person)),
  );
  const stays = based.filter(({ person }) => !gone.has(person));
  return [...stays, ...inOrder(comes).flatMap(claim)];
}

/** By their ids: the order in which they were made is no matter. */
const inOrder = (overrides: readonly Override[]): readonly Override[] =>
  [...overrides].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

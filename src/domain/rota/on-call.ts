import { firstShown, latestShown } from '../../base/calendar.ts';
import { after, days, type Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { ZoneTable } from '../routing/plan.ts';
import { peopleOf, turnAt, turnStart, wallOf } from './handoffs.ts';
import { type Piece, stack } from './merge.ts';
import {
  type Layer,
  type OnCall,
  type Override,
  ROTA_LIMITS,
  type Schedule,
  type Shift,
  type Span,
} from './schedule.ts';
import { weekOf, windowsBetween } from './windows.ts';

/**
 * Who is on call between two moments: each shift is one person's part of one turn, cut to the span
 * and where something else takes its place. In order. The one resolver: paging, roster, calendar
 * feed and API all ask here.
 */
export function shiftsBetween(
  schedule: Schedule,
  overrides: readonly Override[],
  zone: ZoneTable | undefined,
  from: Instant,
  to: Instant,
): readonly Shift[] {
  const end = Math.min(to, after(from, days(ROTA_LIMITS.span_days_max))) as Instant;
  if (!(from < end)) return [];
  const span = { from, to: end };
  const layers = schedule.layers.map((layer) => ({
    priority: layer.priority,
    pieces: piecesOf(layer, zone, span),
  }));
  const own = overrides.filter(
    (one) => one.schedule === schedule.name && one.from < end && one.to > from,
  );
  return stack(layers, own, span);
}

/** When one layer is on call, turn by turn. */
function piecesOf(layer: Layer, zone: ZoneTable | undefined, span: Span): readonly Piece[] {
  const { turns, until } = layer;
  if (turns.length === 0) return [];
  const first = Math.max(0, turnAt(layer, latestShown(zone, span.from)));
  const end = until === undefined ? span.to : firstShown(zone, wallOf(until));
  const windows = windowsBetween(weekOf(layer.windows), zone, span);
  const people = peopleOf(layer);
  const pieces: Piece[] = [];
  let [k, w] = [first, 0];
  let next = firstShown(zone, turnStart(layer, k));
  while (next < span.to) {
    const from = next;
    next = firstShown(zone, turnStart(layer, k + 1));
    const turn = {
      from: Math.max(from, span.from) as Instant,
      to: Math.min(next, end, span.to) as Instant,
    };
    while ((windows[w]?.to ?? turn.to) <= turn.from && w < windows.length) w++;
    for (let i = w; i < windows.length; i++) {
      const window = windows[i];
      if (!window || window.from >= turn.to) break;
      const piece = {
        from: Math.max(turn.from, window.from) as Instant,
        to: Math.min(turn.to, window.to) as Instant,
      };
      if (piece.from < piece.to)
        pieces.push({ ...piece, people: people(k), layer: layer.name, turn: k });
    }
    if (from >= end) break;
    k++;
  }
  return pieces;
}

/** Who is on call at a moment, and until when. */
export function onCallAt(
  schedule: Schedule,
  overrides: readonly Override[],
  zone: ZoneTable | undefined,
  at: Instant,
): OnCall {
  const people = peopleAt(schedule, overrides, zone, at);
  const until = changeAfter(schedule, overrides, zone, at, people);
  const shifts = shiftsBetween(schedule, overrides, zone, at, until).filter((s) => s.from === at);
  return { people, until, shifts };
}

/** Who is on call at a moment, in the order of the layers: direct, for whoever asks often. */
export function peopleAt(
  schedule: Schedule,
  overrides: readonly Override[],
  zone: ZoneTable | undefined,
  at: Instant,
): readonly UserId[] {
  const shifts = shiftsBetween(schedule, overrides, zone, at, (at + 1) as Instant);
  return distinct(shifts.map((shift) => shift.person));
}

const distinct = (people: readonly UserId[]): readonly UserId[] => [...new Set(people)];

/** The first moment after `at` at which it is others; `look_days_max` on when it stays so. */
function changeAfter(
  schedule: Schedule,
  overrides: readonly Override[],
  zone: ZoneTable | undefined,
  at: Instant,
  people: readonly UserId[],
): Instant {
  const { look_days_max } = ROTA_LIMITS;
  const same = [...people].sort().join(' ');
  for (let ahead = 1; ; ahead = Math.min(ahead * 8, look_days_max)) {
    const to = after(at, days(ahead));
    const shifts = shiftsBetween(schedule, overrides, zone, at, to);
    for (const moment of momentsOf(shifts, to)) {
      if (moment === at) continue;
      const then = shifts.filter((s) => s.from <= moment && moment < s.to).map((s) => s.person);
      if ([...new Set(then)].sort().join(' ') !== same) return moment;
    }
    if (ahead === look_days_max) return to;
  }
}

const momentsOf = (shifts: readonly Shift[], end: Instant): readonly Instant[] =>
  [...new Set(shifts.flatMap(({ from, to }) => [from, to]))]
    .filter((moment) => moment < end)
    .sort((a, b) => a - b);

/** When nobody is on call between two moments. In order. */
export function gapsBetween(
  schedule: Schedule,
  overrides: readonly Override[],
  zone: ZoneTable | undefined,
  from: Instant,
  to: Instant,
): readonly Span[] {
  const gaps: Span[] = [];
  let covered = from;
  for (const shift of shiftsBetween(schedule, overrides, zone, from, to)) {
    if (shift.from > covered) gaps.push({ from: covered, to: shift.from });
    if (shift.to > covered) covered = shift.to;
  }
  if (covered < to) gaps.push({ from: covered, to });
  return gaps;
}

/** The next moment at which others are on call, and who; undefined when none is near. */
export function nextHandoff(
  schedule: Schedule,
  overrides: readonly Override[],
  zone: ZoneTable | undefined,
  at: Instant,
): { readonly at: Instant; readonly people: readonly UserId[] } | undefined {
  const people = peopleAt(schedule, overrides, zone, at);
  const change = changeAfter(schedule, overrides, zone, at, people);
  if (change >= after(at, days(ROTA_LIMITS.look_days_max))) return undefined;
  return { at: change, people: peopleAt(schedule, overrides, zone, change) };
}

/**
 * no layers      nothing is written down
 * no people      there are layers, and nobody who is here stands in them
 * uncovered now  somebody will be, nobody is
 * covered        somebody is on call
 */
export type Coverage = 'no layers' | 'no people' | 'uncovered now' | 'covered';

/** A gap shorter than this is nobody's gap: an override typed to the last second of an hour. */
const GAP_TOLERANCE_MS = 60_000;

/** How well a schedule is covered now, and the gaps that are to come. Past ones say nothing. */
export function coverageOf(
  schedule: Schedule,
  overrides: readonly Override[],
  zone: ZoneTable | undefined,
  at: Instant,
  to: Instant,
): { readonly is: Coverage; readonly gaps: readonly Span[] } {
  const all = gapsBetween(schedule, overrides, zone, at, to);
  const gaps = all.filter((gap) => gap.to - gap.from > GAP_TOLERANCE_MS);
  const [first] = gaps;
  const isNow = first?.from === at;
  if (schedule.layers.length === 0) return { is: isNow ? 'no layers' : 'covered', gaps };
  const hasPeople = schedule.layers.some(({ turns }) => turns.some((turn) => turn.length > 0));
  if (!hasPeople) return { is: isNow ? 'no people' : 'covered', gaps };
  return { is: isNow ? 'uncovered now' : 'covered', gaps };
}

/**
 * The same without people who are not here (any more): their turn stays theirs, and a lower layer
 * shows through it. An override that would bring one of them is left out.
 */
export function withoutAbsent(
  schedule: Schedule,
  overrides: readonly Override[],
  isHere: (person: UserId) => boolean,
): { readonly schedule: Schedule; readonly overrides: readonly Override[] } {
  const layers = schedule.layers.map((layer) => ({
    ...layer,
    turns: layer.turns.map((turn) => turn.filter(isHere)),
  }));
  const came = overrides.filter(({ by }) => by === undefined || isHere(by));
  return { schedule: { ...schedule, layers }, overrides: came };
}

import { type Html, html } from '../base/html.ts';
import { type Instant, instantText, type Millis } from '../base/time.ts';
import type { HeatColumn, HeatMap, HeatRow } from '../domain/slo/heat.ts';
import { QUANTILES } from '../domain/slo/heat.ts';
import type { Quantile } from '../domain/slo/quantile.ts';

export interface HeatView {
  readonly title: string;
  readonly unit: string;
  readonly map: HeatMap;
  /** How a value is told. Default: three digits and the unit. */
  readonly says?: (value: number) => string;
  /** Values that stand beside the map instead of the bounds, the most telling first. */
  readonly ticks?: readonly number[];
  /** What is told of a column without an answer. Default: `no data`. */
  readonly gap?: string;
  /** A rectangle that is chosen. */
  readonly chosen?: HeatChoice | undefined;
}

/** Above `least` and up to `most`, from one moment to another. */
export interface HeatChoice {
  readonly from: Instant;
  readonly to: Instant;
  readonly least: number;
  readonly most: number;
}

/** Where things are drawn, for whoever draws over it. */
export interface HeatFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly first: Instant;
  readonly step: Millis;
  readonly columns: number;
  /** Lowest first: where it begins, how tall it is, its bounds. */
  readonly rows: readonly (readonly [y: number, tall: number, lower: number, upper: number])[];
}

const WIDTH = 760;
const [LEFT, RIGHT, TOP] = [74, 10, 10];
/** Of the rows between the least and the greatest bound, on a logarithmic scale. */
const LOG_TALL = 250;
/** Of a row that has no place on it: up to zero, and beyond the last bound. */
const ROW_TALL = 16;
const GAP = 7;
/** Axis of time and legend. */
const BELOW = 64;
/** Labels closer than this would run into each other. */
const LABEL_APART = 13;

/** Fills as a picture of its own has them; in a page the theme's classes win. */
const FILLS = ['#d3e3f8', '#a5c6ef', '#6ea1e2', '#3b79c8', '#1c529b', '#0a2c5e'] as const;
const STEPS = FILLS.length;
/** From so many on a logarithm tells more than a straight line. */
const LINEAR_MAX = 36;

const LINES = ['', '6 3', '2 3'] as const;

/** Where each row is drawn. */
interface Place {
  readonly row: HeatRow;
  readonly y: number;
  readonly tall: number;
}

const bottomOf = (places: readonly Place[]): number =>
  Math.max(...places.map(({ y, tall }) => y + tall), TOP + ROW_TALL);

export function heatFrame({ rows, columns, step }: HeatMap): HeatFrame {
  const places = placesOf(rows);
  return {
    ...{ left: LEFT, right: WIDTH - RIGHT, top: TOP, bottom: bottomOf(places) },
    ...{ first: ((columns[0]?.to ?? step) - step) as Instant, step, columns: columns.length },
    rows: places.map(({ row, y, tall }) => [y, tall, row.lower, row.upper]),
  };
}

/** Time to the right, values upward on a logarithmic scale, the more the darker. Server-drawn. */
export function heatSvg(view: HeatView): Html {
  const { title, map, unit, ticks, gap = 'no data' } = view;
  const value = view.says ?? ((n: number): string => valueText(n, unit));
  const places = placesOf(map.rows);
  const bottom = bottomOf(places);
  const most = Math.max(0, ...map.columns.flatMap(({ counts }) => counts));
  const wide = (WIDTH - LEFT - RIGHT) / Math.max(1, map.columns.length);
  const x = (i: number): number => tidy(LEFT + i * wide);
  const height = bottom + BELOW;
  const total = map.columns.reduce((sum, one) => sum + one.total, 0);
  const says = `${title}: ${Math.round(total)} observations in ${map.columns.length} time cells`;
  return html`<svg class="heat" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}"
role="img" aria-label="${says}" font-family="sans-serif" font-size="11">
<rect class="heat-ground" fill="#ffffff" width="${WIDTH}" height="${height}"/>
${map.columns.map((column, i) =>
  columnCells(column, {
    ...{ x: x(i), wide: tidy(wide), places, most, value, gap, step: map.step, bottom },
  }),
)}
${ticks ? tickLabels(places, ticks, value) : edges(places, value)}
${QUANTILES.map((_, i) => quantileLine(map.columns, i, { places, x, wide }))}
${view.chosen && choice(view.chosen, heatFrame(map))}
${timeAxis(map.columns, map.step, bottom)}
${legend(most, bottom + 30)}
${lineLegend(bottom + 52)}
</svg>`;
}

const tidy = (n: number): number => Math.round(n * 100) / 100;

const isLog = ({ lower, upper }: HeatRow): boolean => lower > 0 && upper < Infinity;

/** Lowest first, as the rows are; the row up to +Inf stands apart on top. */
function placesOf(rows: readonly HeatRow[]): readonly Place[] {
  const log = rows.filter(isLog);
  const [least, greatest] = [log[0]?.lower ?? 1, log.at(-1)?.upper ?? 1];
  const hasInf = rows.some(({ upper }) => upper === Infinity);
  const logTop = TOP + (hasInf ? ROW_TALL + GAP : 0);
  const tall = log.length === 0 ? 0 : LOG_TALL;
  const span = Math.log(greatest / least) || 1;
  const y = (value: number): number => logTop + (1 - Math.log(value / least) / span) * tall;
  const low = rows.filter(({ lower }) => lower <= 0);
  return rows.map((row) => {
    if (row.upper === Infinity) return { row, y: TOP, tall: ROW_TALL };
    if (isLog(row)) {
      const top = y(row.upper);
      return { row, y: tidy(top), tall: tidy(y(row.lower) - top) };
    }
    const place = low.length - 1 - low.indexOf(row);
    return { row, y: logTop + tall + place * ROW_TALL, tall: ROW_TALL };
  });
}

interface CellsAt {
  readonly x: number;
  readonly wide: number;
  readonly places: readonly Place[];
  readonly most: number;
  readonly value: (value: number) => string;
  readonly gap: string;
  readonly step: number;
  readonly bottom: number;
}

/** Cells with anything in them; where no answer was, a grey column that says so. */
function columnCells(column: HeatColumn, at: CellsAt): Html {
  const from = (column.to - at.step) as Instant;
  const when = `${minute(from)} – ${clock(column.to)}`;
  if (!column.isKnown)
    return html`<rect class="heat-gap" fill="#e4e7ec" x="${at.x}" y="${TOP}" width="${at.wide}"
height="${at.bottom - TOP}"><title>${when}: ${at.gap}</title></rect>`;
  return html`${at.places.map(({ row, y, tall }, i) => {
    const count = column.counts[i] ?? 0;
    if (count <= 0) return '';
    const step = stepOf(count, at.most);
    const says = `${when}, ${rangeText(row, at.value)}: ${countText(count)}`;
    return html`<rect class="heat-${step}" fill="${FILLS[step - 1] ?? ''}" x="${at.x}" y="${y}"
width="${at.wide}" height="${tall}"><title>${says}</title></rect>`;
  })}`;
}

/** 1 to `STEPS`; the count that is most of all is in the last. */
function stepOf(count: number, most: number): number {
  const share = most <= LINEAR_MAX ? count / most : Math.log(count + 1) / Math.log(most + 1);
  return Math.min(STEPS, Math.max(1, Math.ceil(share * STEPS - 1e-9)));
}

/** The greatest count of a step. */
const topOf = (step: number, most: number): number =>
  most <= LINEAR_MAX ? (most * step) / STEPS : (most + 1) ** (step / STEPS) - 1;

/** Bounds beside their edges, as many as have room; the last bound always. */
function edges(places: readonly Place[], value: (value: number) => string): Html {
  const labels: Label[] = [];
  const put = (y: number, text: string): void => {
    if (labels.every((one) => Math.abs(one.y - y) >= LABEL_APART)) labels.push({ y, text });
  };
  const inf = places.find(({ row }) => row.upper === Infinity);
  const log = places.filter(({ row }) => isLog(row));
  if (inf) put(inf.y + ROW_TALL / 2, `> ${value(inf.row.lower)}`);
  for (const { row, y } of [...log].reverse()) put(y, value(row.upper));
  const first = log[0];
  if (first) put(first.y + first.tall, value(first.row.lower));
  for (const { row, y } of places.filter((one) => one.row.lower <= 0))
    put(y + ROW_TALL / 2, `≤ ${value(row.upper)}`);
  return html`${labels.map(labelText)}`;
}

interface Label {
  readonly y: number;
  readonly text: string;
}

const labelText = ({ y, text }: Label): Html =>
  html`<text class="heat-text" fill="#4c5867" x="${LEFT - 6}" y="${tidy(y + 4)}"
text-anchor="end">${text}</text>`;

/** Whole values with a mark each, where bounds are no numbers that anybody knows. */
function tickLabels(
  places: readonly Place[],
  ticks: readonly number[],
  value: (value: number) => string,
): Html {
  const labels: Label[] = [];
  for (const tick of ticks) {
    const y = yOf({ value: tick, isAtLeast: false }, places);
    if (y === undefined || labels.some((one) => Math.abs(one.y - y) < LABEL_APART)) continue;
    labels.push({ y, text: value(tick) });
  }
  return html`${labels.map(
    (label) => html`${labelText(label)}<line class="heat-tick" stroke="#4c5867"
x1="${LEFT - 4}" x2="${LEFT}" y1="${tidy(label.y)}" y2="${tidy(label.y)}"/>`,
  )}`;
}

/** A frame around what is chosen; where a bound lies beyond the map, its edge. */
function choice({ from, to, least, most }: HeatChoice, frame: HeatFrame): Html {
  const { left, right, top, bottom, first, step, columns, rows } = frame;
  const x = (at: number): number => {
    const share = (at - first) / (step * columns);
    return left + Math.min(1, Math.max(0, share)) * (right - left);
  };
  const inside = rows.filter(([, , lower, upper]) => upper > least && lower < most);
  const y = Math.min(...inside.map(([at]) => at), bottom);
  const end = Math.max(...inside.map(([at, tall]) => at + tall), top);
  return html`<rect class="heat-chosen" fill="none" stroke="#0b4fad" stroke-width="2"
x="${tidy(x(from))}" y="${tidy(y)}" width="${tidy(Math.max(2, x(to) - x(from)))}"
height="${tidy(Math.max(2, end - y))}"/>`;
}

/** From cell to cell, broken where nothing is known; beyond the last bound in the row above it. */
function quantileLine(
  columns: readonly HeatColumn[],
  index: number,
  at: { readonly places: readonly Place[]; readonly x: (i: number) => number; wide: number },
): Html {
  const pieces: string[][] = [[]];
  columns.forEach(({ quantiles }, i) => {
    const y = quantiles[index] && yOf(quantiles[index], at.places);
    if (y === undefined) pieces.push([]);
    else pieces.at(-1)?.push(`${tidy(at.x(i) + at.wide / 2)},${tidy(y)}`);
  });
  const dash = LINES[index] ?? '';
  return html`${pieces
    .filter((points) => points.length > 1)
    .map(
      (points) => html`<polyline class="heat-halo" fill="none" stroke="#ffffff" stroke-width="3.5"
points="${points.join(' ')}"/><polyline class="heat-line" fill="none" stroke="#a04a00"
stroke-width="1.5" stroke-dasharray="${dash}" points="${points.join(' ')}"/>`,
    )}`;
}

function yOf({ value, isAtLeast }: Quantile, places: readonly Place[]): number | undefined {
  if (Number.isNaN(value)) return undefined;
  const found = places.find(({ row }) =>
    isAtLeast ? row.upper === Infinity : value > row.lower && value <= row.upper,
  );
  if (!found) return undefined;
  const { row, y, tall } = found;
  if (!isLog(row)) return y + tall / 2;
  return y + tall * (1 - Math.log(value / row.lower) / Math.log(row.upper / row.lower));
}

function timeAxis(columns: readonly HeatColumn[], step: number, bottom: number): Html {
  const [first, last] = [columns[0], columns.at(-1)];
  if (!first || !last) return html``;
  const from = (first.to - step) as Instant;
  const middle = Math.round((from + last.to) / 2) as Instant;
  const text = (x: number, anchor: string, says: string): Html =>
    html`<text class="heat-text" fill="#4c5867" x="${x}" y="${bottom + 14}"
text-anchor="${anchor}">${says}</text>`;
  const [left, right] = [LEFT, WIDTH - RIGHT];
  return html`${text(left, 'start', minute(from))}
${text((left + right) / 2, 'middle', clock(middle))}
${text(right, 'end', `${minute(last.to)} UTC`)}`;
}

function legend(most: number, y: number): Html {
  if (most <= 0) return html``;
  let below = 0;
  return html`<text class="heat-text" fill="#4c5867" x="${LEFT}" y="${y + 4}">In a cell:</text>
${FILLS.map((fill, i) => {
  const top = topOf(i + 1, most);
  const says = `${i === 0 ? 'to' : `${countText(below)} –`} ${countText(top)}`;
  below = top;
  const x = LEFT + 62 + i * 100;
  return html`<rect class="heat-${i + 1}" fill="${fill}" x="${x}" y="${y - 6}" width="12"
height="12"/><text class="heat-text" fill="#4c5867" x="${x + 16}" y="${y + 4}">${says}</text>`;
})}`;
}

const lineLegend = (y: number): Html =>
  html`${QUANTILES.map((q, i) => {
    const x = LEFT + i * 100;
    return html`<line class="heat-line" stroke="#a04a00" stroke-width="1.5"
stroke-dasharray="${LINES[i] ?? ''}" x1="${x}" x2="${x + 28}" y1="${y}" y2="${y}"/><text
class="heat-text" fill="#4c5867" x="${x + 34}" y="${y + 4}">p${tidy(q * 100)}</text>`;
  })}`;

/** `0.25 s`: three digits that count. */
export const valueText = (value: number, unit: string): string => {
  const text = Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
  return unit === '' ? text : `${text} ${unit}`;
};

/** `≥ 10 s` where it lies beyond the last bound; `–` where nothing was observed. */
export const quantileText = ({ value, isAtLeast }: Quantile, unit: string): string =>
  Number.isNaN(value) ? '–' : `${isAtLeast ? '≥ ' : ''}${valueText(value, unit)}`;

const rangeText = ({ lower, upper }: HeatRow, value: (value: number) => string): string =>
  upper === Infinity ? `above ${value(lower)}` : `${value(lower)} to ${value(upper)}`;

/** Counts are drawn from counters: a tenth is told below ten. */
const countText = (count: number): string =>
  String(count < 10 ? Math.round(count * 10) / 10 : Math.round(count));

const minute = (at: Instant): string => instantText(at).slice(0, 16).replace('T', ' ');
const clock = (at: Instant): string => instantText(at).slice(11, 16);

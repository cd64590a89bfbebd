import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import type { HeatColumn, HeatMap, HeatRow } from '../domain/slo/heat.ts';
import { QUANTILES } from '../domain/slo/heat.ts';
import type { Quantile } from '../domain/slo/quantile.ts';

export interface HeatView {
  readonly title: string;
  readonly unit: string;
  readonly map: HeatMap;
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

/** Time to the right, values upward on a logarithmic scale, the more the darker. Server-drawn. */
export function heatSvg({ title, unit, map }: HeatView): Html {
  const places = placesOf(map.rows);
  const bottom = Math.max(...places.map(({ y, tall }) => y + tall), TOP + ROW_TALL);
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
  columnCells(column, { x: x(i), wide: tidy(wide), places, most, unit, step: map.step, bottom }),
)}
${edges(places, unit)}
${QUANTILES.map((_, i) => quantileLine(map.columns, i, { places, x, wide }))}
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
  readonly unit: string;
  readonly step: number;
  readonly bottom: number;
}

/** Cells with anything in them; where no answer was, a grey column that says so. */
function columnCells(column: HeatColumn, at: CellsAt): Html {
  const from = (column.to - at.step) as Instant;
  const when = `${minute(from)} – ${clock(column.to)}`;
  if (!column.isKnown)
    return html`<rect class="heat-gap" fill="#e4e7ec" x="${at.x}" y="${TOP}" width="${at.wide}"
height="${at.bottom - TOP}"><title>${when}: no data</title></rect>`;
  return html`${at.places.map(({ row, y, tall }, i) => {
    const count = column.counts[i] ?? 0;
    if (count <= 0) return '';
    const step = stepOf(count, at.most);
    const says = `${when}, ${rangeText(row, at.unit)}: ${countText(count)}`;
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
function edges(places: readonly Place[], unit: string): Html {
  const labels: { readonly y: number; readonly text: string }[] = [];
  const put = (y: number, text: string): void => {
    if (labels.every((one) => Math.abs(one.y - y) >= LABEL_APART)) labels.push({ y, text });
  };
  const inf = places.find(({ row }) => row.upper === Infinity);
  const log = places.filter(({ row }) => isLog(row));
  if (inf) put(inf.y + ROW_TALL / 2, `> ${valueText(inf.row.lower, unit)}`);
  for (const { row, y } of [...log].reverse()) put(y, valueText(row.upper, unit));
  const first = log[0];
  if (first) put(first.y + first.tall, valueText(first.row.lower, unit));
  for (const { row, y } of places.filter((one) => one.row.lower <= 0))
    put(y + ROW_TALL / 2, `≤ ${valueText(row.upper, unit)}`);
  return html`${labels.map(
    ({ y, text }) => html`<text class="heat-text" fill="#4c5867" x="${LEFT - 6}" y="${tidy(y + 4)}"
text-anchor="end">${text}</text>`,
  )}`;
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

const rangeText = ({ lower, upper }: HeatRow, unit: string): string =>
  upper === Infinity
    ? `above ${valueText(lower, unit)}`
    : `${valueText(lower, '')} to ${valueText(upper, unit)}`;

/** Counts are drawn from counters: a tenth is told below ten. */
const countText = (count: number): string =>
  String(count < 10 ? Math.round(count * 10) / 10 : Math.round(count));

const minute = (at: Instant): string => instantText(at).slice(0, 16).replace('T', ' ');
const clock = (at: Instant): string => instantText(at).slice(11, 16);

import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import { counted } from '../desk/views/words.ts';
import { type Bounds, type Point, valueText } from '../domain/check/figure.ts';

/** A figure's values over time with its limits, drawn by the server: no script, any theme. */
export interface PlotView {
  readonly title: string;
  readonly unit: string;
  /** Oldest first. */
  readonly points: readonly Point[];
  readonly raise: Bounds;
  readonly clear: Bounds;
  /** What its limit is for; default: what is above or below it raises. */
  readonly does?: string;
}

const [WIDTH, HEIGHT] = [640, 200];
const [LEFT, RIGHT, TOP, BOTTOM] = [8, 8, 18, 36];

/** Points on the line: more would fall on one pixel. */
const DRAWN_MAX = 600;

interface Scale {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

/** A plot with its name, and its newest value in words: read from further away than a line. */
export function figureCard(view: PlotView): Html {
  const { title, unit, points } = view;
  const newest = points.at(-1);
  return html`<figure class="card"><figcaption class="figure-head"><b>${title}</b>${
    newest && html` <span class="figure-now">${valueText(newest.value, unit)}</span>`
  } <span class="quiet">${newest && spanText(view, newest)}</span></figcaption>${
    points.length !== 1 && plot(view)
  }</figure>`;
}

function spanText({ points, unit }: PlotView, newest: Point): string {
  if (points.length === 1) return `at ${day(newest.at)}; the line begins with the second value`;
  let [least, most] = [newest.value, newest.value];
  for (const { value } of points) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const span = `from ${valueText(least, unit)} to ${valueText(most, unit)}`;
  return `${counted(points.length, 'value')} ${span}`;
}

export function plot(view: PlotView): Html {
  const points = thinned(view.points);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return html`<p class="quiet">No value yet.</p>`;
  const limits = limitLines(view);
  const values = [...points.map(({ value }) => value), ...limits.map(({ value }) => value)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const pad = (high - low || Math.abs(high) || 1) * 0.08;
  const scale = scaleOf(first.at, last.at, low - pad, high + pad);
  const line = points.map(({ at, value }) => `${scale.x(at)},${scale.y(value)}`).join(' ');
  const newest = valueText(last.value, view.unit);
  const span = `from ${day(first.at)} to ${day(last.at)}`;
  const says = `${view.title}: ${points.length} values ${span}, the last ${newest}`;
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${says}">
${limits.map((limit) => limitLine(limit, scale, view))}
<polyline class="plot-line" points="${line}"/>
<circle class="plot-last" cx="${scale.x(last.at)}" cy="${scale.y(last.value)}" r="3.5"/>
<text x="${LEFT}" y="${HEIGHT - 6}">${day(first.at)}</text>
<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${day(last.at)}</text>
</svg>`;
}

function scaleOf(from: number, to: number, low: number, high: number): Scale {
  const round = (n: number): number => Math.round(n * 10) / 10;
  const wide = WIDTH - LEFT - RIGHT;
  const tall = HEIGHT - TOP - BOTTOM;
  return {
    x: (at) => round(to === from ? LEFT + wide / 2 : LEFT + ((at - from) / (to - from)) * wide),
    y: (value) => round(TOP + (1 - (value - low) / (high - low)) * tall),
  };
}

interface LimitLine {
  readonly is: 'raise' | 'clear';
  readonly side: 'above' | 'below';
  readonly value: number;
}

const limitLines = (view: PlotView): readonly LimitLine[] =>
  (['raise', 'clear'] as const).flatMap((is) =>
    (['above', 'below'] as const).flatMap((side) => {
      const value = view[is][side];
      return value === undefined ? [] : [{ is, side, value }];
    }),
  );

/** What raises is told on its far side, what clears on its near one, so that they never meet. */
function limitLine({ is, side, value }: LimitLine, { y }: Scale, view: PlotView): Html {
  const at = y(value);
  const { unit, does = `raises ${side}` } = view;
  const says = `${is === 'raise' ? does : 'clears at'} ${valueText(value, unit)}`;
  const x = is === 'raise' ? LEFT : WIDTH - RIGHT;
  const isOver = (is === 'raise') === (side === 'above');
  const textAt = isOver ? at - 4 : at + 13;
  return html`<line class="plot-${is}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>
<text x="${x}" y="${textAt}"${!isOver && html` class="plot-under"`}${
    is === 'clear' && html` text-anchor="end"`
  }>${says}</text>`;
}

/** Of every stretch its least and its greatest value, so that no peak is lost. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= DRAWN_MAX) return points;
  const size = Math.ceil((points.length * 2) / DRAWN_MAX);
  const out: Point[] = [];
  for (let i = 0; i < points.length; i += size) {
    const some = points.slice(i, i + size);
    let [least, most] = [some[0] as Point, some[0] as Point];
    for (const one of some) {
      if (one.value < least.value) least = one;
      if (one.value > most.value) most = one;
    }
    out.push(...(least.at < most.at ? [least, most] : least === most ? [least] : [most, least]));
  }
  const last = points.at(-1) as Point;
  return out.at(-1)?.at === last.at ? out : [...out, last];
}

const day = (at: Instant): string => `${instantText(at).slice(0, 16).replace('T', ' ')} UTC`;

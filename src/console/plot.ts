import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import { type Bounds, type Point, valueText } from '../domain/check/figure.ts';

/** A figure's values over time with its limits, drawn by the server: no script, any theme. */
export interface PlotView {
  readonly title: string;
  readonly unit: string;
  /** Oldest first. */
  readonly points: readonly Point[];
  readonly raise: Bounds;
  readonly clear: Bounds;
}

const [WIDTH, HEIGHT] = [640, 200];
const [LEFT, RIGHT, TOP, BOTTOM] = [8, 8, 18, 36];

/** Points on the line: more would fall on one pixel. */
const DRAWN_MAX = 600;

interface Scale {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
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
${limits.map((limit) => limitLine(limit, scale, view.unit))}
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
function limitLine({ is, side, value }: LimitLine, { y }: Scale, unit: string): Html {
  const at = y(value);
  const says = `${is === 'raise' ? 'raises' : 'clears'} ${valueText(value, unit)}`;
  const x = is === 'raise' ? LEFT : WIDTH - RIGHT;
  const textAt = (is === 'raise') === (side === 'above') ? at - 4 : at + 13;
  return html`<line class="plot-${is}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>
<text x="${x}" y="${textAt}"${is === 'clear' && html` text-anchor="end"`}>${says}</text>`;
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

const day = (at: Instant): string => instantText(at).slice(0, 16).replace('T', ' ');

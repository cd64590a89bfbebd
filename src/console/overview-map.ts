import { type Html, html } from '../base/html.ts';
import type { Lie, PlaceView } from '../desk/views/overview.ts';
import { rank } from '../domain/alarm/severity.ts';
import { shapeAt } from './parts.ts';

const WIDTH = 560;
const MARGIN = 36;
const HEIGHT_MAX = 560;

/** A name of so many letters is about so wide and high. */
const LETTER_WIDTH = 9.5;
const LINE_HEIGHT = 15;

/** Fewer are no map. */
const PLACES_MIN = 3;

interface Lying {
  readonly place: PlaceView;
  readonly lie: Lie;
}

/** Sites where they lie, drawn by the server; those in trouble have a name. Tiles say it all. */
export function siteMap(
  places: readonly PlaceView[],
  lies: ReadonlyMap<string, Lie>,
  hrefOf: (place: PlaceView) => string,
): Html {
  const all = places.flatMap((place): readonly Lying[] => {
    const lie = lies.get(place.name);
    return lie && place.label === 'site' ? [{ place, lie }] : [];
  });
  if (all.length < PLACES_MIN) return html``;
  const { at, height } = scaleOf(all.map(({ lie }) => lie));
  const spots = all
    .map(({ place, lie }) => ({ place, point: at(lie) }))
    .sort((a, b) => rankOf(a.place) - rankOf(b.place)); // the worst over the calm
  const named = namedOf(spots);
  return html`<svg class="site-map" viewBox="0 0 ${WIDTH} ${height}" role="group"
aria-label="Sites on a map">${spots.map(({ place, point }) =>
    mark(place, point, hrefOf(place), named.has(place)),
  )}</svg>`;
}

type Point = readonly [x: number, y: number];

interface Spot {
  readonly place: PlaceView;
  readonly point: Point;
}

const rankOf = ({ worst, held }: PlaceView): number => (worst ? 2 + rank(worst) : held ? 1 : 0);

/** Who is waited for has a name, the worst first, unless it would lie over another. */
function namedOf(spots: readonly Spot[]): ReadonlySet<PlaceView> {
  const named: Spot[] = [];
  for (const spot of spots.toReversed()) {
    if (!spot.place.worst) break;
    if (!named.some((other) => overlap(spot, other))) named.push(spot);
  }
  return new Set(named.map(({ place }) => place));
}

function overlap({ place: a, point: [ax, ay] }: Spot, { place: b, point: [bx, by] }: Spot) {
  const [first, gap] = ax < bx ? [a, bx - ax] : [b, ax - bx];
  return Math.abs(ay - by) < LINE_HEIGHT && gap < first.name.length * LETTER_WIDTH;
}

function mark(place: PlaceView, [x, y]: Point, href: string, isNamed: boolean): Html {
  const { name, worst, held, waiting } = place;
  const severity = worst ?? held;
  const says = worst
    ? `${name}: ${waiting} waiting, ${worst}`
    : `${name}: ${held ? 'held' : 'calm'}`;
  const loud = worst ? ` ${worst} loud` : held ? ` ${held} held` : ' calm';
  return html`<a href="${href}" class="spot${loud}" aria-label="${says}"><title>${says}</title>
<circle class="reach" cx="${x}" cy="${y}" r="13"/>${
    severity ? shapeAt(severity, [x, y]) : html`<circle cx="${x}" cy="${y}" r="3.5"/>`
  }${isNamed && label(name, [x, y])}</a>`;
}

/** Behind its mark; before it where the edge is near. */
function label(name: string, [x, y]: Point): Html {
  const isNear = x + 12 + name.length * LETTER_WIDTH > WIDTH;
  const at = isNear ? html`x="${x - 12}" text-anchor="end"` : html`x="${x + 12}"`;
  return html`<text ${at} y="${y + 4}">${name}</text>`;
}

/** Degrees east are shorter in the north: by the cosine of the middle. */
function scaleOf(lies: readonly Lie[]) {
  const [lats, lons] = [lies.map(({ lat }) => lat), lies.map(({ lon }) => lon)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const [wide, tall] = [(east - west) * narrow || 1, north - south || 1];
  const unit = Math.min((WIDTH - 2 * MARGIN) / wide, (HEIGHT_MAX - 2 * MARGIN) / tall);
  const left = (WIDTH - wide * unit) / 2;
  const round = (n: number): number => Math.round(n * 10) / 10;
  const at = ({ lat, lon }: Lie): Point => [
    round(left + (lon - west) * narrow * unit),
    round(MARGIN + (north - lat) * unit),
  ];
  return { at, height: Math.ceil(tall * unit + 2 * MARGIN) };
}

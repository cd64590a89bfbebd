import { type Html, html } from '../base/html.ts';
import type { Lie, PlaceView } from '../desk/views/overview.ts';
import { shape } from './parts.ts';

const WIDTH = 960;
const MARGIN = 40;
const HEIGHT_MAX = 560;

/** Fewer are no map. */
const PLACES_MIN = 3;

interface Lying {
  readonly place: PlaceView;
  readonly lie: Lie;
}

/** The sites where they lie, drawn by the server: those in trouble have a name. The tiles say all. */
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
  const last = (a: Lying, b: Lying): number => rankOf(a.place) - rankOf(b.place); // over the calm
  return html`<svg class="site-map" viewBox="0 0 ${WIDTH} ${height}" role="group"
aria-label="Sites on a map">${[...all]
    .sort(last)
    .map(({ place, lie }) => mark(place, at(lie), hrefOf(place)))}</svg>`;
}

const rankOf = ({ worst, held }: PlaceView): number => (worst ? 2 : held ? 1 : 0);

function mark(place: PlaceView, [x, y]: readonly [number, number], href: string): Html {
  const { name, worst, held, waiting } = place;
  const severity = worst ?? held;
  const says = worst
    ? `${name}: ${waiting} waiting, ${worst}`
    : `${name}: ${held ? 'held' : 'calm'}`;
  const loud = worst ? ` ${worst} loud` : held ? ` ${held} held` : ' calm';
  return html`<a href="${href}" class="spot${loud}" aria-label="${says}"><title>${says}</title>${
    severity
      ? html`<g transform="translate(${x - 8} ${y - 8})">${shape(severity)}</g>`
      : html`<circle cx="${x}" cy="${y}" r="3.5"/>`
  }${worst && html`<text x="${x + 12}" y="${y + 4}">${name}</text>`}</a>`;
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
  const at = ({ lat, lon }: Lie): readonly [number, number] => [
    round(left + (lon - west) * narrow * unit),
    round(MARGIN + (north - lat) * unit),
  ];
  return { at, height: Math.ceil(tall * unit + 2 * MARGIN) };
}

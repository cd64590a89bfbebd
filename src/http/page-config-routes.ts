import type { PlaceForm } from '../console/config-forms-page.ts';
import { configRoutesBody, routeWords } from '../console/config-routes-page.ts';
import type { FieldErrors } from '../console/form-errors.ts';
import { rerouteBox, rerouteText } from '../console/reroute-box.ts';
import type { ConfigField, ConfigPath, FormPlace, OutlinedRoute } from '../desk/config-form.ts';
import { type RerouteView, reroute } from '../desk/views/reroute.ts';
import {
  type ConfigFormParts,
  formGet,
  formPost,
  showForm,
  workingOf,
} from './config-form-parts.ts';
import {
  GONE,
  keepOrTell,
  moveItem,
  refusedAsMovedList,
  sentForm,
  showListPage,
} from './config-form-steps.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

const HERE = '/configuration/routes';

/** The tree of routes in forms. */
export const configRoutePages = (parts: ConfigFormParts): Route[] => [
  formGet(HERE, 'The tree of routes, to be changed.', (asked) => showTree(parts, asked)),
  formGet(`${HERE}/form`, 'The form of a route.', (asked) => {
    const asking = askingOf((name) => asked.query.get(name) ?? '');
    const form = formFor(parts, workingOf(parts, asked).text, asking);
    return form ? showForm(parts, asked, form.shown) : showTree(parts, asked, [GONE]);
  }),
  formPost(`${HERE}/form`, 'Keeps a route in the draft, or says what it would do.', (asked) =>
    putRoute(parts, asked),
  ),
  formPost(`${HERE}/move`, 'Moves a route up or down, or takes it out.', (asked) =>
    moveRoute(parts, asked),
  ),
];

function showTree(parts: ConfigFormParts, asked: Asked, errors: FieldErrors = []): Answer {
  const { text, draft } = workingOf(parts, asked);
  const { root } = parts.configuration.forms.outline(text);
  const view = { root, draft, errors };
  return showListPage(parts, asked, { title: 'Routes', errors }, (site, reader) =>
    configRoutesBody(site, reader, view),
  );
}

/** `at`: a route that is there. Else a new one below `under`, before what stands at `place`. */
interface Asking {
  readonly at: string;
  readonly under: string;
  readonly place: string;
  /** What the route took when its form was opened. */
  readonly was: string | undefined;
}

function askingOf(said: (name: string) => string): Asking {
  const was = said('was');
  const [at, under, place] = [said('at'), said('under'), said('place')];
  return { at, under, place, was: was === '' ? undefined : was };
}

const placesIn = (text: string): readonly number[] =>
  text === '' ? [] : text.split('.').map(Number);

const pathOf = (at: readonly number[]): ConfigPath => [
  'route',
  ...at.flatMap((n) => ['routes', n]),
];

function routeAt(root: OutlinedRoute, at: readonly number[]): OutlinedRoute | undefined {
  return at.reduce<OutlinedRoute | undefined>((route, n) => route?.routes[n], root);
}

interface RouteForm {
  readonly place: FormPlace;
  readonly shown: PlaceForm;
  readonly words: string;
}

function formFor(parts: ConfigFormParts, text: string, asking: Asking): RouteForm | undefined {
  const { forms } = parts.configuration;
  const { root } = forms.outline(text);
  const isNew = asking.place !== '';
  const route = routeAt(root, placesIn(isNew ? asking.under : asking.at));
  if (!route) return undefined;
  const words = routeWords(route);
  if (asking.was !== undefined && asking.was !== words) return undefined;
  const at = Math.min(Number(asking.place) || 0, route.routes.length);
  const place = isNew
    ? { path: [...pathOf(route.at), 'routes', at], isNew }
    : { path: pathOf(route.at), isNew };
  const found = forms.fields(text, place);
  if (!found) return undefined;
  const isRoot = route.at.length === 0 && !isNew;
  const fields = inOrder(found).filter(({ name }) => !isRoot || !NOT_FOR_ROOT.has(name));
  const { at: own, under, place: before } = asking;
  return {
    ...{ place, words },
    shown: {
      title: isNew ? `Add a route below ${words}` : `Route: ${words}`,
      ...{ at: HERE, action: `${HERE}/form`, fields, receiverName: undefined },
      hidden: { at: own, under, place: before, was: words },
      summary: 'What is not said here is inherited from the route above.',
      asks: true,
      sends: false,
    },
  };
}

/** The root takes everything at all times. */
const NOT_FOR_ROOT = new Set([
  ...['matchers', 'match', 'match_re', 'continue'],
  ...['mute_time_intervals', 'active_time_intervals'],
]);

const FIRST = ['matchers', 'receiver', 'continue', 'group_by'];

/** What it takes comes before what it does. */
const inOrder = (fields: readonly ConfigField[]): readonly ConfigField[] => [
  ...FIRST.flatMap((name) => fields.find((one) => one.name === name) ?? []),
  ...fields.filter(({ name }) => !FIRST.includes(name)),
];

async function putRoute(parts: ConfigFormParts, asked: Asked): Promise<Answer> {
  const working = workingOf(parts, asked);
  const asking = askingOf((name) => field(asked.json, name));
  const form = formFor(parts, working.text, asking);
  if (!form) return showTree(parts, asked, [GONE]);
  const { place, words } = form;
  const what = place.isNew ? `a route added below ${words}` : `route ${words} changed`;
  return keepOrTell(sentForm(parts, asked, working, form), what, async (text) => {
    const found = await reroutedBy(parts, text);
    return found && { says: rerouteText(found), outcome: (site) => rerouteBox(site, found) };
  });
}

/** What the routing of a text would do to the alarms open now; undefined of a faulty one. */
export async function reroutedBy(
  { desk, configuration }: ConfigFormParts,
  text: string,
): Promise<RerouteView | undefined> {
  const plan = configuration.planOf(text);
  return plan && runSliced(reroute(desk.memory, plan));
}

function moveRoute(parts: ConfigFormParts, asked: Asked): Answer {
  const refuse = (errors: FieldErrors): Answer => showTree(parts, asked, errors);
  const page = { at: HERE, refuse };
  const moved = refusedAsMovedList(parts, asked, page);
  if (moved) return moved;
  const at = placesIn(field(asked.json, 'at'));
  const { root } = parts.configuration.forms.outline(workingOf(parts, asked).text);
  const route = routeAt(root, at);
  const own = at.at(-1);
  if (!route || own === undefined) return refuse([GONE]);
  const list = [...pathOf(at.slice(0, -1)), 'routes'];
  return moveItem(parts, asked, { list, at: own, words: `route ${routeWords(route)}` }, page);
}

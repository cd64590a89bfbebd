import { configRoutesBody, routeWords } from '../console/config-routes-page.ts';
import { errorTitle, type FieldErrors } from '../console/form-errors.ts';
import { rerouteBox, rerouteText } from '../console/reroute-box.ts';
import type { Site } from '../console/site.ts';
import type {
  ConfigField,
  ConfigPath,
  FormPlace,
  OutlinedRoute,
  Typed,
} from '../desk/config-form.ts';
import { type RerouteView, reroute } from '../desk/views/reroute.ts';
import { json, seeOther } from './answer.ts';
import {
  asTyped,
  atFields,
  type ConfigFormParts,
  formGet,
  formPost,
  keep,
  MOVED_LIST,
  meanwhile,
  movedSince,
  NO_ROOM,
  type PlaceForm,
  showForm,
  typedIn,
  type Working,
  workingOf,
} from './config-form-parts.ts';
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

const GONE = { field: '', why: 'That route is not there any more: begin again from the tree.' };

function showTree(parts: ConfigFormParts, asked: Asked, errors: FieldErrors = []): Answer {
  const { text, draft } = workingOf(parts, asked);
  const { root } = parts.configuration.forms.outline(text);
  const title = errorTitle('Routes', errors);
  const status = errors.length > 0 ? 422 : 200;
  return parts.draw(
    asked,
    title,
    (site, reader) => configRoutesBody(site, reader, { root, draft, errors }),
    status,
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
  const form = formFor(
    parts,
    working.text,
    askingOf((name) => field(asked.json, name)),
  );
  if (!form) return showTree(parts, asked, [GONE]);
  const typed = typedIn(asked);
  switch (field(asked.json, 'do')) {
    case 'count':
      return countRoute(parts, working, form, typed);
    case 'look':
      return lookAtRoute(parts, asked, working, form);
    default:
      return keepRoute(parts, asked, working, form);
  }
}

const again = ({ shown }: RouteForm, typed: Typed): PlaceForm => ({
  ...shown,
  fields: asTyped(shown.fields, typed),
});

function keepRoute(
  parts: ConfigFormParts,
  asked: Asked,
  working: Working,
  form: RouteForm,
): Answer {
  const typed = typedIn(asked);
  const moved = movedSince(asked, working);
  if (moved !== undefined) {
    const more = { meanwhile: meanwhile(parts, asked, working) };
    return showForm(parts, asked, again(form, typed), [{ field: '', why: moved }], more);
  }
  const put = parts.configuration.forms.put(working.text, form.place, typed);
  const wrong = put.ok ? [] : atFields(put.errors, form.shown.fields);
  if (!put.ok) return showForm(parts, asked, again(form, typed), wrong);
  const { isNew } = form.place;
  const what = isNew ? `a route added below ${form.words}` : `route ${form.words} changed`;
  if (!keep(parts, asked, put.text, what)) {
    return showForm(parts, asked, again(form, typed), [{ field: '', why: NO_ROOM }]);
  }
  return seeOther(`${parts.prefix}${HERE}?kept`);
}

/** What the routing of a text would do to the alarms open now; undefined of a faulty one. */
export async function reroutedBy(
  { desk, configuration }: ConfigFormParts,
  text: string,
): Promise<RerouteView | undefined> {
  const plan = configuration.planOf(text);
  return plan && runSliced(reroute(desk.memory, plan));
}

async function lookAtRoute(
  parts: ConfigFormParts,
  asked: Asked,
  working: Working,
  form: RouteForm,
): Promise<Answer> {
  const typed = typedIn(asked);
  const put = parts.configuration.forms.put(working.text, form.place, typed);
  if (!put.ok) {
    const wrong = atFields(put.errors, form.shown.fields);
    return showForm(parts, asked, again(form, typed), wrong);
  }
  const found = await reroutedBy(parts, put.text);
  const outcome = found && ((site: Site) => rerouteBox(site, found));
  return showForm(parts, asked, again(form, typed), [], { outcome });
}

/** The same for the script, while somebody types. */
async function countRoute(
  parts: ConfigFormParts,
  working: Working,
  form: RouteForm,
  typed: Typed,
): Promise<Answer> {
  const put = parts.configuration.forms.put(working.text, form.place, typed);
  if (!put.ok) return json(200, { fault: put.errors.map(({ why }) => why).join(' ') });
  const found = await reroutedBy(parts, put.text);
  return json(200, found ? { says: rerouteText(found) } : { fault: 'It cannot be told.' });
}

function moveRoute(parts: ConfigFormParts, asked: Asked): Answer {
  const { forms } = parts.configuration;
  const working = workingOf(parts, asked);
  if (movedSince(asked, working) !== undefined) {
    return showTree(parts, asked, [{ field: '', why: MOVED_LIST }]);
  }
  const at = placesIn(field(asked.json, 'at'));
  const route = routeAt(forms.outline(working.text).root, at);
  const own = at.at(-1);
  if (!route || own === undefined) return showTree(parts, asked, [GONE]);
  const list = [...pathOf(at.slice(0, -1)), 'routes'];
  const act = field(asked.json, 'do');
  const put =
    act === 'remove'
      ? forms.remove(working.text, pathOf(at))
      : forms.swap(working.text, list, act === 'up' ? own - 1 : own);
  if (!put.ok) return showTree(parts, asked, atFields(put.errors, []));
  const did = act === 'remove' ? 'removed' : act === 'up' ? 'moved up' : 'moved down';
  if (!keep(parts, asked, put.text, `route ${routeWords(route)} ${did}`)) {
    return showTree(parts, asked, [{ field: '', why: NO_ROOM }]);
  }
  return seeOther(`${parts.prefix}${HERE}?kept`);
}

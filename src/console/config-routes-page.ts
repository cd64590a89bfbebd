import { type Html, html } from '../base/html.ts';
import type { OutlinedRoute } from '../desk/config-form.ts';
import { type DraftState, formsHead } from './config-forms-page.ts';
import { errorSummary, type FieldErrors } from './form-errors.ts';
import { formKeys } from './parts.ts';
import type { Reader, Site } from './site.ts';

export interface ConfigRoutesView {
  readonly root: OutlinedRoute;
  /** Routes beside each other are moved by it; a form is made from it. */
  readonly draft: DraftState;
  readonly errors: FieldErrors;
}

const HERE = '/configuration/routes';

/** The tree of routes, to be changed. The same as the page of routes, which looks at what holds. */
export function configRoutesBody(site: Site, reader: Reader, view: ConfigRoutesView): Html {
  const { root, draft, errors } = view;
  return html`<div class="stack">${errorSummary(errors)}
${formsHead(site, reader, { title: 'Routes', at: HERE, draft })}
<p class="quiet">An alarm takes the first route that fits, then looks below it; a route with
<code>continue</code> lets those after it look too. Where an alarm goes today:
<a href="${site.prefix}/routes">Routes</a>.</p>
<ul class="routes">${branch(site, reader, view, root, 1)}</ul></div>`;
}

function branch(
  site: Site,
  reader: Reader,
  view: ConfigRoutesView,
  route: OutlinedRoute,
  among: number,
): Html {
  const { routes } = route;
  return html`<li>${node(site, reader, view, route, among)}${
    routes.length > 0 &&
    html`<ul>${routes.map((one) => branch(site, reader, view, one, routes.length))}</ul>`
  }</li>`;
}

/** How people call a route: by what it takes. */
export const routeWords = ({ at, matchers }: OutlinedRoute): string =>
  at.length === 0 ? 'the root route' : matchers || 'everything';

function node(
  site: Site,
  reader: Reader,
  { draft }: ConfigRoutesView,
  route: OutlinedRoute,
  among: number,
): Html {
  const { at, matchers, receiver, says, continues } = route;
  const words = routeWords(route);
  const place = at.join('.');
  const own = at.at(-1) ?? 0;
  const form = `${site.prefix}${HERE}/form`;
  const above = at.slice(0, -1).join('.');
  const press = (act: string, sign: string, label: string): Html => html`<button name="do"
value="${act}" aria-label="${label}">${sign}</button>`;
  return html`<div class="route"><p class="route-head"><b>${
    at.length === 0 ? 'everything' : html`<code>${matchers || 'everything'}</code>`
  }</b><span aria-hidden="true">→</span><span class="unseen-text">goes to</span>${
    receiver || html`<span class="bad">nobody</span>`
  }${continues && html`<span class="tag">continue</span>`}</p>
${says.length > 0 && html`<p class="quiet small">${says.join(' · ')}</p>`}
<div class="verbs route-verbs"><a class="button" href="${form}?at=${place}"
aria-label="Change ${words}">Change</a><a class="button" href="${form}?under=${place}&amp;place=${
    route.routes.length
  }" aria-label="Add below ${words}">Add below</a>${
    at.length > 0 &&
    html`<a class="button" href="${form}?under=${above}&amp;place=${own + 1}"
aria-label="Add after ${words}">Add after</a><form method="post"
action="${site.prefix}${HERE}/move" class="verbs">${formKeys(reader)}<input type="hidden"
name="from" value="${draft.mark}"><input type="hidden" name="at" value="${place}">${
      own > 0 && press('up', '↑', `Move ${words} up`)
    }${own + 1 < among && press('down', '↓', `Move ${words} down`)}${press(
      'remove',
      'Remove',
      `Remove ${words}`,
    )}</form>`
  }</div></div>`;
}

import { type Html, html } from '../base/html.ts';
import { ON_ACKNOWLEDGE_SAYS } from '../desk/views/notice-words.ts';
import type { RouteMap, RouteRow, RouteTrial } from '../desk/views/route-map.ts';
import type { RouteStep } from '../desk/views/route-steps.ts';
import { counted, grouped, phraseText } from '../desk/views/words.ts';
import { labelsText } from '../domain/routing/label-text.ts';
import type { Site } from './site.ts';

export interface RoutesView {
  readonly map: RouteMap;
  /** What was typed into the box. */
  readonly text: string;
  /** Why it cannot be read; '' when it can. */
  readonly fault: string;
  /** Where an alarm with these labels would go; undefined: nothing was asked. */
  readonly trial: RouteTrial | undefined;
}

/** The route tree, with the path of a label set lit. */
export function routesBody(site: Site, view: RoutesView): Html {
  const { map, trial, text } = view;
  const query = text === '' ? '' : `?labels=${encodeURIComponent(text)}`;
  const here = `${site.prefix}/routes${query}`;
  const steps = new Map(trial?.steps.map((step) => [step.id, step] as const));
  return html`<div class="stack"><div class="title"><h1>Routes</h1>${
    map.revision !== '' &&
    html`<span class="quiet">${counted(map.routes.length + map.leftOut, 'route')}, revision
${map.revision}</span>`
  }<a href="${here}">Reload</a><a class="act for-admin" href="${
    site.prefix
  }/configuration/routes">Change them</a></div>
${
  map.revision === ''
    ? noRouting()
    : html`${box(site, view)}${trial && answer(site, trial)}
${tree(site, map.routes, steps, trial !== undefined)}`
}
${
  map.leftOut > 0 &&
  html`<p>${counted(map.leftOut, 'route')} more are not drawn; the command <code>tocsin routes
test</code> looks at all of them.</p>`
}</div>`;
}

const noRouting = (): Html => html`<div class="card empty"><h2>There is no routing yet.</h2>
<p>Nobody is told of anything until a configuration says who. Start the desk with
<code>--config.file=alertmanager.yml</code>: the routes, receivers and intervals of that file are
drawn here.</p></div>`;

const box = (
  site: Site,
  { text, fault }: RoutesView,
): Html => html`<div><form class="filter labels-box"
method="get" action="${site.prefix}/routes" role="search"><input type="search" name="labels"
value="${text}" maxlength="16384" spellcheck="false" autocapitalize="off" autocomplete="off"
aria-label="Labels of an alarm" aria-describedby="labels-say"
placeholder="team=&quot;ops&quot;, severity=&quot;critical&quot;"${
  fault !== '' && html` aria-invalid="true"`
}><button>Light its path</button>${
  text !== '' && html`<a class="button" href="${site.prefix}/routes">Clear</a>`
}</form>${
  fault === ''
    ? html`<p class="below-filter" id="labels-say">Type the labels of an alarm to see where it
would go, and why not elsewhere.</p>`
    : html`<p class="below-filter bad" id="labels-say" role="alert">These labels cannot be read:
${fault}.</p>`
}</div>`;

function answer(site: Site, { receivers, groups, mutes, read }: RouteTrial): Html {
  const also = Object.keys(read).length > 0 && labelsText(read);
  return html`<section class="card lit-answer" role="status"><p>It would go to <b>${receivers.join(
    ', ',
  )}</b>.</p>
${mutes.map((mute) => html`<p class="bad">But now it would be ${phraseText(mute.says)}.</p>`)}
<ul class="plain-list">${groups.map(
    (g) => html`<li><a
href="${site.prefix}/notifications#${receiverAnchor(g.receiver)}">${g.receiver}</a>, told together
with ${
      Object.keys(g.labels).length === 0
        ? 'all that its route takes'
        : html`all that has <code>${labelsText(g.labels)}</code>`
    }</li>`,
  )}</ul>${
    also !== false &&
    html`<p class="quiet small">Read from these labels, as of an alert:
<code>${also}</code>. Write another value beside them to try that.</p>`
  }</section>`;
}

/** Where a receiver stands on the page of notifications. */
export const receiverAnchor = (name: string): string => `receiver-${encodeURIComponent(name)}`;

/** Rows come depth first: the tree is nested lists again, so that every reader sees it as one. */
function tree(
  site: Site,
  rows: readonly RouteRow[],
  steps: ReadonlyMap<string, RouteStep>,
  asked: boolean,
): Html {
  const draw = (from: number, depth: number): { readonly items: Html[]; readonly end: number } => {
    const items: Html[] = [];
    let at = from;
    for (let one = rows[at]; one !== undefined && one.depth === depth; one = rows[at]) {
      const below = draw(at + 1, depth + 1);
      const step = steps.get(one.id);
      items.push(
        html`<li class="${litClass(step, asked)}">${node(site, one, step, asked)}${
          below.items.length > 0 && html`<ul>${below.items}</ul>`
        }</li>`,
      );
      at = below.end;
    }
    return { items, end: at };
  };
  return html`<ul class="routes">${draw(0, 0).items}</ul>`;
}

const litClass = (step: RouteStep | undefined, asked: boolean): string =>
  !asked ? '' : step?.took ? 'took' : step?.matched ? 'lit' : 'dark';

function node(site: Site, r: RouteRow, step: RouteStep | undefined, asked: boolean): Html {
  const name = r.matchers === '{}' ? html`everything` : html`<code>${r.matchers}</code>`;
  return html`<div class="route"><p class="route-head"><b>${name}</b><span
aria-hidden="true">→</span><span class="unseen-text">goes to</span><a
href="${site.prefix}/notifications#${receiverAnchor(r.receiver)}">${r.receiver}</a>${
    r.ways.length === 0 && html`<span class="tag">tells nobody</span>`
  }${r.continues && html`<span class="tag">continue</span>`}${
    r.closed && html`<span class="tag bad">quiet now</span>`
  }<span class="room"></span><span class="${r.raised === 0 && 'quiet'}">${
    r.raised === 0 ? 'none raised' : `${grouped(r.raised)} raised in ${counted(r.groups, 'group')}`
  }</span></p>
<p class="quiet small">${groupText(r)} · wait ${r.groupWait} · every ${r.groupInterval} ·
repeat ${r.repeatInterval}${r.muteIntervals.length > 0 && ` · mute ${r.muteIntervals.join(', ')}`}${
    r.activeIntervals.length > 0 && ` · active ${r.activeIntervals.join(', ')}`
  }${
    r.onAcknowledge !== 'stop-repeats' && ` · ${ON_ACKNOWLEDGE_SAYS[r.onAcknowledge]}`
  }</p>${asked && stepLine(step)}</div>`;
}

const groupText = ({ groupBy }: RouteRow): string =>
  groupBy.length === 0
    ? 'one group'
    : groupBy[0] === '...'
      ? 'each alarm by itself'
      : `by ${groupBy.join(', ')}`;

function stepLine(step: RouteStep | undefined): Html {
  if (!step) return html`<p class="step quiet">– not looked at</p>`;
  const { matched, took, goesOn, failed } = step;
  if (!matched) {
    return html`<p class="step">✗ passed by${
      failed &&
      html`: <code>${failed.matcher}</code> does not fit${
        failed.value === '' ? ': it has none' : html` <code>"${failed.value}"</code>`
      }`
    }</p>`;
  }
  const on = goesOn ? ', and the routes after it are looked at too' : '';
  const did = took ? 'takes it' : 'fits; looked further below';
  return html`<p class="step">✓ ${did}${on}</p>`;
}
